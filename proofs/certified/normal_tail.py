"""The normal tail between rationals: Mills' ratio by Laplace's continued fraction.

    P(Z > t) = φ(t)·M(t),     M(t) = 1/(t + 1/(t + 2/(t + 3/(t + …))))

The convergents of even order are below M(t), those of odd order above it, at every t > 0 (proved
for all orders in `proofs.symbolic.tails`), and M falls. They are quotients of polynomials, so what
is left to enclose are φ, and t where it is not rational.

With b = √(2α·ln m) and α′ = α/ν² for inputs of norm ν:  P(⟨w, x⟩ > b) = m^(−α′)·M(b/ν)/√(2π).
"""

from fractions import Fraction

import sympy

from proofs.certified.enclosure import Enclosure, enclosed, exactly

ORDER = 60
"""Even. The convergents around M(1) differ by 2·10^−6, those around M(2) by 10^−12."""

ROOT_OF_TWO_PI = enclosed(sympy.sqrt(2 * sympy.pi))


def convergent(order: int, t: Fraction) -> Fraction:
    """p_k(t)/q_k(t): q_(k+1) = t·q_k + k·q_(k−1), p likewise, from 0/1 and 1/t on.

    >>> convergent(1, Fraction(3)), convergent(2, Fraction(3))
    (Fraction(1, 3), Fraction(3, 10))
    """
    p, q, p_before, q_before = Fraction(1), t, Fraction(0), Fraction(1)
    for k in range(1, order):
        p, p_before = t * p + k * p_before, p
        q, q_before = t * q + k * q_before, q
    return p / q


def mills_ratio(t: Enclosure) -> Enclosure:
    """P(Z > t)/φ(t). Domain: t > 0; wide where t is small."""
    near = t.rounded()
    return Enclosure(convergent(ORDER, near.high), convergent(ORDER + 1, near.low)).rounded()


def shift(alpha: Fraction, m: int) -> Enclosure:
    """b = √(2α·ln m). Domain: m ≥ 2."""
    return enclosed(sympy.sqrt(2 * _rational(alpha) * sympy.log(m)))


def share(alpha: Fraction, m: int) -> Enclosure:
    """m·P(Z > b)/m^(1 − α): what the bound m^(1 − α) leaves of itself."""
    return mills_ratio(shift(alpha, m)) / ROOT_OF_TWO_PI


def fires(alpha: Fraction, m: int) -> Enclosure:
    """P(Z > b) for b = √(2α·ln m)."""
    return share(alpha, m) * enclosed(sympy.Integer(m) ** -_rational(alpha))


def fires_above(b: float) -> Enclosure:
    """P(Z > b) for exactly this number. Domain: b > 0."""
    exact = Fraction(b)
    density = enclosed(sympy.exp(-(_rational(exact) ** 2) / 2)) / ROOT_OF_TWO_PI
    return mills_ratio(exactly(exact)) * density


def _rational(number: Fraction) -> sympy.Rational:
    return sympy.Rational(number.numerator, number.denominator)
