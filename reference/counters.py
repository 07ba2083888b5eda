"""The cost model: what is counted, under which label.

    multiply-adds       one product added to a sum, in scores, outputs, weights
    comparisons         one number compared with another; sorting k items is charged k·⌈log₂ k⌉
    node visits         one node of a tree (or one entry of a flat list) looked at
    node writes         one node of a tree (or one entry of a flat list) stored
    solver operations   one multiply-add, division or increment on the way from the firing sets
                        to g: intersection counts, Gram matrix, factorization, substitution

Counts are added once per operation, not once per turn of an inner loop, and depend on sizes alone,
never on the machine. `closed_forms` predicts them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum


class Label(Enum):
    """The steps that work is charged to: setting up, then the five of every iteration.

    `watch` is what looking at the loss on all points costs a method that trains on mini-batches,
    once an epoch: it is no part of the method. Others see the loss in PREDICT.
    """

    INIT = "init"
    QUERY = "query"
    PREDICT = "predict"
    SOLVE = "solve"
    MOVE = "move"
    REFRESH = "refresh"
    WATCH = "watch"


ASIDE = (Label.INIT, Label.WATCH)
"""What is no part of a step."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many operations of each kind."""

    multiply_adds: int = 0
    comparisons: int = 0
    node_visits: int = 0
    node_writes: int = 0
    solver_operations: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.multiply_adds + other.multiply_adds,
            self.comparisons + other.comparisons,
            self.node_visits + other.node_visits,
            self.node_writes + other.node_writes,
            self.solver_operations + other.solver_operations,
        )

    def times(self, factor: int) -> "Counts":
        """The counts of doing the same `factor` times."""
        return Counts(
            self.multiply_adds * factor,
            self.comparisons * factor,
            self.node_visits * factor,
            self.node_writes * factor,
            self.solver_operations * factor,
        )

    @property
    def total(self) -> int:
        """All kinds together: the length of one bar in a picture, no more than that."""
        return (
            self.multiply_adds
            + self.comparisons
            + self.node_visits
            + self.node_writes
            + self.solver_operations
        )

    def as_dict(self) -> dict[str, int]:
        """The five counts by name."""
        return {
            "multiply_adds": self.multiply_adds,
            "comparisons": self.comparisons,
            "node_visits": self.node_visits,
            "node_writes": self.node_writes,
            "solver_operations": self.solver_operations,
        }


NO_COUNTS = Counts()
"""No operation of any kind."""


def added(costs: Iterable[Counts]) -> Counts:
    """The sum of these costs."""
    total = Counts()
    for cost in costs:
        total += cost
    return total


def joined(left: Mapping[Label, Counts], right: Mapping[Label, Counts]) -> dict[Label, Counts]:
    """The sum of both, label by label."""
    return {label: left[label] + right[label] for label in Label}


class Counters:
    """What has been counted so far, by label."""

    def __init__(self) -> None:
        self._by_label = {label: Counts() for label in Label}

    def add(self, label: Label, counts: Counts) -> None:
        """The label's counts have grown by these."""
        self._by_label[label] += counts

    def of(self, label: Label) -> Counts:
        """What the label has counted since the last take."""
        return self._by_label[label]

    def take(self) -> dict[Label, Counts]:
        """Everything since the last take; counting starts again at zero."""
        taken = self._by_label
        self._by_label = {label: Counts() for label in Label}
        return taken

    def clear(self, label: Label) -> Counts:
        """What the label has counted; it starts again at zero."""
        cleared = self._by_label[label]
        self._by_label[label] = Counts()
        return cleared

    def watch(self) -> None:
        """What QUERY and PREDICT have counted was only to watch."""
        self.add(Label.WATCH, self.clear(Label.QUERY) + self.clear(Label.PREDICT))
