"""Firing sets as flags: one row a point, one column for each neuron that may fire."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256

import numpy as np

from reference.firing_sets import FiringSets
from reference.ids import Neuron, Point
from reference.ports.vectorized.arrays import Flags, Ints, over_blocks, over_rows


class FiringArrays:
    """Implements `FiringSets`. The lists that its interface promises are made when asked for.

    Shapes: `columns` names c of the network's neurons, ascending; `flags` is n×c. A neuron that is
    not among the columns fires nowhere.
    """

    def __init__(self, columns: Ints, flags: Flags, asked: Sequence[Point]) -> None:
        self.columns = columns
        self.flags = flags
        self.asked = asked

    @cached_property
    def counts(self) -> list[int]:
        """Flags counted along the rows."""
        return [int(np.count_nonzero(row)) for row in self.flags]

    @property
    def pairs(self) -> int:
        """Σ_i |S_i|."""
        return sum(self.counts)

    @cached_property
    def moving(self) -> Ints:
        """The columns with a flag: where U is among the columns."""
        return np.flatnonzero(self.flags.any(axis=0))

    @property
    def union(self) -> int:
        """|U|."""
        return len(self.moving)

    @cached_property
    def coincidences(self) -> int:
        """Σ k(k + 1)/2 over how many neurons fire on k points."""

        def within(block: slice) -> int:
            k = self.flags[:, block].sum(axis=0, dtype=np.int64)
            return int((k * (k + 1)).sum()) // 2

        return sum(over_blocks(self.flags.shape[1], within))

    @property
    def silent_points(self) -> list[Point]:
        """Rows asked about without a flag."""
        return [i for i in self.asked if not self.counts[i]]

    @cached_property
    def by_point(self) -> Sequence[Sequence[Neuron]]:
        """S_i as lists. Cost: one number a pair."""
        return [[Neuron(r) for r in self.columns[row].tolist()] for row in self.flags]

    @cached_property
    def by_neuron(self) -> Mapping[Neuron, Sequence[Point]]:
        """The points of each neuron as lists. Cost: one number a pair."""
        places, points = np.nonzero(self.flags[:, self.moving].T)
        on: dict[Neuron, list[Point]] = {Neuron(r): [] for r in self._neurons}
        names = list(on)
        for place, i in zip(places.tolist(), points.tolist(), strict=True):
            on[names[place]].append(Point(i))
        return on

    @property
    def _neurons(self) -> list[int]:
        found: list[int] = self.columns[self.moving].tolist()
        return found

    def switched(self, earlier: FiringSets) -> int:
        """Flags that differ, or that only one of the two has a column for."""
        before = firing_arrays(earlier)
        if np.array_equal(self.columns, before.columns):
            return int(np.count_nonzero(self.flags != before.flags))
        _, here, there = np.intersect1d(
            self.columns, before.columns, assume_unique=True, return_indices=True
        )
        both = np.count_nonzero(self.flags[:, here] & before.flags[:, there])
        return self.pairs + before.pairs - 2 * int(both)

    def digest(self, places: Sequence[int]) -> str:
        """Point by point. Cost: one number a pair."""
        state = sha256()
        numbers = np.array(places, np.int64)[self.columns].astype("<i8")
        for fired in over_rows(self.flags, lambda row: numbers[row]):
            state.update(len(fired).to_bytes(8, "little"))
            state.update(fired.data)
        return state.hexdigest()


def firing_arrays(firing: FiringSets) -> FiringArrays:
    """The same firing sets as flags. Cost: nothing if they are."""
    if isinstance(firing, FiringArrays):
        return firing
    columns = np.array(list(firing.by_neuron), np.int64)
    flags = np.zeros((len(firing.by_point), len(columns)), np.bool_)
    for column, points in enumerate(firing.by_neuron.values()):
        flags[list(points), column] = True
    return FiringArrays(columns, flags, firing.asked)
