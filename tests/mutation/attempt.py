"""pytest in a process of its own, in a copy of the tree, up to the first test that fails.

The process is forked from this one, in which the libraries are loaded, so that a run takes tenths
of a second. Nothing of this project that is loaded here is used there, but what the copy holds.
"""

import os
import resource
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Protocol

import pytest

from tests.mutation.planting import PACKAGES, Copy

MEMORY = 3 * 2**30
"""Bytes of addresses: a change that wants more gets a MemoryError."""

WRONG_TREE = 99
"""The exit status of a process that would have tested another tree than its copy."""

NOT_POSSIBLE = 97
"""The exit status of a process that could not try the change that it was sent."""

ENDLESS = 98
"""The exit status of a process in which a test took too long."""

LEAST_SECONDS = 2.0
TIMES = 4.0
"""A test may take so many times longer, in CPU, than it does without the change."""

PATIENCE = 10.0
"""And so many times that by the clock, on a busy machine or in other processes."""

SECONDS_APART = 30.0
"""What a test took of which that is not known."""

LIBRARIES = (
    "_hypothesis_pytestplugin",
    "_pytest.doctest",
    "_pytest.unraisableexception",
    "asyncio",
    "click",
    "hypothesis.strategies",
    "msgspec",
    "numpy",
    "rich.progress",
    "typeguard",
    "unittest",
)
"""Loaded once, before any process is forked."""

OPTIONS = (
    "-q",
    "--tb=line",
    "--rootdir=.",
    "--override-ini=addopts=--strict-markers",
    "-pno:firingtree",
    "-pno:typeguard",
    "-pno:xdist",
    "-pno:cacheprovider",
    "--basetemp=tmp",
    "-Wignore::pytest.PytestAssertRewriteWarning",
)


class Verdict(StrEnum):
    """What became of a change."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


class NoVerdict(Exception):
    """pytest did not run what it was to run; the folder of the copy has its output."""


class NotPossible(Exception):
    """The change cannot be tried in this way."""


class FirstFailure:
    """A pytest plugin that ends the process at the first failure, or when a test goes on long."""

    def __init__(self, copy: Copy, seconds: Mapping[str, float]) -> None:
        self._copy = copy
        self._seconds = seconds

    def pytest_sessionstart(self) -> None:
        """Nothing that is compiled from a change may be found when the change is gone."""
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        for number in (signal.SIGPROF, signal.SIGALRM):
            signal.signal(number, lambda *_: os._exit(ENDLESS))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """From here on the test's time runs: in CPU, and for one that waits, by the clock."""
        limit = LEAST_SECONDS + TIMES * self._seconds.get(nodeid, SECONDS_APART)
        signal.setitimer(signal.ITIMER_PROF, limit)
        signal.setitimer(signal.ITIMER_REAL, PATIENCE * limit)

    def pytest_runtest_logfinish(self) -> None:
        """The test is over."""
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.setitimer(signal.ITIMER_REAL, 0.0)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test."""
        self._end_if_failed(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of tests, which may not even be loaded."""
        self._end_if_failed(report)

    def _end_if_failed(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed:
            self._copy.keep_killer(report.nodeid)
            print(report.longreprtext, flush=True)
            os._exit(pytest.ExitCode.TESTS_FAILED)


class RightTree:
    """A pytest plugin that ends the process if what was loaded is not the copy."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy

    def pytest_collection_finish(self) -> None:
        """Everything is loaded, and no test has run."""
        for package in PACKAGES:
            file = getattr(sys.modules.get(package), "__file__", None)
            if file is not None and self._copy.folder not in Path(file).parents:
                os._exit(WRONG_TREE)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A process that runs tests in a copy; the caller waits for it."""

    copy: Copy
    pid: int
    deadline: float

    @property
    def killer(self) -> str:
        """The test that failed first."""
        return self.copy.killer()

    def verdict(self) -> Verdict | None:
        """What became of it, or none while it runs; one that runs for too long is ended.

        Errors: NoVerdict when no test ran.
        """
        ended, status = os.waitpid(self.pid, os.WNOHANG)
        if not ended:
            if time.monotonic() < self.deadline:
                return None
            self.end()
            return Verdict.TIMED_OUT
        with suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        return meant(os.waitstatus_to_exitcode(status), self.copy)

    def end(self) -> None:
        """The process and all that it started are gone."""
        os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def meant(code: int, copy: Copy) -> Verdict:
    """What this exit status says. Errors: NoVerdict, NotPossible."""
    if code in (ENDLESS, -signal.SIGXCPU, -signal.SIGKILL):
        return Verdict.TIMED_OUT
    if code == NOT_POSSIBLE:
        raise NotPossible
    if code in (pytest.ExitCode.NO_TESTS_COLLECTED, WRONG_TREE):
        raise NoVerdict(f"see {copy.folder / 'output.txt'}")
    return Verdict.SURVIVED if code == pytest.ExitCode.OK else Verdict.KILLED


def attempt(copy: Copy, tests: Mapping[str, float]) -> Attempt:
    """Starts these tests, in this order; each is given with its seconds of CPU."""
    copy.forget_killer()
    return started(copy, list(tests), [FirstFailure(copy, tests)], limit(tests))


def limit(tests: Mapping[str, float]) -> float:
    """The seconds of CPU in which these tests must have run, loading them included."""
    return 30.0 + sum(LEAST_SECONDS + TIMES * seconds for seconds in tests.values())


def started(
    copy: Copy, arguments: Sequence[str], plugins: Sequence[object], seconds: float
) -> Attempt:
    """Starts pytest in the copy with these arguments and plugins."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for library in LIBRARIES:
        import_module(library)
    pid = os.fork()
    if pid == 0:
        code = WRONG_TREE
        try:
            _move_into(copy, seconds)
            code = pytest.main([*OPTIONS, *arguments], [RightTree(copy), *plugins])
            sys.stdout.flush()
        finally:
            os._exit(code)
    with suppress(OSError):
        os.setpgid(pid, pid)
    return Attempt(copy, pid, time.monotonic() + PATIENCE * seconds)


def _move_into(copy: Copy, seconds: float) -> None:
    """What is loaded from here on is what the copy holds, in this process and in what it starts."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    talk_to(copy.folder / "output.txt")
    folder = str(copy.folder)
    os.chdir(folder)
    for name in [name for name in sys.modules if name.split(".")[0] in PACKAGES]:
        del sys.modules[name]
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = False
    os.environ |= {
        "PYTHONPATH": folder,
    }
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    limited(seconds)


def limited(seconds: float) -> None:
    """This process has so many seconds of CPU."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, most))


def talk_to(file: Path) -> None:
    """What this process says goes into the file."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)


class Running(Protocol):
    """Tests that run somewhere, on a change."""

    def verdict(self) -> Verdict | None:
        """What became of it, or none while it runs."""


def waited(attempt: Running) -> Verdict:
    """What became of it, in the end."""
    while (verdict := attempt.verdict()) is None:
        time.sleep(0.01)
    return verdict
