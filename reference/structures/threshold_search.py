"""Threshold search: which neurons' scores at a point are above a threshold?

The data structure of the paper's Algorithms 2–4, for all training points at once:

    build(scores)             init      the scores of m neurons at n points
    query(i, τ)               query     all r with ⟨w_r, x_i⟩ > τ, ascending
    replace(neurons, scores)  update    these neurons have these scores now, at every point

Four structures stand behind this one interface and give the same answers: the tournament tree, the
ordered tree, the flat scan, and the incremental sets, which answer at one threshold alone. A change
names all its neurons at once, so that what lies above several of them is repaired once; a change of
one neuron is the paper's update(r, w).
"""

from collections.abc import Iterable, Iterator, Sequence
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
    INCREMENTAL = "incremental"


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
        """All neurons whose score at the point is strictly above the threshold, ascending.

        Errors: `bad-index`, `not-finite`.
        """

    def scores(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """The stored scores of these neurons at the point, in the order asked.

        Errors: `bad-index`.
        """

    def replace(self, neurons: Sequence[Neuron], columns: Sequence[Sequence[S]]) -> Counts:
        """Every point i holds `columns[i]` as the scores of these neurons; the cost is returned.

        Errors: `bad-index`, `bad-shape`, `not-finite`; nothing has changed then.
        """

    def shape(self) -> list[bytes]:
        """What a structure of the same scores needs to become this one, node for node."""


def checked_columns(
    arithmetic: Arithmetic[S], columns: Iterable[Sequence[S]]
) -> Iterator[Sequence[S]]:
    """The same columns, of one length m ≥ 1, with finite numbers; there is at least one.

    Errors: `bad-shape`, `not-finite`, when the column comes by.
    """
    m = 0
    for i, column in enumerate(columns):
        m = m or max(1, len(column))
        _check_column(arithmetic, column, m, i)
        yield column
    if not m:
        raise BadShape("columns of scores, at least one", 1, 0)


def check_query(
    arithmetic: Arithmetic[S], search: ThresholdSearch[S], point: Point, threshold: S
) -> None:
    """The point exists and the threshold is finite. Errors: `bad-index`, `not-finite`."""
    if not 0 <= point < search.n:
        raise BadIndex("point", point, search.n)
    check_threshold(arithmetic, threshold)


def check_threshold(arithmetic: Arithmetic[S], threshold: S) -> None:
    """The threshold is finite. Errors: `not-finite`."""
    if arithmetic.first_not_finite([threshold]) is not None:
        raise NotFinite("threshold", 0)


def check_reading(search: ThresholdSearch[S], point: Point, neurons: Sequence[Neuron]) -> None:
    """The point and the neurons exist. Errors: `bad-index`."""
    if not 0 <= point < search.n:
        raise BadIndex("point", point, search.n)
    if neurons and not 0 <= min(neurons) <= max(neurons) < search.m:
        raise BadIndex("neuron", next(r for r in neurons if not 0 <= r < search.m), search.m)


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
    for i, column in enumerate(columns):
        _check_column(arithmetic, column, len(neurons), i)


def _check_column(arithmetic: Arithmetic[S], column: Sequence[S], length: int, i: int) -> None:
    if len(column) != length:
        raise BadShape(f"scores at point {i}", length, len(column))
    index = arithmetic.first_not_finite(column)
    if index is not None:
        raise NotFinite(f"scores at point {i}", index)
