"""How much is spent on what is drawn or measured. What is proved is proved at any effort."""

from enum import Enum
from typing import TypeVar

T = TypeVar("T")


class Effort(Enum):
    """Quick: all claims within minutes. Full: the sizes that a README quotes. Deep: a night."""

    QUICK = "quick"
    FULL = "full"
    DEEP = "deep"

    def of(self, quick: T, full: T, deep: T) -> T:
        """The one for this effort."""
        return {Effort.QUICK: quick, Effort.FULL: full, Effort.DEEP: deep}[self]
