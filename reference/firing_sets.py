"""Which neurons fire on which points.

    S_i = {r : ⟨w_r, x_i⟩ > b},    U = ∪_i S_i

A neuron outside U has no gradient, so it does not move, so it never enters any S_i again: U only
shrinks (claims movement/monotone, beyond/dead-neurons).
"""

import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from reference.ids import Neuron, Point


@dataclass(frozen=True, slots=True)
class FiringSets:
    """The firing sets of all points at one moment, each in ascending order.

    `by_neuron` is the same relation read the other way, neurons in ascending order: its keys are U.
    `asked` are the points that were asked about, all n or a mini-batch; of the others nothing is
    known, and they have an empty set.
    """

    by_point: Sequence[Sequence[Neuron]]
    by_neuron: Mapping[Neuron, Sequence[Point]]
    asked: Sequence[Point]

    @property
    def pairs(self) -> int:
        """Σ_i |S_i|: how many (neuron, point) pairs fire."""
        return sum(len(fired) for fired in self.by_point)

    @property
    def union(self) -> int:
        """|U|: how many neurons fire on some point."""
        return len(self.by_neuron)

    @property
    def silent_points(self) -> list[Point]:
        """The points asked about on which no neuron fires."""
        return [i for i in self.asked if not self.by_point[i]]

    def switched(self, earlier: "FiringSets") -> int:
        """How many (neuron, point) pairs fire in exactly one of the two."""
        return sum(
            len(set(now).symmetric_difference(then))
            for now, then in zip(self.by_point, earlier.by_point, strict=True)
        )

    def digest(self) -> str:
        """SHA-256 of, point by point, |S_i| and the neurons of S_i, 8 bytes each, little-endian."""
        state = sha256()
        for fired in self.by_point:
            numbers = array("q", [len(fired), *fired])
            if sys.byteorder == "big":
                numbers.byteswap()
            state.update(numbers.tobytes())
        return state.hexdigest()


def firing_sets(by_point: Sequence[Sequence[Neuron]], asked: Sequence[Point]) -> FiringSets:
    """The firing sets of these points, read both ways. Cost: one list append a firing pair.

    >>> firing_sets([[Neuron(0), Neuron(4)], [Neuron(4)]], [Point(0), Point(1)]).by_neuron
    {0: [0], 4: [0, 1]}
    """
    points_of: dict[Neuron, list[Point]] = {}
    for i, fired in enumerate(by_point):
        for r in fired:
            points_of.setdefault(r, []).append(Point(i))
    return FiringSets(by_point, {r: points_of[r] for r in sorted(points_of)}, asked)
