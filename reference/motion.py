"""How far one step moves each neuron that fired, in its weights and in its scores.

    Δw_r   = −m^(−1/2)·a_r·Σ_{i : r ∈ S_i} g_i x_i
    Δs_j,r = −m^(−1/2)·a_r·Σ_{i : r ∈ S_i} g_i ⟨x_i, x_j⟩

Neurons that fire on no point do not move. With ⟨x_i, x_j⟩ kept, the scores' part has no factor d.
"""

from collections.abc import Sequence
from typing import Generic, Protocol

from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.inner_products import combinations
from reference.scalar import S


class Motion(Protocol[S]):
    """The direction −Jᵀg: who moves, and by which share of g along which points."""

    @property
    def firing(self) -> FiringSets:
        """The firing sets that the direction belongs to."""

    @property
    def neurons(self) -> Sequence[Neuron]:
        """The neurons that fire, ascending: those that move."""

    @property
    def coefficients(self) -> Sequence[Sequence[S]]:
        """Of each of them, its share of g for every point it fires on."""

    @property
    def displaced(self) -> bool:
        """Have the scores' displacements been asked for?"""

    def displace(self, products: Sequence[Sequence[S]]) -> None:
        """The scores' displacements are known. Cost: P·n multiply-adds, once: they are kept."""

    def score_displacements(self, products: Sequence[Sequence[S]]) -> Sequence[Sequence[S]]:
        """Δs_j,r of each moving neuron at every point, from the points' inner products.

        Shapes: |U|×n. Cost: that of `displace`.
        """


class ListedMotion(Generic[S]):
    """The direction, its shares as lists."""

    __slots__ = ("_displacements", "coefficients", "firing", "neurons")

    neurons: list[Neuron]
    coefficients: list[list[S]]
    _displacements: list[list[S]] | None

    def __init__(
        self, scale: S, signs: Sequence[int], firing: FiringSets, solution: Sequence[S]
    ) -> None:
        """The direction of a network with this scale and these signs, along g.

        Cost: one coefficient a firing pair.
        """
        down = [-scale * g for g in solution]
        up = [scale * g for g in solution]
        self.firing = firing
        self.neurons = list(firing.by_neuron)
        self.coefficients = []
        for r, points in firing.by_neuron.items():
            share = down if signs[r] == 1 else up
            self.coefficients.append([share[i] for i in points])
        self._displacements = None

    @property
    def displaced(self) -> bool:
        """Have the scores' displacements been asked for?"""
        return self._displacements is not None

    def displace(self, products: Sequence[Sequence[S]]) -> None:
        """The scores' displacements are known."""
        self.score_displacements(products)

    def score_displacements(self, products: Sequence[Sequence[S]]) -> list[list[S]]:
        """A combination of rows of the products for each neuron."""
        if self._displacements is None:
            fired_on = self.firing.by_neuron.values()
            self._displacements = combinations(self.coefficients, fired_on, products)
        return self._displacements
