"""The command itself: how it ends, whatever a subcommand does, and who contributes those."""

import ctypes
import os
import signal
import sys
from importlib.metadata import EntryPoints
from threading import Thread
from types import SimpleNamespace

import click
import pytest

from reference.edges import command_line
from reference.edges.command_line import firingtree, main, status_of
from reference.edges.runs import observers
from reference.edges.runs.observers import exact_observer, observer
from reference.edges.runs.run_errors import ObserverMissing
from reference.edges.runs.train_command import train
from reference.edges.system import with_parent
from reference.edges.system.option_lists import between_commas, check_once
from reference.edges.system.request_errors import OutOfRange
from reference.training.observer import Nobody

pytestmark = pytest.mark.plain


def ended(error: BaseException | object, patch: pytest.MonkeyPatch) -> int:
    """The status where the command raises this, or returns it."""

    def act(*_: object, **__: object) -> object:
        if isinstance(error, BaseException):
            raise error
        return error

    patch.setattr(firingtree, "main", act)
    return status_of(["some", "arguments"])


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (
            OutOfRange("--some", "this", "that"),
            2,
            "out-of-range]: --some: expected this, found that",
        ),
        (click.UsageError("wrong use"), 2, "usage]: wrong use"),
        (click.Abort(), 130, "interrupted]: stopped at once; no file is half-written"),
        (KeyboardInterrupt(), 130, "interrupted]: stopped at once; no file is half-written"),
        (MemoryError(), 2, "out-of-memory]: take a smaller --width, or less data"),
        (OSError(28, "disk full"), 2, "output-not-written]: standard output: disk full"),
    ],
)
def test_every_error_ends_in_one_line_and_its_status(
    error: BaseException,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ended(error, monkeypatch) == status
    assert capsys.readouterr() == ("", f"firingtree: error[{said}\n")


def test_the_status_is_the_command_s_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [ended(status, monkeypatch) for status in (0, 3, 4, None)] == [0, 3, 4, 0]


def test_arguments_are_the_program_s_and_its_name_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_line, "set_up_streams", lambda: None)
    monkeypatch.setattr(sys, "argv", ["whatever", "--help"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("Usage: firingtree [OPTIONS] COMMAND")


def test_what_cannot_be_flushed_at_the_end_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up: list[bool] = []

    def full() -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(command_line, "set_up_streams", lambda: set_up.append(True))
    monkeypatch.setattr(command_line, "flush_output", full)
    monkeypatch.setattr(sys, "argv", ["firingtree", "--version"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert (caught.value.code, set_up) == (2, [True])
    assert "error[output-not-written]: standard output: disk full\n" in capsys.readouterr().err


def test_subcommands_are_those_that_packages_contribute() -> None:
    context = click.Context(firingtree)
    assert firingtree.list_commands(context) == sorted(firingtree.list_commands(context))
    assert firingtree.get_command(context, "train") is train
    assert firingtree.get_command(context, "dance") is None


@pytest.mark.parametrize("make", [observer, exact_observer])
def test_who_watches_is_found_by_the_level(make: type, monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(make("off")) is Nobody
    assert type(make("touched")) is not Nobody
    monkeypatch.setattr(observers, "entry_points", lambda **_: EntryPoints())
    assert type(make("off")) is Nobody
    with pytest.raises(ObserverMissing) as caught:
        make("full")
    assert str(caught.value) == str(ObserverMissing("full"))


def test_what_stands_between_commas_stands_there_once() -> None:
    assert between_commas("--some", "a,b") == ["a", "b"]
    for text, found in {"": "''", "a,": "'a,'", ",a": "',a'", "a,b,a": "a again"}.items():
        with pytest.raises(OutOfRange) as caught:
            between_commas("--some", text)
        assert (caught.value.option, caught.value.found) == ("--some", found)
    check_once("--some", ["a", "b"])


# ---- processes that end with the one that started them -------------------------------------------


class Parent:
    """A process that has ended."""

    def join(self) -> None:
        asked.append("joined")


asked: list[object] = []


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_a_process_ends_with_the_one_that_started_it(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.clear()
    prctl = SimpleNamespace(prctl=lambda *how: asked.append(how))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: prctl if name is None else None)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(os, "_exit", asked.append)
    started: list[Thread] = []
    start = Thread.start

    def noted(thread: Thread) -> None:
        started.append(thread)
        start(thread)

    monkeypatch.setattr(Thread, "start", noted)
    monkeypatch.setattr(with_parent, "parent_process", Parent)
    with_parent.end_with_parent()
    (thread,) = started
    thread.join()
    assert thread.daemon
    assert asked == [(1, signal.SIGKILL)] * (platform == "linux") + ["joined", 1]


def test_a_process_that_nobody_of_ours_started_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Thread, "start", None)
    with_parent.end_with_parent()
