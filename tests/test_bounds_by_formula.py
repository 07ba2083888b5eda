"""The bounds of scores are those of the formulas that are proven, and little more.

A unit roundoff of 2⁻⁶ makes every term count.
"""

from fractions import Fraction

import pytest

from invariants.score_error import TINY, ScoreError, Sizes, gamma, score_error, sizes_of
from reference.activation import Activation
from reference.ids import Neuron
from reference.matrix import Matrix
from reference.network import Problem, network
from reference.scalar import BINARY64
from reference.weights import RewrittenWeights

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
