"""The regime diagram: how runs ended over α and the width, a panel for each data set and method.

A cell is divided among the outcomes of its runs (its seeds) from the bottom, converged first. Each
outcome has a colour and a mark; where only some seeds converged, a number says how many.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from io import BytesIO
from textwrap import wrap

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reference.edges.sweep.outcome import KINDS
from reference.edges.sweep.regimes import Cell, by_hand, cells, heading, kinds, title
from reference.edges.sweep.run_record import RunRecord

LOOKS = dict(
    zip(
        KINDS,
        (
            ("#2a6fbb", "o"),
            ("#63b3c9", "$…$"),
            ("#e2b23c", "_"),
            ("#c8442e", "^"),
            ("#7a5fb0", "x"),
            ("#c2437b", "d"),
            ("#e4e6ea", "."),
            ("#8a8f98", "s"),
        ),
        strict=True,
    )
)
"""The colour and mark of each outcome."""

LETTERS = 11
"""Of the title, an inch."""

SIDE = 0.92
"""Of a cell; between their middles is 1."""


def draw_regimes(records: Sequence[RunRecord], format_: str) -> bytes:
    """The picture as the bytes of a file; the same outcomes give the same bytes."""
    found = cells(records)
    panels = list(found)
    beside = len({panel[1:] for panel in panels})
    columns = min(len(panels), beside if 1 < beside < 5 else 3)
    rows = -(-len(panels) // columns)
    alphas = sorted({record.config.alpha for record in records})
    widths = sorted({record.config.width for record in records})
    with mpl.rc_context({"svg.hashsalt": "firingtree", "font.size": 9}):
        size = (_inches(len(alphas), 0.55) + 1) * columns, (_inches(len(widths), 0.5) + 1) * rows
        width = max(7.5, size[0])
        figure = Figure(figsize=(width, size[1] + 1.3), layout="constrained")
        lines = "\n".join(wrap(title(records), width=round(LETTERS * width)))
        figure.suptitle(lines, fontsize=11, parse_math=False)
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes in grid.flat[len(panels) :]:
            axes.set_axis_off()
        for axes, panel in zip(grid.flat, panels, strict=False):
            _draw(axes, found[panel], alphas, widths)
            axes.set_title(heading(panel, panels), loc="left", fontsize=10, parse_math=False)
        ended = kinds(Counter(record.outcome.kind for record in records))
        mixed = any(cell.converged for panel in panels for cell in found[panel].values())
        figure.legend(
            handles=[_handle(kind) for kind in ended],
            loc="outside lower center",
            ncols=min(len(ended), 5),
            handlelength=1.3,
            frameon=False,
            title="a number: so many seeds of the cell converged, the others did not"
            if mixed
            else "",
            title_fontsize=8,
        )
        content = BytesIO()
        dated = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format_]
        figure.savefig(content, format=format_, dpi=130, metadata=dated)
    return content.getvalue()


def _inches(cells: int, each: float) -> float:
    """The length of a panel's side."""
    return min(max(cells * each, 2.0), 9.0)


def _draw(
    axes: Axes,
    panel: Mapping[tuple[float, int], Cell],
    alphas: Sequence[float],
    widths: Sequence[int],
) -> None:
    """The cells of a panel; α to the right, wider upwards."""
    for (alpha, width), cell in panel.items():
        _draw_cell(axes, alphas.index(alpha), widths.index(width), cell)
    axes.set_xticks(range(len(alphas)), [f"{alpha:g}" for alpha in alphas])
    axes.set_yticks(range(len(widths)), [by_hand(width) for width in widths])
    axes.set_xlim(-0.5, len(alphas) - 0.5)
    axes.set_ylim(-0.5, len(widths) - 0.5)
    axes.set_xlabel("α   (to the right fewer neurons fire)")
    axes.set_ylabel("width m")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _draw_cell(axes: Axes, x: int, y: int, cell: Cell) -> None:
    """Shares of the outcomes from the bottom, with marks, or with how many of a few converged."""
    for part in cell.parts():
        height, bottom = SIDE * part.share, y + SIDE * (part.start - 1 / 2)
        axes.bar(x, height, SIDE, bottom, color=LOOKS[part.kind][0])
        if not cell.converged and part.share >= 1 / 4:
            _mark(axes, x, bottom + height / 2, part.kind)
    if cell.converged:
        ground = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none"}
        axes.text(x, y, cell.converged, ha="center", va="center", weight="bold", bbox=ground)


def _mark(axes: Axes, x: float, y: float, kind: str) -> None:
    """The outcome's mark stands there."""
    colour, mark = _ink(kind), LOOKS[kind][1]
    axes.plot(x, y, marker=mark, color=colour, markersize=6, markeredgewidth=1.5)


def _ink(kind: str) -> str:
    """What is seen on an outcome's colour."""
    return "#8a8f98" if kind == "no firing neuron" else "white"


def _handle(kind: str) -> Line2D:
    """An outcome's entry in the legend: its mark on its colour."""
    colour, mark = LOOKS[kind]
    ink = _ink(kind)
    look = Line2D([], [], color=colour, linewidth=12, marker=mark, markersize=6, label=kind)
    look.set(markerfacecolor=ink, markeredgecolor=ink, markeredgewidth=1.5)
    return look
