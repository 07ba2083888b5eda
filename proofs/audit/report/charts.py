"""A chart drawn: one pair of axes in SVG.

Curves are told apart by colour, and by mark or dash as well. The axes' words are text, large enough
on a phone; the names of the curves stand beside the axes, see `legend`. The same chart gives the
same bytes.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite, log
from textwrap import fill
from typing import ClassVar

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Affine2D

from proofs.audit.report.legend import Look, description, looks
from proofs.audit.report.numbers_in_words import power, short
from proofs.audit.report.svg import FAINT, INK, SERIES, svg
from proofs.audit.report.typesetting import plain
from proofs.evidence.chart import Chart, Curve, Scale
from reference.errors import FiringtreeError

SIZE = (4.2, 2.75)
"""Inches; a phone shows it about as large as this."""

A_LINE = 50
"""How many letters go into a line as wide as the figure."""

MOST_CURVES = 50
"""In one chart: beyond, nobody tells them apart, and to draw them takes long."""

LARGEST = 1e100
"""Beyond this, or below its inverse on a logarithmic axis, the room about a curve overflows."""

BASES = {"log": 10.0, "log2": 2.0}

MANY, MARKED = 16, 6
"""Of more values than `MANY` a line marks only about `MARKED`."""

ASIDE = 3.2
"""How many points intervals at one place stand apart."""


@dataclass(eq=False)
class NotDrawn(FiringtreeError):
    """A chart whose numbers do not make a picture."""

    title: str
    reason: str
    code: ClassVar[str] = "not-drawn"

    @property
    def message(self) -> str:
        """Which chart, and what is wrong with it."""
        return f"the chart {self.title!r} cannot be drawn: {self.reason}"


def picture(chart: Chart, name: str) -> Markup:
    """The axes with all curves; ids begin with the name. Errors: `not-drawn`, `not-latex`."""
    for reason in _wrong(chart):
        raise NotDrawn(chart.title, reason)
    with _styled():
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        _scale(axes, axes.xaxis, chart.x_scale, [x for curve in chart.curves for x in curve.x])
        _scale(axes, axes.yaxis, chart.y_scale, [y for curve in chart.curves for y in curve.y])
        looks_and_places = zip(looks(chart.curves), _asides(chart.curves), strict=True)
        for curve, (look, aside) in zip(chart.curves, looks_and_places, strict=True):
            _draw(axes, curve, look, aside)
        axes.set_title(fill(plain(chart.y), A_LINE), loc="left", parse_math=False)
        axes.set_xlabel(fill(plain(chart.x), A_LINE), loc="right", parse_math=False)
        return svg(figure, name, plain(chart.title), description(chart))


def _styled() -> AbstractContextManager[None]:
    """Within, figures look like this page's, and the same numbers give the same bytes."""
    return mpl.rc_context(
        {
            "svg.hashsalt": "firingtree",
            "svg.fonttype": "none",
            "font.family": "DejaVu Sans",
            "font.size": 10.5,
            "text.color": INK,
            "axes.titlesize": 10.5,
            "axes.titlepad": 7,
            "axes.labelcolor": INK,
            "axes.edgecolor": FAINT,
            "axes.facecolor": "none",
            "axes.axisbelow": True,
            "axes.grid": True,
            "axes.spines.right": False,
            "axes.spines.top": False,
            "figure.facecolor": "none",
            "grid.alpha": 0.3,
            "grid.color": FAINT,
            "grid.linewidth": 0.6,
            "lines.linewidth": 1.5,
            "lines.markersize": 4.5,
            "xtick.color": FAINT,
            "xtick.labelcolor": INK,
            "ytick.color": FAINT,
            "ytick.labelcolor": INK,
        }
    )


