"""g = argmin ‖J Jᵀ g − r‖ in rationals, by every solver, and what another problem would give.

    over g         one step, the shortest
    over weights   argmin_u ‖J u − r‖: as many steps as there are dead coordinates, and more
    of labels      argmin_g ‖J Jᵀ g − y‖: from where the labels are fitted it leads away

Claim regression/target.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from proofs.measured.solving.systems import GivenSystem, one_neuron
from proofs.measured.trainings.small_trainings import Small, Way, inner, trainer_of
from reference.errors import SingularGram, SketchDependent
from reference.network import Problem
from reference.scalar import RATIONAL
from reference.solvers.conjugate_gradient import Accuracy, ConjugateGradientSolver
from reference.solvers.sketch import SketchChoice, SketchKind
from reference.solvers.sketch_solver import Draws, SketchSolver
from reference.solvers.solver import GramSolver, Solver
from reference.training.iteration import predict, query
from reference.training.landscape import Surroundings
from reference.training.method import Method
from reference.training.trainer import Observation

Vector = list[Fraction]

EXACT = Accuracy(RATIONAL, 1e-300)
"""Rationals reach it by the exact solution alone."""

ROWS_A_POINT = 16


@dataclass(frozen=True, slots=True)
class Solutions:
    """By every solver that found one: whether all are one g, which solves and is the shortest.

    `refused` sketches were singular.
    """

    one: bool
    solves: bool
    shortest: bool
    refused: int


def solutions(system: GivenSystem[Fraction], seed: int) -> Solutions:
    """The solutions of this system, the shortest held against a step drawn from the seed."""
    found, refused = [], 0
    for solver in _solvers(len(system.residual)):
        try:
            found.append(solver.solve(system, Fraction(0)).g)
        except SketchDependent:
            refused += 1
    g, jacobian = found[0], system.jacobian
    step = _flat(jacobian.transposed_times(g))
    other = [p + q for p, q in zip(step, _kept_still(system, seed), strict=True)]
    return Solutions(
        one=all(each == g for each in found),
        solves=jacobian.gram_times(g) == list(system.residual),
        shortest=other == step or inner(other, other) > inner(step, step),
        refused=refused,
    )


def _solvers(n: int) -> Sequence[Solver[Fraction]]:
    sketches = [
        SketchSolver(EXACT, SketchChoice(kind, ROWS_A_POINT * n, 0), Draws.FRESH)
        for kind in SketchKind
    ]
    return [GramSolver(RATIONAL), ConjugateGradientSolver(EXACT), *sketches]


def _kept_still(system: GivenSystem[Fraction], seed: int) -> Vector:
    """A v with J v = 0: a drawn u less Jᵀ G⁻¹ J u."""
    jacobian, chance = system.jacobian, Random(f"kernel/{seed}")
    u = [[Fraction(chance.randint(-3, 3)) for _ in range(jacobian.d)] for _ in jacobian.signs]
    image = GivenSystem(system.gram, jacobian, jacobian.times(u))
    g = GramSolver(RATIONAL).solve(image, Fraction(0)).g
    return [p - q for p, q in zip(_flat(u), _flat(jacobian.transposed_times(g)), strict=True)]


def _flat(rows: Sequence[Sequence[Fraction]]) -> Vector:
    return [value for row in rows for value in row]


# ---- a point twice -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repeated:
    """Two g of a singular problem: whether both minimize, their steps, whether a solver refuses."""

    minimize: bool
    steps: tuple[Vector, Vector]
    refused: bool


def repeated() -> Repeated:
    """One point twice, with labels that differ."""
    system = one_neuron([[Fraction(1)], [Fraction(1)]], [Fraction(1), Fraction(0)])
    one, other = [Fraction(1, 2), Fraction(0)], [Fraction(0), Fraction(1, 2)]
    steps = [_flat(system.jacobian.transposed_times(g)) for g in (one, other)]
    try:
        GramSolver(RATIONAL).solve(system, Fraction(0))
    except SingularGram:
        refused = True
    else:
        refused = False
    minimize = all(_minimizes(system, g) for g in (one, other))
    return Repeated(minimize, (steps[0], steps[1]), refused)


def _minimizes(system: GivenSystem[Fraction], g: Vector) -> bool:
    """G (G g − r) = 0."""
    product = system.jacobian.gram_times
    off = [p - q for p, q in zip(product(g), system.residual, strict=True)]
    return not any(product(off))


# ---- other problems ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OtherStep:
    """A step of Gauss-Newton and another problem's; J times each, and the residuals after each."""

    steps: tuple[Vector, Vector]
    images: tuple[Vector, Vector]
    residuals: tuple[Vector, Vector]


def over_weights() -> OtherStep:
    """Another minimizer of ‖J u − r‖, which moves a dead neuron, so that it fires."""
    small = _network([2, 0, 0, 0], [1, 1, 1, 1], Fraction(1, 4))
    step = _step(small, None)
    return _compared(small, step, [step[0], step[1] - 2, *step[2:]])


def of_labels() -> OtherStep:
    """From a fitted label, the step that solves G g = y."""
    small = _network([4, 2, 0, 0], [1, -1, 1, 1], Fraction(1))
    return _compared(small, _step(small, None), _step(small, small.problem.labels))


def _network(weights: Sequence[int], signs: Sequence[int], label: Fraction) -> Small:
    """Four neurons on one point, b = 1."""
    problem = Problem(((Fraction(1),),), (label,))
    rows = tuple((Fraction(w),) for w in weights)
    return Small(problem, rows, tuple(signs), Fraction(1))


def _seen(small: Small) -> Observation[Fraction]:
    trainer = trainer_of(small, Way(Method.GAUSS_NEWTON))
    return predict(trainer, query(trainer, trainer.problem.indices))


def _surroundings(small: Small) -> Surroundings[Fraction]:
    return Surroundings(trainer_of(small, Way(Method.GAUSS_NEWTON)), _seen(small), 0)


def _step(small: Small, right_side: Sequence[Fraction] | None) -> Vector:
    """Jᵀ g of every neuron, for G g = this, or the residual."""
    given = _surroundings(small)
    system = GivenSystem(given.gram, given.jacobian, right_side or given.residual)
    g = GramSolver(RATIONAL).solve(system, Fraction(0)).g
    moved = zip(given.jacobian.signs, given.jacobian.transposed_times(g), strict=True)
    rows = {int(r): row[0] for r, row in moved}
    return [rows.get(r, Fraction(0)) for r in range(small.m)]


def _compared(small: Small, step: Vector, other: Vector) -> OtherStep:
    """Both steps seen through J, and made."""
    jacobian = _surroundings(small).jacobian
    images = [jacobian.times([[each[r]] for r in jacobian.signs]) for each in (step, other)]
    residuals = [_residual_after(small, each) for each in (step, other)]
    return OtherStep((step, other), (images[0], images[1]), (residuals[0], residuals[1]))


def _residual_after(small: Small, step: Vector) -> Vector:
    weights = tuple((w[0] - u,) for w, u in zip(small.weights, step, strict=True))
    return list(_seen(replace(small, weights=weights)).residual)
