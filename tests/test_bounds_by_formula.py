"""The bounds of scores and of equations are those of formulas that are proven, and little more.

A unit roundoff of 2⁻⁶ makes every term count.
"""

from dataclasses import replace
from fractions import Fraction
from math import nan
from typing import ClassVar

import pytest

from invariants import step
from invariants.running_error import RunningError
from invariants.score_error import TINY, ScoreError, Sizes, gamma, norm, score_error, sizes_of
from invariants.trajectory_error import TrajectoryError
from reference.activation import Activation
from reference.ids import Neuron
from reference.matrix import Matrix
from reference.network import Problem, network
from reference.scalar import BINARY64, Binary64
from reference.solvers.solver import Solution
from reference.structures.threshold_search import Structure
from reference.training.engine import PlainEngine
from reference.training.method import Method
from reference.training.step_rule import Choice, StepRule
from reference.training.trainer import Trainer
from reference.violation import Violation
from reference.weights import Reading, RewrittenWeights
from tests.small_training import HALF_ALIVE, observe, trainer
from tests.trainings import Way, rule_of, trained

U = Fraction(1, 64)
XI, KAPPA, LAMBDA, D = 2, 5, 3, 4
COARSE: ScoreError[float] = ScoreError(
    unit=float(U), d=D, largest=float(XI), square=float(KAPPA), length=float(LAMBDA)
)
W, BETA, C = 7, Fraction(1, 2), Fraction(3, 2)
PLAIN: Sizes[float] = Sizes([], float(W), 0.0, 0.0)
SHIFTED: Sizes[float] = Sizes([], float(W), float(BETA), 0.0)
IMPLICIT: Sizes[float] = Sizes([], float(W), 0.0, float(C))
BOTH: Sizes[float] = Sizes([], float(W), float(BETA), float(C))
NOTHING: Sizes[float] = Sizes([], 0.0, 0.0, 0.0)


def of(k: int) -> Fraction:
    """γ_k."""
    return k * U / (1 - k * U)


def assert_just_above(found: float, bound: Fraction) -> None:
    """No smaller than what is proven, and larger by no more than two slacks."""
    assert bound <= Fraction(found) <= bound * Fraction(1003, 1000)


@pytest.mark.parametrize(
    ("sizes", "bound"),
    [
        (PLAIN, of(D) * XI * W),
        (SHIFTED, of(D) * XI * W + U * (XI * W + BETA)),
        (IMPLICIT, of(D) * XI * W + of(9 + 1) * (XI * (W + C * LAMBDA) + C * KAPPA)),
    ],
)
def test_a_score_computed_from_weights_over_nine_points(
    sizes: Sizes[float], bound: Fraction
) -> None:
    assert_just_above(COARSE.of_score(sizes, 9), bound)


def test_before_its_first_move_a_neuron_was_as_long_as_after_it_and_the_move_together() -> None:
    length = W + Fraction(1, 4) * 6 * LAMBDA
    found = COARSE.before_first_move(PLAIN, -0.25, 6.0)
    assert_just_above(found, of(D) * XI * length)
    found = COARSE.before_first_move(SHIFTED, -0.25, 6.0)
    assert_just_above(found, of(D) * XI * length + U * (XI * length + BETA))


def test_a_move_adds_what_it_rounds() -> None:
    rounded = U * (2 * XI * W + 2 * BETA + KAPPA * C)
    moved = Fraction(1, 4) * 6 * KAPPA * (2 * of(3 + 1) + of(D))
    found = COARSE.after_move(2.0, BOTH, -0.25, 6.0, 3)
    assert_just_above(found, 2 * (1 + 4 * U) + rounded + moved)
    alone = COARSE.after_move(0.0, BOTH, 0.0, 6.0, 3)
    assert_just_above(alone, rounded)


def test_where_nothing_is_left_a_bound_is_what_underflows() -> None:
    assert COARSE.of_score(NOTHING, 1) == TINY == 1e-300
    assert COARSE.after_move(0.0, NOTHING, 0.0, 0.0, 1) == TINY


def test_where_nothing_is_rounded_every_bound_is_zero() -> None:
    exact: ScoreError[float] = ScoreError(0.0, D, float(XI), float(KAPPA), float(LAMBDA))
    assert exact.of_score(BOTH, 9) == 0
    assert exact.before_first_move(BOTH, 1.0, 6.0) == 0
    assert exact.after_move(0.0, BOTH, 1.0, 6.0, 3) == 0


def test_the_constants_of_a_problem_are_its_largest() -> None:
    problem = Problem(((3.0, -4.0), (1.0, 2.0)), (0.0, 0.0))
    found = score_error(BINARY64, problem)
    assert (found.unit, found.d, found.largest, found.length) == (2.0**-53, 2, 4.0, 7.0)
    assert_just_above(found.square, Fraction(25))


