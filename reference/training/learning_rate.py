"""The step size of gradient descent: the largest at which no direction can overshoot much.

Along the gradient the residual becomes (I − ηG) r as long as no neuron crosses b, so η = 1/λ_max(G)
overshoots in no direction and is within a factor 2 of where it starts to diverge. A mini-batch has
a principal submatrix of G, whose largest eigenvalue is at most its trace, and no trace of B points
is more than the B largest entries of G's diagonal: that bounds all batches at once.
"""

from collections.abc import Sequence
from hashlib import sha256

from reference.inner_products import inner_product
from reference.scalar import S

ROUNDS = 200
"""Rounds of the power iteration, at most."""

CHANGE = 1e-6
"""It ends when a round changes the eigenvalue by less than this share."""


def largest_eigenvalue(lower: Sequence[Sequence[S]]) -> tuple[float, int]:
    """λ_max of the positive semidefinite matrix with this lower triangle, and the rounds taken.

    By power iteration in floats, so never above λ_max but for rounding. It starts from hashes: a
    regular start such as the diagonal can be orthogonal to the eigenvector that is looked for.
    Cost: n² a round. Domain: some entry of the diagonal is positive.
    """
    n = len(lower)
    matrix = [[float(lower[max(i, j)][min(i, j)]) for j in range(n)] for i in range(n)]
    v = [_start(i) for i in range(n)]
    eigenvalue = 0.0
    for done in range(1, ROUNDS + 1):
        length = max(map(abs, v))
        v = [entry / length for entry in v]
        image = [inner_product(row, v, 0.0) for row in matrix]
        before, eigenvalue = eigenvalue, inner_product(image, v, 0.0) / inner_product(v, v, 0.0)
        if abs(eigenvalue - before) <= CHANGE * eigenvalue:
            return eigenvalue, done
        v = image
    return eigenvalue, ROUNDS


def largest_trace(diagonal: Sequence[S], batch: int) -> float:
    """The sum of so many of the largest entries."""
    total = 0.0
    for entry in sorted(map(float, diagonal), reverse=True)[:batch]:
        total += entry
    return total


def _start(i: int) -> float:
    """Between −1 and 1: the first 32 bits of SHA-256 over "eigenvalue/i" in ASCII."""
    return int.from_bytes(sha256(f"eigenvalue/{i}".encode()).digest()[:4], "big") / 2**31 - 1
