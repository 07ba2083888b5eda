"""The rounds of the paper's solver, counted against the accuracy and against cond(G).

The systems are as ill-conditioned as one asks for: points 2^(−s_i)·e_i off one common direction,
the s_i spread evenly up to a given one, every neuron firing on all of them; no two eigenvalues are
alike, so that conjugate gradients cannot end early. Every count comes with what the bound of
`proofs.symbolic.rounds` says for the condition that this draw of the sketch really reached.

Claims regression/inner-iterations, regression/n3.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt
from random import Random

import numpy as np

from proofs.measured.solving.sketch_failures import condition_left
from proofs.measured.solving.systems import GivenSystem, condition, system
from reference.errors import AccuracyNotReached
from reference.scalar import BINARY64
from reference.solvers.conjugate_gradient import Accuracy, ConjugateGradientSolver
from reference.solvers.sketch import SketchChoice, SketchKind, sketched
from reference.solvers.sketch_solver import Draws, SketchSolver
from reference.solvers.solver import Solver

NEURONS = 64

ROWS_A_POINT = 32
"""Of the sketch: half as many as J has columns a point."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The rounds to this accuracy, None if it was not reached; the bound at this condition."""

    kappa: float
    accuracy: float
    left: float
    rounds: int | None

    @property
    def bound(self) -> float:
        """log(2√κ/ε) over log((√κ' + 1)/(√κ' − 1)), κ' the condition that the sketch left."""
        return most_rounds(self.kappa, self.left, self.accuracy)


def most_rounds(kappa: float, left: float, accuracy: float) -> float:
    """The rounds that suffice at these conditions of G and of M⁻¹G."""
    root = sqrt(left)
    return log(2 * sqrt(kappa) / accuracy) / log((root + 1) / (root - 1))


def bent(n: int, spread: int) -> GivenSystem[float]:
    """n points, the last 2^(−spread) off the common direction."""
    chance = Random(f"bent/{n}/{spread}")
    points = []
    for i in range(n):
        off = 2.0 ** -(spread * i // (n - 1))
        length = sqrt(1 + off * off)
        points.append([1 / length, *(off / length if j == i else 0.0 for j in range(n))])
    signs = [chance.choice((-1, 1)) for _ in range(NEURONS)]
    residual = [float(chance.randint(-99, 99)) for _ in range(n)]
    return system(BINARY64, points, [range(NEURONS)] * n, signs, residual)


def counted(n: int, spread: int, accuracies: Sequence[float], draws: int) -> Iterator[Counted]:
    """By so many draws of an OSNAP, each to every accuracy."""
    given = bent(n, spread)
    kappa = condition(given.gram)
    for draw in range(draws):
        choice = SketchChoice(SketchKind.OSNAP, ROWS_A_POINT * n, draw)
        made = sketched(BINARY64, given.jacobian, choice, 0)
        left = condition_left(given.gram, np.array(made.columns), made.weight)
        for accuracy in accuracies:
            solver = SketchSolver(Accuracy(BINARY64, accuracy), choice, Draws.FRESH)
            yield Counted(kappa, accuracy, left, rounds_of(solver, given))


def plainly(n: int, spread: int, accuracy: float) -> Counted:
    """By conjugate gradients without a preconditioner: M = I."""
    given = bent(n, spread)
    kappa = condition(given.gram)
    solver = ConjugateGradientSolver(Accuracy(BINARY64, accuracy))
    return Counted(kappa, accuracy, kappa, rounds_of(solver, given))


def rounds_of(solver: Solver[float], given: GivenSystem[float]) -> int | None:
    """How many it needs; None if rounding keeps it from the accuracy."""
    try:
        return solver.solve(given, 0.0).rounds
    except AccuracyNotReached:
        return None
