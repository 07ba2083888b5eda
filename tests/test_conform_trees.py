"""Trees as ports dump them: which shapes are trees, what stands in them, what a query looks at."""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invariants.conformance.judging.trees import (
    Shape,
    canonical_visits,
    most_visits,
    wrong_inner_nodes,
)
from invariants.conformance.protocol.messages import Tree
from invariants.conformance.protocol.wire import bits_of
from reference.ids import Point
from reference.scalar import RATIONAL
from reference.structures.tournament_tree import TournamentTrees
from tests.strategies import share

SCORES = st.lists(st.integers(-3, 3).map(Fraction), min_size=1, max_size=17)
"""So few values that most of them are ties."""

THRESHOLDS = st.integers(-4, 4).map(Fraction)


def grown(seed: int) -> Shape:
    """Any tree: a few nodes without a parent, or a single one, get one, till one is left."""
    random = Random(seed)
    m = random.randint(1, 12)
    orphans, children = list(range(m)), list[list[int]]()
    while len(orphans) > 1 or random.random() < 0.3:
        chosen = random.sample(orphans, random.randint(1, min(5, len(orphans))))
        orphans = [node for node in orphans if node not in chosen] + [m + len(children)]
        children.append(chosen)
    order = random.sample(range(len(children)), len(children))
    renamed = {m + old: m + new for new, old in enumerate(order)}
    return Shape(m, [[renamed.get(node, node) for node in children[old]] for old in order])


SHAPES = st.integers(0, (1 << 32) - 1).map(grown)


def leaves_for(shape: Shape, data: st.DataObject) -> list[Fraction]:
    """Scores with ties."""
    few = st.integers(-3, 3).map(Fraction)
    return data.draw(st.lists(few, min_size=shape.m, max_size=shape.m))


def values(shape: Shape, leaves: Sequence[Fraction]) -> list[Fraction]:
    """Of the inner nodes: the maximum of all leaves below each."""
    return [
        max(leaves[r] for r in leaves_below(shape, shape.m + k)) for k in range(len(shape.children))
    ]


def leaves_below(shape: Shape, node: int) -> list[int]:
    """From left to right."""
    if node < shape.m:
        return [node]
    return [r for child in shape.children[node - shape.m] for r in leaves_below(shape, child)]


def looked_at(shape: Shape, nodes: Sequence[Fraction], threshold: Fraction) -> int:
    """The root, and all children of each inner node above the threshold that is reached."""
    below = {node for line in shape.children for node in line}
    (root,) = set(range(len(nodes))) - below
    waiting, visits = [root], 0
    while waiting:
        node = waiting.pop()
        visits += 1
        if node >= shape.m and nodes[node] > threshold:
            waiting += shape.children[node - shape.m]
    return visits


# ---- which shapes are trees ----------------------------------------------------------------------


@share(2)
@given(SHAPES)
def test_a_tree_has_no_flaw(shape: Shape) -> None:
    assert shape.flaw() is None


@pytest.mark.parametrize("m", range(1, 18))
def test_the_canonical_shape_has_no_flaw_and_the_numbers_of_the_page(m: int) -> None:
    shape = Shape.canonical(m)
    assert shape.flaw() is None

    def number(k: int) -> int:
        """Of node k: the leaf of neuron r is node m + r, `inner` lists the nodes 1 … m − 1."""
        return k - m if k >= m else m + k - 1

    assert shape.children == [[number(2 * k), number(2 * k + 1)] for k in range(1, m)]
    deepest_first = sorted(range(m), key=lambda r: (-(m + r).bit_length(), r))
    assert leaves_below(shape, 0 if m == 1 else m) == deepest_first


FLAWS = [
    ("no child", 2, [[0, 1], []], "inner node 1 has no child"),
    ("an unknown node", 2, [[0, 1, 3]], "inner node 0 has a child 3, and there are 3 nodes"),
    ("a doubled leaf", 3, [[0, 1], [2, 3, 0]], "the leaf of neuron 0 hangs below two nodes"),
    ("a leaf twice below one", 2, [[0, 1, 1]], "the leaf of neuron 1 hangs below two nodes"),
    ("a doubled inner node", 2, [[0, 1], [2], [2]], "inner node 0 hangs below two nodes"),
    ("a missing leaf", 3, [[0, 2]], "the leaf of neuron 1, inner node 0 without a parent"),
    ("two roots", 4, [[0, 1], [2, 3]], "inner node 0, inner node 1 without a parent"),
    ("no tree at all", 2, [], "the leaf of neuron 0, the leaf of neuron 1 without a parent"),
    ("a circle alone", 1, [[0, 1]], "no node without a parent"),
    ("a circle of two", 2, [[0, 3], [1, 2]], "no node without a parent"),
    ("a circle beside", 1, [[2], [1]], "in a circle"),
    ("a circle beside a tree", 2, [[0, 1], [4], [3]], "in a circle"),
]


@pytest.mark.parametrize(
    ("m", "children", "told"), [flaw[1:] for flaw in FLAWS], ids=[f[0] for f in FLAWS]
)
def test_what_is_no_tree_is_told_why(m: int, children: list[list[int]], told: str) -> None:
    assert told in (Shape(m, children).flaw() or "")


