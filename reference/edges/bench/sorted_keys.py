"""The outside peer among structures: sortedcontainers' SortedKeyList, one a point.

Its members are neurons, its keys (score, neuron). A change removes the neuron and adds it again; a
query takes what lies above (b, m), which is above every neuron of score b. Not one of ours: it does
not check what it is asked, and counts nothing.
"""

import importlib
from collections.abc import Iterator, Sequence
from typing import Protocol

from reference.ids import Neuron, Point


class KeyList(Protocol):
    """What is used of `sortedcontainers.SortedKeyList`."""

    def add(self, value: int) -> None:
        """The value is a member."""

    def remove(self, value: int) -> None:
        """The value is no member."""

    def irange_key(self, min_key: tuple[float, int]) -> Iterator[int]:
        """The members with at least this key, ascending by it."""


class SortedKeys:
    """The scores of m neurons at n points in sorted lists."""

    def __init__(self, columns: Sequence[Sequence[float]]) -> None:
        package = importlib.import_module("sortedcontainers")
        self.m = len(columns[0])
        self._scores = [list(column) for column in columns]
        self._lists: list[KeyList] = [
            package.SortedKeyList(range(self.m), key=_key(scores)) for scores in self._scores
        ]

    def query(self, point: Point, threshold: float) -> list[Neuron]:
        """All neurons above the threshold, ascending."""
        above = self._lists[point].irange_key(min_key=(threshold, self.m))
        return [Neuron(r) for r in sorted(above)]

    def replace(self, neurons: Sequence[Neuron], columns: Sequence[Sequence[float]]) -> None:
        """The neurons have the new scores."""
        for stored, keys, column in zip(self._scores, self._lists, columns, strict=True):
            for r, score in zip(neurons, column, strict=True):
                keys.remove(r)
                stored[r] = score
                keys.add(r)


class Key(Protocol):
    """Tells a neuron's key."""

    def __call__(self, r: int) -> tuple[float, int]:
        """(score, neuron)."""


def _key(scores: Sequence[float]) -> Key:
    """The key by the scores as they are when it is asked for."""

    def key(r: int) -> tuple[float, int]:
        return scores[r], r

    return key
