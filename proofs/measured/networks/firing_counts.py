"""How many neurons of a network as it is drawn fire on one point, or at most on any of several.

On one fixed point the neurons of all networks are independent, so their count is binomial and its
interval exact (Clopper and Pearson). The count of one network's points depend on each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from reference.edges.networks.initial_network import draw, shift_for
from reference.network import Problem

ArrayF = npt.NDArray[np.float64]

LEVEL = 0.999
"""Of each interval."""

DIRECTION = np.array([1.0, -2.0, 3.0, 5.0]) / np.sqrt(39.0)
"""The unit point on which firing is counted: any other has the same law."""


@dataclass(frozen=True, slots=True)
class Count:
    """Of all neurons of so many networks of this width, so many fired; the interval is P's."""

    width: int
    networks: int
    fired: int
    low: float
    high: float

    @property
    def mean(self) -> float:
        """Of one network."""
        return self.fired / self.networks


def counted(alpha: float, width: int, networks: int, norm: float = 1.0) -> Count:
    """On a point of this norm, in networks of seeds 0, 1, …"""
    x = norm * DIRECTION[None]
    fired = sum(int(_counts(x, alpha, width, seed)[0]) for seed in range(networks))
    neurons = width * networks
    interval = stats.binomtest(fired, neurons).proportion_ci(LEVEL, "exact")
    return Count(width, networks, fired, float(interval.low), float(interval.high))


def largest_counts(problem: Problem[float], alpha: float, width: int, seeds: int) -> Sequence[int]:
    """The largest |S_i| over the points, of networks of seeds 0, 1, …"""
    points = np.array(problem.points, np.float64)
    return [int(_counts(points, alpha, width, seed).max()) for seed in range(seeds)]


def _counts(points: ArrayF, alpha: float, width: int, seed: int) -> npt.NDArray[np.int64]:
    """|S_i| of each point, in the network of this seed as it is drawn. Shapes: n×d, giving n."""
    weights = np.array(draw(seed, width, points.shape[1], 0.0).weights, np.float64)
    scores = weights.reshape(width, points.shape[1]) @ points.T
    counts: npt.NDArray[np.int64] = np.count_nonzero(scores > shift_for(alpha, width), axis=0)
    return counts