@share(2)
@given(SHAPES, st.data())
def test_any_one_change_of_a_child_makes_it_no_tree(shape: Shape, data: st.DataObject) -> None:
    """Another child in one place: that one has two parents now, and the former one has none."""
    if not shape.children:
        return
    k = data.draw(st.integers(0, len(shape.children) - 1))
    place = data.draw(st.integers(0, len(shape.children[k]) - 1))
    before = shape.children[k][place]
    nodes = shape.m + len(shape.children)
    other = data.draw(st.integers(0, nodes).filter(lambda node: node != before))
    children = [list(line) for line in shape.children]
    children[k][place] = other
    assert Shape(shape.m, children).flaw() is not None


def test_a_dumped_shape_is_taken_and_the_canonical_one_if_none_was() -> None:
    inner = [bits_of(1.0)]
    assert Shape.of(Tree(inner=inner), 2) == Shape.canonical(2)
    assert Shape.of(Tree(inner=inner, children=[[1, 0]]), 2) == Shape(2, [[1, 0]])


# ---- heights -------------------------------------------------------------------------------------


@share(2)
@given(SHAPES)
def test_a_node_is_one_higher_than_the_highest_of_its_children(shape: Shape) -> None:
    def height(node: int) -> int:
        if node < shape.m:
            return 0
        return 1 + max(map(height, shape.children[node - shape.m]))

    nodes = range(shape.m + len(shape.children))
    assert shape.heights() == {node: height(node) for node in nodes}
    assert shape.most_children == max((len(line) for line in shape.children), default=0)


def test_a_long_chain_in_the_worst_order_takes_no_time() -> None:
    """A port may send as many nodes in one line; pass by pass they took hours."""
    longest = 100_000
    chain = Shape(1, [[k + 2] for k in range(longest - 1)] + [[0]])
    assert chain.flaw() is None
    assert max(chain.heights().values()) == longest


def test_canonical_trees_are_as_low_as_can_be() -> None:
    heights = [max(Shape.canonical(m).heights().values()) for m in range(1, 18)]
    assert heights == [(m - 1).bit_length() for m in range(1, 18)]


# ---- what stands in them -------------------------------------------------------------------------


@share(2)
@given(SHAPES, st.data())
def test_inner_nodes_are_held_against_their_children(shape: Shape, data: st.DataObject) -> None:
    leaves = data.draw(
        st.lists(st.integers(-2, 2).map(Fraction), min_size=shape.m, max_size=shape.m)
    )
    right = values(shape, leaves)
    assert wrong_inner_nodes(shape, leaves, right) == []
    for k in range(len(right)):
        changed = [*right[:k], right[k] + data.draw(st.sampled_from([-1, 1])), *right[k + 1 :]]
        assert (k, right[k]) in wrong_inner_nodes(shape, leaves, changed)


# ---- what a query looks at -----------------------------------------------------------------------


@share(2)
@given(SCORES, THRESHOLDS)
def test_canonical_visits_are_the_reference_s_own_count(
    scores: list[Fraction], threshold: Fraction
) -> None:
    counted = TournamentTrees(RATIONAL, [scores]).query(Point(0), threshold)
    visits = canonical_visits(scores, threshold)
    shape = Shape.canonical(len(scores))
    assert visits == counted.cost.node_visits
    assert visits == looked_at(shape, [*scores, *values(shape, scores)], threshold)
    assert max(1, len(counted.fired)) <= visits <= most_visits(shape, len(counted.fired))


@pytest.mark.parametrize("m", [1, 2, 3, 21, 64])
def test_canonical_visits_of_real_numbers_are_the_reference_s_own_count(m: int) -> None:
    random = Random(m)
    scores = [Fraction(random.gauss(0, 1)) for _ in range(m)]
    for threshold in (Fraction(-9), Fraction(0), Fraction(1), max(scores), Fraction(9)):
        counted = TournamentTrees(RATIONAL, [scores]).query(Point(0), threshold)
        assert canonical_visits(scores, threshold) == counted.cost.node_visits
    assert canonical_visits(scores, max(scores)) == 1
    assert canonical_visits(scores, Fraction(-9)) == 2 * m - 1


@share(2)
@given(SHAPES, st.data(), THRESHOLDS)
def test_no_tree_lets_a_query_look_at_more_than_the_bound(
    shape: Shape, data: st.DataObject, threshold: Fraction
) -> None:
    leaves = data.draw(
        st.lists(st.integers(-4, 4).map(Fraction), min_size=shape.m, max_size=shape.m)
    )
    answers = sum(leaf > threshold for leaf in leaves)
    visits = looked_at(shape, [*leaves, *values(shape, leaves)], threshold)
    assert max(1, answers) <= visits <= most_visits(shape, answers)


def test_the_bound_is_met() -> None:
    """One answer below a chain of nodes with two children each; four below a single node."""
    chain = Shape(4, [[0, 1], [2, 4], [3, 5]])
    one = [Fraction(1), Fraction(0), Fraction(0), Fraction(0)]
    assert looked_at(chain, [*one, *values(chain, one)], Fraction(0)) == 7 == most_visits(chain, 1)
    assert (
        most_visits(chain, 0) == most_visits(Shape(1, []), 0) == most_visits(Shape(1, []), 1) == 1
    )
    assert most_visits(Shape(4, [[0, 1, 2, 3]]), 1) == 5


def test_of_many_nodes_without_a_parent_four_are_named() -> None:
    flaw = Shape(5, [[0]]).flaw()
    assert flaw is not None
    assert [f"neuron {r}" in flaw for r in range(1, 5)] == [True] * 4
    assert "inner node 0" not in flaw
