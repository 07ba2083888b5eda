"""The flat scan on arrays: every stored score is compared with b, all points at once."""

from collections.abc import Sequence

import numpy as np

from reference import closed_forms
from reference.counters import Counts
from reference.ids import Point
from reference.ports.vectorized.arrays import Floats, Ints, Row
from reference.ports.vectorized.firing_arrays import FiringArrays
from reference.scalar import BINARY64
from reference.structures.flat_scan import FlatScan


class ScanArrays(FlatScan[float]):
    """A flat scan whose lists are the rows of one array.

    Queries and changes for one point at a time are the reference's, on the same memory.
    """

    values: Floats

    def __init__(self, values: Floats) -> None:
        """Shapes: n×k. The array is kept, not copied."""
        self._arithmetic = BINARY64
        self.values = values
        self.lists = [Row(row) for row in values]
        self.m = values.shape[1]

    def firing(self, points: Sequence[Point], threshold: float) -> tuple[FiringArrays, Counts]:
        """Who fires on these points. Cost: one visit a score."""
        if len(points) == len(self.values):
            flags = self.values > threshold
        else:
            flags = np.zeros(self.values.shape, np.bool_)
            flags[points] = self.values[points] > threshold
        found = FiringArrays(np.arange(self.m), flags, points)
        return found, closed_forms.scan_query(self.m).times(len(points))

    def block(self, columns: Ints) -> Floats:
        """The scores of these neurons. Shapes: n×c."""
        return self.values if len(columns) == self.m else self.values[:, columns]

    def write(self, columns: Ints, block: slice, scores: Floats) -> None:
        """These of the columns hold these scores."""
        where = block if len(columns) == self.m else columns[block]
        self.values[:, where] = scores

    def repaired(self, moving: Ints) -> Counts:
        """Nothing stands above a score. Cost: one write a score that moved."""
        return closed_forms.scan_replace(len(moving)).times(self.n)
