"""A training small enough to be looked at whole: three points of the plane, a few neurons."""

from copy import deepcopy
from dataclasses import dataclass, field

from reference.counters import Counts, Label
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.structures.ordered_tree import OrderedTrees
from reference.structures.tournament_tree import TournamentTrees
from reference.training.observer import Nobody
from reference.training.scores import StoredScores
from reference.training.trainer import Advance, Observation, Trainer
from reference.training.training import Run

PROBLEM = Problem(((1.0, 0.0), (0.6, 0.8), (-0.8, 0.6)), (1.0, -1.0, 1.0))
"""x1 lies between x0 and x2, at a right angle to x2; the labels alternate."""

Trees = TournamentTrees[float] | OrderedTrees[float]
"""What is drawn: one tree a point."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The weights, row by row, and the trees that hold their scores, at one moment."""

    weights: list[list[float]]
    trees: Trees


@dataclass(frozen=True, slots=True)
class Step:
    """An iteration: where the network stood, what was seen and done there, where it stands then."""

    before: Standing
    seen: Observation[float]
    made: Advance[float]
    counts: dict[Label, Counts]
    after: Standing


@dataclass(slots=True)
class Witness(Nobody[float]):
    """The observer that keeps a copy of every moment."""

    standings: list[Standing] = field(default_factory=list)
    seen: list[Observation[float]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def predicted(self, trainer: Trainer[float], observation: Observation[float]) -> None:
        """Where the network stands."""
        self.standings.append(_standing(trainer))
        self.seen.append(observation)

    def advanced(
        self, trainer: Trainer[float], observation: Observation[float], advance: Advance[float]
    ) -> None:
        """The step from there."""
        counts = {label: trainer.counters.of(label) for label in Label}
        before, after = self.standings[-1], _standing(trainer)
        self.steps.append(Step(before, observation, advance, counts, after))


def train(config: Configuration) -> tuple[Run[float], Witness]:
    """The run of this configuration on the three points, at its end, and who watched it.

    Errors: those of a run that cannot begin.
    """
    witness = Witness()
    run = build_run(config, PROBLEM, witness)
    while run.reason is None:
        run.step()
    return run, witness


def _standing(trainer: Trainer[float]) -> Standing:
    """A copy of what the next step will change. Errors: `TypeError` if no trees hold the scores."""
    network, scores = trainer.network, trainer.scores
    search = scores.search if isinstance(scores, StoredScores) else None
    if not isinstance(search, TournamentTrees | OrderedTrees):
        raise TypeError(f"expected trees, found {search}")
    return Standing([network.weights.row(r) for r in network.held], deepcopy(search))
