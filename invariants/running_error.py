"""What roundings have done to a run so far: bounds on its scores, kept neuron by neuron.

`score_error` says how one step changes a bound; here the bounds of a run are kept. A neuron that
has not moved has the score that was computed from its weights at the start.
"""

from collections.abc import Iterable, Mapping
from math import sqrt
from typing import Generic

from invariants.score_error import (
    TINY,
    ScoreError,
    Sizes,
    norm,
    score_error,
    sizes_of,
    sum_of_sizes,
)
from reference.ids import Neuron
from reference.scalar import S
from reference.training.scores import RecomputedScores, StoredScores
from reference.training.trainer import Advance, Trainer


class RunningError(Generic[S]):
    """How far the stored scores of each neuron may be off; `memory` has those that have moved."""

    memory: dict[Neuron, float]
    _error: ScoreError[S]
    _trainer: Trainer[S]

    def __init__(self, trainer: Trainer[S], memory: Mapping[Neuron, float]) -> None:
        self._trainer = trainer
        self._error = score_error(trainer.arithmetic, trainer.problem)
        self.memory = dict(memory)
        self._same_bits = trainer.engine.keeps_the_order
        self._moving = isinstance(trainer.scores, StoredScores) and not isinstance(
            trainer.scores, RecomputedScores
        )

    def advanced(self, advance: Advance[S]) -> tuple[dict[Neuron, Sizes[S]], float]:
        """The bounds of the moved neurons have grown. Their sizes, and how far roundings have moved
        their weights together.
        """
        size, error = float(advance.choice.size), self._error
        unit, root = error.unit, sqrt(error.square)
        found: dict[Neuron, Sizes[S]] = {}
        roundings: list[float] = []
        for r, coefficients in zip(
            advance.motion.neurons, advance.motion.coefficients, strict=True
        ):
            push, terms = sum_of_sizes(coefficients), len(coefficients)
            sizes = found[r] = sizes_of(self._trainer.network, r)
            before = self.memory.get(r)
            if before is None:
                before = error.before_first_move(sizes, size, push)
            self.memory[r] = error.after_move(before, sizes, size, push, terms)
            rounded = unit * (sizes.length + root * sizes.coefficients)
            rounded += error.gamma(terms + 3) * abs(size) * push * root
            roundings.append(rounded + TINY if unit else 0.0)
        return found, norm(roundings)

    def against_weights(self, r: Neuron) -> float:
        """How far the scores that the method knows of r may be from ⟨w̃_r, x_j⟩ − β_r."""
        if self._moving and r in self.memory:
            return self.memory[r]
        return self._error.of_score(sizes_of(self._trainer.network, r), self._trainer.problem.n)

    def against_recomputed(self, r: Neuron, sizes: Sizes[S]) -> float:
        """How far stored scores may be from recomputed ones, which have an error of their own.

        0 if r never moved, or if recomputed scores are stored, and sums are made in one order.
        """
        points = self._trainer.problem.n
        if r in self.memory and self._moving:
            return self.memory[r] + self._error.of_score(sizes, points)
        return 0.0 if self._same_bits else 2 * self._error.of_score(sizes, points)

    @property
    def bounded(self) -> Iterable[Neuron]:
        """The neurons whose stored scores need not be equal to recomputed ones."""
        return self.memory if self._same_bits else self._trainer.network.held
