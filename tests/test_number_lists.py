"""Numbers as a grid's options take them: where lists and ranges begin and end, and what is none."""

from collections.abc import Callable, Sequence

import pytest

from reference.edges.setup.configuration import Configuration
from reference.edges.sweep import grid
from reference.edges.sweep.grid import Grid
from reference.edges.sweep.number_lists import MOST, decimals, integers, widths
from reference.edges.system.request_errors import OutOfRange
from reference.training.method import Method
from reference.training.step_rule import StepRule


def found(text: str, kind: str) -> str:
    """What is said to be wrong with it."""
    with pytest.raises(OutOfRange) as caught:
        {"integers": integers, "widths": widths, "decimals": decimals}[kind]("--some", text)
    assert caught.value.option == "--some"
    return caught.value.found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", [7]),
        ("0..3", [0, 1, 2, 3]),
        ("5..5", [5]),
        ("16..64:16", [16, 32, 48, 64]),
        ("16..63:16", [16, 32, 48]),
        ("2,1,2..3", [2, 1, 3]),
        (f"{'9' * 30}", [10**30 - 1]),
    ],
)
def test_integers(text: str, expected: list[int]) -> None:
    assert integers("--some", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1000", [1000]),
        ("2^0,2^3..2^9:3", [1, 8, 64, 512]),
        ("4..64:2", [4, 16, 64]),
        ("2^61..4611686018427387904", [1 << 61, 1 << 62]),
        ("1..2", [1, 2]),
    ],
)
def test_widths(text: str, expected: list[int]) -> None:
    assert widths("--some", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.24", [0.24]),
        ("0.2..0.4:0.1", [0.2, 0.3, 0.4]),
        ("0.2..0.39:0.1", [0.2, 0.3]),
        ("0.5..0.5:1", [0.5]),
        ("-1..1:1", [-1.0, 0.0, 1.0]),
        (f"0.{'1' * 28}", [1 / 9]),
    ],
)
def test_decimals(text: str, expected: list[float]) -> None:
    assert decimals("--some", text) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("4..3", "integers"),
        ("1..4:0", "integers"),
        ("1..", "integers"),
        ("4:2", "integers"),
        ("1..4:", "integers"),
        ("1_0", "integers"),
        ("+1", "integers"),
        (f"1{'0' * 30}", "integers"),
        ("2^63", "widths"),
        ("6..64", "widths"),
        ("0..64", "widths"),
        ("2^1_0", "widths"),
        ("0.3..0.2:0.1", "decimals"),
        ("0.2..0.3:0", "decimals"),
        ("0.2..0.3:-1", "decimals"),
        ("1_0.0", "decimals"),
        (f"0.{'1' * 29}", "decimals"),
        ("1e100", "decimals"),
        ("nan", "decimals"),
    ],
)
def test_what_is_no_list_of_numbers_is_shown(text: str, kind: str) -> None:
    assert found(f"2,{text}", kind) == repr(text)


@pytest.mark.parametrize("kind", ["integers", "widths", "decimals"])
def test_of_what_is_long_so_much_is_shown_as_fits_a_line(kind: str) -> None:
    assert found("x" * 100, kind) == "'" + "x" * 79


@pytest.mark.parametrize(("step", "make"), [("", integers), (":1", decimals)])
def test_an_option_has_a_hundred_thousand_numbers_at_most(
    step: str, make: Callable[[str, str], Sequence[float]]
) -> None:
    assert len(make("--some", f"1..{MOST}{step}")) == MOST == 100_000
    assert len(make("--some", f"1..{MOST - 1}{step},{MOST}")) == MOST
    for more in (f"0..{MOST}{step}", f"0..{10**25}{step}", f"1..{MOST}{step},0"):
        with pytest.raises(OutOfRange, match="at most 100,000 numbers"):
            make("--some", more)


def test_a_grid_has_so_many_runs_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MOST", 6)
    rules = [StepRule.FULL, StepRule.DAMPED]

    def runs(seeds: int) -> int:
        asked = Grid(["wine"], [8], [Method.LIVE], rules, [64], [0.1], range(seeds))
        return len(asked.runs(Configuration()))

    assert runs(3) == 6
    with pytest.raises(OutOfRange, match="at most 6 runs, found 8"):
        runs(4)
