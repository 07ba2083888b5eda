"""The folder of a sweep: `sweep.json` says what it is, `runs/` has a record for each run.

A record is there whole or not at all, so whatever ends a sweep loses only the runs under way.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.outcome import Outcome
from reference.edges.sweep.run_record import (
    FORMAT,
    Heading,
    RunRecord,
    check_heading,
    decoded,
    digest,
    version_here,
)
from reference.edges.sweep.sweep_errors import (
    SweepDataChanged,
    SweepFolderBusy,
    SweepFolderForeign,
    SweepRecordDamaged,
)
from reference.edges.system.exclusive import alone_in
from reference.edges.system.output_errors import OutputNotWritten
from reference.edges.system.output_files import check_folder, write_whole
from reference.edges.system.system_error import why

SHEET, RUNS = "sweep.json", "runs"


@dataclass(frozen=True, slots=True)
class SweepFolder:
    """A folder of records."""

    path: Path

    def place(self, config: Configuration) -> Path:
        """Where the record of this configuration is, or will be."""
        return self.path / RUNS / f"{digest(config)}.json"

    def found(self, config: Configuration, data_sha256: str) -> RunRecord | None:
        """The record of this configuration, if there is one.

        Errors: `sweep-version`, `sweep-record-damaged`; `sweep-data-changed` if it is of other data
        than these.
        """
        path = self.place(config)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SweepRecordDamaged(str(path), why(error)) from error
        record = decoded(path, content, config)
        if record.outcome.data_sha256 != data_sha256:
            raise SweepDataChanged(config.data, f"the record {path}")
        return record

    def keep(self, config: Configuration, outcome: Outcome) -> RunRecord:
        """The record of this outcome, which is in the folder. Errors: `output-not-written`."""
        record = RunRecord(version=version_here(), config=config, outcome=outcome).signed()
        write_whole(self.place(config), record.encoded())
        return record


@contextmanager
def opened(path: Path) -> Iterator[SweepFolder]:
    """The folder of a sweep, made if there is none, and nobody else's meanwhile.

    What was made here is gone again if no record came into it. Errors: `output-folder-missing`,
    `sweep-folder-foreign`, `sweep-version`, `sweep-folder-busy`, `output-not-written`.
    """
    check_folder("DIR", path)
    _check_sheet(path)
    parts = (path / RUNS, path / SHEET, path, *path.parents)
    missing = [part for part in parts if not part.exists()]
    with alone_in(path, SweepFolderBusy(str(path))):
        try:
            _make(path)
            yield SweepFolder(path)
        finally:
            _discard(path, missing)


def _make(path: Path) -> None:
    """The folder's parts exist. Errors: `output-not-written`."""
    try:
        (path / RUNS).mkdir(exist_ok=True)
    except OSError as error:
        raise OutputNotWritten(str(path), why(error)) from error
    if not (path / SHEET).exists():
        heading = Heading(FORMAT, version_here())
        write_whole(path / SHEET, msgspec.json.encode(heading) + b"\n")


def _check_sheet(path: Path) -> None:
    """The folder is a sweep's of this version, or empty but for what was left half-made.

    Errors: `sweep-folder-foreign`, `sweep-version`.
    """
    sheet = path / SHEET
    try:
        if sheet.exists():
            check_heading(sheet, sheet.read_bytes())
            return
        here = list(path.iterdir()) if path.exists() else []
    except SweepRecordDamaged as error:
        raise SweepFolderForeign(str(path), f"its {SHEET} is no sweep's") from error
    except OSError as error:
        raise SweepFolderForeign(str(path), why(error)) from error
    others = [
        each.name
        for each in here
        if not each.name.endswith(".firingtree.partial") and not _is_empty_runs(each)
    ]
    if others:
        raise SweepFolderForeign(str(path), f"it has no {SHEET}, but {min(others)}")


def _is_empty_runs(place: Path) -> bool:
    """Is this where records will be, without any?"""
    return place.name == RUNS and place.is_dir() and not any(place.iterdir())


def _discard(path: Path, made: Sequence[Path]) -> None:
    """What was made here is gone, if no record came into it."""
    runs = path / RUNS
    with suppress(OSError):
        if runs.exists() and any(runs.iterdir()):
            return
        for part in made:
            if part == path / SHEET:
                part.unlink()
            else:
                part.rmdir()
