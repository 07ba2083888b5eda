"""A draw of a sketch is known by its seed and number, and treats every neuron by itself."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference.firing_sets import FiringSets, ListedFiringSets, firing_sets
from reference.scalar import RATIONAL
from reference.solvers.sketch import SketchChoice, SketchKind, sketched
from tests.exact_algebra import Rows
from tests.linear_systems import Drawn, draws
from tests.strategies import share

pytestmark = pytest.mark.plain

KINDS = st.sampled_from(SketchKind)
BROAD = Drawn(((1, 2, -1), (2, 0, 1)), (1, -1, 1, -1), ((True, True, True, False),) * 2, (0, 0))


@pytest.mark.parametrize("kind", SketchKind)
def test_draws_and_seeds_make_sketches_of_their_own_and_the_same_ones_again(
    kind: SketchKind,
) -> None:
    def columns(seed: int, draw: int) -> str:
        choice = SketchChoice(kind, 8, seed)
        return repr(sketched(RATIONAL, BROAD.jacobian(RATIONAL), choice, draw).columns)

    names = [(seed, draw) for seed in range(12) for draw in range(12)]
    found = [columns(seed, draw) for seed, draw in names]
    assert len(set(found)) == len(names)
    assert [columns(seed, draw) for seed, draw in reversed(names)] == found[::-1]


@share(4)
@given(draws(), KINDS, st.integers(1, 9))
def test_the_order_of_neurons_does_not_matter(drawn: Drawn, kind: SketchKind, rows: int) -> None:
    there, back = drawn.jacobian(RATIONAL), drawn.jacobian(RATIONAL)
    neurons = sorted(back.signs, reverse=True)
    by_neuron = {r: there.firing.by_neuron[r] for r in neurons}
    back.firing = ListedFiringSets(there.firing.by_point, by_neuron, there.firing.asked)
    back.signs = {r: there.signs[r] for r in neurons}
    choice = SketchChoice(kind, rows, 0)
    assert sketched(RATIONAL, there, choice, 0) == sketched(RATIONAL, back, choice, 0)


@share(4)
@given(draws(widths=(4,)), KINDS, st.integers(1, 9), st.integers(0, 3))
def test_what_a_neuron_adds_does_not_depend_on_who_else_fires(
    drawn: Drawn, kind: SketchKind, rows: int, alone: int
) -> None:
    choice = SketchChoice(kind, rows, 0)

    def columns(only: FiringSets) -> Rows:
        jacobian = drawn.jacobian(RATIONAL)
        jacobian.firing = only
        return sketched(RATIONAL, jacobian, choice, 0).columns

    firing = drawn.jacobian(RATIONAL).firing
    mine = [[r for r in fired if r == alone] for fired in firing.by_point]
    others = [[r for r in fired if r != alone] for fired in firing.by_point]
    parts = [columns(firing_sets(sets, firing.asked)) for sets in (mine, others)]
    together = zip(*parts, strict=True)
    assert columns(firing) == [[p + q for p, q in zip(*pair, strict=True)] for pair in together]
