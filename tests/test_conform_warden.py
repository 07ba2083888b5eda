"""The warden of a port, run in a child of the test: what it says on its socket, and who is left.

`test_conform_hostile_ports` has what ports do to it.
"""

import os
import runpy
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import closing
from errno import EINVAL, ENOENT
from pathlib import Path

import psutil
import pytest

from invariants.conformance.answering import warden
from tests.faults.children import ended, forked, in_child

pytestmark = pytest.mark.plain

PLENTY = 1 << 40
"""Bytes."""


def warded(command: Sequence[str]) -> tuple[int, socket.socket]:
    """A warden of this command, run as its file is, and the harness's end of its socket."""
    ours, theirs = socket.socketpair()

    def work() -> None:
        ours.close()
        sys.argv = [warden.__file__, *map(str, (theirs.fileno(), PLENTY, PLENTY)), *command]
        runpy.run_path(warden.__file__, run_name="__main__")

    with closing(theirs):
        return forked(work), ours


def said(ours: socket.socket, lines: int) -> list[list[str]]:
    """The next so many lines, in words."""
    with ours.makefile("r") as told:
        return [told.readline().split() for _ in range(lines)]


@pytest.mark.parametrize(
    ("script", "status"), [("exit 3", 3), ("kill -9 $$", -9), ("(true &); sleep 0.1; exit 4", 4)]
)
def test_a_warden_tells_that_its_port_has_started_and_how_it_ended(
    script: str, status: int
) -> None:
    """Of another process that it adopts, the last one's, it tells nothing."""
    process, ours = warded(["sh", "-c", script])
    with ours:
        (started, _), how = said(ours, 2)
    assert (started, how) == ("started", ["ended", str(status)])
    assert ended(process) == 0


@pytest.mark.parametrize(("name", "fault"), [("no-such-port", ENOENT), ("not\0a name", EINVAL)])
def test_a_warden_tells_why_its_port_cannot_be_started(name: str, fault: int) -> None:
    process, ours = warded([name])
    with ours:
        assert said(ours, 1) == [["failed", str(fault)]]
        assert ended(process) == 0


def test_a_warden_leaves_nobody_when_its_harness_is_gone() -> None:
    """Neither the port, nor what has left it for a session of its own."""
    process, ours = warded(["sh", "-c", "setsid sh -c 'sleep 100 & sleep 100' & exec sleep 100"])
    with ours:
        ((_, port),) = said(ours, 1)
        family = psutil.Process(process).children(recursive=True)
    assert int(port) in [one.pid for one in family]
    assert ended(process) == 0
    assert [one for one in family if one.is_running()] == []


def test_a_port_whose_warden_has_been_killed_meanwhile_is_not_run() -> None:
    assert in_child(lambda: warden._confine(PLENTY, PLENTY, os.getpid())) == 127


def test_a_process_that_does_not_end_is_left_to_the_system_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody has this number, so that it cannot be killed either."""
    nobody = int(Path("/proc/sys/kernel/pid_max").read_text()) + 1
    monkeypatch.setattr(warden, "PATIENCE", 0.05)
    monkeypatch.setattr(warden, "_descendants", lambda: {nobody})
    assert in_child(lambda: warden._end_all(nobody)) == 0


def test_linux_alone_is_asked_to_tell_of_deaths(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Library:
        def __init__(self, _: None) -> None:
            self.prctl = lambda *arguments: asked.append(arguments)

    monkeypatch.setattr("ctypes.CDLL", Library)
    warden._prctl(warden.SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    monkeypatch.setattr(sys, "platform", "other")
    warden._prctl(warden.SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    assert asked == [(1, 9, 0, 0, 0)]


def test_a_process_that_is_gone_has_no_parent() -> None:
    assert warden._with_parent(Path("/proc/0")) is None
    assert warden._with_parent(Path(f"/proc/{os.getpid()}")) == (os.getpid(), os.getppid())
