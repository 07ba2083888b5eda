"""The limit kernel K_ij = ⟨x_i, x_j⟩·P(a neuron fires on both), and its smallest eigenvalue.

At a random start G tends to K as m grows. For points of unit length, and θ_ij between them,

    K_ij·e^(b²/2) = ⟨x_i, x_j⟩·(D(π) − D(θ_ij))

with D of `angles`: on x_i fires who fires on both or on x_i alone. Everything here is times
e^(b²/2). An eigenvalue moves by at most the Frobenius norm of what is added to the matrix (Weyl).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf

import numpy as np
import numpy.typing as npt

from proofs.certified.angles import ROUNDING, one_alone

ArrayF = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Eigenvalue:
    """low ≤ λ_min(K)·e^(b²/2) ≤ high."""

    low: float
    high: float


def smallest_eigenvalue(points: ArrayF, b: float) -> Eigenvalue:
    """Of the kernel of these points. Shapes: n×d. Domain: rows of unit length, b ≥ 0."""
    n = len(points)
    matrix, error = kernel(points, b)
    found = float(np.linalg.eigvalsh(matrix)[0])
    room = error + n * n * ROUNDING
    return Eigenvalue(found - room, found + room)


def kernel(points: ArrayF, b: float) -> tuple[ArrayF, float]:
    """K·e^(b²/2), and how far off it may be, in Frobenius norm."""
    n = len(points)
    rows, columns = np.triu_indices(n, 1)
    products = (points[rows] * points[columns]).sum(axis=1)
    alone = one_alone(np.append(angles(points[rows], points[columns]), np.pi), b)
    middle, error = (alone.low + alone.high) / 2, (alone.high - alone.low) / 2
    matrix = np.diag(np.full(n, middle[-1]))
    matrix[rows, columns] = matrix[columns, rows] = products * (middle[-1] - middle[:-1])
    off = np.abs(products) * (error[-1] + error[:-1])
    return matrix, float(np.sqrt(n * error[-1] ** 2 + 2 * (off**2).sum()))


def angles(left: ArrayF, right: ArrayF) -> ArrayF:
    """The angle of each pair, to full precision at 0 and at π too. Shapes: k×d, k×d, giving k."""
    apart = np.linalg.norm(left - right, axis=1)
    together = np.linalg.norm(left + right, axis=1)
    found: ArrayF = 2 * np.arctan2(apart, together)
    return found


def separation(points: ArrayF, opposite: bool) -> float:
    """The least ‖x_i − x_j‖; of that and ‖x_i + x_j‖ if opposite points are to be apart too."""
    rows, columns = np.triu_indices(len(points), 1)
    apart = float(np.linalg.norm(points[rows] - points[columns], axis=1).min(initial=inf))
    if not opposite:
        return apart
    return min(apart, float(np.linalg.norm(points[rows] + points[columns], axis=1).min()))


COSINES = {0: Fraction(1), 1: Fraction(1, 2), 2: Fraction(-1, 2), 3: Fraction(-1)}
"""Of so many times 60°."""


def at_sixths(places: Sequence[int]) -> list[list[Fraction]]:
    """K at b = 0 of points at multiples of 60°, exactly: P(both fire) = ½ − θ/2π, and the cosines.

    >>> at_sixths([0, 3])
    [[Fraction(1, 2), Fraction(0, 1)], [Fraction(0, 1), Fraction(1, 2)]]
    """
    steps = [[min((i - j) % 6, (j - i) % 6) for j in places] for i in places]
    return [[COSINES[k] * (Fraction(1, 2) - Fraction(k, 6)) for k in row] for row in steps]
