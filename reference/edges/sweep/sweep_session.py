"""A sweep from its first run to its last: what has a record is not run again."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.dask_workers import run_on_dask
from reference.edges.sweep.outcome import Outcome, refused
from reference.edges.sweep.run_record import RunRecord, version_here
from reference.edges.sweep.sweep_display import (
    SweepDisplay,
    outcomes_table,
    refusals,
    run_in_words,
)
from reference.edges.sweep.sweep_errors import SweepDataChanged, WorkerUnfit
from reference.edges.sweep.sweep_folder import RUNS, SweepFolder
from reference.edges.sweep.trial import Answer, Answers, answer, located
from reference.edges.system.interrupts import interrupts
from reference.edges.system.local_workers import ATTEMPTS, do_locally, threads_each
from reference.edges.system.terminal import Terminal


class Workers(Protocol):
    """Who makes runs."""

    def __str__(self) -> str:
        """Who they are, in words."""

    def answers(self, runs: Sequence[Configuration], asked_to_stop: Callable[[], bool]) -> Answers:
        """The answer to each run, by its index, as they come; None for a run lost with workers."""


@dataclass(frozen=True, slots=True)
class LocalWorkers:
    """So many processes on this machine."""

    count: int

    def __str__(self) -> str:
        threads = threads_each(self.count)
        workers = f"{self.count} worker{'s' * (self.count > 1)}"
        return f"{workers}, {threads} thread{'s' * (threads > 1)} each"

    def answers(self, runs: Sequence[Configuration], asked_to_stop: Callable[[], bool]) -> Answers:
        """As `do_locally`."""
        return do_locally(runs, answer, self.count, asked_to_stop)


@dataclass(frozen=True, slots=True)
class DaskWorkers:
    """Those of a scheduler."""

    address: str

    def __str__(self) -> str:
        return f"workers of {self.address}"

    def answers(self, runs: Sequence[Configuration], asked_to_stop: Callable[[], bool]) -> Answers:
        """As `run_on_dask`."""
        return run_on_dask(runs, self.address, asked_to_stop)


def sweep_all(
    console: Terminal,
    folder: SweepFolder,
    runs: Sequence[Configuration],
    digests: Mapping[str, str],
    workers: Workers,
) -> list[RunRecord]:
    """The records of these runs, in order; fewer than runs only if Ctrl-C asked for an end.

    `digests` has the SHA-256 of each data file. Errors: those of the folder and the workers;
    records made until then are kept.
    """
    found = {run: folder.found(run, digests[run.data]) for run in runs}
    records = {run: record for run, record in found.items() if record is not None}
    asked = [run for run in runs if run not in records]
    already = f", {len(records):,} of them have a record already" if records else ""
    console.print(f"{len(runs):,} runs{already}; {workers}", soft_wrap=True)
    with interrupts() as noted, SweepDisplay(console, len(runs), [*records.values()]) as display:
        if asked:
            answers = workers.answers([located(run) for run in asked], lambda: bool(noted))
            with closing(answers):
                for index, given in answers:
                    run = asked[index]
                    outcome = _outcome(run, given, digests[run.data])
                    records[run] = folder.keep(run, outcome)
                    display.show(records[run])
    ordered = [records[run] for run in runs if run in records]
    _tell(console, folder, ordered, len(runs))
    return ordered


def _outcome(run: Configuration, given: Answer | None, data_sha256: str) -> Outcome:
    """What the record will say.

    Errors: `worker-version`, or `sweep-data-changed` if the worker saw another file.
    """
    if given is None:
        found = f"its worker died {ATTEMPTS} times: killed, or out of memory"
        return refused("worker-lost", found, data_sha256)
    version, outcome = given
    if version != version_here():
        raise WorkerUnfit(version_here(), f"firingtree {version}")
    if outcome.data_sha256 != data_sha256:
        raise SweepDataChanged(run.data, f"the worker of {run_in_words(run)}")
    return outcome


def _tell(console: Terminal, folder: SweepFolder, records: list[RunRecord], runs: int) -> None:
    """How they ended, and where the records are."""
    if records:
        console.print(outcomes_table(records))
    told = refusals(records)
    if told:
        console.print(told, soft_wrap=True)
    where = f"{len(records):,} of {runs:,} runs have a record in {folder.path / RUNS}"
    rest = "" if len(records) == runs else "; interrupted: the same command goes on"
    console.print(where + rest, soft_wrap=True)
