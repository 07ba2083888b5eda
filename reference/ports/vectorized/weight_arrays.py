"""Weights on arrays: by coordinate, or as coefficients on the points.

rewritten   W (d×k) ← W + η·(Xᵀ h) H       one product a block
implicit    C (n×k) ← C + η·h H            w_r = w_r(0) + Σ_i c_i x_i when somebody looks
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal

import numpy as np

from reference import closed_forms
from reference.counters import Counts
from reference.errors import BadShape
from reference.ids import Neuron
from reference.matrix import Matrix
from reference.motion import Motion
from reference.ports.vectorized.arrays import Floats, over_blocks
from reference.ports.vectorized.motion_arrays import MotionArrays
from reference.scalar import BINARY64


class WeightArrays:
    """Implements `Weights[float]`: rows, rewritten."""

    implicit = False

    def __init__(self, values: Floats) -> None:
        """The initial weights. Shapes: k×d for k neurons held. Kept, not copied."""
        self.values = values
        self._moved = np.zeros(len(values), np.bool_)

    @property
    def rows(self) -> int:
        """How many neurons are held."""
        return len(self._moved)

    @property
    def columns(self) -> int:
        """d."""
        return int(self.values.shape[1])

    @property
    def moved(self) -> AbstractSet[Neuron]:
        """The neurons that have ever moved, as a set made anew."""
        return {Neuron(r) for r in np.flatnonzero(self._moved).tolist()}

    def current(self) -> Floats:
        """The weights as they are now. Shapes: k×d."""
        return self.values

    def row(self, r: Neuron) -> list[float]:
        """w_r as it is now."""
        found: list[float] = self.values[r].tolist()
        return found

    def matrix(self) -> Matrix[float]:
        """A copy, row by row."""
        return Matrix(BINARY64, self.current().ravel().tolist(), self.columns)

    def coefficients(self, r: Neuron) -> Sequence[float]:
        """None are kept."""
        return ()

    def move(self, motion: Motion[float], size: float, points: Sequence[Sequence[float]]) -> Counts:
        """W has grown by Hᵀ (η·h X). Cost: counted as (P + U)·d."""
        arrays = motion_arrays(motion)
        along = np.array(points) * (size * arrays.shares)[:, None]
        self._add(self.values, arrays, lambda signed: signed.T @ along)
        firing = arrays.firing
        return closed_forms.rewrite(firing.pairs, firing.union, self.columns)

    def kept(self, r: Neuron) -> list[float]:
        """The row."""
        return self.row(r)

    def restore(self, r: Neuron, kept: Sequence[float]) -> None:
        """The row is this one. Errors: `bad-shape`."""
        if len(kept) != self.columns:
            raise BadShape("columns of a row", self.columns, len(kept))
        self.values[r] = kept
        self._moved[r] = True

    def _add(self, target: Floats, motion: MotionArrays, grown: Callable[[Floats], Floats]) -> None:
        """The rows of the target that move have grown by what H makes of them."""
        columns = motion.firing.columns
        self._moved[columns[motion.firing.moving]] = True
        whole = len(columns) == len(target)

        def grow(block: slice) -> None:
            target[block if whole else columns[block]] += grown(motion.signed(block))

        over_blocks(len(columns), grow)


class ImplicitWeightArrays(WeightArrays):
    """The initial weights, and coefficients on the points."""

    implicit = True

    def __init__(
        self, values: Floats, points: Sequence[Sequence[float]], order: Literal["C", "F"]
    ) -> None:
        """Coefficients lie neuron by neuron ("C"), or point by point ("F").

        The second is faster where most of the neurons held move together.
        """
        super().__init__(values)
        self._points = np.array(points, np.float64)
        self._coefficients = np.zeros((self.rows, len(points)), order=order)

    def current(self) -> Floats:
        """W(0) + C X."""
        found: Floats = self.values + self._coefficients @ self._points
        return found

    def row(self, r: Neuron) -> list[float]:
        """w_r(0) + Σ_i c_r,i x_i."""
        moved = self.values[r] + self._coefficients[r] @ self._points
        found: list[float] = moved.tolist()
        return found

    def coefficients(self, r: Neuron) -> Sequence[float]:
        """The n coefficients of a neuron that has moved; none before."""
        if not self._moved[r]:
            return ()
        found: list[float] = self._coefficients[r].tolist()
        return found

    def move(self, motion: Motion[float], size: float, points: Sequence[Sequence[float]]) -> Counts:
        """C has grown by Hᵀ · η·h. Cost: counted as P."""
        arrays = motion_arrays(motion)
        shares = size * arrays.shares
        self._add(self._coefficients, arrays, lambda signed: signed.T * shares)
        return closed_forms.collect(arrays.firing.pairs)

    def kept(self, r: Neuron) -> list[float]:
        """The coefficients."""
        return list(self.coefficients(r))

    def restore(self, r: Neuron, kept: Sequence[float]) -> None:
        """The coefficients are these; with none, the neuron is as it was at first."""
        if len(kept) not in (0, len(self._points)):
            raise BadShape("coefficients of a neuron, one a point", len(self._points), len(kept))
        self._coefficients[r] = kept or 0.0
        self._moved[r] = bool(kept)


def motion_arrays(motion: Motion[float]) -> MotionArrays:
    """The motion, which this engine has made on arrays."""
    if not isinstance(motion, MotionArrays):
        raise TypeError("the vectorized weights follow the motions of their own engine")
    return motion
