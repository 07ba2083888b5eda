"""What a regime diagram says: how runs ended over α and the width.

There is a panel for each data set and method. A cell of a panel holds the runs of one α and one
width, which differ by their seeds; it is divided among the ways in which they ended.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.outcome import KINDS
from reference.edges.sweep.run_record import RunRecord
from reference.edges.sweep.sweep_display import power

CONVERGED = KINDS[0]

Panel = tuple[str, int, str, str]
"""Data, n, method and step rule."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a cell that ended so, from its bottom (0) to its top (1)."""

    kind: str
    start: float
    share: float


@dataclass(frozen=True, slots=True)
class Cell:
    """How many runs ended how."""

    ends: Counter[str]

    @property
    def converged(self) -> str:
        """How many of how many did, where some did and others did not; else nothing."""
        runs, good = self.ends.total(), self.ends[CONVERGED]
        return f"{good}/{runs}" if 0 < good < runs else ""

    def parts(self) -> Iterator[Part]:
        """From the bottom: those that converged first."""
        runs, below = self.ends.total(), 0
        for kind in kinds(self.ends):
            yield Part(kind, below / runs, self.ends[kind] / runs)
            below += self.ends[kind]


def kinds(found: Mapping[str, int]) -> list[str]:
    """Those that there are, in order."""
    return [kind for kind in KINDS if found.get(kind)]


def cells(records: Sequence[RunRecord]) -> dict[Panel, dict[tuple[float, int], Cell]]:
    """The panels in the order of the records, and their cells by α and width."""
    found: dict[Panel, dict[tuple[float, int], Cell]] = {}
    for record in records:
        config = record.config
        panel = found.setdefault(_panel(config), {})
        cell = panel.setdefault((config.alpha, config.width), Cell(Counter()))
        cell.ends[record.outcome.kind] += 1
    return found


def _panel(config: Configuration) -> Panel:
    return config.data, config.points, config.method.value, config.step_rule.value


def title(records: Sequence[RunRecord]) -> str:
    """What was run, as far as all panels have it in common."""
    config = records[0].config
    seeds = len({record.config.seed for record in records})
    way = "where training converges"
    if len({_panel(record.config)[2:] for record in records}) == 1:
        rule = f"{config.step_rule.value} {'Gauss-Newton' if config.method.solves else 'gradient'}"
        way = f"where {rule} steps converge ({config.method.value})"
    return (
        f"{way}: to a loss of {config.until:g} in at most {config.steps:,} steps, "
        f"{seeds} seed{'s' * (seeds > 1)} a cell"
    )


def heading(panel: Panel, panels: Sequence[Panel]) -> str:
    """What a panel has of its own.

    >>> live, damped = ("wine", 16, "live", "full"), ("wine", 16, "live", "damped")
    >>> heading(live, [live]), heading(damped, [live, damped])
    ('wine, n = 16', 'wine, n = 16, damped steps')
    """
    data, points, method, step_rule = panel
    parts = [f"{data}, n = {points}"]
    parts += [method] * (len({other[2] for other in panels}) > 1)
    parts += [f"{step_rule} steps"] * (len({other[3] for other in panels}) > 1)
    return ", ".join(parts)


def by_hand(width: int) -> str:
    """A width as it is written by hand.

    >>> by_hand(4096), by_hand(5000)
    ('2¹²', '5,000')
    """
    base, _, exponent = power(width).partition("^")
    return base + exponent.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
