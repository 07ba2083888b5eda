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
    """A file can be written there. Errors: `output-folder-missing`."""
    folder = path.parent
    if not folder.is_dir():
        raise OutputFolderMissing(option, str(path), f"the folder {folder} does not exist")
    if path.is_dir():
        raise OutputFolderMissing(option, str(path), "this is a folder, expected a file name")
    if not os.access(folder, os.W_OK):
        raise OutputFolderMissing(option, str(path), f"the folder {folder} cannot be written")


def check_folder(option: str, folder: Path) -> None:
    """The folder exists, or has been made now. Errors: `output-folder-missing`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputFolderMissing(option, str(folder), error.strerror or str(error)) from error
    if not os.access(folder, os.W_OK):
        raise OutputFolderMissing(option, str(folder), "this folder cannot be written")
