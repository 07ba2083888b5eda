"""The check of convergence/finite rests on exact steps: break one, and it establishes nothing."""

from fractions import Fraction

import pytest

from proofs.claims import convergence
from proofs.evidence.audit_errors import NotEstablished
from proofs.measured.trainings.exact_steps import (
    EXACT_STEPS,
    INEXACT_STEPS,
    Losses,
    Step,
    Trace,
    digits_in_floats,
    digits_in_rationals,
    steps_of,
)
from proofs.measured.trainings.small_trainings import drawn
from reference.solvers.solver import GramSolver, Solution
from reference.solvers.system import System

EXACT = [step for seed in range(8) for step in steps_of(drawn(seed), EXACT_STEPS, 2)]
ZERO, ONE = Fraction(0), Fraction(1)


def off_by_a_little(
    self: GramSolver[Fraction], system: System[Fraction], ridge: Fraction
) -> Solution[Fraction]:
    solution = RIGHT(self, system, ridge)
    return Solution(
        [solution.g[0] * Fraction(1001, 1000), *solution.g[1:]], 0, 0, 0.0, solution.operations
    )


RIGHT = GramSolver.solve


def test_steps_are_what_they_say() -> None:
    assert any(not step.crossed for step in EXACT)
    assert all(step.as_predicted for step in EXACT if not step.crossed)
    assert not all(step.as_predicted for step in EXACT)
    assert convergence._exact_steps(EXACT).figures["steps"] == len(EXACT)


def test_a_solver_that_is_off_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GramSolver, "solve", off_by_a_little)
    steps = [step for seed in range(8) for step in steps_of(drawn(seed), EXACT_STEPS, 2)]
    assert all(step.as_predicted for step in steps if not step.crossed)
    with pytest.raises(NotEstablished, match="no neuron crosses"):
        convergence._exact_steps(steps)


@pytest.mark.parametrize(
    ("losses", "crossings"),
    [([ONE, Fraction(1, 10**30)], [0, 0]), ([ONE, ZERO], [0, 1]), ([ONE, ZERO, ZERO], [0, 1, 0])],
)
def test_digits_that_do_not_end_at_the_first_still_step_are_found(
    losses: list[Fraction], crossings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Losses()
    found.losses, found.crossings = losses, crossings
    monkeypatch.setattr(convergence, "digits_in_rationals", lambda *_: found)
    with pytest.raises(NotEstablished, match="Digits in rationals"):
        convergence._ends_on_digits(2, 16)


def test_a_loss_that_is_left_is_found() -> None:
    left = Step(crossed=False, as_predicted=True, before=ONE, after=Fraction(1, 10**30))
    with pytest.raises(NotEstablished):
        convergence._exact_steps([*EXACT, left])


def test_the_limits_need_steps_of_each_kind() -> None:
    crossed = [Step(True, False, ONE, after) for after in (ZERO, ONE)]
    still = Step(crossed=False, as_predicted=True, before=ONE, after=ONE)
    assert len(convergence._limits(crossed, [still])) == 2
    for exact, inexact in (
        (crossed[:1], [still]),
        (crossed[1:], [still]),
        (crossed, []),
        (crossed, [Step(False, True, ONE, ZERO)]),
        (crossed, [still, Step(False, False, ONE, ONE)]),
    ):
        with pytest.raises(NotEstablished):
            convergence._limits(exact, inexact)


@pytest.mark.parametrize("way", INEXACT_STEPS, ids=lambda way: way.method.value)
def test_inexact_steps_move_outputs_as_the_jacobian_says(way: object) -> None:
    (chosen,) = [each for each in INEXACT_STEPS if each is way]
    steps = [step for seed in range(4) for step in steps_of(drawn(seed), chosen, 1)]
    still = [step for step in steps if not step.crossed]
    assert still
    assert all(step.as_predicted for step in still)


def test_digits_end_at_nothing_in_rationals_and_at_roundings_in_floats() -> None:
    found = digits_in_rationals(2, 16)
    assert found.losses[-1] == 0 < min(found.losses[:-1])
    assert len(found.losses) == len(found.crossings) == len(found.digests)
    trace = digits_in_floats(8, 1024)
    assert convergence._ends_in_floats(trace).figures["steps"] == len(trace.losses) - 1
    chart = convergence._losses_chart(trace)
    assert len(chart.curves[1].x) == 1


@pytest.mark.parametrize(
    "trace",
    [
        Trace([1.0, 0.1, 1e-30], [0, 5, 1]),
        Trace([1.0, 0.1, 1e-3], [0, 5, 0]),
        Trace([1.0, 0.5, 0.1, 1e-30], [0, 5, 6, 0]),
    ],
)
def test_a_training_that_does_not_end_so_is_found(trace: Trace) -> None:
    with pytest.raises(NotEstablished, match="Digits in floats"):
        convergence._ends_in_floats(trace)
