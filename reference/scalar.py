"""The two kinds of number that the reference computes with.

Every algorithm here is written once, over a scalar S that is either `float` (IEEE binary64) or
`Fraction` (the rationals, where nothing is rounded). What the two lanes do differently is said
here and nowhere else: how numbers are stored, how 1/√m is found, how large a rounding can be.

No algorithm uses the built-in `sum` on floats: from Python 3.12 on it compensates its rounding, so
the same program would give other bits on 3.11.
"""

from array import array
from collections.abc import Iterable, MutableSequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, isqrt, sqrt
from typing import Protocol, TypeVar

from reference.errors import WidthNotPowerOfFour

S = TypeVar("S", float, Fraction)
"""A scalar. The two are never mixed: a function takes and gives one or the other."""


class Arithmetic(Protocol[S]):
    """What a lane must say of its numbers."""

    @property
    def unit_roundoff(self) -> float:
        """The largest relative error of one rounded operation: 2⁻⁵³, or 0 if nothing is rounded."""

    def ratio(self, numerator: int, denominator: int = 1) -> S:
        """The number nearest to numerator/denominator."""

    def number(self, value: float) -> S:
        """This very number."""

    def store(self, values: Iterable[S]) -> MutableSequence[S]:
        """A fixed-length store of these values, as compact as the lane allows."""

    def inverse_square_root(self, m: int) -> S:
        """The number nearest to 1/√m."""

    def first_not_finite(self, values: Iterable[S]) -> int | None:
        """The index of the first infinity or NaN, if there is one."""


@dataclass(frozen=True, slots=True)
class Binary64:
    """Floats: eight bytes a number, rounded to nearest."""

    unit_roundoff: float = 2.0**-53

    def ratio(self, numerator: int, denominator: int = 1) -> float:
        """The float nearest to numerator/denominator."""
        return numerator / denominator

    def number(self, value: float) -> float:
        """The value."""
        return value

    def store(self, values: Iterable[float]) -> MutableSequence[float]:
        """Eight bytes a value."""
        return array("d", values)

    def inverse_square_root(self, m: int) -> float:
        """1/√m, two roundings."""
        return 1.0 / sqrt(m)

    def first_not_finite(self, values: Iterable[float]) -> int | None:
        """The index of the first infinity or NaN, if there is one."""
        numbers = list(values)
        if all(map(isfinite, numbers)):
            return None
        return next(index for index, value in enumerate(numbers) if not isfinite(value))


@dataclass(frozen=True, slots=True)
class Rational:
    """Fractions: nothing is rounded, and numbers grow."""

    unit_roundoff: float = 0.0

    def ratio(self, numerator: int, denominator: int = 1) -> Fraction:
        """numerator/denominator itself."""
        return Fraction(numerator, denominator)

    def number(self, value: float) -> Fraction:
        """The dyadic rational that a finite float is."""
        return Fraction(value)

    def store(self, values: Iterable[Fraction]) -> MutableSequence[Fraction]:
        """A list: a fraction has no fixed size."""
        return list(values)

    def inverse_square_root(self, m: int) -> Fraction:
        """1/√m itself.

        Errors: `width-not-power-of-four` unless m is a power of four, so that 1/√m is dyadic.
        """
        if m.bit_count() != 1 or m.bit_length() % 2 == 0:
            raise WidthNotPowerOfFour(m)
        return Fraction(1, isqrt(m))

    def first_not_finite(self, values: Iterable[Fraction]) -> int | None:
        """None: every fraction is finite."""
        return None


BINARY64 = Binary64()
RATIONAL = Rational()
