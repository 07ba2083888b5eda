"""What is claimed, and what is proved, of the kernel's smallest eigenvalue, times e^(b²/2).

n unit points at least δ apart. The *window bound* (claims kernel/lower, kernel/duplicates; each
step is proved in `proofs.symbolic.kernel`): let γ = δ/(5n) and, for a unit vector a,

    V(w) = Σ_i a_i·1[⟨w, x_i⟩ > b]·x_i,     aᵀK a = E‖V‖².

Some a_k² ≥ 1/n. Write w = g·x_k + w⊥, so g is standard normal and independent of w⊥. Let E be the
event, of w⊥ alone, that no other point's score crosses b while g runs from b − γ to b + γ. On E
the vector V has one value below g = b and one above, a_k·x_k apart, so their squared lengths are
together at least a_k²/2; and g is above b in the window with probability ∫_b^(b+γ) φ, below b with
no less. Hence aᵀK a ≥ P(E)·1/(2n)·∫_b^(b+γ) φ.

Another point x_j = c·x_k + s·u crosses if the standard normal ⟨w, u⟩ is within |c|γ/s of
(1 − c)b/s. That has probability at most √(2/π)·γ/δ, since |c|/s ≤ 1/δ; it needs c ≥ 0 or x_j and
−x_k at least δ apart or, if c < 0, b ≥ δ/√e: there the normal density at b/s makes up for 1/s. An
opposite point, s = 0, does not cross at all. So P(E) ≥ 1 − √(2/π)·(n − 1)/(5n), and

    λ_min(K)·e^(b²/2) ≥ P(E)/(2n)·e^(−γ²/2)·(1 − e^(−bγ))/(b·√(2π)).

That is at least δ/(100n²) while bδ ≤ 16n.
"""

from fractions import Fraction
from math import exp, expm1, pi, sqrt

from proofs.certified.enclosure import Enclosure, exactly
from proofs.certified.normal_tail import ROOT_OF_TWO_PI, mills_ratio

STATED = 100
"""The claim is δ/(100·n²)."""

WINDOW, REACH = 5, 16
"""The window is δ/(5n) wide, and the claim is proved while bδ ≤ 16n."""

FINE = 1000
"""A crossing is found to 1/1000."""


def stated(n: int, apart: float) -> float:
    """δ/(100n²): the lower bound that the claim states."""
    return apart / (STATED * n * n)


def window_bound(n: int, apart: float, b: float) -> float:
    """The lower bound that is proved."""
    gamma = apart / (WINDOW * n)
    undisturbed = 1 - sqrt(2 / pi) * gamma * (n - 1) / apart
    inside = -expm1(-b * gamma) / b if b > 0 else gamma
    return undisturbed / (2 * n) * exp(-gamma * gamma / 2) * inside / sqrt(2 * pi)


def pair_bound(apart: float) -> float:
    """(δ + δ²)/4, an upper bound: of the closest pair, λ_min ≤ ½(e_i − e_j)ᵀK(e_i − e_j)."""
    return (apart + apart * apart) / 4


def orthonormal(b: Fraction) -> Enclosure:
    """λ_min(K)·e^(b²/2) of orthonormal points, where K = P(Z > b)·I. Domain: b > 0."""
    return mills_ratio(exactly(b)) / ROOT_OF_TWO_PI


def crossing(n: int, apart: Enclosure) -> Fraction:
    """A b, to 1/1000, at which the stated bound holds of n orthonormal points, and at the next not.

    Mills' ratio falls, so it holds below and fails above.
    """
    holds, fails = FINE, FINE * STATED * n * n
    while fails - holds > 1:
        b = (holds + fails) // 2
        value = orthonormal(Fraction(b, FINE)) / apart * exactly(STATED * n * n)
        holds, fails = (b, fails) if value.low >= 1 else (holds, b)
    return Fraction(holds, FINE)
