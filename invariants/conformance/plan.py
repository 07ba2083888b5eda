"""How much of a port is looked at."""

from dataclasses import dataclass

from invariants.conformance.drawn.banded_lane import BandedLane
from invariants.conformance.drawn.exact_lane import ExactLane, sizes_for
from invariants.conformance.drawn.machine import Lane
from invariants.conformance.judging.arithmetic import Arithmetic

MOST_FREE = 0.01
"""The share of free decisions in the general banded part that would make it vacuous."""

WIDER = 3
"""How many times as many neurons the general banded part has: nothing there needs to be read."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many programs of each lane, how wide, and how many boundary decisions are too few."""

    exact: int = 500
    banded: int = 350
    boundary: int = 300
    most_neurons: int = 9
    least_boundary: int = 400

    def lanes(self, arithmetic: Arithmetic) -> list[tuple[Lane, int]]:
        """The lanes for a port of this arithmetic, and the programs of each."""
        return [
            (ExactLane(sizes_for(arithmetic.bits), self.most_neurons), self.exact),
            (BandedLane(arithmetic, WIDER * self.most_neurons, aimed=False), self.banded),
            (BandedLane(arithmetic, self.most_neurons, aimed=True), self.boundary),
        ]


DEFAULT = Plan()
"""About a quarter of a minute of a fast port."""

DEEP = Plan(5000, 3500, 3000, 21, 4000)
"""Ten times as much, and wider: 63 neurons in the general part, PROTOCOL.md allows 64."""

VECTORS_ONLY = Plan(0, 0, 0, 0, 0)
"""No programs but the vectors."""
