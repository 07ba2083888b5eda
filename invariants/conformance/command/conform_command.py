"""`firingtree conform`: hold a port against the reference."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec
from hypothesis.configuration import set_hypothesis_home_dir
from msgspec.structs import replace
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from invariants.conformance.answering.conversation import Conversation, Diverged, greet
from invariants.conformance.answering.port_errors import PortEnded, PortError, PortLingers
from invariants.conformance.answering.process_port import ProcessPort
from invariants.conformance.answering.warded_process import Limits
from invariants.conformance.cases.build import built
from invariants.conformance.drawn.crashes import shortest_crash
from invariants.conformance.drawn.programs import run_program
from invariants.conformance.examination import Examination, Watch
from invariants.conformance.plan import DEEP, DEFAULT, VECTORS_ONLY
from invariants.conformance.planted.self_test import trials
from invariants.conformance.protocol.messages import AnyRequest, Bye
from invariants.conformance.report.junit import junit
from invariants.conformance.report.known_failures import read_known_failures
from invariants.conformance.report.replays import SCHEMA, Replay, read_replay, write_replay
from invariants.conformance.report.told import failure_told, outcome_told, told
from invariants.conformance.report.verdict import STATUS, Failure, Verdict, failure
from invariants.conformance.vectors.recorded import RecordedPort
from invariants.conformance.vectors.vector_files import read_vectors
from reference.edges.system.output_files import Named, check_folder, check_outputs, write_whole
from reference.errors import BAD_INPUT

A_FILE = click.Path(dir_okay=False, path_type=Path)
A_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option("--replay", type=A_FILE, help="Run the program of this file alone.")
@click.option("--recorded", type=A_FILE, help="Judge these recorded replies in place of a program.")
@click.option("--vectors-only", is_flag=True, help="No random programs.")
@click.option("--deep", is_flag=True, help="Ten times as many programs, and wider networks.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--vectors", "folder", type=A_FOLDER, help="Vector files, in place of the built ones."
)
@click.option("--known-failures", type=A_FILE, help="Vectors that may fail, with reasons.")
@click.option("--failures", type=A_FOLDER, default=Path("conform-failures"), show_default=True)
@click.option("--timeout", type=click.FloatRange(min=0.01), default=10.0, show_default=True)
@click.option("--memory", type=click.IntRange(min=1), default=4096, show_default=True, help="MiB.")
@click.option("--processes", type=click.IntRange(min=1), default=256, show_default=True)
@click.option("--output", type=click.IntRange(min=1), default=1024, show_default=True, help="MiB.")
@click.option("--env", "passed_on", multiple=True, help="Pass this variable on to the port too.")
@click.option("--json", "json_path", type=A_FILE, help="The verdict as JSON.")
@click.option("--junit", "junit_path", type=A_FILE, help="The verdict as JUnit XML.")
@click.option("--self-test", is_flag=True, help="Put the harness itself on trial.")
@click.option("--quiet", is_flag=True, help="The outcome alone.")
def conform(
    command: tuple[str, ...],
    replay: Path | None,
    recorded: Path | None,
    vectors_only: bool,
    deep: bool,
    seed: int,
    folder: Path | None,
    known_failures: Path | None,
    failures: Path,
    timeout: float,
    memory: int,
    processes: int,
    output: int,
    passed_on: tuple[str, ...],
    json_path: Path | None,
    junit_path: Path | None,
    self_test: bool,
    quiet: bool,
) -> int:
    """Hold a port against the reference: firingtree conform -- ./my_port [its arguments].

    Status 0: it conforms. 1: it diverges; the shortest program that shows it is printed and kept.
    2: the port cannot be judged. 3: too little was tested.
    """
    outputs = Outputs(failures, json_path, junit_path, quiet)
    _check_apart(
        ("--self-test", self_test, [("a port", command), ("--recorded", recorded)]),
        ("--replay", replay, [("--recorded", recorded), ("--vectors-only", vectors_only)]),
        ("--replay", replay, [("--json", json_path), ("--junit", junit_path)]),
        ("--deep", deep, [("--vectors-only", vectors_only), ("--replay", replay)]),
        ("--recorded", recorded, [("--deep", deep)]),
    )
    if self_test:
        return _tried(seed)
    if bool(command) == (recorded is not None):
        raise click.UsageError("name the port after --, as in: firingtree conform -- ./my_port")
    outputs.check([("--known-failures", known_failures), ("--recorded", recorded)])
    limits = Limits(timeout, memory << 20, processes, output << 20, passed_on)
    if replay is not None:
        return _replayed(command, limits, read_replay(replay).requests)
    vectors = built() if folder is None else read_vectors(folder)
    known: dict[str, str] = {}
    if known_failures is not None:
        known = read_known_failures(known_failures, {vector.id for vector in vectors.vectors})
    if recorded is not None:
        examination = Examination(greet(RecordedPort(recorded)), VECTORS_ONLY, seed)
        return outputs.finish(examination.run_recorded(vectors, known))
    set_hypothesis_home_dir(os.devnull)  # It keeps nothing: this is the folder of somebody's port.
    plan = VECTORS_ONLY if vectors_only else DEEP if deep else DEFAULT
    with _running(command, limits, failures) as port, _watched(quiet) as watch:
        examination = Examination(greet(port), plan, seed, watch)
        port.talk = examination.talk
        verdict = examination.run(vectors, known, port.trips)
        _part(examination.talk, port)
    return outputs.finish(verdict)


def _check_apart(*rules: tuple[str, object, Sequence[tuple[str, object]]]) -> None:
    """No option is given together with one beside which it would mean nothing."""
    for option, given, others in rules:
        for other, also in others:
            if given and also:
                raise click.UsageError(f"{option} does not go with {other}")


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where a verdict goes."""

    failures: Path
    json: Path | None
    junit: Path | None
    quiet: bool

    def check(self, needed: Sequence[Named]) -> None:
        """All can be written, over nothing that is needed.

        Errors: `output-folder-missing`, `output-collision`.
        """
        check_outputs(needed, [("--json", self.json), ("--junit", self.junit)])
        check_folder("--failures", self.failures)

    def finish(self, verdict: Verdict) -> int:
        """The verdict is told and written, with a replay file for each failure; its status."""
        kept = [self._kept(verdict, failure) for failure in verdict.failures]
        verdict = replace(verdict, failures=kept)
        click.echo(outcome_told(verdict) if self.quiet else "\n".join(told(verdict)))
        if self.json is not None:
            write_whole(self.json, msgspec.json.format(msgspec.json.encode(verdict)) + b"\n")
        if self.junit is not None:
            write_whole(self.junit, junit(verdict))
        return STATUS[verdict.outcome]

    def _kept(self, verdict: Verdict, failure: Failure) -> Failure:
        found = Replay(SCHEMA, verdict.port, failure.found_in, failure.check, failure.requests)
        return replace(failure, replay=str(write_replay(self.failures, found)))


