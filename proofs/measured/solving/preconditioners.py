"""The condition that a sketch leaves of real systems: cond(M⁻¹G) at the first step of trainings.

Claim regression/precondition.
"""

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from proofs.measured.costs.first_steps import FirstStep
from proofs.measured.solving.orthonormal_sketches import Share
from proofs.measured.solving.sketch_failures import condition_left
from proofs.measured.solving.systems import condition
from proofs.symbolic.rounds import CONDITION
from reference.scalar import BINARY64
from reference.solvers.sketch import SketchChoice, SketchKind, sketched


@dataclass(frozen=True, slots=True)
class Conditioned:
    """cond(G), the worst cond(M⁻¹G) of all draws, and how many are above 3."""

    kappa: float
    worst: float
    above: Share


def conditioned(step: FirstStep, kind: SketchKind, rows: int, draws: int) -> Conditioned:
    """By so many draws of this sketch."""
    system = step.system
    with threadpool_limits(limits=1, user_api="blas"):
        left = [
            _left(step, SketchChoice(kind, rows, step.config.seed), draw) for draw in range(draws)
        ]
        kappa = condition(system.gram)
    above = sum(each > CONDITION for each in left)
    return Conditioned(kappa, max(left), Share(above, draws))


def _left(step: FirstStep, choice: SketchChoice, draw: int) -> float:
    system = step.system
    made = sketched(BINARY64, system.jacobian, choice, draw)
    return condition_left(system.gram, np.array(made.columns), made.weight)
