"""Counts what rationals really do while something runs."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

import pytest


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """How many products `*`, quotients `/` and sums or differences `+` of rationals were made."""
    done: Counter[str] = Counter()
    multiply, scale, divide = Fraction.__mul__, Fraction.__rmul__, Fraction.__truediv__
    add, subtract = Fraction.__add__, Fraction.__sub__

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

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Fraction, "__mul__", product)
        patch.setattr(Fraction, "__rmul__", multiple)
        patch.setattr(Fraction, "__truediv__", quotient)
        patch.setattr(Fraction, "__add__", total)
        patch.setattr(Fraction, "__sub__", difference)
        yield done
