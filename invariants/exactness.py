"""When a sum comes out exactly, whoever computes it: the certificate E(p).

If every term is an integer multiple of 2^−q and Σ|term| · 2^q ≤ 2^p, then so is every partial sum
in every order, and none is larger: each fits in p bits. An implementation that keeps p bits
therefore rounds nothing, with or without fused multiply-adds, and two of them agree bit for bit,
ties included.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from invariants.number_format import NumberFormat, power_of_two, trailing_zeros


@dataclass(frozen=True, slots=True)
class Extent:
    """What certifies a sum: its terms are multiples of 2^grain, their sizes add up to `size`."""

    grain: int
    size: Fraction

    @property
    def bits(self) -> int:
        """The least p of E(p).

        >>> extent([Fraction(5, 8), Fraction(-1, 4)]).bits
        3
        """
        return max(0, int(self.size / power_of_two(self.grain)) - 1).bit_length()

    def fits(self, kept: NumberFormat, flushed: bool) -> bool:
        """Every partial sum is a number of this format; a normal one or 0, if others are flushed.

        >>> from invariants.number_format import format_of
        >>> extent([Fraction(129, 128), Fraction(1)]).fits(format_of(8), flushed=False)
        False
        """
        least = kept.normal if flushed else kept.subnormal
        return (
            self.bits <= kept.bits and self.grain >= least and self.size < power_of_two(kept.beyond)
        )


NOTHING = Extent(0, Fraction(0))
"""Of a sum without a term that is not 0."""


def extent(terms: Iterable[Fraction]) -> Extent:
    """The extent of these dyadic terms. Cost: one pass."""
    numbers = [term for term in terms if term]
    if not numbers:
        return NOTHING
    finest = max(term.denominator for term in numbers).bit_length() - 1
    every = 0
    for term in numbers:
        every |= abs(term.numerator) * ((1 << finest) // term.denominator)
    size = sum(map(abs, numbers), Fraction(0))
    return Extent(trailing_zeros(every) - finest, size)
