"""Orthogonal vectors as neurons, training points and a threshold.

For vectors of D coordinates, both padded with zeros to D' coordinates, D' a power of four:

    neuron      w = (1 − a, 1)         zeros and ones
    point       x = (b, 1 − b)/√D'     of unit length, whatever b is
    threshold   τ = (D' − 1)/√D'       never negative

Each coordinate gives (1 − a)·b + (1 − b) = 1 − a·b, so ⟨w, x⟩ = (D' − ⟨a, b⟩)/√D'. That is above τ
exactly if ⟨a, b⟩ < 1, so exactly if a and b are orthogonal. A pair with one 1 in common meets τ: a
structure that answers ≥ in place of > answers wrong. D' and √D' are powers of two, so every sum is
exact in floats as in rationals. The zero weight fires on no point.

Points, norms and the sign of τ are as in training, and one τ serves all queries.
"""

from math import isqrt

from proofs.reduction.orthogonal_vectors import Bits
from reference.scalar import Arithmetic, S


def padded(dimension: int) -> int:
    """D': the least power of four that is not less than D."""
    size = 1
    while size < dimension:
        size *= 4
    return size


def neuron(arithmetic: Arithmetic[S], a: Bits) -> list[S]:
    """w for a vector of A. Shapes: D, giving 2·D'."""
    size = padded(len(a))
    ones = [1 - bit for bit in a] + [1] * (2 * size - len(a))
    return [arithmetic.ratio(bit) for bit in ones]


def silent(arithmetic: Arithmetic[S], dimension: int) -> list[S]:
    """A weight that is above the threshold at no point: zero. Shapes: 2·D'."""
    return [arithmetic.ratio(0)] * (2 * padded(dimension))


def point(arithmetic: Arithmetic[S], b: Bits) -> list[S]:
    """x for a vector of B, of unit length. Shapes: D, giving 2·D'."""
    size = padded(len(b))
    bits = list(b) + [0] * (size - len(b))
    return [arithmetic.ratio(bit, isqrt(size)) for bit in bits + [1 - bit for bit in bits]]


def threshold(arithmetic: Arithmetic[S], dimension: int) -> S:
    """τ."""
    size = padded(dimension)
    return arithmetic.ratio(size - 1, isqrt(size))