def _wrong(chart: Chart) -> Iterator[str]:
    """What keeps these numbers from being drawn."""
    if not any(curve.x for curve in chart.curves):
        yield "it has no values"
    if len(chart.curves) > MOST_CURVES:
        yield f"it has more than {MOST_CURVES} curves"
    for curve in chart.curves:
        needed = [curve.y, *([curve.low] if curve.kind == "band" or curve.high else [])]
        needed += [curve.high] if curve.kind != "band" and curve.low else []
        for values in needed:
            if len(values) != len(curve.x):
                yield f"{curve.name!r} has {len(curve.x)} places and {len(values)} values"
        if not all(map(isfinite, (*curve.x, *curve.y, *curve.low, *curve.high))):
            yield f"{curve.name!r} has a value that is not finite"
        if any(abs(value) > LARGEST for value in (*curve.x, *curve.y, *curve.low, *curve.high)):
            yield f"{curve.name!r} has a value beyond {LARGEST:g}"
    for axis, scale in (("x", chart.x_scale), ("y", chart.y_scale)):
        found = [value for curve in chart.curves for value in getattr(curve, axis)]
        ends = [value for curve in chart.curves for value in (*curve.low, *curve.high)]
        beside = [*found, *(ends if axis == "y" else [])]
        if scale in BASES and any(0 < value < 1 / LARGEST for value in beside):
            yield f"an {axis} is below {1 / LARGEST:g}, and the scale is logarithmic"
        if scale in BASES and not any(value > 0 for value in found):
            yield f"no {axis} is positive, and the scale is logarithmic"
    if chart.x_scale in BASES and any(x <= 0 for curve in chart.curves for x in curve.x):
        yield "an x is not positive, and the scale is logarithmic"


def _scale(axes: Axes, axis: Axis, scale: Scale, values: Sequence[float]) -> None:
    """Ticks few enough for a phone, with numbers in words."""
    set_scale = axes.set_xscale if axis is axes.xaxis else axes.set_yscale
    if scale == "linear":
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(lambda value, _: short(value, 6))
        return
    base = BASES[scale]
    set_scale("log", base=base)
    positive = [value for value in values if value > 0]
    narrow = log(max(positive) / min(positive), base) < 2
    subs = (1.0, 2.0, 5.0) if narrow and base == 10 else (1.0, 1.5) if narrow else (1.0,)
    axis.set_major_locator(LogLocator(base, subs, numticks=7))
    axis.set_major_formatter(lambda value, _: short(value, 4) if narrow else power(value, base))
    axis.set_minor_locator(NullLocator())


def _draw(axes: Axes, curve: Curve, look: Look, aside: float) -> None:
    """One curve, with its intervals if it has any; these stand so many points aside."""
    colour = SERIES[look.series - 1]
    if curve.kind == "band":
        axes.fill_between(curve.x, curve.low, curve.y, color=colour, alpha=0.25, linewidth=0)
        return
    if curve.kind == "dashed":
        axes.plot(curve.x, curve.y, color=colour, dashes=look.dash)
        return
    many = curve.kind == "line" and len(curve.x) > MANY
    (drawn,) = axes.plot(
        curve.x,
        curve.y,
        color=colour,
        linestyle="-" if curve.kind == "line" else "none",
        marker=look.mark,
        markevery=len(curve.x) // MARKED if many else 1,
    )
    if curve.low:
        bars = axes.vlines(curve.x, curve.low, curve.high, color=colour, linewidth=1.1)
        # only now: matplotlib reckons the axes' ends where a thing is drawn first
        for part in (drawn, bars):
            part.set_transform(axes.transData + Affine2D().translate(aside, 0))


def _asides(curves: Sequence[Curve]) -> Sequence[float]:
    """Points with intervals stand beside each other, so that none hides another."""
    with_intervals = [curve.kind == "points" and bool(curve.low) for curve in curves]
    middle = (sum(with_intervals) - 1) / 2
    before = accumulate(with_intervals, initial=0)
    return [
        ASIDE * (number - middle) if each else 0.0
        for number, each in zip(before, with_intervals, strict=False)
    ]
