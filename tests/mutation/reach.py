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
from tests.mutation.digests import digest
from tests.mutation.mutants import Mutant
from tests.mutation.planting import Copy

SECONDS = 1200.0
TOLD = "reach.json"


@dataclass(frozen=True, slots=True)
class Reach:
    """Tests with their seconds, and for each file the tests that reach a line of it.

    The name of what runs while files are loaded is empty.
    """

    seconds: Mapping[str, float]
    lines: Mapping[str, Mapping[int, Sequence[str]]]

    def is_loading(self, mutant: Mutant) -> bool:
        """A changed line runs while files are loaded."""
        reached = self.lines.get(mutant.identity.file, {})
        return not mutant.in_function or any("" in reached.get(line, ()) for line in mutant.lines)

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that reach a changed line, the fastest first."""
        reached = self.lines.get(mutant.identity.file, {})
        names = {name for line in mutant.lines for name in reached.get(line, ()) if name}
        if self.is_loading(mutant):
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
                line: sorted(names)
                for line, names in data.contexts_by_lineno(str(Path(file).resolve())).items()
            }
            for file in self._files
        }
        self._told.write_text(json.dumps({"seconds": self._seconds, "lines": lines}))


class _Kept(msgspec.Struct):
    rests_on: str
    reach: Reach


def kept_reach(root: Path, file: Path, copies: Sequence[Copy], area: Area) -> Reach:
    """What the file says, if the area and its tests are what they were; or found anew, and kept."""
    rests_on = digest(root, [*area.files, *area.tests])
    if file.exists():
        kept = msgspec.json.decode(file.read_bytes(), type=_Kept)
        if kept.rests_on == rests_on:
            return kept.reach
    found = reach(copies, area)
    file.write_bytes(msgspec.json.encode(_Kept(rests_on, found)))
    return found


def reach(copies: Sequence[Copy], area: Area) -> Reach:
    """Runs the area's tests, a part in each copy. Errors: NoVerdict unless all pass."""
    files = area.files
    parts = [area.tests[k :: len(copies)] for k in range(len(copies))]
    running = [
        started(copy, ["-x", *part], [Recorder(files, copy.folder / TOLD)], SECONDS)
        for copy, part in zip(copies, parts, strict=True)
        if part
    ]
    found = Reach({}, {file: {} for file in files})
    for one in running:
        if waited(one) is not Verdict.SURVIVED:
            output = one.copy.folder / "output.txt"
            raise NoVerdict(f"the tests of {area.name} fail without any change: see {output}")
        found = _both(found, msgspec.json.decode((one.copy.folder / TOLD).read_bytes(), type=Reach))
    return found


def _both(one: Reach, other: Reach) -> Reach:
    lines = {
        file: {
            line: sorted({*one.lines[file].get(line, ()), *other.lines[file].get(line, ())})
            for line in one.lines[file].keys() | other.lines[file].keys()
        }
        for file in one.lines
    }
    return Reach({**one.seconds, **other.seconds}, lines)
