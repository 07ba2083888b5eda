"""The paper's solver: a sketch of Jᵀ, the QR of the small matrix, a preconditioned iteration.

    A = S Jᵀ,    AᵀA = Uᵀ D U ≈ G,    conjugate gradients on G g = r with M = Uᵀ D U (+ λ I)

G is never formed: each round multiplies with Jᵀ and then with J, 2·P·(d + 1) for P firing pairs.
If S keeps lengths to within a factor 1 ± ε, cond(M⁻¹G) ≤ (1 + ε)²/(1 − ε)², and the rounds do not
grow with n, m or cond(G). The paper iterates by gradient steps; conjugate gradients make the same
products and need at most as many rounds.

Algorithm 1 can be read as drawing S anew in every iteration, or once before the first (claim
regression/adaptive): both are here.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Generic

from reference import closed_forms
from reference.errors import SketchTooFewRows
from reference.scalar import S
from reference.solvers.conjugate_gradient import Accuracy, conjugate_gradient
from reference.solvers.orthogonalization import orthogonalize
from reference.solvers.sketch import SketchChoice, SketchedColumns, sketched
from reference.solvers.solver import Solution
from reference.solvers.system import System


class Draws(Enum):
    """When S is drawn."""

    FRESH = "fresh"
    ONCE = "once"


class SketchSolver(Generic[S]):
    """Conjugate gradients on J Jᵀ, preconditioned by a sketch."""

    _accuracy: Accuracy[S]
    choice: SketchChoice
    _draws: Draws

    def __init__(self, accuracy: Accuracy[S], choice: SketchChoice, draws: Draws) -> None:
        self._accuracy = accuracy
        self.choice = choice
        self._draws = draws

    def solve(self, system: System[S], ridge: S) -> Solution[S]:
        """To the accuracy.

        Errors: `sketch-too-few-rows`, `sketch-dependent`, `accuracy-not-reached`.
        """
        jacobian, n = system.jacobian, len(system.residual)
        if self.choice.rows < n:
            raise SketchTooFewRows(self.choice.rows, n)
        draw = system.step if self._draws is Draws.FRESH else 0
        sketch = sketched(self._accuracy.arithmetic, jacobian, self.choice, draw)
        columns, weights = self._with_ridge(sketch, ridge)
        factors = orthogonalize(self._accuracy.arithmetic, columns, weights)

        def product(v: Sequence[S]) -> list[S]:
            image = jacobian.gram_times(v)
            return [q + ridge * p for p, q in zip(v, image, strict=True)] if ridge else image

        found = conjugate_gradient(product, factors.solve, system.residual, self._accuracy)
        firing, products = jacobian.firing, found.rounds + found.sweeps
        multiplied = closed_forms.jacobian_products(firing.pairs, n, jacobian.d, products)
        if ridge:
            multiplied += closed_forms.ridge_products(n, products)
        work = sketch.operations | {
            "qr": closed_forms.orthogonalization(len(weights), n).solver_operations,
            "products": multiplied.solver_operations,
            "precondition": closed_forms.substitutions(n, found.rounds).solver_operations,
            "iterate": closed_forms.conjugate_gradient(
                n, found.rounds, found.sweeps
            ).solver_operations,
        }
        return Solution(found.g, found.rounds, found.sweeps, found.accuracy, work)

    def _with_ridge(self, sketch: SketchedColumns[S], ridge: S) -> tuple[list[list[S]], list[S]]:
        """The sketched columns and their rows' weights; with a ridge, a row for each unknown."""
        columns = sketch.columns
        weights = [sketch.weight] * len(columns[0])
        if not ridge:
            return columns, weights
        n = len(columns)
        zero, one = self._accuracy.arithmetic.ratio(0), self._accuracy.arithmetic.ratio(1)
        extended = [
            column + [one if i == k else zero for k in range(n)] for i, column in enumerate(columns)
        ]
        return extended, weights + [ridge] * n
