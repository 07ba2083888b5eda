"""Questions about all reals at once: what both solvers must say, and what is no answer."""

from fractions import Fraction

import pytest

from proofs.smt import reals
from proofs.smt.proof_errors import SolversDisagree
from proofs.smt.reals import (
    equal,
    equivalent,
    every,
    follows,
    impossible,
    letters,
    number,
    possible,
    some,
)
from proofs.smt.solvers import Answer, Solver
from proofs.smt.terms import negation

X, Y = letters("x y")


def saying(name: str, answer: Answer) -> Solver:
    return Solver(name, lambda _text, _seconds: answer)


def test_a_square_is_not_below_zero() -> None:
    assert impossible([(X - Y) * (X - Y) < 0])
    assert possible([(X - Y) * (X - Y) <= 0])


def test_literals_are_the_numbers_they_stand_for() -> None:
    assert possible([equal(X, Fraction(-3, 7)), equal(7 * X, -3)])
    assert impossible([equal(X, Fraction(-3, 7)), equal(7 * X, 3)])
    assert impossible([equal(1 - X, 0), negation(equal(number(2) * X, 2))])


def test_strict_and_not_strict_are_told_apart() -> None:
    assert possible([equal(X, 1), X >= 1, X <= 1])
    assert impossible([equal(X, 1), X > 1])
    assert impossible([equal(X, 1), X < 1])


def test_what_follows_follows() -> None:
    assert follows(Y > 0, [X > 0, Y > X])
    assert not follows(Y > 1, [X > 0, Y > X])


def test_nothing_follows_from_what_cannot_be() -> None:
    assert not follows(Y > 0, [X > 0, X < 0])


def test_equivalence_needs_both_directions_and_both_cases() -> None:
    assert equivalent(X > 0, X * X * X > 0, [Y > 0])
    assert not equivalent(X > 0, X * X > 0, [Y > 0])
    assert not equivalent(X > 0, X >= 0, [Y > 0])
    assert not equivalent(X > 0, X + 1 > 1, [X > 0])


def test_some_and_every() -> None:
    assert possible([some(X > 0, X < 0), equal(X, -1)])
    assert impossible([some(X > 0, X < 0), equal(X, 0)])
    assert impossible([every(X > 0, X < 0)])


def test_one_solver_alone_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reals, "CVC5", saying("cvc5", "unknown"))
    assert not impossible([X < X])
    assert not possible([X <= X])


def test_solvers_that_contradict_each_other_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reals, "CVC5", saying("cvc5", "sat"))
    with pytest.raises(SolversDisagree, match="z3 says unsat, cvc5 says sat"):
        impossible([X < X])


def test_a_number_may_stand_before_a_letter() -> None:
    assert impossible([negation(equal(2 + X, X + 2))])
    assert impossible([equal(1 + X, 0), equal(X, 1)])
