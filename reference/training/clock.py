"""Seconds by label. Times are reported beside the counts and never enter a trace."""

from collections.abc import Mapping
from time import perf_counter

from reference.counters import ASIDE, Label


def step_seconds(seconds: Mapping[Label, float]) -> float:
    """The seconds of the steps themselves: set-up and watching left out."""
    total = 0.0
    for label, spent in seconds.items():
        if label not in ASIDE:
            total += spent
    return total


class Clock:
    """A stopwatch whose laps are charged to labels."""

    def __init__(self) -> None:
        self._seconds = dict.fromkeys(Label, 0.0)
        self._lap_began = perf_counter()

    def start(self) -> None:
        """The next lap begins now: what went before is charged to nobody."""
        self._lap_began = perf_counter()

    def lap(self, label: Label) -> None:
        """The time since the last lap is the label's."""
        now = perf_counter()
        self._seconds[label] += now - self._lap_began
        self._lap_began = now

    def watch(self) -> None:
        """The time of QUERY and PREDICT was only to watch."""
        for label in (Label.QUERY, Label.PREDICT):
            self._seconds[Label.WATCH] += self._seconds[label]
            self._seconds[label] = 0.0

    def take(self) -> dict[Label, float]:
        """All seconds since the last take; they start again at zero."""
        taken = self._seconds
        self._seconds = dict.fromkeys(Label, 0.0)
        return taken
