"""Ports that mean harm: they may take little, are told little, and none is left."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.commands import Told, call
from tests.ports_for_tests import (
    FIRINGTREE,
    assert_diagnosed,
    conform,
    few,
    misbehaving,
    port_of,
    running,
)
from tests.test_conform_broken_ports import ANSWER, SLEEP, SOON, large_load

pytestmark = pytest.mark.thorough

SOON_GONE = 5.0
"""Seconds after which nothing of a port may be there."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test's own, and no process that names it is left; forks have their parent's names."""
    monkeypatch.chdir(tmp_path)
    yield
    assert running(tmp_path) == []


FORKED_AWAY = f"""\
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (0, 1, 2): os.close(number)
        {SLEEP}
    os._exit(0)
os.wait()
"""
"""A grandchild in a session of its own, without a parent, away from the pipes."""

ONE_AFTER_ANOTHER = f"""\
while True:
    if os.fork() == 0: {SLEEP}
    time.sleep(0.01)
"""

FILES = """\
for name in range(99):
    with open(f'junk{name}', 'wb') as file: file.write(bytes(1 << 20))
    time.sleep(0.02)
"""

ONE_FILE = """\
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
with open('junk', 'wb') as file: file.write(bytes(99 << 20))
"""

DEAF = f"""\
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
{SLEEP}
"""

HARM = {
    "sleeps": (SLEEP, "port-silent", "nothing came"),
    "ignores signals": (DEAF, "port-silent", "nothing came"),
    "stops itself": ("os.kill(os.getpid(), signal.SIGSTOP)", "port-silent", "nothing came"),
    "closes its input": (f"os.close(0); {SLEEP}", "port-silent", "nothing came"),
    "forks away": (FORKED_AWAY + SLEEP, "port-silent", "nothing came"),
    "forks away and ends": (FORKED_AWAY + "os._exit(0)", "port-ended", "ended with status 0"),
    "ends its group": ("os.killpg(0, signal.SIGKILL)", "port-ended", "was ended by SIGKILL"),
    "ends its warden": (
        f"os.kill(os.getppid(), signal.SIGKILL); {SLEEP}",
        "port-ended",
        "ended the process that watched over it",
    ),
    "ends its warden's group": (
        f"os.killpg(os.getpgid(os.getppid()), signal.SIGKILL); {SLEEP}",
        "port-ended",
        "ended the process that watched over it",
    ),
    "stops its warden": (
        f"os.kill(os.getppid(), signal.SIGSTOP); {SLEEP}",
        "port-silent",
        "nothing came",
    ),
    "multiplies": (ONE_AFTER_ANOTHER, "port-processes", "more than the 9 allowed; --processes"),
    "fills the disk": (FILES, "port-output", "more than the 8 MiB allowed"),
    "writes a huge file": (ONE_FILE, "port-output", "more than the 8 MiB allowed"),
    "logs for ever": ("while True: os.write(2, b'x' * 65536)", "port-output", "--output allows"),
    "prints for ever": ("while True: os.write(1, b' ' * 65536)", "port-line-too-long", "8,388,608"),
    "answers unasked": (
        """print('{"seq":6,"ok":{"fired":[]}}', flush=True)""",
        "port-out-of-step",
        "has 6",
    ),
    "answers for ever": (
        """while True: os.write(1, b'{"seq":5,"ok":{"fired":[1,2]}}\\n' * 999)""",
        "port-out-of-step",
        "has 5",
    ),
}
"""What a port does when it is to answer, and how it is diagnosed."""


