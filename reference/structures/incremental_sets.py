"""The incremental firing sets: for one threshold, who is above it is kept and never looked for.

A neuron crosses the threshold only when its score changes, and whoever changes a score has it in
hand. So each point's set of neurons above is brought up to date score by score, and a query reads
it (claim beyond/no-search; ours, not the paper's):

    threshold 0.3      r0    r1    r2    r3     set            replace([r1, r2], [0.5, 0.3]):
    before             0.7   0.1   0.4   0.7    {r0, r2, r3}   r1 is above, and put in;
    after              0.7   0.5   0.3   0.7    {r0, r1, r3}   r2 is not, and taken out

The price is the threshold: it is fixed when the sets are built, and a query at any other is
refused. Training asks at b alone.

Cost: a query visits its k answers and sorts them, k·⌈log₂ k⌉ comparisons of neurons; no score is
compared, and m does not occur. A changed score is written and compared with the threshold, once
each, whether or not it crosses; its neuron is put into the set or taken out along with that, O(1).
The sets keep no order between queries, so that every count depends on the present scores alone, and
not on what was asked or changed before.
"""

from collections.abc import Iterable, MutableSequence, Sequence
from typing import Final, Generic

from reference import closed_forms
from reference.counters import Counts
from reference.errors import OtherThreshold
from reference.ids import Neuron, Point
from reference.scalar import Arithmetic, S
from reference.structures.threshold_search import (
    Answer,
    check_change,
    check_query,
    check_reading,
    check_threshold,
    checked_columns,
)

MEMBER_BYTES: Final = 80
"""What a neuron in a set takes, about: its number and its share of a hash table that is between a
seventh and three fifths full (CPython 3.11: from 56 bytes to 133)."""


class IncrementalSets(Generic[S]):
    """The scores of m neurons at n points, and for each point the neurons above the threshold."""

    _arithmetic: Arithmetic[S]
    lists: list[MutableSequence[S]]
    sets: list[set[Neuron]]
    threshold: S
    m: int

    def __init__(
        self, arithmetic: Arithmetic[S], columns: Iterable[Sequence[S]], threshold: S
    ) -> None:
        check_threshold(arithmetic, threshold)
        self._arithmetic = arithmetic
        self.threshold = threshold
        self.lists = []
        self.sets = []
        for column in checked_columns(arithmetic, columns):
            self.lists.append(arithmetic.store(column))
            self.sets.append({Neuron(r) for r, score in enumerate(column) if score > threshold})
        self.m = len(self.lists[0])

    @property
    def n(self) -> int:
        """How many points."""
        return len(self.lists)

    @property
    def build_cost(self) -> Counts:
        """One write and one comparison a score."""
        return closed_forms.incremental_build(self.m).times(self.n)

    @property
    def stored_bytes(self) -> int:
        """One number a score, in the float lane, and an estimate of the sets as they are now."""
        return 8 * self.m * self.n + MEMBER_BYTES * sum(map(len, self.sets))

    def query(self, point: Point, threshold: S) -> Answer:
        """All neurons above the threshold, which is the one that was fixed: the set, sorted.

        Errors: also `other-threshold`.
        """
        check_query(self._arithmetic, self, point, threshold)
        if threshold != self.threshold:
            raise OtherThreshold(self.threshold, threshold)
        fired = sorted(self.sets[point])
        return Answer(fired, closed_forms.incremental_query(len(fired)))

    def scores(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """The stored scores of these neurons."""
        check_reading(self, point, neurons)
        stored = self.lists[point]
        return [stored[r] for r in neurons]

    def replace(self, neurons: Sequence[Neuron], columns: Sequence[Sequence[S]]) -> Counts:
        """The neurons have the new scores, and are in the set wherever these are above."""
        check_change(self._arithmetic, self, neurons, columns)
        threshold = self.threshold
        for stored, above, column in zip(self.lists, self.sets, columns, strict=True):
            for r, score in zip(neurons, column, strict=True):
                stored[r] = score
                if score > threshold:
                    above.add(r)
                else:
                    above.discard(r)
        return closed_forms.incremental_replace(len(neurons)).times(self.n)

    def shape(self) -> list[bytes]:
        """Nothing: the scores and the threshold say it all."""
        return []
