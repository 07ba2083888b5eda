"""Every reason to stop, from a list of losses or in a run made to end so."""

from dataclasses import replace
from fractions import Fraction
from math import inf, nan

import pytest

from reference.activation import Activation
from reference.errors import INTERRUPTED, NOT_CONVERGED, NoFiringNeuron, SingularGram
from reference.scalar import RATIONAL
from reference.solvers.conjugate_gradient import Accuracy, ConjugateGradientSolver
from reference.structures.threshold_search import Structure
from reference.training.batches import Batches
from reference.training.observer import Nobody
from reference.training.step_rule import FullSteps, StepRule
from reference.training.stopping import Limits, Reason, Stopping
from reference.training.training import Run
from tests.small_training import Setup, setup, trainer, walk

LIMITS = Limits(20, 0.5)
W = Fraction


@pytest.mark.parametrize(
    ("losses", "reason"),
    [
        ([8.0], None),
        ([8.0, 0.75], None),
        ([8.0, 0.5], Reason.CONVERGED),
        ([0.0], Reason.CONVERGED),
        ([8.0, 8000.0], None),
        ([8.0, 8001.0], Reason.DIVERGED),
        ([8.0, inf], Reason.DIVERGED),
        ([8.0, nan], Reason.DIVERGED),
        ([100.0, *[99.5] * 9], None),
        ([100.0, *[99.5] * 10], Reason.STALLED),
        ([100.0, *[99.5] * 9, 99.0], None),
        ([100.0, 98.0, *[99.0] * 9], None),
        ([100.0, 98.0, *[97.5] * 10], Reason.STALLED),
        ([100.0 - 4 * t for t in range(20)], None),
        ([100.0 - 4 * t for t in range(21)], Reason.STEP_LIMIT),
    ],
)
def test_losses_give_their_reason(losses: list[float], reason: Reason | None) -> None:
    stopping = Stopping(LIMITS)
    assert [stopping.reason(loss) for loss in losses] == [None] * (len(losses) - 1) + [reason]


@pytest.mark.parametrize(
    "losses", [[8.0, 0.5], [100.0, *[99.5] * 10], [100.0 - 4 * t for t in range(21)]]
)
def test_a_resumed_run_goes_on_from_the_losses_before(losses: list[float]) -> None:
    whole = Stopping(LIMITS)
    reasons = [whole.reason(loss) for loss in losses]
    assert reasons[-1] is not None
    for known in range(len(losses)):
        rest = Stopping(LIMITS, losses[:known])
        assert [rest.reason(loss) for loss in losses[known:]] == reasons[known:]


@pytest.mark.parametrize("reason", Reason)
def test_the_exit_status_says_whether_the_run_got_somewhere(reason: Reason) -> None:
    failed = {Reason.STALLED, Reason.DIVERGED, Reason.SINGULAR, Reason.UNSOLVED}
    expected = NOT_CONVERGED if reason in failed else 0
    assert reason.exit_status == (INTERRUPTED if reason is Reason.INTERRUPTED else expected)


def reason_of(given_setup: Setup, step_rule: StepRule, steps: int = 5) -> tuple[Reason | None, str]:
    parts = trainer(given_setup, RATIONAL, Activation.SHIFTED, step_rule, Structure.ORDERED)
    _, run, _ = walk(parts, steps)
    return run.reason, run.remark


IDLE = [[W(0), W(0)], [W(0), W(0)]]

ONE_NEURON = setup([[1]], [3], [[W(2)]], [1], 1)
"""f = w − 1 while w > 1."""

OPPOSED = setup([[1], [1]], [0, 2], [[W(2)]], [1], 1)
"""One point with two labels, at the best compromise."""

SILENCED = setup([[1]], [-5], [[W(2)]], [1], 1)
"""Reaching a negative label takes the neuron below b."""

DIVERGING = setup(
    [[1], [-1000]], [-10, 0], [[W(2)], [W(2)], [W(-1, 100)], [W(0)]], [1, -1, 1, 1], 1
)
"""The step that fits the first point carries a neuron far above b on the second."""


SPOILED = setup([[10, 0], [1, 1]], [3, 2], [[W(2), W(0)], [W(1), W(11)], *IDLE], [1] * 4, 10)
"""Residuals 2 and −1. A whole step would add 5 at the first point, whose output is too high."""

