"""Sparse embeddings of n orthonormal columns, each spread evenly over k rows of its own.

That is Jᵀ, but for a factor, when the points are orthonormal and k neurons fire on each. With k = 1
a CountSketch, q = 1, keeps all lengths if no two columns meet in a row, and otherwise makes some
combination of them 0: it fails with probability 1 − ∏_(i < n) (1 − i/R), exactly. How much that
worst case says of networks in which many neurons fire is what is measured here, by an embedding of
its own, entries drawn by numpy; that the reference's is alike is counted at k = 1.

Claims regression/sketch-cost, regression/precondition.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log2, prod

import numpy as np
import numpy.typing as npt
from scipy import stats
from threadpoolctl import threadpool_limits

from proofs.measured.solving.sketch_failures import DISTORTION
from proofs.measured.solving.systems import one_neuron
from reference.scalar import RATIONAL
from reference.solvers.sketch import SketchChoice, SketchKind, sketched

ArrayF = npt.NDArray[np.float64]

LEVEL = 0.95
"""Of the intervals."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many draws, and the interval of the rate by Clopper and Pearson."""

    count: int
    draws: int

    @property
    def low(self) -> float:
        """The rate is at least this, unless the draws are among the 2.5 % unluckiest."""
        return self._interval[0]

    @property
    def high(self) -> float:
        """The rate is at most this, likewise."""
        return self._interval[1]

    def overlaps(self, other: "Share") -> bool:
        """Some rate is in both intervals."""
        return self.low <= other.high and other.low <= self.high

    @property
    def _interval(self) -> tuple[float, float]:
        found = stats.binomtest(self.count, self.draws).proportion_ci(LEVEL, "exact")
        return float(found.low), float(found.high)


def apart(n: int, rows: int) -> Fraction:
    """The probability that n columns meet in none of so many rows."""
    return Fraction(prod(rows - i for i in range(n)), rows**n)


def rows_for_half(n: int) -> int:
    """The least number of rows with which they do so at least every second time."""
    rows = n
    while 2 * apart(n, 2 * rows) < 1:
        rows *= 2
    low, high = rows, 2 * rows
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if 2 * apart(n, middle) >= 1 else (middle + 1, high)
    return low


def meetings(n: int, rows: int, draws: int) -> Share:
    """How often two columns meet in the reference's CountSketch, the points being e_1 … e_n."""
    axes = [[Fraction(i == j) for j in range(n)] for i in range(n)]
    jacobian = one_neuron(axes, [Fraction(1)] * n).jacobian
    met = 0
    for draw in range(draws):
        choice = SketchChoice(SketchKind.COUNTSKETCH, rows, 0)
        columns = sketched(RATIONAL, jacobian, choice, draw).columns
        places = [next(row for row, value in enumerate(column) if value) for column in columns]
        met += len(set(places)) < n
    return Share(met, draws)


@dataclass(frozen=True, slots=True)
class Embedding:
    """n columns of k entries each, embedded in so many rows by q entries a column of S."""

    n: int
    spread: int
    rows: int
    nonzeros: int

    def failures(self, draws: int) -> Share:
        """How often some squared length is off by more than the distortion."""
        stream = np.random.Generator(
            np.random.PCG64([self.n, self.spread, self.rows, self.nonzeros])
        )
        with threadpool_limits(limits=1, user_api="blas"):
            failed = sum(self._fails(stream) for _ in range(draws))
        return Share(failed, draws)

    def _fails(self, stream: np.random.Generator) -> bool:
        lengths = np.linalg.eigvalsh(self._gram(stream))
        return bool(np.abs(lengths - 1).max() > DISTORTION)

    def _gram(self, stream: np.random.Generator) -> ArrayF:
        """(S A)ᵀ(S A) for the n columns A."""
        block = self.rows // self.nonzeros
        size = (self.nonzeros, self.n * self.spread)
        places = stream.integers(0, block, size) + block * np.arange(self.nonzeros)[:, None]
        signs = stream.integers(0, 2, size) * 2.0 - 1.0
        columns = np.repeat(np.arange(self.n), self.spread)
        cells = (places * self.n + columns).ravel()
        length = self.nonzeros * block * self.n
        image = np.bincount(cells, signs.ravel(), length).reshape(-1, self.n)
        gram: ArrayF = image.T @ image / (self.nonzeros * self.spread)
        return gram


LONG = 1 << 20
"""N of a Hadamard transform: what its rows are chosen of."""


def transform_failures(n: int, rows: int, draws: int) -> Share:
    """How often a Hadamard sketch of n neighbouring rows of Jᵀ does, n a power of two.

    On them the transform's row p depends on p modulo n alone, and its n kinds are orthogonal; so
    squared lengths become n/s times how many of the s chosen rows are of each kind.
    """
    stream = np.random.Generator(np.random.PCG64([n, rows]))
    kinds = stream.multivariate_hypergeometric([LONG // n] * n, rows, draws)
    off = np.abs(kinds * (n / rows) - 1).max(axis=1) > DISTORTION
    return Share(int(off.sum()), draws)


def logarithm(n: int) -> int:
    """⌈log₂ n⌉."""
    return ceil(log2(n))
