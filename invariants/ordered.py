"""What must be true of an ordered tree (nodes are neurons, keys are (score, neuron))."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from invariants.invariant import Invariant
from reference.ids import Neuron
from reference.scalar import S
from reference.structures.ordered_tree import OrderedTree
from reference.violation import Violation

ORDER = Invariant(
    "ordered/order",
    "Left of a node are smaller keys, right of it larger ones.",
    touched="each neuron that moved is found by its key",
    full="the whole tree, in order",
)

BALANCE = Invariant(
    "ordered/balance",
    "A node's height is one more than its higher child's, and its children's differ by at most 1.",
    touched="the nodes from the root to each neuron that moved",
    full="every node",
)

SIZE = Invariant(
    "ordered/size",
    "Every neuron is a node of the tree, once.",
    touched="when the tree is built",
    full="the whole tree",
)


def ways_to(tree: OrderedTree[S], neurons: Sequence[Neuron]) -> list[list[int]]:
    """For each neuron, the nodes from the root to where its key belongs. Cost: height a neuron."""
    return [_way_to(tree, r) for r in neurons]


def nodes_on(ways: Sequence[Sequence[int]]) -> list[int]:
    """The nodes on any of these ways, each once."""
    return sorted({node for way in ways for node in way})


def neurons_are_found(
    tree: OrderedTree[S], neurons: Sequence[Neuron], ways: Sequence[Sequence[int]], path: str
) -> list[Violation]:
    """ORDER as far as these neurons show it: the way to each neuron's key ends at the neuron."""
    return [
        ORDER.violated(
            f"{path} / neuron {r}",
            f"key {(tree.scores[r], r)} at the end of its way",
            f"a way that ends at node {way[-1]}",
        )
        for r, way in zip(neurons, ways, strict=True)
        if way[-1] != r
    ]


def _way_to(tree: OrderedTree[S], r: int) -> list[int]:
    """No way is longer than m nodes, however broken the tree."""
    key = (tree.scores[r], r)
    way = [tree.root]
    while way[-1] != r and len(way) <= tree.m:
        node = way[-1]
        below = tree.left[node] if key < (tree.scores[node], node) else tree.right[node]
        if below == tree.m:
            break
        way.append(below)
    return way


def nodes_are_balanced(tree: OrderedTree[S], nodes: Iterable[int], path: str) -> list[Violation]:
    """BALANCE at these nodes."""
    violations = []
    for node in nodes:
        left, right = tree.height[tree.left[node]], tree.height[tree.right[node]]
        if tree.height[node] != 1 + max(left, right) or abs(left - right) > 1:
            expected = f"height {1 + max(left, right)}, children's heights at most 1 apart"
            found = f"height {tree.height[node]}, children's heights {left} and {right}"
            violations.append(BALANCE.violated(f"{path} / node {node}", expected, found))
    return violations


def keys_are_in_order(tree: OrderedTree[S], path: str) -> list[Violation]:
    """ORDER of the whole tree: visited from left to right, keys increase."""
    order = in_order(tree)
    violations = []
    for r, successor in pairwise(order):
        if not (tree.scores[r], r) < (tree.scores[successor], successor):
            expected = f"a key above {(tree.scores[r], r)}"
            found = (tree.scores[successor], successor)
            violations.append(ORDER.violated(f"{path} / node {successor}", expected, found))
    return violations


def every_neuron_stands_once(tree: OrderedTree[S], path: str) -> list[Violation]:
    """SIZE of the whole tree."""
    found = in_order(tree)
    if sorted(found) == list(range(tree.m)):
        return []
    missing = sorted(set(range(tree.m)) - set(found))
    return [SIZE.violated(path, f"{tree.m} nodes", f"{len(found)} nodes, missing {missing[:8]}")]


def in_order(tree: OrderedTree[S]) -> list[int]:
    """The nodes from left to right; a loop ends when more than 2m are seen or waiting."""
    order: list[int] = []
    waiting: list[int] = []
    node = tree.root
    while (waiting or node != tree.m) and len(order) + len(waiting) <= 2 * tree.m:
        while node != tree.m and len(waiting) <= tree.m:
            waiting.append(node)
            node = tree.left[node]
        node = waiting.pop()
        order.append(node)
        node = tree.right[node]
    return order
