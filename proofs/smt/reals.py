"""Real numbers by letter, arithmetic on them, and questions about all of them at once.

    x, y = letters("x y")
    impossible([x * x + y * y < 2 * x * y])     unsat, say z3 and cvc5, asked the same text
    possible([x * x + y * y <= 2 * x * y])      sat, say both
    follows(y > 0, given=[x > 0, y > x])        the contrary is impossible

What is multiplied may be letters: the reals with + and · are decidable, and both solvers decide
them. Nothing here is unfolded, so `sat` is an answer too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from proofs.smt.proof_errors import SolversDisagree
from proofs.smt.smtlib import question
from proofs.smt.solvers import CVC5, Z3, Answer
from proofs.smt.terms import (
    BOOL,
    REAL,
    Term,
    conjunction,
    disjunction,
    integer,
    negation,
    operation,
    variable,
)

LOGIC = "QF_NRA"
"""Real arithmetic without quantifiers, in which a numeral is a real number."""

SECONDS = 20.0
"""For one question to one solver."""


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """An expression, whose value is a real number."""

    term: Term

    def __add__(self, other: "Number") -> "Real":
        return self._with("+", other)

    def __sub__(self, other: "Number") -> "Real":
        return self._with("-", other)

    def __mul__(self, other: "Number") -> "Real":
        return self._with("*", other)

    def __radd__(self, other: "Number") -> "Real":
        return number(other) + self

    def __rsub__(self, other: "Number") -> "Real":
        return number(other) - self

    def __rmul__(self, other: "Number") -> "Real":
        return number(other) * self

    def __lt__(self, other: "Number") -> Term:
        return operation("<", (self.term, number(other).term), BOOL)

    def __le__(self, other: "Number") -> Term:
        return operation("<=", (self.term, number(other).term), BOOL)

    def __gt__(self, other: "Number") -> Term:
        return number(other) < self

    def __ge__(self, other: "Number") -> Term:
        return number(other) <= self

    def _with(self, name: str, other: "Number") -> "Real":
        return Real(operation(name, (self.term, number(other).term), REAL))


Number: TypeAlias = Real | Fraction | int


def number(value: Number) -> Real:
    """A literal, or an expression as it is."""
    if isinstance(value, Real):
        return value
    over, under = integer(value.numerator), integer(value.denominator)
    return Real(over if value.denominator == 1 else operation("/", (over, under), REAL))


def letters(names: str) -> Sequence[Real]:
    """Real numbers of which nothing is known, by names with spaces between them."""
    return [Real(variable(name, REAL)) for name in names.split()]


def every(*facts: Term) -> Term:
    """All of them."""
    return conjunction(facts)


def some(*facts: Term) -> Term:
    """One of them at least."""
    return disjunction(facts)


def equal(one: Number, other: Number) -> Term:
    """The same number."""
    return every(number(one) <= other, number(one) >= other)


def impossible(facts: Sequence[Term]) -> bool:
    """No numbers make all these facts true; both solvers say so. Errors: `solvers-disagree`."""
    return _answers(facts) == {"unsat"}


def possible(facts: Sequence[Term]) -> bool:
    """Some numbers make all these facts true; both solvers say so. Errors: `solvers-disagree`."""
    return _answers(facts) == {"sat"}


def follows(conclusion: Term, given: Sequence[Term]) -> bool:
    """It is true of all numbers of which what is given is true, and there are such numbers."""
    return possible(given) and impossible([*given, negation(conclusion)])


def equivalent(one: Term, other: Term, given: Sequence[Term]) -> bool:
    """Where the given facts are true, both or neither is; and each of these happens."""
    both = follows(other, [*given, one]) and follows(one, [*given, other])
    return both and possible([*given, negation(one)])


def _answers(facts: Sequence[Term]) -> set[Answer]:
    text = question((), facts, LOGIC)
    answers = {solver.name: solver.ask(text, SECONDS) for solver in (Z3, CVC5)}
    found = set(answers.values())
    if {"unsat", "sat"} <= found:
        told = ", ".join(f"{name} says {answer}" for name, answer in answers.items())
        raise SolversDisagree(text, told)
    return found
