"""The four sums of an iteration on arrays: implements `Engine[float]`."""

from collections.abc import Sequence

import numpy as np

from reference.firing_sets import FiringSets
from reference.motion import Motion
from reference.network import Network, Problem
from reference.ports.vectorized.arrays import Flags, Floats, over_blocks
from reference.ports.vectorized.firing_arrays import FiringArrays, firing_arrays
from reference.ports.vectorized.motion_arrays import MotionArrays
from reference.ports.vectorized.score_arrays import FreshScoreArrays, StoredScoreArrays
from reference.ports.vectorized.weight_arrays import motion_arrays
from reference.training.scores import Scores


class ArrayEngine:
    """An engine for the scores that it is made with."""

    keeps_the_order = False

    def __init__(
        self, scores: StoredScoreArrays | FreshScoreArrays, problem: Problem[float]
    ) -> None:
        self._scores = scores
        self._labels = np.array(problem.labels, np.float64)

    def residual(
        self,
        network: Network[float],
        problem: Problem[float],
        scores: Scores[float],
        firing: FiringSets,
    ) -> list[float]:
        """Each output a product of what lies above b with the signs, block by block."""
        arrays = firing_arrays(firing)
        found = self._residual(network, arrays, self._scores.block(arrays.columns), arrays.flags)
        asked = np.zeros(len(found), np.bool_)
        asked[list(arrays.asked)] = True
        residual: list[float] = np.where(asked, found, 0.0).tolist()
        return residual

    def gram(
        self, products: Sequence[Sequence[float]], firing: FiringSets, m: int
    ) -> list[list[float]]:
        """Intersection counts from flags packed eight a byte: exact integers."""
        flags = firing_arrays(firing).flags
        n, c = flags.shape
        packed = np.zeros((n, -(-c // 64) * 8), np.uint8)
        packed[:, : -(-c // 8)] = np.packbits(flags, axis=1)
        words = packed.view(np.uint64)
        lower: list[list[float]] = []
        for i, row in enumerate(products):
            common = np.bitwise_count(words[: i + 1] & words[i]).sum(axis=1, dtype=np.int64)
            lower.append((np.array(row[: i + 1]) * common / m).tolist())
        return lower

    def motion(
        self, network: Network[float], firing: FiringSets, solution: Sequence[float]
    ) -> MotionArrays:
        """Its shares one a point."""
        arrays = firing_arrays(firing)
        shares = -network.scale * np.array(solution, np.float64)
        return MotionArrays(arrays, _signs(network, arrays), shares)

    def residual_after(
        self,
        network: Network[float],
        problem: Problem[float],
        scores: Scores[float],
        motion: Motion[float],
        size: float,
        products: Sequence[Sequence[float]],
    ) -> tuple[list[float], list[int]]:
        """The same sums over displaced scores."""
        moving = motion_arrays(motion)
        moved = moving.displacements(np.array(products, np.float64))
        displaced = self._scores.block(moving.firing.columns) + size * moved
        flags = displaced > network.shift
        found = self._residual(network, moving.firing, displaced, flags)
        residual: list[float] = found.tolist()
        return residual, [int(np.count_nonzero(row)) for row in flags]

    def _residual(
        self, network: Network[float], firing: FiringArrays, scores: Floats, flags: Flags
    ) -> Floats:
        """m^(−1/2)·Σ a_r (s − b) + C − y over these flags. Shapes: n×c, n×c, giving n."""
        signs = _signs(network, firing)

        def summed(block: slice) -> Floats:
            above = scores[:, block] - network.shift
            above *= flags[:, block]
            part: Floats = above @ signs[block]
            return part

        total = np.zeros(len(scores))
        for part in over_blocks(len(signs), summed):
            total += part
        found: Floats = network.scale * total + network.offset - self._labels
        return found


def _signs(network: Network[float], firing: FiringArrays) -> Floats:
    """The signs of these columns."""
    found: Floats = np.array(network.signs, np.float64)[firing.columns]
    return found
