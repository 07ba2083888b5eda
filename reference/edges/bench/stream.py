"""The updates and queries of a real training, as its threshold search was given them.

A step asks every point for the scores above b and then replaces the scores of all neurons that
moved. What is recorded is enough to do the same to any other structure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from reference.counters import Counts
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.ids import Neuron, Point
from reference.network import Problem
from reference.structures.flat_scan import FlatScan
from reference.structures.threshold_search import Answer, Structure
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.scores import StoredScores


@dataclass(frozen=True, slots=True)
class Change:
    """`replace(neurons, columns)`: new scores, one column a point."""

    neurons: Sequence[Neuron]
    columns: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Stream:
    """The scores at the start, n columns of m; who fires then and after each change; the changes.

    Shapes: one answer more than there are changes, each of n ascending lists.
    """

    columns: Sequence[Sequence[float]]
    threshold: float
    changes: Sequence[Change]
    answers: Sequence[Sequence[Sequence[Neuron]]]

    @property
    def moved(self) -> int:
        """How many scores all changes write, at one point."""
        return sum(len(change.neurons) for change in self.changes)


@dataclass
class _Recorder:
    """A flat scan that remembers what it was asked. Implements `ThresholdSearch[float]`."""

    kept: FlatScan[float]
    changes: list[Change] = field(default_factory=list)
    answers: list[list[Sequence[Neuron]]] = field(default_factory=lambda: [[]])

    @property
    def m(self) -> int:
        """How many neurons."""
        return self.kept.m

    @property
    def n(self) -> int:
        """How many points."""
        return self.kept.n

    @property
    def build_cost(self) -> Counts:
        """The scan's."""
        return self.kept.build_cost

    @property
    def stored_bytes(self) -> int:
        """The scan's."""
        return self.kept.stored_bytes

    def query(self, point: Point, threshold: float) -> Answer:
        """The scan's, remembered."""
        answer = self.kept.query(point, threshold)
        self.answers[-1].append(answer.fired)
        return answer

    def scores(self, point: Point, neurons: Sequence[Neuron]) -> list[float]:
        """The scan's."""
        return self.kept.scores(point, neurons)

    def replace(self, neurons: Sequence[Neuron], columns: Sequence[Sequence[float]]) -> Counts:
        """The scan's, remembered."""
        cost = self.kept.replace(neurons, columns)
        self.changes.append(Change(list(neurons), [list(column) for column in columns]))
        self.answers.append([])
        return cost

    def shape(self) -> list[bytes]:
        """The scan's."""
        return self.kept.shape()


def recorded(config: Configuration, problem: Problem[float], steps: int) -> Stream:
    """What a training by the tree method asks of its search in so many steps, or fewer if it ends.

    Errors: those of building.
    """
    here = msgspec.structs.replace(
        config, engine="plain", method=Method.SUBLINEAR, structure=Structure.SCAN, steps=steps
    )
    run = build_run(here, problem, Nobody())
    scores = run.trainer.scores
    if not isinstance(scores, StoredScores) or not isinstance(scores.search, FlatScan):
        raise TypeError("a sublinear run with a scan keeps its scores in one")
    columns = [list(column) for column in scores.search.lists]
    recorder = _Recorder(scores.search)
    scores.search = recorder
    while run.reason is None:
        run.step()
    return Stream(columns, config.shift, recorder.changes, recorder.answers)
