"""A picture of the seconds of an iteration against m, and how they stand to the dense rival's."""

from collections.abc import Sequence
from itertools import pairwise
from math import log2

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reference.edges.bench.contestants import ALL, DENSE
from reference.edges.bench.crossing import Comparison, power
from reference.edges.bench.iteration import AtWidth, Times
from reference.edges.bench.measurement import figure as figure_in_words
from reference.edges.bench.picture_style import (
    COLOURS,
    label_ends,
    line_of,
    plain_axes,
    saved,
    styled,
    time_axis,
    width_axis,
)


def draw_iteration(
    found: Sequence[AtWidth], comparisons: Sequence[Comparison], title: str, format_: str
) -> bytes:
    """The picture as the bytes of a file."""
    measured = sorted((at for at in found if at.methods), key=lambda at: at.width)
    with styled():
        figure = Figure(figsize=(13, 6.2))
        figure.suptitle(title, fontsize=11, x=0.055, ha="left", parse_math=False)
        seconds, times = figure.subplots(1, 2)
        figure.subplots_adjust(left=0.055, right=0.862, top=0.87, bottom=0.19, wspace=0.36)
        told = "\n".join(f"○  {each.words}" for each in comparisons if each.crossings)
        figure.text(0.055, 0.105, told, va="top", color="#44474d", fontsize=8.5)
        _draw_seconds(seconds, measured)
        _mark_crossings(seconds, measured, comparisons)
        _draw_times(times, measured)
        return saved(figure, format_)


def _draw_seconds(axes: Axes, measured: Sequence[AtWidth]) -> None:
    """Medians, and a bar from the least to the most."""
    axes.set_title("seconds of an iteration  (median; from least to most)", loc="left")
    ends = {}
    for name in ALL:
        course = _course(measured, name)
        if course:
            widths = [m for m, _ in course]
            middles = [each.median for _, each in course]
            lows = [each.median - min(each.seconds) for _, each in course]
            highs = [max(each.seconds) - each.median for _, each in course]
            _line(axes, name, widths, middles, (lows, highs))
            ends[name] = middles[-1]
    time_axis(axes)
    width_axis(axes, [at.width for at in measured])
    plain_axes(axes)
    label_ends(axes, ends, {name: name for name in ends})


def _draw_times(axes: Axes, measured: Sequence[AtWidth]) -> None:
    """The dense rival's seconds over those of each, and a bar over all pairs."""
    axes.set_title(f"times as fast as {DENSE}  (pairs of steps)", loc="left")
    ends, words = {}, {}
    for name in ALL:
        course = [
            (m, each.dense_over_this)
            for m, each in _course(measured, name)
            if each.dense_over_this is not None and name != DENSE
        ]
        if course:
            middles = [over.median for _, over in course]
            lows = [over.median - over.least for _, over in course]
            highs = [over.most - over.median for _, over in course]
            _line(axes, name, [m for m, _ in course], middles, (lows, highs))
            ends[name] = middles[-1]
            words[name] = f"{figure_in_words(middles[-1])} ×  {name}"
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g} ×")
    axes.axhline(1.0, color=COLOURS[DENSE], linewidth=1.6)
    width_axis(axes, [at.width for at in measured])
    plain_axes(axes)
    if ends:
        ends[DENSE], words[DENSE] = 1.0, f"1 ×  {DENSE}"
        label_ends(axes, ends, words)


def _line(
    axes: Axes,
    name: str,
    widths: Sequence[int],
    middles: Sequence[float],
    spread: tuple[Sequence[float], Sequence[float]],
) -> None:
    filled = not name.startswith("plain")
    axes.errorbar(
        widths,
        middles,
        yerr=spread,
        fmt=line_of(name),
        marker="o",
        markersize=4.5,
        markerfacecolor=COLOURS[name] if filled else "white",
        color=COLOURS[name],
        linewidth=1.8,
        elinewidth=0.8,
        zorder=4 if name == DENSE else 3,
    )


def _mark_crossings(
    axes: Axes, measured: Sequence[AtWidth], comparisons: Sequence[Comparison]
) -> None:
    """A ring where a method crosses the dense rival, with the width."""
    for each in comparisons:
        if each.other != DENSE:
            continue
        for m in each.crossings:
            height = _height(_course(measured, DENSE), m)
            colour = COLOURS[each.method]
            axes.plot([m], [height], "o", markersize=14, markerfacecolor="none", color=colour)
            axes.annotate(
                power(m),
                xy=(m, height),
                xytext=(0, 10),
                textcoords="offset points",
                ha="center",
                color=colour,
            )


def _height(course: Sequence[tuple[int, Times]], m: float) -> float:
    """The seconds between two widths, on the line that is drawn."""
    for (low, before), (high, after) in pairwise(course):
        if low <= m <= high:
            part = (log2(m) - log2(low)) / (log2(high) - log2(low))
            return float(before.median ** (1 - part) * after.median**part)
    return course[-1][1].median


def _course(measured: Sequence[AtWidth], name: str) -> list[tuple[int, Times]]:
    """The widths at which a contestant was there, with its times."""
    return [(at.width, each) for at in measured for each in at.methods if each.method == name]
