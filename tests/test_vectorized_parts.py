"""The parts of the vectorized engine say what the plain ones say.

Everything is equal, bit for bit: what is not a sum, always; sums, on dyadic numbers, of which every
order of summation makes the same.
"""

from collections.abc import Iterator
from fractions import Fraction

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from reference.activation import Activation
from reference.counters import Counters
from reference.errors import BadShape
from reference.firing_sets import ListedFiringSets, firing_sets
from reference.ids import Neuron, Point
from reference.motion import ListedMotion
from reference.ports.vectorized.array_engine import ArrayEngine
from reference.ports.vectorized.arrays import AHEAD, behind, over_blocks, over_rows
from reference.ports.vectorized.firing_arrays import FiringArrays, firing_arrays
from reference.ports.vectorized.motion_arrays import MotionArrays
from reference.ports.vectorized.weight_arrays import WeightArrays, motion_arrays
from reference.scalar import BINARY64
from reference.structures.threshold_search import Structure
from reference.training.engine import PlainEngine
from reference.training.iteration import query
from reference.training.step_rule import GradientSteps
from reference.weights import Reading
from tests.array_trainings import ARRAY_WAYS, array_trainer, array_weights
from tests.small_training import HALF_ALIVE, Setup
from tests.strategies import ACTIVATIONS, dyadic, setups, share
from tests.trainings import Way, trained

WAYS = st.sampled_from(ARRAY_WAYS)
READINGS = st.sampled_from([Reading.REWRITTEN, Reading.IMPLICIT])
ACTS = ACTIVATIONS


