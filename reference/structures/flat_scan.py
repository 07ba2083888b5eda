"""The flat scan: stored scores, looked at one by one. The honest baseline of every tree.

A query costs m visits whatever it answers, without a factor d; a change costs one write a score and
nothing above it. Where d ≥ m^α this is within the paper's bound too (claim structure/beats-scan).
"""

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


class FlatScan(Generic[S]):
    """The scores of m neurons at n points, in no order but the neurons' own."""

    _arithmetic: Arithmetic[S]
    lists: list[MutableSequence[S]]
    m: int

    def __init__(self, arithmetic: Arithmetic[S], columns: Iterable[Sequence[S]]) -> None:
        self._arithmetic = arithmetic
        self.lists = []
        for column in checked_columns(arithmetic, columns):
            self.lists.append(arithmetic.store(column))
        self.m = len(self.lists[0])

    @property
    def n(self) -> int:
        """How many points."""
        return len(self.lists)

    @property
    def build_cost(self) -> Counts:
        """One write a score."""
        return closed_forms.scan_build(self.m).times(self.n)

    @property
    def stored_bytes(self) -> int:
        """One number a score, in the float lane."""
        return 8 * self.m * self.n

    def query(self, point: Point, threshold: S) -> Answer:
        """All neurons above the threshold: every one is looked at."""
        check_query(self._arithmetic, self, point, threshold)
        fired = [Neuron(r) for r, score in enumerate(self.lists[point]) if score > threshold]
        return Answer(fired, closed_forms.scan_query(self.m))

    def scores(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """The stored scores of these neurons."""
        check_reading(self, point, neurons)
        stored = self.lists[point]
        return [stored[r] for r in neurons]

    def replace(self, neurons: Sequence[Neuron], columns: Sequence[Sequence[S]]) -> Counts:
        """The neurons have the new scores."""
        check_change(self._arithmetic, self, neurons, columns)
        for stored, column in zip(self.lists, columns, strict=True):
            for r, score in zip(neurons, column, strict=True):
                stored[r] = score
        return closed_forms.scan_replace(len(neurons)).times(self.n)

    def shape(self) -> list[bytes]:
        """Nothing: a list has no shape."""
        return []
