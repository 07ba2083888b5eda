"""Which contestants fit into memory together: estimated before any of them is drawn."""

from collections.abc import Sequence

import msgspec
import psutil

from reference.edges.bench.contestants import OURS, configured
from reference.edges.bench.measurement import size_in_words
from reference.edges.bench.numpy_rivals import estimated_bytes as rival_bytes
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.memory import LIBRARIES, estimated_bytes
from reference.edges.setup.setup_errors import MemoryExceeded
from reference.network import Problem


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A contestant that does not fit at a width, beside those before it; both sizes in bytes."""

    method: str
    width: int
    needed: int
    free: int

    @property
    def words(self) -> str:
        """Who, where, and why."""
        return (
            f"left out at m = {self.width:,}: {self.method} takes about "
            f"{size_in_words(self.needed)}, and {size_in_words(self.free)} are free"
        )


def needed_bytes(name: str, config: Configuration, problem: Problem[float]) -> int:
    """The most memory that the contestant will hold, beside the program itself."""
    if name in OURS:
        return estimated_bytes(configured(name, config), problem)
    return LIBRARIES + rival_bytes(config.width, problem.n, problem.d)


def fitting(
    names: Sequence[str], config: Configuration, problem: Problem[float], together: bool
) -> tuple[list[str], list[LeftOut]]:
    """Those that fit, in order, all at once or each by itself; and those that do not."""
    free = psutil.virtual_memory().available
    kept: list[str] = []
    left: list[LeftOut] = []
    for name in names:
        needed = needed_bytes(name, config, problem)
        if needed > free:
            left.append(LeftOut(method=name, width=config.width, needed=needed, free=free))
            continue
        kept.append(name)
        if together:
            free -= needed
    return kept, left


def check_any_fits(
    names: Sequence[str], config: Configuration, widths: Sequence[int], problem: Problem[float]
) -> None:
    """Some contestant fits at the least width. Errors: `memory-exceeded`."""
    least = msgspec.structs.replace(config, width=min(widths))
    kept, left = fitting(names, least, problem, together=False)
    if not kept:
        nearest = min(left, key=lambda each: each.needed)
        raise MemoryExceeded(nearest.needed, nearest.free, least.width, 0)
