"""What must be true of a prediction, of the solution found for it, and of the move that follows.

Each is computed anew, in another way than the reference does: outputs summed from the other end,
the Gram matrix from firing sets as bits, the shares of a neuron point by point. In floats both
computations round; with u the unit roundoff and γ_k = k·u/(1 − k·u) the bounds are

    residual   γ_{2k+6}·(m^(−1/2)·Σ|s − b| + |C| + |y|)            k neurons fire on the point
    equation   γ_{5n+10}·(√D_i·Σ_j √D_j·|g_j| + |r_i|)             D = the diagonal of the matrix

the second by the backward error of a Cholesky-like solve (Higham, Accuracy and Stability of
Numerical Algorithms, theorem 10.4). In the rationals both are 0. Shares are single products and
must be equal in floats too.
"""

from collections.abc import Sequence
from math import sqrt

from invariants.invariant import Invariant
from invariants.score_error import SLACK, TINY
from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.motion import Motion
from reference.network import Network
from reference.scalar import S
from reference.trainer import Observation, Trainer
from reference.violation import Violation

RESIDUAL = Invariant(
    "predict/residual",
    "The residual at a point is m^(−1/2)·Σ_{r ∈ S_i} a_r·(s_i,r − b) + C − y_i.",
    touched="every point",
    full="every point",
)

EQUATION = Invariant(
    "solve/equation",
    "The solution g satisfies G g = f − y with G_ij = ⟨x_i, x_j⟩·|S_i ∩ S_j|/m, plus the damping.",
    touched="every point",
    full="every point",
)

SHARES = Invariant(
    "move/shares",
    "A neuron moves by −m^(−1/2)·a_r·g_i along x_i for the points i on which it fires, no others.",
    touched="every neuron that moves",
    full="every neuron that moves",
)


def residuals_are_sums_of_fired_scores(
    trainer: Trainer[S], observation: Observation[S], scores: Sequence[Sequence[S]]
) -> list[Violation]:
    """RESIDUAL at every point, from the scores of its fired neurons. Cost: one sum over them."""
    network, violations = trainer.network, []
    unit = trainer.arithmetic.unit_roundoff
    for i, (found, y) in enumerate(zip(observation.residual, trainer.problem.labels, strict=True)):
        fired = observation.firing.by_point[i]
        total = trainer.arithmetic.ratio(0)
        size = 0.0
        for r, score in zip(reversed(fired), reversed(scores[i]), strict=True):
            total += network.signs[r] * (score - network.shift)
            size += abs(float(score - network.shift))
        expected = total * network.scale + network.offset - y
        size = float(network.scale) * size + abs(float(network.offset)) + abs(float(y))
        bound = _rounding(unit, 2 * len(fired) + 6, size)
        if not abs(found - expected) <= bound:
            violations.append(RESIDUAL.violated(f"point {i}", f"{expected!r} ± {bound:.3g}", found))
    return violations


def solution_solves_the_equation(
    trainer: Trainer[S], observation: Observation[S], solution: Sequence[S], damping: S
) -> list[Violation]:
    """EQUATION at every point. Cost: n(n + 1)/2 intersections of |U| bits, n² multiply-adds."""
    n, unit = trainer.problem.n, trainer.arithmetic.unit_roundoff
    matrix = _gram(trainer, observation.firing)
    trace = trainer.arithmetic.ratio(0)
    for i in range(n):
        trace += matrix[i][i]
    for i in range(n):
        matrix[i][i] += damping * trace / n
    roots = [sqrt(float(matrix[i][i])) for i in range(n)]
    weight = 0.0
    for root, g in zip(roots, solution, strict=True):
        weight += root * abs(float(g))
    violations = []
    for i, (row, expected) in enumerate(zip(matrix, observation.residual, strict=True)):
        found = trainer.arithmetic.ratio(0)
        for entry, g in zip(row, solution, strict=True):
            found += entry * g
        bound = _rounding(unit, 5 * n + 10, roots[i] * weight + abs(float(expected)))
        if not abs(found - expected) <= bound:
            violations.append(EQUATION.violated(f"point {i}", f"{expected!r} ± {bound:.3g}", found))
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
            shares.setdefault(r, []).append(-share if network.signs[r] > 0 else share)
    found = dict(zip(motion.neurons, motion.coefficients, strict=True))
    return [
        SHARES.violated(f"neuron {r}", shares.get(r, "no move"), found.get(r, "no move"))
        for r in sorted(shares.keys() | found.keys())
        if shares.get(r) != found.get(r)
    ]


def _rounding(unit: float, k: int, size: float) -> float:
    """γ_k·size, or 0 where nothing is rounded."""
    return SLACK * k * unit / (1 - k * unit) * size + TINY if unit else 0.0
