"""What watches a run, and when it is called.

The reference runs without any; the `invariants` package brings one that checks. An observer reads
and never writes. It may raise `InvariantViolated`, which stops the run.
"""

from collections.abc import Mapping, Sequence
from typing import Generic, Protocol

from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.scalar import S
from reference.training.trainer import Advance, Observation, Trainer


class Observer(Protocol[S]):
    """Is told of every stage of a run."""

    def built(self, trainer: Trainer[S], memory: Mapping[Neuron, float]) -> None:
        """The structures hold the scores of the network's present weights.

        `memory` is empty at the start of a run; on the way, it is what was remembered of the
        neurons that have moved.
        """

    def queried(self, trainer: Trainer[S], firing: FiringSets, earlier: FiringSets | None) -> None:
        """QUERY is done; `earlier` are the firing sets of the step before."""

    def predicted(self, trainer: Trainer[S], observation: Observation[S]) -> None:
        """PREDICT is done."""

    def advanced(
        self, trainer: Trainer[S], observation: Observation[S], advance: Advance[S]
    ) -> None:
        """SOLVE, MOVE and REFRESH are done."""

    def recorded(self) -> None:
        """The step, or the epoch, is recorded."""

    def checks(self) -> Mapping[str, int]:
        """How often each invariant has been checked, by name."""

    def memory(self) -> Mapping[Neuron, float]:
        """What the observer remembers of each neuron that has moved, to be kept in a checkpoint."""

    def reports(self) -> Sequence[Mapping[str, float]]:
        """What the observer says of each step that was made, figures by name."""

    def recall(self, checks: Mapping[str, int], reports: Sequence[Mapping[str, float]]) -> None:
        """So often each invariant had been checked, and this had been said, at an interruption."""


class Nobody(Generic[S]):
    """Watches nothing: the level `off`."""

    def built(self, trainer: Trainer[S], memory: Mapping[Neuron, float]) -> None:
        """Nothing."""

    def queried(self, trainer: Trainer[S], firing: FiringSets, earlier: FiringSets | None) -> None:
        """Nothing."""

    def predicted(self, trainer: Trainer[S], observation: Observation[S]) -> None:
        """Nothing."""

    def advanced(
        self, trainer: Trainer[S], observation: Observation[S], advance: Advance[S]
    ) -> None:
        """Nothing."""

    def recorded(self) -> None:
        """Nothing."""

    def checks(self) -> Mapping[str, int]:
        """None."""
        return {}

    def memory(self) -> Mapping[Neuron, float]:
        """Nothing."""
        return {}

    def reports(self) -> Sequence[Mapping[str, float]]:
        """None."""
        return ()

    def recall(self, checks: Mapping[str, int], reports: Sequence[Mapping[str, float]]) -> None:
        """Nothing."""
