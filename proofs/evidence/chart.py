"""A chart as data: what the report draws, and nothing about how."""

from collections.abc import Sequence
from typing import Literal

import msgspec

Kind = Literal["line", "dashed", "points", "band"]
"""A line through the values, a dashed one, a mark at each, or the room from `low` to `y`."""

Scale = Literal["linear", "log", "log2"]


class Curve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values over places. Shapes: x, y and, of a band or with intervals, low and high alike."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    kind: Kind = "line"
    low: Sequence[float] = ()
    high: Sequence[float] = ()


class Chart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One pair of axes. `caption` says in a sentence or two what to see."""

    title: str
    x: str
    y: str
    curves: Sequence[Curve]
    x_scale: Scale = "linear"
    y_scale: Scale = "linear"
    caption: str
