"""The counts that the structures return are those of walking through their nodes naively."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference import closed_forms
from reference.counters import Counts
from reference.ids import Neuron, Point
from reference.scalar import BINARY64, RATIONAL
from reference.structures.flat_scan import FlatScan
from reference.structures.incremental_sets import MEMBER_BYTES, IncrementalSets
from reference.structures.ordered_tree import OrderedTrees
from reference.structures.tournament_tree import TournamentTrees, inner_nodes_above
from tests.counted_fractions import counted
from tests.dense_model import firing, heights
from tests.strategies import columns, dyadic, share

THRESHOLD = dyadic(BINARY64)
NEURONS = st.lists(st.integers(0, 12).map(Neuron), max_size=5, unique=True)


def visited(nodes: Sequence[float], threshold: float, m: int, k: int = 1) -> int:
    """Nodes looked at below node k: itself, and its children if it is inner and above."""
    if k >= m or nodes[k] <= threshold:
        return 1
    below = (visited(nodes, threshold, m, child) for child in (2 * k, 2 * k + 1))
    return 1 + sum(below)


def ancestors(neuron: int, m: int) -> set[int]:
    node, above = m + neuron, set()
    while node := node // 2:
        above.add(node)
    return above


@given(columns(BINARY64), THRESHOLD)
def test_a_tournament_query_costs_the_nodes_it_visits(
    scores: list[list[float]], threshold: float
) -> None:
    search = TournamentTrees(BINARY64, scores)
    for i, nodes in enumerate(search.trees):
        visits = visited(nodes, threshold, search.m)
        cost = search.query(Point(i), threshold).cost
        assert cost == Counts(comparisons=visits, node_visits=visits)


@given(columns(BINARY64), NEURONS)
def test_a_tournament_change_costs_its_leaves_and_their_ancestors_once(
    scores: list[list[float]], some: list[Neuron]
) -> None:
    search = TournamentTrees(BINARY64, scores)
    neurons = [r for r in some if r < search.m]
    above = set[int]().union(*(ancestors(r, search.m) for r in neurons))
    nodes = search.n * (len(neurons) + len(above))
    cost = search.replace(neurons, [[0.0] * len(neurons)] * search.n)
    assert cost == Counts(comparisons=search.n * len(above), node_visits=nodes, node_writes=nodes)
    parents_last = inner_nodes_above(neurons, search.m)
    assert sorted(above, reverse=True) == sorted(parents_last, reverse=True)
    assert all(k // 2 not in parents_last[:place] for place, k in enumerate(parents_last))


@pytest.mark.parametrize("m", range(1, 18))
def test_a_tournament_has_two_m_minus_one_nodes(m: int) -> None:
    search = TournamentTrees(BINARY64, [[0.0] * m] * 2)
    assert search.build_cost == Counts(2 * 0, 2 * (m - 1), 2 * (2 * m - 1), 2 * (2 * m - 1))
    assert [len(nodes) - 1 for nodes in search.trees] == [2 * m - 1] * 2
    if m.bit_count() == 1:
        assert 2 * m - 1 == 2 * 2 ** (m.bit_length() - 1) - 1
    assert search.stored_bytes == sum(8 * len(nodes) for nodes in search.trees)


def within_the_bound(visits: int, k: int, m: int) -> bool:
    """visits ≤ 1 + 2k(log₂(m/k) + 2), raised to a power of two so that it is about integers."""
    if k == 0:
        return visits == 1
    excess = visits - 1 - 4 * k
    return excess <= 0 or 2**excess * k ** (2 * k) <= m ** (2 * k)


@pytest.mark.parametrize("m", [1, 2, 4, 8])
def test_every_query_of_a_small_tournament_is_within_the_bound(m: int) -> None:
    for scores in product((0.0, 1.0), repeat=m):
        answer = TournamentTrees(BINARY64, [scores]).query(Point(0), 0.0)
        assert within_the_bound(answer.cost.node_visits, len(answer.fired), m)


@given(st.sets(st.integers(0, 63), max_size=24))
def test_a_tournament_query_is_within_the_bound(fires: set[int]) -> None:
    scores = [1.0 if r in fires else 0.0 for r in range(64)]
    answer = TournamentTrees(BINARY64, [scores]).query(Point(0), 0.0)
    assert within_the_bound(answer.cost.node_visits, len(fires), 64)


def test_answers_spread_evenly_come_closest_to_the_bound() -> None:
    spread = [1.0 if r % 8 == 0 else 0.0 for r in range(64)]
    visits = TournamentTrees(BINARY64, [spread]).query(Point(0), 0.0).cost.node_visits
    assert visits == 1 + 2 * 8 * 3 + 2 * 7
    assert not within_the_bound(1 + 2 * 8 * (3 + 2) + 1, 8, 64)


@given(columns(BINARY64, m=40), THRESHOLD)
def test_an_ordered_query_visits_its_answers_and_at_most_height_more(
    scores: list[list[float]], threshold: float
) -> None:
    search = OrderedTrees(BINARY64, scores)
    for i, tree in enumerate(search.trees):
        fired, cost = search.query(Point(i), threshold)
        k = len(fired)
        assert k <= cost.node_visits <= k + heights(tree)[tree.root]
        assert cost.comparisons == cost.node_visits + closed_forms.sorting(k)


@share(2)
@given(columns(BINARY64, n=1, m=40), st.lists(st.tuples(st.integers(0, 39), THRESHOLD)))
def test_an_ordered_change_costs_at_most_its_bound(
    scores: list[list[float]], changes: list[tuple[int, float]]
) -> None:
    search = OrderedTrees(BINARY64, scores)
    (tree,) = search.trees
    for neuron, score in changes:
        most = closed_forms.ordered_replace_at_most(1, heights(tree)[tree.root])
        cost = search.replace([Neuron(neuron % search.m)], [[score]])
        assert 0 < cost.node_visits <= most.node_visits
        assert 0 < cost.node_writes <= most.node_writes
        assert cost.comparisons <= most.comparisons


def test_a_change_of_the_ordered_root_alone_is_counted() -> None:
    cost = OrderedTrees(BINARY64, [[1.0]] * 2).replace([Neuron(0)], [[2.0]] * 2)
    assert cost == Counts(comparisons=0, node_visits=2 * 2, node_writes=2 * 2)


def test_an_ordered_change_stops_climbing_where_the_height_is_what_it_was() -> None:
    """Of 7 nodes in 3 levels the least leaf leaves and returns: its parent is as high as before."""
    cost = OrderedTrees(BINARY64, [[float(r) for r in range(7)]]).replace([Neuron(0)], [[0.5]])
    assert cost == Counts(comparisons=2 + 3, node_visits=4 + 4, node_writes=2 + 3)


def test_an_ordered_change_that_rotates_writes_three_nodes_for_it() -> None:
    """The least of three becomes the greatest: the node between them turns under the next."""
    cost = OrderedTrees(BINARY64, [[0.0, 1.0, 2.0]]).replace([Neuron(0)], [[3.0]])
    assert cost == Counts(comparisons=1 + 3, node_visits=3 + 5, node_writes=2 + 6)


def test_an_ordered_change_of_an_inner_node_writes_its_successor_too() -> None:
    """The root of seven nodes leaves, the next takes its place, and it returns as a leaf."""
    cost = OrderedTrees(BINARY64, [[float(r) for r in range(7)]]).replace([Neuron(3)], [[3.25]])
    assert cost == Counts(comparisons=0 + 4, node_visits=4 + 7, node_writes=4 + 5)


@pytest.mark.parametrize(("k", "comparisons"), [(0, 0), (1, 0), (2, 2), (3, 6), (4, 8), (5, 15)])
def test_sorting_is_charged_k_times_the_levels_of_k(k: int, comparisons: int) -> None:
    assert closed_forms.sorting(k) == comparisons


def test_building_and_storing_is_counted_for_every_point() -> None:
    scores = [[0.0] * 5] * 3
    ordered, scan = OrderedTrees(BINARY64, scores), FlatScan(BINARY64, scores)
    assert ordered.build_cost == Counts(0, 3 * 15, 3 * 5, 3 * 5)
    assert ordered.stored_bytes == 3 * (5 * 8 + 6 * (4 + 4 + 1))
    assert scan.build_cost == Counts(node_writes=3 * 5)
    assert scan.stored_bytes == 3 * 5 * 8


def test_a_scan_looks_at_every_score_and_writes_the_changed_ones() -> None:
    scan = FlatScan(BINARY64, [[0.0] * 5] * 3)
    assert scan.query(Point(1), 0.0).cost == Counts(comparisons=5, node_visits=5)
    assert scan.replace([Neuron(4), Neuron(2)], [[1.0, 2.0]] * 3) == Counts(node_writes=2 * 3)


# ---- incremental sets ----------------------------------------------------------------------------


@given(columns(RATIONAL), dyadic(RATIONAL), st.lists(st.tuples(NEURONS, dyadic(RATIONAL))))
def test_incremental_sets_compare_each_score_as_often_as_is_charged(
    scores: list[list[Fraction]], threshold: Fraction, changes: list[tuple[list[Neuron], Fraction]]
) -> None:
    """Once when it is built in, once when it is changed, never when it is asked about."""
    with counted() as done:
        search = IncrementalSets(RATIONAL, scores, threshold)
    assert search.build_cost == Counts(comparisons=done["<"], node_writes=search.m * search.n)
    for some, score in changes:
        neurons = [r for r in some if r < search.m]
        with counted() as done:
            cost = search.replace(neurons, [[score] * len(neurons)] * search.n)
        assert cost == Counts(comparisons=done["<"], node_writes=search.n * len(neurons))
        with counted() as done:
            search.query(Point(0), threshold)
        assert done["<"] == 0


@given(columns(BINARY64, n=1, m=40), THRESHOLD, NEURONS, THRESHOLD)
def test_an_incremental_query_costs_what_the_present_scores_say(
    scores: list[list[float]], threshold: float, some: list[Neuron], score: float
) -> None:
    """Its k answers and sorting them: asked once or twice, changed there and back, or built anew.

    So a run that is resumed counts what one that was never interrupted does.
    """
    search = IncrementalSets(BINARY64, scores, threshold)
    neurons = [r for r in some if r < search.m]
    k = len(firing(scores[0], threshold))
    expected = Counts(comparisons=closed_forms.sorting(k), node_visits=k)
    assert search.query(Point(0), threshold).cost == expected
    assert search.query(Point(0), threshold).cost == expected
    before = [search.scores(Point(0), neurons)]
    search.replace(neurons, [[score] * len(neurons)])
    again = [search.scores(Point(0), [Neuron(r) for r in range(search.m)])]
    built = IncrementalSets(BINARY64, again, threshold)
    assert search.query(Point(0), threshold) == built.query(Point(0), threshold)
    search.replace(neurons, before)
    assert search.query(Point(0), threshold).cost == expected


@pytest.mark.parametrize("m", [8, 4096])
def test_no_cost_of_an_incremental_change_or_query_knows_the_width(m: int) -> None:
    search = IncrementalSets(BINARY64, [[1.0] * 3 + [0.0] * (m - 3)] * 2, 0.5)
    assert search.build_cost == Counts(comparisons=2 * m, node_writes=2 * m)
    assert search.query(Point(1), 0.5).cost == Counts(comparisons=6, node_visits=3)
    changed = search.replace([Neuron(4), Neuron(2)], [[0.0, 1.0]] * 2)
    assert changed == Counts(comparisons=2 * 2, node_writes=2 * 2)


def test_a_silent_point_costs_an_incremental_query_nothing() -> None:
    assert IncrementalSets(BINARY64, [[0.0] * 9], 0.0).query(Point(0), 0.0).cost == Counts()


def test_incremental_sets_store_a_number_a_score_and_their_present_members() -> None:
    search = IncrementalSets(BINARY64, [[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]], 0.5)
    assert search.stored_bytes == 6 * 8 + 3 * MEMBER_BYTES
    search.replace([Neuron(0), Neuron(2)], [[0.0, 0.0], [1.0, 1.0]])
    assert search.stored_bytes == 6 * 8 + 2 * MEMBER_BYTES
