"""Files appear whole or not at all: written aside, flushed to the disk, renamed."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from reference.edges.system.exclusive import locked
from reference.edges.system.output_errors import (
    OutputCollision,
    OutputFolderMissing,
    OutputNotWritten,
)
from reference.edges.system.request_errors import OutOfRange
from reference.edges.system.system_error import why

FORMATS = ("png", "svg", "pdf")
"""What a picture's path may end with."""

Named = tuple[str, Path | None]
"""An option, and the path that it names, if any."""


def write_whole(path: Path, content: bytes) -> None:
    """The file holds this content; if that cannot be done, it holds what it held before.

    A link goes on pointing where it did. Errors: `output-not-written`.
    """
    try:
        target = path.resolve()
        with _aside(target) as (file, aside):
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            aside.replace(target)
    except OSError as error:
        raise OutputNotWritten(str(path), why(error)) from error


def check_outputs(needed: Sequence[Named], files: Sequence[Named]) -> None:
    """The files can be written, over nothing that is needed; a `--plot` is of a known format.

    Errors: `output-folder-missing`, `output-collision`, `out-of-range`.
    """
    check_apart([*needed, *files])
    for option, path in files:
        if path is not None:
            check_writable(option, path)
            if option == "--plot" and path.suffix[1:].lower() not in FORMATS:
                raise OutOfRange(option, f"a path ending in {', '.join(FORMATS)}", str(path))


def check_writable(option: str, path: Path) -> None:
    """A file can be written there: one has been, aside, and is gone again.

    Errors: `output-folder-missing`.
    """
    try:
        target = path.resolve()
        if not target.parent.is_dir():
            found = f"the folder {path.parent} does not exist"
            raise OutputFolderMissing(option, str(path), found)
        if target.exists() and not target.is_file():
            found = "this is a folder or a device, expected the name of a file"
            raise OutputFolderMissing(option, str(path), found)
        with _aside(target):
            pass
    except OSError as error:
        raise OutputFolderMissing(option, str(path), why(error)) from error


def check_apart(paths: Sequence[Named]) -> None:
    """No two of these options name the same file. Errors: `output-collision`."""
    named: dict[Path, str] = {}
    for option, path in paths:
        if path is not None:
            earlier = named.setdefault(path.resolve(), option)
            if earlier != option:
                raise OutputCollision(option, earlier, str(path))


@contextmanager
def _aside(target: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """An empty file that no other command writes, under a name that no user gives.

    It is gone afterwards unless it was given another name. Who writes the same target meanwhile
    waits. Errors: `OSError`.
    """
    path = target.with_name(f".{target.name}.firingtree.partial")
    with os.fdopen(locked(path, wait=True), "wb") as file:
        held = os.fstat(file.fileno())
        try:
            file.truncate()
            yield file, path
        finally:
            with suppress(OSError):
                if os.path.samestat(path.stat(), held):
                    path.unlink()


def check_folder(option: str, folder: Path) -> None:
    """The folder is one and can be written, or can be made. Errors: `output-folder-missing`."""
    try:
        standing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    except OSError as error:
        raise OutputFolderMissing(option, str(folder), why(error)) from error
    if not standing.is_dir():
        raise OutputFolderMissing(option, str(folder), f"{standing} is a file, expected a folder")
    if not os.access(standing, os.W_OK):
        raise OutputFolderMissing(option, str(folder), f"{standing} cannot be written")
