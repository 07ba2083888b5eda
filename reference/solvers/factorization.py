"""G = L D Lᵀ of a symmetric positive semidefinite matrix, and the solution of G g = r.

L is lower triangular with ones on its diagonal, D is diagonal with the pivots. A pivot that cannot
be told from zero means that its row depends on earlier rows: the matrix is singular, and the rows
concerned are named.

"Cannot be told from zero" has a meaning. In floats the computed pivots are those of a matrix that
differs from G by at most γ·√(G_ii·G_jj) in each entry, γ = (k + 2)u/(1 − (k + 2)u) for row k and
unit roundoff u. Pivot k is the least value of vᵀG v with v_k = 1 and v_i = 0 for i > k, reached at
the coefficients −c of row k's best combination of earlier rows, so this difference can move it by

    γ·(√G_kk + Σ_i |c_i|·√G_ii)²

and a pivot no larger than that is called zero: a singular matrix within rounding of G has it so. In
the rationals u = 0, and the test is pivot = 0. G is taken as it is given: what was rounded in
making it, γ_d a entry, is not part of the test.

Source: the entrywise bound is Demmel's and Higham's for Cholesky factorization (Higham, Accuracy
and Stability of Numerical Algorithms, section 10.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
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

    Domain: symmetric positive semidefinite. Cost: n(n − 1)(n + 1)/3 solver operations, about
    half of them for the coefficients by which a singular matrix is known.
    Errors: `singular-gram`, naming the rows that depend on each other.
    """
    lower: list[list[S]] = []
    pivots: list[S] = []
    for given in matrix:
        row, pivot = next_row(given, lower, pivots)
        shares = list(row)
        _substitute_back(lower, shares)
        if not pivot > _rounding(arithmetic, matrix, shares):
            raise SingularGram(_sharing(shares), float(pivot))
        lower.append(row)
        pivots.append(pivot)
    return Factorization(lower, pivots)


def next_row(
    given: Sequence[S], lower: Sequence[Sequence[S]], pivots: Sequence[S]
) -> tuple[list[S], S]:
    """The next row of L and its pivot, from the matrix's row up to its diagonal.

    Domain: no earlier pivot is 0. Cost: i(i + 1)/2 for row i, and i divisions.
    """
    i = len(lower)
    row, pivot = list(given[:i]), given[i]
    for j in range(i):
        for k in range(j):
            row[j] -= row[k] * lower[j][k]
    for j in range(i):
        scaled = row[j] / pivots[j]
        pivot -= row[j] * scaled
        row[j] = scaled
    return row, pivot


def _rounding(
    arithmetic: Arithmetic[S], matrix: Sequence[Sequence[S]], shares: Sequence[S]
) -> float:
    """How far roundings may have moved the pivot of the row with these shares of earlier rows."""
    if not arithmetic.unit_roundoff:
        return 0.0
    spread = sqrt(float(matrix[len(shares)][-1]))
    for share, earlier in zip(shares, matrix, strict=False):
        spread += abs(float(share)) * sqrt(float(earlier[-1]))
    k = (len(shares) + 2) * arithmetic.unit_roundoff
    return k / (1 - k) * spread * spread


def _sharing(shares: Sequence[S]) -> list[Point]:
    """The rows with a share that is not negligible, and the row whose shares these are."""
    last = [Point(len(shares))]
    if not shares:
        return last
    largest = max(abs(share) for share in shares)
    sharing = [Point(j) for j, c in enumerate(shares) if abs(c) * NEGLIGIBLE_SHARE > largest]
    return sharing + last


def _substitute_back(lower: Sequence[Sequence[S]], values: list[S]) -> None:
    """The values v become the solution of Lᵀ x = v."""
    for i in range(len(values) - 1, 0, -1):
        for j, entry in enumerate(lower[i]):
            values[j] -= entry * values[i]
