"""Pictures of measurements: cost against width, failure rates against rows."""

from collections.abc import Sequence
from io import BytesIO

import matplotlib as mpl
from matplotlib.figure import Figure

from proofs.measured.costs.exponents import Cost, fitted
from proofs.measured.solving.sketch_failures import FailureRate

COLOURS = {
    "gauss-newton": "#d9702a",
    "sublinear": "#2a6fbb",
    "osnap": "#2a6fbb",
    "countsketch": "#d9702a",
    "srht": "#7a5fb0",
}


def draw_exponents(found: Sequence[Cost], alpha: float, format_: str) -> bytes:
    """Every count as a dot, every fit as a line."""
    figure = Figure(figsize=(6.5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.set_title("multiply-adds of one iteration", loc="left", fontsize=10)
    for method in dict.fromkeys(cost.method for cost in found):
        here = [cost for cost in found if cost.method == method]
        widths = [cost.width for cost in here]
        fit = fitted(widths, [cost.multiply_adds for cost in here])
        label = f"{method}: m^{fit.slope:.3f} ± {fit.half:.3f}"
        colour = COLOURS[method]
        axes.plot(widths, [cost.multiply_adds for cost in here], "o", markersize=4, color=colour)
        axes.plot(widths, [fit.at(width) for width in widths], color=colour, label=label)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xlabel(f"width m   (α = {alpha:g})")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.legend(frameon=False)
    return saved(figure, format_)


def draw_failures(found: Sequence[FailureRate], points: int, format_: str) -> bytes:
    """Every rate with its interval."""
    figure = Figure(figsize=(6.5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.set_title("draws that distort a squared length by more than ½", loc="left", fontsize=10)
    for kind in dict.fromkeys(rate.kind for rate in found):
        here = [rate for rate in found if rate.kind == kind]
        middle = [rate.failures / rate.draws for rate in here]
        below = [share - rate.low for share, rate in zip(middle, here, strict=True)]
        above = [rate.high - share for share, rate in zip(middle, here, strict=True)]
        axes.errorbar(
            [rate.rows for rate in here],
            middle,
            yerr=[below, above],
            marker="o",
            markersize=4,
            capsize=2,
            color=COLOURS[kind],
            label=kind,
        )
    axes.set_xscale("log", base=2)
    axes.set_xlabel(f"rows of the sketch   (n = {points} points)")
    axes.set_ylabel("share of draws, with 95 % intervals")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.legend(frameon=False)
    return saved(figure, format_)


def saved(figure: Figure, format_: str) -> bytes:
    """The figure as the bytes of a file; the same figure gives the same bytes."""
    content = BytesIO()
    dated = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format_]
    with mpl.rc_context({"svg.hashsalt": "firingtree"}):
        figure.savefig(content, format=format_, dpi=130, metadata=dated)
    return content.getvalue()
