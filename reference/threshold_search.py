"""Threshold search: which neurons' scores at a point are above a threshold?

The data structure of the paper's Algorithms 2–4, for all training points at once:

    build(scores)             init      the scores of m neurons at n points
    query(i, τ)               query     all r with ⟨w_r, x_i⟩ > τ, ascending
    replace(neurons, scores)  update    these neurons have these scores now, at every point

Three structures stand behind this one interface and give the same answers: the tournament tree,
the ordered tree and the flat scan. A change names all its neurons at once, so that what lies above
several of them is repaired once; a change of one neuron is the paper's update(r, w).
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from reference.counters import Counts
from reference.errors import BadIndex, BadShape, NotFinite
from reference.ids import Neuron, Point
from reference.scalar import Arithmetic, S


class Structure(Enum):
    """Which structure holds the scores."""

    TOURNAMENT = "tournament"
    ORDERED = "ordered"
    SCAN = "scan"


class Answer(NamedTuple):
    """The neurons above the threshold, ascending, and what finding them cost."""

    fired: list[Neuron]
    cost: Counts


class ThresholdSearch(Protocol[S]):
    """The scores of m neurons at n points, ready to be asked for those above a threshold."""

    @property
    def m(self) -> int:
        """How many neurons."""

    @property
    def n(self) -> int:
        """How many points."""

    @property
    def build_cost(self) -> Counts:
        """What building cost."""

    @property
    def stored_bytes(self) -> int:
        """The memory of all arrays, in bytes."""

    def query(self, point: Point, threshold: S) -> Answer:
        """All neurons whose score at the point is strictly above the threshold, ascending."""

    def scores(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """The stored scores of these neurons at the point, in the order asked."""

    def replace(self, neurons: Sequence[Neuron], columns: Sequence[Sequence[S]]) -> Counts:
        """Every point i holds `columns[i]` as the scores of these neurons; the cost is returned.

        Errors: `bad-index`, `bad-shape`, `not-finite`; nothing has changed then.
        """

    def shape(self) -> list[bytes]:
        """What a structure of the same scores needs to become this one, node for node."""


def check_scores(arithmetic: Arithmetic[S], columns: Sequence[Sequence[S]], length: int) -> None:
    """Each column has this length and finite numbers. Errors: `bad-shape`, `not-finite`."""
    for i, column in enumerate(columns):
        if len(column) != length:
            raise BadShape(f"scores at point {i}", length, len(column))
        index = arithmetic.first_not_finite(column)
        if index is not None:
            raise NotFinite(f"scores at point {i}", index)


def check_change(
    arithmetic: Arithmetic[S],
    search: ThresholdSearch[S],
    neurons: Sequence[Neuron],
    columns: Sequence[Sequence[S]],
) -> None:
    """The neurons exist and differ, and each point has a finite score for each of them.

    Errors: `bad-index`, `bad-shape`, `not-finite`.
    """
    seen: set[Neuron] = set()
    for r in neurons:
        if r in seen or not 0 <= r < search.m:
            raise BadIndex("neuron", r, search.m)
        seen.add(r)
    if len(columns) != search.n:
        raise BadShape("columns of scores, one a point", search.n, len(columns))
    check_scores(arithmetic, columns, len(neurons))


def added(costs: Iterable[Counts]) -> Counts:
    """The sum of these costs."""
    total = Counts()
    for cost in costs:
        total += cost
    return total
