"""The loss around a point of the trajectory, as a step rule may ask for it.

Only neurons that fire can move, and none that does not fire now can fire after the step, so the
loss after a step needs the moving neurons' scores alone: U·n multiply-adds a trial, not m·n·d.
"""

from collections.abc import Sequence
from typing import Generic

from reference import closed_forms
from reference.counters import Label
from reference.jacobian import Jacobian
from reference.motion import Motion
from reference.network import half_square
from reference.scalar import S
from reference.training.trainer import Observation, Trainer


class Surroundings(Generic[S]):
    """What lies around an observation: implements `Landscape`."""

    __slots__ = (
        "_g",
        "_gram",
        "_motion",
        "_observation",
        "_trainer",
        "operations",
        "step",
        "trials",
        "tried_pairs",
    )  # fmt: skip

    step: int
    operations: dict[str, int]
    _trainer: Trainer[S]
    _observation: Observation[S]
    _g: Sequence[S] | None
    _gram: list[list[S]] | None
    _motion: Motion[S] | None

    def __init__(self, trainer: Trainer[S], observation: Observation[S], step: int) -> None:
        self._trainer = trainer
        self._observation = observation
        self._g = None
        self._gram = None
        self._motion = None
        self.step = step
        self.trials = 0
        self.tried_pairs = 0
        self.operations = {}

    @property
    def gram(self) -> list[list[S]]:
        """The lower triangle of G, computed and counted when it is first asked for."""
        if self._gram is None:
            trainer, firing = self._trainer, self._observation.firing
            self._gram = trainer.engine.gram(trainer.products, firing, trainer.network.m)
            work = closed_forms.gram(firing.coincidences, trainer.problem.n)
            trainer.counters.add(Label.SOLVE, work)
            self.operations["gram"] = work.solver_operations
        return self._gram

    @property
    def diagonal(self) -> list[S]:
        """G_ii = ‖x_i‖²·|S_i|/m, without the rest of G."""
        products, m = self._trainer.products, self._trainer.network.m
        counts = self._observation.firing.counts
        return [products[i][i] * count / m for i, count in enumerate(counts)]

    @property
    def jacobian(self) -> Jacobian[S]:
        """J, by the firing sets."""
        trainer = self._trainer
        return Jacobian(
            trainer.arithmetic,
            trainer.network,
            self._observation.firing,
            trainer.problem.points,
        )

    @property
    def residual(self) -> Sequence[S]:
        """f − y."""
        return self._observation.residual

    @property
    def loss(self) -> S:
        """½‖f − y‖²."""
        return self._observation.loss

    def motion_along(self, g: Sequence[S]) -> Motion[S]:
        """The direction −Jᵀg. The last one asked for is remembered."""
        if self._motion is None or self._g is not g:
            self._g = g
            trainer, firing = self._trainer, self._observation.firing
            self._motion = trainer.engine.motion(trainer.network, firing, g)
        return self._motion

    def loss_after(self, g: Sequence[S], size: S) -> S | None:
        """The loss at W − size · Jᵀg, added up in the same order as PREDICT does.

        None if no neuron would fire on some point there.
        """
        trainer, network = self._trainer, self._trainer.network
        motion = self.motion_along(g)
        trainer.clock.lap(Label.SOLVE)
        if not motion.displaced:
            motion.displace(trainer.products)
            trainer.clock.lap(Label.REFRESH)
            work = closed_forms.displacement(motion.firing.pairs, trainer.problem.n)
            trainer.counters.add(Label.REFRESH, work)
        residual, counts = trainer.engine.residual_after(
            network, trainer.problem, trainer.scores, motion, size, trainer.products
        )
        self.trials += 1
        self.tried_pairs += sum(counts)
        work = closed_forms.trial(motion.firing.union, trainer.problem.n, sum(counts))
        trainer.counters.add(Label.MOVE, work)
        trainer.clock.lap(Label.MOVE)
        if not all(counts):
            return None
        return half_square(residual, trainer.arithmetic.ratio(0))