@pytest.mark.parametrize("name", HARM)
def test_harm_is_bounded_and_named_and_nothing_of_it_is_left(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    what, code, words = HARM[name]
    start = time.monotonic()
    told = conform(capsys, misbehaving(what), SOON, "--processes=9", "--output=8")
    assert time.monotonic() - start < 45
    assert_diagnosed(told, code, words)


def test_what_was_seen_is_ended_though_the_warden_is_not_there_to_do_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The harness looks ten times a second."""
    once = f"{FORKED_AWAY}time.sleep(2)\nos.kill(os.getppid(), signal.SIGKILL)\n{SLEEP}"
    command = misbehaving(f"if not os.path.exists('up'):\n    open('up', 'x')\n{indented(once)}")
    told = conform(capsys, command)
    assert_diagnosed(told, "port-ended", "ended the process that watched over it")


def indented(lines: str) -> str:
    return "\n".join(f"    {line}" for line in lines.splitlines())


def test_a_port_that_prints_lines_in_place_of_reading_is_cut_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What it prints is not kept for the time when it reads."""
    flood = f"{ANSWER}\nwhile True: os.write(1, b'{{}}\\n' * 9999)"
    told = call(capsys, ["conform", *large_load(), *misbehaving(flood, at=0)])
    assert_diagnosed(told, "port-line-too-long", "request 1 (load)")


def test_one_process_is_refused_twice_the_memory_at_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anybody could have looked."""
    greedy = "try: held = bytes(200 << 20)\nexcept MemoryError: sys.exit('no room')"
    told = conform(capsys, misbehaving(greedy), "--memory=64")
    assert_diagnosed(told, "port-ended", "  | no room")


TELLS = """\
import os, resource, sys
sys.stderr.write("\\n".join([
    f"descriptors {sorted(map(int, os.listdir('/proc/self/fd')))[:-1]}",
    f"session {os.getsid(0) == os.getpgid(0) == os.getpid()}",
    f"cores {resource.getrlimit(resource.RLIMIT_CORE)}",
    f"variables {sorted(set(os.environ) & {'A_SECRET', 'LC_TIME', 'HOME', 'PYTHONPATH'})}",
]))
"""


def told_of_itself(capsys: pytest.CaptureFixture[str], *options: str) -> Told:
    return conform(capsys, port_of(TELLS), *options)


def test_a_port_has_three_descriptors_a_session_and_no_dumps(
    capsys: pytest.CaptureFixture[str],
) -> None:
    inheritable = os.pipe()
    try:
        for descriptor in inheritable:
            os.set_inheritable(descriptor, True)
        told = told_of_itself(capsys)
    finally:
        for descriptor in inheritable:
            os.close(descriptor)
    words = ["descriptors [0, 1, 2]", "session True", "cores (0, 0)"]
    assert_diagnosed(told, "port-ended", *(f"  | {word}\n" for word in words))


def test_a_port_sees_only_such_variables_as_are_passed_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("A_SECRET", "LC_TIME", "HOME", "PYTHONPATH"):
        monkeypatch.setenv(name, "/")
    told = told_of_itself(capsys)
    assert_diagnosed(told, "port-ended", "  | variables ['HOME', 'LC_TIME']\n")
    told = told_of_itself(capsys, "--env=A_SECRET", "--env=ABSENT")
    assert_diagnosed(told, "port-ended", "  | variables ['A_SECRET', 'HOME', 'LC_TIME']\n")


def started(what: str) -> subprocess.Popen[bytes]:
    """A harness with a port that has done this, and sleeps."""
    command = misbehaving(f"{what}\nopen('up', 'x').close()\n{SLEEP}")
    given = ["conform", "--vectors-only", "--vectors", str(few()), "--", *command]
    harness = subprocess.Popen([FIRINGTREE, *given], stderr=subprocess.DEVNULL)
    while not Path("up").exists():
        assert harness.poll() is None
        time.sleep(0.02)
    return harness


def assert_gone(folder: Path) -> None:
    """Soon there is no process that names the folder."""
    deadline = time.monotonic() + SOON_GONE
    while running(folder) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert running(folder) == []


def test_nothing_outlives_a_harness_that_is_killed(tmp_path: Path) -> None:
    harness = started(FORKED_AWAY)
    assert len(running(tmp_path)) == 4
    harness.kill()
    harness.wait()
    assert_gone(tmp_path)


def test_a_port_does_not_outlive_harness_and_warden_killed_at_once(tmp_path: Path) -> None:
    harness = started("os.close(0)")
    harness.send_signal(signal.SIGSTOP)
    for warden in psutil.Process(harness.pid).children():
        warden.kill()
    harness.kill()
    harness.wait()
    assert_gone(tmp_path)
