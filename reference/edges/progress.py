"""What a person sees while a run goes on: a line a step, and on a terminal a bar."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from reference.counters import Label
from reference.trace import Record


class Terminal(Console):
    """Where a run is shown. When nobody reads it any more, the run goes on and is shown no more."""

    def __init__(self) -> None:
        super().__init__(markup=False, emoji=False, highlight=False)

    def on_broken_pipe(self) -> None:
        """Rich would end the program here."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Display:
    """Shows the building of the structures and then each step."""

    def __init__(self, console: Console, points: int, steps: int) -> None:
        self._console = console
        self._points = points
        self._steps = steps
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
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

    def watch(self, columns: Iterator[Sequence[float]]) -> Iterator[Sequence[float]]:
        """The same columns, each shown as it goes by."""
        for column in columns:
            yield column
            self._bar.advance(self._task)

    def begin(self, made: int) -> None:
        """Training begins, or goes on after so many records."""
        self._bar.reset(
            self._task, total=self._steps, completed=made, description="Gauss-Newton steps"
        )

    def show(self, record: Record, seconds: Mapping[Label, float]) -> None:
        """One more record."""
        self._console.print(_line(record, seconds), highlight=False, soft_wrap=True)
        self._bar.update(
            self._task,
            completed=record.step + (record.moved > 0),
            description=f"loss {record.loss:.2e}",
        )


def _line(record: Record, seconds: Mapping[Label, float]) -> str:
    """One step in words."""
    spent = sum(value for label, value in seconds.items() if label is not Label.INIT)
    size = "" if record.size in (0.0, 1.0) else f"  size {record.size:g}"
    return (
        f"step {record.step:3d}  loss {record.loss:.3e}  fired {sum(record.fired):,} pairs"
        f"  union {record.union:,}  moved {record.moved:,}  switched {record.switched:,}"
        f"{size}  {spent:.2f} s"
    )
