"""Weights are the same however they are kept, and moving them costs what it says."""

from collections.abc import Sequence
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference import closed_forms
from reference.counters import Counts, Label
from reference.errors import BadShape, SingularGram
from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.matrix import Matrix
from reference.motion import ListedMotion
from reference.scalar import RATIONAL
from reference.structures.threshold_search import Structure
from reference.training.iteration import advance
from reference.training.method import Method
from reference.training.step_rule import GradientSteps
from reference.weights import ImplicitWeights, Reading, RewrittenWeights, Weights
from tests.counted_fractions import counted
from tests.exact_algebra import Rows
from tests.linear_systems import Drawn, draws
from tests.small_training import Setup, observe
from tests.strategies import setups, share
from tests.trainings import READINGS, Way, rule_of, trained

SIZES = st.sampled_from([Fraction(1), Fraction(-1, 2), Fraction(1, 3)])


def initial(drawn: Drawn) -> Matrix[Fraction]:
    """m rows of d numbers, no two the same."""
    m, d = len(drawn.signs), len(drawn.points[0])
    return Matrix(RATIONAL, [Fraction(1 + k, 7) for k in range(m * d)], d)


def points_of(drawn: Drawn) -> Rows:
    return [[Fraction(c) for c in x] for x in drawn.points]


def both(drawn: Drawn) -> list[Weights[Fraction]]:
    """Rewritten and implicit ones."""
    implicit = ImplicitWeights(RATIONAL, initial(drawn), points_of(drawn))
    return [RewrittenWeights(initial(drawn)), implicit]


def shares(firing: FiringSets, scale: Fraction) -> Rows:
    """One share a firing pair, no two the same."""
    return [
        [scale * (1 + r * len(firing.by_point) + i) for i in fired]
        for r, fired in firing.by_neuron.items()
    ]


def rows_of(weights: Weights[Fraction]) -> Rows:
    return [list(weights.row(Neuron(r))) for r in range(weights.rows)]


def moving(firing: FiringSets, unit: Fraction) -> ListedMotion[Fraction]:
    """A direction with these shares, whatever g and the signs would be."""
    motion = ListedMotion(Fraction(1), [1] * 99, firing, [unit] * len(firing.by_point))
    motion.coefficients = shares(firing, unit)
    return motion


def moved(weights: Weights[Fraction], drawn: Drawn, sizes: Sequence[Fraction]) -> None:
    """So many moves, all different."""
    firing = drawn.jacobian(RATIONAL).firing
    for k, size in enumerate(sizes):
        weights.move(moving(firing, Fraction(1, 2 + k)), size, points_of(drawn))


@share(4)
@given(draws(widths=(4,)), st.lists(SIZES, min_size=1, max_size=3))
def test_weights_that_moved_are_the_initial_ones_plus_all_shares_of_the_points(
    drawn: Drawn, sizes: list[Fraction]
) -> None:
    """Kept as rows, as coefficients, or added up here."""
    rewritten, implicit = both(drawn)
    expected, firing = rows_of(RewrittenWeights(initial(drawn))), drawn.jacobian(RATIONAL).firing
    for k, size in enumerate(sizes):
        for (r, fired), row in zip(
            firing.by_neuron.items(), shares(firing, Fraction(1, 2 + k)), strict=True
        ):
            for i, share_of_i in zip(fired, row, strict=True):
                for c, coordinate in enumerate(drawn.points[i]):
                    expected[r][c] += size * share_of_i * coordinate
    for weights in (rewritten, implicit):
        moved(weights, drawn, sizes)
        assert rows_of(weights) == expected
        assert list(weights.matrix().values) == [w for row in expected for w in row]
        assert (weights.rows, weights.columns) == (len(drawn.signs), len(drawn.points[0]))


@share(2)
@given(draws(widths=(4,)), SIZES, SIZES)
def test_coefficients_are_kept_of_neurons_that_moved_and_sum_up_their_shares(
    drawn: Drawn, first: Fraction, second: Fraction
) -> None:
    """One a point, 0 where the neuron did not fire; none of neurons that never moved."""
    rewritten, implicit = both(drawn)
    moved(implicit, drawn, [first, second])
    moved(rewritten, drawn, [first, second])
    total = first / 2 + second / 3
    n = len(drawn.points)
    for r in map(Neuron, range(len(drawn.signs))):
        alive = any(row[r] for row in drawn.fires)
        expected = [
            total * (1 + r * n + i) if row[r] else Fraction() for i, row in enumerate(drawn.fires)
        ]
        assert list(implicit.coefficients(r)) == (expected if alive else [])
        assert rewritten.coefficients(r) == ()


@share(4)
@given(draws(widths=(4,)), SIZES, SIZES)
def test_what_is_kept_of_a_neuron_restores_it_and_it_moves_on_from_there(
    drawn: Drawn, first: Fraction, second: Fraction
) -> None:
    """Of neurons that never moved too. What is kept is a copy."""
    for old, new in zip(both(drawn), both(drawn), strict=True):
        moved(old, drawn, [first])
        kept = [old.kept(Neuron(r)) for r in range(old.rows)]
        then = rows_of(old)
        moved(old, drawn, [second])
        for r, numbers in enumerate(kept):
            new.restore(Neuron(r), numbers)
        assert rows_of(new) == then
        assert [new.kept(Neuron(r)) for r in range(new.rows)] == kept
        moved(new, drawn, [second])
        assert rows_of(new) == rows_of(old)
        for r, numbers in enumerate(kept):
            old.restore(Neuron(r), numbers)
        assert rows_of(old) == then


