"""To equal loss: who trains a network of this width there, in how much time and memory.

Each training has a process of its own, so that its peak of memory is its own and no library warms
another's caches; all of them run once, then all again.
"""

from collections.abc import Callable, Sequence
from statistics import median

import msgspec

from reference.edges.bench.contestants import DENSE, GRADIENT
from reference.edges.bench.library_rivals import NEEDED, Task, library_trained
from reference.edges.bench.own_process import Lost, in_own_process
from reference.edges.bench.whole_training import Trained, trained
from reference.edges.setup.configuration import Configuration
from reference.network import Problem

OURS = ("vectorized-live", "vectorized-tree", "plain-live", "plain-tree")

RACERS = (*OURS, DENSE, GRADIENT, *NEEDED)


class Finish(msgspec.Struct, frozen=True, kw_only=True):
    """How one racer came in, repeat by repeat; medians are those of the seconds.

    `peaks` are the most memory that its process held, libraries included; `added` what it took
    beyond what Python and its libraries held before. Both in bytes.
    """

    method: str
    runs: list[Trained]
    peaks: list[int]
    added: list[int]
    lost: str

    @property
    def reached(self) -> bool:
        """Did every run come to the loss?"""
        return bool(self.runs) and all(run.reached for run in self.runs)

    @property
    def total(self) -> float:
        """The median of set-up and training together."""
        return median(run.total for run in self.runs)

    @property
    def setup(self) -> float:
        """The median of set-up."""
        return median(run.setup for run in self.runs)

    @property
    def remark(self) -> str:
        """What is to be said of it: why it did not reach the loss."""
        return self.lost or next((run.remark for run in self.runs if run.remark), "")


def race(
    config: Configuration,
    problem: Problem[float],
    names: Sequence[str],
    repeats: int,
    limit: float,
    tick: Callable[[str], None],
) -> list[Finish]:
    """Every racer so many times; whose process is lost does not run again. Errors: any racer's."""
    runs: dict[str, list[Trained]] = {name: [] for name in names}
    peaks: dict[str, list[int]] = {name: [] for name in names}
    added: dict[str, list[int]] = {name: [] for name in names}
    lost = dict.fromkeys(names, "")
    for _ in range(repeats):
        for name in names:
            tick(name)
            if lost[name]:
                continue
            known = runs[name][0].iterations if runs[name] else 0
            found = in_own_process(run_task, Task(name, config, problem, limit, known))
            if isinstance(found, Lost):
                lost[name] = found.words
                continue
            runs[name].append(found.answer)
            peaks[name].append(found.peak)
            added[name].append(found.added)
    return [
        Finish(method=name, runs=runs[name], peaks=peaks[name], added=added[name], lost=lost[name])
        for name in names
    ]


def run_task(task: Task) -> Trained:
    """In a process of its own: the training that is asked for."""
    if task.name in NEEDED:
        return library_trained(task)
    return trained(task.name, task.config, task.problem, task.limit)
