"""What a method holds at most at a width, measured in a process of its own, beside the estimate.

The measured figure is what was added to Python and its libraries, from drawing to the last step.
"""

import msgspec

from reference.edges.bench.contestants import start
from reference.edges.bench.own_process import Lost, in_own_process
from reference.edges.bench.room import needed_bytes
from reference.edges.setup.configuration import Configuration
from reference.network import Problem


class Peak(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes: the whole process at its peak, what the work added, what was estimated for it."""

    method: str
    width: int
    peak: int
    added: int
    estimated: int
    lost: str

    @property
    def estimated_over_added(self) -> float:
        """How much too high the estimate is; below 1 it is too low."""
        return self.estimated / max(1, self.added)


class Work(msgspec.Struct, frozen=True):
    """So many steps of a contestant."""

    name: str
    config: Configuration
    problem: Problem[float]
    steps: int


def peak_of(work: Work) -> Peak:
    """What these steps hold at most. Errors: those of building."""
    found = in_own_process(stepped, work)
    return Peak(
        method=work.name,
        width=work.config.width,
        peak=0 if isinstance(found, Lost) else found.peak,
        added=0 if isinstance(found, Lost) else found.added,
        estimated=needed_bytes(work.name, work.config, work.problem),
        lost=found.words if isinstance(found, Lost) else "",
    )


def stepped(work: Work) -> int:
    """In a process of its own: how many of the steps were made."""
    contestant = start(work.name, work.config, work.problem)
    made = 0
    while made < work.steps and contestant.step() is not None:
        made += 1
    return made
