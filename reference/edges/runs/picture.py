"""A picture of a run: loss, firing neurons and counted cost, step by step."""

from io import BytesIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reference.counters import Label
from reference.edges.runs.plotted import costs, firing
from reference.edges.setup.configuration import Configuration
from reference.scalar import S
from reference.training.training import Run

MANY = 100
"""From this many steps on there are no bars and no markers."""

BLUE, ORANGE, GREY = "#2a6fbb", "#d9702a", "#8a8f98"
LABEL_COLOURS = {
    Label.QUERY: "#2a6fbb",
    Label.PREDICT: "#63b3c9",
    Label.SOLVE: "#7a5fb0",
    Label.MOVE: "#d9702a",
    Label.REFRESH: "#e2b23c",
}


def draw(config: Configuration, title: str, run: Run[S], format_: str) -> bytes:
    """The picture as the bytes of a file; the same run gives the same bytes."""
    with mpl.rc_context({"svg.hashsalt": "firingtree", "font.size": 9, "axes.grid": True}):
        figure = Figure(figsize=(12, 4.2), layout="constrained")
        figure.suptitle(title, fontsize=11, parse_math=False)
        loss, firing, cost = figure.subplots(1, 3)
        _draw_loss(loss, config, run)
        _draw_firing(firing, run)
        _draw_cost(cost, config, run)
        for axes in (loss, firing, cost):
            axes.set_xlabel("step" if run.batches is None else "epoch")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.spines[["top", "right"]].set_visible(False)
            axes.grid(alpha=0.25, linewidth=0.6)
            axes.set_axisbelow(True)
        content = BytesIO()
        dated = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format_]
        figure.savefig(content, format=format_, dpi=130, metadata=dated)
    return content.getvalue()


def _draw_loss(axes: Axes, config: Configuration, run: Run[S]) -> None:
    losses = [record.loss for record in run.records]
    axes.set_title("loss  ½‖f − y‖²", loc="left", fontsize=10)
    marker = "" if len(losses) > MANY else "o"
    axes.plot(range(len(losses)), losses, marker=marker, markersize=4, color=BLUE)
    if all(loss > 0 for loss in losses):
        axes.set_yscale("log")
    if config.until > 0:
        axes.axhline(config.until, color=GREY, linestyle="--", linewidth=1)
        axes.text(0, config.until, f" asked for: {config.until:g}", va="bottom", color=GREY)


def _draw_firing(axes: Axes, run: Run[S]) -> None:
    shown = firing(run)
    steps = range(len(shown.union))
    axes.set_title(f"neurons that fire, of {run.trainer.network.m:,}", loc="left", fontsize=10)
    marker = "" if len(steps) > MANY else "o"
    for counts, colour, label in (
        (shown.union, ORANGE, "on some point (union)"),
        (shown.means, BLUE, "on a point (mean)"),
    ):
        axes.plot(steps, counts, marker=marker, markersize=4, color=colour, label=label)
    band = "on a point (range)"
    axes.fill_between(steps, shown.lows, shown.highs, color=BLUE, alpha=0.15, label=band)
    axes.set_ylim(0, 1.25 * max(shown.union))
    axes.legend(frameon=False, fontsize=8)


def _draw_cost(axes: Axes, config: Configuration, run: Run[S]) -> None:
    shown = costs(config, run)
    steps = shown.steps
    unit = "a step" if run.batches is None else "an epoch"
    axes.set_title(f"counted operations {unit}, in millions", loc="left", fontsize=10)
    axes.yaxis.set_major_formatter(lambda count, _: f"{count / 1e6:g}")
    bottoms: list[int] = [0] * len(steps)
    many = len(steps) > MANY
    for label, colour in LABEL_COLOURS.items():
        heights = shown.by_label[label]
        tops = [bottom + height for bottom, height in zip(bottoms, heights, strict=True)]
        if many:
            axes.fill_between(steps, bottoms, tops, color=colour, label=label.value, linewidth=0)
        else:
            axes.bar(steps, heights, bottom=bottoms, color=colour, label=label.value, width=0.8)
        bottoms = tops
    marker = "" if many else "_"
    axes.plot(steps, shown.dense, color="black", marker=marker, linewidth=1, label="dense method")
    ratio = f"dense / this: {shown.ratio:.1f}"
    axes.text(0.5, 0.4, ratio, transform=axes.transAxes, ha="center", fontsize=12)
    axes.set_ylim(0, 1.3 * max(shown.dense + bottoms))
    axes.legend(frameon=False, fontsize=8, ncols=3, loc="upper center")