@pytest.fixture(scope="module", autouse=True)
def small_blocks() -> Iterator[None]:
    """Three columns a block, so that there are several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reference.ports.vectorized.arrays.BLOCK", 3)
        yield


# ---- blocks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", range(11))
def test_blocks_cover_all_columns_once_in_order(columns: int) -> None:
    parts = over_blocks(columns, lambda block: list(range(columns))[block])
    assert [r for part in parts for r in part] == list(range(columns))
    assert all(0 < len(part) <= 3 for part in parts)


def test_an_error_in_a_block_comes_out() -> None:
    def fail(block: slice) -> None:
        if block.start == 6:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        over_blocks(10, fail)


@pytest.mark.parametrize("items", [0, 1, AHEAD, AHEAD + 1, 3 * AHEAD])
def test_work_behind_comes_in_order_and_never_far_behind(items: int) -> None:
    made: list[int] = []

    def making() -> Iterator[int]:
        for k in range(items):
            made.append(k)
            yield k

    done = 0
    for found in behind(making(), lambda k: k * k):
        assert found == done * done
        done += 1
        assert len(made) == min(items, done + AHEAD)
    assert done == items == len(made)


def test_an_error_behind_comes_out() -> None:
    with pytest.raises(ZeroDivisionError):
        list(behind(range(2 * AHEAD), lambda k: 1 // (k - 2)))


@pytest.mark.parametrize("columns", [2, 3, 4, 50])
def test_rows_come_in_order(columns: int) -> None:
    """Of few columns at once, of many on all cores."""
    flags = np.arange(9 * columns).reshape(9, columns) % 5 == 0
    assert list(over_rows(flags, lambda row: row.tolist())) == flags.tolist()


# ---- firing sets ---------------------------------------------------------------------------------


@st.composite
def flagged(draw: st.DrawFn, n: int) -> FiringArrays:
    """Some columns of twelve neurons, some points asked about, who fires there."""
    columns = sorted(draw(st.sets(st.integers(0, 11), max_size=12)))
    asked = draw(st.lists(st.integers(0, n - 1).map(Point), min_size=1, unique=True))
    flags = np.zeros((n, len(columns)), np.bool_)
    for i in asked:
        flags[i] = draw(st.lists(st.booleans(), min_size=len(columns), max_size=len(columns)))
    return FiringArrays(np.array(columns, np.int64), flags, asked)


def listed(arrays: FiringArrays) -> ListedFiringSets:
    """The same by looking at each flag."""
    by_point = [
        [Neuron(int(r)) for r, flag in zip(arrays.columns, row, strict=True) if flag]
        for row in arrays.flags
    ]
    return firing_sets(by_point, arrays.asked)


PLACES = [3, 5, 8, 13, 21, 34, 55, 89, 144, 2**40, 2**62 - 1, 2**63 - 1]


@given(st.integers(1, 4).flatmap(lambda n: st.tuples(flagged(n), flagged(n))))
def test_firing_sets_on_arrays_are_the_listed_ones(pair: tuple[FiringArrays, FiringArrays]) -> None:
    for arrays in pair:
        lists = listed(arrays)
        assert arrays.by_point == lists.by_point
        assert list(arrays.by_neuron.items()) == list(lists.by_neuron.items())
        assert (arrays.counts, arrays.pairs) == (lists.counts, lists.pairs)
        assert arrays.union == lists.union
        assert repr(arrays.coincidences) == repr(lists.coincidences)
        assert arrays.silent_points == lists.silent_points
        assert arrays.digest(PLACES) == lists.digest(PLACES)
        assert arrays.digest(range(12)) == lists.digest(range(12))
        again = firing_arrays(lists)
        assert firing_arrays(arrays) is arrays
        assert (again.by_point, again.asked) == (lists.by_point, lists.asked)
    now, earlier = pair
    moved = listed(now).switched(listed(earlier))
    assert now.switched(earlier) == now.switched(listed(earlier)) == moved
    assert now.switched(FiringArrays(now.columns, now.flags.copy(), [])) == 0
    opposite = FiringArrays(now.columns, ~now.flags, [])
    assert now.switched(opposite) == now.flags.size


# ---- motions and weights -------------------------------------------------------------------------


@st.composite
def moved(draw: st.DrawFn) -> tuple[Setup, list[list[bool]], list[float], list[float]]:
    """A setup, who fires there, a g, and the sizes of three steps along it."""
    given_setup = draw(setups())
    n, m = len(given_setup.points), len(given_setup.signs)
    row = st.lists(st.booleans(), min_size=m, max_size=m)
    flags = draw(st.lists(row, min_size=n, max_size=n))
    g = draw(st.lists(dyadic(BINARY64), min_size=n, max_size=n))
    return given_setup, flags, g, draw(st.lists(dyadic(BINARY64), min_size=1, max_size=3))


def both_motions(
    given_setup: Setup, flags: list[list[bool]], g: list[float], columns: list[int], scale: float
) -> tuple[MotionArrays, ListedMotion[float]]:
    """The same direction; on arrays with these columns, whose neurons alone fire."""
    n = len(given_setup.points)
    names = np.array(columns, np.int64)
    firing = FiringArrays(names, np.array(flags)[:, names], [Point(i) for i in range(n)])
    signs = np.array(given_setup.signs, np.float64)[names]
    motion = MotionArrays(firing, signs, -scale * np.array(g))
    return motion, ListedMotion(scale, given_setup.signs, listed(firing), g)


@share(2)
@given(moved(), st.data(), st.sampled_from([0.25, 1 / 3]))
def test_a_motion_on_arrays_is_the_listed_one(
    drawn: tuple[Setup, list[list[bool]], list[float], list[float]],
    data: st.DataObject,
    scale: float,
) -> None:
    """Shares always; displacements where no sum rounds."""
    given_setup, flags, g, _ = drawn
    m = len(given_setup.signs)
    columns = sorted(data.draw(st.sets(st.integers(0, m - 1), min_size=1)))
    arrays, lists = both_motions(given_setup, flags, g, columns, scale)
    assert arrays.neurons == lists.neurons
    assert arrays.coefficients == lists.coefficients
    assert not arrays.displaced
    products = [
        [float(sum(p * q for p, q in zip(x, y, strict=True))) for y in given_setup.points]
        for x in given_setup.points
    ]
    if scale == 0.25:
        assert arrays.score_displacements(products) == lists.score_displacements(products)
        fresh, _ = both_motions(given_setup, flags, g, columns, scale)
        fresh.displace(products)
        assert [motion.displaced for motion in (arrays, fresh, lists)] == [True] * 3


@share(2)
@given(moved(), READINGS, st.data())
def test_weights_on_arrays_move_as_the_plain_ones(
    drawn: tuple[Setup, list[list[bool]], list[float], list[float]],
    reading: Reading,
    data: st.DataObject,
) -> None:
    """Rows, coefficients, who has moved, costs; and what is kept of a neuron brings it back."""
    given_setup, flags, g, sizes = drawn
    points = given_setup.problem(BINARY64).points
    rule = GradientSteps(BINARY64, len(points), 1.0)
    way = Way(Structure.SCAN, reading)
    plain = trained(given_setup, BINARY64, rule, way).network.weights
    arrays = array_weights(given_setup, reading)
    assert (arrays.rows, arrays.columns, arrays.implicit) == (
        plain.rows,
        plain.columns,
        plain.implicit,
    )
    for size in sizes:
        every = list(range(plain.rows))
        some = sorted(data.draw(st.sets(st.sampled_from(every), min_size=1)))
        columns = data.draw(st.sampled_from([every, some]))
        motion, lists = both_motions(given_setup, flags, g, columns, 0.25)
        assert arrays.move(motion, size, points) == plain.move(lists, size, points)
    assert arrays.moved == set(plain.moved)
    assert list(arrays.matrix().values) == list(plain.matrix().values)
    again = array_weights(given_setup, reading)
    for r in map(Neuron, range(plain.rows)):
        assert arrays.row(r) == plain.row(r)
        assert list(arrays.coefficients(r)) == list(plain.coefficients(r))
        assert arrays.kept(r) == plain.kept(r)
        if r in arrays.moved:
            again.restore(r, arrays.kept(r))
    assert again.moved == arrays.moved
    assert list(again.matrix().values) == list(arrays.matrix().values)


@pytest.mark.parametrize(("reading", "length"), [(Reading.REWRITTEN, 2), (Reading.IMPLICIT, 3)])
def test_a_neuron_is_restored_from_as_many_numbers_as_are_kept(
    reading: Reading, length: int
) -> None:
    weights = array_weights(HALF_ALIVE, reading)
    for wrong in (1, 4):
        with pytest.raises(BadShape, match=f"expected {length}, found {wrong}"):
            weights.restore(Neuron(0), [1.0] * wrong)
    assert weights.moved == set()
    weights.restore(Neuron(0), [1.0] * length)
    assert weights.moved == {0}
    if reading is Reading.IMPLICIT:
        weights.restore(Neuron(0), [])
        assert weights.moved == set()
        assert weights.row(Neuron(0)) == [float(w) for w in HALF_ALIVE.weights[0]]


def test_weights_follow_the_motions_of_their_own_engine_alone() -> None:
    lists = ListedMotion(1.0, (1,), firing_sets([[Neuron(0)]], [Point(0)]), [1.0])
    with pytest.raises(TypeError, match="their own engine"):
        motion_arrays(lists)
    with pytest.raises(TypeError):
        WeightArrays(np.zeros((1, 1))).move(lists, 1.0, [[1.0]])


# ---- sums ----------------------------------------------------------------------------------------


@share(2)
@given(setups(), WAYS, ACTS, st.data())
def test_on_dyadic_numbers_the_engines_sums_are_the_plain_ones(
    given_setup: Setup, way: Way, activation: Activation, data: st.DataObject
) -> None:
    """Residuals at the points asked about, G, residuals after a step; and stored scores then."""
    n = len(given_setup.points)
    rule = GradientSteps(BINARY64, n, 1.0)
    plain = trained(given_setup, BINARY64, rule, way, activation)
    arrays = array_trainer(given_setup, rule, way, activation)
    assert isinstance(arrays.engine, ArrayEngine)
    assert isinstance(plain.engine, PlainEngine)
    assert (arrays.engine.keeps_the_order, plain.engine.keeps_the_order) == (False, True)
    assert arrays.network.offset == plain.network.offset
    every = [Point(i) for i in range(n)]
    asked = data.draw(
        st.one_of(st.just(every), st.lists(st.sampled_from(every), min_size=1, unique=True))
    )
    here, there = query(arrays, asked), query(plain, asked)
    assert here.by_point == there.by_point
    assert arrays.counters.take() == plain.counters.take()
    for i in asked:
        held = plain.network.held
        assert arrays.scores.at(i, held) == plain.scores.at(i, held)
    residual = arrays.engine.residual(arrays.network, arrays.problem, arrays.scores, here)
    assert residual == plain.engine.residual(plain.network, plain.problem, plain.scores, there)
    m = plain.network.m
    assert arrays.engine.gram(arrays.products, here, m) == plain.engine.gram(
        plain.products, there, m
    )
    g = data.draw(st.lists(dyadic(BINARY64), min_size=n, max_size=n))
    motion = arrays.engine.motion(arrays.network, here, g)
    lists = plain.engine.motion(plain.network, there, g)
    size = data.draw(dyadic(BINARY64))
    if asked == every:
        after = arrays.engine.residual_after(
            arrays.network, arrays.problem, arrays.scores, motion, size, arrays.products
        )
        assert after == plain.engine.residual_after(
            plain.network, plain.problem, plain.scores, lists, size, plain.products
        )
    elif data.draw(st.booleans()):
        motion.displace(arrays.products)
        lists.displace(plain.products)
    known = motion.displaced
    arrays.scores.refresh(arrays.network, motion, size, arrays.products, arrays.counters)
    assert motion.displaced == known
    plain.scores.refresh(plain.network, lists, size, plain.products, plain.counters)
    assert arrays.counters.take() == plain.counters.take()
    if way.structure is not None:
        for i in every:
            assert arrays.scores.at(i, held) == plain.scores.at(i, held)


@share(2)
@given(
    setups(), st.lists(st.lists(st.floats(-4, 4), min_size=3, max_size=3), min_size=3, max_size=3)
)
def test_g_has_the_same_bits_whatever_the_products(
    given_setup: Setup, products: list[list[float]]
) -> None:
    """Counts are whole numbers, and each entry is a product and a quotient of one."""
    rule = GradientSteps(BINARY64, 1, 1.0)
    plain = trained(given_setup, BINARY64, rule, Way(Structure.SCAN))
    firing = query(plain, plain.problem.indices)
    engine = array_trainer(given_setup, rule, Way(Structure.SCAN)).engine
    used = [row[: plain.problem.n] for row in products[: plain.problem.n]]
    for m in (plain.network.m, 3, 2**62):
        found = engine.gram(used, firing_arrays(firing), m)
        assert repr(found) == repr(plain.engine.gram(used, firing, m))


@pytest.mark.parametrize("c", [1, 7, 8, 9, 63, 64, 65, 127, 128, 129])
def test_g_counts_every_column_of_any_number(c: int) -> None:
    """Flags are packed eight a byte and eight bytes a word."""
    flags = np.ones((2, c), np.bool_)
    flags[1, : c // 2] = False
    firing = FiringArrays(np.arange(c), flags, [Point(0), Point(1)])
    engine = array_trainer(HALF_ALIVE, GradientSteps(BINARY64, 1, 1.0), Way(None)).engine
    more = c - c // 2
    assert engine.gram([[1.0, 0.5], [0.5, 1.0]], firing, 1) == [[float(c)], [more / 2, float(more)]]


def test_counters_of_fresh_scores_are_those_of_all_products() -> None:
    """And nothing is refreshed."""
    arrays = array_trainer(HALF_ALIVE, GradientSteps(BINARY64, 1, 1.0), Way(None))
    counters = Counters()
    firing = arrays.scores.query(arrays.network, [Point(2)], counters)
    spent = sum((counts.multiply_adds for counts in counters.take().values()), 0)
    assert spent == 16 * 2
    assert [len(fired) for fired in firing.by_point] == [0, 0, len(firing.by_point[2])]
    assert firing.asked == [Point(2)]
    assert Fraction(arrays.scores.at(Point(2), [Neuron(2)])[0]) != 0
