"""The one family of errors: each has a stable code, the offending values, and a way out.

A message says what was expected, what came, where, and what to do. Whatever raises one of these
leaves the state as it was. The exit status is what the command line ends with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from reference.ids import Point

BAD_INPUT = 2
"""Exit status: the request cannot be carried out as it stands."""

NOT_CONVERGED = 3
"""Exit status: training stalled, diverged, or lost its way."""

VIOLATED = 4
"""Exit status: an invariant does not hold, so the program is wrong."""

INTERRUPTED = 130
"""Exit status: stopped by Ctrl-C."""


def listed(items: Sequence[int], most: int = 8) -> str:
    """The items with commas, the tail of a long list as a count.

    >>> listed([3, 1, 4, 1, 5, 9, 2, 6, 5, 3])
    '3, 1, 4, 1, 5, 9, 2, 6 and 2 more'
    """
    head = ", ".join(str(item) for item in items[:most])
    return head if len(items) <= most else f"{head} and {len(items) - most} more"


def counted(noun: str, items: Sequence[int]) -> str:
    """The items with their noun, in the right number, and a verb.

    >>> counted("row", [3]), counted("row", [3, 5])
    ('row 3 is', 'rows 3, 5 are')
    """
    return f"{noun} {listed(items)} is" if len(items) == 1 else f"{noun}s {listed(items)} are"


class FiringtreeError(Exception):
    """Anything that goes wrong by name."""

    code: ClassVar[str] = "error"
    exit_status: ClassVar[int] = BAD_INPUT

    def __str__(self) -> str:
        return self.message

    @property
    def message(self) -> str:
        """What was expected, what came, where, and what to do."""
        return self.code


# ---- the core ------------------------------------------------------------------------------------


@dataclass(eq=False)
class WidthNotPowerOfFour(FiringtreeError):
    """1/√m must be a rational number."""

    width: int
    code: ClassVar[str] = "width-not-power-of-four"

    @property
    def message(self) -> str:
        """Which width came."""
        return (
            f"the exact lane needs a width that is a power of four, so that 1/√m is rational; "
            f"{self.width} is not"
        )


@dataclass(eq=False)
class BadShape(FiringtreeError):
    """Two lengths that must agree do not."""

    what: str
    expected: int
    found: int
    code: ClassVar[str] = "bad-shape"

    @property
    def message(self) -> str:
        """Which lengths."""
        return f"{self.what}: expected {self.expected}, found {self.found}"


@dataclass(eq=False)
class BadIndex(FiringtreeError):
    """A neuron or a point that does not exist, or a neuron named twice."""

    what: str
    index: int
    below: int
    code: ClassVar[str] = "bad-index"

    @property
    def message(self) -> str:
        """Which index, and what was allowed."""
        return f"{self.what} {self.index} is not one of 0 … {self.below - 1}, each at most once"


@dataclass(eq=False)
class NotFinite(FiringtreeError):
    """A number that is NaN or infinite."""

    what: str
    index: int
    code: ClassVar[str] = "not-finite"

    @property
    def message(self) -> str:
        """Which number."""
        return (
            f"{self.what}: number {self.index} is NaN or infinite; only finite numbers have order"
        )


@dataclass(eq=False)
class NoFiringNeuron(FiringtreeError):
    """A point on which no neuron fires: its row of the Jacobian is zero."""

    points: Sequence[Point]
    width: int
    shift: float
    rows: Sequence[int] = ()
    code: ClassVar[str] = "no-firing-neuron"

    @property
    def message(self) -> str:
        """Which points, and what to change."""
        return (
            f"{counted('point', self.points)} without a firing neuron{_source(self.rows)}, so the "
            f"Gram matrix is singular: none of {self.width} scores there is above "
            f"b = {self.shift:.6g}; take a smaller --alpha or --bias, or a larger --width"
        )


@dataclass(eq=False)
class OtherThreshold(FiringtreeError):
    """A question about another threshold than the one whose firing sets are kept."""

    kept: float | Fraction
    asked: float | Fraction
    code: ClassVar[str] = "other-threshold"

    @property
    def message(self) -> str:
        """Both thresholds, and what to take for any other."""
        return (
            f"incremental firing sets are kept for the threshold {self.kept} alone, not for "
            f"{self.asked}; ask at {self.kept}, or take the structure tournament, ordered or scan"
        )


class Unsolved(FiringtreeError):
    """The equations for a step have no solution that can be used."""


@dataclass(eq=False)
class SingularGram(Unsolved):
    """The Gram matrix has a row that depends on earlier ones."""

    points: Sequence[Point]
    pivot: float
    rows: Sequence[int] = ()
    code: ClassVar[str] = "singular-gram"

    @property
    def message(self) -> str:
        """Which points depend on each other, and what to change."""
        return (
            f"the Gram matrix is singular: {counted('point', self.points)} dependent on each other"
            f"{_source(self.rows)} (pivot {self.pivot:.3g}), so no step fits all labels; leave one "
            f"of these points out, take a larger --width, or --step-rule damped"
        )


@dataclass(eq=False)
class AccuracyNotReached(Unsolved):
    """An iterative solver stopped before its residual was small enough."""

    rounds: int
    reached: float
    wanted: float
    code: ClassVar[str] = "accuracy-not-reached"

    @property
    def message(self) -> str:
        """How far it came, and what to change."""
        return (
            f"the solver reached ‖G g − r‖/‖r‖ = {self.reached:.3g} after {self.rounds} rounds, "
            f"not the {self.wanted:.3g} asked for: the Gram matrix is singular or nearly so, or no "
            f"float is that exact; take a larger --accuracy, --solver gram, or --step-rule damped"
        )


@dataclass(eq=False)
class SketchDependent(Unsolved):
    """The sketch of Jᵀ has a column that depends on earlier ones."""

    point: Point
    sketch_rows: int
    code: ClassVar[str] = "sketch-dependent"

    @property
    def message(self) -> str:
        """Which column, and what to change."""
        return (
            f"the sketch of Jᵀ in {self.sketch_rows} rows lost a dimension: the column of point "
            f"{self.point} depends on earlier ones; take more --sketch-rows, or see with "
            f"--solver gram whether the Gram matrix itself is singular"
        )


@dataclass(eq=False)
class SketchTooFewRows(FiringtreeError):
    """A sketch with fewer rows than points cannot keep their columns independent."""

    sketch_rows: int
    points: int
    code: ClassVar[str] = "sketch-too-few-rows"

    @property
    def message(self) -> str:
        """Both numbers."""
        return (
            f"a sketch of the Jacobian of {self.points} points needs at least {self.points} rows, "
            f"not {self.sketch_rows}; take more --sketch-rows"
        )


@dataclass(eq=False)
class BatchTooLarge(FiringtreeError):
    """A mini-batch of more points than there are, or of none."""

    batch: int
    points: int
    code: ClassVar[str] = "batch-too-large"

    @property
    def message(self) -> str:
        """Both numbers."""
        return (
            f"a mini-batch has from 1 to {self.points} points, as many as there are, "
            f"not {self.batch}; change --batch"
        )


def _source(rows: Sequence[int]) -> str:
    """Where the points stand in their source, if that is known."""
    return f" (rows {listed(rows)} of the data)" if rows else ""
