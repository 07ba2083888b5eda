"""Which tests reach which lines, and their seconds of CPU: an area's tests run once, unchanged.

Lines that run while a module is loaded belong to no test, and so to all.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import coverage
import msgspec
import pytest

from tests.mutation.areas import Area
from tests.mutation.attempt import NoVerdict, Verdict, started, waited
from tests.mutation.mutants import Mutant
from tests.mutation.planting import Copy

SECONDS = 1200.0


@dataclass(frozen=True, slots=True)
class Reach:
    """Tests with their seconds, and for each file the tests that reach a line of it."""

    seconds: Mapping[str, float]
    lines: Mapping[str, Mapping[int, Sequence[str]]]

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that reach a changed line, the fastest first."""
        reached = self.lines.get(mutant.identity.file, {})
        names = {name for line in mutant.lines for name in reached.get(line, ())}
        if not mutant.in_function:
            names = set(self.seconds)
        return sorted(names, key=lambda name: (self.seconds[name], name))


class Recorder:
    """A pytest plugin that keeps what `Reach` holds."""

    def __init__(self, files: Sequence[str], told: Path) -> None:
        self._coverage = coverage.Coverage(data_file=None, config_file=False, include=list(files))
        self._files = files
        self._told = told
        self._seconds: dict[str, float] = {}

    def pytest_sessionstart(self) -> None:
        """Before anything is loaded."""
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """A test."""
        self._coverage.switch_context(item.nodeid)
        start = sum(os.times()[:4])
        result = yield
        self._seconds[item.nodeid] = sum(os.times()[:4]) - start
        self._coverage.switch_context("")
        return result

    def pytest_sessionfinish(self) -> None:
        """Everything is over."""
        self._coverage.stop()
        data = self._coverage.get_data()
        lines = {
            file: {
                line: sorted(filter(None, names))
                for line, names in data.contexts_by_lineno(str(Path(file).resolve())).items()
            }
            for file in self._files
        }
        self._told.write_text(json.dumps({"seconds": self._seconds, "lines": lines}))


def reach(copy: Copy, area: Area) -> Reach:
    """Runs the area's tests in the copy. Errors: NoVerdict unless all pass."""
    told = copy.folder / "reach.json"
    recorder = Recorder(area.files(copy.folder), told)
    if waited(started(copy, ["-x", *area.tests], [recorder], SECONDS)) is not Verdict.SURVIVED:
        raise NoVerdict(
            f"the tests of {area.name} fail without any change: see {copy.folder / 'output.txt'}"
        )
    return msgspec.json.decode(told.read_bytes(), type=Reach)
