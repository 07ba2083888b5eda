"""Widths that are too small for what the analysis asks of them, whatever the data.

Both use that λ, the smallest eigenvalue of K, is at most P(Z > b): that is each diagonal entry of
K for points of unit norm, and for orthogonal points λ is P(Z > b). So these are the least widths of
the best data. P(Z > b) falls as the width grows, and b grows.
"""

from fractions import Fraction

from proofs.certified.normal_tail import fires, shift


def demanded(n: int, alpha: Fraction) -> int:
    """A k, such that no m < 2^k has m ≥ λ⁻⁴·n⁴. Domain: α < 1/4, as otherwise there is none.

    P(Z > b) is at most 1/2, and beyond any 2^k at most what it is there: then m has to be larger.
    """
    k, further = 0, _floor_of_log2(Fraction((2 * n) ** 4))
    while further > k:
        k, further = further, _floor_of_log2(n**4 / fires(alpha, 1 << further).high ** 4)
    return k


def enough(n: int, alpha: Fraction) -> int:
    """A k, such that 2^k neurons have m ≥ λ⁻⁴·n⁴ at orthogonal points. Domain: as above."""
    k = demanded(n, alpha)
    while (1 << k) * fires(alpha, 1 << k).low ** 4 < n**4:
        k += 1
    return k


def within_the_shift(n: int, alpha: Fraction) -> int:
    """A k, such that no m < 2^k has n/(λ·√m) ≤ b. Domain: α < 1/2, as otherwise there is none.

    b·P(Z > b) is below the normal density, so below 2/5; from 2^k to 2^(k+1) it is at most what
    P(Z > b) is at one end times what b is at the other.
    """
    k = _floor_of_log2((n / Fraction(2, 5)) ** 2)
    while (2 << k) * (fires(alpha, 1 << k).high * shift(alpha, 2 << k).high) ** 2 < n**2:
        k += 1
    return k


def _floor_of_log2(number: Fraction) -> int:
    """The largest k with 2^k at most this. Domain: at least 1."""
    return (number.numerator // number.denominator).bit_length() - 1
