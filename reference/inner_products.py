"""Inner products and combinations of rows, each in one fixed order of operations.

The order matters: sums go from left to right and start at zero, so that the same numbers give the
same bits wherever they are computed. `edges.bulk_products` does whole blocks in numpy and agrees
bit for bit.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, Protocol

from reference.ids import Point
from reference.matrix import Matrix
from reference.scalar import Arithmetic, S


def inner_product(left: Sequence[S], right: Sequence[S], zero: S) -> S:
    """⟨left, right⟩, summed from the left starting at zero.

    Cost: d multiply-adds. In floats the result is within γ_d·Σ|left_c·right_c| of the real one.

    >>> inner_product([1.0, 2.0], [3.0, 4.0], 0.0)
    11.0
    """
    total = zero
    for p, q in zip(left, right, strict=True):
        total += p * q
    return total


def combination(coefficients: Sequence[S], rows: Sequence[Sequence[S]]) -> list[S]:
    """Σ_i coefficients_i · rows_i, summed in this order.

    Shapes: k coefficients, k ≥ 1 rows of one length c. Cost: k·c multiply-adds.

    Four rows are added at a time, in the same order of operations as one by one, which halves the
    time: this is the innermost loop of a training step.

    >>> combination([2.0, 10.0], [(1.0, 2.0), (3.0, 4.0)])
    [32.0, 44.0]
    """
    first = coefficients[0]
    total = [first * q for q in rows[0]]
    odd = 1 + (len(rows) - 1) % 4
    for c, row in zip(coefficients[1:odd], rows[1:odd], strict=True):
        total = [p + c * q for p, q in zip(total, row, strict=True)]
    for k in range(odd, len(rows), 4):
        c, d, e, f = coefficients[k : k + 4]
        w, x, y, z = rows[k : k + 4]
        total = [
            p + c * q + d * r + e * s + f * t
            for p, q, r, s, t in zip(total, w, x, y, z, strict=True)
        ]
    return total


def combinations(
    coefficients: Sequence[Sequence[S]],
    chosen: Iterable[Sequence[Point]],
    rows: Sequence[Sequence[S]],
) -> list[list[S]]:
    """One combination each of the rows chosen for it."""
    return [
        combination(terms, [rows[i] for i in points])
        for terms, points in zip(coefficients, chosen, strict=True)
    ]


class InnerProducts(Protocol[S]):
    """Scores of many neurons at every point, however they are computed."""

    def columns(self, weights: Matrix[S], points: Sequence[Sequence[S]]) -> Iterator[Sequence[S]]:
        """For each point i in turn, ⟨w_r, x_i⟩ for all m neurons r.

        Each number has the bits of `inner_product(w_r, x_i, zero)`. Cost: m·n·d multiply-adds.
        """

    def of_rows(
        self, rows: Sequence[Sequence[S]], points: Sequence[Sequence[S]]
    ) -> list[Sequence[S]]:
        """For each point, its inner products with these rows. Cost: |rows|·n·d multiply-adds."""


class PlainInnerProducts(Generic[S]):
    """One inner product after another, in either lane."""

    _zero: S

    def __init__(self, arithmetic: Arithmetic[S]) -> None:
        self._zero = arithmetic.ratio(0)

    def columns(self, weights: Matrix[S], points: Sequence[Sequence[S]]) -> Iterator[Sequence[S]]:
        """For each point in turn, its inner products with all rows of the weights."""
        for x in points:
            yield [inner_product(weights.row(r), x, self._zero) for r in range(weights.rows)]

    def of_rows(
        self, rows: Sequence[Sequence[S]], points: Sequence[Sequence[S]]
    ) -> list[Sequence[S]]:
        """For each point, its inner products with these rows."""
        return [[inner_product(row, x, self._zero) for row in rows] for x in points]
