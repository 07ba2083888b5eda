"""Point sets for the kernel, drawn and sought: how near the stated bounds come to failing.

Drawn are points on spheres, in tight clusters, on arcs, orthonormal ones, and pairs that are nearly
opposite, in 2 to 6 dimensions; sought are points that make λ_min small against the stated bound,
by random steps that are kept when they help.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import e, sqrt

import numpy as np
import numpy.typing as npt

from proofs.certified.kernel_bounds import REACH, pair_bound, stated, window_bound
from proofs.certified.kernel_matrix import Eigenvalue, separation, smallest_eigenvalue

NEAREST, LEAST_SHIFT = 0.005, 0.3
"""Nearer points, or smaller shifts but 0, have kernels that are not known well enough."""

ArrayF = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """A kernel's smallest eigenvalue, times e^(b²/2), and what it is to lie between.

    `apart` is the separation where opposite points count as near too; `plainly` where not.
    """

    n: int
    b: float
    apart: float
    plainly: float
    eigenvalue: Eigenvalue

    @property
    def over_stated(self) -> float:
        """How many times the stated bound it is, at least."""
        return self.eigenvalue.low / stated(self.n, self.apart)

    @property
    def over_stated_plainly(self) -> float:
        """The same where opposite points may be near, once b is large enough for that."""
        return self.eigenvalue.low / stated(self.n, self.plainly)

    @property
    def opposite_may_be_near(self) -> bool:
        """b ≥ δ/√e and bδ ≤ 16n, with δ the least distance alone."""
        distance = self.plainly
        return self.b >= distance / sqrt(e) and self.b * distance <= REACH * self.n

    @property
    def within_proved(self) -> bool:
        """It is above the window bound, and below the pair bound and ½: what it can be told."""
        low, high = window_bound(self.n, self.apart, self.b), pair_bound(self.plainly)
        return low <= self.eigenvalue.high and self.eigenvalue.low <= min(high, 0.5)


def sampled(points: ArrayF, b: float) -> Sample:
    """The sample of these points."""
    apart, plainly = separation(points, True), separation(points, False)
    return Sample(len(points), b, apart, plainly, smallest_eigenvalue(points, b))


def drawn(count: int, seed: int) -> Iterator[Sample]:
    """So many kernels of 2 to 6 points; b is 0, moderate, or as large as the proof allows."""
    generator = np.random.default_rng(seed)
    families = (_sphere, _cluster, _arc, _orthonormal, _opposite)
    for index in range(count):
        points = _apart(families[index % len(families)], generator)
        reach = REACH * len(points) / separation(points, True)
        moderate = min(generator.uniform(LEAST_SHIFT, 6), reach)
        yield sampled(points, (0.0, moderate, reach)[index // len(families) % 3])


def sought(n: int, steps: int, b: float, seed: int) -> Sample:
    """The worst points of a walk that only goes where λ_min over the bound is smaller."""
    generator = np.random.default_rng(seed)
    points = _unit(generator.standard_normal((n, 3)))
    best = sampled(points, b)
    for _ in range(steps):
        scale = 10.0 ** generator.uniform(-3, 0)
        tried = _unit(points + scale * generator.standard_normal(points.shape))
        here = sampled(tried, b)
        if here.over_stated < best.over_stated and here.apart > NEAREST:
            points, best = tried, here
    return best


def _apart(
    family: Callable[[np.random.Generator], ArrayF], generator: np.random.Generator
) -> ArrayF:
    """The family's next points that are far enough apart for their kernel to be told."""
    points = family(generator)
    while separation(points, True) < NEAREST:
        points = family(generator)
    return points


def _sphere(generator: np.random.Generator) -> ArrayF:
    return _unit(generator.standard_normal(_size(generator)))


def _cluster(generator: np.random.Generator) -> ArrayF:
    """Around one point, as near as a hundredth."""
    n, d = _size(generator)
    spread = 10.0 ** generator.uniform(-2, 0)
    return _unit(generator.standard_normal((1, d)) + spread * generator.standard_normal((n, d)))


def _arc(generator: np.random.Generator) -> ArrayF:
    """Evenly spaced on less than half a great circle."""
    n, _ = _size(generator)
    angles = np.arange(n) * generator.uniform(0.01, 3.0 / n)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _orthonormal(generator: np.random.Generator) -> ArrayF:
    return np.eye(_size(generator)[0])


def _opposite(generator: np.random.Generator) -> ArrayF:
    """Some points, and near the opposite of each another."""
    n, d = _size(generator)
    half = _unit(generator.standard_normal((max(n // 2, 1), d)))
    near = 10.0 ** generator.uniform(-2, 0)
    return np.concatenate([half, _unit(near * generator.standard_normal(half.shape) - half)])


def _size(generator: np.random.Generator) -> tuple[int, int]:
    n, d = generator.integers(2, 7, 2).tolist()
    return n, d


def _unit(points: ArrayF) -> ArrayF:
    rows: ArrayF = points / np.linalg.norm(points, axis=1, keepdims=True)
    return rows
