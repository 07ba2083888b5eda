"""A port that is a program: started once, spoken to over pipes, never trusted.

It gets no shell, no descriptor but its three pipes, a session of its own, and limits on time,
memory and the length of a line. Its standard error is read so that it never blocks, and the end of
it kept for diagnoses. Nothing of it survives `close`.
"""

import os
import select
import signal
import subprocess
import time
from array import array
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from errno import ENOENT
from pathlib import Path
from typing import IO

import psutil

from invariants.conformance.messages import LONGEST_LINE
from invariants.conformance.port_errors import (
    PortEnded,
    PortFloods,
    PortLingers,
    PortNotFound,
    PortNotStarted,
    PortSilent,
    PortTooLarge,
)

LOG_KEPT = 1 << 14
"""Bytes of standard error that are kept."""

CHUNK = 1 << 16
"""Bytes read at once."""

LOG_READS = 16
"""Of standard error at the end: as much as a pipe holds."""

WATCH_EVERY = 0.1
"""Seconds between looks at the memory of a port that is at work."""

PARTING = 2.0
"""Seconds that a port has to end after bye."""

PAUSE = 0.02
"""Seconds between looks at whether it has."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a port may take: seconds for one answer, bytes of memory."""

    seconds: float = 10.0
    memory: int = 4 << 30


class ProcessPort:
    """A running program. `trips` are the seconds of its answers, one after another."""

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        """Errors: `port-not-found`, `port-not-executable`."""
        self.command = list(command)
        self.limits = limits
        self.trips = array("d")
        self._received = bytearray()
        self._log = bytearray()
        self._watched = time.monotonic()
        self._process = _started(self.command)
        self._input = _unblocked(self._process.stdin)
        self._output = _unblocked(self._process.stdout)
        self._errors = _unblocked(self._process.stderr)
        self._errors_open = True

    def exchange(self, line: bytes, request: str) -> bytes:
        """The line that answers this one, both with their newlines.

        Errors: `port-silent`, `port-ended`, `port-line-too-long`, `port-memory`, all naming the
        request.
        """
        start = time.perf_counter()
        deadline = time.monotonic() + self.limits.seconds
        waiting = memoryview(line)
        while True:
            if not waiting and (answer := self._line(request)) is not None:
                self.trips.append(time.perf_counter() - start)
                return answer
            waiting = self._turn(waiting, deadline, request)

    def close(self) -> None:
        """Nothing of the port runs any more."""
        family = [self._process.pid]
        with suppress(psutil.Error):
            children = psutil.Process(self._process.pid).children(recursive=True)
            family += [child.pid for child in children]
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for pid in family:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def part(self) -> None:
        """The port, having answered bye, ends by itself; what it still writes is read.

        Errors: `port-lingers`.
        """
        deadline = time.monotonic() + PARTING
        while (status := self._process.poll()) is None:
            if time.monotonic() >= deadline:
                raise PortLingers(self._told(), f"still runs after {PARTING:g} s")
            self._told()
            with suppress(BlockingIOError):
                os.read(self._output, CHUNK)
            time.sleep(PAUSE)
        if status:
            raise PortLingers(self._told(), _how_ended(status))

    def _turn(self, waiting: memoryview, deadline: float, request: str) -> memoryview:
        """Whatever can be written or read now is; what is still to be written is returned."""
        now = time.monotonic()
        if now >= deadline:
            received = bytes(self._received[:200]).decode(errors="replace")
            raise PortSilent(self._told(), request, self.limits.seconds, received)
        if now - self._watched > WATCH_EVERY:
            self._watch_memory(request)
        poll = select.poll()
        poll.register(self._output, select.POLLIN)
        if self._errors_open:
            poll.register(self._errors, select.POLLIN)
        if waiting:
            poll.register(self._input, select.POLLOUT)
        ready = poll.poll(1000 * min(WATCH_EVERY, deadline - now))
        if not ready and self._process.poll() is not None:
            raise self._ended(request)
        for descriptor, _ in ready:
            if descriptor == self._input:
                waiting = self._write(waiting, request)
            elif descriptor == self._output:
                self._read(request)
            else:
                self._read_log()
        return waiting

    def _write(self, waiting: memoryview, request: str) -> memoryview:
        try:
            return waiting[os.write(self._input, waiting[:CHUNK]) :]
        except BlockingIOError:
            return waiting
        except OSError as error:
            raise self._ended(request) from error

    def _read(self, request: str) -> None:
        try:
            found = os.read(self._output, CHUNK)
        except BlockingIOError:
            return
        if not found:
            raise self._ended(request)
        self._received += found

    def _read_log(self) -> None:
        try:
            found = os.read(self._errors, CHUNK)
        except BlockingIOError:
            return
        self._errors_open = bool(found)
        self._log += found
        del self._log[:-LOG_KEPT]

    def _line(self, request: str) -> bytes | None:
        """The next line, if it is there."""
        end = self._received.find(b"\n") + 1
        if (end or len(self._received)) > LONGEST_LINE:
            raise PortFloods(self._told(), request, LONGEST_LINE)
        if not end:
            return None
        line = bytes(self._received[:end])
        del self._received[:end]
        return line

    def _watch_memory(self, request: str) -> None:
        self._watched = time.monotonic()
        with suppress(psutil.Error):
            process = psutil.Process(self._process.pid)
            family = [process, *process.children(recursive=True)]
            found = sum(member.memory_info().rss for member in family)
            if found > self.limits.memory:
                raise PortTooLarge(self._told(), request, found, self.limits.memory)

    def _ended(self, request: str) -> PortEnded:
        try:
            how = _how_ended(self._process.wait(PARTING))
        except subprocess.TimeoutExpired:
            how = "closed a pipe"
        return PortEnded(self._told(), request, how)

    def _told(self) -> str:
        """The end of what the port has written to standard error; it may go on writing."""
        for _ in range(LOG_READS):
            if self._errors_open and select.select([self._errors], [], [], 0)[0]:
                self._read_log()
        return self._log.decode(errors="replace")


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    name = command[0]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            close_fds=True,
            start_new_session=True,
        )
    except OSError as error:
        missing = error.errno == ENOENT and not Path(name).exists()
        if missing:
            raise PortNotFound(command=name) from error
        raise PortNotStarted(command=name, detail=error.strerror or str(error)) from error
    except ValueError as error:
        raise PortNotStarted(command=name, detail=str(error)) from error


def _unblocked(stream: IO[bytes] | None) -> int:
    """The descriptor of a pipe that is asked for, and never waits."""
    if stream is None:
        raise TypeError("the port has three pipes")
    os.set_blocking(stream.fileno(), False)
    return stream.fileno()


def _how_ended(status: int) -> str:
    """In words.

    >>> _how_ended(-11), _how_ended(0)
    ('was ended by SIGSEGV', 'ended with status 0')
    """
    if status >= 0:
        return f"ended with status {status}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-status).name}"
    return f"was ended by signal {-status}"
