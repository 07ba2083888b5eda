"""Which neurons fire on which points.

    S_i = {r : ⟨w_r, x_i⟩ > b},    U = ∪_i S_i

A neuron outside U has no gradient, so it does not move, so it never enters any S_i again: U only
shrinks (claims movement/monotone, beyond/dead-neurons).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import pack
from typing import Protocol

from reference import closed_forms
from reference.ids import Neuron, Point


class FiringSets(Protocol):
    """The firing sets of all points at one moment, each in ascending order."""

    @property
    def by_point(self) -> Sequence[Sequence[Neuron]]:
        """S_i of each point; empty for points that were not asked about."""

    @property
    def by_neuron(self) -> Mapping[Neuron, Sequence[Point]]:
        """The same relation read the other way, neurons in ascending order: the keys are U."""

    @property
    def asked(self) -> Sequence[Point]:
        """The points asked about, all n or a mini-batch; of the others nothing is known."""

    @property
    def counts(self) -> list[int]:
        """|S_i| of each point."""

    @property
    def pairs(self) -> int:
        """Σ_i |S_i|: how many (neuron, point) pairs fire."""

    @property
    def union(self) -> int:
        """|U|: how many neurons fire on some point."""

    @property
    def coincidences(self) -> int:
        """Σ_{i ≥ j} |S_i ∩ S_j|: each neuron with each pair of points it fires on, or one twice."""

    @property
    def silent_points(self) -> list[Point]:
        """The points asked about on which no neuron fires."""

    def switched(self, earlier: "FiringSets") -> int:
        """How many (neuron, point) pairs fire in exactly one of the two."""

    def digest(self, places: Sequence[int]) -> str:
        """SHA-256 of, point by point, |S_i| and the places of S_i, 8 bytes each, little-endian.

        Places are the neurons' numbers in the whole network, below 2⁶³.
        """


@dataclass(frozen=True, slots=True)
class ListedFiringSets:
    """Firing sets as lists."""

    by_point: Sequence[Sequence[Neuron]]
    by_neuron: Mapping[Neuron, Sequence[Point]]
    asked: Sequence[Point]

    @property
    def counts(self) -> list[int]:
        """The lengths of the lists."""
        return [len(fired) for fired in self.by_point]

    @property
    def pairs(self) -> int:
        """The sum of these."""
        return sum(self.counts)

    @property
    def union(self) -> int:
        """As many as there are keys."""
        return len(self.by_neuron)

    @property
    def coincidences(self) -> int:
        """k(k + 1)/2 for a neuron that fires on k points."""
        return closed_forms.coincidences(map(len, self.by_neuron.values()))

    @property
    def silent_points(self) -> list[Point]:
        """Those with empty lists."""
        return [i for i in self.asked if not self.by_point[i]]

    def switched(self, earlier: FiringSets) -> int:
        """Point by point. Cost: one look at each pair that fires."""
        return sum(
            len(set(now).symmetric_difference(then))
            for now, then in zip(self.by_point, earlier.by_point, strict=True)
        )

    def digest(self, places: Sequence[int]) -> str:
        """Cost: one look at each pair that fires."""
        state = sha256()
        for fired in self.by_point:
            state.update(pack(f"<{1 + len(fired)}q", len(fired), *[places[r] for r in fired]))
        return state.hexdigest()


def firing_sets(by_point: Sequence[Sequence[Neuron]], asked: Sequence[Point]) -> ListedFiringSets:
    """The firing sets of these points, read both ways. Cost: one list append a firing pair.

    >>> firing_sets([[Neuron(0), Neuron(4)], [Neuron(4)]], [Point(0), Point(1)]).by_neuron
    {0: [0], 4: [0, 1]}
    """
    points_of: dict[Neuron, list[Point]] = {}
    for i, fired in enumerate(by_point):
        for r in fired:
            points_of.setdefault(r, []).append(Point(i))
    return ListedFiringSets(by_point, {r: points_of[r] for r in sorted(points_of)}, asked)
