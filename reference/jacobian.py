"""The Jacobian of the outputs by the weights, which is never formed.

    J ∈ R^(n×md),    block (i, r) = m^(−1/2) · a_r · x_iᵀ if r ∈ S_i, else 0

It has P·d entries that are not zero, for P firing pairs, and its products cost as much.
"""

from collections.abc import Sequence
from typing import Generic

from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.inner_products import combination, combinations, inner_product
from reference.network import Network
from reference.scalar import Arithmetic, S


class Jacobian(Generic[S]):
    """J at one moment, by the neurons that fire. Vectors of length md are given by rows of U.

    `places` are the neurons' numbers among all m.
    """

    __slots__ = ("_scale", "_zero", "d", "firing", "m", "places", "points", "signs")

    points: Sequence[Sequence[S]]
    signs: dict[Neuron, S]
    _scale: S
    _zero: S

    def __init__(
        self,
        arithmetic: Arithmetic[S],
        network: Network[S],
        firing: FiringSets,
        points: Sequence[Sequence[S]],
    ) -> None:
        self.firing = firing
        self.points = points
        self.m, self.d = network.m, len(points[0])
        self.places = network.places
        self.signs = {r: arithmetic.ratio(network.signs[r]) for r in firing.by_neuron}
        self._scale = network.scale
        self._zero = arithmetic.ratio(0)

    @property
    def n(self) -> int:
        """How many rows."""
        return len(self.points)

    def transposed_times(self, v: Sequence[S]) -> list[list[S]]:
        """Jᵀ v, one row for each neuron of U. Cost: P·(d + 2)."""
        shares = [
            [self.signs[r] * (self._scale * v[i]) for i in fired]
            for r, fired in self.firing.by_neuron.items()
        ]
        return combinations(shares, self.firing.by_neuron.values(), self.points)

    def times(self, rows: Sequence[Sequence[S]]) -> list[S]:
        """J u for the u with these rows, 0 elsewhere. Cost: P·d, and d + 1 a point."""
        row_of = dict(zip(self.firing.by_neuron, rows, strict=True))
        product: list[S] = []
        for x, fired in zip(self.points, self.firing.by_point, strict=True):
            if not fired:
                product.append(self._zero)
                continue
            signs = [self.signs[r] for r in fired]
            total = combination(signs, [row_of[r] for r in fired])
            product.append(self._scale * inner_product(x, total, self._zero))
        return product

    def gram_times(self, v: Sequence[S]) -> list[S]:
        """G v = J (Jᵀ v), with no entry of G computed."""
        return self.times(self.transposed_times(v))
