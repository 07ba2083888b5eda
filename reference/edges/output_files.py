"""Files appear whole or not at all: written aside, flushed to the disk, renamed."""

import os
from contextlib import suppress
from pathlib import Path

from reference.edges.input_errors import OutputFolderMissing, OutputNotWritten


def write_whole(path: Path, content: bytes) -> None:
    """The file holds this content; if that cannot be done, it holds what it held before.

    Errors: `output-not-written`.
    """
    aside = path.with_name(path.name + ".partial")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise OutputNotWritten(str(path), error.strerror or str(error)) from error


def check_writable(option: str, path: Path) -> None:
    """A file can be written there: one has been, aside, and is gone again.

    Errors: `output-folder-missing`.
    """
    try:
        if not path.parent.is_dir():
            found = f"the folder {path.parent} does not exist"
            raise OutputFolderMissing(option, str(path), found)
        if path.is_dir():
            raise OutputFolderMissing(option, str(path), "this is a folder, expected a file name")
        aside = path.with_name(path.name + ".partial")
        aside.touch()
        aside.unlink()
    except OSError as error:
        raise OutputFolderMissing(option, str(path), error.strerror or str(error)) from error


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
