"""The methods: what they step along, and how they know who fires.

                     scores afresh,      scores stored,                 the same, of those
                     m·n·d a step        moved, searched                neurons that fire at all
    Gauss-Newton     gauss-newton        sublinear                      live
    gradient         gradient-descent    sublinear-gradient-descent     live-gradient-descent
    mini-batches     sgd                 sublinear-sgd                  live-sgd

The left column is what the paper compares with: dense Gauss-Newton (Brand, Peng, Song, Weinstein)
and training by backpropagation; the middle one is the paper's; the right one is ours, see `live`.
From the same W(0) the three methods of a row walk the same trajectory: equal as rationals; in
floats they differ by roundings (claims cost/baseline, cost/first-order, beyond/live-equals-dense).
"""

from enum import Enum


class Method(Enum):
    """Which method trains."""

    SUBLINEAR = "sublinear"
    GAUSS_NEWTON = "gauss-newton"
    GRADIENT_DESCENT = "gradient-descent"
    SGD = "sgd"
    SUBLINEAR_GRADIENT_DESCENT = "sublinear-gradient-descent"
    SUBLINEAR_SGD = "sublinear-sgd"
    LIVE = "live"
    LIVE_GRADIENT_DESCENT = "live-gradient-descent"
    LIVE_SGD = "live-sgd"

    @property
    def stores_scores(self) -> bool:
        """Are scores kept in a threshold search, or computed afresh for every query?"""
        return self not in (Method.GAUSS_NEWTON, Method.GRADIENT_DESCENT, Method.SGD)

    @property
    def keeps_the_live(self) -> bool:
        """Are neurons that fire on no point left out from the start?"""
        return self in (Method.LIVE, Method.LIVE_GRADIENT_DESCENT, Method.LIVE_SGD)

    @property
    def solves(self) -> bool:
        """Does a step solve G g = r, or does it go along the gradient?"""
        return self in (Method.SUBLINEAR, Method.GAUSS_NEWTON, Method.LIVE)

    @property
    def takes_batches(self) -> bool:
        """Is a step made for a few points at a time?"""
        return self in (Method.SGD, Method.SUBLINEAR_SGD, Method.LIVE_SGD)
