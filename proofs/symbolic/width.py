"""The width that the analysis demands, in whole numbers.

    m ≥ c·λ⁻⁴·n⁴ with λ = s·m^(−α)   ⟺   m^(1 − 4α) ≥ c·n⁴/s⁴

For α = p/q that is m^(q − 4p) ≥ (c·n⁴/s⁴)^q, which whole numbers decide. The larger λ, the less is
demanded. At the upper end of what is claimed of λ, s = 1; at the lower end λ is
m^(−α)·δ/(100·n²), with δ the points' separation, which is at most √2, and then s⁴ = δ⁴/(100·n²)⁴.
"""

from fractions import Fraction
from math import ceil

import sympy

from proofs.symbolic.proof import proves

PAPER = Fraction(6, 25)
"""α of b = √(0.48·log m)."""

ATOMS = 10**80
"""In the universe that can be seen, about."""

LARGEST_DELTA_TO_THE_FOURTH = 4
"""δ ≤ √2: of x − y and x + y one is no longer, for unit vectors x and y."""


def exponent(alpha: Fraction) -> Fraction:
    """At the upper end of λ the width is n to this power. Domain: α < 1/4.

    >>> exponent(Fraction(6, 25))
    Fraction(100, 1)
    """
    return 4 / (1 - 4 * alpha)


def least_width(alpha: Fraction, bound: Fraction | int) -> int:
    """The least m with m^(1 − 4α) ≥ bound. Domain: α < 1/4, bound ≥ 1.

    >>> least_width(Fraction(1, 8), 10)
    100
    """
    degree = alpha.denominator - 4 * alpha.numerator
    power = ceil(Fraction(bound) ** alpha.denominator)
    root, exact = sympy.integer_nthroot(power, degree)
    return int(root) + (not exact)


def at_upper_end(n: int, alpha: Fraction = PAPER) -> int:
    """The width demanded if λ = m^(−α)."""
    return least_width(alpha, n**4)


def at_lower_end(n: int, alpha: Fraction = PAPER, delta_to_the_fourth: int = 1) -> int:
    """The width demanded if λ = m^(−α)·δ/(100·n²)."""
    return least_width(alpha, Fraction(n**4 * (100 * n * n) ** 4, delta_to_the_fourth))


def largest_constant(n: int, width: int, alpha: Fraction = PAPER) -> Fraction:
    """A c, such that m ≥ c·λ⁻⁴·n⁴ with λ ≤ m^(−α) holds at this width for none larger.

    c = m^(1 − 4α)/n⁴, rounded up to the next 2^−k by way of m ≤ 2^bits.
    """
    bits = (width - 1).bit_length()
    return Fraction(2) ** ceil(bits * (1 - 4 * alpha)) / n**4


@proves(
    "convergence/width",
    r"at $\alpha=0.24$ these are $m\ge n^{100}$, and $m\ge10^{200}n^{300}\delta^{-100}$ with "
    r"$\lambda=m^{-\alpha}\delta/(100n^2)$",
)
def paper_exponents() -> bool:
    """m^(1/25) ≥ n⁴, and m^(1/25) ≥ n⁴·(100·n²/δ)⁴: the 25th powers, at all n and δ."""
    n, delta = sympy.symbols("n delta", positive=True)
    power = sympy.Rational(25)
    share = 1 - 4 * sympy.Rational(PAPER.numerator, PAPER.denominator)
    upper = sympy.powsimp((n**4) ** (1 / share)) / n**100
    lower = (n**4 * (100 * n**2 / delta) ** 4) ** power / (10**200 * n**300 * delta**-100)
    symbolic = sympy.simplify(upper) == 1 and sympy.simplify(lower) == 1
    whole = all(at_upper_end(k) == k**100 for k in (2, 3, 10))
    return bool(symbolic and whole and all(at_lower_end(k) == 10**200 * k**300 for k in (2, 3, 10)))
