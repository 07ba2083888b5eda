"""Structures on arrays are the reference's, node for node, and count what it counts."""

from collections.abc import Iterator

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import example, given

from reference.counters import added
from reference.errors import BadIndex, BadShape, NotFinite
from reference.ids import Neuron, Point
from reference.ports.vectorized.arrays import Row
from reference.ports.vectorized.tournament_arrays import TournamentArrays
from reference.structures.threshold_search import Structure
from reference.structures.tournament_tree import TournamentTrees
from tests.array_trainings import Both, both, many_columns, quarters, tournament_arrays
from tests.dense_model import stored
from tests.strategies import share

STRUCTURES = st.sampled_from([Structure.TOURNAMENT, Structure.SCAN])
WIDTHS = [*range(1, 18), 31, 32, 33, 40]


@pytest.fixture(scope="module", autouse=True)
def small_blocks() -> Iterator[None]:
    """Five columns a block, so that there are several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reference.ports.vectorized.arrays.BLOCK", 5)
        yield


def assert_same(pair: Both) -> None:
    """All scores, and all nodes of trees."""
    arrays, plain = pair.arrays, pair.plain
    assert (arrays.m, arrays.n) == (plain.m, plain.n)
    assert (arrays.build_cost, arrays.stored_bytes) == (plain.build_cost, plain.stored_bytes)
    assert stored(arrays) == stored(plain)
    if isinstance(arrays, TournamentArrays):
        assert isinstance(plain, TournamentTrees)
        for mine, theirs in zip(arrays.trees, plain.trees, strict=True):
            assert list(mine)[1:] == list(theirs)[1:]


def assert_asked_alike(pair: Both, points: list[Point], threshold: float) -> None:
    """All points together on arrays; one after another there and here."""
    found, cost = pair.arrays.firing(points, threshold)
    answers = {i: pair.plain.query(i, threshold) for i in points}
    every = [Point(i) for i in range(pair.plain.n)]
    expected = [answers[i].fired if i in answers else [] for i in every]
    assert [list(fired) for fired in found.by_point] == expected
    assert found.asked == points
    assert (np.diff(found.columns) > 0).all()
    assert cost == added(answer.cost for answer in answers.values())
    for i in points:
        assert pair.arrays.query(i, threshold) == answers[i]


def change_together(pair: Both, columns: list[int], moving: list[int], data: st.DataObject) -> None:
    """As a step does: written in blocks of the columns, then repaired where some moved."""
    names, moved = np.array(columns), [Neuron(r) for r in moving]
    scores = pair.arrays.block(names).copy()
    for row in scores:
        row[np.isin(names, moving)] = data.draw(quarters(len(moving)))
    for start in range(0, len(columns), 3):
        block = slice(start, min(start + 3, len(columns)))
        pair.arrays.write(names, block, scores[:, block])
    cost = pair.arrays.repaired(np.array(moving))
    new = [row[np.isin(names, moving)].tolist() for row in scores]
    assert cost == pair.plain.replace(moved, new)


@share(2)
@given(STRUCTURES, many_columns(), st.data())
def test_after_any_changes_they_are_the_same(
    structure: Structure, columns: list[list[float]], data: st.DataObject
) -> None:
    """Whole blocks of columns of which some move, or neurons by name; asked at scores and ties."""
    pair = both(structure, columns)
    m, n = pair.plain.m, pair.plain.n
    neurons = st.integers(0, m - 1)
    assert_same(pair)
    for _ in range(data.draw(st.integers(1, 3))):
        named = sorted(data.draw(st.sets(neurons, min_size=1)))
        if data.draw(st.booleans()):
            held = data.draw(st.sampled_from([list(range(m)), named]))
            change_together(pair, held, named, data)
        else:
            some = data.draw(st.permutations([Neuron(r) for r in named]))
            new = [data.draw(quarters(len(some))) for _ in range(n)]
            assert pair.arrays.replace(some, new) == pair.plain.replace(some, new)
        assert_same(pair)
        asked = data.draw(st.lists(st.integers(0, n - 1).map(Point), min_size=1, unique=True))
        ties = st.sampled_from(stored(pair.plain)[0])
        assert_asked_alike(pair, asked, data.draw(st.one_of(quarters(1).map(lambda q: q[0]), ties)))


@pytest.mark.parametrize("m", WIDTHS)
def test_a_tree_of_any_width_is_built_searched_and_repaired_like_the_reference_s(m: int) -> None:
    """Ascending scores at one point, descending at the other; each leaf alone, then all."""
    pair = both(Structure.TOURNAMENT, [[float(r) for r in range(m)], [-float(r) for r in range(m)]])
    assert_same(pair)
    for threshold in (-0.5, 0.0, m / 2, m - 1.0, float(m)):
        assert_asked_alike(pair, [Point(0), Point(1)], threshold)
    for moving in [[r] for r in range(m)] + [list(range(m))]:
        scores = np.array([[-float(r + m)] * len(moving) for r in (0, 1)])
        pair.arrays.write(np.array(moving), slice(0, len(moving)), scores)
        cost = pair.arrays.repaired(np.array(moving))
        assert cost == pair.plain.replace([Neuron(r) for r in moving], scores.tolist())
        assert_same(pair)


@share(4)
@given(many_columns())
@example([[1.0]])
def test_where_nobody_moves_nothing_is_repaired(columns: list[list[float]]) -> None:
    pair = both(Structure.TOURNAMENT, columns)
    assert pair.arrays.repaired(np.array([], np.int64)) == pair.plain.replace(
        [], [[]] * len(columns)
    )
    assert_same(pair)


@pytest.mark.parametrize("structure", [Structure.TOURNAMENT, Structure.SCAN])
def test_changes_that_the_reference_refuses_are_refused(structure: Structure) -> None:
    pair = both(structure, [[0.25, 1.0, -1.0], [1.0, 1.0, 0.0]])
    with pytest.raises(BadIndex):
        pair.arrays.replace([Neuron(3)], [[1.0], [1.0]])
    with pytest.raises(BadShape):
        pair.arrays.replace([Neuron(0)], [[1.0]])
    with pytest.raises(NotFinite):
        pair.arrays.replace([Neuron(0)], [[1.0], [float("nan")]])
    with pytest.raises(BadIndex):
        pair.arrays.query(Point(2), 0.0)
    assert_same(pair)


def test_a_row_is_a_sequence_of_python_s_floats_that_shares_its_memory() -> None:
    values = np.arange(6.0)
    row = Row(values)
    assert [type(number) for number in row] == [float] * 6
    assert list(row[1:3]) == [1.0, 2.0]
    row[0], row[4:] = 7.0, [8.0, 9.0]
    row[1:3][0] = 5.0
    row[2:4] = iter((4.0, 6.0))
    assert values.tolist() == [7.0, 5.0, 4.0, 6.0, 8.0, 9.0]
    with pytest.raises(TypeError, match="fixed length"):
        del row[0]
    with pytest.raises(TypeError, match="fixed length"):
        row.insert(0, 1.0)


def test_trees_are_one_array_with_a_column_a_point() -> None:
    arrays = tournament_arrays([[1.0, 2.0, 3.0], [6.0, 5.0, 4.0]])
    assert arrays.nodes[1:].tolist() == [[3.0, 6.0], [3.0, 5.0], [1.0, 6.0], [2.0, 5.0], [3.0, 4.0]]
    arrays.nodes[4] = 9.0
    assert [tree[4] for tree in arrays.trees] == [9.0, 9.0]