@contextmanager
def _running(command: Sequence[str], limits: Limits, failures: Path) -> Iterator["Resident"]:
    """The port, which does not outlive this; if it breaks, the program that broke it is kept."""
    port = Resident(command, limits)
    try:
        yield port
    except PortError as error:
        talk = port.talk
        port.close()
        if talk is None or not talk.program:
            raise
        program = talk.program
        if isinstance(error, PortEnded):
            program = shortest_crash(command, limits, program)
        found = Replay(SCHEMA, talk.hailed.name, "broken", error.code, program)
        path = write_replay(failures, found)
        click.echo(f"the requests that led there are in {path}", err=True)
        raise
    finally:
        port.close()


def _part(talk: Conversation, port: ProcessPort) -> None:
    """The port has answered bye, and has ended. Errors: `port-lingers`, and the port's own."""
    try:
        talk.ask(Bye())
    except Diverged as refused:
        how = f"answered bye with {refused.divergences[0].found}"
        raise PortLingers(how=how) from refused
    port.part()


class Resident(ProcessPort):
    """A port and, once it has said hello, the conversation with it."""

    talk: Conversation | None = None


def _replayed(command: Sequence[str], limits: Limits, requests: Sequence[AnyRequest]) -> int:
    """The program of a replay file, run once; 1 if it still diverges."""
    port = ProcessPort(command, limits)
    try:
        found = run_program(greet(port), requests)
    finally:
        port.close()
    if found is None:
        click.echo("agrees: every answer of the replayed program is right")
        return STATUS["conforms"]
    click.echo("\n".join(failure_told(failure("replay", found))))
    return STATUS["diverges"]


def _tried(seed: int) -> int:
    """Every planted port, a line each; 2 unless all came to what they had to."""
    failed = count = 0
    for trial in trials(seed, os.cpu_count() or 1):
        shown = "" if trial.requests is None else f" in {trial.requests} requests"
        verdict = "as expected" if trial.passed else f"NOT {trial.expected}"
        click.echo(f"{trial.port:34} {trial.found}{shown}: {verdict}")
        failed, count = failed + (not trial.passed), count + 1
    click.echo(f"{count - failed} of {count} came to what they had to")
    return BAD_INPUT if failed else STATUS["conforms"]


@contextmanager
def _watched(quiet: bool) -> Iterator[Watch]:
    """Progress on the terminal, if there is one: a bar a part."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    )
    tasks: dict[str, TaskID] = {}

    def watch(name: str, begun: int, programs: int) -> None:
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=programs)
        bar.update(tasks[name], completed=begun, total=programs)

    with bar:
        yield watch
