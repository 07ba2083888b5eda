"""Bars: what racers took to a loss, what structures took for a stream, what a level adds."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reference.edges.bench.crossing import power
from reference.edges.bench.level_overhead import Overhead
from reference.edges.bench.loss_race import Finish
from reference.edges.bench.measurement import figure as figure_in_words
from reference.edges.bench.measurement import seconds_in_words, size_in_words
from reference.edges.bench.picture_style import (
    COLOURS,
    GREY,
    OTHER,
    TREE,
    plain_axes,
    saved,
    styled,
)
from reference.edges.bench.structure_race import Pace

PART_COLOURS = {"build": GREY, "query": OTHER, "update": TREE}
"""What a structure's time went to."""


def draw_race(finishes: Sequence[Finish], title: str, format_: str) -> bytes:
    """Seconds and peak memory of each racer, those first that came in first."""
    ran = sorted((each for each in finishes if each.runs), key=lambda each: each.total)
    with styled():
        figure = Figure(figsize=(12, 1.5 + 0.36 * max(1, len(ran))), layout="constrained")
        figure.suptitle(title, fontsize=11, parse_math=False)
        seconds, memory = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        names = [each.method for each in ran]
        colours = [COLOURS.get(name, GREY) for name in names]
        totals = [each.total for each in ran]
        told = [
            f"{seconds_in_words(each.total)}, {each.runs[-1].iterations:,} steps"
            + ("" if each.reached else f", loss {max(run.loss for run in each.runs):.1e}")
            for each in ran
        ]
        _bars(seconds, names, totals, colours, told)
        seconds.set_title("seconds, set-up included  (hatched: loss not reached)", loc="left")
        peaks = [max(each.peaks) / 2**20 for each in ran]
        sizes = [size_in_words(max(each.peaks)) for each in ran]
        _bars(memory, names, peaks, colours, sizes, logarithmic=False)
        memory.set_title("MiB at the peak, libraries included", loc="left")
        for bar, each in zip(seconds.patches, ran, strict=True):
            if not each.reached:
                bar.set_hatch("////")
                bar.set_alpha(0.5)
        return saved(figure, format_)


def draw_structures(paces: Sequence[Pace], title: str, format_: str) -> bytes:
    """Build, queries and updates of each structure, side by side."""
    with styled():
        figure = Figure(figsize=(13, 1.4 + 0.34 * max(1, len(paces))), layout="constrained")
        figure.suptitle(title, fontsize=11, parse_math=False)
        panels = figure.subplots(1, 4, sharey=True)
        names = [pace.structure for pace in paces]
        for axes, (part, colour) in zip(panels, PART_COLOURS.items(), strict=False):
            values = [pace.median(part) for pace in paces]
            told = [seconds_in_words(value) for value in values]
            _bars(axes, names, values, [colour] * len(names), told)
            words = {"build": "to build", "query": "all queries", "update": "all updates"}[part]
            axes.set_title(words, loc="left")
        sizes = [pace.bytes_a_score for pace in paces]
        told = [f"{figure_in_words(size)} B" for size in sizes]
        _bars(panels[3], names, sizes, ["#7a5fb0"] * len(names), told, logarithmic=False)
        panels[3].set_title("bytes a score", loc="left")
        return saved(figure, format_)


def draw_levels(found: Sequence[Overhead], title: str, format_: str) -> bytes:
    """The quotient of each pair of steps at each width, and their median."""
    with styled():
        figure = Figure(figsize=(7, 3.6), layout="constrained")
        figure.suptitle(title, fontsize=11, parse_math=False)
        axes = figure.subplots()
        for place, each in enumerate(found):
            axes.plot([place] * len(each.ratios), each.ratios, "o", color=OTHER, alpha=0.5)
            middle = each.over_off.median
            axes.plot([place - 0.2, place + 0.2], [middle, middle], color=TREE, linewidth=2.5)
            words = f"  {figure_in_words(middle)}"
            axes.text(place + 0.2, middle, words, va="center", color=TREE)
        axes.set_xticks(range(len(found)), [f"m = {power(each.width)}" for each in found])
        axes.set_xlim(-0.6, len(found) - 0.4)
        axes.set_ylim(0, 1.15 * max(max(each.ratios) for each in found))
        axes.axhline(1.0, color=GREY, linewidth=1)
        axes.set_ylabel("a checked step over an unchecked one")
        plain_axes(axes)
        return saved(figure, format_)


def _bars(
    axes: Axes,
    names: Sequence[str],
    values: Sequence[float],
    colours: Sequence[str],
    told: Sequence[str],
    logarithmic: bool = True,
) -> None:
    """Bars from the top down, each with its figure behind it."""
    places = range(len(names))
    axes.barh(places, values, color=list(colours), height=0.7)
    axes.set_yticks(places, list(names))
    if values and logarithmic:
        axes.set_xscale("log")
        low, high = min(values), max(values)
        axes.set_xlim(low / 3, high * (high / low * 9) ** 0.5)
    elif values:
        axes.set_xlim(0, 1.3 * max(values))
    for place, (value, words) in enumerate(zip(values, told, strict=True)):
        axes.text(value, place, f" {words}", va="center", fontsize=8)
    plain_axes(axes)
    axes.grid(visible=False, axis="y")
    if not axes.yaxis_inverted():
        axes.invert_yaxis()
