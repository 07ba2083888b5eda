"""What a person sees while a run goes on: a bar on a terminal, plain lines without one."""

from io import StringIO

import pytest
from rich.console import Console

from reference.counters import Label
from reference.edges.runs.display import Display
from reference.training.trace import Record

SECONDS = dict.fromkeys(Label, 0.5)
LINE = "step   1  loss 1.250e-01  fired 1,234 pairs  union 1,000  moved 999  switched 7"


def record(size: float = 1.0) -> Record:
    """What was seen at step 1."""
    return Record(
        step=1,
        loss=0.125,
        fired=[1000, 234],
        union=1000,
        switched=7,
        firing_digest="",
        rule="full",
        size=size,
        damping=0.0,
        trials=0,
        moved=999,
        rounds=0,
        accuracy=0.0,
        solver_operations={},
        operations={},
    )


def shown(terminal: bool, size: float = 1.0) -> str:
    """All that a display writes of two columns and a step, and of the end."""
    console = Console(force_terminal=terminal, file=StringIO(), width=100, highlight=False)
    with Display(console, points=2, steps=5) as display:
        display.drawn(0.5)
        display.drawn(1.0)
        display.begin(made=1)
        display.show(record(size), SECONDS)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_without_a_terminal_each_step_is_one_plain_line() -> None:
    assert shown(terminal=False) == f"{LINE}  2.50 s\n"


def test_a_step_that_was_cut_says_its_size() -> None:
    assert shown(terminal=False, size=0.25) == f"{LINE}  size 0.25  2.50 s\n"


def test_on_a_terminal_there_are_the_same_lines_and_a_bar() -> None:
    written = shown(terminal=True)
    assert f"{LINE}  2.50 s" in written
    assert "━" in written
    assert "scores of all points" in written
    assert "loss 1.25e-01" in written
    assert "2/5" in written


def test_the_terminal_gets_its_cursor_back_after_an_error() -> None:
    console = Console(force_terminal=True, file=StringIO(), width=100)
    with pytest.raises(KeyboardInterrupt), Display(console, points=2, steps=5):
        raise KeyboardInterrupt
    assert isinstance(console.file, StringIO)
    written = console.file.getvalue()
    assert written.rindex("\x1b[?25h") > written.rindex("\x1b[?25l")
