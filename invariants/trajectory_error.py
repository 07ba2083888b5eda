"""How far a run in floats is from the run in exact arithmetic that starts at the same numbers.

The exact run has the very floats of this one for points, labels, W(0), signs, shifts, m^(−1/2), C,
and takes steps of the same sizes η and dampings λ, with μ = λ·tr G/n for its own G; it solves
exactly and rounds nothing. Let W̃ be the weights of this run (w(0) + Σ c_i x_i without rounding, if
they are implicit), W those of the exact one, and Δ ≥ ‖W̃ − W‖ (Frobenius). As long as both have the
same firing sets, f is affine around both, so an exact step from W̃ would leave

    T(W̃) − T(W) = (I − η Jᵀ(G + μI)⁻¹J)(W̃ − W)        along the gradient: (I − η JᵀJ)(W̃ − W)

and this does not grow: the eigenvalues of what is subtracted lie between 0 and η ≤ 1 (between 0 and
η·λ_max(G) along the gradient; the factor is max(1, η·‖G‖_∞ − 1)). Errors add up and are not
amplified. What the step adds by itself:

    solving      η·‖q‖/√λ_min(G + μI),  q = (G + μI) g̃ − r(W̃), for Jᵀ(G + μI)⁻¹q has a square of at
                 most qᵀ(G + μI)⁻¹q; λ_min is bounded below by `definiteness`
    gradient     η·√‖G‖_∞·‖r̃ − r(W̃)‖
    rounding     per moved neuron u·(‖w‖₁ + √κ·C) + γ_{k+3}·|η|·H·√κ, as in `score_error`

|q_i| is at most the residual of the equation as computed, the rounding of computing it (γ_n), of
the matrix's entries (γ_{d+6} each, n + 2 more on the diagonal, for μ is a sum over it), and
|r̃_i − r_i(W̃)|, which is the rounding of PREDICT and m^(−1/2) times the sum of the score errors e_r
of the neurons that fire.

Then a score is off by at most e_r + Δ·‖x_j‖ from the exact run's, an output by m^(−1/2)·Σ e_r +
Δ·√G_ii and its rounding. A firing decision is *certified* if |s − b| is more than that, and
*borderline* if not. If all decisions up to a step are certified, both runs have had the same firing
sets, and every bound up to there is proven; after a borderline one they hold if it fell alike.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from sys import float_info

from invariants.definiteness import smallest_eigenvalue_at_least
from invariants.score_error import SLACK

UNIT = 2.0**-53
"""The unit roundoff of the floats that the bounds are computed with."""

SLACK_OF_SUMS = 1.0000001
"""More than the roundings of a growth."""

BOUNDLESS = float_info.max
"""What stands for a bound where none could be proven."""


class TrajectoryError:
    """Δ, and what is said of the step under way."""

    def __init__(self) -> None:
        self.weights = 0.0
        self._report: dict[str, float] = {}
        self.reports: list[Mapping[str, float]] = []

    def recall(self, reports: Sequence[Mapping[str, float]]) -> None:
        """An interrupted run goes on after these reports."""
        self.reports = list(reports)
        if reports:
            self.weights = reports[-1]["weight_error_after"]

    def decided(self, decisions: int, borderline: int, score_error: float) -> None:
        """So many decisions were made, and the scores may be so far from the exact run's."""
        self._add("decisions", decisions)
        self._add("borderline", borderline)
        self._widen("score_error", score_error)

    def predicted(self, output_error: float) -> None:
        """Outputs may be so far from the exact run's."""
        self._widen("output_error", output_error)

    def solved(
        self,
        lower: Sequence[Sequence[float]],
        blur: float,
        defect: float,
        size: float,
        relative: float,
    ) -> None:
        """G + μI has this lower triangle up to the blur; ‖q‖ is at most the defect.

        `relative` is ‖(G + μI) g − r‖/‖r‖ as computed, for the report.
        """
        least = smallest_eigenvalue_at_least(lower, blur)
        most = _row_sum(lower) * (1 + blur) * SLACK
        self._widen("condition", most / least if least else BOUNDLESS)
        self._widen("solve_residual", relative)
        if defect:
            self._grow(1.0, abs(size) * defect / sqrt(least) if least else BOUNDLESS)

    def stepped_along_gradient(
        self, lower: Sequence[Sequence[float]], blur: float, defect: float, size: float
    ) -> None:
        """The step was η times the gradient of residuals that are off by the defect."""
        most = _row_sum(lower) * (1 + blur) * SLACK
        growth = max(1.0, size * most - 1.0)
        self._grow(growth, abs(size) * sqrt(most) * defect)

    def rounded(self, length: float) -> None:
        """Roundings have moved the weights so far, all of them together."""
        self._grow(1.0, length)

    def recorded(self) -> None:
        """The report is complete."""
        after = {"weight_error_after": self.weights}
        self.reports.append(self._report | after)
        self._report = {}

    def _grow(self, factor: float, addition: float) -> None:
        """Δ ← factor·Δ + addition, rounded up."""
        if factor != 1.0 or addition:
            grown = (factor * self.weights + addition) * SLACK_OF_SUMS
            self.weights = grown if grown < BOUNDLESS else BOUNDLESS

    def _add(self, name: str, count: int) -> None:
        self._report[name] = self._report.get(name, 0) + count

    def _widen(self, name: str, value: float) -> None:
        before = self._report.get(name, 0.0)
        bounded = value if value < BOUNDLESS else BOUNDLESS
        self._report[name] = max(before, bounded)


def _row_sum(lower: Sequence[Sequence[float]]) -> float:
    """‖M‖_∞ of the symmetric matrix, which is at least its largest eigenvalue."""
    sums = [0.0] * len(lower)
    for i, row in enumerate(lower):
        for j, entry in enumerate(row):
            sums[i] += abs(entry)
            if j < i:
                sums[j] += abs(entry)
    return max(sums)
