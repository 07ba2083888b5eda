"""How far one step moves each neuron that fired, in its weights and in its scores.

    Δw_r   = −m^(−1/2)·a_r·Σ_{i : r ∈ S_i} g_i x_i
    Δs_j,r = −m^(−1/2)·a_r·Σ_{i : r ∈ S_i} g_i ⟨x_i, x_j⟩

Neurons that fire on no point do not move. With ⟨x_i, x_j⟩ kept, the scores' part has no factor d.
"""

from collections.abc import Sequence
from typing import Generic

from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.inner_products import combinations
from reference.network import Network
from reference.scalar import S


class Motion(Generic[S]):
    """The direction −Jᵀg: the neurons that fire, ascending, and the share of g that moves each."""

    __slots__ = ("_displacements", "coefficients", "firing", "neurons")

    neurons: list[Neuron]
    coefficients: list[list[S]]
    _displacements: list[list[S]] | None

    def __init__(self, network: Network[S], firing: FiringSets, solution: Sequence[S]) -> None:
        """Cost: one coefficient a firing pair."""
        down = [-network.scale * g for g in solution]
        up = [network.scale * g for g in solution]
        self.firing = firing
        self.neurons = list(firing.by_neuron)
        self.coefficients = []
        for r, points in firing.by_neuron.items():
            share = down if network.signs[r] > 0 else up
            self.coefficients.append([share[i] for i in points])
        self._displacements = None

    def score_displacements(self, products: Sequence[Sequence[S]]) -> list[list[S]]:
        """Δs_j,r of each moving neuron at every point, from the points' inner products.

        Shapes: |U|×n. Cost: P·n multiply-adds, once: the answer is kept.
        """
        if self._displacements is None:
            fired_on = self.firing.by_neuron.values()
            self._displacements = combinations(self.coefficients, fired_on, products)
        return self._displacements

    @property
    def displaced(self) -> bool:
        """Have the scores' displacements been asked for?"""
        return self._displacements is not None
