"""What must be true of a prediction, of the solution found for it, and of the move that follows.

Each is computed anew, in another way than the reference does: outputs summed from the other end,
the Gram matrix from firing sets as bits, the shares of a neuron point by point. In floats both
computations round; with u the unit roundoff and γ_k = k·u/(1 − k·u) the bounds are

    residual   γ_{2k+6}·(m^(−1/2)·Σ|s − b| + |C| + |y|)            k neurons fire on the point
    equation   γ_{5n+10}·(√D_i·Σ_j √D_j·|g_j| + |r_i|)             D = the diagonal of the matrix

the second by the backward error of a Cholesky-like solve (Higham, Accuracy and Stability of
Numerical Algorithms, theorem 10.4). An iterative solver is allowed the accuracy that it states on
top of it, and the roundings of products with the Jacobian, γ of d and k more. In the rationals both
are 0. Shares are single products and must be equal in floats too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Generic

from invariants.invariant import Invariant
from invariants.score_error import SLACK, TINY, gamma, norm
from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.motion import Motion
from reference.network import Network
from reference.scalar import S
from reference.training.step_rule import Choice, GradientSteps
from reference.training.trainer import Observation, Trainer
from reference.violation import Violation

RESIDUAL = Invariant(
    "predict/residual",
    "The residual at a point is m^(−1/2)·Σ_{r ∈ S_i} a_r·(s_i,r − b) + C − y_i.",
    touched="every point",
    full="every point",
)

EQUATION = Invariant(
    "solve/equation",
    "The solution g satisfies G g = f − y with G_ij = ⟨x_i, x_j⟩·|S_i ∩ S_j|/m, plus the damping, "
    "to the accuracy that its solver states; along the gradient g is f − y.",
    touched="every point",
    full="every point",
)

SHARES = Invariant(
    "move/shares",
    "A neuron moves by −m^(−1/2)·a_r·g_i along x_i for the points i on which it fires, no others.",
    touched="every neuron that moves",
    full="every neuron that moves",
)


def residual_roundings(
    trainer: Trainer[S], observation: Observation[S], scores: Sequence[Sequence[S]]
) -> list[float]:
    """How far roundings can move each residual, whichever way the sum was made; 0 if not asked."""
    network, firing = trainer.network, observation.firing
    bounds = [0.0] * trainer.problem.n
    for i in firing.asked:
        size = 0.0
        for score in scores[i]:
            size += abs(float(score - network.shift))
        size = float(network.scale) * size + abs(float(network.offset))
        size += abs(float(trainer.problem.labels[i]))
        k = 2 * len(firing.by_point[i]) + 6
        bounds[i] = _rounding(trainer.arithmetic.unit_roundoff, k, size)
    return bounds


def residuals_are_sums_of_fired_scores(
    trainer: Trainer[S],
    observation: Observation[S],
    scores: Sequence[Sequence[S]],
    bounds: Sequence[float],
) -> list[Violation]:
    """RESIDUAL at every point, from the scores of its fired neurons. Cost: one sum over them."""
    network, violations = trainer.network, []
    for i in observation.firing.asked:
        found, y = observation.residual[i], trainer.problem.labels[i]
        total = trainer.arithmetic.ratio(0)
        fired = observation.firing.by_point[i]
        for r, score in zip(reversed(fired), reversed(scores[i]), strict=True):
            total += network.signs[r] * (score - network.shift)
        expected = total * network.scale + network.offset - y
        if not abs(found - expected) <= bounds[i]:
            violations.append(
                RESIDUAL.violated(f"point {i}", f"{expected!r} ± {bounds[i]:.3g}", found)
            )
    return violations


@dataclass(frozen=True, slots=True)
class Equation(Generic[S]):
    """G + μI in full, (G + μI) g − r, and how large the terms of each row are together."""

    matrix: list[list[S]]
    defects: list[S]
    sizes: list[float]


def equation(trainer: Trainer[S], observation: Observation[S], choice: Choice[S]) -> Equation[S]:
    """The equation that g should solve, made anew from the firing sets.

    Cost: n(n + 1)/2 intersections of |U| bits, n² multiply-adds.
    """
    n, g = trainer.problem.n, choice.solution.g
    matrix = _gram(trainer, observation.firing)
    trace = trainer.arithmetic.ratio(0)
    for i in range(n):
        trace += matrix[i][i]
    for i in range(n):
        matrix[i][i] += choice.damping * trace / n
    roots = [sqrt(float(matrix[i][i])) for i in range(n)]
    weight = 0.0
    for root, entry in zip(roots, g, strict=True):
        weight += root * abs(float(entry))
    defects: list[S] = []
    for row, right in zip(matrix, observation.residual, strict=True):
        found = trainer.arithmetic.ratio(0)
        for entry, value in zip(row, g, strict=True):
            found += entry * value
        defects.append(found - right)
    sizes = [
        root * weight + abs(float(right))
        for root, right in zip(roots, observation.residual, strict=True)
    ]
    return Equation(matrix, defects, sizes)


def solution_solves_the_equation(
    trainer: Trainer[S],
    observation: Observation[S],
    choice: Choice[S],
    posed: Equation[S],
) -> list[Violation]:
    """EQUATION at every point; along the gradient, that g is the residual. Cost: n comparisons."""
    solution = choice.solution
    if isinstance(trainer.rule, GradientSteps):
        return [
            EQUATION.violated(f"point {i}", f"the residual {residual!r}", found)
            for i, (found, residual) in enumerate(
                zip(solution.g, observation.residual, strict=True)
            )
            if found != residual
        ]
    k = 5 * trainer.problem.n + 10
    allowed = 0.0
    if solution.rounds:
        k += trainer.problem.d + max(map(len, observation.firing.by_point))
        allowed = solution.accuracy * norm([float(r) for r in observation.residual])
    violations = []
    for i, (defect, size) in enumerate(zip(posed.defects, posed.sizes, strict=True)):
        bound = allowed + _rounding(trainer.arithmetic.unit_roundoff, k, size)
        if not abs(defect) <= bound:
            expected = f"{observation.residual[i]!r} ± {bound:.3g}"
            violations.append(
                EQUATION.violated(f"point {i}", expected, defect + observation.residual[i])
            )
    return violations


def _gram(trainer: Trainer[S], firing: FiringSets) -> list[list[S]]:
    """G in full, its counts from firing sets written as bits of one number a point."""
    place: dict[Neuron, int] = {}
    masks: list[int] = []
    for fired in firing.by_point:
        mask = 0
        for r in fired:
            mask |= 1 << place.setdefault(r, len(place))
        masks.append(mask)
    m, n = trainer.network.m, trainer.problem.n
    matrix = [[trainer.arithmetic.ratio(0)] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            entry = trainer.products[i][j] * (masks[i] & masks[j]).bit_count() / m
            matrix[i][j] = matrix[j][i] = entry
    return matrix


def neurons_move_by_their_shares(
    network: Network[S], firing: FiringSets, motion: Motion[S], solution: Sequence[S]
) -> list[Violation]:
    """SHARES of every neuron. Cost: one product a firing pair."""
    shares: dict[Neuron, list[S]] = {}
    for fired, g in zip(firing.by_point, solution, strict=True):
        share = network.scale * g
        for r in fired:
            shares.setdefault(r, []).append(-share if network.signs[r] == 1 else share)
    found = dict(zip(motion.neurons, motion.coefficients, strict=True))
    return [
        SHARES.violated(f"neuron {r}", shares.get(r, "no move"), found.get(r, "no move"))
        for r in sorted(shares.keys() | found.keys())
        if shares.get(r) != found.get(r)
    ]


def _rounding(unit: float, k: int, size: float) -> float:
    """γ_k·size, or 0 where nothing is rounded."""
    return SLACK * gamma(k, unit) * size + TINY if unit else 0.0
