"""What a run is asked to do: every choice that its trajectory depends on."""

from math import isfinite
from typing import Literal

import msgspec

from reference.activation import Activation
from reference.edges.data.points import LARGEST, Norms
from reference.edges.data.tables import BUNDLED
from reference.edges.networks.initial_network import shift_for
from reference.edges.system.request_errors import OutOfRange
from reference.errors import SketchTooFewRows, WidthNotPowerOfFour
from reference.solvers.sketch import SketchChoice, SketchKind
from reference.solvers.sketch_solver import Draws
from reference.solvers.solver import SolverName
from reference.structures.threshold_search import Structure
from reference.training.batches import Batches
from reference.training.method import Method
from reference.training.step_rule import StepRule
from reference.training.stopping import GRADIENT_PATIENCE, PATIENCE, Limits
from reference.weights import Reading

Level = Literal["off", "touched", "full"]
"""What is checked: nothing, what an operation touched, everything against a recomputation."""

Scalar = Literal["float", "exact"]
"""The lane: binary64, or rationals on a dyadic grid."""

Init = Literal["whole", "live"]
"""What is drawn: all neurons, or only those that fire on some point."""

Engine = Literal["plain", "vectorized"]
"""What trains: the reference in plain Python, or the port in numpy."""

BATCH, ROWS_A_POINT = 8, 16
"""A mini-batch, and a sketch's rows a point, where nothing else is asked for."""

WIDEST = 1 << 62
"""The largest width: a neuron's number has eight bytes."""

