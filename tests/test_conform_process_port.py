"""A program's pipes, which may not be as ready as they are said to be; and trials that must fail.

`test_conform_broken_ports` has what is said of programs that break.
"""

import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from invariants.conformance.answering.port_errors import PortSilent
from invariants.conformance.answering.process_port import ProcessPort
from invariants.conformance.answering.warded_process import Limits
from invariants.conformance.plan import Plan
from invariants.conformance.planted import mutants, self_test
from invariants.conformance.planted.textbook import TextbookPort
from tests.ports_for_tests import PYTHON, port_of, running

pytestmark = pytest.mark.plain

LONG = b"x" * (1 << 20) + b"\n"
"""More than a pipe holds."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test's own, and no process that names it is left."""
    monkeypatch.chdir(tmp_path)
    yield
    assert running(tmp_path) == []


class Hasty:
    """A poll that calls ready whatever it is asked about."""

    def __init__(self) -> None:
        self._asked: list[int] = []

    def register(self, descriptor: int, _events: int) -> None:
        """One more."""
        self._asked.append(descriptor)

    def poll(self, _milliseconds: float) -> list[tuple[int, int]]:
        """All of them."""
        return [(descriptor, 0) for descriptor in self._asked]


def test_a_pipe_that_is_called_ready_and_is_not_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A program that reads its own pipe takes away what had been seen there."""
    slow = "import sys, time\ntime.sleep(0.3)\nline = sys.stdin.buffer.readline()\n"
    answers = f"{slow}time.sleep(0.1)\nprint(len(line), flush=True)\nsys.stdin.buffer.readline()\n"
    port = ProcessPort(port_of(answers), Limits())
    try:
        monkeypatch.setattr(select, "poll", Hasty)
        assert port.exchange(LONG, "a long line") == f"{len(LONG)}\n".encode()
    finally:
        port.close()


def test_a_program_that_never_reads_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    port = ProcessPort([*PYTHON, "-c", "import time; time.sleep(600)"], Limits(seconds=0.2))
    try:
        monkeypatch.setattr(select, "poll", Hasty)
        with pytest.raises(PortSilent) as caught:
            port.exchange(LONG, "a long line")
    finally:
        port.close()
    assert caught.value.request == "a long line"


# ---- the trial -----------------------------------------------------------------------------------


class Harmless(TextbookPort):
    """A planted mistake that is none."""


def test_a_mistake_that_is_not_found_fails_the_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mutants.MUTANTS, Harmless, "firing/threshold")
    monkeypatch.setattr(self_test, "TRIAL", Plan(exact=2, banded=1, boundary=2, least_boundary=0))
    trial = self_test._mutant(Harmless, 0)
    assert (trial.port, trial.found, trial.passed) == ("Harmless", "conforms", False)


# ---- the fixture ---------------------------------------------------------------------------------

WRONG = """\
from invariants.conformance.planted.mutants import NotStrict

def test_wrong(conforms):
    conforms(NotStrict(), seed=1)
"""


@pytest.mark.thorough
def test_the_fixture_fails_the_test_of_a_wrong_object() -> None:
    """`test_conform_guide` has a right one."""
    Path("test_port.py").write_text(WRONG, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "firingtree", "test_port.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "1 failed" in done.stdout
    assert "firing/threshold" in done.stdout
