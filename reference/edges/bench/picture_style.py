"""What the pictures of benchmarks have in common: colours, axes, and labels beside lines."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from io import BytesIO
from math import log10

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reference.edges.bench.crossing import power
from reference.edges.bench.measurement import seconds_in_words

GREY = "#8a8f98"
DENSE, TREE, LIVE, OTHER = "#1d1f23", "#d9702a", "#2f8f5b", "#2a6fbb"

COLOURS = {
    "plain-tree": TREE,
    "vectorized-tree": TREE,
    "plain-live": LIVE,
    "vectorized-live": LIVE,
    "vectorized-dense": OTHER,
    "numpy-dense": DENSE,
    "numpy-gradient": GREY,
    "sklearn-lbfgs": "#7a5fb0",
    "sklearn-adam": "#7a5fb0",
    "torch-gradient": "#c2437b",
    "torch-lbfgs": "#c2437b",
}
"""Trees are orange, live ones green, the dense rival black; the engine is told by the line."""

APART = 0.055
"""How far labels beside lines are apart at least, as a share of the height."""


def styled() -> AbstractContextManager[None]:
    """Within, figures look like the house's, and the same numbers give the same bytes."""
    return mpl.rc_context(
        {
            "svg.hashsalt": "firingtree",
            "font.size": 9,
            "axes.grid": True,
            "axes.titlesize": 10,
            "axes.titlepad": 8,
        }
    )


def saved(figure: Figure, format_: str) -> bytes:
    """The picture as the bytes of a file."""
    content = BytesIO()
    dated = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format_]
    figure.savefig(content, format=format_, dpi=130, metadata=dated)
    return content.getvalue()


def line_of(method: str) -> str:
    """Plain Python is dashed; what runs in numpy is not."""
    return "--" if method.startswith("plain") else "-"


def plain_axes(axes: Axes) -> None:
    """Two spines, and a grid that stays behind."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)


def time_axis(axes: Axes) -> None:
    """Seconds, and parts of them, in words on a logarithmic scale."""
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: seconds_in_words(value))


def width_axis(axes: Axes, widths: Sequence[int]) -> None:
    """Widths as powers of two, on a logarithmic scale, with room for labels at the right."""
    axes.set_xscale("log", base=2)
    axes.set_xticks(sorted(widths), [power(m) for m in sorted(widths)])
    axes.minorticks_off()
    axes.set_xlabel("width m")


def label_ends(axes: Axes, ends: Mapping[str, float], words: Mapping[str, str]) -> None:
    """Each line's words stand right of the axes at the height where it ends, and none on another.

    The vertical scale is logarithmic and its limits are final.
    """
    low, high = (log10(limit) for limit in axes.get_ylim())
    heights = {name: (log10(value) - low) / (high - low) for name, value in ends.items()}
    placed = apart(list(heights.values()))
    for (name, height), place in zip(heights.items(), placed, strict=True):
        axes.annotate(
            words[name],
            xy=(1.0, height),
            xytext=(1.035, place),
            xycoords="axes fraction",
            textcoords="axes fraction",
            color=COLOURS.get(name, DENSE),
            va="center",
            fontsize=8.5,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": COLOURS.get(name, DENSE), "linewidth": 0.6},
        )


def apart(heights: Sequence[float]) -> list[float]:
    """The same heights, in the same order, pushed apart where they are too near to be read.

    >>> [round(height, 2) for height in apart([0.5, 0.2, 0.5])]
    [0.47, 0.2, 0.53]
    """
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    groups: list[list[int]] = []
    centres: list[float] = []
    for index in order:
        groups.append([index])
        centres.append(heights[index])
        while len(groups) > 1 and _lower(centres[-1], groups[-1]) < _upper(centres[-2], groups[-2]):
            joined = groups[-2] + groups[-1]
            del groups[-2:], centres[-2:]
            groups.append(joined)
            centres.append(sum(heights[member] for member in joined) / len(joined))
    placed = [0.0] * len(heights)
    for centre, group in zip(centres, groups, strict=True):
        for place, index in enumerate(group):
            placed[index] = centre + APART * (place - (len(group) - 1) / 2)
    return placed


def _lower(centre: float, group: Sequence[int]) -> float:
    return centre - APART * len(group) / 2


def _upper(centre: float, group: Sequence[int]) -> float:
    return centre + APART * len(group) / 2
