"""What can be wrong with a request: its data, its numbers, its files."""

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


@dataclass(eq=False)
class OutOfRange(FiringtreeError):
    """A number outside what it may be."""

    option: str
    expected: str
    found: str
    code: ClassVar[str] = "out-of-range"

    @property
    def message(self) -> str:
        """Which option, what it may be, what came."""
        return f"{self.option}: expected {self.expected}, found {self.found}"


@dataclass(eq=False)
class NetworkMismatch(FiringtreeError):
    """Initial weights that a trained network did not start from."""

    expected: tuple[int, ...]
    found: tuple[int, ...]
    code: ClassVar[str] = "network-mismatch"

    @property
    def message(self) -> str:
        """Both shapes."""
        return f"initial weights: expected an array of shape {self.expected}, found {self.found}"


@dataclass(eq=False)
class NetworkDamaged(FiringtreeError):
    """The file of a trained network cannot be read as one."""

    detail: str
    code: ClassVar[str] = "network-damaged"

    @property
    def message(self) -> str:
        """What is wrong with it."""
        return f"not a network as `--network` writes it: {self.detail}"


@dataclass(eq=False)
class MemoryExceeded(FiringtreeError):
    """The run would need more memory than is free."""

    needed: int
    free: int
    width: int
    fitting: int
    code: ClassVar[str] = "memory-exceeded"

    @property
    def message(self) -> str:
        """How much, of how much, and what would fit."""
        fits = f"--width {self.fitting} would fit" if self.fitting else "no --width would fit"
        return (
            f"a run of width {self.width} would take about {_size(self.needed)} of memory, and "
            f"{_size(self.free)} are free; {fits}; or draw live neurons alone (--method live "
            f"--init live), on arrays (--engine vectorized), with --invariants off"
        )


@dataclass(eq=False)
class OutputFolderMissing(FiringtreeError):
    """An output path whose folder does not exist or cannot be written."""

    option: str
    path: str
    detail: str
    code: ClassVar[str] = "output-folder-missing"

    @property
    def message(self) -> str:
        """Which path."""
        return f"{self.option} {self.path}: {self.detail}"


@dataclass(eq=False)
class OutputCollision(FiringtreeError):
    """Two options name the same file."""

    option: str
    other: str
    path: str
    code: ClassVar[str] = "output-collision"

    @property
    def message(self) -> str:
        """Which options, which file."""
        return f"{self.option} {self.path} is the file of {self.other} too; give it another name"


@dataclass(eq=False)
class OutputNotWritten(FiringtreeError):
    """The system refused to write an output file."""

    path: str
    detail: str
    code: ClassVar[str] = "output-not-written"

    @property
    def message(self) -> str:
        """Which file, and why."""
        return f"cannot write {self.path}: {self.detail}; what stood there before is untouched"


@dataclass(eq=False)
class CheckpointMissing(FiringtreeError):
    """There is no checkpoint to resume from."""

    path: str
    code: ClassVar[str] = "checkpoint-missing"

    @property
    def message(self) -> str:
        """Where it was looked for."""
        return f"{self.path} does not exist; start the run with --checkpoint first"


@dataclass(eq=False)
class CheckpointDamaged(FiringtreeError):
    """The checkpoint is truncated, altered, or no checkpoint at all."""

    path: str
    detail: str
    code: ClassVar[str] = "checkpoint-damaged"

    @property
    def message(self) -> str:
        """Which file, and what is wrong with it."""
        return f"{self.path} is not a whole checkpoint: {self.detail}; start the run anew"


@dataclass(eq=False)
class CheckpointMismatch(FiringtreeError):
    """The checkpoint belongs to another configuration."""

    path: str
    differences: Sequence[str]
    code: ClassVar[str] = "checkpoint-mismatch"

    @property
    def message(self) -> str:
        """What differs."""
        return (
            f"{self.path} belongs to another run: {'; '.join(self.differences)}; resume without "
            f"these options, or start a new run in another directory"
        )


@dataclass(eq=False)
class CheckpointExists(FiringtreeError):
    """A new run would overwrite the checkpoint of an earlier one."""

    path: str
    code: ClassVar[str] = "checkpoint-exists"

    @property
    def message(self) -> str:
        """Which file."""
        return f"{self.path} holds an earlier run; use --resume, or another --checkpoint directory"


@dataclass(eq=False)
class CheckpointBusy(FiringtreeError):
    """Another run keeps its checkpoint in this directory, or goes on from the one there."""

    path: str
    code: ClassVar[str] = "checkpoint-busy"

    @property
    def message(self) -> str:
        """Which directory."""
        return f"another run is at work in {self.path}; wait for it, or name another directory"


@dataclass(eq=False)
class DumpUnreadable(FiringtreeError):
    """A file given to --replay that is no dump of a violation."""

    path: str
    detail: str
    code: ClassVar[str] = "dump-unreadable"

    @property
    def message(self) -> str:
        """Which file, and what is wrong with it."""
        return f"{self.path} is not a dump of a violated invariant: {self.detail}"


