"""What can be wrong with what an earlier run left, and with who should watch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from reference.errors import FiringtreeError


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
