"""How often a neuron fires on one point and not on another, by the angle between them.

For unit points at the angle θ, w ~ N(0, I) and b ≥ 0,

    P(fires on x and not on y) = D(θ)·e^(−b²/2),     D(θ) = 1/π ∫₀^(θ/2) e^(−b²·tan²(u)/2) du,

by Plackett's identity (proved in `proofs.symbolic.kernel`); D(π) is P(Z > b)·e^(b²/2), since
opposite points never fire together. Times e^(b²/2) nothing underflows, whatever b is.

The integrand falls from 1. It is concave up to its one point of inflection and convex beyond, so
on a panel where it bends one way the midpoint rule and the trapezoid rule are bounds, one from
above, the other from below; far out, where it is below e^(−40), so are 0 and its first value.
"""

from dataclasses import dataclass
from math import atan, pi, sqrt

import numpy as np
import numpy.typing as npt

ArrayF = npt.NDArray[np.float64]

PANELS = 512
"""In each of the two parts: the bounds differ by some 10^−7 of the value."""

FAR = 9.0
"""Where b·tan(u) is this, the integrand is e^(−40.5)."""

ROUNDING = 1e-12
"""Of a value that is at most 1: hundreds of times what rounding can amount to."""


@dataclass(frozen=True, slots=True)
class Between:
    """low ≤ value ≤ high, elementwise."""

    low: ArrayF
    high: ArrayF


def one_alone(angles: ArrayF, b: float) -> Between:
    """D at these angles. Domain: from 0 to π; b ≥ 0."""
    half = np.asarray(angles, np.float64) / 2
    bend, far = inflection(b), atan(FAR / b) if b > 0 else pi / 2
    first, second = np.minimum(half, bend), np.minimum(half, max(bend, far))
    concave = _rules(np.zeros_like(half), first, b)
    convex = _rules(first, second, b)
    tail = (half - second) * _integrand(second, b)
    low = (concave.low + convex.high) / pi - ROUNDING
    high = (concave.high + convex.low + tail) / pi + ROUNDING
    return Between(np.maximum(low, 0.0), high)


def inflection(b: float) -> float:
    """The u at which q = tan(u) has b²q⁴ + (b² − 3)q² = 1; π/2 if b = 0: then nothing bends."""
    if b == 0:
        return pi / 2
    less = b * b - 3
    root = sqrt(less * less + 4 * b * b)
    return atan(sqrt(2 / (less + root) if less > 0 else (root - less) / (2 * b * b)))


def _rules(start: ArrayF, end: ArrayF, b: float) -> Between:
    """The trapezoid rule, and the midpoint rule, from start to end."""
    width = (end - start) / PANELS
    ends = start[..., None] + width[..., None] * np.arange(PANELS + 1)
    middles = start[..., None] + width[..., None] * (np.arange(PANELS) + 0.5)
    at_ends = _integrand(ends, b)
    trapezoid = at_ends.sum(axis=-1) - (at_ends[..., 0] + at_ends[..., -1]) / 2
    return Between(width * trapezoid, width * _integrand(middles, b).sum(axis=-1))


def _integrand(u: ArrayF, b: float) -> ArrayF:
    falls: ArrayF = np.exp(-((b * np.tan(u)) ** 2) / 2)
    return falls