@dataclass(eq=False)
class ObserverMissing(FiringtreeError):
    """Invariants were asked for and the package that checks them is not installed."""

    level: str
    code: ClassVar[str] = "observer-missing"

    @property
    def message(self) -> str:
        """What to do."""
        return (
            f"--invariants {self.level} needs the invariants package, which is not installed; "
            f"reinstall firingtree, or run with --invariants off"
        )


@dataclass(eq=False)
class SweepFolderForeign(FiringtreeError):
    """A sweep's directory that holds something else."""

    path: str
    detail: str
    code: ClassVar[str] = "sweep-folder-foreign"

    @property
    def message(self) -> str:
        """Which directory, and what is wrong with it."""
        return (
            f"{self.path} is not the directory of a sweep: {self.detail}; name an empty one, or "
            f"one that does not exist"
        )


@dataclass(eq=False)
class SweepFolderBusy(FiringtreeError):
    """Another command is at work in a sweep's directory."""

    path: str
    code: ClassVar[str] = "sweep-folder-busy"

    @property
    def message(self) -> str:
        """Which directory."""
        return f"another sweep is at work in {self.path}; wait for it, or name another directory"


@dataclass(eq=False)
class SweepVersion(FiringtreeError):
    """A sweep's directory, or a record in it, was made by another version."""

    path: str
    expected: tuple[str, str]
    found: tuple[str, str]
    code: ClassVar[str] = "sweep-version"

    @property
    def message(self) -> str:
        """Both formats and versions."""
        expected, found = (" by ".join(pair) for pair in (self.expected, self.found))
        return (
            f"{self.path}: expected {expected!r}, found {found!r}; results of two versions are not "
            f"mixed: name another directory, or use the version that made this one"
        )


@dataclass(eq=False)
class SweepRecordDamaged(FiringtreeError):
    """The record of a run is truncated, altered, or no record at all."""

    path: str
    detail: str
    code: ClassVar[str] = "sweep-record-damaged"

    @property
    def message(self) -> str:
        """Which file, and what is wrong with it."""
        return (
            f"{self.path} is not the whole record of its run: {self.detail}; remove the file, and "
            f"the run is made again"
        )


@dataclass(eq=False)
class SweepDataChanged(FiringtreeError):
    """A data file has other bytes for this command than for a run of the sweep."""

    data: str
    where: str
    code: ClassVar[str] = "sweep-data-changed"

    @property
    def message(self) -> str:
        """Which file, and who saw another."""
        return (
            f"{self.data} has other bytes here than for {self.where}; results on two files are not "
            f"mixed: bring the file back, or name another directory"
        )


@dataclass(eq=False)
class ExtraMissing(FiringtreeError):
    """An option needs a package that is not installed."""

    option: str
    package: str
    extra: str
    code: ClassVar[str] = "extra-missing"

    @property
    def message(self) -> str:
        """What to install."""
        return (
            f"{self.option} needs the package {self.package}, which is not installed: "
            f"pip install 'firingtree[{self.extra}]'"
        )


@dataclass(eq=False)
class SchedulerUnreachable(FiringtreeError):
    """Nobody answers at a scheduler's address, or not any more."""

    address: str
    detail: str
    code: ClassVar[str] = "scheduler-unreachable"

    @property
    def message(self) -> str:
        """Which address, and what happened there."""
        return (
            f"--scheduler {self.address}: {self.detail}; expected the address of a running Dask "
            f"scheduler, like tcp://host:8786; records made so far are kept"
        )


@dataclass(eq=False)
class WorkerUnfit(FiringtreeError):
    """A worker of a cluster has another version of firingtree, or none."""

    expected: str
    found: str
    code: ClassVar[str] = "worker-version"

    @property
    def message(self) -> str:
        """Both versions."""
        return (
            f"a worker of the cluster answers with {self.found}, expected firingtree "
            f"{self.expected}; install the same version on every worker"
        )


@dataclass(eq=False)
class LiveSumAboveOne(FiringtreeError):
    """A neuron is expected to fire on more than one point: the live ones are not to be had alone.

    `total` is Σ P(Z > b/‖x_i‖) over the `points`, at this `shift` b.
    """

    total: float
    points: int
    shift: float
    code: ClassVar[str] = "live-sum-above-one"

    @property
    def message(self) -> str:
        """The sum, what it means, and what would lower it."""
        return (
            f"drawing only neurons that fire needs Σ P(Z > b/‖x_i‖) of at most 1, found "
            f"{self.total:.4g} for {self.points} points and b = {self.shift:.6g}; beyond 1 drawing "
            f"the whole network is no dearer: use --init whole, or a larger --alpha or --bias, or "
            f"fewer --points"
        )


def _size(count: int) -> str:
    """Bytes in units of 2^30."""
    return f"{count / 2**30:,.3g} GiB" if count < 2**50 else f"{count / 2**30:,.0f} GiB"
