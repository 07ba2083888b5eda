"""How the vectorized engine knows the scores: stored in arrays, or computed afresh."""

from collections.abc import Sequence

import numpy as np

from reference import closed_forms
from reference.counters import Counters, Label
from reference.ids import Neuron, Point
from reference.motion import Motion
from reference.network import Network, Problem
from reference.ports.vectorized.arrays import Floats, Ints, over_blocks
from reference.ports.vectorized.firing_arrays import FiringArrays
from reference.ports.vectorized.scan_arrays import ScanArrays
from reference.ports.vectorized.tournament_arrays import TournamentArrays
from reference.ports.vectorized.weight_arrays import WeightArrays, motion_arrays
from reference.training.scores import StoredScores


class StoredScoreArrays(StoredScores[float]):
    """Scores in a scan or in trees on arrays, moved by the kept ⟨x_i, x_j⟩."""

    __slots__ = ("arrays",)

    arrays: ScanArrays | TournamentArrays

    def __init__(self, arrays: ScanArrays | TournamentArrays) -> None:
        super().__init__(arrays)
        self.arrays = arrays

    def query(
        self, network: Network[float], points: Sequence[Point], counters: Counters
    ) -> FiringArrays:
        """Ask all points together for the scores above b."""
        found, cost = self.arrays.firing(points, network.shift)
        counters.add(Label.QUERY, cost)
        return found

    def at(self, point: Point, neurons: Sequence[Neuron]) -> list[float]:
        """As stored."""
        found: list[float] = self.block(np.array(neurons, np.int64))[point].tolist()
        return found

    def block(self, columns: Ints) -> Floats:
        """The scores of these neurons. Shapes: n×c."""
        return self.arrays.block(columns)

    def refresh(
        self,
        network: Network[float],
        motion: Motion[float],
        size: float,
        products: Sequence[Sequence[float]],
        counters: Counters,
    ) -> None:
        """Add the displacements to the stored scores, and repair what stands above them."""
        moving, n = motion_arrays(motion), self.search.n
        columns = moving.firing.columns
        scores = self.block(columns)
        known = moving.displaced
        if not known:
            work = closed_forms.displacement(moving.firing.pairs, n)
            counters.add(Label.REFRESH, work)
        kept = np.array(products, np.float64)
        scaled = kept * (size * moving.shares)

        def grow(block: slice) -> None:
            if known:
                grown = size * moving.displacements(kept)[:, block]
            else:
                grown = scaled @ moving.signed(block)
            self.arrays.write(columns, block, scores[:, block] + grown)

        over_blocks(len(columns), grow)
        counters.add(Label.REFRESH, closed_forms.displace(moving.firing.union, n))
        counters.add(Label.REFRESH, self.arrays.repaired(columns[moving.firing.moving]))


class FreshScoreArrays:
    """The dense methods: all scores computed afresh, by BLAS. Implements `Scores[float]`."""

    def __init__(self, weights: WeightArrays, problem: Problem[float]) -> None:
        self._weights = weights
        self._points = np.array(problem.points, np.float64)
        self._scores: Floats = np.empty((problem.n, weights.rows))

    def query(
        self, network: Network[float], points: Sequence[Point], counters: Counters
    ) -> FiringArrays:
        """Compute k scores a point and compare each with b."""
        k, d = self._weights.rows, self._weights.columns
        if len(points) == len(self._points):
            np.matmul(self._points, self._weights.current().T, out=self._scores)
            flags = self._scores > network.shift
        else:
            self._scores[points] = self._points[points] @ self._weights.current().T
            flags = np.zeros(self._scores.shape, np.bool_)
            flags[points] = self._scores[points] > network.shift
        counters.add(Label.QUERY, closed_forms.dense_query(k, len(points), d))
        columns = np.flatnonzero(flags.any(axis=0))
        return FiringArrays(columns, flags[:, columns], points)

    def at(self, point: Point, neurons: Sequence[Neuron]) -> list[float]:
        """As computed by the last query."""
        found: list[float] = self._scores[point, np.array(neurons, np.int64)].tolist()
        return found

    def block(self, columns: Ints) -> Floats:
        """The scores of these neurons. Shapes: n×c."""
        return self._scores[:, columns]

    def refresh(
        self,
        network: Network[float],
        motion: Motion[float],
        size: float,
        products: Sequence[Sequence[float]],
        counters: Counters,
    ) -> None:
        """Nothing is stored, so nothing is refreshed."""
