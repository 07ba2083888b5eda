"""Solvers: from the residual r to the g of a step along −Jᵀg.

    gram     G g = r by factorizing G: exact but for rounding                     factorization
    cg       G g = r by conjugate gradients on G                                  conjugate_gradient
    sketch   G g = r by conjugate gradients preconditioned by a sketch of Jᵀ      sketch_solver

Gradient descent needs no solver: there g = r, and Jᵀ r is the gradient.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol

from reference import closed_forms
from reference.scalar import Arithmetic, S
from reference.solvers.factorization import factorize
from reference.solvers.system import System


class SolverName(Enum):
    """Which solver solves G g = r."""

    GRAM = "gram"
    CG = "cg"
    SKETCH = "sketch"


@dataclass(frozen=True, slots=True)
class Solution(Generic[S]):
    """g, and what finding it took.

    `rounds` and `sweeps` are those of an iteration, 0 without one; `accuracy` is the
    ‖G g − r‖/‖r‖ that it reached, 0 if g is as exact as rounding allows. `operations` counts
    solver operations by what they were for.
    """

    g: list[S]
    rounds: int
    sweeps: int
    accuracy: float
    operations: dict[str, int]


class Solver(Protocol[S]):
    """Finds g."""

    def solve(self, system: System[S], ridge: S) -> Solution[S]:
        """The g with (G + ridge · I) g = r.

        Errors: `singular-gram`, `sketch-dependent`, `accuracy-not-reached`.
        """


class GramSolver(Generic[S]):
    """G in full, factorized."""

    _arithmetic: Arithmetic[S]

    def __init__(self, arithmetic: Arithmetic[S]) -> None:
        self._arithmetic = arithmetic

    def solve(self, system: System[S], ridge: S) -> Solution[S]:
        """By substitution. Errors: `singular-gram`."""
        matrix = with_ridge(system.gram, ridge)
        g = factorize(self._arithmetic, matrix).solve(system.residual)
        work = closed_forms.factorized_solve(len(matrix)).solver_operations
        return Solution(g, 0, 0, 0.0, {"factorize": work})


def with_ridge(matrix: Sequence[Sequence[S]], ridge: S) -> list[list[S]]:
    """The lower triangle with the ridge added to its diagonal."""
    return [list(row[:-1]) + [row[-1] + ridge] for row in matrix]
