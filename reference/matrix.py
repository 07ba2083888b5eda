"""A matrix kept row by row in one flat store."""

from collections.abc import Iterable, MutableSequence, Sequence
from typing import Generic

from reference.errors import BadShape
from reference.scalar import Arithmetic, S


class Matrix(Generic[S]):
    """Rows of equal length, eight bytes a number in the float lane.

    >>> from reference.scalar import BINARY64
    >>> Matrix(BINARY64, [1.0, 2.0, 3.0, 4.0], columns=2).row(1)
    [3.0, 4.0]
    """

    __slots__ = ("_arithmetic", "_values", "columns", "rows")

    _arithmetic: Arithmetic[S]

    def __init__(self, arithmetic: Arithmetic[S], values: Iterable[S], columns: int) -> None:
        self._arithmetic = arithmetic
        self._values: MutableSequence[S] = arithmetic.store(values)
        self.columns = columns
        if columns < 1 or len(self._values) % columns:
            raise BadShape(
                "values of a matrix, a multiple of its columns", columns, len(self._values)
            )
        self.rows = len(self._values) // columns

    @property
    def values(self) -> Sequence[S]:
        """All numbers, row after row."""
        return self._values

    def row(self, index: int) -> list[S]:
        """A copy of one row."""
        start = index * self.columns
        return list(self._values[start : start + self.columns])

    def replace_row(self, index: int, row: Sequence[S]) -> None:
        """The row holds these numbers. Errors: `bad-shape`, matrix untouched."""
        if len(row) != self.columns:
            raise BadShape("columns of a row", self.columns, len(row))
        start = index * self.columns
        self._values[start : start + self.columns] = self._arithmetic.store(row)
