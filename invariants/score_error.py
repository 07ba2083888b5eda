"""How far a stored score can be from the inner product that it stands for.

In floats a score is computed once and then moved, s ← s + η·Δs, while the weights are moved by
themselves, w ← w + η·Δw. Each rounding leaves something behind. With u the unit roundoff,
γ_k = k·u/(1 − k·u), and e a bound on |s_j,r − ⟨w_r, x_j⟩| for all points j:

    at first     e = γ_d·ξ·‖w‖₁ + u·|β|
    a step       e ← e + u·(2ξ·‖w‖₁ + 2|β| + κ·C) + |η|·H·κ·(2γ_{k+1} + γ_d)

where w are the weights after the step, k the points that r fired on, H = Σ|h_i| the sum of their
coefficients, ξ = max|x_ic|, κ = max‖x_i‖², β = b_r − b by which scores are reduced, and C = Σ|c_i|
the sum of the coefficients of implicit weights, 0 where rows are rewritten. Why: Δs and Δw are
combinations of k terms times η, so each is off by γ_{k+1} of its terms' sum, at most |η|·H·κ in
both (Cauchy–Schwarz); the kept ⟨x_i, x_j⟩ are off by γ_d·κ; the final additions leave u·|s| and
u·Σ|w_c·x_jc|, each at most u·(ξ·‖w‖₁ + |β|) up to e itself. Implicit weights are w(0) + Σ c_i x_i
in real arithmetic: c_i ← c_i + η·h_i leaves u·|c_i| + u·|η·h_i| in place of Δw's roundings. The
bound is computed in floats too: SLACK covers that and the products of u's, the factor 1 + 4u the
addition to the bound before, TINY what underflows.

In the rationals u = 0, every bound is 0, and equality is demanded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Generic

from reference.ids import Neuron
from reference.network import Network, Problem
from reference.scalar import Arithmetic, S

SLACK = 1.001
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Sizes(Generic[S]):
    """Of one neuron: its weights as they are, ‖w‖₁, |β| and C."""

    row: list[S]
    length: float
    excess: float
    coefficients: float


@dataclass(frozen=True, slots=True)
class ScoreError(Generic[S]):
    """The constants of one problem: u, d, ξ, κ, and λ = max‖x_i‖₁."""

    unit: float
    d: int
    largest: float
    square: float
    length: float

    def of_score(self, sizes: Sizes[S], points: int) -> float:
        """The error of a score computed from the neuron's weights, in any order.

        Implicit weights are computed first, as combinations of so many points at most.
        """
        error = self._computed(sizes.length, sizes.excess)
        if self.unit and sizes.coefficients:
            before = sizes.length + sizes.coefficients * self.length
            terms = self.largest * before + sizes.coefficients * self.square
            error += SLACK * self.gamma(points + 1) * terms
        return error

    def before_first_move(self, sizes: Sizes[S], size: float, push: float) -> float:
        """e of a neuron about to move for the first time, from its sizes after it has moved."""
        before = SLACK * (sizes.length + abs(size) * push * self.length)
        return self._computed(before, sizes.excess)

    def after_move(
        self, before: float, sizes: Sizes[S], size: float, push: float, terms: int
    ) -> float:
        """e after a step of this size with H = push over k = terms points."""
        if not self.unit:
            return 0.0
        rounded = 2 * self.unit * (self.largest * sizes.length + sizes.excess)
        rounded += self.unit * self.square * sizes.coefficients
        moved = abs(size) * push * self.square * (2 * self.gamma(terms + 1) + self.gamma(self.d))
        return before * (1 + 4 * self.unit) + SLACK * (rounded + moved) + TINY

    def gamma(self, k: int) -> float:
        """γ_k."""
        return gamma(k, self.unit)

    def _computed(self, weight_length: float, excess: float) -> float:
        """The error of ⟨w, x_j⟩ − β, for weights with this ‖w‖₁."""
        if not self.unit:
            return 0.0
        product = self.gamma(self.d) * self.largest * weight_length
        reduced = self.unit * (self.largest * weight_length + excess) if excess else 0.0
        return SLACK * (product + reduced) + TINY


def score_error(arithmetic: Arithmetic[S], problem: Problem[S]) -> ScoreError[S]:
    """The constants of this problem."""
    return ScoreError(
        unit=arithmetic.unit_roundoff,
        d=problem.d,
        largest=max(abs(float(c)) for x in problem.points for c in x),
        square=max(sum_of_sizes([c * c for c in x]) for x in problem.points) * SLACK,
        length=max(sum_of_sizes(x) for x in problem.points),
    )


def sizes_of(network: Network[S], r: Neuron) -> Sizes[S]:
    """The sizes of a neuron as it is now."""
    row = network.weights.row(r)
    excess = abs(float(network.excess[r])) if network.excess else 0.0
    return Sizes(row, sum_of_sizes(row), excess, sum_of_sizes(network.weights.coefficients(r)))


def sum_of_sizes(values: Sequence[S]) -> float:
    """Σ|v|, in floats."""
    total = 0.0
    for value in values:
        total += abs(float(value))
    return total


def gamma(k: int, unit: float) -> float:
    """γ_k = k·u/(1 − k·u): what k roundings can do to a product or a sum."""
    return k * unit / (1 - k * unit)


def norm(values: Sequence[float]) -> float:
    """√Σv² and a little more. No square is lost, however small or large the values are."""
    largest = max(map(abs, values), default=0.0)
    if not 0 < largest < inf:
        return largest
    square = 0.0
    for value in values:
        square += (value / largest) ** 2
    return SLACK * largest * sqrt(square)
