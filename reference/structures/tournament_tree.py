r"""The tournament tree: a node holds the larger of its children, so the root holds the maximum.

This is what the paper's procedures build, one tree a training point. The nodes lie in one array,
root at 1, children of k at 2k and 2k + 1; the leaf of neuron r is node m + r. For m = 5:

                 1
            /         \
           2           3
         /   \       /   \
        4     5     6     7         leaves 5 … 9 hold neurons 0 … 4
       / \   r0    r1    r2
      8   9
     r3   r4

Every m has such a tree of exactly 2m − 1 nodes, so there is no padding: 16 bytes a score in floats,
and no leaf that could answer without being a neuron. (A tree padded to the next power of two needs
up to 32 bytes, and a number below every score, which the rationals do not have.) Level by level,
left to right, its leaves are the neurons in ascending order.

Cost: build writes 2m − 1 nodes. A query that expands A inner nodes visits 1 + 2A; with k answers
A ≤ k·⌈log₂ m⌉. A change of U neurons writes U leaves and each inner node above one of them once.
"""

from bisect import bisect_left
from collections.abc import Iterable, MutableSequence, Sequence
from typing import Generic

from reference import closed_forms
from reference.counters import Counts
from reference.ids import Neuron, Point
from reference.scalar import Arithmetic, S
from reference.structures.threshold_search import (
    Answer,
    check_change,
    check_query,
    check_reading,
    checked_columns,
)


def inner_nodes_above(neurons: Iterable[Neuron], m: int) -> list[int]:
    """The inner nodes with one of these leaves below them, each once, children before parents.

    Cost: as many set insertions as there are such nodes, and sorting each level.

    >>> inner_nodes_above([Neuron(3), Neuron(4), Neuron(1)], m=5)
    [4, 3, 2, 1]
    """
    deep = (2 * m - 1).bit_length()
    levels: list[set[int]] = [set() for _ in range(deep + 1)]
    for r in neurons:
        levels[(m + r).bit_length()].add((m + r) >> 1)
    above: list[int] = []
    for depth in range(deep, 1, -1):
        parents = levels[depth]
        levels[depth - 1].update([k >> 1 for k in parents])
        above += sorted(parents, reverse=True)
    return above


class TournamentTrees(Generic[S]):
    """One tournament tree a training point, all of the same shape."""

    _arithmetic: Arithmetic[S]
    trees: list[MutableSequence[S]]
    m: int

    def __init__(self, arithmetic: Arithmetic[S], columns: Iterable[Sequence[S]]) -> None:
        self._arithmetic = arithmetic
        self.trees = []
        for column in checked_columns(arithmetic, columns):
            nodes = arithmetic.store(list(column) * 2)
            _repair(nodes, range(len(column) - 1, 0, -1))
            self.trees.append(nodes)
        self.m = len(self.trees[0]) // 2

    @property
    def n(self) -> int:
        """How many points."""
        return len(self.trees)

    @property
    def build_cost(self) -> Counts:
        """n builds of 2m − 1 nodes."""
        return closed_forms.tournament_build(self.m).times(self.n)

    @property
    def stored_bytes(self) -> int:
        """Two numbers a score, in the float lane."""
        return 8 * 2 * self.m * self.n

    def query(self, point: Point, threshold: S) -> Answer:
        """All neurons above the threshold: only nodes whose parent is above it are visited."""
        check_query(self._arithmetic, self, point, threshold)
        nodes, m = self.trees[point], self.m
        fired: list[Neuron] = []
        expanded = 0
        level = [1] if nodes[1] > threshold else []
        while level:
            inner = level[: bisect_left(level, m)]
            fired += [Neuron(k - m) for k in level[len(inner) :]]
            expanded += len(inner)
            level = []
            for parent in inner:
                k = 2 * parent
                if nodes[k] > threshold:
                    level.append(k)
                if nodes[k + 1] > threshold:
                    level.append(k + 1)
        return Answer(fired, closed_forms.tournament_query(expanded))

    def scores(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """The leaves of these neurons."""
        check_reading(self, point, neurons)
        nodes, m = self.trees[point], self.m
        return [nodes[m + r] for r in neurons]

    def replace(self, neurons: Sequence[Neuron], columns: Sequence[Sequence[S]]) -> Counts:
        """The leaves hold the new scores, and every node above them the larger of its children."""
        check_change(self._arithmetic, self, neurons, columns)
        above = inner_nodes_above(neurons, self.m)
        for nodes, column in zip(self.trees, columns, strict=True):
            for r, score in zip(neurons, column, strict=True):
                nodes[self.m + r] = score
            _repair(nodes, above)
        return closed_forms.tournament_replace(len(neurons), len(above)).times(self.n)

    def shape(self) -> list[bytes]:
        """Nothing: the shape depends on m alone."""
        return []


def _repair(nodes: MutableSequence[S], inner: Iterable[int]) -> None:
    """Each of these nodes, children before parents, holds the larger of its children."""
    for k in inner:
        left = nodes[2 * k]
        right = nodes[2 * k + 1]
        nodes[k] = left if left > right else right
