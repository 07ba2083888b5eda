"""The direction −Jᵀg on arrays.

Neuron r moves by a_r·Σ_i h_i·1[r ∈ S_i]·x_i with h = −m^(−1/2)·g, so all that tells neurons apart
is their signs and flags: H = flags · a is the same for weights and scores.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from reference.ids import Neuron
from reference.ports.vectorized.arrays import Floats, over_blocks
from reference.ports.vectorized.firing_arrays import FiringArrays


class MotionArrays:
    """Implements `Motion[float]`.

    Shapes: `signs` has one entry a column of the firing arrays, `shares` (h) one a point.
    """

    def __init__(self, firing: FiringArrays, signs: Floats, shares: Floats) -> None:
        self.firing = firing
        self.signs = signs
        self.shares = shares
        self._displacements: Floats | None = None

    @cached_property
    def neurons(self) -> Sequence[Neuron]:
        """U as a list. Cost: one number a neuron."""
        return list(self.firing.by_neuron)

    @cached_property
    def coefficients(self) -> Sequence[Sequence[float]]:
        """±h as lists. Cost: one number a pair."""
        up: list[float] = self.shares.tolist()
        down: list[float] = (-self.shares).tolist()
        signs: list[float] = self.signs[self.firing.moving].tolist()
        return [
            [(up if sign > 0 else down)[i] for i in points]
            for sign, points in zip(signs, self.firing.by_neuron.values(), strict=True)
        ]

    @property
    def displaced(self) -> bool:
        """Have the scores' displacements been asked for?"""
        return self._displacements is not None

    def displace(self, products: Sequence[Sequence[float]]) -> None:
        """The scores' displacements are known. Cost: n²·c multiply-adds by BLAS."""
        self.displacements(np.array(products, np.float64))

    def displacements(self, products: Floats) -> Floats:
        """Δs of each column at every point, kept. Shapes: n×c."""
        if self._displacements is None:
            n, c = self.firing.flags.shape
            moved = np.empty((n, c))
            scaled = products * self.shares

            def displace(block: slice) -> None:
                np.matmul(scaled, self.signed(block), out=moved[:, block])

            over_blocks(c, displace)
            self._displacements = moved
        return self._displacements

    def signed(self, block: slice) -> Floats:
        """H of these columns: a_r where r fires, else 0."""
        found: Floats = self.firing.flags[:, block] * self.signs[block]
        return found

    def score_displacements(self, products: Sequence[Sequence[float]]) -> list[list[float]]:
        """The same of the moving neurons, as lists. Shapes: |U|×n."""
        moved = self.displacements(np.array(products, np.float64))
        found: list[list[float]] = moved[:, self.firing.moving].T.tolist()
        return found
