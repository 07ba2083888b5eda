"""How a network keeps its weights while they move.

    rewritten   the row w_r of every neuron that moved is written anew:      MOVE (P + U)·d
    implicit    w_r = w_r(0) + Σ_i c_r,i x_i, and only c changes:            MOVE P

with P firing pairs and U neurons that fire. Both give the same weights; implicit ones are computed
when somebody looks at them. (Claim cost/implicit.)
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import ClassVar, Generic, Protocol

from reference import closed_forms
from reference.counters import Counts
from reference.errors import BadShape
from reference.ids import Neuron
from reference.inner_products import combination, combinations
from reference.matrix import Matrix
from reference.motion import Motion
from reference.scalar import Arithmetic, S


class Reading(Enum):
    """What MOVE does to weights, and what REFRESH does to stored scores.

    recomputed   rows rewritten, and each of their n scores is an inner product of d terms again:
                 the paper's update
    rewritten    rows rewritten, scores moved by the kept ⟨x_i, x_j⟩
    implicit     coefficients on the points, scores moved by the kept ⟨x_i, x_j⟩: no factor d
    """

    RECOMPUTED = "recomputed"
    REWRITTEN = "rewritten"
    IMPLICIT = "implicit"


class Weights(Protocol[S]):
    """The weights of m neurons in R^d, however they are kept."""

    @property
    def rows(self) -> int:
        """m."""

    @property
    def columns(self) -> int:
        """d."""

    def row(self, r: Neuron) -> list[S]:
        """w_r as it is now."""

    def matrix(self) -> Matrix[S]:
        """All rows as they are now; not to be written to."""

    def coefficients(self, r: Neuron) -> Sequence[S]:
        """The c_r,i by which w_r differs from w_r(0): n of them, or none if none are kept."""

    @property
    def implicit(self) -> bool:
        """Are coefficients kept in place of rows?"""

    @property
    def moved(self) -> AbstractSet[Neuron]:
        """The neurons that have ever moved: all others are as they were at first."""

    def move(self, motion: Motion[S], size: S, points: Sequence[Sequence[S]]) -> Counts:
        """The neurons have moved by size × motion, along these points. The cost is returned."""

    def kept(self, r: Neuron) -> list[S]:
        """What must be remembered of a neuron that has moved."""

    def restore(self, r: Neuron, kept: Sequence[S]) -> None:
        """The neuron is as it was when this was kept of it. Errors: `bad-shape`."""


class RewrittenWeights(Generic[S]):
    """A row of d numbers a neuron, replaced when it moves."""

    __slots__ = ("_matrix", "moved")

    implicit: ClassVar[bool] = False
    moved: set[Neuron]
    _matrix: Matrix[S]

    def __init__(self, matrix: Matrix[S]) -> None:
        self._matrix = matrix
        self.moved = set()

    @property
    def rows(self) -> int:
        """m."""
        return self._matrix.rows

    @property
    def columns(self) -> int:
        """d."""
        return self._matrix.columns

    def row(self, r: Neuron) -> list[S]:
        """The row itself."""
        return self._matrix.row(r)

    def matrix(self) -> Matrix[S]:
        """The rows themselves."""
        return self._matrix

    def coefficients(self, r: Neuron) -> Sequence[S]:
        """None are kept."""
        return ()

    def move(self, motion: Motion[S], size: S, points: Sequence[Sequence[S]]) -> Counts:
        """Every neuron that fired has a new row. Cost: (P + U)·d multiply-adds."""
        firing = motion.firing
        displacements = combinations(motion.coefficients, firing.by_neuron.values(), points)
        self.moved.update(motion.neurons)
        for r, displacement in zip(motion.neurons, displacements, strict=True):
            row = self._matrix.row(r)
            moved = [w + size * step for w, step in zip(row, displacement, strict=True)]
            self._matrix.replace_row(r, moved)
        return closed_forms.rewrite(firing.pairs, firing.union, self.columns)

    def kept(self, r: Neuron) -> list[S]:
        """The row."""
        return self.row(r)

    def restore(self, r: Neuron, kept: Sequence[S]) -> None:
        """The row is this one."""
        self._matrix.replace_row(r, kept)
        self.moved.add(r)


class ImplicitWeights(Generic[S]):
    """The initial rows, and for each neuron that ever moved its n coefficients on the points."""

    __slots__ = ("_arithmetic", "_coefficients", "_initial", "_points")

    implicit: ClassVar[bool] = True
    _arithmetic: Arithmetic[S]
    _coefficients: dict[Neuron, list[S]]
    _initial: Matrix[S]
    _points: Sequence[Sequence[S]]

    def __init__(
        self, arithmetic: Arithmetic[S], initial: Matrix[S], points: Sequence[Sequence[S]]
    ) -> None:
        self._arithmetic = arithmetic
        self._coefficients = {}
        self._initial = initial
        self._points = points

    @property
    def rows(self) -> int:
        """m."""
        return self._initial.rows

    @property
    def columns(self) -> int:
        """d."""
        return self._initial.columns

    def row(self, r: Neuron) -> list[S]:
        """w_r(0) + Σ_i c_r,i x_i over the points with c_r,i ≠ 0. Cost: d multiply-adds each."""
        initial = self._initial.row(r)
        moved = [(c, x) for c, x in zip(self.coefficients(r), self._points, strict=False) if c]
        one = self._arithmetic.ratio(1)
        return combination([one] + [c for c, _ in moved], [initial] + [x for _, x in moved])

    def matrix(self) -> Matrix[S]:
        """A copy of the initial rows, with the moved ones written into it."""
        matrix = Matrix(self._arithmetic, self._initial.values, self.columns)
        for r in self._coefficients:
            matrix.replace_row(r, self.row(r))
        return matrix

    def coefficients(self, r: Neuron) -> Sequence[S]:
        """The n coefficients of a neuron that has moved; none before."""
        return self._coefficients.get(r, ())

    @property
    def moved(self) -> AbstractSet[Neuron]:
        """Those with coefficients."""
        return self._coefficients.keys()

    def move(self, motion: Motion[S], size: S, points: Sequence[Sequence[S]]) -> Counts:
        """Each firing pair's coefficient has changed. Cost: P multiply-adds."""
        firing = motion.firing
        zero, n = self._arithmetic.ratio(0), len(points)
        for (r, fired), row in zip(firing.by_neuron.items(), motion.coefficients, strict=True):
            kept = self._coefficients.get(r)
            if kept is None:
                kept = self._coefficients[r] = [zero] * n
            for i, share in zip(fired, row, strict=True):
                kept[i] += size * share
        return closed_forms.collect(firing.pairs)

    def kept(self, r: Neuron) -> list[S]:
        """The coefficients."""
        return list(self.coefficients(r))

    def restore(self, r: Neuron, kept: Sequence[S]) -> None:
        """The coefficients are these; with none, the neuron is as it was at first."""
        if len(kept) not in (0, len(self._points)):
            raise BadShape("coefficients of a neuron, one a point", len(self._points), len(kept))
        self._coefficients.pop(r, None)
        if kept:
            self._coefficients[r] = list(kept)
