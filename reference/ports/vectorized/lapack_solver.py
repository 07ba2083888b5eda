"""G g = r by LAPACK's Cholesky factorization, where G is clearly definite.

Whether a matrix is singular is for the reference's own factorization to say. It calls a row
dependent only if λ_min ≤ (n + 2)·u·tr G, so never if the condition number is below 1/(n(n + 2)·u),
which is 10⁹ for a thousand points. Where LAPACK's estimate of it comes near that, or Cholesky
breaks off, the system is handed to the reference, and its verdict and solution are taken.
"""

import numpy as np
from scipy.linalg import lapack

from reference import closed_forms
from reference.scalar import BINARY64
from reference.solvers.solver import GramSolver, Solution, with_ridge
from reference.solvers.system import System

CLEARLY_DEFINITE = 1e-8
"""The reciprocal condition number, at least."""


class LapackSolver:
    """Implements `Solver[float]`."""

    def __init__(self) -> None:
        self._reference = GramSolver(BINARY64)

    def solve(self, system: System[float], ridge: float) -> Solution[float]:
        """By substitution. Errors: `singular-gram`. Cost: counted as the reference's."""
        lower = with_ridge(system.gram, ridge)
        n = len(lower)
        matrix = np.zeros((n, n))
        for i, row in enumerate(lower):
            matrix[: i + 1, i] = matrix[i, : i + 1] = row
        norm = float(lapack.dlange("1", matrix))
        factor, failed = lapack.dpotrf(matrix)
        if failed or not lapack.dpocon(factor, norm)[0] > CLEARLY_DEFINITE:
            return self._reference.solve(system, ridge)
        solved, _ = lapack.dpotrs(factor, np.array(system.residual, np.float64))
        work = closed_forms.factorized_solve(n).solver_operations
        return Solution(solved.ravel().tolist(), 0, 0, 0.0, {"factorize": work})
