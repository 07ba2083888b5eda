"""A run from its first column of scores to its last file."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from rich.console import Console

from reference.counters import Label
from reference.edges.data.points import Dataset, name_rows
from reference.edges.data.tables import data_file
from reference.edges.runs.checkpoint import (
    SECONDS,
    STATE,
    Checkpoint,
    discard_start,
    keeper,
    load_seconds,
    save_start,
)
from reference.edges.runs.display import Display
from reference.edges.runs.network_file import network_file
from reference.edges.runs.observers import exact_observer, observer
from reference.edges.runs.replay import Dump, write_dump
from reference.edges.runs.report import as_json, operations_table
from reference.edges.runs.run_builder import build_exact_run, build_run
from reference.edges.runs.run_errors import CheckpointBusy
from reference.edges.runs.summary import heading, verdict
from reference.edges.setup.configuration import Configuration
from reference.edges.system.exclusive import alone_in
from reference.edges.system.interrupts import interrupts
from reference.edges.system.output_files import check_folder, check_outputs, write_whole
from reference.errors import VIOLATED, FiringtreeError
from reference.scalar import S
from reference.training.stopping import Reason
from reference.training.training import Run
from reference.violation import InvariantViolated


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where a run leaves what it made."""

    json: Path | None
    trace: Path | None
    plot: Path | None
    network: Path | None
    checkpoint: Path | None

    def check(self, data: str) -> None:
        """Everything can be written, over nothing that is needed, before anything is computed.

        Errors: `output-folder-missing`, `output-collision`, `out-of-range`.
        """
        state = None if self.checkpoint is None else self.checkpoint / STATE
        seconds = None if self.checkpoint is None else self.checkpoint / SECONDS
        check_outputs(
            [
                ("--data", data_file(data)),
                ("--checkpoint", state),
                ("--checkpoint", seconds),
            ],
            [
                ("--json", self.json),
                ("--trace", self.trace),
                ("--plot", self.plot),
                ("--network", self.network),
            ],
        )
        if self.checkpoint is not None:
            check_folder("--checkpoint", self.checkpoint)


def train_to_the_end(
    console: Console,
    config: Configuration,
    dataset: Dataset,
    outputs: Outputs,
    start: Checkpoint | None,
) -> int:
    """Run to the end, or to Ctrl-C, and write everything that was asked for; the exit status.

    Errors: `checkpoint-busy`, `checkpoint-exists`, `output-not-written`, those of the run.
    """
    folder = outputs.checkpoint
    if folder is None:
        return _trained(console, config, dataset, outputs, start)
    with alone_in(folder, CheckpointBusy(str(folder))):
        if start is None:
            save_start(folder, config, dataset.digest)
        return _trained(console, config, dataset, outputs, start)


def _trained(
    console: Console,
    config: Configuration,
    dataset: Dataset,
    outputs: Outputs,
    start: Checkpoint | None,
) -> int:
    console.print(heading(config, dataset), soft_wrap=True)
    problem = dataset.problem
    if config.scalar == "exact":

        def build_exact(display: Display) -> Run[Fraction]:
            watcher = exact_observer(config.invariants)
            return build_exact_run(config, problem, watcher, display.drawn)

        exact = _run(console, config, dataset, None, build_exact, _keep_nothing)
        return _write(console, config, dataset, outputs, exact)

    def build(display: Display) -> Run[float]:
        run = build_run(config, problem, observer(config.invariants), start, display.drawn)
        if outputs.checkpoint is not None:
            recall_seconds(run, outputs.checkpoint)
        return run

    keep = keeper(outputs.checkpoint, config, dataset.digest)
    run = _run(console, config, dataset, outputs.checkpoint, build, keep, start is None)
    return _write(console, config, dataset, outputs, run)


