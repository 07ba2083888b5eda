"""A picture of a comparison: loss against iterations, counted operations and seconds."""

from collections.abc import Sequence
from io import BytesIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reference.edges.comparison.comparison import QUANTITIES, Course, ordered_ways

COLOURS = (
    "#2a6fbb",
    "#63b3c9",
    "#7a5fb0",
    "#111111",
    "#d9702a",
    "#3f9b5b",
    "#e2b23c",
    "#c2437b",
    "#8a8f98",
)


def draw_comparison(courses: Sequence[Course], until: float, title: str, format_: str) -> bytes:
    """The picture as the bytes of a file: a row for each data set."""
    names = list(dict.fromkeys(course.data for course in courses))
    ways = ordered_ways(courses)
    colour_of = {way: COLOURS[index % len(COLOURS)] for index, way in enumerate(ways)}
    with mpl.rc_context({"svg.hashsalt": "firingtree", "font.size": 9, "axes.grid": True}):
        figure = Figure(figsize=(12, 3.1 * len(names) + 0.9), layout="constrained")
        figure.suptitle(title, fontsize=11, parse_math=False)
        grid = figure.subplots(len(names), 3, squeeze=False)
        for row, name in zip(grid, names, strict=True):
            here = [course for course in courses if course.data == name]
            for axes, quantity in zip(row, QUANTITIES, strict=True):
                _draw(axes, here, quantity, until, colour_of)
            row[0].set_ylabel(f"{name}: loss", parse_math=False)
        handles, labels = grid[0][0].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside lower center", ncols=min(5, len(ways)), frameon=False
        )
        content = BytesIO()
        dated = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format_]
        figure.savefig(content, format=format_, dpi=130, metadata=dated)
    return content.getvalue()


def _draw(
    axes: Axes, courses: Sequence[Course], quantity: str, until: float, colour_of: dict[str, str]
) -> None:
    """The losses of one data set against one quantity, both on logarithmic scales."""
    for course in courses:
        spent = course.spent(quantity)
        stored = course.way.startswith(("sublinear", "live"))
        axes.plot(
            spent[1:],
            course.losses[1:],
            "--" if stored else "-",
            zorder=3 if stored else 2,
            color=colour_of[course.way],
            linewidth=1.6,
            label=course.way,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    if until > 0:
        axes.axhline(until, color="#8a8f98", linestyle=":", linewidth=1)
    axes.set_xlabel(quantity)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25, linewidth=0.6)
