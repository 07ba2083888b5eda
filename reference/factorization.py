"""G = L D Lᵀ of a symmetric positive semidefinite matrix, and the solution of G g = r.

L is lower triangular with ones on its diagonal, D is diagonal with the pivots. A pivot that cannot
be told from zero means that its row depends on earlier rows: the matrix is singular, and the rows
concerned are named.

"Cannot be told from zero" has a proven meaning: for a semidefinite G the subtracted terms of pivot
j add up to at most G_jj, so the computed pivot is off by at most γ·G_jj with
γ = (j + 2)u/(1 − (j + 2)u), u the unit roundoff. In the rationals u = 0 and the test is pivot = 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from reference.errors import SingularGram
from reference.ids import Point
from reference.scalar import Arithmetic, S

NEGLIGIBLE_SHARE = 1000
"""A row takes part in a dependency if its coefficient is above 1/1000 of the largest."""


@dataclass(frozen=True, slots=True)
class Factorization(Generic[S]):
    """L below its unit diagonal (row i has i entries), and D."""

    lower: list[list[S]]
    pivots: list[S]

    def solve(self, right_side: Sequence[S]) -> list[S]:
        """The g with L D Lᵀ g = right_side. Cost: n² solver operations."""
        solution = list(right_side)
        for i, row in enumerate(self.lower):
            for j, entry in enumerate(row):
                solution[i] -= entry * solution[j]
        solution = [value / pivot for value, pivot in zip(solution, self.pivots, strict=True)]
        _substitute_back(self.lower, solution)
        return solution


def factorize(arithmetic: Arithmetic[S], matrix: Sequence[Sequence[S]]) -> Factorization[S]:
    """The factorization of the matrix with this lower triangle.

    Domain: symmetric positive semidefinite. Cost: (n³ − n)/6 + n(n − 1)/2 solver operations.
    Errors: `singular-gram`, naming the rows that depend on each other.
    """
    lower: list[list[S]] = []
    pivots: list[S] = []
    for i, given in enumerate(matrix):
        row = list(given[:i])
        pivot = given[i]
        for j in range(i):
            for k in range(j):
                row[j] -= row[k] * lower[j][k]
        for j in range(i):
            scaled = row[j] / pivots[j]
            pivot -= row[j] * scaled
            row[j] = scaled
        if _is_zero(arithmetic, pivot, given[i], i):
            raise SingularGram(_dependent_rows(lower, row), float(pivot))
        lower.append(row)
        pivots.append(pivot)
    return Factorization(lower, pivots)


def _is_zero(arithmetic: Arithmetic[S], pivot: S, diagonal: S, index: int) -> bool:
    """Could the real pivot be zero? (Written so that NaN counts as zero.)"""
    k = (index + 2) * arithmetic.unit_roundoff
    return not pivot > float(diagonal) * k / (1 - k)


def _dependent_rows(lower: Sequence[Sequence[S]], row: Sequence[S]) -> list[Point]:
    """The rows of which the next one is a combination, and that one."""
    shares = list(row)
    _substitute_back(lower, shares)
    largest = max([abs(share) for share in shares], default=None)
    if largest is None:
        return [Point(len(row))]
    sharing = [Point(j) for j, c in enumerate(shares) if abs(c) * NEGLIGIBLE_SHARE > largest]
    return sharing + [Point(len(row))]


def _substitute_back(lower: Sequence[Sequence[S]], values: list[S]) -> None:
    """The values v become the solution of Lᵀ x = v."""
    for i in range(len(values) - 1, 0, -1):
        for j, entry in enumerate(lower[i]):
            values[j] -= entry * values[i]
