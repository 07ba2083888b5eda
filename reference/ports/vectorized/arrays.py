"""Types of arrays, work on blocks of columns, and a row seen as a sequence of Python's numbers.

Work goes block by block on all cores, BLAS on one core within: a block's product is too small to be
shared out, and threads of two kinds would wait for each other.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, MutableSequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from os import cpu_count
from typing import TypeVar, overload

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

A = TypeVar("A")
T = TypeVar("T")

Floats = npt.NDArray[np.float64]
"""binary64, throughout."""

Flags = npt.NDArray[np.bool_]

Ints = npt.NDArray[np.int64]

BLOCK = 2048
"""Columns at a time: a megabyte of scores for 64 points, which a core's cache holds."""


AHEAD = 4
"""Items that may wait for work."""


def over_blocks(columns: int, work: Callable[[slice], T]) -> list[T]:
    """What the work makes of each block of columns, in order, whichever core made it."""
    parts = [slice(start, min(start + BLOCK, columns)) for start in range(0, columns, BLOCK)]
    if len(parts) < 2:
        return [work(part) for part in parts]
    with _controller().limit(limits=1, user_api="blas"):
        return list(_pool().map(work, parts))


def behind(items: Iterable[A], work: Callable[[A], T]) -> Iterator[T]:
    """What the work makes of each item, in order: while it works, the next items are made.

    No more than AHEAD items wait.
    """
    waiting: deque[Future[T]] = deque()
    with _controller().limit(limits=1, user_api="blas"):
        for item in items:
            waiting.append(_pool().submit(work, item))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def over_rows(rows: Flags, work: Callable[[Flags], T]) -> Iterable[T]:
    """What the work makes of each row, in order, whichever core made it."""
    if rows.shape[1] <= BLOCK:
        return map(work, rows)
    return _pool().map(work, rows)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cpu_count())


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


class Row(MutableSequence[float]):
    """A row of an array, as the reference's structures see their numbers. It shares the memory."""

    __slots__ = ("_row",)

    _row: Floats

    def __init__(self, row: Floats) -> None:
        self._row = row

    def __len__(self) -> int:
        return len(self._row)

    @overload
    def __getitem__(self, index: int) -> float: ...

    @overload
    def __getitem__(self, index: slice) -> MutableSequence[float]: ...

    def __getitem__(self, index: int | slice) -> float | MutableSequence[float]:
        if isinstance(index, slice):
            return Row(self._row[index])
        return float(self._row[index])

    @overload
    def __setitem__(self, index: int, value: float) -> None: ...

    @overload
    def __setitem__(self, index: slice, value: Iterable[float]) -> None: ...

    def __setitem__(self, index: int | slice, value: float | Iterable[float]) -> None:
        self._row[index] = value if isinstance(value, float | int) else list(value)

    def __delitem__(self, index: int | slice) -> None:
        raise TypeError("a row of an array has a fixed length")

    def insert(self, index: int, value: float) -> None:
        """Refused: the row is part of an array."""
        raise TypeError("a row of an array has a fixed length")
