"""A port that is a program: started once, spoken to over pipes, never trusted.

It has limits on time, memory, processes, bytes written and the length of a line. Its standard error
is read so that it never blocks, and the end of it kept for diagnoses. Nothing of it survives
`close`; see `warded_process`.
"""

import os
import select
import signal
import time
from array import array
from collections.abc import Sequence
from contextlib import suppress

import psutil

from invariants.conformance.answering.port_errors import (
    PortEnded,
    PortError,
    PortFloods,
    PortLingers,
    PortMultiplies,
    PortSilent,
    PortTooLarge,
    PortWrites,
)
from invariants.conformance.answering.warded_process import Limits, WardedProcess
from invariants.conformance.protocol.messages import LONGEST_LINE

LOG_KEPT = 1 << 14
"""Bytes of standard error that are kept."""

CHUNK = 1 << 16
"""Bytes read at once."""

LOG_READS = 16
"""Of standard error at the end: as much as a pipe holds."""

WATCH_EVERY = 0.1
"""Seconds between looks at what a port that is at work has taken."""

PARTING = 2.0
"""Seconds that a port has to end after bye."""

PAUSE = 0.02
"""Seconds between looks at whether it has."""


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
        self._process = WardedProcess(self.command, limits)
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
        self._process.end()

    def part(self) -> None:
        """The port, having answered bye, ends by itself; what it still writes is read.

        Errors: `port-lingers`.
        """
        deadline = time.monotonic() + PARTING
        while (status := self._process.status()) is None:
            if time.monotonic() >= deadline:
                raise PortLingers(self._told(), f"still runs after {PARTING:g} s")
            self._told()
            with suppress(BlockingIOError):
                os.read(self._process.output, CHUNK)
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
            self._watch(request)
        poll = select.poll()
        poll.register(self._process.output, select.POLLIN)
        if self._errors_open:
            poll.register(self._process.errors, select.POLLIN)
        if waiting:
            poll.register(self._process.input, select.POLLOUT)
        ready = poll.poll(1000 * min(WATCH_EVERY, deadline - now))
        if not ready and self._process.status() is not None:
            raise self._ended(request)
        for descriptor, _ in ready:
            if descriptor == self._process.input:
                waiting = self._write(waiting, request)
            elif descriptor == self._process.output:
                self._read(request)
            else:
                self._read_log()
        return waiting

    def _write(self, waiting: memoryview, request: str) -> memoryview:
        try:
            return waiting[os.write(self._process.input, waiting[:CHUNK]) :]
        except BlockingIOError:
            return waiting
        except OSError as error:
            raise self._ended(request) from error

    def _read(self, request: str) -> None:
        try:
            found = os.read(self._process.output, CHUNK)
        except BlockingIOError:
            return
        if not found:
            raise self._ended(request)
        self._received += found
        if len(self._received) > LONGEST_LINE + CHUNK:
            raise PortFloods(self._told(), request, LONGEST_LINE)

    def _read_log(self) -> None:
        try:
            found = os.read(self._process.errors, CHUNK)
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

    def _watch(self, request: str) -> None:
        self._watched = time.monotonic()
        family = self._process.family()
        if len(family) > self.limits.processes:
            raise PortMultiplies(self._told(), request, len(family), self.limits.processes)
        memory = written = 0
        for one in family:
            with suppress(psutil.Error):
                memory += one.memory_info().rss
                written += _written(one)
        if memory > self.limits.memory:
            raise PortTooLarge(self._told(), request, memory, self.limits.memory)
        if written > self.limits.output:
            raise PortWrites(self._told(), request, self.limits.output)

    def _ended(self, request: str) -> PortError:
        status = self._process.status(PARTING)
        if status == -signal.SIGXFSZ:
            return PortWrites(self._told(), request, self.limits.output)
        how = "closed a pipe" if status is None else _how_ended(status)
        if self._process.lost:
            how = "ended the process that watched over it"
        return PortEnded(self._told(), request, how)

    def _told(self) -> str:
        """The end of what the port has written to standard error; it may go on writing."""
        for _ in range(LOG_READS):
            if self._errors_open and select.select([self._process.errors], [], [], 0)[0]:
                self._read_log()
        return self._log.decode(errors="replace")


def _written(process: psutil.Process) -> int:
    """Bytes that it has written, where the system counts them."""
    counters = getattr(process, "io_counters", None)
    return int(getattr(counters(), "write_chars", 0)) if counters else 0


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
