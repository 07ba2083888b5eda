"""Arithmetic in any binary format, in rationals: every way to round, to flush, to order a sum.

It is here to hold bounds against, so it owes nothing to `invariants/rounding.py`, and is itself
held against numpy's casts and Python's floats (`test_number_format`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from random import Random
from typing import TypeAlias

from invariants.number_format import NumberFormat

Row: TypeAlias = Sequence[Fraction]

Product: TypeAlias = tuple[Fraction, Fraction]
"""Two factors that have not been multiplied yet: it may be fused into a sum."""


class Toward(Enum):
    """Which neighbour a number is rounded to."""

    NEAREST = "nearest, ties to even"
    ZERO = "toward zero"
    UP = "up"
    DOWN = "down"


class Flush(Enum):
    """Whose subnormals are replaced by 0."""

    NOTHING = (False, False)
    RESULTS = (True, False)
    OPERANDS = (False, True)
    BOTH = (True, True)


@dataclass(frozen=True, slots=True)
class SoftFloats:
    """An arithmetic of binary floating point."""

    kept: NumberFormat
    toward: Toward = Toward.NEAREST
    flush: Flush = Flush.NOTHING

    def __str__(self) -> str:
        return f"{self.kept.bits} bits, {self.toward.value}, flushes {self.flush.name.lower()}"

    def rounded(self, exact: Fraction) -> Fraction:
        """The result of an operation that is this in exact arithmetic. Errors: `OverflowError`."""
        if not exact:
            return exact
        size = abs(exact)
        grain = max(floor_of_log2(size) + 1 - self.kept.bits, self.kept.subnormal)
        divisor = size.denominator << max(0, grain)
        units, rest = divmod(size.numerator << max(0, -grain), divisor)
        units += self._away(exact > 0, units, 2 * rest - divisor, bool(rest))
        result = Fraction(units << max(0, grain), 1 << max(0, -grain))
        if result >= Fraction(2) ** self.kept.beyond:
            raise OverflowError(f"{float(exact)} in {self}")
        if self.flush.value[0]:
            result = self._without_subnormals(result)
        return result if exact > 0 else -result

    def operand(self, number: Fraction) -> Fraction:
        """What an operation makes of a number of the format that it is given."""
        return self._without_subnormals(number) if self.flush.value[1] else number

    def plus(self, a: Fraction, c: Fraction) -> Fraction:
        """a + c."""
        return self.rounded(self.operand(a) + self.operand(c))

    def times(self, a: Fraction, *others: Fraction) -> Fraction:
        """The product, from the left."""
        for c in others:
            a = self.rounded(self.operand(a) * self.operand(c))
        return a

    def fused(self, a: Fraction, c: Fraction, added: Fraction) -> Fraction:
        """a·c + added, rounded once."""
        return self.rounded(self.operand(a) * self.operand(c) + self.operand(added))

    def _away(self, positive: bool, units: int, half: int, inexact: bool) -> bool:
        """The neighbour farther from 0 is the one."""
        match self.toward:
            case Toward.NEAREST:
                return half > 0 or (half == 0 and units % 2 == 1)
            case Toward.ZERO:
                return False
            case Toward.UP:
                return inexact and positive
            case Toward.DOWN:
                return inexact and not positive

    def _without_subnormals(self, number: Fraction) -> Fraction:
        return number if abs(number) >= Fraction(2) ** self.kept.normal else Fraction(0)


def floor_of_log2(size: Fraction) -> int:
    """The e with 2^e ≤ size < 2^(e+1)."""
    e = size.numerator.bit_length() - size.denominator.bit_length()
    return e if size >= Fraction(2) ** e else e - 1


def drawn(source: Random, kept: NumberFormat, low: int, high: int) -> Fraction:
    """A number of the format between 2^(low − 1) and 2^high, of either sign.

    Most have few bits, or are next to a power of two: there, roundings are largest.
    """
    bits = kept.bits
    significand = source.choice(
        (
            (1 << bits) - 1,
            (1 << bits - 1) + source.randint(0, 2),
            1 << bits - 1,
            source.randrange(1 << bits - 1, 1 << bits),
        )
    )
    exponent = max(source.randint(low, high) - bits, kept.subnormal)
    return source.choice((1, -1)) * significand * Fraction(2) ** exponent


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums in orders that a seed draws: chains and trees, products fused into them or not."""

    floats: SoftFloats
    source: Random

    def of(self, terms: Sequence[Fraction | Product]) -> Fraction:
        """The sum of numbers and of products."""
        left = list(terms)
        self.source.shuffle(left)
        chained = self.source.random() < 0.5
        while len(left) > 1:
            first = left.pop() if chained else left.pop(self.source.randrange(len(left)))
            second = left.pop() if chained else left.pop(self.source.randrange(len(left)))
            left.append(self._plus(first, second))
        return self._made(left[0]) if left else Fraction(0)

    def inner(self, w: Row, x: Row) -> Fraction:
        """⟨w, x⟩."""
        return self.of(list(zip(w, x, strict=True)))

    def product(self, factors: Sequence[Fraction]) -> Fraction:
        """Their product, multiplied in any order."""
        left = list(factors)
        while len(left) > 1:
            self.source.shuffle(left)
            left.append(self.floats.times(left.pop(), left.pop()))
        return left[0]

    def _plus(self, first: Fraction | Product, second: Fraction | Product) -> Fraction:
        if self.source.random() < 0.5:
            first, second = second, first
        if isinstance(first, tuple) and self.source.random() < 0.5:
            return self.floats.fused(*first, self._made(second))
        return self.floats.plus(self._made(first), self._made(second))

    def _made(self, term: Fraction | Product) -> Fraction:
        return self.floats.times(*term) if isinstance(term, tuple) else term
