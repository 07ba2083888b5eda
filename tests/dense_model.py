"""The plain model that every structure is held against, and what each kind of tree must be."""

from collections.abc import Sequence

from reference.ids import Neuron, Point
from reference.scalar import S
from reference.structures.ordered_tree import OrderedTree
from reference.structures.threshold_search import ThresholdSearch


def firing(column: Sequence[S], threshold: S) -> list[Neuron]:
    """The neurons above the threshold, by looking."""
    return [Neuron(r) for r in range(len(column)) if column[r] > threshold]


def stored(search: ThresholdSearch[S]) -> list[list[S]]:
    """All scores that the structure holds."""
    neurons = [Neuron(r) for r in range(search.m)]
    return [search.scores(Point(i), neurons) for i in range(search.n)]


def disagreements(
    search: ThresholdSearch[S], columns: Sequence[Sequence[S]], thresholds: Sequence[S] = ()
) -> list[str]:
    """Every query that differs from the model's answer: at these thresholds, or else at each score
    of the point, ties being at every one.
    """
    return [
        f"point {i}, threshold {threshold}: {answer}, not {expected}"
        for i, column in enumerate(columns)
        for threshold in thresholds or column
        if (answer := search.query(Point(i), threshold).fired)
        != (expected := firing(column, threshold))
    ]


def check_tournament(nodes: Sequence[S], m: int) -> None:
    """Every inner node holds the larger of its children: too large a one costs visits in vain."""
    for k in range(1, m):
        assert nodes[k] == max(nodes[2 * k], nodes[2 * k + 1])


def in_order(tree: OrderedTree[S]) -> list[int]:
    """The tree's nodes from left to right."""

    def below(node: int) -> list[int]:
        if node == tree.m:
            return []
        return [*below(tree.left[node]), node, *below(tree.right[node])]

    return below(tree.root)


def heights(tree: OrderedTree[S]) -> dict[int, int]:
    """Every node's height, from its children's."""
    found = {tree.m: 0}

    def measure(node: int) -> int:
        if node != tree.m:
            found[node] = 1 + max(measure(tree.left[node]), measure(tree.right[node]))
        return found[node]

    measure(tree.root)
    return found


def check_ordered(tree: OrderedTree[S]) -> None:
    """Order, completeness, heights and balance hold."""
    order, height = in_order(tree), heights(tree)
    assert sorted(order) == list(range(tree.m))
    keys = [(tree.scores[r], r) for r in order]
    assert keys == sorted(keys)
    assert list(tree.height) == [height[r] for r in range(tree.m + 1)]
    for r in order:
        assert abs(height[tree.left[r]] - height[tree.right[r]]) <= 1


def links(tree: OrderedTree[S]) -> tuple[int, list[int], list[int], list[int]]:
    """Everything that says how the nodes hang together."""
    return tree.root, list(tree.left), list(tree.right), list(tree.height)
