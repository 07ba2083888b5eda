"""A sentence that must be true of a run, and is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from reference.errors import VIOLATED, FiringtreeError


@dataclass(frozen=True, slots=True)
class Violation:
    """Which invariant, its sentence, where it fails, and what stands there.

    `path` leads to the place, outermost first: "point 5 / node 12 (root right left left)".
    """

    name: str
    sentence: str
    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.sentence}\n  at        {self.path}\n"
            f"  expected  {self.expected}\n  found     {self.found}"
        )


@dataclass(eq=False)
class InvariantViolated(FiringtreeError):
    """One or more invariants do not hold: the run's results mean nothing from here on."""

    violations: Sequence[Violation]
    code: ClassVar[str] = "invariant-violated"
    exit_status: ClassVar[int] = VIOLATED

    @property
    def message(self) -> str:
        """The first violations in full, the others as a count."""
        shown = "\n".join(str(violation) for violation in self.violations[:3])
        rest = len(self.violations) - 3
        return shown if rest <= 0 else f"{shown}\n… and {rest} more"
