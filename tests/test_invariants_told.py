"""What a violation says: where it is, what was expected there, and what was found."""

from collections.abc import Callable, Sequence
from math import inf

import pytest
from click.testing import CliRunner

from invariants import firing, incremental, leaves, ordered, tournament
from invariants.list_command import list_invariants
from invariants.monitor import INVARIANTS
from reference.firing_sets import firing_sets
from reference.ids import Neuron, Point
from reference.structures.ordered_tree import OrderedTree
from reference.violation import Violation

FOUR, SCORES = [Neuron(r) for r in range(4)], [0.5, 2.0, 1.0, 3.0]


def tree_of_seven() -> OrderedTree[float]:
    """Neuron r has the score r: 3 at the root, 1 and 5 below it, then 0, 2, 4 and 6; 7 is none."""
    return OrderedTree([float(r) for r in range(7)])


def rescored(r: int, score: float) -> OrderedTree[float]:
    """The same tree, but one neuron has another score where it stands."""
    tree = tree_of_seven()
    tree.scores[r] = score
    return tree


def lost(parent: int) -> OrderedTree[float]:
    """The same tree, but what was to the right of one node is gone, and its height is as before."""
    tree = tree_of_seven()
    tree.right[parent] = tree.m
    return tree


def found_in(tree: OrderedTree[float], r: int) -> list[Violation]:
    neurons = [Neuron(r)]
    return ordered.neurons_are_found(tree, neurons, ordered.ways_to(tree, neurons), "here")


def at_height(node: int, height: int) -> OrderedTree[float]:
    tree = tree_of_seven()
    tree.height[node] = height
    return tree


TOLD: list[tuple[Callable[[], list[Violation]], str, str, str]] = [
    (
        lambda: tournament.inner_nodes_hold_the_larger_child([0.0, 1.0, 0.0, 2.0], [1], "here"),
        "here / node 1 (root)",
        "2.0",
        "1.0",
    ),
    (
        lambda: tournament.inner_nodes_hold_the_larger_child(
            [0.0] * 6 + [5.0] + [0.0] * 5 + [0.0, -0.0], [6], "here"
        ),
        "here / node 6 (root right left)",
        "-0.0",
        "5.0",
    ),
    (
        lambda: tournament.answers_are_neurons([Neuron(1), Neuron(2), Neuron(5)], 5, "here"),
        "here / answer 2",
        "a neuron in 3 … 4",
        "5",
    ),
    (
        lambda: tournament.answers_are_neurons([Neuron(-1)], 5, "here"),
        "here / answer 0",
        "a neuron in 0 … 4",
        "-1",
    ),
    (
        lambda: found_in(rescored(6, 2.5), 6),
        "here / neuron 6",
        "key (2.5, 6) at the end of its way",
        "a way that ends at node 2",
    ),
    (
        lambda: ordered.keys_are_in_order(rescored(4, 2.5), "here"),
        "here / node 4",
        "a key above (3.0, 3)",
        "(2.5, 4)",
    ),
    (
        lambda: ordered.keys_are_in_order(rescored(3, 4.5), "here"),
        "here / node 4",
        "a key above (4.5, 3)",
        "(4.0, 4)",
    ),
    (
        lambda: ordered.nodes_are_balanced(at_height(3, 4), [3], "here"),
        "here / node 3",
        "height 3, children's heights at most 1 apart",
        "height 4, children's heights 2 and 2",
    ),
    (
        lambda: ordered.nodes_are_balanced(lost(3), [3], "here"),
        "here / node 3",
        "height 3, children's heights at most 1 apart",
        "height 3, children's heights 2 and 0",
    ),
    (
        lambda: ordered.every_neuron_stands_once(lost(3), "here"),
        "here",
        "7 nodes",
        "4 nodes, missing [4, 5, 6]",
    ),
    (
        lambda: ordered.every_neuron_stands_once(emptied(), "here"),
        "here",
        "12 nodes",
        "0 nodes, missing [0, 1, 2, 3, 4, 5, 6, 7]",
    ),
    (
        lambda: incremental.members_are_those_above(FOUR[1:], FOUR, SCORES, 1.0, "here"),
        "here / neuron 2",
        "not in the set: score 1.0, τ = 1.0",
        "in",
    ),
    (
        lambda: incremental.members_are_those_above(
            FOUR[1:2], FOUR[:3], [0.5, 2.0, 1.5], 1.0, "here"
        ),
        "here / neuron 2",
        "in the set: score 1.5, τ = 1.0",
        "not in",
    ),
    (
        lambda: incremental.members_are_neurons({Neuron(4), *FOUR}, 4, "here"),
        "here / neuron 4",
        "one of the neurons 0 … 3",
        "in",
    ),
    (
        lambda: leaves.scores_equal_inner_products(
            FOUR[:2], [1.0, 2.0], [1.0, 2.5], [0.0] * 2, "here"
        ),
        "here / neuron 1",
        "2.5",
        "2.0",
    ),
    (
        lambda: leaves.scores_equal_inner_products(
            FOUR[:2], [1.0, 2.0], [1.0, 2.5], [0.25] * 2, "here"
        ),
        "here / neuron 1",
        "2.5 within 0.25",
        "2.0",
    ),
    (
        lambda: firing.fires_iff_above([Neuron(1)], FOUR, SCORES, 1.0, "here"),
        "here / neuron 3",
        "fires: score 3.0, b = 1.0",
        "answered 0 times",
    ),
    (
        lambda: firing.fires_iff_above(FOUR[1:], FOUR, SCORES, 1.0, "here"),
        "here / neuron 2",
        "silent: score 1.0, b = 1.0",
        "answered 1 times",
    ),
    (
        lambda: firing.fires_iff_above(
            [Neuron(1), Neuron(1), Neuron(3)], FOUR, SCORES, 1.0, "here"
        ),
        "here / neuron 1",
        "fires: score 2.0, b = 1.0",
        "answered 2 times",
    ),
    (
        lambda: firing.fires_iff_above([Neuron(3), Neuron(1)], FOUR, SCORES, 1.0, "here"),
        "here / neuron 3",
        "fires: score 3.0, b = 1.0",
        "answered 1 times",
    ),
    (
        lambda: firing.union_never_grows(
            firing_sets([FOUR[:2], FOUR[1:2]], [Point(0), Point(1)]),
            firing_sets([FOUR[:1], []], [Point(0), Point(1)]),
            "here",
        ),
        "here / neuron 1",
        "dead: it fired on no point before",
        "[0, 1]",
    ),
]


