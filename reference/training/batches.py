"""Mini-batches: an epoch goes once over all points, a few at a time, in an order of its own.

In epoch t the points come in ascending order of SHA-256 over "batch/seed/t/i" in ASCII, so any port
can have the same order.
"""

from dataclasses import dataclass
from hashlib import sha256

from reference.errors import BatchTooLarge
from reference.ids import Point


@dataclass(frozen=True, slots=True)
class Batches:
    """How n points are split. Errors: `batch-too-large`."""

    n: int
    size: int
    seed: int

    def __post_init__(self) -> None:
        if not 1 <= self.size <= self.n:
            raise BatchTooLarge(self.size, self.n)

    def of_epoch(self, epoch: int) -> list[list[Point]]:
        """The batches of this epoch, each in ascending order; the last may be smaller."""
        ranked = sorted((self._rank(epoch, i), Point(i)) for i in range(self.n))
        order = [i for _, i in ranked]
        return [sorted(order[start : start + self.size]) for start in range(0, self.n, self.size)]

    def _rank(self, epoch: int, i: int) -> bytes:
        return sha256(f"batch/{self.seed}/{epoch}/{i}".encode()).digest()
