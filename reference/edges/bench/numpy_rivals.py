"""Gauss-Newton and gradient descent as one writes them straight: dense products of matrices.

    S = X Wᵀ,  F = S > b,  f = m^(−1/2)·max(S − b, 0) a,  r = f − y
    Gauss-Newton    G = (X Xᵀ) ∘ (F Fᵀ) / m,  G g = r
    gradient        g = η·r
    W ← W − (m^(−1/2)·g aᵀ ∘ F)ᵀ X

This is what ours is measured against, so it is written to be fast: all products by BLAS on all
cores (numpy makes F Fᵀ as a symmetric one), every other operation in place, no matrix allocated in
a step. It knows nothing of sparsity. S and F are n×m, so that a point's scores lie together.

The weights are those of the reference at the same seed, bit for bit; the trajectory is the same but
for the order of sums. The shifted activation alone.
"""

import numpy as np
from scipy.linalg import cho_factor, cho_solve, eigh

from reference.edges.networks.initial_network import WEIGHTS_STREAM, draw_signs, stream
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.ports.vectorized.arrays import Flags, Floats


def estimated_bytes(m: int, n: int, d: int) -> int:
    """The most memory a rival holds: W and its change, S, F. What BLAS packs is not in it."""
    return m * (16 * d + 9 * n + 9)


class DenseNetwork:
    """The network of a configuration, dense, and what both methods do with it.

    After a step `flags` still tells who fired before it. Shapes: n×m.
    """

    def __init__(self, config: Configuration, problem: Problem[float]) -> None:
        m, n, d = config.width, problem.n, problem.d
        self.points = np.array(problem.points)
        self.labels = np.array(problem.labels)
        self.weights: Floats = stream(config.seed, WEIGHTS_STREAM).standard_normal((m, d))
        self.signs = draw_signs(config.seed, m).astype(np.float64)
        self.shift, self.scale = config.shift, m**-0.5
        self.products = self.points @ self.points.T
        self.flags: Flags = np.empty((n, m), np.bool_)
        self._scores: Floats = np.empty((n, m))
        self._change: Floats = np.empty((m, d))

    def residual(self) -> Floats:
        """f − y, and who fires."""
        np.matmul(self.points, self.weights.T, out=self._scores)
        np.greater(self._scores, self.shift, out=self.flags)
        self._scores -= self.shift
        np.maximum(self._scores, 0.0, out=self._scores)
        found: Floats = self.scale * (self._scores @ self.signs) - self.labels
        return found

    def gram(self) -> Floats:
        """G of those who fire. F is left in the place of the scores."""
        np.copyto(self._scores, self.flags)
        found: Floats = self.products * (self._scores @ self._scores.T) / len(self.signs)
        return found

    def descend(self, solution: Floats) -> None:
        """W has moved by −Jᵀg, where F stands in the place of the scores."""
        self._scores *= (self.scale * solution)[:, None]
        self._scores *= self.signs
        np.matmul(self._scores.T, self.points, out=self._change)
        self.weights -= self._change


class DenseGaussNewton(DenseNetwork):
    """Steps along the solution of G g = r."""

    def step(self, until: float = -1.0) -> float:
        """The loss; unless that is at most `until`, one step has been made from there.

        Errors: `LinAlgError` if G is not positive definite; W has not changed then.
        """
        residual = self.residual()
        loss = 0.5 * float(residual @ residual)
        if loss > until:
            self.descend(cho_solve(cho_factor(self.gram()), residual))
        return loss


class DenseGradientDescent(DenseNetwork):
    """Steps along the gradient, η = 1/λ_max(G) of the start."""

    def __init__(self, config: Configuration, problem: Problem[float]) -> None:
        super().__init__(config, problem)
        self.residual()
        self.rate = 1.0 / float(eigh(self.gram(), eigvals_only=True)[-1])

    def step(self, until: float = -1.0) -> float:
        """The loss; unless that is at most `until`, one step has been made from there."""
        residual = self.residual()
        loss = 0.5 * float(residual @ residual)
        if loss > until:
            np.copyto(self._scores, self.flags)
            self.descend(self.rate * residual)
        return loss