def emptied() -> OrderedTree[float]:
    """Twelve neurons, none of which is reached."""
    tree = OrderedTree([float(r) for r in range(12)])
    tree.root = tree.m
    return tree


@pytest.mark.parametrize(("broken", "path", "expected", "found"), TOLD)
def test_a_violation_tells_its_place_what_was_expected_and_what_is_there(
    broken: Callable[[], list[Violation]], path: str, expected: str, found: str
) -> None:
    (violation,) = broken()
    assert (violation.path, violation.expected, violation.found) == (path, expected, found)


def right() -> Sequence[list[Violation]]:
    """What is as it should be, at the edges."""
    tree = tree_of_seven()
    return [
        tournament.inner_nodes_hold_the_larger_child([0.0, 2.0, 1.0, 2.0], [1], "here"),
        tournament.answers_are_neurons(FOUR, 4, "here"),
        ordered.keys_are_in_order(tree, "here"),
        ordered.keys_are_in_order(OrderedTree([1.0] * 5), "here"),
        ordered.nodes_are_balanced(tree, range(7), "here"),
        ordered.nodes_are_balanced(OrderedTree([1.0, 2.0]), range(2), "here"),
        ordered.every_neuron_stands_once(tree, "here"),
        [wrong for r in range(7) for wrong in found_in(tree, r)],
        incremental.members_are_those_above({Neuron(1), Neuron(3)}, FOUR, SCORES, 1.0, "here"),
        incremental.members_are_neurons({*FOUR}, 4, "here"),
        leaves.scores_equal_inner_products(FOUR[:2], [1.0, 2.0], [1.0, 2.5], [0.0, 0.5], "here"),
        firing.fires_iff_above([Neuron(1), Neuron(3)], FOUR, SCORES, 1.0, "here"),
    ]


def test_what_is_right_violates_nothing() -> None:
    assert right() == [[]] * len(right())


def test_the_nodes_on_ways_are_named_once() -> None:
    tree = tree_of_seven()
    ways = ordered.ways_to(tree, [Neuron(0), Neuron(2), Neuron(3)])
    assert ways == [[3, 1, 0], [3, 1, 2], [3]]
    assert ordered.nodes_on(ways) == [0, 1, 2, 3]


def test_a_walk_through_a_loop_ends_and_the_loop_is_told() -> None:
    """A way after m + 1 nodes; a visit of all when more than 2m are seen or waiting."""
    tree = tree_of_seven()
    tree.scores[6] = inf
    tree.right[5] = 3
    assert ordered.ways_to(tree, [Neuron(6)]) == [[3, 5, 3, 5, 3, 5, 3, 5]]
    for broken, visited in ((loop_to_the_right(), [0] * 13), (loop_to_the_left(), LEFT)):
        assert ordered.in_order(broken) == visited
        assert ordered.keys_are_in_order(broken, "here") != []
        assert ordered.every_neuron_stands_once(broken, "here") != []


def loop_to_the_right() -> OrderedTree[float]:
    """Right of the least leaf stands itself."""
    tree = tree_of_seven()
    tree.right[0] = 0
    return tree


def loop_to_the_left() -> OrderedTree[float]:
    """Left of the root stands itself."""
    tree = tree_of_seven()
    tree.left[3] = 3
    return tree


LEFT = [3, 5, 6, 3, 4, 5, 6, 3, 4]
"""Eight times the root waits; as soon as fewer wait there is room for what is on its right."""


def test_every_invariant_is_listed_with_what_each_level_looks_at() -> None:
    done = CliRunner().invoke(list_invariants, standalone_mode=False)
    assert done.return_value == 0
    lines = done.output.splitlines()
    assert lines[::3] == [invariant.name for invariant in INVARIANTS]
    assert lines[1::3] == [f"  {invariant.sentence}" for invariant in INVARIANTS]
    assert lines[2::3] == [
        f"  touched: {invariant.touched}; full: {invariant.full}" for invariant in INVARIANTS
    ]
