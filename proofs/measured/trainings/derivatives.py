"""The Jacobian of a small network in four ways, all in rationals.

    the reference's     rows of J, from its products with unit vectors
    by its blocks       m^(−1/2)·a_r·1[⟨w_r, x_i⟩ > b]·x_iᵀ, written out
    difference quotient (f_i(W + h·E) − f_i(W))/h: exact where h is too short to carry a score
                        across b, since f is linear in between
    dual numbers        forward-mode differentiation of the forward pass, which knows nothing of
                        blocks or firing

At a tie, where a score is b, f has no derivative, but two one-sided ones.

Claims model/jacobian, model/gram.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import isqrt

from proofs.measured.trainings.small_trainings import Small, Way, inner, trainer_of
from reference.activation import Activation
from reference.gram import gram
from reference.jacobian import Jacobian
from reference.scalar import RATIONAL
from reference.training.iteration import query
from reference.training.method import Method

Row = list[Fraction]

DENSE = Way(Method.GAUSS_NEWTON)


def by_reference(small: Small) -> list[Row]:
    """J, row i from Jᵀe_i. Shapes: n×md."""
    trainer = trainer_of(small, DENSE)
    firing = query(trainer, small.problem.indices)
    jacobian = Jacobian(RATIONAL, trainer.network, firing, small.problem.points)
    rows = []
    for i in range(small.problem.n):
        unit = [Fraction(int(i == j)) for j in range(small.problem.n)]
        moving = dict(zip(firing.by_neuron, jacobian.transposed_times(unit), strict=True))
        nothing = [Fraction()] * small.problem.d
        rows.append([value for r in trainer.network.held for value in moving.get(r, nothing)])
    return rows


def gram_by_reference(small: Small) -> list[Row]:
    """The lower triangle of G, from intersection counts."""
    trainer = trainer_of(small, DENSE)
    return gram(trainer.products, query(trainer, small.problem.indices), small.m)


def by_blocks(small: Small, signs: Sequence[Fraction | int]) -> list[Row]:
    """J as the claim has it, with these in place of the signs. Shapes: n×md."""
    scale, rows = Fraction(1, isqrt(small.m)), []
    for i, x in enumerate(small.problem.points):
        row: Row = []
        for r, a in enumerate(signs):
            fires = small.score(r, i) > small.shift
            row += [scale * a * coordinate if fires else Fraction() for coordinate in x]
        rows.append(row)
    return rows


def times_its_transpose(rows: Sequence[Sequence[Fraction]]) -> list[Row]:
    """The lower triangle of J Jᵀ."""
    return [[inner(row, other) for other in rows[: i + 1]] for i, row in enumerate(rows)]


# ---- difference quotients ------------------------------------------------------------------------


def output(
    small: Small, weights: Sequence[Sequence[Fraction]], i: int, form: Activation
) -> Fraction:
    """f_i by its definition: every neuron is asked."""
    b, x = small.shift, small.problem.points[i]
    lift = b if form is Activation.PRINTED else Fraction()
    values = [
        a * (max(inner(w, x) - b, Fraction()) + lift)
        for a, w in zip(small.signs, weights, strict=True)
    ]
    return sum(values, Fraction()) / isqrt(small.m)


def displaced(small: Small, column: int, h: Fraction) -> list[list[Fraction]]:
    """W + h·E, E being 1 at this weight."""
    moved = [list(row) for row in small.weights]
    moved[column // small.problem.d][column % small.problem.d] += h
    return moved


def quotients(small: Small, form: Activation, h: Fraction) -> list[Row]:
    """(f_i(W + h·E) − f_i(W))/h for every output and every weight. Shapes: n×md."""
    before = [output(small, small.weights, i, form) for i in range(small.problem.n)]
    rows: list[Row] = [[] for _ in before]
    for column in range(small.m * small.problem.d):
        moved = displaced(small, column, h)
        for i, row in enumerate(rows):
            row.append((output(small, moved, i, form) - before[i]) / h)
    return rows


def short(small: Small) -> Fraction:
    """An h that carries no score across b: no coordinate is more than 4."""
    scores = [small.score(r, i) for r in range(small.m) for i in range(small.problem.n)]
    return min(abs(s - small.shift) for s in scores if s != small.shift) / 8


# ---- dual numbers --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dual:
    """A value and its derivatives by the weights on which it depends, by their columns."""

    value: Fraction
    slopes: Mapping[int, Fraction]

    def __add__(self, other: "Dual") -> "Dual":
        slopes = dict(self.slopes)
        for weight, slope in other.slopes.items():
            slopes[weight] = slopes[weight] + slope if weight in slopes else slope
        return Dual(self.value + other.value, slopes)

    def scaled(self, factor: Fraction) -> "Dual":
        """A multiple."""
        return Dual(self.value * factor, {k: v * factor for k, v in self.slopes.items()})

    def at_least(self, least: Fraction) -> "Dual":
        """max(·, least). Domain: they are not equal, or the maximum has no derivative."""
        return self if self.value > least else Dual(least, {})


def constant(value: Fraction) -> Dual:
    """A number that depends on no weight."""
    return Dual(value, {})


def dual_output(small: Small, i: int, form: Activation) -> Dual:
    """f_i with all its derivatives."""
    b, d = small.shift, small.problem.d
    total = constant(Fraction())
    for r, (a, row) in enumerate(zip(small.signs, small.weights, strict=True)):
        score = constant(Fraction())
        for c, (w, x) in enumerate(zip(row, small.problem.points[i], strict=True)):
            score += Dual(w, {r * d + c: Fraction(1)}).scaled(x)
        match form:
            case Activation.SHIFTED:
                fired = (score + constant(-b)).at_least(Fraction())
            case Activation.PRINTED:
                fired = score.at_least(b)
        total += fired.scaled(Fraction(a, isqrt(small.m)))
    return total


# ---- comparisons ---------------------------------------------------------------------------------


def entries(small: Small) -> Iterator[tuple[int, int, bool]]:
    """Each entry of J: its row, its column, and whether the neuron ties at the point."""
    for i, r in product(range(small.problem.n), range(small.m)):
        tied = small.score(r, i) == small.shift
        for coordinate in range(small.problem.d):
            yield i, r * small.problem.d + coordinate, tied


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many entries were compared, and at how many of them something differed."""

    entries: int
    by_quotients: int
    by_duals: int
    by_blocks: int
    ties: int
    ties_not_one_sided: int


def agreement(small: Small, form: Activation) -> Agreement:
    """The reference's J against the others: off ties with both quotients, at ties with each side.

    At a tie the quotient is m^(−1/2)·a·x_c where the score rises and 0 where it falls.
    """
    found, h = by_reference(small), short(small)
    sides = [quotients(small, form, step) for step in (h, -h)]
    duals = [dual_output(small, i, form).slopes for i in range(small.problem.n)]
    compared = quotient = dual = ties = strange = 0
    for i, column, tied in entries(small):
        here, there = found[i][column], [rows[i][column] for rows in sides]
        if tied:
            x = small.problem.points[i][column % small.problem.d]
            rising = x * small.signs[column // small.problem.d] / isqrt(small.m)
            ties += x != 0
            strange += sorted(there) != sorted([rising, Fraction()]) or here != 0
            continue
        compared += 1
        quotient += any(value != here for value in there)
        dual += duals[i].get(column, 0) != here
    blocks = int(found != by_blocks(small, small.signs))
    return Agreement(compared, quotient, dual, blocks, ties, strange)
