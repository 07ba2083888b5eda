"""Seconds by label. Times are reported beside the counts and never enter a trace."""

from time import perf_counter

from reference.counters import Label


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

    def take(self) -> dict[Label, float]:
        """All seconds since the last take; they start again at zero."""
        taken = self._seconds
        self._seconds = dict.fromkeys(Label, 0.0)
        return taken
