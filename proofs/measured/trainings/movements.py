"""How far neurons move, against the radius that the analysis allows them.

One step moves neuron r by m^(−1/2)·‖Σ_{i : r ∈ S_i} g_i x_i‖ ≤ √(n/m)·‖g‖ ≤ √n·‖f − y‖/(λ·√m), with
λ the smallest eigenvalue of G(t). With ‖f(0) − y‖ about √n that is n/(λ·√m) for the first step.

Claim movement/radius.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from proofs.measured.trainings.trainings import trained
from reference.edges.setup.configuration import Configuration
from reference.ids import Neuron
from reference.network import Problem
from reference.ports.vectorized.weight_arrays import WeightArrays
from reference.training.observer import Nobody
from reference.training.stopping import Reason
from reference.training.trainer import Advance, Observation, Trainer

ArrayF = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Movement:
    """What one training moved, and what was allowed.

    `eigenvalue` is λ of G(0), `farthest` the largest ‖w_r(t) − w_r(0)‖ over all r and t,
    `of_step_bound` the largest share of its own step's bound that any step used.
    """

    config: Configuration
    converged: bool
    eigenvalue: float
    farthest: float
    of_step_bound: float

    @property
    def printed(self) -> float:
        """n/λ."""
        return self.config.points / self.eigenvalue

    @property
    def radius(self) -> float:
        """n/(λ·√m)."""
        return self.printed / sqrt(self.config.width)


def movement(config: Configuration, problem: Problem[float] | None = None) -> Movement:
    """The training of this configuration, watched. Errors: those of step 0."""
    watch = _Odometer()
    run = trained(config, watch, problem)
    return Movement(
        config,
        run.reason is Reason.CONVERGED,
        watch.eigenvalues[0],
        max(watch.distances, default=0.0),
        max(watch.shares(config.points, config.width), default=0.0),
    )


class _Odometer(Nobody[float]):
    """Measures each step and each distance from the start."""

    def __init__(self) -> None:
        self.eigenvalues: list[float] = []
        self.residuals: list[float] = []
        self.steps: list[float] = []
        self.distances: list[float] = []
        self._start = self._before = np.empty((0, 0))

    def built(self, trainer: Trainer[float], memory: Mapping[Neuron, float]) -> None:
        """W(0) is kept."""
        self._start = self._before = _rows(trainer).copy()

    def predicted(self, trainer: Trainer[float], observation: Observation[float]) -> None:
        """λ of G(t), and ‖f − y‖."""
        lower = trainer.engine.gram(trainer.products, observation.firing, trainer.network.m)
        self.eigenvalues.append(smallest_eigenvalue(lower))
        self.residuals.append(sqrt(2 * observation.loss))

    def advanced(
        self, trainer: Trainer[float], observation: Observation[float], advance: Advance[float]
    ) -> None:
        """How far this step went, and how far all steps have led."""
        now = _rows(trainer).copy()
        self.steps.append(_longest(now - self._before))
        self.distances.append(_longest(now - self._start))
        self._before = now

    def shares(self, n: int, m: int) -> Sequence[float]:
        """Each step as a share of √n·‖f − y‖/(λ·√m)."""
        allowed = [
            sqrt(n / m) * residual / eigenvalue
            for residual, eigenvalue in zip(self.residuals, self.eigenvalues, strict=True)
        ]
        return [step / most for step, most in zip(self.steps, allowed, strict=False)]


def smallest_eigenvalue(lower: Sequence[Sequence[float]]) -> float:
    """Of the symmetric matrix with this lower triangle."""
    return float(eigenvalues(lower)[0])


def eigenvalues(lower: Sequence[Sequence[float]]) -> ArrayF:
    """Ascending, of the symmetric matrix with this lower triangle."""
    matrix = np.zeros((len(lower), len(lower)))
    for i, row in enumerate(lower):
        matrix[i, : i + 1] = row
    return np.asarray(np.linalg.eigvalsh(matrix, UPLO="L"), np.float64)


def _longest(rows: ArrayF) -> float:
    return float(np.sqrt((rows * rows).sum(axis=1)).max())


def _rows(trainer: Trainer[float]) -> ArrayF:
    """The weights of the neurons held."""
    weights = trainer.network.weights
    if not isinstance(weights, WeightArrays):
        raise TypeError("distances are measured on the arrays of the vectorized engine")
    return weights.current()
