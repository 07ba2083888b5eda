"""A proven lower bound on the smallest eigenvalue of a matrix, found with floats.

If LDLᵀ of M − θI runs to its end in floats with positive pivots, then M − θI + E is positive
definite for some E with |E_ij| ≤ γ_{n+1}·√(M_ii·M_jj): the factors' product is off by
γ_n·Σ|l_ik·d_k·l_jk| and, by Cauchy–Schwarz, not by more than that. So ‖E‖ ≤ γ_{n+1}·tr M. Rounding
M_ii − θ adds u·tr M, entries that are known up to a blur add blur·tr M, and therefore

    λ_min(M) ≥ θ − (γ_{n+4} + blur)·tr M

whatever the pivots are; two of the u are for computing this, TINY is for what underflows. Which θ
to try is only a guess, by inverse iteration, and needs no proof.

Source: Rump, Verification of positive definiteness (BIT 46, 2006), on Demmel's bound.
"""

from collections.abc import Sequence

from invariants.score_error import SLACK, TINY, gamma
from reference.errors import SingularGram
from reference.inner_products import inner_product
from reference.scalar import BINARY64
from reference.solvers.factorization import factorize, next_row

ROUNDS = 6
"""Rounds of inverse iteration."""

GUESSES = (0.9, 0.5, 0.1)
"""The shares of the guessed eigenvalue that are tried."""


def smallest_eigenvalue_at_least(lower: Sequence[Sequence[float]], blur: float) -> float:
    """A number that λ_min is not below; 0 if none above 0 is found.

    The lower triangle is that of a positive semidefinite matrix of which each entry is known up to
    blur·√(M_ii·M_jj). Cost: two factorizations or more, and ROUNDS substitutions.
    """
    trace = 0.0
    for row in lower:
        trace += row[-1]
    rounding = (gamma(len(lower) + 4, BINARY64.unit_roundoff) + blur) * trace * SLACK + TINY
    guess = _guess(lower)
    for share in GUESSES:
        shifted = [list(row[:-1]) + [row[-1] - share * guess] for row in lower]
        if _is_definite(shifted):
            return max(0.0, share * guess - rounding)
    return 0.0


def _guess(lower: Sequence[Sequence[float]]) -> float:
    """The smallest eigenvalue, about; 0 if the matrix looks singular, NaN where it overflows."""
    try:
        factors = factorize(BINARY64, lower)
    except SingularGram:
        return 0.0
    vector = [1.0 + 0.5 * (i % 3) for i in range(len(lower))]
    guess = 0.0
    for _ in range(ROUNDS):
        image = factors.solve(vector)
        largest = max(map(abs, image))
        image = [value / largest for value in image]
        guess = inner_product(vector, image, 0.0) / inner_product(image, image, 0.0) / largest
        vector = image
    return guess


def _is_definite(lower: Sequence[Sequence[float]]) -> bool:
    """Does LDLᵀ run to its end with positive pivots?"""
    factors: list[list[float]] = []
    pivots: list[float] = []
    for given in lower:
        row, pivot = next_row(given, factors, pivots)
        if not pivot > 0:
            return False
        factors.append(row)
        pivots.append(pivot)
    return True
