"""Files and folders that one command at a time has for itself.

Who has one is told by an advisory lock (`flock`), which goes with its process however that ends.
Where a file system knows no locks, nobody is kept out.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reference.edges.system.output_errors import OutputNotWritten
from reference.edges.system.system_error import why
from reference.errors import FiringtreeError


@contextmanager
def alone_in(folder: Path, busy: FiringtreeError) -> Iterator[None]:
    """The folder exists, and within no other command is at work in it.

    Errors: `busy`, if one is; `output-not-written`.
    """
    try:
        descriptor = _folder_locked(folder)
    except BlockingIOError as error:
        raise busy from error
    except OSError as error:
        raise OutputNotWritten(str(folder), why(error)) from error
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def alone_at(path: Path, busy: FiringtreeError) -> Iterator[None]:
    """Within, no other command is at work on this file: an empty one beside it says so.

    Errors: `busy`, if one is; `output-not-written`.
    """
    target = path.resolve()
    beside = target.with_name(f".{target.name}.firingtree.lock")
    try:
        descriptor = locked(beside, wait=False)
    except BlockingIOError as error:
        raise busy from error
    except OSError as error:
        raise OutputNotWritten(str(path), why(error)) from error
    try:
        yield
    finally:
        with suppress(OSError):
            beside.unlink()
        os.close(descriptor)


def locked(path: Path, wait: bool) -> int:
    """A descriptor of the file, made if there is none, with its lock.

    Errors: `BlockingIOError` if another has it and it is not waited for; `OSError`.
    """
    while True:
        descriptor = _lock_taken(path, os.O_RDWR | os.O_CREAT, wait)
        if descriptor is not None:
            return descriptor


def _folder_locked(folder: Path) -> int:
    """As `locked`, and not waiting, of a folder."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # removed by whoever had it
            descriptor = _lock_taken(folder, os.O_RDONLY | os.O_DIRECTORY, wait=False)
            if descriptor is not None:
                return descriptor


def _lock_taken(path: Path, flags: int, wait: bool) -> int | None:
    """The descriptor; None if the path has meanwhile come to name something else, or nothing."""
    descriptor = os.open(path, flags, 0o666)
    try:
        _lock(descriptor, wait)
        if _is_named(descriptor, path):
            return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _lock(descriptor: int, wait: bool) -> None:
    """Errors: `BlockingIOError` if another has the lock and it is not waited for."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # no locks here
        return


def _is_named(descriptor: int, path: Path) -> bool:
    """Does the path still name this file?"""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
