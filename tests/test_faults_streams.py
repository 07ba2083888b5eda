"""Standard output without a reader, on a full disk or closed, and a terminal that goes away.

A command that works goes on, and leaves what it was asked for; nobody is shown a traceback.
"""

import os
import pty
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reference.edges.command_line import status_of
from reference.edges.runs.checkpoint import load_checkpoint
from reference.training.trace import Record
from reference.training.training import Run
from tests.commands import SMALL
from tests.faults.children import as_program, ended, forked, in_child
from tests.faults.made_up import VECTORS, without_work
from tests.faults.victims import prepared

pytestmark = pytest.mark.thorough

RUN = f"train {SMALL} --until 0 --method gradient-descent --steps 40"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With data, where no command but `train` does its work."""
    monkeypatch.chdir(prepared(tmp_path))
    without_work(monkeypatch)


def outputs(name: str) -> str:
    return f"--trace {name}.jsonl --network {name}.npz"


def left(name: str) -> tuple[bytes, bytes]:
    return Path(f"{name}.jsonl").read_bytes(), Path(f"{name}.npz").read_bytes()


def onto(descriptor: int, path: str) -> None:
    """In a child: this file is its standard output or error."""
    os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)


def unread(arguments: str, lines: int) -> tuple[int, str]:
    """How a program ends of which somebody reads so many lines, and what it tells besides."""
    reading, writing = os.pipe()

    def work() -> int:
        os.close(reading)
        os.dup2(writing, 1)
        onto(2, "told")
        return as_program(arguments)

    child = forked(work)
    os.close(writing)
    with os.fdopen(reading) as output:
        assert all(output.readline() for _ in range(lines))
    return ended(child), Path("told").read_text()


def slowly(patch: pytest.MonkeyPatch) -> None:
    """Until undone, a step takes long enough to be seen."""
    step = Run.step

    def slow(run: Run[float]) -> Record | None:
        time.sleep(0.02)
        return step(run)

    patch.setattr(Run, "step", slow)


def on_a_terminal_that_goes(arguments: str, prepare: Callable[[], object]) -> int:
    """How a program ended whose terminal went away when it had shown its first step."""
    with pytest.MonkeyPatch.context() as patch:
        slowly(patch)
        master, slave = pty.openpty()

        def work() -> int:
            os.close(master)
            os.login_tty(slave)
            onto(2, "told")
            prepare()
            return as_program(arguments)

        child = forked(work)
        os.close(slave)
        shown = b""
        while b"step   1" not in shown:
            shown += os.read(master, 1024)
        os.close(master)
        return ended(child)


@pytest.mark.parametrize("lines", [0, 1])
def test_a_run_that_nobody_watches_any_more_goes_on_to_its_end(lines: int) -> None:
    assert status_of(f"{RUN} {outputs('whole')}".split()) == 0
    assert unread(f"{RUN} {outputs('run')}", lines) == (0, "")
    assert left("run") == left("whole")


def test_vectors_are_all_built_and_lists_end_quietly_when_nobody_reads() -> None:
    assert unread("vectors build --folder v", 1) == (0, "")
    assert {path.name: path.read_bytes() for path in Path("v").iterdir()} == VECTORS
    for arguments in ("claims", "invariants", "train --help"):
        assert unread(arguments, 1) == (0, "")


def test_standard_output_on_a_full_disk_is_an_error_by_name_and_the_checkpoint_stays() -> None:
    def work() -> int:
        onto(1, "/dev/full")
        onto(2, "told")
        return as_program(f"{RUN} --checkpoint run")

    assert in_child(work) == 2
    expected = "firingtree: error[output-not-written]: standard output: No space left on device\n"
    assert Path("told").read_text() == expected
    assert load_checkpoint(Path("run")).header.records == []
    assert status_of(["train", "--resume", "run"]) == 0


def test_an_error_that_nobody_can_be_told_of_keeps_its_status() -> None:
    def full() -> int:
        onto(2, "/dev/full")
        return as_program("train --width 0")

    def closed() -> int:
        os.close(1)
        os.close(2)
        return as_program("train --width 0")

    assert (in_child(full), in_child(closed)) == (2, 2)


def test_when_its_terminal_goes_away_a_run_stops_as_by_ctrl_c_and_goes_on_later() -> None:
    assert status_of(f"{RUN} --checkpoint whole {outputs('whole')}".split()) == 0
    arguments = f"{RUN} --checkpoint run {outputs('run')}"

    def listen() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)

    assert on_a_terminal_that_goes(arguments, listen) == 130
    assert Path("told").read_text() == ""
    steps = len(load_checkpoint(Path("run")).header.records)
    assert 0 < steps < 40
    assert Path("run.jsonl").read_bytes().count(b"\n") == steps
    assert status_of(f"train --resume run {outputs('run')}".split()) == 0
    assert left("run") == left("whole")
    assert Path("run/state.ckpt").read_bytes() == Path("whole/state.ckpt").read_bytes()


def test_a_run_that_ignores_that_as_under_nohup_goes_on_to_its_end() -> None:
    assert status_of(f"{RUN} {outputs('whole')}".split()) == 0

    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    assert on_a_terminal_that_goes(f"{RUN} {outputs('run')}", ignore) == 0
    assert Path("told").read_text() == ""
    assert left("run") == left("whole")


def test_sigterm_stops_a_run_as_ctrl_c_does_and_a_second_does_not_break_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = Run.step

    def asked_twice(run: Run[float]) -> Record | None:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGHUP)
        return step(run)

    monkeypatch.setattr(Run, "step", asked_twice)
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
    assert status_of(f"{RUN} --checkpoint run {outputs('run')}".split()) == 130
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] == before
    assert "interrupted: " in capsys.readouterr().out
    assert Path("run.jsonl").read_bytes().count(b"\n") == 1
