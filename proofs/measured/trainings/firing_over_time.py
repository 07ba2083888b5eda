"""Whole trainings, and what becomes of the firing sets: who fires on a point, and how far it moved.

Gauss-Newton with full steps, the network restricted to U(0): its firing sets are the whole one's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.trainer import Trainer

ArrayF = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Course:
    """One training. `most` is the largest |S_i| at each step, `unions` |U|, `losses` the loss.

    `radius` is the farthest that any weight was from its start at any step.
    """

    width: int
    alpha: float
    shift: float
    most: Sequence[int]
    unions: Sequence[int]
    losses: Sequence[float]
    radius: float

    @property
    def bound(self) -> float:
        """m^(1 − α)."""
        return float(self.width ** (1 - self.alpha))

    @property
    def reach(self) -> float:
        """b·R: what the radius costs is a factor e^(bR)."""
        return self.shift * self.radius


def digits(points: int) -> Problem[float]:
    """So many of the digits 3 and 8."""
    return choose_points(load_table("digits", None), points, 0).problem


def alike(points: int, product: float, label: float) -> Problem[float]:
    """Unit points with one inner product, 0 < c < 1, for every two, all with the same label."""
    own, common = sqrt(1 - product), sqrt(product)
    rows = [[common] + [own * (i == j) for j in range(points)] for i in range(points)]
    return Problem(tuple(map(tuple, rows)), (label,) * points)


def course(problem: Problem[float], width: int, alpha: float, steps: int) -> Course:
    """The training's course, from seed 0, to a loss of 10^−20 or for so many steps."""
    config = Configuration(
        points=problem.n,
        width=width,
        alpha=alpha,
        steps=steps,
        method=Method.LIVE,
        init="live",
        engine="vectorized",
        structure=Structure.SCAN,
        invariants="off",
    )
    run = build_run(config, problem, Nobody())
    start = _weights(run.trainer)
    radius = 0.0
    while run.reason is None:
        run.step()
        radius = max(radius, float(np.linalg.norm(_weights(run.trainer) - start, axis=1).max()))
    seen = run.records
    return Course(
        width,
        alpha,
        config.shift,
        [max(record.fired) for record in seen],
        [record.union for record in seen],
        [record.loss for record in seen],
        radius,
    )


def _weights(trainer: Trainer[float]) -> ArrayF:
    """The weights held, as they are now: a row a neuron."""
    weights = trainer.network.weights
    return np.array(weights.matrix().values, np.float64).reshape(weights.rows, weights.columns)
