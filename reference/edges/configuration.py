"""What a run is asked to do: every choice that its trajectory depends on."""

from math import isfinite
from typing import Literal

import msgspec

from reference.activation import Activation
from reference.edges.initial_network import shift_for
from reference.edges.input_errors import OutOfRange
from reference.edges.tables import BUNDLED
from reference.method import Method
from reference.step_rule import StepRule
from reference.stopping import Limits
from reference.threshold_search import Structure

Level = Literal["off", "touched", "full"]
"""What is checked: nothing, what an operation touched, everything against a recomputation."""


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The choices of one run. Equal configurations give equal bytes."""

    data: str = "digits"
    target: str | None = None
    points: int = 64
    width: int = 32768
    alpha: float = 0.24
    bias: float | None = None
    method: Method = Method.SUBLINEAR
    structure: Structure = Structure.TOURNAMENT
    activation: Activation = Activation.SHIFTED
    invariants: Level = "touched"
    steps: int = 30
    until: float = 1e-20
    step_rule: StepRule = StepRule.FULL
    seed: int = 0

    @property
    def shift(self) -> float:
        """b: as given, or √(2·α·ln m)."""
        return shift_for(self.alpha, self.width) if self.bias is None else self.bias

    @property
    def limits(self) -> Limits:
        """How far to train."""
        return Limits(self.steps, self.until)

    def check(self) -> None:
        """Every number is one that a run can have. Errors: `out-of-range`."""
        for option, name in (("--data", self.data), ("--target", self.target or "")):
            if any("\ud800" <= sign <= "\udfff" for sign in name):
                raise OutOfRange(option, "a name in UTF-8", ascii(name))
        if self.target is not None and self.data in BUNDLED:
            raise OutOfRange("--target", "none, for data that come with their labels", self.target)
        if self.points < 2:
            raise OutOfRange("--points", "at least 2", str(self.points))
        if self.width < 1:
            raise OutOfRange("--width", "at least 1 neuron", str(self.width))
        if not 0 < self.alpha < 1:
            raise OutOfRange("--alpha", "a number between 0 and 1, both excluded", f"{self.alpha}")
        if self.bias is not None and not (isfinite(self.bias) and self.bias >= 0):
            raise OutOfRange("--bias", "a finite number, 0 or more", f"{self.bias}")
        if self.steps < 0:
            raise OutOfRange("--steps", "0 or more", str(self.steps))
        if not (isfinite(self.until) and self.until >= 0):
            raise OutOfRange("--until", "a finite number, 0 or more", f"{self.until}")
        if self.seed < 0:
            raise OutOfRange("--seed", "0 or more", str(self.seed))

    def differences(self, other: "Configuration") -> list[str]:
        """Which choices differ, in words."""
        mine, others = msgspec.to_builtins(self), msgspec.to_builtins(other)
        return [
            f"--{name.replace('_', '-')} is {mine[name]} here and {others[name]} there"
            for name in self.__struct_fields__
            if mine[name] != others[name]
        ]
