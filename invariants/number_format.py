"""The formats in which other people's programs keep numbers, and what each rounding there can do.

          bits   smallest subnormal   smallest normal   all numbers below
bfloat16     8               2^−133            2^−126               2^128
binary16    11                2^−24             2^−14                2^16
binary32    24               2^−149            2^−126               2^128
binary64    53              2^−1074           2^−1022              2^1024
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A binary format: significant bits, and the exponents of two at the ends of its range."""

    bits: int
    subnormal: int
    normal: int
    beyond: int

    def holds(self, value: Fraction) -> bool:
        """The value is a number of this format.

        >>> format_of(24).holds(Fraction(1, 3)), format_of(11).holds(Fraction(1, 2**24))
        (False, True)
        """
        if not value:
            return True
        if value.denominator.bit_count() != 1 or abs(value) >= power_of_two(self.beyond):
            return False
        grain = trailing_zeros(value.numerator) - (value.denominator.bit_length() - 1)
        top = grain + (abs(value.numerator) >> trailing_zeros(value.numerator)).bit_length()
        return grain >= self.subnormal and top - grain <= self.bits


FORMATS = (
    NumberFormat(8, -133, -126, 128),
    NumberFormat(11, -24, -14, 16),
    NumberFormat(24, -149, -126, 128),
    NumberFormat(53, -1074, -1022, 1024),
)
"""bfloat16, binary16, binary32, binary64."""


def format_of(bits: int) -> NumberFormat:
    """The format with so many significant bits, one of `FORMATS`."""
    return next(known for known in FORMATS if known.bits == bits)


@cache
def power_of_two(exponent: int) -> Fraction:
    """2^exponent, for any sign of it."""
    return Fraction(1 << max(exponent, 0), 1 << max(-exponent, 0))


def trailing_zeros(integer: int) -> int:
    """How often 2 divides the integer, which is not 0."""
    return (integer & -integer).bit_length() - 1
