"""What the oracle knows of the state that a port is in.

The weights are known exactly after a load, after an update whose sum rounds nothing, and after an
exact step. Otherwise they are known to lie within bounds until the port dumps them; from then on
the dumped ones are the state, so that a rounding, once judged, is never held against what follows.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from invariants.conformance.judging.arithmetic import Arithmetic
from invariants.conformance.judging.state import State
from invariants.conformance.protocol.messages import Contract, Dumped
from invariants.conformance.protocol.wire import Row, Rows

Change = Literal["load", "update", "step"]
"""What last changed the state."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a change should have made of some neurons' weights, and how far off each may be."""

    before: State
    weights: dict[int, Row]
    bands: dict[int, Row]

    @property
    def exact(self) -> bool:
        """Nothing may be off."""
        return not any(any(band) for band in self.bands.values())


@dataclass(slots=True)
class Tally:
    """How many decisions were judged, and how many of them were close.

    A decision is at the boundary if score and threshold are within 16 roundings of the score's own
    terms; it is free if both answers would have been accepted.
    """

    decisions: int = 0
    boundary: int = 0
    ties: int = 0
    free: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.decisions + other.decisions,
            self.boundary + other.boundary,
            self.ties + other.ties,
            self.free + other.free,
        )


@dataclass(slots=True)
class Knowledge:
    """The oracle's picture of a port.

    `bands[i][r]` bounds how far the stored score of r at i is from ⟨w_r, x_i⟩. `leaves` and `dump`
    were dumped since the last change; `earlier` are the leaves last dumped before it, and `touched`
    the neurons changed since then. `uncertain` is a change whose outcome only a dump can tell;
    after another one on top of it the port is out of sight until the next load.
    """

    contract: Contract
    arithmetic: Arithmetic
    state: State | None = None
    change: Change = "load"
    touched: frozenset[int] = frozenset()
    bands: list[list[Fraction]] = field(default_factory=list)
    leaves: Rows | None = None
    dump: Dumped | None = None
    earlier: Rows | None = None
    uncertain: Expected | None = None
    out_of_sight: bool = False
    refused: bool = False
    answers: dict[tuple[int, Fraction], list[int]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    @property
    def certain(self) -> bool:
        """The state is what the port must hold."""
        return self.uncertain is None and not self.out_of_sight

    @property
    def exact(self) -> bool:
        """The state is known, and every stored score is the very inner product."""
        return self.certain and not any(any(bands) for bands in self.bands)

    def trial(self) -> "Knowledge":
        """A copy, on which to try what a request would make of it."""
        return replace(self, bands=[list(bands) for bands in self.bands], tally=Tally())

    def begin(self, state: State, bands: list[list[Fraction]]) -> None:
        """The port holds this state, whatever was before."""
        self.state, self.bands = state, bands
        self.change, self.touched = "load", frozenset()
        self.leaves = self.dump = self.earlier = self.uncertain = None
        self.out_of_sight = self.refused = False
        self.answers = {}

    def lose_sight(self) -> None:
        """The port may hold anything, until the next load."""
        self.out_of_sight = True
        self.leaves = self.dump = None
        self.answers = {}

    def expect(self, change: Change, expected: Expected) -> None:
        """The port has made this change to a state that was known, or it is out of sight now."""
        if not self.certain or self.state is None:
            self.out_of_sight = True
        elif expected.exact:
            for r, weight in expected.weights.items():
                self.state = self.state.with_weight(r, weight)
        else:
            self.uncertain = expected
        changed = frozenset(expected.weights)
        if self.leaves is not None:
            self.earlier, self.touched = self.leaves, changed
        else:
            self.touched |= changed
        self.change = change
        self.leaves = self.dump = None
        self.refused = False
        self.answers = {}
