"""A comparison from its first run to its last, each with a checkpoint of its own."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from reference.edges.comparison.comparison import Course, Way, course
from reference.edges.data.points import Dataset, name_rows
from reference.edges.runs.checkpoint import (
    STATE,
    Checkpoint,
    discard_start,
    keeper,
    load_checkpoint,
    save_start,
)
from reference.edges.runs.display import Display
from reference.edges.runs.observers import observer
from reference.edges.runs.run_builder import build_run
from reference.edges.runs.run_errors import CheckpointBusy, CheckpointMismatch
from reference.edges.runs.training_session import go_on, recall_seconds
from reference.edges.setup.configuration import Configuration
from reference.edges.system.exclusive import alone_in
from reference.errors import FiringtreeError
from reference.training.training import Run


@dataclass(frozen=True, slots=True)
class Task:
    """One run of a comparison, and the folder that keeps it, if any."""

    way: str
    config: Configuration
    dataset: Dataset
    folder: Path | None

    def start(self) -> Checkpoint | None:
        """Where an earlier command left it. Errors: `checkpoint-damaged`, `checkpoint-mismatch`."""
        if self.folder is None or not (self.folder / STATE).exists():
            return None
        found = load_checkpoint(self.folder)
        differences = self.config.differences(found.header.config)
        if found.header.data_digest != self.dataset.digest:
            differences.append("the data file has other numbers now")
        if differences:
            raise CheckpointMismatch(str(self.folder / STATE), differences)
        return found


def tasks(
    config: Configuration,
    datasets: Sequence[tuple[str, Dataset]],
    ways: Sequence[Way],
    checkpoint: Path | None,
) -> list[Task]:
    """Every way on every data set, each run in its own place within the checkpoint's folder."""
    return [
        Task(
            each.name,
            each.of(msgspec.structs.replace(config, data=name)),
            dataset,
            None if checkpoint is None else checkpoint / place(name, each.name),
        )
        for name, dataset in datasets
        for each in ways
    ]


def place(name: str, way: str) -> str:
    """A folder's name for this run: files of one name in several folders have two.

    >>> place("other/small.csv", "sublinear:cg")
    'other%2Fsmall.csv-sublinear-cg'
    """
    return f"{quote(name, '')}-{way.replace(':', '-')}"


def run_all(console: Console, tasks: Sequence[Task]) -> tuple[list[Course], bool]:
    """Every task's course, in order, a table for each data set; was that asked to stop?

    Errors: those of step 0.
    """
    courses: list[Course] = []
    interrupted = False
    for name, group in groupby(tasks, lambda task: task.config.data):
        here: list[Course] = []
        for task in group:
            problem = task.dataset.problem
            if not here:
                heading = f"{name}: n = {problem.n}, d = {problem.d} ({task.dataset.remark})"
                console.print(heading, soft_wrap=True)
            found, interrupted = _course(console, task)
            here.append(found)
            if interrupted:
                break
        console.print(_table(here))
        courses += here
        if interrupted:
            break
    return courses, interrupted


def _course(console: Console, task: Task) -> tuple[Course, bool]:
    """The course of one run, begun or gone on with; was it asked to stop?

    A run that cannot begin is an error, and leaves no checkpoint. Errors: `checkpoint-busy`, those
    of step 0.
    """
    folder = task.folder
    if folder is None:
        return _run(console, task, None)
    with alone_in(folder, CheckpointBusy(str(folder))):
        start = task.start()
        if start is None:
            save_start(folder, task.config, task.dataset.digest)
        return _run(console, task, start)


def _run(console: Console, task: Task, start: Checkpoint | None) -> tuple[Course, bool]:
    config, dataset, folder = task.config, task.dataset, task.folder
    run: Run[float] | None = None
    try:
        with Display(console, dataset.problem.n, config.steps, lines=False) as display:
            run = build_run(config, dataset.problem, observer("off"), start, display.drawn)
            if folder is not None:
                recall_seconds(run, folder)
            display.begin(len(run.records))
            interrupted = go_on(run, display, keeper(folder, config, dataset.digest))
    except FiringtreeError as error:
        name_rows(error, dataset)
        if folder is not None and start is None and (run is None or not run.records):
            discard_start(folder)
            with suppress(OSError):
                folder.parent.rmdir()
        raise
    return course(config.data, task.way, run), interrupted


def _table(courses: list[Course]) -> Table:
    """What each way took, set-up aside, in the order asked."""
    table = Table(box=SIMPLE_HEAD, padding=0)
    table.add_column("method")
    for heading in ("iterations", "operations", "seconds", "loss"):
        table.add_column(heading, justify="right")
    for each in courses:
        table.add_row(
            each.way,
            f"{each.iterations[-1]:,}",
            f"{each.operations[-1]:.3g}",
            f"{each.seconds[-1]:.3g}",
            f"{each.losses[-1]:.1e}",
            "" if each.reached else each.reason,
        )
    return table