def test_neurons_that_moved_or_were_restored_are_known_however_they_are_kept() -> None:
    for weights, implicit in zip(both(TWO_POINTS), (False, True), strict=True):
        assert weights.implicit is implicit
        moved(weights, TWO_POINTS, [Fraction(1)])
        weights.restore(Neuron(1), [Fraction(1)] * (2 if implicit else 3))
        assert set(weights.moved) == {0, 1, 2}


TWO_POINTS = Drawn(((1, 2, 0), (0, 1, 1)), (1, -1, 1, 1), ((True, False, True, False),) * 2, (0, 0))


@pytest.mark.parametrize("length", [1, 4])
def test_what_cannot_have_been_kept_restores_nothing(length: int) -> None:
    """A row has d = 3 numbers, coefficients are n = 2 or none."""
    for weights, expected in zip(
        both(TWO_POINTS), ("a row: expected 3", "point: expected 2"), strict=True
    ):
        moved(weights, TWO_POINTS, [Fraction(1)])
        before = rows_of(weights)
        for r in map(Neuron, range(4)):
            with pytest.raises(BadShape, match=f"{expected}, found {length}"):
                weights.restore(r, [Fraction(9)] * length)
        assert rows_of(weights) == before


def test_what_was_read_of_the_weights_is_not_what_is_kept() -> None:
    for weights in both(TWO_POINTS):
        moved(weights, TWO_POINTS, [Fraction(1)])
        before = rows_of(weights)
        for r in map(Neuron, range(4)):
            weights.row(r)[0] = Fraction(99)
            kept = weights.kept(r)
            if kept:
                kept[0] = Fraction(99)
        assert rows_of(weights) == before
    _, implicit = both(TWO_POINTS)
    start = initial(TWO_POINTS)
    implicit.matrix().replace_row(0, [Fraction(99)] * 3)
    assert list(implicit.matrix().values) == list(start.values)


def test_what_was_kept_of_a_neuron_that_had_not_moved_takes_it_back_to_start_again() -> None:
    for weights in both(TWO_POINTS):
        start, kept = rows_of(weights), weights.kept(Neuron(0))
        moved(weights, TWO_POINTS, [Fraction(1)])
        then = rows_of(weights)
        assert then[0] != start[0]
        weights.restore(Neuron(0), kept)
        assert rows_of(weights)[0] == start[0]
        assert list(weights.coefficients(Neuron(0))) == []
        moved(weights, TWO_POINTS, [Fraction(1)])
        assert rows_of(weights)[0] == then[0]


def test_restoring_takes_numbers_and_not_their_list() -> None:
    for weights in both(TWO_POINTS):
        numbers = [Fraction(k) for k in range(len(weights.kept(Neuron(0))) or 2)]
        weights.restore(Neuron(0), numbers)
        before = rows_of(weights)
        numbers[0] = Fraction(99)
        assert rows_of(weights) == before


# ---- cost ----------------------------------------------------------------------------------------


@share(2)
@given(draws(widths=(4, 16)), SIZES)
def test_a_move_makes_the_products_that_it_returns(drawn: Drawn, size: Fraction) -> None:
    """Rewritten (P + U)·d, implicit P: no factor d."""
    rewritten, implicit = both(drawn)
    firing, points, d = drawn.jacobian(RATIONAL).firing, points_of(drawn), len(drawn.points[0])
    each = moving(firing, Fraction(1))
    with counted() as done:
        cost = rewritten.move(each, size, points)
    assert cost == Counts(done["*"]) == Counts((firing.pairs + firing.union) * d)
    assert cost == closed_forms.rewrite(firing.pairs, firing.union, d)
    with counted() as done:
        cost = implicit.move(each, size, points)
    assert cost == Counts(done["*"]) == Counts(firing.pairs) == closed_forms.collect(firing.pairs)


@share(8)
@given(setups(), READINGS, st.sampled_from([Method.GAUSS_NEWTON, Method.GRADIENT_DESCENT]))
def test_a_step_charges_move_and_refresh_by_the_reading(
    given_setup: Setup, reading: Reading, family: Method
) -> None:
    """The structure is the flat scan, which writes U scores a point and multiplies nothing."""
    chosen = rule_of(family, RATIONAL, 1, Fraction(1, 8))
    parts = trained(given_setup, RATIONAL, chosen, Way(Structure.SCAN, reading))
    observation = observe(parts)
    try:
        made = advance(parts, observation, 0)
    except SingularGram:
        return
    assert made is not None
    firing, n, d = observation.firing, parts.problem.n, parts.problem.d
    pairs, moving = firing.pairs, firing.union
    work = {
        Reading.RECOMPUTED: ((pairs + moving) * d, moving * n * d),
        Reading.REWRITTEN: ((pairs + moving) * d, pairs * n + moving * n),
        Reading.IMPLICIT: (pairs, pairs * n + moving * n),
    }
    move, refresh = work[reading]
    assert parts.counters.of(Label.MOVE) == Counts(move)
    assert parts.counters.of(Label.REFRESH) == Counts(refresh, node_writes=moving * n)


@share(8)
@given(setups(), READINGS)
def test_move_and_refresh_make_the_products_that_they_charge(
    given_setup: Setup, reading: Reading
) -> None:
    """Besides them a gradient step makes those of its shares: two a point."""
    chosen = GradientSteps(RATIONAL, 1, Fraction(1, 8))
    parts = trained(given_setup, RATIONAL, chosen, Way(Structure.SCAN, reading))
    observation = observe(parts)
    with counted() as done:
        advance(parts, observation, 0)
    charged = parts.counters.of(Label.MOVE) + parts.counters.of(Label.REFRESH)
    assert done["*"] == charged.multiply_adds + 2 * parts.problem.n
