"""What can go wrong with a proof, by name."""

from dataclasses import dataclass
from typing import ClassVar

from reference.errors import FiringtreeError

NOT_PROVED = 1
"""Exit status: something speaks against a theorem."""


@dataclass(eq=False)
class SolverMissing(FiringtreeError):
    """A solver is not installed."""

    package: str
    code: ClassVar[str] = "solver-missing"

    @property
    def message(self) -> str:
        """Which one."""
        return f"the solver {self.package} is not installed, so nothing is proved: pip install it"


@dataclass(eq=False)
class Unreadable(FiringtreeError):
    """Python outside the subset that is read into logic."""

    function: str
    what: str
    code: ClassVar[str] = "unreadable"

    @property
    def message(self) -> str:
        """Where, and what."""
        return (
            f"{self.function} cannot be read into logic: {self.what}; allowed are match, if, "
            f"return and assignments over frozen dataclasses, int, bool, Fraction and tuples"
        )


@dataclass(eq=False)
class SortsDiffer(FiringtreeError):
    """A value of one sort where one of another is meant."""

    found: str
    expected: str
    code: ClassVar[str] = "sorts-differ"

    @property
    def message(self) -> str:
        """Both sorts."""
        return f"a value of {self.found} stands where {self.expected} should"


@dataclass(eq=False)
class NotTerminating(FiringtreeError):
    """A recursion that need not end. As a definition it could make everything provable."""

    function: str
    code: ClassVar[str] = "not-terminating"

    @property
    def message(self) -> str:
        """Which one."""
        return (
            f"{self.function} calls itself neither on a part of one of its arguments, taken out by "
            f"a pattern, nor with a line `decreases: …` in its docstring that is proved"
        )


@dataclass(eq=False)
class NotProved(FiringtreeError):
    """A theorem that does not follow, as far as definitions were unfolded."""

    theorem: str
    answers: str
    code: ClassVar[str] = "not-proved"
    exit_status: ClassVar[int] = NOT_PROVED

    @property
    def message(self) -> str:
        """Which one, and what each solver said."""
        return f"{self.theorem} is not proved: {self.answers}"


@dataclass(eq=False)
class NotDecided(FiringtreeError):
    """A theorem that could not be decided in time, or that may use one that is not proved."""

    theorem: str
    answers: str
    code: ClassVar[str] = "not-decided"

    @property
    def message(self) -> str:
        """Which one, and what each solver said."""
        return f"{self.theorem} could not be decided: {self.answers}"


@dataclass(eq=False)
class SolversDisagree(FiringtreeError):
    """One solver says that an obligation holds, the other that it does not."""

    obligation: str
    answers: str
    code: ClassVar[str] = "solvers-disagree"

    @property
    def message(self) -> str:
        """Which one."""
        return (
            f"{self.obligation}: {self.answers}; one of the solvers is wrong, so nothing that "
            f"either says counts until it is known which"
        )


@dataclass(eq=False)
class BadHint(FiringtreeError):
    """A hint that uses what is not proved yet, is no theorem, or no induction."""

    theorem: str
    hint: str
    code: ClassVar[str] = "bad-hint"

    @property
    def message(self) -> str:
        """Which one."""
        return (
            f"{self.theorem} uses {self.hint}; there are only theorems proved before it, and "
            f"induction on integers and datatypes"
        )
