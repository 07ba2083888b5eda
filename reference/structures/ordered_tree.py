r"""The ordered tree: a balanced binary search tree over (score, neuron), as the paper's title says.

One AVL tree a training point. The nodes are the neurons themselves: node r has the score of neuron
r, a left and a right child, and a height; the heights of two siblings differ by at most one. Keys
are pairs, so equal scores are in order too. All that is above a threshold lies to the right:

               (0.4, r2)                 query(τ = 0.3) visits r2, r0 and r3,
              /         \               passes r1, and answers r0, r2, r3
        (0.1, r1)     (0.7, r0)
                             \
                           (0.7, r3)

The index m stands for "no node"; its height is 0, so that no rule needs a special case. 17 bytes a
score in floats: 8 the score, 4 + 4 the children, 1 the height.

Cost: a query visits its k answers and at most height nodes that it passes. A change removes each
neuron and inserts it again, two descents of at most height ≤ 1.4405·log₂(m + 2) nodes each.

The shape depends on the history, not on the scores alone; `shape` gives the heights, from which and
the order the very same tree is linked again (in an AVL tree the highest node of any interval of the
order is the root of that interval).
"""

from array import array
from collections.abc import Iterable, MutableSequence, Sequence
from typing import Generic

from reference import closed_forms
from reference.counters import Counts, added
from reference.ids import Neuron, Point
from reference.scalar import Arithmetic, S
from reference.structures.threshold_search import (
    Answer,
    check_change,
    check_query,
    check_reading,
    checked_columns,
)


class OrderedTree(Generic[S]):
    """The AVL tree of one training point."""

    __slots__ = ("height", "left", "m", "right", "root", "scores")

    scores: MutableSequence[S]

    def __init__(self, scores: MutableSequence[S], heights: bytes | None = None) -> None:
        """The tree of these scores: of the least height, or with these heights, one a neuron."""
        self.m = m = len(scores)
        self.scores = scores
        self.left = array("i", [m]) * (m + 1)
        self.right = array("i", [m]) * (m + 1)
        ascending = [r for _, r in sorted(zip(scores, range(m), strict=True))]
        self.height = array("b", bytes(m + 1))
        if heights is None:
            for r, height in zip(ascending, _least_heights(m), strict=True):
                self.height[r] = height
        else:
            self.height[:m] = array("b", heights)
        self.root = self._linked(ascending)

    def _linked(self, ascending: Sequence[int]) -> int:
        """Nodes in ascending order are linked so that in each interval the highest is the root."""
        left, right, height = self.left, self.right, self.height
        spine: list[int] = []
        for r in ascending:
            below = self.m
            while spine and height[spine[-1]] < height[r]:
                below = spine.pop()
            left[r] = below
            if spine:
                right[spine[-1]] = r
            spine.append(r)
        return spine[0]

    # ---- query -----------------------------------------------------------------------------------

    def query(self, threshold: S) -> Answer:
        """All neurons above the threshold, ascending by neuron."""
        scores, left, right, none = self.scores, self.left, self.right, self.m
        fired: list[int] = []
        visits = 0
        level = [self.root]
        while level:
            visits += len(level)
            firing = [r for r in level if scores[r] > threshold]
            fired += firing
            below = [left[r] for r in firing] + [right[r] for r in level]
            level = [r for r in below if r != none]
        fired.sort()
        cost = closed_forms.ordered_query(len(fired), visits - len(fired))
        return Answer([Neuron(r) for r in fired], cost)

    # ---- change ----------------------------------------------------------------------------------

    def replace(self, r: Neuron, score: S) -> Counts:
        """Neuron r has this score, and stands where the order wants it."""
        removed = self._remove(r)
        self.scores[r] = score
        return removed + self._insert(r)

    def _goes_left(self, r: int, node: int) -> bool:
        """Is the key of r less than the key of this node?"""
        mine, other = self.scores[r], self.scores[node]
        return mine < other or (mine == other and r < node)

    def _insert(self, r: int) -> Counts:
        """Node r, so far outside the tree, is in it."""
        none = self.m
        path: list[int] = []
        node = self.root
        while node != none:
            path.append(node)
            node = self.left[node] if self._goes_left(r, node) else self.right[node]
        self.left[r] = self.right[r] = none
        self.height[r] = 1
        if not path:
            self.root = r
        elif self._goes_left(r, path[-1]):
            self.left[path[-1]] = r
        else:
            self.right[path[-1]] = r
        return self._rebalanced(path, comparisons=len(path) + bool(path), writes=1 + bool(path))

    def _remove(self, r: int) -> Counts:
        """Node r, so far in the tree, is outside it."""
        path: list[int] = []
        node = self.root
        while node != r:
            path.append(node)
            node = self.left[node] if self._goes_left(r, node) else self.right[node]
        comparisons = len(path)
        if self.left[r] == self.m or self.right[r] == self.m:
            only = self.right[r] if self.left[r] == self.m else self.left[r]
            self._hang(path, r, only)
            return self._rebalanced(path, comparisons, writes=1)
        self._hang_successor(path, r)
        return self._rebalanced(path, comparisons, writes=3)

    def _hang_successor(self, path: list[int], r: int) -> None:
        """The next node in order takes the place of r; the path goes down to where it was."""
        place = len(path)
        path.append(r)
        successor = self.right[r]
        while self.left[successor] != self.m:
            path.append(successor)
            successor = self.left[successor]
        self._hang(path, successor, self.right[successor])
        self.left[successor] = self.left[r]
        self.right[successor] = self.right[r]
        self.height[successor] = self.height[r]
        self._hang(path[:place], r, successor)
        path[place] = successor

    def _hang(self, path: Sequence[int], old: int, new: int) -> None:
        """Where `old` hung, below the end of the path, hangs `new`."""
        if not path:
            self.root = new
        elif self.left[path[-1]] == old:
            self.left[path[-1]] = new
        else:
            self.right[path[-1]] = new

    # ---- balance ---------------------------------------------------------------------------------

    def _rebalanced(self, path: list[int], comparisons: int, writes: int) -> Counts:
        """From the end of the path upwards balance and heights hold again; the whole cost so far.

        It stops at the first subtree whose height is what it was: nothing above it has changed.
        """
        visits = len(path) + 1
        while path:
            node = path.pop()
            before = self.height[node]
            top = self._balanced(node)
            visits += 1
            writes += 1 if top == node else 3
            if top != node:
                self._hang(path, node, top)
            if self.height[top] == before:
                break
        return Counts(comparisons=comparisons, node_visits=visits, node_writes=writes)

    def _balanced(self, node: int) -> int:
        """The root of this subtree after at most two rotations; heights below it are right."""
        left, right, height = self.left, self.right, self.height
        lean = height[left[node]] - height[right[node]]
        if lean > 1:
            child = left[node]
            if height[left[child]] < height[right[child]]:
                left[node] = self._rotated_left(child)
            return self._rotated_right(node)
        if lean < -1:
            child = right[node]
            if height[right[child]] < height[left[child]]:
                right[node] = self._rotated_right(child)
            return self._rotated_left(node)
        self._set_height(node)
        return node

    def _rotated_left(self, node: int) -> int:
        top = self.right[node]
        self.right[node] = self.left[top]
        self.left[top] = node
        self._set_height(node)
        self._set_height(top)
        return top

    def _rotated_right(self, node: int) -> int:
        top = self.left[node]
        self.left[node] = self.right[top]
        self.right[top] = node
        self._set_height(node)
        self._set_height(top)
        return top

    def _set_height(self, node: int) -> None:
        height = self.height
        height[node] = 1 + max(height[self.left[node]], height[self.right[node]])


