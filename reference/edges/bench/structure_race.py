"""The same stream through every structure: build, then query all points and update, in turn.

    tournament, ordered, scan, incremental    the reference's, in plain Python
    tournament-arrays, scan-arrays            the port's, in numpy, all points at once
    sorted-key-list                           sortedcontainers' SortedKeyList, the outside peer

Every answer is compared with the recorded one, while the clock stands. A structure is given what
its users have in hand: lists, or arrays.
"""

import gc
import tracemalloc
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from statistics import median
from time import perf_counter
from typing import Protocol

import msgspec
import numpy as np

from reference.edges.bench.sorted_keys import SortedKeys
from reference.edges.bench.stream import Change, Stream
from reference.ids import Neuron, Point
from reference.ports.vectorized.arrays import Floats, Ints
from reference.ports.vectorized.firing_arrays import FiringArrays
from reference.ports.vectorized.scan_arrays import ScanArrays
from reference.ports.vectorized.tournament_arrays import TournamentArrays
from reference.scalar import BINARY64
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure, ThresholdSearch

PLAIN = tuple(structure.value for structure in Structure)
ARRAYS = ("tournament-arrays", "scan-arrays")
PEER = "sorted-key-list"
STRUCTURES = (*PLAIN, *ARRAYS, PEER)

Answers = Sequence[Sequence[Neuron]]
"""Who is above the threshold, point by point, ascending."""


class Held(Protocol):
    """A structure at work: asked at all points, then changed.

    Its changes have been prepared in the form that it takes, so that no conversion is timed.
    """

    def query(self) -> Callable[[], Answers]:
        """All points have been asked; the answers as lists, when they are looked at."""

    def update(self, index: int) -> None:
        """The change of this number has been made."""


class _Listed:
    """One of the reference's structures."""

    def __init__(self, search: ThresholdSearch[float], stream: Stream) -> None:
        self._search, self._stream = search, stream

    def query(self) -> Callable[[], Answers]:
        asked = range(self._search.n)
        threshold = self._stream.threshold
        found = [self._search.query(Point(i), threshold).fired for i in asked]
        return lambda: found

    def update(self, index: int) -> None:
        change = self._stream.changes[index]
        self._search.replace(change.neurons, change.columns)


class _Sorted:
    """The outside peer."""

    def __init__(self, keys: SortedKeys, stream: Stream) -> None:
        self._keys, self._stream = keys, stream

    def query(self) -> Callable[[], Answers]:
        asked = range(len(self._stream.columns))
        found = [self._keys.query(Point(i), self._stream.threshold) for i in asked]
        return lambda: found

    def update(self, index: int) -> None:
        change = self._stream.changes[index]
        self._keys.replace(change.neurons, change.columns)


class _OnArrays:
    """One of the port's structures."""

    def __init__(
        self,
        arrays: TournamentArrays | ScanArrays,
        threshold: float,
        changes: Sequence[tuple[Ints, Floats]],
    ) -> None:
        self._arrays, self._threshold, self._changes = arrays, threshold, changes
        self._points = [Point(i) for i in range(arrays.n)]

    def query(self) -> Callable[[], Answers]:
        found: FiringArrays = self._arrays.firing(self._points, self._threshold)[0]
        return lambda: found.by_point

    def update(self, index: int) -> None:
        columns, scores = self._changes[index]
        self._arrays.write(columns, slice(0, len(columns)), scores)
        self._arrays.repaired(columns)


Builder = Callable[[], Held]
"""Builds a structure over the scores at the start: what is timed as building."""


def builder(name: str, stream: Stream) -> Builder:
    """Builds the structure of this name; what it is made from is ready."""
    if name in ARRAYS:
        return _array_builder(name, stream)
    if name == PEER:
        return lambda: _Sorted(SortedKeys(stream.columns), stream)
    structure = Structure(name)
    return lambda: _Listed(
        threshold_search(structure, BINARY64, stream.columns, stream.threshold), stream
    )


def _array_builder(name: str, stream: Stream) -> Builder:
    """Scores and changes as arrays; trees copy the scores into their lower half."""
    scores: Floats = np.array(stream.columns, np.float64)
    changes = [_as_arrays(change) for change in stream.changes]
    n, m = scores.shape

    def build() -> Held:
        if name == "scan-arrays":
            return _OnArrays(ScanArrays(scores.copy()), stream.threshold, changes)
        nodes: Floats = np.empty((2 * m, n))
        nodes[m:] = scores.T
        return _OnArrays(TournamentArrays(nodes), stream.threshold, changes)

    return build


def _as_arrays(change: Change) -> tuple[Ints, Floats]:
    return np.array(change.neurons, np.int64), np.array(change.columns, np.float64)


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """What a structure took, repeat by repeat: to build, for all queries, for all updates.

    `bytes_a_score` is what Python and numpy allocated for it, a score. `agrees` tells whether every
    answer was the recorded one.
    """

    structure: str
    build: list[float]
    query: list[float]
    update: list[float]
    bytes_a_score: float
    agrees: bool

    def median(self, part: str) -> float:
        """The median of `build`, `query` or `update`."""
        found: list[float] = getattr(self, part)
        return median(found)


def is_installed(name: str) -> bool:
    """Is the package there that this structure needs?"""
    return name != PEER or find_spec("sortedcontainers") is not None


def structure_race(
    stream: Stream, names: Sequence[str], repeats: int, tick: Callable[[], None]
) -> list[Pace]:
    """Every structure so many times over the stream, all in turn in each repeat."""
    builders = {name: builder(name, stream) for name in names}
    laps: dict[str, list[Lap]] = {name: [] for name in names}
    for _ in range(repeats):
        for name in names:
            laps[name].append(_lap(builders[name], stream))
            tick()
    scores = len(stream.columns) * len(stream.columns[0])
    return [
        Pace(
            structure=name,
            build=[lap.build for lap in laps[name]],
            query=[lap.query for lap in laps[name]],
            update=[lap.update for lap in laps[name]],
            bytes_a_score=_allocated(builders[name]) / scores,
            agrees=all(lap.agrees for lap in laps[name]),
        )
        for name in names
    ]


class Lap(msgspec.Struct, frozen=True):
    """One structure once over the stream."""

    build: float
    query: float
    update: float
    agrees: bool


def _lap(build: Builder, stream: Stream) -> Lap:
    """Built, then asked and changed in turn. What was left by others is collected before."""
    gc.collect()
    began = perf_counter()
    held = build()
    built = perf_counter() - began
    querying, updating, agrees = 0.0, 0.0, True
    for index, expected in enumerate(stream.answers):
        began = perf_counter()
        look = held.query()
        querying += perf_counter() - began
        agrees &= [list(found) for found in look()] == [list(fired) for fired in expected]
        if index < len(stream.changes):
            began = perf_counter()
            held.update(index)
            updating += perf_counter() - began
    return Lap(built, querying, updating, agrees)


def _allocated(build: Builder) -> int:
    """The bytes that are allocated once it is built, beyond those before."""
    gc.collect()
    tracemalloc.start()
    try:
        held = build()
        gc.collect()
        found, _ = tracemalloc.get_traced_memory()
        del held
    finally:
        tracemalloc.stop()
    return found
