"""What stands between the harness and a port: a process that ends whatever the port has started.

    harness ───────── three pipes ─────────┐
       │  starts, and tells when to end    │
    warden ──── starts, limits, ends ──── port ──── whatever the port starts, and that starts

Run as a file, with nothing of ours on its path: `python -I -S warden.py SOCKET MEMORY OUTPUT
COMMAND …`. On Linux it adopts every orphan below it, so that neither a second fork nor a session of
its own lets a process get away; elsewhere it can end only the port's own process group. It ends all
of them when the harness closes the socket or is gone, however that came about.

What it says on its socket: `started PID`, or `failed ERRNO`; then `ended STATUS`.
"""

import ctypes
import os
import resource
import select
import signal
import sys
import time
from contextlib import suppress
from errno import EINVAL
from pathlib import Path

SET_PARENT_DEATH_SIGNAL, SET_CHILD_SUBREAPER = 1, 36
"""Of Linux's prctl."""

NO_CORE = 0
"""Bytes of memory dumps."""

PAUSE = 0.005
"""Seconds between looks at who is left."""

PATIENCE = 10.0
"""Seconds after which a process that even SIGKILL does not end is left to the system."""

OVERSHOOT = 2
"""A single process is refused memory beyond so many times what is allowed to all."""


def main(number: str, memory: str, output: str, *command: str) -> None:
    """Start the port, tell how it ends, and leave nothing of it."""
    harness = int(number)
    os.set_inheritable(harness, False)
    awake = _woken_by_children()
    _prctl(SET_CHILD_SUBREAPER, 1)
    port, fault = _started(list(command), OVERSHOOT * int(memory), int(output))
    _let_go_of_the_pipes()
    _say(harness, f"failed {fault}" if fault else f"started {port}")
    while not fault and _harness_waits(harness, awake):
        for pid, status in _reaped():
            if pid == port:
                _say(harness, f"ended {os.waitstatus_to_exitcode(status)}")
    _end_all(port)


def _started(command: list[str], memory: int, output: int) -> tuple[int, int]:
    """The port's process, and the errno with which it could not be started, if so."""
    told, tells = os.pipe()
    warden = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            _confine(memory, output, warden)
            os.execvp(command[0], command)
        except (OSError, ValueError) as error:
            os.write(tells, str(getattr(error, "errno", EINVAL)).encode())
        finally:
            os._exit(127)
    os.close(tells)
    with os.fdopen(told, "rb") as pipe:
        return pid, int(pipe.read() or 0)


def _confine(memory: int, output: int, warden: int) -> None:
    """Before the port's program is run: what it may take, and signals as they are by default."""
    resource.setrlimit(resource.RLIMIT_CORE, (NO_CORE, NO_CORE))
    for kind, most in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_FSIZE, output)):
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))
    for name in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD):
        signal.signal(name, signal.SIG_DFL)
    _prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != warden:
        os._exit(127)


def _prctl(option: int, value: int) -> None:
    """Linux's; nothing elsewhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _let_go_of_the_pipes() -> None:
    """They are the port's, so that they close when it closes them."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)


def _woken_by_children() -> int:
    """A descriptor that can be read whenever a child has ended."""
    awake, wakes = os.pipe()
    for descriptor in (awake, wakes):
        os.set_blocking(descriptor, False)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    return awake


def _harness_waits(harness: int, awake: int) -> bool:
    """Something has happened; False if it is that the harness is done, or gone."""
    ready = select.select([harness, awake], [], [])[0]
    if awake in ready:
        with suppress(BlockingIOError):
            os.read(awake, 1 << 16)
    return harness not in ready


def _say(harness: int, what: str) -> None:
    """To a harness that may be gone."""
    with suppress(OSError):
        os.write(harness, f"{what}\n".encode())


def _reaped() -> list[tuple[int, int]]:
    """All children that have ended, with their statuses."""
    found = []
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            found.append(ended)
    return found


def _end_all(port: int) -> None:
    """Again and again, for a process that is killed may just have started another one."""
    deadline = time.monotonic() + PATIENCE
    _kill_group(port)
    while time.monotonic() < deadline:
        _reaped()
        family = _descendants()
        if not family:
            return
        for pid in family:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(PAUSE)


def _kill_group(port: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(port, signal.SIGKILL)


def _descendants() -> set[int]:
    """All processes below this one; none where there is no /proc."""
    parents = dict(filter(None, map(_with_parent, Path("/proc").glob("[0-9]*"))))
    found: set[int] = set()
    fresh = {os.getpid()}
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def _with_parent(process: Path) -> tuple[int, int] | None:
    """The number of a process and its parent's, unless it is gone."""
    try:
        told = (process / "stat").read_bytes()
    except OSError:
        return None
    return int(process.name), int(told.rpartition(b")")[2].split()[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
