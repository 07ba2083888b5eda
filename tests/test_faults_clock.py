"""Clocks that jump: they change no byte but seconds, and do not keep a run from being kept."""

import random
import time
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path

import pytest

from reference.edges.runs.checkpoint import load_checkpoint
from tests.faults.children import told
from tests.faults.victims import Victim, prepared, train
from tests.interruptions import stop_after

pytestmark = pytest.mark.thorough

CLOCK = "reference.edges.runs.checkpoint.perf_counter"
DAY = 86_400.0
VICTIM = train(steps=12)


@pytest.fixture(autouse=True)
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What an undisturbed run leaves."""
    monkeypatch.chdir(prepared(tmp_path / "whole"))
    assert told(VICTIM.begin) == (0, "")
    monkeypatch.chdir(prepared(tmp_path / "run"))
    return VICTIM.left(tmp_path / "whole")


def tell(patch: pytest.MonkeyPatch, times: Iterator[float]) -> None:
    """Until undone, this is what the checkpoint's clock says, look by look."""
    patch.setattr(CLOCK, lambda: next(times))


def kept_of(steps: int, times: Iterator[float]) -> int:
    """How many steps are in the checkpoint of a run that was broken off after so many."""
    with pytest.MonkeyPatch.context() as patch:
        tell(patch, times)
        stop_after(patch, steps)
        assert told(VICTIM.begin)[0] == 130
    return len(load_checkpoint(Path("run")).header.records)


def gone_on(victim: Victim) -> dict[str, object]:
    """What is left when the run has gone on to its end."""
    assert told(victim.resume) == (0, "")
    return victim.left(Path())


def test_every_clock_may_jump_back_and_forth(
    whole: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    jumps = random.Random(3)
    for name in ("time", "monotonic", "perf_counter"):
        monkeypatch.setattr(time, name, lambda: jumps.uniform(-DAY, DAY))
    monkeypatch.setattr("reference.training.clock.perf_counter", lambda: jumps.uniform(-DAY, DAY))
    tell(monkeypatch, (jumps.uniform(-DAY, DAY) for _ in repeat(None)))
    assert told(VICTIM.begin) == (0, "")
    assert VICTIM.left(Path()) == whole


def test_after_a_clock_was_put_back_steps_are_kept_as_before(whole: dict[str, object]) -> None:
    times = chain((DAY, DAY + 0.1), (seconds for seconds in map(float, range(100))))
    assert kept_of(5, times) >= 4
    assert gone_on(VICTIM) == whole


def test_after_a_save_that_seemed_to_take_a_day_one_step_a_minute_is_kept(
    whole: dict[str, object],
) -> None:
    """A clock put forward, or a process that was stopped while it saved."""
    times = chain((0.0, DAY), (DAY + 30 * k for k in range(1, 100)))
    assert kept_of(5, times) >= 3
    assert gone_on(VICTIM) == whole
