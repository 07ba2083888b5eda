"""How far a stored score can be from the inner product that it stands for.

In floats a score is computed once and then moved, s ← s + η·Δs, while the weights are moved by
themselves, w ← w + η·Δw. Each rounding leaves something behind. With u the unit roundoff,
γ_k = k·u/(1 − k·u), and e a bound on |s_j,r − ⟨w_r, x_j⟩| for all points j:

    at first     e = γ_d·ξ·‖w‖₁
    a step       e ← e + 2u·ξ·‖w‖₁ + |η|·H·κ·(2γ_{k+1} + γ_d)

where w are the weights after the step, k the points that r fired on, H = Σ|h_i| the sum of their
coefficients, ξ = max|x_ic|, κ = max‖x_i‖². Why: Δs and Δw are combinations of k terms times η, so
each is off by γ_{k+1} of its terms' sum, at most |η|·H·κ in both (Cauchy–Schwarz); the kept
⟨x_i, x_j⟩ are off by γ_d·κ; the final additions leave u·|s| and u·Σ|w_c·x_jc|, each at most
u·ξ·‖w‖₁ up to e itself. The bound is computed in floats too: SLACK covers that and the products of
u's, the factor 1 + 4u the addition to the bound before, TINY what underflows.

In the rationals u = 0, every bound is 0, and equality is demanded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from reference.network import Problem
from reference.scalar import Arithmetic, S

SLACK = 1.001
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class ScoreError(Generic[S]):
    """The constants of one problem: u, d, ξ, κ, and λ = max‖x_i‖₁."""

    unit: float
    d: int
    largest: float
    square: float
    length: float

    def of_product(self, weight_length: float) -> float:
        """The error of ⟨w, x_j⟩ computed in any order, for weights with this ‖w‖₁."""
        if not self.unit:
            return 0.0
        return SLACK * self._gamma(self.d) * self.largest * weight_length + TINY

    def before_first_move(self, weight_length: float, size: float, push: float) -> float:
        """e of a neuron about to move for the first time, from ‖w‖₁ after it has moved."""
        return self.of_product(SLACK * (weight_length + abs(size) * push * self.length))

    def after_move(
        self, before: float, weight_length: float, size: float, push: float, terms: int
    ) -> float:
        """e after a step of this size with H = push over k = terms points."""
        if not self.unit:
            return 0.0
        rounded = 2 * self.unit * self.largest * weight_length
        moved = abs(size) * push * self.square * (2 * self._gamma(terms + 1) + self._gamma(self.d))
        return before * (1 + 4 * self.unit) + SLACK * (rounded + moved) + TINY

    def _gamma(self, k: int) -> float:
        return k * self.unit / (1 - k * self.unit)


def score_error(arithmetic: Arithmetic[S], problem: Problem[S]) -> ScoreError[S]:
    """The constants of this problem."""
    return ScoreError(
        unit=arithmetic.unit_roundoff,
        d=problem.d,
        largest=max(abs(float(c)) for x in problem.points for c in x),
        square=max(sum(float(c) ** 2 for c in x) for x in problem.points) * SLACK,
        length=max(sum_of_sizes(x) for x in problem.points),
    )


def sum_of_sizes(values: Sequence[S]) -> float:
    """Σ|v|, in floats."""
    total = 0.0
    for value in values:
        total += abs(float(value))
    return total