def _run(
    console: Console,
    config: Configuration,
    dataset: Dataset,
    folder: Path | None,
    build: Callable[[Display], Run[S]],
    keep: Callable[[Run[S], bool], None],
    fresh: bool = True,
) -> Run[S]:
    """The run at its end, kept on the way; a fresh one that cannot begin leaves no checkpoint.

    Errors: a violation, dumped; any other.
    """
    run: Run[S] | None = None
    try:
        with Display(console, dataset.problem.n, config.steps) as display:
            run = build(display)
            display.begin(len(run.records))
            go_on(run, display, keep)
    except InvariantViolated as error:
        step = len(run.records) if run is not None else 0
        path = (folder or Path()) / f"violation-seed{config.seed}-step{step}.json"
        write_dump(path, config, dataset, step, error.violations)
        again = f"to see it again: firingtree train --replay {path}"
        console.print(f"violated at step {step}; {again}", soft_wrap=True)
        raise
    except FiringtreeError as error:
        name_rows(error, dataset)
        if folder is not None and fresh and (run is None or not run.records):
            discard_start(folder)
        raise
    return run


def go_on(run: Run[S], display: Display, keep: Callable[[Run[S], bool], None]) -> bool:
    """Steps until the run ends or Ctrl-C asks for it; did it?

    `keep` is told whether a step was the last.
    """
    with interrupts() as interrupted:
        while run.reason is None:
            record = run.step()
            if record is not None:
                display.show(record, run.seconds[-1])
            asked = bool(interrupted)
            keep(run, asked or run.reason is not None)
            if asked and run.reason is None:
                run.reason = Reason.INTERRUPTED
        return bool(interrupted)


def _keep_nothing(run: Run[S], last: bool) -> None:
    """No checkpoint."""


def _write(
    console: Console, config: Configuration, dataset: Dataset, outputs: Outputs, run: Run[S]
) -> int:
    """Everything that was asked for is written and told; the exit status."""
    if outputs.trace is not None:
        write_whole(outputs.trace, "".join(record.line() for record in run.records).encode())
    if outputs.json is not None:
        write_whole(outputs.json, as_json(config, dataset, run))
    if outputs.plot is not None:
        from reference.edges.runs.picture import (
            draw,  # takes long to import, and is seldom asked for
        )

        picture = draw(config, heading(config, dataset), run, outputs.plot.suffix[1:].lower())
        write_whole(outputs.plot, picture)
    if outputs.network is not None:
        write_whole(outputs.network, network_file(run))
    console.print("counted operations, and what the dense method would have spent", style="bold")
    console.print(operations_table(config, run))
    console.print(verdict(config, run), soft_wrap=True)
    for path in (outputs.trace, outputs.json, outputs.plot, outputs.network):
        if path is not None:
            console.print(f"written: {path}", soft_wrap=True)
    return 0 if run.reason is None else run.reason.exit_status


def recall_seconds(run: Run[float], folder: Path) -> None:
    """The records made before an interruption have their seconds again, as far as known."""
    known = load_seconds(folder)[: len(run.records)]
    known += [{}] * (len(run.records) - len(known))
    run.seconds = [{label: past.get(label.value, 0.0) for label in Label} for past in known]


def replay(console: Console, dump: Dump) -> int:
    """Run the dumped configuration to its step; 4 if that or another violation is seen, else 0."""
    told, config, problem = dump.violations[0], dump.config, dump.dataset.problem
    console.print(f"replaying to: {told}", soft_wrap=True)
    try:
        if config.scalar == "exact":
            _run_to(build_exact_run(config, problem, exact_observer(config.invariants)), dump.step)
        else:
            _run_to(build_run(config, problem, observer(config.invariants)), dump.step)
    except InvariantViolated as error:
        same = error.violations[0] == told
        console.print(
            "reproduced" if same else f"another violation:\n{error}",
            highlight=False,
            soft_wrap=True,
        )
        return VIOLATED
    console.print(f"not reproduced: no violation up to step {dump.step}", soft_wrap=True)
    return 0


def _run_to(run: Run[S], step: int) -> None:
    """The run has made this step, or ended."""
    while run.reason is None and len(run.records) <= step:
        run.step()
