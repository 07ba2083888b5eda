"""Seconds are charged to the label of their lap, and to no other."""

from itertools import count

import pytest

from reference.activation import Activation
from reference.clock import Clock, step_seconds
from reference.counters import Label
from reference.scalar import RATIONAL
from reference.step_rule import StepRule
from reference.structures.threshold_search import Structure
from tests.small_training import HALF_ALIVE, trainer, walk


def clock_at(patch: pytest.MonkeyPatch, *times: float) -> Clock:
    """A clock that is looked at at these times; its first lap begins at the first."""
    looks = iter(times)
    patch.setattr("reference.clock.perf_counter", lambda: next(looks))
    return Clock()


def charged(**seconds: float) -> dict[Label, float]:
    """So many seconds, and none to other labels."""
    return dict.fromkeys(Label, 0.0) | {Label(name): spent for name, spent in seconds.items()}


def test_laps_of_a_label_add_up_until_they_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = clock_at(monkeypatch, 10.0, 12.0, 15.0, 20.0, 24.0, 25.0)
    clock.lap(Label.QUERY)
    clock.lap(Label.QUERY)
    clock.start()
    clock.lap(Label.PREDICT)
    assert clock.take() == charged(query=5.0, predict=4.0)
    clock.lap(Label.MOVE)
    assert clock.take() == charged(move=1.0)
    assert clock.take() == charged()


def test_what_was_only_to_watch_is_charged_to_watching(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = clock_at(monkeypatch, 0.0, 1.0, 3.0, 7.0, 15.0)
    clock.lap(Label.QUERY)
    clock.lap(Label.PREDICT)
    clock.watch()
    clock.lap(Label.QUERY)
    clock.lap(Label.SOLVE)
    clock.watch()
    assert clock.take() == charged(watch=7.0, solve=8.0)


def test_the_seconds_of_steps_are_those_without_setting_up_and_watching() -> None:
    assert step_seconds(charged(init=1.0, query=2.0, solve=4.0, refresh=8.0, watch=16.0)) == 14.0


SEEN = ["start", "query", "start", "predict"]
FIRST_TRIAL, TRIAL = ["solve", "refresh", "move"], ["solve", "move"]
DONE = ["solve", "move", "refresh"]


@pytest.mark.parametrize(
    ("step_rule", "stepping"),
    [
        (StepRule.FULL, DONE),
        (StepRule.BACKTRACKING, [*FIRST_TRIAL, *DONE]),
    ],
)
def test_every_part_of_a_step_is_charged_to_its_label(
    monkeypatch: pytest.MonkeyPatch, step_rule: StepRule, stepping: list[str]
) -> None:
    """The k-th look is at 2^k, so every time between two looks tells which they were."""
    looks = count()
    monkeypatch.setattr("reference.clock.perf_counter", lambda: 2.0 ** next(looks))
    parts = trainer(HALF_ALIVE, RATIONAL, Activation.SHIFTED, step_rule, Structure.TOURNAMENT)
    _, run, _ = walk(parts, 1)
    looked = [["start", "init", *SEEN, "start", *stepping], SEEN]
    at = 0
    expected = []
    for labels in looked:
        seconds = charged()
        for label in labels:
            if label != "start":
                seconds[Label(label)] += 2.0**at - 2.0 ** (at - 1)
            at += 1
        expected.append(seconds)
    assert run.seconds == expected
