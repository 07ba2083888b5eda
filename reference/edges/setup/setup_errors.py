"""What a run cannot have: more memory than is free."""

from dataclasses import dataclass
from typing import ClassVar

from reference.errors import FiringtreeError


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


def _size(count: int) -> str:
    """Bytes in units of 2^30."""
    return f"{count / 2**30:,.3g} GiB" if count < 2**50 else f"{count / 2**30:,.0f} GiB"
