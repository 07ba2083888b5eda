"""The two methods: they walk the same trajectory and differ in how they know the scores.

    sublinear      keeps all scores in a threshold search, asks it who fires, and writes back
                   only the scores of neurons that moved
    gauss-newton   keeps nothing: every iteration computes every score afresh (the dense method)

From the same W(0) the trajectories are equal as rationals; in floats they differ by roundings.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Generic, Protocol

from reference import closed_forms
from reference.counters import Counters, Label
from reference.firing_sets import FiringSets, firing_sets
from reference.ids import Neuron, Point
from reference.inner_products import InnerProducts
from reference.motion import Motion
from reference.network import Network, Problem
from reference.scalar import S
from reference.threshold_search import ThresholdSearch


class Method(Enum):
    """Which method trains."""

    SUBLINEAR = "sublinear"
    GAUSS_NEWTON = "gauss-newton"


class Scores(Protocol[S]):
    """How a method knows the scores."""

    def query(self, network: Network[S], counters: Counters) -> FiringSets:
        """Who fires where, under the network's present weights."""

    def at(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """The scores of these neurons at the point, as of the last query."""

    def refresh(
        self, motion: Motion[S], size: S, products: Sequence[Sequence[S]], counters: Counters
    ) -> None:
        """The scores are those after the network has moved by size × motion."""


class StoredScores(Generic[S]):
    """The sublinear method: scores in a threshold search."""

    __slots__ = ("search",)

    search: ThresholdSearch[S]

    def __init__(self, search: ThresholdSearch[S]) -> None:
        self.search = search

    def query(self, network: Network[S], counters: Counters) -> FiringSets:
        """Ask each point's structure for the scores above b."""
        answers = [self.search.query(Point(i), network.shift) for i in range(self.search.n)]
        for answer in answers:
            counters.add(Label.QUERY, answer.cost)
        return firing_sets([answer.fired for answer in answers])

    def at(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """As stored."""
        return self.search.scores(point, neurons)

    def refresh(
        self, motion: Motion[S], size: S, products: Sequence[Sequence[S]], counters: Counters
    ) -> None:
        """Add the displacements to the stored scores, and repair what stands above them."""
        if not motion.displaced:
            counters.add(
                Label.REFRESH, closed_forms.displacement(motion.firing.pairs, self.search.n)
            )
        columns = displaced_scores(self, motion, size, products)
        counters.add(Label.REFRESH, closed_forms.displace(len(motion.neurons), self.search.n))
        counters.add(Label.REFRESH, self.search.replace(motion.neurons, columns))


class FreshScores(Generic[S]):
    """The dense method: every score computed afresh in every iteration."""

    __slots__ = ("_columns", "_inner_products", "_points")

    _columns: list[Sequence[S]]
    _inner_products: InnerProducts[S]
    _points: tuple[tuple[S, ...], ...]

    def __init__(self, inner_products: InnerProducts[S], problem: Problem[S]) -> None:
        self._columns = []
        self._inner_products = inner_products
        self._points = problem.points

    def query(self, network: Network[S], counters: Counters) -> FiringSets:
        """Compute m·n scores and compare each with b."""
        self._columns = list(self._inner_products.columns(network.weights, self._points))
        counters.add(
            Label.QUERY,
            closed_forms.dense_query(network.m, len(self._points), len(self._points[0])),
        )
        return firing_sets(
            [
                [Neuron(r) for r, score in enumerate(column) if score > network.shift]
                for column in self._columns
            ]
        )

    def at(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """As computed by the last query."""
        column = self._columns[point]
        return [column[r] for r in neurons]

    def refresh(
        self, motion: Motion[S], size: S, products: Sequence[Sequence[S]], counters: Counters
    ) -> None:
        """Nothing is stored, so nothing is refreshed."""
        self._columns = []


def displaced_scores(
    scores: Scores[S], motion: Motion[S], size: S, products: Sequence[Sequence[S]]
) -> list[list[S]]:
    """For each point, the moving neurons' scores after the step. Cost: |U|·n multiply-adds."""
    rows = motion.score_displacements(products)
    return [
        [
            score + size * row[i]
            for score, row in zip(scores.at(Point(i), motion.neurons), rows, strict=True)
        ]
        for i in range(len(products))
    ]
