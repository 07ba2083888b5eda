"""Tests that are loaded once: each change is tried in a fork of the process that holds them.

A fork that only runs tests costs a tenth of a process that loads them first. The changed function
takes the place of the one that was loaded; that is the same as loading the changed file, unless the
function ran while files were loaded. The file is changed too, for tests that read it.
"""

import gc
import inspect
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import zip_longest
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, FunctionType

import msgspec
import pytest

from tests.mutation.areas import Area
from tests.mutation.attempt import (
    NOT_POSSIBLE,
    PATIENCE,
    FirstFailure,
    NoVerdict,
    Verdict,
    limit,
    limited,
    meant,
    started,
    talk_to,
)
from tests.mutation.planting import Copy

FOREVER = 1e6
Functions = Mapping[str, Sequence[FunctionType]]
IS_FUNCTION = inspect.CO_OPTIMIZED


@dataclass(frozen=True, slots=True)
class Change:
    """A function of a file that is another one now, and the tests to run, with their seconds."""

    file: str
    text: str
    line: int
    tests: Mapping[str, float]


class Loaded:
    """A process that holds an area's tests, loaded from a copy."""

    def __init__(self, copy: Copy, area: Area) -> None:
        self.copy = copy
        self._pipe, theirs = Pipe()
        self._process = started(copy, area.tests, [Forking(theirs, copy, area.files)], FOREVER)
        theirs.close()

    def wait(self) -> None:
        """Everything is loaded. Errors: NoVerdict if it cannot be.

        Before that nothing may be planted in the copy: it would be loaded for good.
        """
        answer(self._pipe, self.copy)

    def tried(self, change: Change) -> "Inside":
        """Starts the tests of this change."""
        self._pipe.send_bytes(msgspec.json.encode(change))
        return Inside(self.copy, self._pipe)

    def end(self) -> None:
        """The process is gone, and what it forked with it."""
        with suppress(OSError):
            self._pipe.send_bytes(b"")
        os.waitpid(self._process.pid, 0)


@dataclass(frozen=True, slots=True)
class Inside:
    """Tests that run in a fork of a process that holds them; the caller waits for it."""

    copy: Copy
    pipe: Connection

    @property
    def killer(self) -> str:
        """The test that failed first."""
        return self.copy.killer()

    def verdict(self) -> Verdict | None:
        """What became of it, or none while it runs. Errors: NotPossible, NoVerdict."""
        return meant(answer(self.pipe, self.copy), self.copy) if self.pipe.poll() else None

    def end(self) -> None:
        """Whoever ends the process that holds the tests ends this too."""


def answer(pipe: Connection, copy: Copy) -> int:
    """What the process that holds the tests says. Errors: NoVerdict if there is none any more."""
    try:
        return int(pipe.recv_bytes())
    except EOFError:
        raise NoVerdict(f"see {copy.folder / 'output.txt'}") from None


class Forking:
    """A pytest plugin that, instead of running all tests, tries the changes that it is sent."""

    def __init__(self, pipe: Connection, copy: Copy, files: Sequence[str]) -> None:
        self._pipe = pipe
        self._copy = copy
        self._files = files
        self._parent = os.getpid()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Until nobody sends changes any more."""
        items = {item.nodeid: item for item in session.items}
        for file in self._files:  # commands are loaded when a test calls them, which is too late
            import_module(".".join(Path(file).with_suffix("").parts).removesuffix(".__init__"))
        functions = functions_from(self._copy.folder)
        self._say(pytest.ExitCode.OK)
        while True:
            while not self._pipe.poll(1.0):
                if os.getppid() != self._parent:
                    return True
            sent = self._pipe.recv_bytes()
            if not sent:
                return True
            change = msgspec.json.decode(sent, type=Change)
            self._say(self._code(session, items, functions, change))

    def _say(self, code: int) -> None:
        self._pipe.send_bytes(b"%d" % code)

    def _code(
        self,
        session: pytest.Session,
        items: Mapping[str, pytest.Item],
        functions: Functions,
        change: Change,
    ) -> int:
        """The exit status of a fork that tries the change."""
        self._copy.forget_killer()
        pid = os.fork()
        if pid == 0:
            self._try(session, items, functions, change)
        with suppress(OSError):
            os.setpgid(pid, pid)
        deadline = time.monotonic() + PATIENCE * limit(change.tests)
        while (status := _ended(pid)) is None:
            if time.monotonic() > deadline or self._pipe.poll() or os.getppid() != self._parent:
                os.killpg(pid, signal.SIGKILL)
            time.sleep(0.003)
        with suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        return status

    def _try(
        self,
        session: pytest.Session,
        items: Mapping[str, pytest.Item],
        functions: Functions,
        change: Change,
    ) -> None:
        """This process, which was just forked, tries the change and ends."""
        code = NOT_POSSIBLE
        try:
            os.setpgid(0, 0)
            talk_to(self._copy.folder / "output.txt")
            if put_in_place(change, functions):
                plugin = FirstFailure(self._copy, change.tests)
                plugin.pytest_sessionstart()
                session.config.pluginmanager.register(plugin)
                limited(limit(change.tests))
                chosen = [items[name] for name in change.tests]
                for item, following in zip_longest(chosen, chosen[1:]):
                    item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
                code = pytest.ExitCode.OK
            sys.stdout.flush()
        finally:
            os._exit(code)


def _ended(pid: int) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def functions_from(folder: Path) -> Functions:
    """All functions that were loaded from files in this folder, by file."""
    found: dict[str, list[FunctionType]] = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType):
            file = Path(one.__code__.co_filename)
            if folder in file.parents:
                found[str(file.relative_to(folder))].append(one)
    return found


def put_in_place(change: Change, functions: Functions) -> bool:
    """The functions that were loaded from around this line run what the text says.

    False, and nothing is changed, if there are none or it is not clear which is which.
    """
    whole = _around(compile(change.text, change.file, "exec"), change.line)
    if whole is None:
        return False
    new = list(_within(whole))
    by_place = {(code.co_name, code.co_firstlineno): code for code in new}
    if len(by_place) < len(new):
        return False
    found = [
        (function, by_place[place])
        for function in functions.get(change.file, ())
        if (place := (function.__code__.co_name, function.__code__.co_firstlineno)) in by_place
    ]
    if any(len(function.__code__.co_freevars) != len(code.co_freevars) for function, code in found):
        return False
    for function, code in found:
        function.__code__ = code
    return bool(found)


def _around(code: CodeType, line: int) -> CodeType | None:
    """The function or method, not one inside another, that this line is in."""
    above = [one for one in _outermost(code) if one.co_firstlineno <= line]
    return max(above, key=lambda one: one.co_firstlineno, default=None)


def _outermost(code: CodeType) -> Iterator[CodeType]:
    """The functions of a module or class, and those of its classes."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_flags & IS_FUNCTION:
                yield inner
            else:
                yield from _outermost(inner)


def _within(code: CodeType) -> Iterator[CodeType]:
    """This function and those inside it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _within(inner)
