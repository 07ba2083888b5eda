"""Claims kernel/*: the smallest eigenvalue of the limit kernel K.

Figures of eigenvalues are times e^(b²/2), so that nothing underflows.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import log, sqrt

import numpy as np
import sympy

from proofs.certified.enclosure import enclosed
from proofs.certified.kernel_bounds import (
    FINE,
    REACH,
    crossing,
    orthonormal,
    stated,
    window_bound,
)
from proofs.certified.kernel_matrix import at_sixths, separation, smallest_eigenvalue
from proofs.certified.normal_tail import fires_above, share, shift
from proofs.evidence.chart import Chart, Curve
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.ledger.claim import Verdict
from proofs.measured.networks.kernel_samples import drawn, sought

PAPER = Fraction(6, 25)
"""α = 0.24."""


@decides("kernel/upper")
def upper(effort: Effort) -> Decision:
    """The least eigenvalue is at most a diagonal entry, which is at most half of what is stated."""
    samples = list(drawn(effort.of(300, 3_000, 30_000), seed=1))
    largest = max(sample.eigenvalue.low for sample in samples)
    loose = 1 / share(PAPER, 10**6).middle
    long_one = 4 * fires_above(0.5).low
    return Decision(
        Verdict.PROVED,
        [
            established(
                largest <= 0.5,
                r"none of the kernels drawn has $\lambda_{\min}(K) > \frac{1}{2} e^{-b^2/2}$",
                Grade.SAMPLED,
                kernels=len(samples),
                largest=_rounded(largest),
            ),
            established(
                loose > 2,
                r"at $m = 10^6$, $\alpha = 0.24$ the stated bound is so many times $P(Z > b)$, the "
                r"most that $\lambda_{\min}(K)$ can be",
                Grade.EXACT,
                times=_rounded(loose),
            ),
            established(
                long_one > enclosed(sympy.exp(sympy.Rational(-1, 2))).high,
                r"it needs unit norm: for one point of norm $2$ and $b = 1$, "
                r"$K = 4 P(2 Z > 1) > e^{-b^2/2}$",
                Grade.EXACT,
                eigenvalue=_rounded(float(long_one)),
            ),
        ],
    )


@decides("kernel/lower")
def lower(effort: Effort) -> Decision:
    """Proved while bδ ≤ 16n, which every width reaches; false of two points for larger b."""
    facts = [_fails_far_out(), _reached_by_every_width()]
    facts += [_holds_of_drawn(effort), _holds_of_sought(effort)]
    facts += [_two_points_beyond(effort), _hexagon_refutes()]
    return Decision(Verdict.CONDITIONAL, facts, _chart())


def _fails_far_out() -> Fact:
    """Two orthogonal points: K = P(Z > b)·I, and Mills' ratio falls like 1/b."""
    last = crossing(2, enclosed(sympy.sqrt(2)))
    first = last + Fraction(1, FINE)
    digits = float(first) ** 2 / (2 * float(PAPER) * log(10))
    return established(
        first > REACH * 2 / sqrt(2),
        r"without a limit on $b$ it is false: two orthogonal points have $K = P(Z > b) I$, and "
        r"$P(Z > b) < e^{-b^2/2} \sqrt{2} / 400$ from this $b$ on, not before; at $\alpha = 0.24$ "
        r"that is the width $m = 10^k$",
        Grade.EXACT,
        fails_from=_rounded(float(first)),
        k=round(digits),
    )


def _reached_by_every_width() -> Fact:
    """bδ ≤ 16n with δ ≤ 2 and n ≥ 2: so b ≤ 16 is enough, and b² = 2α·ln m < 2·ln m."""
    exponent = 55
    widest = shift(Fraction(1), 10**exponent)
    return established(
        2 * widest.high <= REACH * 2,
        r"$b \delta \le 16 n$ at every width up to $10^{55}$, for all $\alpha \le 1$, all "
        r"$n \ge 2$ and all points (of norm $1$, so $\delta \le 2$)",
        Grade.EXACT,
        b=_rounded(widest.middle),
    )


def _holds_of_drawn(effort: Effort) -> Fact:
    """Kernels of all sorts of points, each with bδ ≤ 16n."""
    samples = list(drawn(effort.of(300, 3_000, 30_000), seed=2))
    least = min(sample.over_stated for sample in samples)
    near = [s.over_stated_plainly for s in samples if s.opposite_may_be_near]
    return established(
        least >= 1 and min(near) >= 1 and all(sample.within_proved for sample in samples),
        r"each of the kernels drawn is above the stated bound, with either reading of $\delta$, "
        r"and within the bounds proved here",
        Grade.SAMPLED,
        kernels=len(samples),
        least_quotient=_rounded(least),
        opposite_may_be_near=len(near),
        their_least_quotient=_rounded(min(near)),
    )


def _holds_of_sought(effort: Effort) -> Fact:
    """At the b of m = 10^6, walks towards points with a small λ_min against the bound."""
    steps = effort.of(60, 1_500, 20_000)
    b = shift(PAPER, 10**6).middle
    worst = {n: sought(n, steps, b, seed=3).over_stated for n in (2, 3, 4)}
    return established(
        min(worst.values()) >= 1,
        r"at the $b$ of $m = 10^6$, $\alpha = 0.24$, walks that make $\lambda_{\min}$ small "
        r"against the bound end far above it",
        Grade.SAMPLED,
        steps=steps,
        **{f"quotient_n_{n}": _rounded(value) for n, value in worst.items()},
    )