MOST_ROWS = 1 << 20
"""The rows of the largest sketch: more would fill a memory."""


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The choices of one run. Equal configurations give equal bytes."""

    data: str = "digits"
    target: str | None = None
    points: int = 64
    width: int = 32768
    alpha: float = 0.24
    bias: float | None = None
    bias_spread: float = 0.0
    norms: Norms = "unit"
    init: Init = "whole"
    engine: Engine = "plain"
    method: Method = Method.SUBLINEAR
    structure: Structure | None = None
    weights: Reading = Reading.REWRITTEN
    solver: SolverName = SolverName.GRAM
    accuracy: float = 1e-10
    sketch: SketchKind = SketchKind.OSNAP
    sketch_rows: int | None = None
    sketch_draws: Draws = Draws.FRESH
    batch: int | None = None
    learning_rate: float | None = None
    activation: Activation = Activation.SHIFTED
    scalar: Scalar = "float"
    grid: int = 8
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
    def search(self) -> Structure:
        """What holds the scores: as given, or a tree, which live methods do without."""
        if self.structure is not None:
            return self.structure
        if not self.method.keeps_the_live:
            return Structure.TOURNAMENT
        return Structure.SCAN if self.engine == "vectorized" else Structure.INCREMENTAL

    @property
    def limits(self) -> Limits:
        """How far to train."""
        patience = PATIENCE if self.method.solves else GRADIENT_PATIENCE
        return Limits(self.steps, self.until, patience)

    @property
    def sketch_choice(self) -> SketchChoice:
        """Which sketch, in how many rows."""
        rows = ROWS_A_POINT * self.points if self.sketch_rows is None else self.sketch_rows
        return SketchChoice(self.sketch, rows, self.seed)

    @property
    def batches(self) -> Batches | None:
        """How an epoch is split; None for methods without. Errors: `batch-too-large`."""
        if not self.method.takes_batches:
            return None
        size = min(BATCH, self.points) if self.batch is None else self.batch
        return Batches(self.points, size, self.seed)

    def check(self) -> None:
        """Every number is one that a run can have, and the choices go together.

        Errors: `out-of-range`, `batch-too-large`, `sketch-too-few-rows`, `width-not-power-of-four`.
        """
        for option, name in (("--data", self.data), ("--target", self.target or "")):
            if any("\ud800" <= sign <= "\udfff" for sign in name):
                raise OutOfRange(option, "a name in UTF-8", ascii(name))
        if self.target is not None and self.data in BUNDLED:
            raise OutOfRange("--target", "none, for data that come with their labels", self.target)
        if self.points < 2:
            raise OutOfRange("--points", "at least 2", str(self.points))
        if not 1 <= self.width <= WIDEST:
            raise OutOfRange("--width", "from 1 to 2^62 neurons", str(self.width))
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
        if not 0 <= self.bias_spread <= LARGEST:
            expected = f"a number from 0 to {LARGEST:g}"
            raise OutOfRange("--bias-spread", expected, f"{self.bias_spread}")
        self._check_way()
        self._check_lane()
        self._check_start()
        self._check_engine()

    def _check_way(self) -> None:
        """The numbers of the method and its solver."""
        if not 0 < self.accuracy < 1:
            raise OutOfRange(
                "--accuracy", "a number between 0 and 1, both excluded", f"{self.accuracy}"
            )
        self._check_sketch()
        rate = self.learning_rate
        if rate is not None and not 0 < rate <= LARGEST:
            expected = f"a number above 0, at most {LARGEST:g}"
            raise OutOfRange("--learning-rate", expected, f"{rate}")
        if self.batches is None and self.batch is not None:
            raise OutOfRange("--batch", "none, for a method that takes all points", str(self.batch))
        if self.method.solves and rate is not None:
            raise OutOfRange("--learning-rate", "none, for a method that solves G g = r", f"{rate}")
        if not self.method.solves and self.step_rule is not StepRule.FULL:
            expected = "full, for a method along the gradient"
            raise OutOfRange("--step-rule", expected, self.step_rule.value)
        if not self.method.solves and self.solver is not SolverName.GRAM:
            raise OutOfRange("--solver", "none, for a method along the gradient", self.solver.value)

    def _check_sketch(self) -> None:
        """The rows of a sketch, where one is drawn."""
        if self.solver is not SolverName.SKETCH:
            if self.sketch_rows is not None:
                expected = "none, without --solver sketch"
                raise OutOfRange("--sketch-rows", expected, str(self.sketch_rows))
            return
        rows = self.sketch_choice.rows
        if rows < self.points:
            raise SketchTooFewRows(rows, self.points)
        if rows > MOST_ROWS:
            raise OutOfRange("--sketch-rows", f"at most {MOST_ROWS}", str(rows))

    def _check_lane(self) -> None:
        """The numbers of the exact lane."""
        if not 0 <= self.grid <= 52:
            raise OutOfRange("--grid", "from 0 to 52 binary places", str(self.grid))
        if self.scalar == "exact" and (
            self.width.bit_count() != 1 or self.width.bit_length() % 2 == 0
        ):
            raise WidthNotPowerOfFour(self.width)

    def _check_start(self) -> None:
        """What cannot be drawn live alone."""
        if self.init == "whole":
            return
        if self.scalar == "exact":
            expected = "whole, in the exact lane: rounding to a grid decides anew who is live"
            raise OutOfRange("--init", expected, self.init)
        if self.bias_spread:
            expected = "whole, with --bias-spread: the sampler knows one shift for all neurons"
            raise OutOfRange("--init", expected, self.init)

    def _check_engine(self) -> None:
        """What the vectorized engine does not do."""
        if self.engine == "plain":
            return
        for option, expected, found, possible in (
            ("--scalar", "float", self.scalar, self.scalar == "float"),
            ("--bias-spread", "0", f"{self.bias_spread}", not self.bias_spread),
            (
                "--structure",
                "tournament or scan",
                self.search.value,
                self.search in (Structure.TOURNAMENT, Structure.SCAN),
            ),
            (
                "--weights",
                "rewritten or implicit",
                self.weights.value,
                self.weights is not Reading.RECOMPUTED,
            ),
        ):
            if not possible:
                raise OutOfRange(option, f"{expected}, with --engine vectorized", found)

    def differences(self, other: "Configuration") -> list[str]:
        """Which choices differ, in words."""
        mine, others = msgspec.to_builtins(self), msgspec.to_builtins(other)
        return [
            f"--{name.replace('_', '-')} is {mine[name]} here and {others[name]} there"
            for name in self.__struct_fields__
            if mine[name] != others[name]
        ]
