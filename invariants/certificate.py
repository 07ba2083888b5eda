"""What each stage of a step says of the distance to the exact run (see `trajectory_error`)."""

from collections.abc import Sequence
from math import sqrt
from typing import Generic

from invariants.running_error import RunningError
from invariants.score_error import gamma, norm
from invariants.step import Equation
from invariants.trajectory_error import UNIT, TrajectoryError
from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.scalar import S
from reference.training.step_rule import Choice, GradientSteps
from reference.training.trainer import Observation, Trainer


class Certificate(Generic[S]):
    """The bounds of a run, grown stage by stage."""

    def __init__(self) -> None:
        self.error = TrajectoryError()
        self._scores: dict[Neuron, float] = {}
        self._residuals: list[float] = []

    def queried(
        self,
        trainer: Trainer[S],
        running: RunningError[S],
        firing: FiringSets,
        alive: Sequence[Neuron],
    ) -> None:
        """Each decision about these neurons is certified or borderline. Cost: one comparison each.

        No other neuron has moved, so nothing new is decided about it.
        """
        own = [running.against_weights(r) for r in alive]
        self._scores = dict(zip(alive, own, strict=True))
        borderline, widest = 0, 0.0
        shift, largest = trainer.network.shift, max(own)
        for i in firing.asked:
            apart = self.error.weights * _length(trainer, i)
            widest = max(widest, largest + apart)
            if largest or apart:
                scores = trainer.scores.at(i, alive)
                borderline += sum(
                    abs(score - shift) <= error + apart
                    for score, error in zip(scores, own, strict=True)
                )
        self.error.decided(len(alive) * len(firing.asked), borderline, widest)

    def predicted(
        self,
        trainer: Trainer[S],
        observation: Observation[S],
        roundings: Sequence[float],
    ) -> None:
        """Residuals are off by their own rounding, and by that of the scores they are sums of."""
        scale, m = float(trainer.network.scale), trainer.network.m
        self._residuals = list(roundings)
        worst = 0.0
        for i in observation.firing.asked:
            fired = observation.firing.by_point[i]
            total = 0.0
            for r in fired:
                total += self._scores[r]
            self._residuals[i] += scale * total * 1.001
            apart = self.error.weights * _length(trainer, i) * sqrt(len(fired) / m) * 1.001
            worst = max(worst, self._residuals[i] + apart)
        self.error.predicted(worst)

    def advanced(
        self,
        trainer: Trainer[S],
        observation: Observation[S],
        choice: Choice[S],
        posed: Equation[S],
        rounded: float,
    ) -> None:
        """The step's own errors are added to what was there before it."""
        n, d, unit = trainer.problem.n, trainer.problem.d, trainer.arithmetic.unit_roundoff
        lower = [[float(entry) for entry in row[: i + 1]] for i, row in enumerate(posed.matrix)]
        size, entries = float(choice.size), n + d + 8
        blur = gamma(entries, UNIT)
        if isinstance(trainer.rule, GradientSteps):
            self.error.stepped_along_gradient(lower, blur, norm(self._residuals), size)
        else:
            share = gamma(n + entries, unit)
            own = [abs(float(defect)) for defect in posed.defects]
            defects = [
                defect + share * terms + error
                for defect, terms, error in zip(own, posed.sizes, self._residuals, strict=True)
            ]
            right = norm([float(residual) for residual in observation.residual])
            relative = norm(own) / right if right else 0.0
            self.error.solved(lower, blur, norm(defects), size, relative)
        self.error.rounded(rounded)


def _length(trainer: Trainer[S], i: int) -> float:
    """‖x_i‖, rounded up."""
    return sqrt(float(trainer.products[i][i])) * 1.001
