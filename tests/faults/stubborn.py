"""As a program: a worker of ours in a call that lets no thread of Python run, as solvers make."""

import ctypes
from pathlib import Path

from reference.edges.system.local_workers import do_locally


def stubborn(_: int) -> None:
    """A minute of it; the file `busy` says that it has begun."""
    Path("busy").touch()
    ctypes.PyDLL(None).sleep(60)


if __name__ == "__main__":
    list(do_locally([0], stubborn, 1, lambda: False))
