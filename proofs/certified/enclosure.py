"""Two rationals with a real number between them.

Roots, exponentials and logarithms are evaluated by sympy to fifty digits, of which forty are used:
the enclosure is that much wider. What is trusted is that those forty are right.
"""

from dataclasses import dataclass
from fractions import Fraction

import sympy

DIGITS, USED = 50, 40
"""Evaluated, and relied upon."""

BITS = 96
"""Ends are rounded outward to so many binary places where they would grow."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """low ≤ the number ≤ high. Products and quotients are those of positive numbers."""

    low: Fraction
    high: Fraction

    def __mul__(self, other: "Enclosure") -> "Enclosure":
        return Enclosure(self.low * other.low, self.high * other.high)

    def __truediv__(self, other: "Enclosure") -> "Enclosure":
        return Enclosure(self.low / other.high, self.high / other.low)

    @property
    def middle(self) -> float:
        """Halfway, as a float for printing."""
        return float((self.low + self.high) / 2)

    def rounded(self) -> "Enclosure":
        """The same number, between multiples of 2^−96."""
        unit = 1 << BITS
        low = self.low.numerator * unit // self.low.denominator
        high = -(-self.high.numerator * unit // self.high.denominator)
        return Enclosure(Fraction(low, unit), Fraction(high, unit))


def exactly(number: Fraction | int) -> Enclosure:
    """A number that is known."""
    return Enclosure(Fraction(number), Fraction(number))


def enclosed(expression: sympy.Expr) -> Enclosure:
    """The number that the expression stands for. Domain: real, without symbols.

    >>> float(enclosed(sympy.sqrt(2)).low)
    1.4142135623730951
    """
    value = sympy.Rational(sympy.N(expression, DIGITS))
    near = Fraction(int(value.p), int(value.q))
    room = abs(near) / 10**USED
    return Enclosure(near - room, near + room)
