"""What can be wrong with a place to write to."""

from dataclasses import dataclass
from typing import ClassVar

from reference.errors import FiringtreeError


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
