"""The Jacobian and its Gram matrix, held against explicit blocks and exact difference quotients."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given

from reference.activation import Activation
from reference.gram import gram, intersections
from reference.ids import Neuron
from reference.motion import ListedMotion
from reference.scalar import RATIONAL
from reference.training.step_rule import StepRule
from tests.small_training import Setup, observe, trainer
from tests.strategies import ACTIVATIONS, setups, share

Rows = list[list[Fraction]]


def dot(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    return sum((p * q for p, q in zip(left, right, strict=True)), Fraction())


def root(m: int) -> int:
    return {4: 2, 16: 4}[m]


def jacobian(given_setup: Setup, signs: Sequence[int]) -> Rows:
    """Block (i, r) is m^(−1/2)·a_r·1[⟨w_r, x_i⟩ > b]·x_iᵀ."""
    scale = Fraction(1, root(len(signs)))
    return [
        [
            scale * a * c if dot(w, x) > given_setup.shift else Fraction()
            for w, a in zip(given_setup.weights, signs, strict=True)
            for c in x
        ]
        for x in given_setup.points
    ]


def lower_triangle_of_j_j_transposed(rows: Rows) -> Rows:
    return [[dot(row, other) for other in rows[: i + 1]] for i, row in enumerate(rows)]


def forward(
    weights: Sequence[Sequence[Fraction]], given_setup: Setup, i: int, activation: Activation
) -> Fraction:
    """f_i by its definition, every neuron asked."""
    b, x = given_setup.shift, given_setup.points[i]
    lift = b if activation is Activation.PRINTED else 0
    values = [max(dot(w, x) - b, Fraction()) + lift for w in weights]
    return Fraction(1, root(len(weights))) * dot(values, [Fraction(a) for a in given_setup.signs])


def smallest_gap(given_setup: Setup) -> Fraction:
    """How far the nearest score that is not b is from b."""
    scores = [dot(w, x) for w in given_setup.weights for x in given_setup.points]
    return min(abs(s - given_setup.shift) for s in scores if s != given_setup.shift)


@share(2)
@given(setups())
def test_gram_is_j_times_its_transpose_whatever_the_signs(given_setup: Setup) -> None:
    parts = trainer(given_setup, RATIONAL, Activation.SHIFTED, StepRule.FULL, None)
    found = gram(parts.products, observe(parts).firing, parts.network.m)
    opposite = [-a for a in given_setup.signs]
    for signs in (given_setup.signs, opposite, [1] * len(opposite)):
        assert found == lower_triangle_of_j_j_transposed(jacobian(given_setup, signs))


@share(2)
@given(setups())
def test_intersections_are_those_of_the_firing_sets(given_setup: Setup) -> None:
    parts = trainer(given_setup, RATIONAL, Activation.SHIFTED, StepRule.FULL, None)
    firing = observe(parts).firing
    sets = [set(fired) for fired in firing.by_point]
    assert intersections(firing) == [
        [len(mine & theirs) for theirs in sets[: i + 1]] for i, mine in enumerate(sets)
    ]


@share(4)
@given(setups(widths=(4,)), ACTIVATIONS)
def test_the_jacobian_is_the_exact_difference_quotient(
    given_setup: Setup, activation: Activation
) -> None:
    """With a step too short to carry a score across b; one that is b is moved down."""
    short = smallest_gap(given_setup) / 8
    for i, x in enumerate(given_setup.points):
        quotients = []
        before = forward(given_setup.weights, given_setup, i, activation)
        for r, w in enumerate(given_setup.weights):
            for c in range(len(w)):
                h = -short if x[c] > 0 else short
                moved = [list(row) for row in given_setup.weights]
                moved[r][c] += h
                quotients.append((forward(moved, given_setup, i, activation) - before) / h)
        assert quotients == jacobian(given_setup, given_setup.signs)[i]


@share(2)
@given(setups(), ACTIVATIONS)
def test_the_residual_is_that_of_the_full_forward_pass(
    given_setup: Setup, activation: Activation
) -> None:
    observation = observe(trainer(given_setup, RATIONAL, activation, StepRule.FULL, None))
    expected = [
        forward(given_setup.weights, given_setup, i, activation) - y
        for i, y in enumerate(given_setup.labels)
    ]
    assert observation.residual == expected
    assert observation.loss == dot(expected, expected) / 2


@share(2)
@given(setups())
def test_the_printed_form_adds_the_same_constant_to_every_output(given_setup: Setup) -> None:
    shifted, printed = (
        observe(trainer(given_setup, RATIONAL, form, StepRule.FULL, None)).residual
        for form in (Activation.SHIFTED, Activation.PRINTED)
    )
    constant = given_setup.shift * sum(given_setup.signs) / root(len(given_setup.signs))
    assert [q - p for p, q in zip(shifted, printed, strict=True)] == [constant] * len(shifted)


@share(2)
@given(setups())
def test_a_motion_is_minus_j_transposed_g_in_weights_and_in_scores(given_setup: Setup) -> None:
    parts = trainer(given_setup, RATIONAL, Activation.SHIFTED, StepRule.FULL, None)
    g = [Fraction(1 + i, 3) for i in range(parts.problem.n)]
    motion = ListedMotion(parts.network.scale, parts.network.signs, observe(parts).firing, g)
    displaced = [motion.displaced]
    motion.displace(parts.products)
    displaced.append(motion.displaced)
    assert displaced == [False, True]
    scores = dict(zip(motion.neurons, motion.score_displacements(parts.products), strict=True))
    weights, points = parts.network.weights, parts.problem.points
    weights.move(motion, Fraction(1), points)
    rows, d = jacobian(given_setup, given_setup.signs), parts.problem.d
    for r in map(Neuron, range(parts.network.m)):
        block = [-dot(g, [row[r * d + c] for row in rows]) for c in range(d)]
        moved = zip(weights.row(r), given_setup.weights[r], strict=True)
        assert [after - before for after, before in moved] == block
        assert scores.get(r, [Fraction()] * len(g)) == [dot(block, x) for x in given_setup.points]
