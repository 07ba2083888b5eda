"""Proved is only what both solvers say follows; whatever else they say is told, and counts as no.

The solvers are replaced here by ones that say what they are told to say.
"""

import pickle
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from itertools import product

import pytest

from proofs.smt import prover, proving, solvers
from proofs.smt.proof_errors import SolverMissing, SolversDisagree
from proofs.smt.prover import Outcome, Question, answered
from proofs.smt.solvers import CVC5, Z3, Answer, Solver
from proofs.smt.theorem import theorems_in
from proofs.theorems import numbers

ANSWERS: list[Answer] = ["unsat", "sat", "unknown"]
QUESTION = Question("area/theorem", "area/theorem / Leaf", "(check-sat)")


def saying(name: str, answer: Answer) -> Solver:
    """A solver that says this to everything."""
    return Solver(name, lambda _, __: answer)


def in_this_process(
    tasks: Sequence[Question],
    do: Callable[[Question], Outcome],
    *_: object,
) -> Generator[tuple[int, Outcome | None], None, None]:
    """In place of processes, which would not know of solvers that are replaced here; the last
    question is answered first."""
    for index in reversed(range(len(tasks))):
        yield index, do(tasks[index])


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> Callable[[Solver, Solver], None]:
    """The two solvers are these."""

    def replace(z3: Solver, cvc5: Solver) -> None:
        monkeypatch.setattr(prover, "do_locally", in_this_process)
        monkeypatch.setattr(prover, "Z3", z3)
        monkeypatch.setattr(prover, "CVC5", cvc5)

    return replace


@pytest.mark.parametrize(("one", "other"), list(product(ANSWERS, ANSWERS)))
def test_proved_is_what_both_say_follows(
    one: Answer, other: Answer, replaced: Callable[[Solver, Solver], None]
) -> None:
    replaced(saying("z3", one), saying("cvc5", other))
    (outcome,) = answered([QUESTION], 1)
    assert outcome.question is QUESTION
    assert outcome.answers == {"z3": one, "cvc5": other}
    assert outcome.proved == (one == "unsat" and other == "unsat")
    assert outcome.disagree == ({one, other} == {"sat", "unsat"})
    assert outcome.told == f"z3 says {one}, cvc5 says {other}"


def test_a_solver_that_dies_has_said_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prover, "do_locally", lambda *_: (none for none in [(0, None)]))
    (outcome,) = answered([QUESTION], 1)
    assert outcome.answers == {"z3": "unknown", "cvc5": "unknown"}


def test_answers_come_in_the_order_of_the_questions(
    replaced: Callable[[Solver, Solver], None],
) -> None:
    replaced(saying("z3", "unsat"), saying("cvc5", "unsat"))
    questions = [Question(f"area/{k}", "Leaf", "(check-sat)") for k in range(4)]
    assert [outcome.question for outcome in answered(questions, 2)] == questions


def test_no_answer_is_no_proof() -> None:
    assert not Outcome(QUESTION, {}, {}).proved


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("unsat", "unsat", "PROVED"),
        ("unsat", "unknown", "UNDECIDED"),
        ("unknown", "unsat", "UNDECIDED"),
        ("unknown", "unknown", "UNDECIDED"),
        ("sat", "unknown", "NOT PROVED"),
        ("sat", "sat", "NOT PROVED"),
    ],
)
def test_a_theorem_is_proved_if_each_question_is(
    one: Answer, other: Answer, verdict: str, replaced: Callable[[Solver, Solver], None]
) -> None:
    """The first question is answered by both that it follows; the second is not."""

    def first_follows(name: str, then: Answer) -> Solver:
        answers: Iterator[Answer] = iter([then, "unsat"])
        return Solver(name, lambda _, __: next(answers))

    replaced(first_follows("z3", one), first_follows("cvc5", other))
    theorems = theorems_in(numbers)[:1]
    (found,) = proving.proved(theorems, lambda _: True, 1)
    assert len(found.outcomes) == 2
    assert found.verdict == verdict


def test_what_comes_after_a_theorem_that_is_not_proved_is_not_proved_either(
    replaced: Callable[[Solver, Solver], None],
) -> None:
    first, second = theorems_in(numbers)[:2]
    replaced(
        Solver("z3", lambda text, _: "unknown" if text == asked else "unsat"),
        saying("cvc5", "unsat"),
    )
    stated = prover.Prover()
    stated.state(first)
    asked = stated.questions[0].text
    one, two = proving.proved([first, second], lambda _: True, 1)
    assert (one.verdict, one.missing) == ("UNDECIDED", "")
    assert (two.verdict, two.missing) == ("UNDECIDED", first.name)
    assert all(outcome.proved for outcome in two.outcomes)


def test_solvers_that_disagree_end_it(replaced: Callable[[Solver, Solver], None]) -> None:
    replaced(saying("z3", "unsat"), saying("cvc5", "sat"))
    with pytest.raises(SolversDisagree, match="z3 says unsat, cvc5 says sat; one of the solvers"):
        list(proving.proved(theorems_in(numbers)[:1], lambda _: True, 1))


# ---- the solvers themselves ----------------------------------------------------------------------


@pytest.mark.parametrize("solver", [Z3, CVC5])
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("(declare-fun n () Int)(assert (and (< n 0) (> n 0)))(check-sat)", "unsat"),
        ("(declare-fun n () Int)(assert (< n 0))(check-sat)", "sat"),
        ("(assert false)(check-sat)", "unsat"),
        ("(check-sat)", "sat"),
    ],
)
def test_a_solver_answers(solver: Solver, text: str, answer: Answer) -> None:
    assert solver.ask(f"(set-logic ALL){text}", 5.0) == answer


FERMAT = """(set-logic ALL)
(declare-fun a () Int)(declare-fun b () Int)(declare-fun c () Int)
(assert (and (> a 0) (> b 0) (> c 0)))
(assert (= (+ (* a a a) (* b b b)) (* c c c)))
(check-sat)"""


@pytest.mark.parametrize("solver", [Z3, CVC5])
def test_time_that_runs_out_decides_nothing(solver: Solver) -> None:
    assert solver.ask(FERMAT, 0.2) == "unknown"


@pytest.mark.parametrize("solver", [Z3, CVC5])
@pytest.mark.parametrize("text", ["(assert (and false 3))", "(assert undeclared)", "(assert false"])
def test_a_question_that_is_none_is_never_answered_with_unsat(solver: Solver, text: str) -> None:
    """Both solvers raise errors of their own; no answer comes of it."""
    answer: Answer = "unknown"
    with suppress(Exception):
        answer = solver.ask(f"(set-logic ALL){text}(check-sat)", 1.0)
    assert answer != "unsat"


@pytest.mark.parametrize(
    ("solver", "module", "package"), [(Z3, "z3", "z3-solver"), (CVC5, "cvc5", "cvc5")]
)
def test_a_missing_solver_is_named(
    solver: Solver, module: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SolverMissing, match=f"the solver {package} is not installed") as caught:
        solver.ask("(check-sat)", 1.0)
    assert caught.value.code == "solver-missing"


def test_a_missing_solver_is_named_by_another_process_too() -> None:
    error = pickle.loads(pickle.dumps(SolverMissing("cvc5")))
    assert isinstance(error, SolverMissing)
    assert error.message == SolverMissing("cvc5").message


def test_only_three_answers_are_known() -> None:
    told = ["unsat", "sat", "unknown", "", "unsat\nunsat", "error", "timeout", "UNSAT"]
    assert [solvers._answer(each) for each in told] == ["unsat", "sat", *["unknown"] * 6]
