"""What a person sees while a run goes on: a line a step, and on a terminal a bar."""

from collections.abc import Mapping
from types import TracebackType

from rich.console import Console

from reference.counters import Label
from reference.edges.system.terminal import moving_bar
from reference.training.clock import step_seconds
from reference.training.trace import Record


class Display:
    """Shows the building of the structures and then each step, in a bar and, if asked, lines."""

    def __init__(self, console: Console, points: int, steps: int, lines: bool = True) -> None:
        self._console = console
        self._lines = lines
        self._points = points
        self._steps = steps
        self._bar = moving_bar(console)
        self._task = self._bar.add_task("scores of all points", total=points)

    def __enter__(self) -> "Display":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def drawn(self, share: float) -> None:
        """So much of the network and its scores is there."""
        self._bar.update(self._task, completed=share * self._points)

    def begin(self, made: int) -> None:
        """Training begins, or goes on after so many records."""
        self._bar.reset(self._task, total=self._steps, completed=made, description="steps")

    def show(self, record: Record, seconds: Mapping[Label, float]) -> None:
        """One more record, in a line of its own if its number has at most two digits that count."""
        if self._lines and (record.rule == "none" or worth_a_line(record.step)):
            self._console.print(_line(record, seconds), highlight=False, soft_wrap=True)
        self._bar.update(
            self._task,
            completed=record.step + (record.moved > 0),
            description=f"loss {record.loss:.2e}",
        )


def worth_a_line(step: int) -> bool:
    """Every step to 99, then every tenth, then every hundredth: long runs stay readable.

    >>> [step for step in range(1990, 2201) if worth_a_line(step)]
    [2000, 2100, 2200]
    """
    spacing = int("1" + "0" * (len(str(step)) - 2)) if step > 99 else 1
    return step % spacing == 0


def _line(record: Record, seconds: Mapping[Label, float]) -> str:
    """One step in words."""
    size = "" if record.size in (0.0, 1.0) else f"  size {record.size:g}"
    return (
        f"step {record.step:3d}  loss {record.loss:.3e}  fired {sum(record.fired):,} pairs"
        f"  union {record.union:,}  moved {record.moved:,}  switched {record.switched:,}"
        f"{size}  {step_seconds(seconds):.2f} s"
    )