class OrderedTrees(Generic[S]):
    """One ordered tree a training point."""

    _arithmetic: Arithmetic[S]
    trees: list[OrderedTree[S]]
    m: int

    def __init__(
        self,
        arithmetic: Arithmetic[S],
        columns: Iterable[Sequence[S]],
        shape: Sequence[bytes] = (),
    ) -> None:
        """The trees of these scores: of the least height, or of the shape that `shape` gave."""
        self._arithmetic = arithmetic
        self.trees = []
        for i, column in enumerate(checked_columns(arithmetic, columns)):
            heights = shape[i] if shape else None
            self.trees.append(OrderedTree(arithmetic.store(column), heights))
        self.m = self.trees[0].m

    @property
    def n(self) -> int:
        """How many points."""
        return len(self.trees)

    @property
    def build_cost(self) -> Counts:
        """n times sorting and linking."""
        return closed_forms.ordered_build(self.m).times(self.n)

    @property
    def stored_bytes(self) -> int:
        """Score (in the float lane), children and height of each node, and of the one for none."""
        return self.n * (8 * self.m + (4 + 4 + 1) * (self.m + 1))

    def query(self, point: Point, threshold: S) -> Answer:
        """All neurons above the threshold."""
        check_query(self._arithmetic, self, point, threshold)
        return self.trees[point].query(threshold)

    def scores(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """The stored scores of these neurons."""
        check_reading(self, point, neurons)
        stored = self.trees[point].scores
        return [stored[r] for r in neurons]

    def replace(self, neurons: Sequence[Neuron], columns: Sequence[Sequence[S]]) -> Counts:
        """Each neuron is removed and inserted again with its new score, in every tree."""
        check_change(self._arithmetic, self, neurons, columns)
        return added(
            tree.replace(r, score)
            for tree, column in zip(self.trees, columns, strict=True)
            for r, score in zip(neurons, column, strict=True)
        )

    def shape(self) -> list[bytes]:
        """The height of every neuron, a byte each, one string a point."""
        return [tree.height[:-1].tobytes() for tree in self.trees]


def _least_heights(m: int) -> list[int]:
    """The heights, in order, of the tree of m nodes whose every root is its interval's middle."""
    heights = [0] * m
    intervals = [(0, m)]
    while intervals:
        start, end = intervals.pop()
        if start < end:
            middle = (start + end) // 2
            heights[middle] = (end - start).bit_length()
            intervals += [(start, middle), (middle + 1, end)]
    return heights
