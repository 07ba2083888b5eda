"""How far sums can be off in somebody else's arithmetic: the band δ.

For a sum of k products, in any order, fused or not, rounded to nearest with unit roundoff u
(Jeannerod and Rump, Improved error bounds for inner products in floating-point arithmetic, 2013):

    |computed − Σ w_j x_j| ≤ k·u·Σ|w_j x_j|

and for any other rounding (1 + u)^k − 1 with u doubled. Where numbers underflow, each product
leaves up to one smallest subnormal more; where subnormals are flushed, each operation up to one
smallest normal number, and a product with a subnormal factor may be lost altogether. If the sum is
certified to be exact (`exactness`), the band is 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from invariants.exactness import extent
from invariants.number_format import NumberFormat, format_of, power_of_two


@dataclass(frozen=True, slots=True)
class Rounding:
    """An arithmetic: its format, whether it rounds to nearest, whether it flushes subnormals."""

    kept: NumberFormat
    nearest: bool = True
    flushed: bool = False

    @property
    def unit(self) -> Fraction:
        """u: the largest relative error of one operation."""
        return power_of_two(-self.kept.bits if self.nearest else 1 - self.kept.bits)

    @property
    def lost(self) -> Fraction:
        """What one operation can lose at the lower end of the range."""
        return power_of_two(self.kept.normal if self.flushed else self.kept.subnormal)

    def relative(self, k: int) -> Fraction:
        """What k roundings in a row do at most, relative to the sizes of the terms."""
        return k * self.unit if self.nearest else (1 + self.unit) ** k - 1

    def exact(self, terms: Sequence[Fraction]) -> bool:
        """The sum of these terms comes out exactly."""
        return extent(terms).fits(self.kept, self.flushed)

    def of_sum(self, terms: Sequence[Fraction], roundings: int = 0) -> Fraction:
        """δ of a sum of these terms, each made by one rounding and so many more.

        >>> Rounding(format_of(53)).of_sum([Fraction(1), Fraction(1, 3)]) > 2 * Fraction(1, 2**53)
        True
        """
        k = len(terms) + roundings
        size = sum(map(abs, terms), Fraction(0))
        return self.relative(k) * size + 2 * k * self.lost

    def of_product(
        self, w: Sequence[Fraction], x: Sequence[Fraction], normal: int | None = None
    ) -> Fraction:
        """δ of the inner product of two vectors; 0 if it is certified to be exact.

        `normal` is the exponent below which factors are flushed, by default the format's own.
        """
        terms = [a * c for a, c in zip(w, x, strict=True)]
        drowned = self.drowned(w, x, self.kept.normal if normal is None else normal)
        if not drowned and self.exact(terms):
            return Fraction(0)
        return self.of_sum(terms) + drowned

    def drowned(self, w: Sequence[Fraction], x: Sequence[Fraction], normal: int) -> Fraction:
        """Products that are lost because a factor is below 2^normal, and flushed."""
        if not self.flushed:
            return Fraction(0)
        least = power_of_two(normal)
        pairs = zip(w, x, strict=True)
        lost = [abs(a * c) for a, c in pairs if a and c and min(abs(a), abs(c)) < least]
        return sum(lost, Fraction(0))

    def of_storing(self, size: Fraction) -> Fraction:
        """What rounding a number of at most this size into the format changes."""
        return self.unit * size + self.lost


def rounding_of(bits: int, nearest: bool, flushed: bool) -> Rounding:
    """The arithmetic of the format with so many bits."""
    return Rounding(format_of(bits), nearest, flushed)
