"""Tournament trees on one array: a level of all trees at a time.

Column i is point i's tree, node for node as the reference's (root at 1, the leaf of neuron r at
m + r, row 0 unused), so that trees can be compared and counts are the same. A node's values at all
points lie side by side, since most of what is done to one tree is done to all.
"""

from collections.abc import Sequence

import numpy as np

from reference import closed_forms
from reference.counters import Counts
from reference.ids import Point
from reference.ports.vectorized.arrays import Floats, Ints, Row
from reference.ports.vectorized.firing_arrays import FiringArrays
from reference.scalar import BINARY64
from reference.structures.tournament_tree import TournamentTrees


class TournamentArrays(TournamentTrees[float]):
    """Tournament trees whose nodes are the rows of one array.

    Queries and changes for one point at a time are the reference's, on the same memory.
    """

    nodes: Floats

    def __init__(self, nodes: Floats) -> None:
        """Shapes: 2k×n, with the scores of k neurons as the lower half. Kept, not copied."""
        self._arithmetic = BINARY64
        self.nodes = nodes
        self.m = len(nodes) // 2
        stop = self.m
        while stop > 1:
            start = (stop + 1) // 2
            left, right = nodes[2 * start : 2 * stop : 2], nodes[2 * start + 1 : 2 * stop : 2]
            np.maximum(left, right, out=nodes[start:stop])
            stop = start
        self.trees = [Row(column) for column in nodes.T]

    def firing(self, points: Sequence[Point], threshold: float) -> tuple[FiringArrays, Counts]:
        """Who fires on these points, by descent from all roots together.

        Cost: 1 + 2A visits a point, A its inner nodes above the threshold.
        """
        rows = np.array(points, np.int64)
        level = np.ones_like(rows)
        above = self.nodes[level, rows] > threshold
        rows, level = rows[above], level[above]
        leaves: list[Ints] = []
        holders: list[Ints] = []
        expanded = 0
        while len(level):
            inner = level < self.m
            leaves.append(level[~inner] - self.m)
            holders.append(rows[~inner])
            rows, level = rows[inner], level[inner]
            expanded += len(level)
            rows = np.repeat(rows, 2)
            level = np.repeat(2 * level, 2)
            level[1::2] += 1
            above = self.nodes[level, rows] > threshold
            rows, level = rows[above], level[above]
        fired = np.concatenate([*leaves, np.empty(0, np.int64)])
        on = np.concatenate([*holders, np.empty(0, np.int64)])
        columns, place = np.unique(fired, return_inverse=True)
        flags = np.zeros((self.n, len(columns)), np.bool_)
        flags[on, place] = True
        roots = closed_forms.tournament_query(0).times(len(points) - 1)
        cost = roots + closed_forms.tournament_query(expanded)
        return FiringArrays(columns, flags, points), cost

    def block(self, columns: Ints) -> Floats:
        """The scores of these neurons. Shapes: n×c."""
        found: Floats = self.nodes[self.m + columns].T
        return found

    def write(self, columns: Ints, block: slice, scores: Floats) -> None:
        """The leaves of these of the columns hold these scores."""
        self.nodes[self.m + columns[block]] = scores.T

    def repaired(self, moving: Ints) -> Counts:
        """Every node above a leaf that moved holds the larger of its children.

        Cost: a write a leaf, and one for each inner node above, once.
        """
        levels = (self.m - 1).bit_length()
        changed = np.sort(self.m + moving)
        split = int(np.searchsorted(changed, 1 << levels))
        level, higher = changed[split:], changed[:split]
        above = 0
        for _ in range(levels):
            parents = level >> 1
            parents = parents[np.diff(parents, prepend=0) > 0]
            self.nodes[parents] = np.maximum(self.nodes[2 * parents], self.nodes[2 * parents + 1])
            above += len(parents)
            level, higher = np.union1d(parents, higher), higher[:0]
        return closed_forms.tournament_replace(len(moving), above).times(self.n)