MERGING = setup([[1], [2]], [1, 2], [[W(4)], [W(3, 2)], [W(0)], [W(0)]], [1] * 4, 2)
"""The second neuron tells the parallel points apart until the first step silences it."""


def test_a_run_converges() -> None:
    assert reason_of(ONE_NEURON, StepRule.FULL) == (Reason.CONVERGED, "")


@pytest.mark.parametrize("steps", [0, 1])
def test_a_run_meets_its_step_limit(steps: int) -> None:
    far = setup([[1], [1]], [0, 6], [[W(2)]], [1], 1)
    parts = trainer(far, RATIONAL, Activation.SHIFTED, StepRule.DAMPED, Structure.ORDERED)
    _, run, _ = walk(parts, steps)
    assert run.reason is Reason.STEP_LIMIT
    assert [record.rule for record in run.records] == ["damped"] * steps + ["none"]
    assert len(run.seconds) == len(run.records)


def test_a_run_stalls_where_no_step_lowers_the_loss() -> None:
    expected = (Reason.STALLED, "no damped step lowers the loss")
    assert reason_of(OPPOSED, StepRule.DAMPED) == expected


def test_a_run_stalls_where_a_neuron_at_b_spoils_every_step_down() -> None:
    """Raising the second output lifts the second neuron's score at the first point off b."""
    expected = (Reason.STALLED, "no backtracking step lowers the loss")
    assert reason_of(SPOILED, StepRule.BACKTRACKING) == expected


def test_full_steps_can_diverge_and_shorter_ones_then_do_not() -> None:
    assert reason_of(DIVERGING, StepRule.FULL)[0] is Reason.DIVERGED
    assert reason_of(DIVERGING, StepRule.BACKTRACKING)[0] is not Reason.DIVERGED


def test_a_run_whose_point_loses_its_last_neuron_says_so_and_keeps_its_records() -> None:
    reason, remark = reason_of(SILENCED, StepRule.FULL)
    assert reason is Reason.SINGULAR
    assert remark.startswith("point 0 is without a firing neuron")


def test_a_run_whose_gram_matrix_becomes_singular_says_so() -> None:
    reason, remark = reason_of(MERGING, StepRule.FULL)
    assert reason is Reason.SINGULAR
    assert remark.startswith("the Gram matrix is singular: points 0, 1 are dependent ")


def test_a_run_of_mini_batches_ends_at_the_first_that_is_singular() -> None:
    parts = trainer(MERGING, RATIONAL, Activation.SHIFTED, StepRule.FULL, Structure.SCAN)
    run = Run(parts, Limits(5, 0.0), Nobody[Fraction](), batches=Batches(2, 2, 0))
    first, second = run.step(), run.step()
    assert first is not None
    assert second is not None
    assert (first.rule, second.rule, run.reason) == ("full", "none", Reason.SINGULAR)


def test_a_run_whose_solver_does_not_reach_its_accuracy_says_so() -> None:
    parts = trainer(MERGING, RATIONAL, Activation.SHIFTED, StepRule.FULL, Structure.SCAN)
    iterative = FullSteps(RATIONAL, ConjugateGradientSolver(Accuracy(RATIONAL, 1e-9)))
    _, run, _ = walk(replace(parts, rule=iterative), 5)
    assert run.reason is Reason.UNSOLVED
    assert run.remark.startswith("the solver reached ‖G g − r‖/‖r‖ = ")


@pytest.mark.parametrize(
    ("given_setup", "error"),
    [
        (OPPOSED, SingularGram),
        (setup([[1], [-1]], [1, 1], [[W(2)]], [1], 1), NoFiringNeuron),
    ],
)
def test_a_run_that_cannot_begin_raises(given_setup: Setup, error: type[Exception]) -> None:
    parts = trainer(given_setup, RATIONAL, Activation.SHIFTED, StepRule.FULL, Structure.SCAN)
    before = list(parts.network.weights.matrix().values)
    run = Run(parts, LIMITS, Nobody[Fraction]())
    with pytest.raises(error):
        run.step()
    assert (run.records, run.reason) == ([], None)
    assert list(parts.network.weights.matrix().values) == before
