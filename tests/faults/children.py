"""Work in a child of this process, which may be killed there, limited, or lose its terminal.

It is forked, so that nothing has to be imported again.
"""

import ctypes
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, suppress
from io import StringIO
from pathlib import Path
from typing import TextIO

import pytest

from reference.edges.command_line import main, status_of

FAILED = 70
"""Status of a child whose work raised an error, which is then on standard error."""

CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000


def forked(work: Callable[[], int | None]) -> int:
    """The process id of a child that does this work and ends with the status it returns."""
    with warnings.catch_warnings(action="ignore"):  # threads of BLAS: they are not needed there
        child = os.fork()
    if child:
        return child
    status = FAILED
    try:
        status = work() or 0
    except BaseException:
        with suppress(OSError):
            os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(status)


def ended(child: int) -> int:
    """Its status, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def in_child(work: Callable[[], int | None]) -> int:
    """How a child ended that did this work."""
    return ended(forked(work))


def told(arguments: str) -> tuple[int, str]:
    """How `firingtree` ended with these arguments, and what it told on standard error."""
    with redirect_stderr(StringIO()) as errors:
        status = status_of(arguments.split())
    return status, errors.getvalue()


def as_program(arguments: str) -> int:
    """In a child: the program, on whatever its descriptors 1 and 2 are."""
    sys.stdout, sys.stderr = _stream(1), _stream(2)
    sys.argv = ["firingtree", *arguments.split()]
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return FAILED


def _stream(descriptor: int) -> TextIO | None:
    """As Python has it when it starts: none if the descriptor is closed."""
    try:
        return open(descriptor, "w", closefd=False)
    except OSError:
        return None


def mount(folder: Path, options: str) -> None:
    """In a child: a small disk of its own is there, or the one there has these options now."""
    command = ["mount", "-t", "tmpfs", "-o", options, "firingtree", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


def may_mount() -> None:
    """In a child: it may mount, and nobody else sees what."""
    uid = os.geteuid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS if uid == 0 else CLONE_NEWNS | CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    if uid:
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True, capture_output=True)


@pytest.fixture(scope="session")
def mounting(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips where no child may mount a disk of its own."""
    folder = tmp_path_factory.mktemp("disk")

    def attempt() -> int:
        try:
            may_mount()
            mount(folder, "size=64k")
        except (OSError, subprocess.CalledProcessError):
            return 1
        return 0

    if in_child(attempt) != 0:
        pytest.skip("mounting is not permitted here")
