"""A program that is not trusted, started by a warden that lets nothing of it survive.

It has no shell, no descriptor but its three pipes, a session of its own, and an environment that
says how programs are found and how they compute, and no more. What it may take is bounded twice: by
the system, process by process, and by looks at all of them together.

What this keeps out is carelessness and crashes, on Linux also processes that mean to stay. It is no
sandbox: the program runs as its user does, and may read, write and kill what that user may. If it
kills the warden, what had been seen of it by then is still ended. Without Linux, processes that
leave its process group are ended only if they had been seen.
"""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from errno import ENOENT
from pathlib import Path

import psutil

from invariants.conformance.answering.port_errors import PortNotFound, PortNotStarted

WARDEN = Path(__file__).with_name("warden.py")

PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE")
"""Variables that every program is given, if they are set."""

PASSED_ON_BY_PREFIX = ("LC_", "LD_LIBRARY", "DYLD_LIBRARY", "CUDA_", "OMP_", "OPENBLAS_", "MKL_")
"""And beginnings of others: languages, shared libraries, how numbers are computed."""

PARTING = 60.0
"""Seconds that a warden has to end everything."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a port may take: seconds for one answer; bytes of memory, processes, and bytes written,
    of all its processes together. `passed_on` are names of variables, beside the usual ones.
    """

    seconds: float = 10.0
    memory: int = 4 << 30
    processes: int = 256
    output: int = 1 << 30
    passed_on: tuple[str, ...] = ()


class WardedProcess:
    """The program: descriptors of its pipes, none of which waits, and how it ended."""

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        """Errors: `port-not-found`, `port-not-executable`."""
        self._seen: list[psutil.Process] = []
        self._status: int | None = None
        self.lost = False
        self._told = b""
        self._ear, other = socket.socketpair()
        try:
            self._warden = _warden(command, limits, other)
        except (OSError, ValueError) as error:
            self._ear.close()
            raise PortNotStarted(command=command[0], detail=str(error)) from error
        finally:
            other.close()
        pipes = (self._warden.stdin, self._warden.stdout, self._warden.stderr)
        self._pipes = [pipe for pipe in pipes if pipe is not None]
        self._await_start(command[0])
        for pipe in self._pipes:
            os.set_blocking(pipe.fileno(), False)
        self.input, self.output, self.errors = (pipe.fileno() for pipe in self._pipes)

    def status(self, patience: float = 0.0) -> int | None:
        """What it ended with, −N for signal N; None if it runs on for so many seconds.

        `lost` is true afterwards if only this is known: nobody was left to say how it ended.
        """
        if self._status is None and self._heard(patience):
            self._hear()
        return self._status

    def family(self) -> list[psutil.Process]:
        """All its processes that run now."""
        now: list[psutil.Process] = []
        with suppress(psutil.Error):
            now = psutil.Process(self._warden.pid).children(recursive=True)
        self._seen = now + [one for one in self._seen if one not in now and one.is_running()]
        return now

    def end(self) -> None:
        """Nothing of it runs any more, its pipes are closed."""
        self.family()
        self._ear.close()
        with suppress(ProcessLookupError):
            self._warden.send_signal(signal.SIGCONT)
        try:
            self._warden.wait(PARTING)
        except subprocess.TimeoutExpired:
            self._warden.kill()
            self._warden.wait()
        for one in self._seen:
            with suppress(psutil.Error):
                one.kill()
        for pipe in self._pipes:
            with suppress(OSError):
                pipe.close()

    def _await_start(self, name: str) -> None:
        """The program runs. Errors: as of `__init__`."""
        while b"\n" not in self._told and self._status is None:
            self._hear()
        first, _, self._told = self._told.partition(b"\n")
        word, number = (first.split() or [b"lost"])[0], int(first.split()[-1] if first else 0)
        if word == b"started":
            return
        self.end()
        if word == b"lost":
            raise PortNotStarted(command=name, detail="the process that starts it was ended")
        if number == ENOENT and not Path(name).exists():
            raise PortNotFound(command=name)
        raise PortNotStarted(command=name, detail=os.strerror(number))

    def _heard(self, patience: float) -> bool:
        return b"\n" in self._told or bool(select.select([self._ear], [], [], patience)[0])

    def _hear(self) -> None:
        """What the warden says next, or that it is gone."""
        if b"\n" not in self._told:
            said = self._ear.recv(1 << 8)
            self._told += said
            if not said:
                self.lost, self._status = True, -signal.SIGKILL
        if self._told.startswith(b"ended ") and self._told.endswith(b"\n"):
            self._status = int(self._told.split()[1])


def environment(passed_on: Sequence[str]) -> dict[str, str]:
    """What of this process's environment a program is given."""
    names = {*PASSED_ON, *passed_on}
    return {
        name: value
        for name, value in os.environ.items()
        if name in names or name.startswith(PASSED_ON_BY_PREFIX)
    }


def _warden(
    command: Sequence[str], limits: Limits, other: socket.socket
) -> subprocess.Popen[bytes]:
    """A warden that starts the program."""
    numbers = [str(number) for number in (other.fileno(), limits.memory, limits.output)]
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(WARDEN), *numbers, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=environment(limits.passed_on),
        pass_fds=[other.fileno()],
        start_new_session=True,
    )
