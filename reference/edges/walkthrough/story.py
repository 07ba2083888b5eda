"""What is told of an iteration, before it is put into words."""

from collections.abc import Sequence
from dataclasses import dataclass

from reference.edges.setup.configuration import Configuration
from reference.edges.walkthrough.drawn_tree import DrawnNode
from reference.edges.walkthrough.small_run import PROBLEM, Step, Witness
from reference.edges.walkthrough.tree_views import queried, refreshed
from reference.ids import Neuron, Point
from reference.network import Network
from reference.training.training import Run


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the lines below it."""

    heading: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Move:
    """A neuron that fires, on which points, and where it stands before and after."""

    neuron: Neuron
    fires_on: Sequence[Point]
    before: list[float]
    after: list[float]


@dataclass(frozen=True, slots=True)
class Story:
    """What is told: one iteration of a run, with the trees as QUERY and REFRESH leave them."""

    config: Configuration
    run: Run[float]
    witness: Witness
    iteration: int
    asked: list[DrawnNode]
    changed: list[DrawnNode]

    @property
    def step(self) -> Step:
        """The iteration."""
        return self.witness.steps[self.iteration]

    @property
    def network(self) -> Network[float]:
        """The network at the end of the run; its signs and its shift never change."""
        return self.run.trainer.network

    @property
    def moves(self) -> list[Move]:
        """What moves in the iteration, by neuron."""
        before, after = self.step.before.weights, self.step.after.weights
        firing = self.step.seen.firing.by_neuron
        return [Move(r, points, before[r], after[r]) for r, points in firing.items()]

    @property
    def losses(self) -> list[float]:
        """Of the whole run, before each step and after the last."""
        return [float(observation.loss) for observation in self.witness.seen]


def story(config: Configuration, run: Run[float], witness: Witness, iteration: int) -> Story:
    """The story of this iteration, which the run has made."""
    step, shift = witness.steps[iteration], run.trainer.network.shift
    before, after = step.before.trees, step.after.trees
    asked = [queried(before, i, shift) for i in PROBLEM.indices]
    moved = step.made.motion.neurons
    changed = [refreshed(before, after, i, moved) for i in PROBLEM.indices]
    return Story(config, run, witness, iteration, asked, changed)
