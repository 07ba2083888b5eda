"""Being asked to stop while work goes on that must not be broken in its middle."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, whoever ends processes politely, and a terminal that goes away."""


@contextmanager
def interrupts() -> Iterator[list[int]]:
    """Within, such a signal is noted in the list instead of breaking into a step.

    A second Ctrl-C breaks. What the process was started to ignore it goes on ignoring.
    """
    noted: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        if noted and number == signal.SIGINT:
            raise KeyboardInterrupt
        noted.append(number)

    before = {number: signal.getsignal(number) for number in ASKING}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:
            signal.signal(number, note)
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
