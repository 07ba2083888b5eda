"""What can go wrong with an audit, by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from reference.errors import FiringtreeError

NOT_AS_STORED = 1
"""Exit status: a check does not come to the verdict that the ledger has."""


@dataclass(eq=False)
class NotEstablished(FiringtreeError):
    """A fact that a check rests on was not seen to be so."""

    says: str
    figures: Mapping[str, int | float | str]
    code: ClassVar[str] = "not-established"
    exit_status: ClassVar[int] = NOT_AS_STORED

    @property
    def message(self) -> str:
        """Which one, and what was found."""
        found = ", ".join(f"{name} {value}" for name, value in self.figures.items())
        return f"not so: {self.says}" + (f" (found: {found})" if found else "")


@dataclass(eq=False)
class EvidenceTooWeak(FiringtreeError):
    """A verdict without a fact of the grade that it needs."""

    verdict: str
    grades: Sequence[str]
    code: ClassVar[str] = "evidence-too-weak"
    exit_status: ClassVar[int] = NOT_AS_STORED

    @property
    def message(self) -> str:
        """Which grades would do."""
        return f"{self.verdict} needs a fact of grade {' or '.join(self.grades)}, and has none"


@dataclass(eq=False)
class CheckBroke(FiringtreeError):
    """A check ended with an error that has no name: a fault of the check."""

    claim: str
    detail: str
    code: ClassVar[str] = "check-broke"

    @property
    def message(self) -> str:
        """Which check, and how it ended."""
        return f"the check of {self.claim} broke: {self.detail}; nothing follows from it"


@dataclass(eq=False)
class ResultsOfOtherCode(FiringtreeError):
    """Results that were found by other code than this."""

    path: str
    theirs: str
    ours: str
    code: ClassVar[str] = "results-of-other-code"

    @property
    def message(self) -> str:
        """Both digests, and what to do."""
        return (
            f"{self.path} holds results of code {self.theirs[:16]}, and this is "
            f"{self.ours[:16]}: they say nothing about it; name another file, or remove this one"
        )


@dataclass(eq=False)
class ResultsOfOtherEffort(FiringtreeError):
    """Results that were found with another effort than is asked for."""

    path: str
    theirs: str
    ours: str
    code: ClassVar[str] = "results-of-other-effort"

    @property
    def message(self) -> str:
        """Both efforts, and what to do."""
        return (
            f"{self.path} holds results of a {self.theirs} audit, and a {self.ours} one is asked "
            f"for; name another file, or remove this one"
        )


@dataclass(eq=False)
class ResultsBusy(FiringtreeError):
    """Another audit keeps its results in this file."""

    path: str
    code: ClassVar[str] = "results-busy"

    @property
    def message(self) -> str:
        """Which file."""
        return f"another audit keeps its results in {self.path}; wait for it, or name another file"


@dataclass(eq=False)
class ResultsDamaged(FiringtreeError):
    """A file of results that cannot be read as one."""

    path: str
    detail: str
    code: ClassVar[str] = "results-damaged"

    @property
    def message(self) -> str:
        """What is wrong with it."""
        return f"{self.path} is no file of audit results: {self.detail}; remove it to begin anew"