def test_the_sizes_of_a_neuron_add_up_without_signs() -> None:
    weights = RewrittenWeights(Matrix(BINARY64, [1.0, -2.0, 3.0, 4.0], columns=2))
    net = network(BINARY64, weights, [1, 1], 0.0, Activation.SHIFTED, [-0.5, 0.25])
    assert sizes_of(net, Neuron(0)) == Sizes([1.0, -2.0], 3.0, 0.5, 0.0)
    assert gamma(3, float(U)) == float(of(3))


# ---- of the scores of a run ----------------------------------------------------------------------

N, R, DEAD = 3, Neuron(0), Neuron(15)
COARSE_FLOATS = Binary64(unit_roundoff=float(U))


class OtherOrder(PlainEngine[float]):
    """Says that it sums in an order of its own."""

    keeps_the_order: ClassVar[bool] = False


def running(reading: Reading, same_bits: bool) -> tuple[RunningError[float], Trainer[float]]:
    """Of a start at which one neuron is remembered with a bound of 8."""
    rule = rule_of(Method.GRADIENT_DESCENT, COARSE_FLOATS, N, 0.25)
    parts = trained(HALF_ALIVE, COARSE_FLOATS, rule, Way(Structure.SCAN, reading))
    if not same_bits:
        parts = replace(parts, engine=OtherOrder(COARSE_FLOATS))
    return RunningError(parts, {R: 8.0}), parts


@pytest.mark.parametrize("same_bits", [True, False])
def test_what_moved_is_off_by_its_bound_and_what_is_recomputed_by_its_own_roundings(
    same_bits: bool,
) -> None:
    moved, parts = running(Reading.REWRITTEN, same_bits)
    fresh, _ = running(Reading.RECOMPUTED, same_bits)
    error = score_error(COARSE_FLOATS, parts.problem)
    sizes = sizes_of(parts.network, R)
    own = error.of_score(sizes, N)
    assert own > 0
    assert (moved.against_weights(R), fresh.against_weights(R)) == (8.0, own)
    assert moved.against_recomputed(R, sizes) == 8.0 + own
    assert fresh.against_recomputed(R, sizes) == (0.0 if same_bits else 2 * own)
    assert moved.against_recomputed(DEAD, sizes) == (0.0 if same_bits else 2 * own)
    assert list(moved.bounded) == ([R] if same_bits else list(range(16)))


# ---- of an equation ------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", [0, 2])
def test_an_equation_may_be_off_by_its_roundings_and_the_accuracy_that_is_stated(
    rounds: int,
) -> None:
    """γ of 5n + 10; if it was solved in rounds, of d and the most neurons that fire more."""
    parts = trainer(HALF_ALIVE, COARSE_FLOATS, Activation.SHIFTED, StepRule.FULL, None)
    observation = observe(parts)
    solution = Solution([0.0] * N, rounds, 1, 0.5, {})
    choice = Choice(solution, 1.0, 0.0, 1, rounds, 1, {})
    size, right = 8.0, observation.residual
    k = 5 * N + 10
    bound = Fraction(0)
    if rounds:
        k += 2 + max(map(len, observation.firing.by_point))
        bound = Fraction(1, 2) * Fraction(norm(right))
    bound += of(k) * 8

    def wrong(defect: float) -> list[Violation]:
        posed = step.Equation([], [defect, 0.0, 0.0], [size] * N)
        return step.solution_solves_the_equation(parts, observation, choice, posed)

    assert wrong(float(bound)) == wrong(-float(bound)) == []
    (violation,) = wrong(float(bound) * 1.003)
    assert violation.path == "point 0"
    assert violation.expected.startswith(f"{right[0]!r} ± ")
    assert violation.found == str(float(bound) * 1.003 + right[0])
    assert wrong(nan) != []


def test_an_equation_without_terms_is_solved_by_nothing() -> None:
    parts = trainer(HALF_ALIVE, COARSE_FLOATS, Activation.SHIFTED, StepRule.FULL, None)
    choice = Choice(Solution([0.0] * N, 0, 0, 0.0, {}), 1.0, 0.0, 1, 0, 0, {})
    posed = step.Equation([], [0.0] * N, [0.0] * N)
    assert step.solution_solves_the_equation(parts, observe(parts), choice, posed) == []


# ---- of a trajectory -----------------------------------------------------------------------------


def test_a_report_adds_up_decisions_and_keeps_the_widest_errors() -> None:
    error = TrajectoryError()
    for _ in range(2):
        error.decided(3, 1, 0.5)
        error.decided(4, 0, 0.25)
        error.predicted(2.0)
        error.predicted(1.0)
        error.recorded()
    report = {"decisions": 7, "borderline": 1, "score_error": 0.5, "output_error": 2.0}
    assert error.reports == [report | {"weight_error_after": 0.0}] * 2


def test_a_run_goes_on_from_its_last_report() -> None:
    error = TrajectoryError()
    error.recall(())
    assert (error.weights, error.reports) == (0.0, [])
    error.recall([{"weight_error_after": 1.0}, {"weight_error_after": 2.0}])
    assert (error.weights, len(error.reports)) == (2.0, 2)
    error.rounded(0.5)
    assert 2.5 <= error.weights <= 2.5000005
