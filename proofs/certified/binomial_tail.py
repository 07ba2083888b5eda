"""The binomial tail between proven bounds, however small it is.

    P(X > k) = t_(k+1) + t_(k+2) + …,     t_j = C(m, j)·p^j·(1 − p)^(m − j)

Beyond the mean the terms fall faster than a geometric series with the quotient of the first two,
so t_(k+1) ≤ P(X > k) ≤ t_(k+1)/(1 − r), r = (m − k − 1)·p/((k + 2)(1 − p)). Logarithms are kept:
the tails that matter here are far below the smallest float.
"""

from fractions import Fraction
from math import log

import sympy
from scipy import stats

from proofs.certified.enclosure import Enclosure, enclosed

WORKING = 70
"""Digits of each logarithm."""


def log_tail(m: int, k: int, p: Enclosure) -> Enclosure:
    """ln P(Binomial(m, p) > k), negative ends. Domain: m·p < k + 1 < m."""
    r = (m - k - 1) * p.high / ((k + 2) * (1 - p.high))
    first = enclosed(_log_term(m, k + 1, p.high))
    rest = enclosed(sympy.log(_number(1 - r)))
    return Enclosure(enclosed(_log_term(m, k + 1, p.low)).low, first.high - rest.low)


def most(m: int, p: Enclosure, failure: float) -> int:
    """A k, the least or nearly, with P(Binomial(m, p) > k) ≤ failure. Domain: 0 < failure < 1/2."""
    k = max(int(stats.binom.isf(failure, m, p.middle)), int(m * p.high) + 1)
    while log_tail(m, k, p).high > log(failure):
        k += 1
    return k


def _log_term(m: int, j: int, p: Fraction) -> sympy.Expr:
    """ln t_j, to fifty digits: of seventy, cancellation takes as many as m has."""
    chances = j * sympy.log(_number(p)) + (m - j) * sympy.log(_number(1 - p))
    return _log_factorial(m) - _log_factorial(j) - _log_factorial(m - j) + chances


def _log_factorial(k: int) -> sympy.Expr:
    return sympy.loggamma(sympy.Float(k + 1, WORKING))


def _number(number: Fraction) -> sympy.Float:
    return sympy.Float(sympy.Rational(number.numerator, number.denominator), WORKING)
