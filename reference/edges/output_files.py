"""Files appear whole or not at all: written aside, flushed to the disk, renamed."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from reference.edges.input_errors import (
    OutOfRange,
    OutputCollision,
    OutputFolderMissing,
    OutputNotWritten,
)

FORMATS = ("png", "svg", "pdf")
"""What a picture's path may end with."""

Named = tuple[str, Path | None]
"""An option, and the path that it names, if any."""


def write_whole(path: Path, content: bytes) -> None:
    """The file holds this content; if that cannot be done, it holds what it held before.

    A link goes on pointing where it did. Errors: `output-not-written`.
    """
    target = path.resolve()
    aside = _aside(target)
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise OutputNotWritten(str(path), error.strerror or str(error)) from error


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
        _aside(target).touch()
        _aside(target).unlink()
    except OSError as error:
        raise OutputFolderMissing(option, str(path), error.strerror or str(error)) from error


def check_apart(paths: Sequence[Named]) -> None:
    """No two of these options name the same file. Errors: `output-collision`."""
    named: dict[Path, str] = {}
    for option, path in paths:
        if path is not None:
            earlier = named.setdefault(path.resolve(), option)
            if earlier != option:
                raise OutputCollision(option, earlier, str(path))


def _aside(target: Path) -> Path:
    """Where a file is written before it takes its name: a name that no user gives."""
    return target.with_name(f".{target.name}.firingtree.partial")


def check_folder(option: str, folder: Path) -> None:
    """The folder is one and can be written, or can be made. Errors: `output-folder-missing`."""
    try:
        standing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    except OSError as error:
        raise OutputFolderMissing(option, str(folder), error.strerror or str(error)) from error
    if not standing.is_dir():
        raise OutputFolderMissing(option, str(folder), f"{standing} is a file, expected a folder")
    if not os.access(standing, os.W_OK):
        raise OutputFolderMissing(option, str(folder), f"{standing} cannot be written")
