"""Parsers of the reference's edges: data files, checkpoints, dumps, sweeps, lists of numbers."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np

from reference.edges.data.points import Dataset, choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.checkpoint import SECONDS, STATE, load_checkpoint, load_seconds
from reference.edges.runs.network_file import network_file, whole_weights
from reference.edges.runs.observers import observer
from reference.edges.runs.replay import read_dump, write_dump
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.grid import members
from reference.edges.sweep.number_lists import decimals, integers, widths
from reference.edges.sweep.run_record import RunRecord, decoded, version_here
from reference.edges.sweep.sweep_folder import SHEET, opened
from reference.edges.sweep.trial import trial
from reference.edges.system.option_lists import between_commas
from reference.errors import FiringtreeError
from reference.training.method import Method
from reference.violation import Violation
from tests.commands import DATA
from tests.fuzz.archive_mutants import altered_archive
from tests.fuzz.json_mutants import altered_json
from tests.fuzz.signatures import altered_checkpoint, altered_record
from tests.fuzz.small_run import STRUCTURES, configuration, dataset, kept
from tests.fuzz.target import Target, written
from tests.fuzz.text_mutants import altered_cells, text_of

# ---- data files ----------------------------------------------------------------------------------


def _read_table(path: Path, target: str | None) -> None:
    table = load_table(str(path), target)
    for norms in ("unit", "kept"):
        choose_points(table, min(4, len(table.labels)), 0, norms)


def read_csv(folder: Path, content: bytes) -> None:
    """As `--data` is, with and without a `--target`."""
    path = written(folder, "table.csv", content)
    for target in (None, "label"):
        with_name(path, target)


def with_name(path: Path, target: str | None) -> None:
    """Only the last error is told: a file without a header has no column of this name."""
    try:
        _read_table(path, target)
    except FiringtreeError as error:
        str(error).encode()
        if target is None:
            raise


def read_npz(folder: Path, content: bytes) -> None:
    """As `--data` is, with and without a `--target`."""
    path = written(folder, "table.npz", content)
    with_name(path, "label")
    with_name(path, None)


def csv_seeds(folder: Path) -> Sequence[bytes]:
    """With and without a header, quoted, and with other line ends."""
    del folder
    header, quoted = "height,weight,age,label\n", '"1"," 2 ",-1,0\n2,"1",0,1\n1.0,1e0,1,"0"\n'
    texts = (DATA, header + DATA, "\ufeff" + DATA.replace("\n", "\r\n"), quoted)
    return [text.encode() for text in texts]


def npz_seeds(folder: Path) -> Sequence[bytes]:
    """A table, a table and labels, several vectors; and a pickled array, which is never read."""
    del folder
    table = np.array([[float(cell) for cell in line.split(",")] for line in DATA.split()])
    points, labels = table[:, :3], table[:, 3]
    pickled = np.array([[1, 2], [3, None]], dtype=object)
    return [
        _archive(table=table),
        _archive(points=points, label=labels),
        _archive(points=points.astype(np.float32), label=labels.astype(np.int8), other=labels),
        _archive(points=np.asfortranarray(points), label=labels > 0),
        _archive(points=pickled, label=labels),
    ]


def _archive(**arrays: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> bytes:
    content = BytesIO()
    np.savez(content, allow_pickle=True, **arrays)
    return content.getvalue()


# ---- runs ----------------------------------------------------------------------------------------


@cache
def _data(folder: Path) -> Dataset:
    return dataset(folder)


def read_checkpoint(folder: Path, content: bytes) -> None:
    """As `--resume` does; a run of the small problem then takes a step."""
    written(folder, STATE, content)
    start = load_checkpoint(folder)
    config, data = start.header.config, _data(folder)
    config.check()
    derived(config)
    small = (config.width, config.points) == (64, 4) and config.engine == "plain"
    if small and config.method.solves and start.header.data_digest == data.digest:
        run = build_run(config, data.problem, observer(config.invariants), start)
        if run.reason is None:
            run.step()


def derived(config: Configuration) -> Sequence[object]:
    """What follows from a configuration that was checked."""
    return (config.shift, config.limits, config.search, config.batches, config.sketch_choice)


def checkpoint_seeds(folder: Path) -> Sequence[bytes]:
    """One for each structure."""
    return [(kept(folder, name) / STATE).read_bytes() for name in STRUCTURES]


def read_seconds(folder: Path, content: bytes) -> None:
    """As `--resume` does."""
    written(folder, SECONDS, content)
    load_seconds(folder)


def seconds_seeds(folder: Path) -> Sequence[bytes]:
    """Of a run."""
    return [(kept(folder, "tournament") / SECONDS).read_bytes()]


def read_violation(folder: Path, content: bytes) -> None:
    """As `--replay` does."""
    found = read_dump(written(folder, "dump.json", content))
    assert found.dataset.problem.n == len(found.labels)


def violation_seeds(folder: Path) -> Sequence[bytes]:
    """A dump of a violation that was made up."""
    path = folder / "dump.json"
    told = Violation("tournament/inner-node", "An inner node is the larger.", "node 1", "1", "2")
    write_dump(path, configuration(), dataset(folder), 1, [told])
    return [path.read_bytes()]


def read_network(folder: Path, content: bytes) -> None:
    """As a reader of `--network` does."""
    del folder
    whole_weights(content, np.zeros((64, 3)))


def network_seeds(folder: Path) -> Sequence[bytes]:
    """The network of the small run."""
    config = configuration()
    run = build_run(config, dataset(folder).problem, observer("off"))
    run.step()
    return [network_file(run)]


# ---- sweeps --------------------------------------------------------------------------------------


def read_record(folder: Path, content: bytes) -> None:
    """As a sweep does that goes on; the configuration of what is read is checked besides."""
    path = folder / "record.json"
    try:
        decoded(path, content, configuration())
    finally:
        _check(path, content)


def _check(path: Path, content: bytes) -> None:
    try:
        config = msgspec.json.decode(content, type=RunRecord).config
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return
    found = decoded(path, content, config)
    found.config.check()
    derived(found.config)
    str(found.outcome.kind).encode()


def record_seeds(folder: Path) -> Sequence[bytes]:
    """A run that was made, and one that was refused."""
    table = str(written(folder, "small.csv", DATA.encode()))
    configs = [msgspec.structs.replace(configuration(), data=name) for name in (table, "none.csv")]
    records = [RunRecord(version=version_here(), config=one, outcome=trial(one)) for one in configs]
    records.append(replace_config(records[0], configuration()))
    return [record.signed().encoded() for record in records]


def replace_config(record: RunRecord, config: Configuration) -> RunRecord:
    """The same outcome of another configuration."""
    return msgspec.structs.replace(record, config=config)


def read_sheet(folder: Path, content: bytes) -> None:
    """As `firingtree sweep` opens a folder."""
    place = folder / "sweep"
    (place / "runs").mkdir(parents=True, exist_ok=True)
    written(place, SHEET, content)
    with opened(place):
        pass


def sheet_seeds(folder: Path) -> Sequence[bytes]:
    """Of a new folder."""
    with opened(folder / "new"):
        return [(folder / "new" / SHEET).read_bytes()]


def read_lists(folder: Path, content: bytes) -> None:
    """As options of a grid are read, each kind in its turn."""
    del folder
    text = content.decode(errors="replace")
    errors = list[FiringtreeError]()
    for read in (integers, widths, decimals, between_commas, _methods):
        try:
            read("--option", text)
        except FiringtreeError as error:
            str(error).encode()
            errors.append(error)
    if len(errors) == 5:
        raise errors[0]


def _methods(option: str, text: str) -> Sequence[Method]:
    return members(option, text, Method)


def list_seeds(folder: Path) -> Sequence[bytes]:
    """What the options' help names."""
    del folder
    texts = ("16,32", "0..9", "16..64:16", "4096", "2^12..2^30:2", "0.2..0.6:0.05", "live,sgd")
    return [text.encode() for text in texts]


TARGETS = (
    Target("csv", read_csv, csv_seeds, altered_cells),
    Target("npz", read_npz, npz_seeds, altered_archive),
    Target("checkpoint", read_checkpoint, checkpoint_seeds, altered_checkpoint),
    Target("seconds", read_seconds, seconds_seeds, altered_json),
    Target("dump", read_violation, violation_seeds, altered_json),
    Target("network", read_network, network_seeds, altered_archive),
    Target("sweep-record", read_record, record_seeds, altered_record),
    Target("sweep-sheet", read_sheet, sheet_seeds, altered_json),
    Target("lists", read_lists, list_seeds, text_of(",", "..", ":", "^", "2^", "e", "-", "live")),
)
