"""How a method knows the scores.

    stored   all of them in a threshold search that is asked who fires; only the scores of neurons
             that moved are written back, moved by the kept ⟨x_i, x_j⟩ or recomputed
    fresh    none: every query computes the scores that it is asked about

If neurons have shifts of their own, a stored score stands for ⟨w_r, x_i⟩ − (b_r − b), so that one
threshold b serves all of them (`Network.reduced`).
"""

from collections.abc import Iterator, Sequence
from typing import Generic, Protocol

from reference import closed_forms
from reference.counters import Counters, Label
from reference.firing_sets import FiringSets, firing_sets
from reference.ids import Neuron, Point
from reference.inner_products import InnerProducts
from reference.motion import Motion
from reference.network import Network, Problem
from reference.scalar import S
from reference.structures.threshold_search import ThresholdSearch


class Scores(Protocol[S]):
    """How a method knows the scores."""

    def query(self, network: Network[S], points: Sequence[Point], counters: Counters) -> FiringSets:
        """Who fires on these points, under the network's present weights."""

    def at(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """The scores of these neurons at the point, as of the last query that asked about it."""

    def refresh(
        self,
        network: Network[S],
        motion: Motion[S],
        size: S,
        products: Sequence[Sequence[S]],
        counters: Counters,
    ) -> None:
        """The scores are those after the network has moved by size × motion."""


class StoredScores(Generic[S]):
    """Scores in a threshold search, moved by the kept ⟨x_i, x_j⟩."""

    __slots__ = ("search",)

    search: ThresholdSearch[S]

    def __init__(self, search: ThresholdSearch[S]) -> None:
        self.search = search

    def query(self, network: Network[S], points: Sequence[Point], counters: Counters) -> FiringSets:
        """Ask each point's structure for the scores above b."""
        by_point: list[list[Neuron]] = [[] for _ in range(self.search.n)]
        for i in points:
            answer = self.search.query(i, network.shift)
            counters.add(Label.QUERY, answer.cost)
            by_point[i] = answer.fired
        return firing_sets(by_point, points)

    def at(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """As stored."""
        return self.search.scores(point, neurons)

    def refresh(
        self,
        network: Network[S],
        motion: Motion[S],
        size: S,
        products: Sequence[Sequence[S]],
        counters: Counters,
    ) -> None:
        """Add the displacements to the stored scores, and repair what stands above them."""
        if not motion.displaced:
            work = closed_forms.displacement(motion.firing.pairs, self.search.n)
            counters.add(Label.REFRESH, work)
        columns = displaced_scores(self, motion, size, products)
        counters.add(Label.REFRESH, closed_forms.displace(len(motion.neurons), self.search.n))
        counters.add(Label.REFRESH, self.search.replace(motion.neurons, columns))


class RecomputedScores(StoredScores[S]):
    """Scores in a threshold search, computed from the new weights: the paper's update(r, w)."""

    __slots__ = ("_inner_products", "_points")

    _inner_products: InnerProducts[S]
    _points: Sequence[Sequence[S]]

    def __init__(
        self,
        search: ThresholdSearch[S],
        inner_products: InnerProducts[S],
        points: Sequence[Sequence[S]],
    ) -> None:
        self.search = search
        self._inner_products = inner_products
        self._points = points

    def refresh(
        self,
        network: Network[S],
        motion: Motion[S],
        size: S,
        products: Sequence[Sequence[S]],
        counters: Counters,
    ) -> None:
        """n inner products a moved neuron: U·n·d multiply-adds. Then as for any stored score."""
        columns = scores_of(network, self._inner_products, self._points, motion.neurons)
        work = closed_forms.scores(len(motion.neurons), self.search.n, network.weights.columns)
        counters.add(Label.REFRESH, work)
        counters.add(Label.REFRESH, self.search.replace(motion.neurons, columns))


class FreshScores(Generic[S]):
    """The dense methods: scores computed afresh for every query."""

    __slots__ = ("_columns", "_inner_products", "_points")

    _columns: dict[Point, Sequence[S]]
    _inner_products: InnerProducts[S]
    _points: tuple[tuple[S, ...], ...]

    def __init__(self, inner_products: InnerProducts[S], problem: Problem[S]) -> None:
        self._columns = {}
        self._inner_products = inner_products
        self._points = problem.points

    def query(self, network: Network[S], points: Sequence[Point], counters: Counters) -> FiringSets:
        """Compute m scores a point and compare each with b."""
        asked = [self._points[i] for i in points]
        columns = columns_of(network, self._inner_products, asked)
        self._columns = dict(zip(points, columns, strict=True))
        by_point: list[list[Neuron]] = [[] for _ in self._points]
        for i, column in self._columns.items():
            by_point[i] = [Neuron(r) for r, score in enumerate(column) if score > network.shift]
        held = len(network.places)
        work = closed_forms.dense_query(held, len(points), network.weights.columns)
        counters.add(Label.QUERY, work)
        return firing_sets(by_point, points)

    def at(self, point: Point, neurons: Sequence[Neuron]) -> list[S]:
        """As computed by the last query."""
        column = self._columns[point]
        return [column[r] for r in neurons]

    def refresh(
        self,
        network: Network[S],
        motion: Motion[S],
        size: S,
        products: Sequence[Sequence[S]],
        counters: Counters,
    ) -> None:
        """Nothing is stored, so nothing is refreshed."""
        self._columns = {}


def columns_of(
    network: Network[S], inner_products: InnerProducts[S], points: Sequence[Sequence[S]]
) -> Iterator[Sequence[S]]:
    """For each of these points, the score of every neuron. Cost: m·d multiply-adds a point."""
    for column in inner_products.columns(network.weights.matrix(), points):
        yield network.reduced(column)


def scores_of(
    network: Network[S],
    inner_products: InnerProducts[S],
    points: Sequence[Sequence[S]],
    neurons: Sequence[Neuron],
) -> list[Sequence[S]]:
    """For each of these points, the scores of these neurons. Cost: d multiply-adds a score."""
    rows = [network.weights.row(r) for r in neurons]
    return [network.reduced(column, neurons) for column in inner_products.of_rows(rows, points)]


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
