"""A picture of peak memory against m: measured, and as it was estimated."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from reference.edges.bench.contestants import ALL
from reference.edges.bench.measurement import size_in_words
from reference.edges.bench.peak_memory import Peak
from reference.edges.bench.picture_style import (
    COLOURS,
    label_ends,
    line_of,
    plain_axes,
    saved,
    styled,
    width_axis,
)


def draw_memory(peaks: Sequence[Peak], title: str, format_: str) -> bytes:
    """Lines for what was measured, crosses for what was estimated."""
    measured = [peak for peak in peaks if not peak.lost and peak.added > 0]
    with styled():
        figure = Figure(figsize=(8.5, 5))
        figure.suptitle(title, fontsize=11, x=0.11, ha="left", parse_math=False)
        figure.subplots_adjust(left=0.11, right=0.8, top=0.86, bottom=0.1)
        axes = figure.subplots()
        axes.set_title("memory that training adds  (dotted, ×: as estimated)", loc="left")
        ends = {}
        for name in ALL:
            here = sorted((peak for peak in measured if peak.method == name), key=_width)
            if here:
                widths, sizes = [_width(peak) for peak in here], [p.added / 2**20 for p in here]
                colour = COLOURS[name]
                line = f"{line_of(name)}o"
                axes.plot(widths, sizes, line, color=colour, markersize=4.5, linewidth=1.8)
                estimates = [peak.estimated / 2**20 for peak in here]
                axes.plot(widths, estimates, "x:", color=colour, markersize=6, linewidth=0.9)
                ends[name] = sizes[-1]
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: size_in_words(round(value * 2**20)))
        if measured:
            width_axis(axes, sorted({peak.width for peak in measured}))
        plain_axes(axes)
        label_ends(axes, ends, {name: name for name in ends})
        return saved(figure, format_)


def _width(peak: Peak) -> int:
    return peak.width
