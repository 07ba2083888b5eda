"""Conjugate gradients: A g = r for a positive definite A that is only multiplied with.

With a preconditioner M near A each round takes M⁻¹ of a residual; without one M = I. The recurrence
carries a residual along that roundings part from the true one, so when it is small enough the true
one is computed, and if that is not, another sweep starts from there. In the rationals the true one
is reached after at most n rounds, exactly.

Cost: a round is one product with A, one M⁻¹ and at most 6n + 2 operations;
O(√cond(M⁻¹A)·log(1/ε)) rounds.
Source: Hestenes and Stiefel; claims regression/n3, regression/inner-iterations.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Generic

from reference import closed_forms
from reference.errors import AccuracyNotReached
from reference.inner_products import inner_product
from reference.scalar import Arithmetic, S
from reference.solvers.solver import Solution, with_ridge
from reference.solvers.system import System

SWEEPS = 4
"""After so many sweeps the accuracy is out of reach."""

MOST_ROUNDS = 20
"""At most this many rounds a point: without rounding one a point is enough."""

LEAST_RELATIVE = 1e-150
"""What a smaller residual that is not 0 is said to be."""

Map = Callable[[Sequence[S]], list[S]]
"""A linear map of vectors."""


@dataclass(frozen=True, slots=True)
class Iterate(Generic[S]):
    """g, the rounds and sweeps that led to it, and the ‖A g − r‖/‖r‖ that it has."""

    g: list[S]
    rounds: int
    sweeps: int
    accuracy: float


class Accuracy(Generic[S]):
    """How far to go: until ‖A g − r‖ ≤ accuracy·‖r‖."""

    arithmetic: Arithmetic[S]
    value: S

    def __init__(self, arithmetic: Arithmetic[S], value: float) -> None:
        self.arithmetic = arithmetic
        self.value = arithmetic.number(value)


def conjugate_gradient(
    product: Map[S], precondition: Map[S], right_side: Sequence[S], accuracy: Accuracy[S]
) -> Iterate[S]:
    """The g with ‖A g − r‖ ≤ accuracy·‖r‖. Errors: `accuracy-not-reached`."""
    zero = accuracy.arithmetic.ratio(0)
    g = [zero] * len(right_side)
    residual = list(right_side)
    square = inner_product(residual, residual, zero)
    goal = accuracy.value * accuracy.value * square
    most, rounds, sweeps, reached = MOST_ROUNDS * len(g), 0, 0, square
    while not reached <= goal:
        if sweeps == SWEEPS or rounds == most:
            raise AccuracyNotReached(rounds, _relative(reached, square), float(accuracy.value))
        rounds += _sweep(product, precondition, g, residual, goal, most - rounds)
        sweeps += 1
        residual = [r - q for r, q in zip(right_side, product(g), strict=True)]
        reached = inner_product(residual, residual, zero)
    return Iterate(g, rounds, sweeps, _relative(reached, square))


def _sweep(
    product: Map[S],
    precondition: Map[S],
    g: list[S],
    start: Sequence[S],
    goal: S,
    most: int,
) -> int:
    """g has moved until the recurrence's residual is at the goal; how many rounds that took."""
    residual = list(start)
    direction: list[S] = []
    before = goal - goal
    zero = before
    for done in range(1, most + 1):
        z = precondition(residual)
        now = inner_product(residual, z, zero)
        if direction:
            ratio = now / before
            direction = [p + ratio * q for p, q in zip(z, direction, strict=True)]
        else:
            direction = z
        image = product(direction)
        curvature = inner_product(direction, image, zero)
        if not curvature > 0:
            return done
        length = now / curvature
        for i, (p, q) in enumerate(zip(direction, image, strict=True)):
            g[i] += length * p
            residual[i] -= length * q
        before = now
        if inner_product(residual, residual, zero) <= goal:
            return done
    return most


def _relative(square: S, of: S) -> float:
    """√(square/of); a rational that is not 0 is not rounded to 0."""
    if not square:
        return 0.0
    return max(sqrt(float(square / of)), LEAST_RELATIVE)


class ConjugateGradientSolver(Generic[S]):
    """G in full, multiplied with."""

    _accuracy: Accuracy[S]

    def __init__(self, accuracy: Accuracy[S]) -> None:
        self._accuracy = accuracy

    def solve(self, system: System[S], ridge: S) -> Solution[S]:
        """To the accuracy. Errors: `accuracy-not-reached`."""
        matrix = _in_full(with_ridge(system.gram, ridge))
        zero, n = self._accuracy.arithmetic.ratio(0), len(matrix)

        def product(v: Sequence[S]) -> list[S]:
            return [inner_product(row, v, zero) for row in matrix]

        found = conjugate_gradient(product, list, system.residual, self._accuracy)
        products = closed_forms.gram_products(n, found.rounds + found.sweeps)
        vectors = closed_forms.conjugate_gradient(n, found.rounds, found.sweeps)
        work = {
            "products": products.solver_operations,
            "iterate": vectors.solver_operations,
        }
        return Solution(found.g, found.rounds, found.sweeps, found.accuracy, work)


def _in_full(lower: Sequence[Sequence[S]]) -> list[list[S]]:
    """The symmetric matrix with this lower triangle."""
    n = len(lower)
    return [[lower[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]
