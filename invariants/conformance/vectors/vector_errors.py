"""What can be wrong with files that the conformance commands read."""

from dataclasses import dataclass
from typing import ClassVar

from reference.errors import FiringtreeError


@dataclass(eq=False)
class VectorsMissing(FiringtreeError):
    """There are no vectors where they should be."""

    place: str
    code: ClassVar[str] = "vectors-missing"

    @property
    def message(self) -> str:
        """Where."""
        return f"no vector file (*.jsonl) can be read in {self.place}; --vectors names their folder"


@dataclass(eq=False)
class VectorsMalformed(FiringtreeError):
    """A vector file is not what it should be."""

    path: str
    line: int
    detail: str
    code: ClassVar[str] = "vectors-malformed"

    @property
    def message(self) -> str:
        """Which line, and why."""
        return f"{self.path}, line {self.line}: {self.detail}"


@dataclass(eq=False)
class VectorsOfNewerSchema(FiringtreeError):
    """A vector file made for a later version of this program."""

    path: str
    found: int
    known: int
    code: ClassVar[str] = "vectors-newer"

    @property
    def message(self) -> str:
        """Both versions."""
        return (
            f"{self.path} has vectors of schema {self.found}, and this version reads {self.known} "
            f"at most; install a newer firingtree"
        )


@dataclass(eq=False)
class VectorsChanged(FiringtreeError):
    """The committed vectors are not the ones that are built."""

    path: str
    detail: str
    code: ClassVar[str] = "vectors-changed"

    @property
    def message(self) -> str:
        """Which file, and what to do."""
        return (
            f"{self.path} is not what `firingtree vectors build` makes: {self.detail}. A new "
            f"vector raises the minor version, a changed expectation the major one, with its "
            f"reason in the changelog"
        )


@dataclass(eq=False)
class KnownFailuresMalformed(FiringtreeError):
    """The file of known failures is not what it should be."""

    path: str
    detail: str
    code: ClassVar[str] = "known-failures"

    @property
    def message(self) -> str:
        """What is wrong."""
        return (
            f"{self.path}: {self.detail}; it is a list of "
            f'{{"id", "reason", "link", "date"}}, one for each vector that may fail'
        )


@dataclass(eq=False)
class RecordingMissing(FiringtreeError):
    """There are no recorded replies where they should be."""

    path: str
    detail: str
    code: ClassVar[str] = "recording-missing"

    @property
    def message(self) -> str:
        """Where, and what should be there."""
        return (
            f"{self.path}: {self.detail}; give the file of a port's answers to the lines that "
            f"`firingtree vectors requests` prints"
        )


@dataclass(eq=False)
class ReplayMalformed(FiringtreeError):
    """A replay file cannot be read."""

    path: str
    detail: str
    code: ClassVar[str] = "replay-malformed"

    @property
    def message(self) -> str:
        """What is wrong."""
        return f"{self.path}: {self.detail}; give a file that `firingtree conform` has written"
