"""QR without roots: columns made orthogonal one by one, by modified Gram–Schmidt.

    A = Q U,    Qᵀ W Q = D diagonal,    U upper triangular with ones on its diagonal

for a diagonal W of positive weights, so AᵀW A = Uᵀ D U: the factorization of a matrix that is never
formed. (The usual R is D^(1/2)·U; no roots, so that rationals stay rationals.) Compared with
forming AᵀW A and factorizing it, the condition number does not enter squared.
"""

from collections.abc import Sequence

from reference.errors import SketchDependent
from reference.ids import Point
from reference.inner_products import inner_product
from reference.scalar import Arithmetic, S
from reference.solvers.factorization import Factorization


def orthogonalize(
    arithmetic: Arithmetic[S], columns: Sequence[Sequence[S]], weights: Sequence[S]
) -> Factorization[S]:
    """Uᵀ and D. Shapes: n columns of s entries, s weights; s ≥ n.

    Cost: s·(n² + 3n) + n(n − 1)/2. Errors: `sketch-dependent`, naming the first column that is a
    combination of earlier ones, but for rounding.
    """
    n, rows, zero = len(columns), len(weights), arithmetic.ratio(0)
    rounding = 4 * (n + rows) * arithmetic.unit_roundoff
    negligible = arithmetic.number(rounding * rounding)
    left = [list(column) for column in columns]
    lengths = [inner_product(_scaled(weights, column), column, zero) for column in columns]
    lower: list[list[S]] = [[] for _ in range(n)]
    pivots: list[S] = []
    for j, q in enumerate(left):
        weighted = _scaled(weights, q)
        pivot = inner_product(weighted, q, zero)
        if not pivot > negligible * lengths[j]:
            raise SketchDependent(Point(j), rows)
        pivots.append(pivot)
        for k in range(j + 1, n):
            share = inner_product(weighted, left[k], zero) / pivot
            lower[k].append(share)
            left[k] = [c - share * p for c, p in zip(left[k], q, strict=True)]
    return Factorization(lower, pivots)


def _scaled(weights: Sequence[S], column: Sequence[S]) -> list[S]:
    return [w * c for w, c in zip(weights, column, strict=True)]
