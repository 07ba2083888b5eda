"""Seconds are charged to the label of their lap, and to no other."""

from fractions import Fraction
from itertools import count

import pytest

from reference.activation import Activation
from reference.counters import Label
from reference.scalar import RATIONAL
from reference.structures.threshold_search import Structure
from reference.training.batches import Batches
from reference.training.clock import Clock, step_seconds
from reference.training.observer import Nobody
from reference.training.step_rule import GradientSteps, StepRule
from reference.training.stopping import Limits
from reference.training.training import Run
from tests.small_training import HALF_ALIVE, trainer, walk
from tests.trainings import trained


def clock_at(patch: pytest.MonkeyPatch, *times: float) -> Clock:
    """A clock that is looked at at these times; its first lap begins at the first."""
    looks = iter(times)
    patch.setattr("reference.training.clock.perf_counter", lambda: next(looks))
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
DONE = ["solve", "move", "refresh"]


def told_apart(patch: pytest.MonkeyPatch) -> None:
    """The k-th look is at 2^k, so every time between two looks tells which they were."""
    looks = count()
    patch.setattr("reference.training.clock.perf_counter", lambda: 2.0 ** next(looks))


def spent(*records: list[str]) -> list[dict[str, float]]:
    """The seconds of each record, from the looks in their order."""
    looks, found = count(), []
    for labels in records:
        seconds: dict[str, float] = {}
        for label, k in zip(labels, looks, strict=False):
            if label != "start":
                seconds[label] = seconds.get(label, 0.0) + 2.0**k - 2.0 ** (k - 1)
        found.append(seconds)
    return found


def charges(run: Run[Fraction]) -> list[dict[str, float]]:
    """What the run says, record by record."""
    return [
        {label.value: seconds for label, seconds in entry.items() if seconds}
        for entry in run.seconds
    ]


@pytest.mark.parametrize(
    ("step_rule", "stepping"),
    [(StepRule.FULL, DONE), (StepRule.BACKTRACKING, ["solve", "refresh", "move", *DONE])],
)
def test_every_part_of_a_step_is_charged_to_its_label(
    monkeypatch: pytest.MonkeyPatch, step_rule: StepRule, stepping: list[str]
) -> None:
    """Backtracking takes its first trial."""
    told_apart(monkeypatch)
    parts = trainer(HALF_ALIVE, RATIONAL, Activation.SHIFTED, step_rule, Structure.TOURNAMENT)
    _, run, _ = walk(parts, 1)
    assert charges(run) == spent(["start", "init", *SEEN, "start", *stepping], SEEN)


def test_an_epoch_begins_with_watching_and_with_finding_its_step_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told_apart(monkeypatch)
    parts = trained(HALF_ALIVE, RATIONAL, GradientSteps(RATIONAL, 2))
    run = Run(parts, Limits(1, 0.0), Nobody[Fraction](), batches=Batches(3, 2, 0))
    run.step()
    run.step()
    watched = ["start", "watch", "start", "watch"]
    batch = [*SEEN, "start", *DONE]
    first = ["start", "init", *watched, "start", "init", *batch, *batch]
    assert charges(run) == spent(first, watched)
