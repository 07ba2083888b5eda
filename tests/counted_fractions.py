"""Counts what rationals really do while something runs."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction

import pytest

Comparison = Callable[[Fraction, Fraction], bool]


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """How many products `*`, quotients `/`, sums or differences `+` and comparisons `<` (of
    whichever is larger, not of equality) of rationals were made.
    """
    done: Counter[str] = Counter()
    multiply, scale, divide = Fraction.__mul__, Fraction.__rmul__, Fraction.__truediv__
    add, subtract = Fraction.__add__, Fraction.__sub__
    less, more = Fraction.__lt__, Fraction.__gt__
    at_most, at_least = Fraction.__le__, Fraction.__ge__

    def product(left: Fraction, right: Fraction) -> Fraction:
        done["*"] += 1
        return multiply(left, right)

    def multiple(right: Fraction, left: int) -> Fraction:
        done["*"] += 1
        return scale(right, left)

    def quotient(left: Fraction, right: Fraction) -> Fraction:
        done["/"] += 1
        return divide(left, right)

    def total(left: Fraction, right: Fraction) -> Fraction:
        done["+"] += 1
        return add(left, right)

    def difference(left: Fraction, right: Fraction) -> Fraction:
        done["+"] += 1
        return subtract(left, right)

    def comparing(compare: Comparison) -> Comparison:
        def compared(left: Fraction, right: Fraction) -> bool:
            done["<"] += 1
            return compare(left, right)

        return compared

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Fraction, "__mul__", product)
        patch.setattr(Fraction, "__rmul__", multiple)
        patch.setattr(Fraction, "__truediv__", quotient)
        patch.setattr(Fraction, "__add__", total)
        patch.setattr(Fraction, "__sub__", difference)
        patch.setattr(Fraction, "__lt__", comparing(less))
        patch.setattr(Fraction, "__gt__", comparing(more))
        patch.setattr(Fraction, "__le__", comparing(at_most))
        patch.setattr(Fraction, "__ge__", comparing(at_least))
        yield done
