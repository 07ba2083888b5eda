"""The methods: what they step along, and how they know who fires.

                     scores afresh, m·n·d a step      scores stored, moved, searched
    Gauss-Newton     gauss-newton                     sublinear
    gradient         gradient-descent                 sublinear-gradient-descent
    mini-batches     sgd                              sublinear-sgd

The left column is what the paper compares with: dense Gauss-Newton (Brand, Peng, Song, Weinstein)
and training by backpropagation. From the same W(0) the two methods of a row walk the same
trajectory: equal as rationals; in floats they differ by roundings (claims cost/baseline,
cost/first-order).
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

    @property
    def stores_scores(self) -> bool:
        """Are scores kept in a threshold search, or computed afresh for every query?"""
        return self.value.startswith("sublinear")

    @property
    def solves(self) -> bool:
        """Does a step solve G g = r, or does it go along the gradient?"""
        return self in (Method.SUBLINEAR, Method.GAUSS_NEWTON)

    @property
    def takes_batches(self) -> bool:
        """Is a step made for a few points at a time?"""
        return self in (Method.SGD, Method.SUBLINEAR_SGD)
