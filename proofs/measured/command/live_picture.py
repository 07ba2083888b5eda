"""A picture of whole trainings: counted operations against width, on logarithmic scales."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10
from statistics import fmean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proofs.measured.command.measure_pictures import saved
from proofs.measured.costs.exponents import Fit, fitted
from proofs.measured.live.live_exponents import (
    QUANTITIES,
    LiveCost,
    firing_neurons,
    predicted_exponent,
)
from reference.edges.setup.configuration import Configuration

GREY = "#6b7078"

SERIES = {
    "dense: the whole training": ("dense, whole training", "#d9702a", "s"),
    "dense: an iteration": ("dense, one iteration", "#b9863a", "s"),
    "the whole training": ("live, whole training", "#1f4f8f", "o"),
    "set-up": ("live, set-up", "#7a5fb0", "o"),
    "an iteration": ("live, one iteration", "#3fa0b8", "o"),
}
"""Each quantity's name, colour and marker, the dearest first."""

A_LINE = 0.046
"""How high a line of words is, as a share of the axes' height."""


@dataclass(frozen=True, slots=True)
class Name:
    """What is written at the end of a line."""

    words: str
    colour: str
    at: float


def draw_live_costs(found: Sequence[LiveCost], config: Configuration, format_: str) -> bytes:
    """Every training as dots, every fit as a line with its exponent at the end.

    Below them stand the firing pairs, and dashed what the normal tails predict for these.
    """
    figure = Figure(figsize=(9.5, 6), layout="constrained")
    axes = figure.subplots()
    names = [_draw(axes, found, quantity) for quantity in SERIES]
    names.append(_draw_pairs(axes, found, config))
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_title(
        f"counted operations of training to a loss of {config.until:g}", loc="left", fontsize=11
    )
    axes.set_xlabel(
        f"width m   ({config.data}, n = {config.points}, α = {config.alpha:g}; a dot a training; "
        f"exponents with 95 % intervals)",
        parse_math=False,
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25, linewidth=0.6)
    _name(axes, names)
    _compare(axes, found)
    return saved(figure, format_)


def _draw(axes: Axes, found: Sequence[LiveCost], quantity: str) -> Name:
    """One quantity's dots and line."""
    words, colour, marker = SERIES[quantity]
    widths = [cost.width for cost in found]
    spent = [QUANTITIES[quantity](cost) for cost in found]
    fit = fitted(widths, spent)
    axes.plot(widths, spent, marker, markersize=3.5, color=colour, alpha=0.7)
    axes.plot(widths, [fit.at(width) for width in widths], color=colour, linewidth=1.4)
    return Name(f"{words}  {_power(fit)}", colour, fit.at(max(widths)))


def _draw_pairs(axes: Axes, found: Sequence[LiveCost], config: Configuration) -> Name:
    """The firing pairs' dots, and what is predicted for them."""
    widths = [cost.width for cost in found]
    pairs = [cost.pairs for cost in found]
    expected = [config.points * firing_neurons(config.alpha, width) for width in widths]
    axes.plot(widths, pairs, "x", markersize=4, color=GREY)
    axes.plot(widths, expected, "--", color=GREY, linewidth=1.2)
    words = (
        f"pairs that fire at the start  {_power(fitted(widths, pairs))}\n"
        f"dashed: n·m·P(Z > b)  $m^{{\\,{predicted_exponent(config.alpha, widths):.3f}}}$"
    )
    return Name(words, GREY, expected[-1])


def _power(fit: Fit) -> str:
    """m to the exponent, with half its interval, rounded up."""
    return f"$m^{{\\,{fit.slope:.3f}\\,±\\,{ceil(1000 * fit.half) / 1000:.3f}}}$"


def stacked(centres: Sequence[float], heights: Sequence[float]) -> Sequence[float]:
    """Where things of these heights stand, each moved up as far as the one below it demands.

    Domain: centres ascending. None comes to stand below 0.
    """
    made, floor = [], 0.0
    for centre, height in zip(centres, heights, strict=True):
        made.append(max(centre, floor + height / 2))
        floor = made[-1] + height / 2
    return made


def _name(axes: Axes, names: Sequence[Name]) -> None:
    """Each line's name stands at its end."""
    low, high = (log10(end) for end in axes.get_ylim())
    ascending = sorted(names, key=lambda name: name.at)
    ends = [(log10(name.at) - low) / (high - low) for name in ascending]
    heights = [A_LINE * (1 + name.words.count("\n")) for name in ascending]
    for name, at in zip(ascending, stacked(ends, heights), strict=True):
        axes.annotate(
            name.words,
            xy=(1.02, at),
            xycoords="axes fraction",
            color=name.colour,
            fontsize=11,
            va="center",
            annotation_clip=False,
        )


def _compare(axes: Axes, found: Sequence[LiveCost]) -> None:
    """How many times more the dense method would take, at the largest width."""
    widest = max(cost.width for cost in found)
    last = [cost for cost in found if cost.width == widest]
    dense = fmean(cost.dense_whole for cost in last)
    spent = fmean(cost.whole for cost in last)
    ends = {"arrowstyle": "<->", "color": GREY, "shrinkA": 6, "shrinkB": 6}
    axes.annotate("", xy=(widest, dense), xytext=(widest, spent), arrowprops=ends)
    times = float(f"{dense / spent:.2g}")
    axes.text(widest, dense**0.4 * spent**0.6, f"{times:,.0f} times  ", ha="right", color=GREY)
