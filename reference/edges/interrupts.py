"""Ctrl-C while work goes on that must not be broken in its middle."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts() -> Iterator[list[int]]:
    """Within, Ctrl-C is noted in the list instead of breaking into a step; a second one breaks."""
    noted: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if before == signal.SIG_IGN:  # started where Ctrl-C is not meant for it
        yield noted
        return

    def note(number: int, _frame: FrameType | None) -> None:
        if noted:
            raise KeyboardInterrupt
        noted.append(number)

    signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
