"""Inner products of rationals over common denominators: whole numbers inside, one fraction a score.

Equal to those of the plain core, since nothing is rounded, and about twenty times faster: a sum of
d fractions takes a greatest common divisor a term, this takes one in all.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import lcm

from reference.ids import Neuron
from reference.matrix import Matrix

Scaled = tuple[list[int], int]
"""Numerators, and the denominator that they share."""


class ExactInnerProducts:
    """Implements `InnerProducts[Fraction]`."""

    def columns(
        self, weights: Matrix[Fraction], points: Sequence[Sequence[Fraction]]
    ) -> Iterator[Sequence[Fraction]]:
        """For each point in turn, its inner products with all rows of the weights."""
        rows = [_scaled(weights.row(Neuron(r))) for r in range(weights.rows)]
        for x in points:
            yield _products(rows, x)

    def of_rows(
        self, rows: Sequence[Sequence[Fraction]], points: Sequence[Sequence[Fraction]]
    ) -> list[Sequence[Fraction]]:
        """For each point, its inner products with these rows."""
        scaled = [_scaled(row) for row in rows]
        return [_products(scaled, x) for x in points]


def _scaled(values: Sequence[Fraction]) -> Scaled:
    """The values over their least common denominator."""
    shared = lcm(*[value.denominator for value in values])
    return [value.numerator * (shared // value.denominator) for value in values], shared


def _products(rows: Sequence[Scaled], x: Sequence[Fraction]) -> list[Fraction]:
    """⟨row, x⟩ for each row."""
    entries, over = _scaled(x)
    return [
        Fraction(sum(p * q for p, q in zip(row, entries, strict=True)), shared * over)
        for row, shared in rows
    ]
