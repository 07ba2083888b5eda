"""Checkpoints: what a run needs to go on as if it had never stopped.

One file, `state.ckpt`, replaced whole after every step (or, where steps are faster than saving it,
after as many as take as long):

    a line of JSON     configuration, records, firing sets, and the length and SHA-256 of the rest
    numbers            weights (or what is kept in their place), then stored scores, of the neurons
                       that have moved so far
    bytes              the shapes of ordered trees

Neurons that never moved are drawn again from the seed, so a checkpoint costs what the moved neurons
cost. The file depends on nothing but the configuration and the step: an interrupted and resumed run
leaves the same bytes as one that was not. Times are kept beside it, in `seconds.json`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from struct import pack, unpack_from
from time import perf_counter

import msgspec

from reference.counters import Counts, Label
from reference.edges.runs.run_errors import (
    CheckpointDamaged,
    CheckpointExists,
    CheckpointMissing,
)
from reference.edges.setup.configuration import Configuration
from reference.edges.system.output_files import write_whole
from reference.edges.system.system_error import why
from reference.ids import Neuron, Point
from reference.network import Problem
from reference.scalar import S
from reference.training.scores import StoredScores
from reference.training.stopping import Reason
from reference.training.trace import Record
from reference.training.training import Run
from reference.weights import Reading

FORMAT = "firingtree checkpoint 2"
LONGEST = 60.0
"""Seconds without a checkpoint, where steps are faster than saving."""

STATE, SECONDS = "state.ckpt", "seconds.json"

TOLD = {"decisions", "borderline", "output_error", "weight_error_after"}
"""What an observer that reports at all says of each step at least."""

UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""What decoding bytes that are no such JSON can raise."""


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line: all of a run but its numbers. `drifts` goes with `moved`, entry by entry."""

    format: str
    config: Configuration
    data_digest: str
    records: list[Record] = []
    reason: Reason | None = None
    remark: str = ""
    remembered: float | None = None
    checks: dict[str, int] = {}
    reports: list[dict[str, int | float]] = []
    earlier: list[list[int]] | None = None
    moved: list[int] = []
    drifts: list[float] = []
    columns: tuple[int, int] = (0, 0)
    shape: list[int] = []
    payload: int = 0
    sha256: str = ""


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A header, and of each moved neuron its weights (d; n if implicit) and stored scores (n)."""

    path: str
    header: Header
    weights: list[list[float]]
    scores: list[list[float]]
    shape: list[bytes]

    def scores_over(self, columns: Iterable[Sequence[float]]) -> Iterator[Sequence[float]]:
        """Columns of scores, one a point, with the moved neurons' entries as they were stored."""
        for i, column in enumerate(columns):
            current = list(column)
            for r, row in zip(self.header.moved, self.scores, strict=True):
                current[r] = row[i]
            yield current


def save_start(folder: Path, config: Configuration, data_digest: str) -> None:
    """The folder holds a checkpoint of a run that has not begun.

    Errors: `checkpoint-exists`, `output-not-written`.
    """
    if (folder / STATE).exists():
        raise CheckpointExists(str(folder / STATE))
    header = Header(format=FORMAT, config=config, data_digest=data_digest)
    write_whole(folder / STATE, _signed(header, b""))


def discard_start(folder: Path) -> None:
    """The checkpoint of a run that could not begin is gone, and so is the folder if empty."""
    with suppress(OSError):
        (folder / STATE).unlink()
        folder.rmdir()


def save_checkpoint(folder: Path, config: Configuration, data_digest: str, run: Run[float]) -> None:
    """The folder holds a checkpoint of this moment. Errors: `output-not-written`."""
    write_whole(folder / SECONDS, msgspec.json.encode(seconds_by_label(run)))
    write_whole(folder / STATE, _encoded(config, data_digest, run))


def keeper(
    folder: Path | None, config: Configuration, data_digest: str
) -> Callable[[Run[float], bool], None]:
    """What keeps a run's checkpoint in the folder, if there is one, after a step or the last.

    Where steps take less than twice as long as saving, not every step is kept, but one a minute
    is: a process may be stopped while it saves, and a clock may jump.
    """
    saved, took = 0.0, 0.0

    def keep(run: Run[float], last: bool) -> None:
        nonlocal saved, took
        began = perf_counter()
        passed = began - saved
        if folder is not None and (last or not 0 <= passed < min(2 * took, LONGEST)):
            save_checkpoint(folder, config, data_digest, run)
            saved = perf_counter()
            took = saved - began

    return keep


def seconds_by_label(run: Run[S]) -> list[dict[str, float]]:
    """The seconds of each record, by the label's name."""
    return [
        {label.value: round(spent, 6) for label, spent in seconds.items()}
        for seconds in run.seconds
    ]


def load_checkpoint(folder: Path) -> Checkpoint:
    """The checkpoint in the folder. Errors: `checkpoint-missing`, `checkpoint-damaged`."""
    path = folder / STATE
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise CheckpointMissing(str(path)) from error
    except OSError as error:
        raise CheckpointDamaged(str(path), why(error)) from error
    line, _, payload = content.partition(b"\n")
    try:
        header = msgspec.json.decode(line, type=Header)
    except UNDECODABLE as error:
        raise CheckpointDamaged(str(path), f"its first line is cut or altered: {error}") from error
    if header.format != FORMAT:
        raise CheckpointDamaged(str(path), f"its format is {header.format!r}, not {FORMAT!r}")
    if len(payload) != header.payload:
        found = f"{len(payload)} bytes of numbers where {header.payload} were written"
        raise CheckpointDamaged(str(path), found)
    if _digest(header, payload) != header.sha256:
        raise CheckpointDamaged(str(path), "its SHA-256 is not the one written in it")
    _check_parts(path, header)
    return _decoded(path, header, payload)


