"""The regime diagram: how runs ended over α and the width, a panel for each data set and method.

A cell is divided among the outcomes of its runs (its seeds) from the bottom, converged first. Each
outcome has a colour and a mark; where only some seeds converged, a number says how many.
"""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from textwrap import wrap

import matplotlib as mpl
import msgspec
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reference.edges.configuration import Configuration
from reference.edges.sweep.outcome import KINDS
from reference.edges.sweep.run_record import RunRecord
from reference.edges.sweep.sweep_display import power

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

Panel = tuple[str, int, str, str]
"""Data, n, method and step rule."""


def draw_regimes(records: Sequence[RunRecord], format_: str) -> bytes:
    """The picture as the bytes of a file; the same outcomes give the same bytes."""
    panels = list(dict.fromkeys(_panel(record.config) for record in records))
    beside = len({panel[1:] for panel in panels})
    columns = min(len(panels), beside if 1 < beside < 5 else 3)
    rows = -(-len(panels) // columns)
    alphas = sorted({record.config.alpha for record in records})
    widths = sorted({record.config.width for record in records})
    with mpl.rc_context({"svg.hashsalt": "firingtree", "font.size": 9}):
        size = (_inches(len(alphas), 0.55) + 1) * columns, (_inches(len(widths), 0.5) + 1) * rows
        width = max(7.5, size[0])
        figure = Figure(figsize=(width, size[1] + 1.3), layout="constrained")
        title = "\n".join(wrap(_title(records), width=round(LETTERS * width)))
        figure.suptitle(title, fontsize=11, parse_math=False)
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes in grid.flat[len(panels) :]:
            axes.set_axis_off()
        for axes, panel in zip(grid.flat, panels, strict=False):
            here = [record for record in records if _panel(record.config) == panel]
            _draw(axes, here, alphas, widths)
            axes.set_title(_heading(panel, panels), loc="left", fontsize=10, parse_math=False)
        found = {record.outcome.kind for record in records}
        kinds = [kind for kind in KINDS if kind in found]
        figure.legend(
            handles=[_handle(kind) for kind in kinds],
            loc="outside lower center",
            ncols=min(len(kinds), 5),
            handlelength=1.3,
            frameon=False,
            title="a number: so many seeds of the cell converged, the others did not"
            if _mixed(records)
            else "",
            title_fontsize=8,
        )
        content = BytesIO()
        dated = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format_]
        figure.savefig(content, format=format_, dpi=130, metadata=dated)
    return content.getvalue()


def _panel(config: Configuration) -> Panel:
    """Which panel a run is in."""
    return config.data, config.points, config.method.value, config.step_rule.value


def _inches(cells: int, each: float) -> float:
    """The length of a panel's side."""
    return min(max(cells * each, 2.0), 9.0)


def _title(records: Sequence[RunRecord]) -> str:
    """What was run, as far as all panels have it in common."""
    config = records[0].config
    seeds = len({record.config.seed for record in records})
    panels = {_panel(record.config)[2:] for record in records}
    way = "where training converges"
    if len(panels) == 1:
        rule = f"{config.step_rule.value} {'Gauss-Newton' if config.method.solves else 'gradient'}"
        way = f"where {rule} steps converge ({config.method.value})"
    return (
        f"{way}: to a loss of {config.until:g} in at most {config.steps:,} steps, "
        f"{seeds} seed{'s' * (seeds > 1)} a cell"
    )


def _heading(panel: Panel, panels: Sequence[Panel]) -> str:
    """What a panel has of its own."""
    data, points, method, step_rule = panel
    parts = [f"{data}, n = {points}"]
    parts += [method] * (len({other[2] for other in panels}) > 1)
    parts += [f"{step_rule} steps"] * (len({other[3] for other in panels}) > 1)
    return ", ".join(parts)


def _draw(
    axes: Axes, records: Sequence[RunRecord], alphas: Sequence[float], widths: Sequence[int]
) -> None:
    """The cells of a panel; α to the right, wider upwards."""
    for x, alpha in enumerate(alphas):
        for y, width in enumerate(widths):
            kinds = Counter(
                record.outcome.kind
                for record in records
                if (record.config.alpha, record.config.width) == (alpha, width)
            )
            _draw_cell(axes, x, y, kinds)
    axes.set_xticks(range(len(alphas)), [f"{alpha:g}" for alpha in alphas])
    axes.set_yticks(range(len(widths)), [_superscript(power(width)) for width in widths])
    axes.set_xlim(-0.5, len(alphas) - 0.5)
    axes.set_ylim(-0.5, len(widths) - 0.5)
    axes.set_xlabel("α   (to the right fewer neurons fire)")
    axes.set_ylabel("width m")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _superscript(power: str) -> str:
    """2^12 as it is written by hand."""
    base, hat, exponent = power.partition("^")
    return base + exponent.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")) if hat else power


def _draw_cell(axes: Axes, x: int, y: int, kinds: Counter[str]) -> None:
    """Shares of the outcomes from the bottom, with marks, or with how many of a few converged."""
    runs, bottom = kinds.total(), y - SIDE / 2
    converged = kinds[KINDS[0]]
    for kind in KINDS:
        if not kinds[kind]:
            continue
        height = SIDE * kinds[kind] / runs
        axes.bar(x, height, SIDE, bottom, color=LOOKS[kind][0])
        if (not converged or converged == runs) and height >= SIDE / 4:
            _mark(axes, x, bottom + height / 2, kind)
        bottom += height
    if 0 < converged < runs:
        ground = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none"}
        share = f"{converged}/{runs}"
        axes.text(x, y, share, ha="center", va="center", weight="bold", bbox=ground)


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


def _mixed(records: Sequence[RunRecord]) -> bool:
    """Does a cell have seeds that converged and others that did not?"""
    seen: dict[Configuration, set[bool]] = {}
    for record in records:
        cell = msgspec.structs.replace(record.config, seed=0)
        seen.setdefault(cell, set()).add(record.outcome.kind == KINDS[0])
    return any(len(found) > 1 for found in seen.values())