def _two_points_beyond(effort: Effort) -> Fact:
    """Two points at every angle of a grid, from where the proof ends to just before it fails."""
    count = effort.of(24, 96, 960)
    shifts = (25.0, 50.0, 80.0, 112.8)
    pairs = [np.array([[1.0, 0.0], _direction(np.pi * k / count)]) for k in range(1, count)]
    least = min(
        smallest_eigenvalue(pair, b).low / stated(2, separation(pair, True))
        for pair in pairs
        for b in shifts
    )
    return established(
        least >= 1,
        r"between what is proved and what fails: two points, at each angle of a grid, are above "
        r"the bound up to $b = 112.8$",
        Grade.SAMPLED,
        pairs=len(pairs),
        shifts=len(shifts),
        least_quotient=_rounded(least),
    )


def _chart() -> Chart:
    """λ_min of two orthogonal points over the stated bound, against b."""
    apart = sqrt(2)
    shifts = [2.0 ** (k / 8) for k in range(59)]
    pair = [orthonormal(Fraction(b)).middle / stated(2, apart) for b in shifts]
    proved = [window_bound(2, apart, b) / stated(2, apart) for b in shifts]
    return Chart(
        title="The smallest eigenvalue of two orthogonal points",
        x="shift b",
        y="times the stated bound",
        x_scale="log2",
        y_scale="log",
        curves=[
            Curve("λ_min(K)", shifts, pair),
            Curve("proved for all points", shifts, proved),
            Curve("stated", shifts, [1.0] * len(shifts), "dashed"),
        ],
        caption="The stated bound is proved up to b = 16·√2, and false from b = 113 on. A width of "
        "10^6 has b = 2.6 at α = 0.24.",
    )


@decides("kernel/duplicates")
def duplicates(effort: Effort) -> Decision:
    """Equal points make K singular, and for b > 0 nothing else does."""
    facts = [_equal_points(), _hexagon_refutes(), _hexagon_above_zero(effort)]
    return Decision(Verdict.PROVED, [*facts, _nearly_opposite(effort)])


def _equal_points() -> Fact:
    """Of three points two are the same: without a shift exactly, with one within the error."""
    exact = at_sixths([0, 1, 1])
    shifted = smallest_eigenvalue(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]), 1.0)
    return established(
        _kills(exact, [0, 1, -1]) and shifted.low <= 0 <= shifted.high,
        r"three points, two of them equal: $K v = 0$ for $v = (0, 1, -1)$, exactly at $b = 0$, and "
        r"at $b = 1$ the enclosure of $\lambda_{\min}(K)$ has $0$ in it",
        Grade.EXACT,
        width=_rounded(shifted.high - shifted.low),
    )


def _hexagon_refutes() -> Fact:
    """In rationals: K v = 0, though no two of the points are nearer than 1."""
    matrix = at_sixths(range(6))
    half = [[Fraction(1, 2), Fraction(0)], [Fraction(0), Fraction(1, 2)]]
    return established(
        _kills(matrix, [1, -1, 1, -1, 1, -1]) and at_sixths([0, 3]) == half,
        r"at $b = 0$ opposite points can make $K$ singular: of a regular hexagon, whose points are "
        r"$1$ apart, $K v = 0$ for $v = (1, -1, 1, -1, 1, -1)$; one opposite pair alone does not, "
        r"its $K$ is $\frac{1}{2} I$",
        Grade.EXACT,
        rank=int(sympy.Matrix(matrix).rank()),
    )


def _kills(matrix: Sequence[Sequence[Fraction]], vector: Sequence[int]) -> bool:
    """K v = 0."""
    return not any(sum(k * v for k, v in zip(row, vector, strict=True)) for row in matrix)


def _hexagon_above_zero(effort: Effort) -> Fact:
    """The same hexagon at b > 0."""
    points = np.array([_direction(np.pi * k / 3) for k in range(6)])
    shifts = np.linspace(0.05, 8.0, effort.of(30, 300, 3_000)).tolist()
    least = min(smallest_eigenvalue(points, b).low for b in shifts)
    return established(
        least > 0,
        r"of the same hexagon at each of so many $b$ from $0.05$ to $8$, $\lambda_{\min}(K) > 0$",
        Grade.SAMPLED,
        shifts=len(shifts),
        least=_rounded(least),
    )


def _nearly_opposite(effort: Effort) -> Fact:
    """x and nearly −x: λ_min stays near P(Z > b), however near."""
    angles = [np.pi - 10.0**-k for k in range(1, effort.of(5, 9, 13))]
    values = [
        smallest_eigenvalue(np.array([[1.0, 0.0], _direction(angle)]), 1.0).low for angle in angles
    ]
    both = 2 * smallest_eigenvalue(np.eye(1), 1.0).high
    return established(
        min(values) > 0.9 * both / 2,
        r"two points nearly opposite, $b = 1$: $\lambda_{\min}(K)$ stays above $0.9 P(Z > b)$ as "
        r"$\lVert x + y \rVert$ goes to $0$",
        Grade.SAMPLED,
        pairs=len(angles),
        least=_rounded(min(values)),
    )


def _direction(angle: float) -> list[float]:
    """The point of the unit circle."""
    return [float(np.cos(angle)), float(np.sin(angle))]


def _rounded(value: float) -> float:
    """To six digits."""
    return float(f"{value:.6g}")
