"""Threshold search as a lower bound sees it: weights go in, neurons come out.

    init          n points, m neurons that are silent
    update(r, w)  neuron r has this weight now
    query(i, τ)   all r with ⟨w_r, x_i⟩ > τ

`KeptScores` is any of the reference's structures, with the paper's update: n inner products, and a
change in each point's structure. `NoScores` is brute force: it keeps the weights and nothing else,
so an update costs d, and every query computes m scores.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Generic, Protocol, TypeVar

from reference import closed_forms
from reference.counters import Counts
from reference.ids import Neuron, Point
from reference.inner_products import inner_product
from reference.scalar import Arithmetic, S
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Answer, Structure, ThresholdSearch

S_contra = TypeVar("S_contra", float, Fraction, contravariant=True)
"""A scalar that only goes in."""


class VectorSearch(Protocol[S_contra]):
    """m neurons and n points, the points fixed."""

    def update(self, r: Neuron, w: Sequence[S_contra]) -> Counts:
        """Neuron r has this weight now; the cost is returned."""

    def query(self, i: Point, threshold: S_contra) -> Answer:
        """All neurons whose score at the point is above the threshold, ascending."""


class KeptScores(Generic[S]):
    """Every score is kept in a structure of the reference."""

    _arithmetic: Arithmetic[S]
    _points: Sequence[Sequence[S]]
    _search: ThresholdSearch[S]

    def __init__(
        self,
        structure: Structure,
        arithmetic: Arithmetic[S],
        points: Sequence[Sequence[S]],
        m: int,
        threshold: S,
    ) -> None:
        self._arithmetic = arithmetic
        self._points = points
        columns = [[arithmetic.ratio(0)] * m for _ in points]
        self._search = threshold_search(structure, arithmetic, columns, threshold)

    def update(self, r: Neuron, w: Sequence[S]) -> Counts:
        """The paper's update(r, w): n·d multiply-adds, and a change in every point's structure."""
        zero = self._arithmetic.ratio(0)
        columns = [[inner_product(w, x, zero)] for x in self._points]
        scoring = closed_forms.scores(1, len(self._points), len(w))
        return scoring + self._search.replace([r], columns)

    def query(self, i: Point, threshold: S) -> Answer:
        """The structure's own."""
        return self._search.query(i, threshold)


class NoScores(Generic[S]):
    """Brute force: weights are kept, and scores are computed when they are asked for."""

    _arithmetic: Arithmetic[S]
    _points: Sequence[Sequence[S]]
    _weights: list[Sequence[S]]

    def __init__(self, arithmetic: Arithmetic[S], points: Sequence[Sequence[S]], m: int) -> None:
        self._arithmetic = arithmetic
        self._points = points
        self._weights = [[arithmetic.ratio(0)] * len(points[0]) for _ in range(m)]

    def update(self, r: Neuron, w: Sequence[S]) -> Counts:
        """d writes, however many points there are."""
        self._weights[r] = list(w)
        return Counts(node_writes=len(w))

    def query(self, i: Point, threshold: S) -> Answer:
        """m·d multiply-adds and m comparisons, whatever is answered."""
        zero, x = self._arithmetic.ratio(0), self._points[i]
        scores = [inner_product(w, x, zero) for w in self._weights]
        fired = [Neuron(r) for r, score in enumerate(scores) if score > threshold]
        return Answer(fired, closed_forms.dense_query(len(scores), 1, len(x)))


BRUTE_FORCE = "brute force"

Make = Callable[[Sequence[Sequence[S]], int, S], VectorSearch[S]]
"""A structure of m silent neurons over these points, to be asked at this threshold."""


def ways(arithmetic: Arithmetic[S]) -> Mapping[str, Make[S]]:
    """Every structure of the reference, and brute force, by name."""

    def kept(structure: Structure) -> Make[S]:
        return lambda points, m, tau: KeptScores(structure, arithmetic, points, m, tau)

    made = {structure.value: kept(structure) for structure in Structure}
    return {**made, BRUTE_FORCE: lambda points, m, _: NoScores(arithmetic, points, m)}
