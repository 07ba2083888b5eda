"""What can be wrong with a request: its numbers, and what it would need installed."""

from dataclasses import dataclass
from typing import ClassVar

from reference.errors import FiringtreeError


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
