"""The terminal: plain text, and a bar that moves while work goes on."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Terminal(Console):
    """Where a run is shown, as plain text."""

    def __init__(self) -> None:
        super().__init__(markup=False, emoji=False, highlight=False)


def moving_bar(console: Console) -> Progress:
    """What moves on a terminal while work goes on, and is gone when it is over."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