def check_fits(checkpoint: Checkpoint, problem: Problem[float], held: int) -> None:
    """It tells of a run on this problem by a network that holds so many neurons.

    Errors: `checkpoint-damaged`.
    """
    header, n = checkpoint.header, problem.n
    storing = header.config.method.stores_scores
    implicit = storing and header.config.weights is Reading.IMPLICIT
    columns = (n if implicit else problem.d, n if storing else 0)
    fired = {r for neurons in header.earlier or [] for r in neurons}
    found = ""
    if not set(range(held)).issuperset({*header.moved, *fired}):
        found = f"it tells of neurons that are none of 0 … {held - 1}"
    elif header.moved and header.columns != columns:
        found = f"it keeps {header.columns} numbers of a neuron, not {columns}"
    elif header.shape not in ([], [held] * n):
        found = "the shapes of its trees are those of other trees"
    elif {n} != {
        n,
        *(len(record.fired) for record in header.records),
        len(header.earlier or range(n)),
    }:
        found = f"it tells of more or fewer than {n} points"
    if found:
        raise CheckpointDamaged(checkpoint.path, found)


def load_seconds(folder: Path) -> list[dict[str, float]]:
    """The seconds of each record as far as they are known."""
    try:
        content = (folder / SECONDS).read_bytes()
        return msgspec.json.decode(content, type=list[dict[str, float]])
    except (OSError, *UNDECODABLE):
        return []


def _check_parts(path: Path, header: Header) -> None:
    """The header agrees with itself. Errors: `checkpoint-damaged`."""
    k, (d, n) = len(header.moved), header.columns
    found = ""
    if min(d, n, *header.shape) < 0 or 8 * k * (d + n) + sum(header.shape) != header.payload:
        found = "its numbers are not as many as it says"
    elif header.moved != sorted(set(header.moved)) or len(header.drifts) != k:
        found = "the neurons that moved are not in order, or not as many as their drifts"
    elif not all(report.keys() >= TOLD for report in header.reports):
        found = "a report leaves out what a summary tells"
    elif any(not _counts_all(record) for record in header.records):
        found = "a record does not count every kind of operation"
    if found:
        raise CheckpointDamaged(str(path), found)


def _counts_all(record: Record) -> bool:
    """Each label has its counts, and no other."""
    kinds = Counts().as_dict().keys()
    labels = {label.value for label in Label}
    return record.operations.keys() == labels and all(
        counts.keys() == kinds for counts in record.operations.values()
    )


# ---- bytes ---------------------------------------------------------------------------------------


def _encoded(config: Configuration, data_digest: str, run: Run[float]) -> bytes:
    trainer, scores = run.trainer, run.trainer.scores
    moved = sorted(trainer.network.weights.moved)
    kept = [trainer.network.weights.kept(r) for r in moved]
    weights = [number for numbers in kept for number in numbers]
    stored: list[float] = []
    shape: list[bytes] = []
    if isinstance(scores, StoredScores):
        columns = [scores.at(Point(i), moved) for i in range(trainer.problem.n)]
        stored = [score for row in zip(*columns, strict=True) for score in row]
        shape = scores.search.shape()
    numbers = pack(f"<{len(weights) + len(stored)}d", *weights, *stored)
    payload = numbers + b"".join(shape)
    memory = run.observer.memory()
    header = Header(
        format=FORMAT,
        config=config,
        data_digest=data_digest,
        records=run.records,
        reason=run.reason,
        remark=run.remark,
        remembered=trainer.rule.remembered,
        checks=dict(run.observer.checks()),
        reports=[dict(report) for report in run.observer.reports()],
        earlier=None if run.earlier is None else [list(s) for s in run.earlier.by_point],
        moved=list(moved),
        drifts=[memory.get(r, 0.0) for r in moved],
        columns=(len(kept[0]) if kept else 0, trainer.problem.n if stored else 0),
        shape=[len(part) for part in shape],
        payload=len(payload),
    )
    return _signed(header, payload)


def _signed(header: Header, payload: bytes) -> bytes:
    """The whole file."""
    signed = msgspec.structs.replace(header, sha256=_digest(header, payload))
    return msgspec.json.encode(signed) + b"\n" + payload


def _digest(header: Header, payload: bytes) -> str:
    """SHA-256 of the header without its digest, and of the payload."""
    state = sha256(msgspec.json.encode(msgspec.structs.replace(header, sha256="")))
    state.update(payload)
    return state.hexdigest()


def _decoded(path: Path, header: Header, payload: bytes) -> Checkpoint:
    """The parts of a payload whose digest is right."""
    d, n = header.columns
    k = len(header.moved)
    numbers = k * (d + n)
    values: Sequence[float] = unpack_from(f"<{numbers}d", payload)
    stored = values[k * d :]
    rest = payload[8 * numbers :]
    shape: list[bytes] = []
    for length in header.shape:
        shape.append(rest[:length])
        rest = rest[length:]
    return Checkpoint(
        path=str(path),
        header=header,
        weights=[list(values[d * index : d * (index + 1)]) for index in range(k)],
        scores=[list(stored[n * index : n * (index + 1)]) for index in range(k)],
        shape=shape,
    )


def drifts(header: Header) -> dict[Neuron, float]:
    """What the observer remembered of each moved neuron."""
    return {Neuron(r): drift for r, drift in zip(header.moved, header.drifts, strict=True)}
