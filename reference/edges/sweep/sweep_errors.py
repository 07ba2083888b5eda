"""What can be wrong with a sweep's folder, and with those who work on it."""

from dataclasses import dataclass
from typing import ClassVar

from reference.errors import FiringtreeError


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
