"""The loss around a point of the trajectory, as a step rule may ask for it.

Only neurons that fire can move, and none that does not fire now can fire after the step, so the
loss after a step needs the moving neurons' scores alone: U·n multiply-adds a trial, not m·n·d.
"""

from collections.abc import Sequence
from typing import Generic

from reference import closed_forms
from reference.counters import Label
from reference.gram import gram
from reference.method import displaced_scores
from reference.motion import Motion
from reference.network import half_square, output
from reference.scalar import S
from reference.trainer import Observation, Trainer


class Surroundings(Generic[S]):
    """What lies around an observation: G, and the loss after any step."""

    __slots__ = (
        "_motion",
        "_observation",
        "_solution",
        "_trainer",
        "gram",
        "trials",
        "tried_pairs",
    )  # fmt: skip

    gram: list[list[S]]
    _trainer: Trainer[S]
    _observation: Observation[S]
    _solution: Sequence[S] | None
    _motion: Motion[S] | None

    def __init__(self, trainer: Trainer[S], observation: Observation[S]) -> None:
        self._trainer = trainer
        self._observation = observation
        self._solution = None
        self._motion = None
        self.trials = 0
        self.tried_pairs = 0
        self.gram = gram(trainer.products, observation.firing, trainer.network.m)
        trainer.counters.add(
            Label.SOLVE,
            closed_forms.gram(map(len, observation.firing.by_neuron.values()), trainer.problem.n),
        )

    @property
    def residual(self) -> Sequence[S]:
        """f − y."""
        return self._observation.residual

    @property
    def loss(self) -> S:
        """½‖f − y‖²."""
        return self._observation.loss

    def motion_along(self, solution: Sequence[S]) -> Motion[S]:
        """The direction −Jᵀ solution. The last one asked for is remembered."""
        if self._motion is None or self._solution is not solution:
            self._solution = solution
            self._motion = Motion(self._trainer.network, self._observation.firing, solution)
        return self._motion

    def loss_after(self, solution: Sequence[S], size: S) -> S | None:
        """The loss at W − size · Jᵀ solution, added up in the same order as PREDICT does.

        None if no neuron would fire on some point there.
        """
        trainer, network = self._trainer, self._trainer.network
        zero = trainer.arithmetic.ratio(0)
        motion = self.motion_along(solution)
        trainer.clock.lap(Label.SOLVE)
        if not motion.displaced:
            motion.score_displacements(trainer.products)
            trainer.clock.lap(Label.REFRESH)
            work = closed_forms.displacement(motion.firing.pairs, trainer.problem.n)
            trainer.counters.add(Label.REFRESH, work)
        residual: list[S] = []
        fired: list[int] = []
        columns = displaced_scores(trainer.scores, motion, size, trainer.products)
        for column, y in zip(columns, trainer.problem.labels, strict=True):
            above = [
                (network.signs[r], score)
                for r, score in zip(motion.neurons, column, strict=True)
                if score > network.shift
            ]
            fired.append(len(above))
            signs, scores = [a for a, _ in above], [score for _, score in above]
            residual.append(output(network, signs, scores, zero) - y)
        self.trials += 1
        self.tried_pairs += sum(fired)
        work = closed_forms.trial(len(motion.neurons), trainer.problem.n, sum(fired))
        trainer.counters.add(Label.MOVE, work)
        trainer.clock.lap(Label.MOVE)
        return half_square(residual, zero) if all(fired) else None
