"""What can be wrong with data: files, cells, rows, labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from reference.errors import FiringtreeError, counted


@dataclass(eq=False)
class DataFileMissing(FiringtreeError):
    """The named data file cannot be opened."""

    path: str
    detail: str
    code: ClassVar[str] = "data-file-missing"

    @property
    def message(self) -> str:
        """Which file, and what would do."""
        return (
            f"cannot read {self.path}: {self.detail}; --data takes digits, breast-cancer, "
            f"diabetes, wine, or the path of a .csv or .npz file"
        )


@dataclass(eq=False)
class DataFileEmpty(FiringtreeError):
    """The data file has no rows."""

    path: str
    code: ClassVar[str] = "data-file-empty"

    @property
    def message(self) -> str:
        """Which file."""
        return f"{self.path} holds no rows of numbers"


@dataclass(eq=False)
class DataFileMalformed(FiringtreeError):
    """The data file is not of the form that its ending promises."""

    path: str
    detail: str
    code: ClassVar[str] = "data-file-malformed"

    @property
    def message(self) -> str:
        """Which file, and what is wrong with it."""
        return f"{self.path}: {self.detail}"


@dataclass(eq=False)
class NonNumericCell(FiringtreeError):
    """A cell that is not a number."""

    path: str
    row: int
    column: str
    text: str
    code: ClassVar[str] = "non-numeric-cell"

    @property
    def message(self) -> str:
        """Which cell."""
        return (
            f"{self.path}, row {self.row}, column {self.column}: expected a number, found "
            f"{self.text[:40]!r}"
        )


@dataclass(eq=False)
class NotFiniteCell(FiringtreeError):
    """A cell that is NaN or infinite."""

    path: str
    row: int
    column: str
    text: str
    code: ClassVar[str] = "not-finite-cell"

    @property
    def message(self) -> str:
        """Which cell."""
        return (
            f"{self.path}, row {self.row}, column {self.column}: expected a finite number, found "
            f"{self.text[:40]}; leave the row out or fill it in"
        )


@dataclass(eq=False)
class TargetMissing(FiringtreeError):
    """The label column does not exist."""

    path: str
    target: str
    names: Sequence[str]
    code: ClassVar[str] = "target-missing"

    @property
    def message(self) -> str:
        """Which name, and which there are."""
        there = ", ".join(self.names[:12]) if self.names else "no header"
        return f"{self.path} has no column named {self.target!r}: it has {there}"


@dataclass(eq=False)
class OneClassOnly(FiringtreeError):
    """All labels are equal."""

    source: str
    label: float
    code: ClassVar[str] = "one-class-only"

    @property
    def message(self) -> str:
        """Which label."""
        return f"{self.source}: every label is {self.label:g}; one class leaves nothing to learn"


@dataclass(eq=False)
class ZeroRow(FiringtreeError):
    """Rows without a direction."""

    source: str
    rows: Sequence[int]
    code: ClassVar[str] = "zero-row"

    @property
    def message(self) -> str:
        """Which rows."""
        return (
            f"{self.source}: {counted('row', self.rows)} zero and without direction, so not to be "
            f"normalized to unit length; leave out what is zero"
        )


@dataclass(eq=False)
class ConflictingRows(FiringtreeError):
    """Two rows of one direction with different labels."""

    source: str
    first: int
    second: int
    labels: tuple[float, float]
    code: ClassVar[str] = "conflicting-rows"

    @property
    def message(self) -> str:
        """Which rows."""
        return (
            f"{self.source}: rows {self.first} and {self.second} are the same point after "
            f"normalization but have the labels {self.labels[0]:g} and {self.labels[1]:g}: the "
            f"Gram matrix is singular and no network fits both; leave one of them out"
        )


@dataclass(eq=False)
class TooFewRows(FiringtreeError):
    """More points were asked for than there are rows."""

    source: str
    rows: int
    points: int
    code: ClassVar[str] = "too-few-rows"

    @property
    def message(self) -> str:
        """How many there are."""
        return (
            f"{self.source} has {self.rows} different rows, fewer than the {self.points} points "
            f"asked for; take --points {self.rows} or fewer"
        )
