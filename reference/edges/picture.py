"""A picture of a run: loss, firing neurons and counted cost, step by step."""

from io import BytesIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reference.counters import Counts, Label
from reference.edges.configuration import Configuration
from reference.edges.report import dense_operations
from reference.training import Run

FORMATS = ("png", "svg", "pdf")
"""What a picture's path may end with."""

BLUE, ORANGE, GREY = "#2a6fbb", "#d9702a", "#8a8f98"
LABEL_COLOURS = {
    Label.QUERY: "#2a6fbb",
    Label.PREDICT: "#63b3c9",
    Label.SOLVE: "#7a5fb0",
    Label.MOVE: "#d9702a",
    Label.REFRESH: "#e2b23c",
}


def draw(config: Configuration, title: str, run: Run[float], format_: str) -> bytes:
    """The picture as the bytes of a file; the same run gives the same bytes."""
    with mpl.rc_context({"svg.hashsalt": "firingtree", "font.size": 9, "axes.grid": True}):
        figure = Figure(figsize=(12, 4.2), layout="constrained")
        figure.suptitle(title, fontsize=11, parse_math=False)
        loss, firing, cost = figure.subplots(1, 3)
        _draw_loss(loss, config, run)
        _draw_firing(firing, run)
        _draw_cost(cost, run)
        for axes in (loss, firing, cost):
            axes.set_xlabel("step")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.spines[["top", "right"]].set_visible(False)
            axes.grid(alpha=0.25, linewidth=0.6)
            axes.set_axisbelow(True)
        content = BytesIO()
        dated = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format_]
        figure.savefig(content, format=format_, dpi=130, metadata=dated)
    return content.getvalue()


def _draw_loss(axes: Axes, config: Configuration, run: Run[float]) -> None:
    losses = [record.loss for record in run.records]
    axes.set_title("loss  ½‖f − y‖²", loc="left", fontsize=10)
    axes.plot(range(len(losses)), losses, marker="o", markersize=4, color=BLUE)
    if all(loss > 0 for loss in losses):
        axes.set_yscale("log")
    if config.until > 0:
        axes.axhline(config.until, color=GREY, linestyle="--", linewidth=1)
        axes.text(0, config.until, f" asked for: {config.until:g}", va="bottom", color=GREY)


def _draw_firing(axes: Axes, run: Run[float]) -> None:
    m, n = run.trainer.network.m, run.trainer.problem.n
    steps = range(len(run.records))
    means = [sum(record.fired) / n for record in run.records]
    lows = [min(record.fired) for record in run.records]
    highs = [max(record.fired) for record in run.records]
    axes.set_title(f"neurons that fire, of {m:,}", loc="left", fontsize=10)
    union = [record.union for record in run.records]
    axes.plot(steps, union, marker="o", markersize=4, color=ORANGE, label="on some point (union)")
    axes.plot(steps, means, marker="o", markersize=4, color=BLUE, label="on a point (mean)")
    axes.fill_between(steps, lows, highs, color=BLUE, alpha=0.15, label="on a point (range)")
    axes.set_ylim(0, 1.25 * max(union))
    axes.legend(frameon=False, fontsize=8)


def _draw_cost(axes: Axes, run: Run[float]) -> None:
    problem, m = run.trainer.problem, run.trainer.network.m
    made = run.records[:-1] or run.records
    steps = [record.step for record in made]
    axes.set_title("counted operations a step, in millions", loc="left", fontsize=10)
    axes.yaxis.set_major_formatter(lambda count, _: f"{count / 1e6:g}")
    bottoms = [0] * len(steps)
    for label, colour in LABEL_COLOURS.items():
        heights = [Counts(**record.operations[label.value]).total for record in made]
        axes.bar(steps, heights, bottom=bottoms, color=colour, label=label.value, width=0.8)
        bottoms = [bottom + height for bottom, height in zip(bottoms, heights, strict=True)]
    dense = [
        sum(
            counts.total
            for label, counts in dense_operations(record, m, problem.n, problem.d).items()
            if label is not Label.INIT
        )
        for record in made
    ]
    axes.plot(steps, dense, color="black", marker="_", linewidth=1, label="dense method")
    ratio = f"dense / this: {sum(dense) / sum(bottoms):.1f}"
    axes.text(0.5, 0.4, ratio, transform=axes.transAxes, ha="center", fontsize=12)
    axes.set_ylim(0, 1.3 * max([*dense, *bottoms]))
    axes.legend(frameon=False, fontsize=8, ncols=3, loc="upper center")
