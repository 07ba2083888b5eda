"""What a machine seldom refuses: reading, locking, memory. It is told by name, or does no harm."""

import errno
import fcntl
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from invariants.conformance.answering.port_errors import PortError
from reference.edges import command_line
from reference.edges.networks.initial_network import draw
from reference.edges.runs import observers
from reference.edges.runs.checkpoint import STATE, load_checkpoint
from reference.edges.runs.run_errors import CheckpointBusy, CheckpointDamaged, ObserverMissing
from reference.edges.sweep.trial import file_digest
from reference.edges.system import exclusive, with_parent
from reference.edges.system.exclusive import alone_at, alone_in
from reference.edges.system.output_errors import OutputFolderMissing, OutputNotWritten
from reference.edges.system.output_files import check_folder
from reference.errors import FiringtreeError
from tests.commands import call
from tests.faults.children import in_child

pytestmark = [pytest.mark.plain, pytest.mark.usefixtures("folder")]

BUSY = CheckpointBusy("here")
Alone = Callable[[Path, FiringtreeError], AbstractContextManager[None]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# ---- files and folders ---------------------------------------------------------------------------


def test_a_checkpoint_that_is_a_folder_is_damaged() -> None:
    Path(STATE).mkdir()
    with pytest.raises(CheckpointDamaged, match="directory"):
        load_checkpoint(Path())


def test_a_folder_that_may_not_be_written_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    with pytest.raises(OutputFolderMissing, match="cannot be written"):
        check_folder("DIR", Path("new"))


@pytest.mark.parametrize("alone", [alone_in, alone_at])
def test_what_cannot_be_made_cannot_be_had_alone(alone: Alone) -> None:
    Path("file").touch()
    with pytest.raises(OutputNotWritten, match="directory"), alone(Path("file/inner"), BUSY):
        pass


@pytest.mark.parametrize("alone", [alone_in, alone_at])
def test_one_command_at_a_time_is_alone(alone: Alone) -> None:
    with (
        alone(Path("place"), BUSY),
        pytest.raises(CheckpointBusy, match="another run is at work in here"),
        alone(Path("place"), BUSY),
    ):
        pass
    with alone(Path("place"), BUSY):
        pass


@pytest.mark.parametrize("alone", [alone_in, alone_at])
def test_without_locks_nobody_is_kept_out(alone: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with alone(Path("place"), BUSY), alone(Path("place"), BUSY):
        pass


def test_a_folder_that_was_removed_meanwhile_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever had it removes it between our opening and our locking it."""
    lock = exclusive._lock
    removed: list[int] = []

    def removed_once(descriptor: int, wait: bool) -> None:
        if not removed:
            removed.append(descriptor)
            Path("place").rmdir()
        lock(descriptor, wait)

    monkeypatch.setattr(exclusive, "_lock", removed_once)
    with alone_in(Path("place"), BUSY):
        assert Path("place").is_dir()
    assert len(removed) == 1


def test_data_that_come_with_scikit_learn_are_no_file() -> None:
    assert file_digest("digits") == ""


# ---- memory, packages, processes -----------------------------------------------------------------


def test_more_weights_than_addresses_are_out_of_memory() -> None:
    with pytest.raises(MemoryError):
        draw(0, 1 << 60, 1, 0.0)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), "error[out-of-memory]: take a smaller --width, or less data"),
        (OSError(errno.ENOSPC, "no room"), "error[output-not-written]: standard output: no room"),
    ],
)
def test_what_no_command_expects_is_told_by_name(
    error: Exception, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(command_line.firingtree, "main", fail)
    assert call(capsys, "train") == (2, "", f"firingtree: {told}\n")


def test_output_that_is_lost_at_the_end_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(command_line, "set_up_streams", lambda: None)
    monkeypatch.setattr(command_line, "flush_output", fail)
    monkeypatch.setattr(sys, "argv", ["firingtree", "--version"])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 2
    assert "error[output-not-written]: standard output: no room" in capsys.readouterr().err


def test_invariants_without_their_package_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observers, "entry_points", lambda **_: ())
    for find in (observers.observer, observers.exact_observer):
        find("off")
        with pytest.raises(ObserverMissing, match="--invariants full needs the invariants package"):
            find("full")


def test_an_error_without_words_of_its_own_says_its_code() -> None:
    assert str(FiringtreeError()) == "error"
    assert str(PortError()) == "port"


class Gone:
    """A parent that has ended."""

    def join(self) -> None:
        """At once."""


def test_a_process_ends_when_its_parent_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system does not see to it, a thread of ours does."""
    monkeypatch.setattr(with_parent, "parent_process", Gone)
    monkeypatch.setattr(sys, "platform", "other")

    def live_on() -> int:
        with_parent.end_with_parent()
        signal.pause()
        return 0

    assert in_child(live_on) == 1


def test_a_process_of_nobody_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(with_parent, "parent_process", lambda: None)

    def live_on() -> int:
        with_parent.end_with_parent()
        return 7

    assert in_child(live_on) == 7
