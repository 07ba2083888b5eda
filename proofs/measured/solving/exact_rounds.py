"""Conjugate gradients in rationals, round by round, against Chebyshev's bound.

    M = B Bᵀ,  G = B Λ Bᵀ,  B unit lower triangular of small whole numbers

so M⁻¹G has exactly the eigenvalues Λ. The solver is the reference's; it tells its residuals by
asking for M⁻¹ of them. If they are M⁻¹-orthogonal, no polynomial of a round's degree would have
left less of the error: that is the optimality on which the bound rests.

Claim regression/inner-iterations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from random import Random

from proofs.measured.trainings.small_trainings import inner
from reference.scalar import RATIONAL
from reference.solvers.conjugate_gradient import Accuracy, conjugate_gradient
from reference.solvers.factorization import Factorization, factorize

Vector = list[Fraction]

LEAST, MOST = Fraction(2, 3), Fraction(2)
"""Between these lie the eigenvalues if a sketch keeps squared lengths to within a half."""

GRID = 24
"""Steps between them."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """‖e_t‖²_G/‖e_0‖²_G before each round, and whether the residuals are M⁻¹-orthogonal."""

    left: Sequence[Fraction]
    orthogonal: bool

    def within(self, condition: Fraction) -> bool:
        """Every share is at most 1/T_t(γ)², γ = (κ' + 1)/(κ' − 1)."""
        gamma = (condition + 1) / (condition - 1)
        bounds = chebyshev(gamma, len(self.left))
        return all(
            share * bound * bound <= 1 for share, bound in zip(self.left, bounds, strict=True)
        )


def chebyshev(x: Fraction, count: int) -> Sequence[Fraction]:
    """T_0(x), T_1(x), and so on: so many values."""
    values = [Fraction(1), x]
    while len(values) < count:
        values.append(2 * x * values[-1] - values[-2])
    return values[:count]


def spectrum(seed: int, n: int, least: Fraction = LEAST, most: Fraction = MOST) -> Vector:
    """n eigenvalues drawn between these, which are two of them."""
    chance = Random(f"spectrum/{seed}/{n}")
    step = (most - least) / GRID
    return [least, *(least + step * chance.randint(0, GRID) for _ in range(n - 2)), most]


def rounds(seed: int, eigenvalues: Sequence[Fraction]) -> Rounds:
    """The rounds on a system with these eigenvalues, to the exact solution."""
    chance, n = Random(f"rounds/{seed}"), len(eigenvalues)
    b = [[Fraction(chance.randint(-1, 1)) for _ in range(i)] for i in range(n)]
    right_side = [Fraction(chance.randint(1, 4)) for _ in range(n)]
    full = [[*row, Fraction(1), *[Fraction(0)] * (n - 1 - len(row))] for row in b]
    gram = [[_weighted(one, other, eigenvalues) for other in full] for one in full]
    inverse = Factorization(b, [Fraction(1)] * n).solve
    residuals: list[Vector] = []

    def precondition(residual: Sequence[Fraction]) -> Vector:
        residuals.append(list(residual))
        return inverse(residual)

    def product(v: Sequence[Fraction]) -> Vector:
        return [inner(row, v) for row in gram]

    conjugate_gradient(product, precondition, right_side, Accuracy(RATIONAL, 1e-300))
    factors = factorize(RATIONAL, [row[: i + 1] for i, row in enumerate(gram)])
    errors = [inner(residual, factors.solve(residual)) for residual in residuals]
    pairs = combinations(residuals, 2)
    orthogonal = all(inner(one, inverse(other)) == 0 for one, other in pairs)
    return Rounds([error / errors[0] for error in errors], orthogonal)


def _weighted(
    one: Sequence[Fraction], other: Sequence[Fraction], weights: Sequence[Fraction]
) -> Fraction:
    """Σ weight·one·other."""
    return inner([w * p for w, p in zip(weights, one, strict=True)], other)
