"""What stands beside a chart: how each curve looks, and its numbers.

look      colour and mark of a curve, which the chart draws and the legend shows
swatch    the look, small, in SVG
numbers   the values as a table
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from proofs.audit.report.numbers_in_words import short
from proofs.audit.report.typesetting import plain
from proofs.evidence.chart import Chart, Curve, Kind

MARKS: Mapping[str, str] = {
    "o": "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
    "s": "M-2.8-2.8h5.6v5.6h-5.6z",
    "^": "M0-3.6L3.6 2.8h-7.2z",
    "D": "M0-3.8L3.8 0 0 3.8-3.8 0z",
    "v": "M0 3.6L3.6-2.8h-7.2z",
    "<": "M-3.6 0L2.8-3.6v7.2z",
    ">": "M3.6 0L-2.8-3.6v7.2z",
    "P": "M-1-3.4h2v2.4h2.4v2h-2.4v2.4h-2v-2.4h-2.4v-2h2.4z",
}
"""A mark as matplotlib calls it, and its outline."""

DASHES = ((4.0, 2.0), (1.2, 1.6), (6.0, 2.0, 1.2, 2.0))
"""Lengths of strokes and of gaps, in widths of the line."""

ROWS = 16
"""Of more values than these the table has every second, every third, …"""


@dataclass(frozen=True, slots=True)
class Look:
    """How a curve is told from the others. `series` counts colours from 1."""

    series: int
    mark: str
    dash: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A curve's values in words; `every` says how many of them one row stands for."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    every: int


def looks(curves: Sequence[Curve]) -> Sequence[Look]:
    """Each curve's look: no two of one kind are alike, up to eight."""
    found: list[Look] = []
    dashed = 0
    for number, curve in enumerate(curves):
        mark, dash = list(MARKS)[number % len(MARKS)], DASHES[dashed % len(DASHES)]
        found.append(Look(number % len(MARKS) + 1, mark, dash if curve.kind == "dashed" else ()))
        dashed += curve.kind == "dashed"
    return found


def swatch(kind: Kind, look: Look) -> Markup:
    """The look, as large as a word."""
    colour = f"series-{look.series}"
    line = f'<path class="stroke-{colour}" fill="none" stroke-width="1.6" d="M2 7H34"{{}}/>'
    mark = f'<path class="fill-{colour}" transform="translate(18 7)" d="{MARKS[look.mark]}"/>'
    dashes = " ".join(f"{1.6 * length:g}" for length in look.dash)
    area = f'<rect class="fill-{colour}" fill-opacity="0.3" x="2" y="1" width="32" height="12"/>'
    shape = {
        "line": line.format("") + mark,
        "dashed": line.format(f' stroke-dasharray="{dashes}"'),
        "points": mark,
        "band": area,
    }[kind]
    return Markup(f'<svg class="swatch" viewBox="0 0 36 14" aria-hidden="true">{shape}</svg>')


def numbers(curve: Curve) -> Numbers:
    """The curve's values, with what they lie between if that is known."""
    every = -(-len(curve.x) // ROWS) or 1
    columns = {"x": curve.x, "y": curve.y, "from": curve.low, "to": curve.high}
    there = {name: values for name, values in columns.items() if values}
    rows = zip(*(values[::every] for values in there.values()), strict=True)
    return Numbers(list(there), [[short(value, 6) for value in row] for row in rows], every)


def description(chart: Chart) -> str:
    """The chart for somebody who does not see it: its caption, and where each curve runs."""
    axes = f"Across: {plain(chart.x)}. Up: {plain(chart.y)}."
    return " ".join([plain(chart.caption), axes, *map(_course, chart.curves)])


def _course(curve: Curve) -> str:
    if not curve.x:
        return f"{plain(curve.name)}: no values."
    ends = [f"{short(y, 4)} at {short(x, 4)}" for x, y in zip(curve.x, curve.y, strict=True)]
    course = f"from {ends[0]} to {ends[-1]}" if len(ends) > 1 else ends[0]
    return f"{plain(curve.name)}: {course}."
