"""A positive definite matrix inverted by halves, with Strassen's seven products for eight.

    G = [A  Bᵀ]     E = A⁻¹,  F = B·E,  H = (C − F·Bᵀ)⁻¹
        [B  C ]
                    G⁻¹ = [E + Fᵀ·(H·F)   (−H·F)ᵀ]
                          [−H·F           H      ]

A and the Schur complement C − F·Bᵀ are positive definite again, so no pivot is looked for. Every
addition, subtraction, change of sign, product and quotient of numbers is counted. Nothing that
trains uses this: it is here to show that no power n³ is needed, whatever the matrix.

Claim regression/n3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from proofs.measured.trainings.small_trainings import inner
from proofs.symbolic.without_cubes import INVERSE, LEVELS

Rows = list[list[Fraction]]


@dataclass(slots=True)
class Counted:
    """Arithmetic on square matrices of 2^k rows, and how many operations it has taken."""

    operations: int = field(default=0)

    def inverse(self, matrix: Rows) -> Rows:
        """The inverse. Domain: positive definite."""
        if len(matrix) == 1:
            self.operations += 1
            return [[1 / matrix[0][0]]]
        (a, _), (b, c) = _quarters(matrix)
        e = self.inverse(a)
        f = self.product(b, e)
        h = self.inverse(self.sum(c, self.product(f, transposed(b)), -1))
        hf = self.product(h, f)
        first = self.sum(e, self.product(transposed(f), hf), 1)
        below = self.negative(hf)
        return _joined(first, transposed(below), below, h)

    def product(self, left: Rows, right: Rows) -> Rows:
        """Their product, by Strassen's seven."""
        if len(left) == 1:
            self.operations += 1
            return [[left[0][0] * right[0][0]]]
        (a, b), (c, d) = _quarters(left)
        (e, f), (g, h) = _quarters(right)
        add, times = self.sum, self.product
        p = times(add(a, d, 1), add(e, h, 1))
        q = times(add(c, d, 1), e)
        r = times(a, add(f, h, -1))
        s = times(d, add(g, e, -1))
        t = times(add(a, b, 1), h)
        u = times(add(c, a, -1), add(e, f, 1))
        v = times(add(b, d, -1), add(g, h, 1))
        first = add(add(p, s, 1), add(v, t, -1), 1)
        last = add(add(p, q, -1), add(r, u, 1), 1)
        return _joined(first, add(r, t, 1), add(q, s, 1), last)

    def sum(self, left: Rows, right: Rows, sign: int) -> Rows:
        """left + right, or left − right."""
        self.operations += len(left) ** 2
        return [
            [p + sign * q for p, q in zip(one, other, strict=True)]
            for one, other in zip(left, right, strict=True)
        ]

    def negative(self, matrix: Rows) -> Rows:
        """−matrix."""
        self.operations += len(matrix) ** 2
        return [[-value for value in row] for row in matrix]


def transposed(matrix: Sequence[Sequence[Fraction]]) -> Rows:
    """Rows for columns; no number is computed."""
    return [list(column) for column in zip(*matrix, strict=True)]


def _quarters(matrix: Rows) -> tuple[tuple[Rows, Rows], tuple[Rows, Rows]]:
    half = len(matrix) // 2

    def cut(rows: Rows) -> tuple[Rows, Rows]:
        return [row[:half] for row in rows], [row[half:] for row in rows]

    return cut(matrix[:half]), cut(matrix[half:])


def _joined(first: Rows, right: Rows, below: Rows, last: Rows) -> Rows:
    upper = [one + other for one, other in zip(first, right, strict=True)]
    return upper + [one + other for one, other in zip(below, last, strict=True)]


@dataclass(frozen=True, slots=True)
class Inverted:
    """Whether G·G⁻¹ = I, the operations counted, and those stated."""

    right: bool
    operations: int
    closed_form: int


def inverted(levels: int) -> Inverted:
    """A drawn Gram matrix of 2^levels rows: A Aᵀ + I, A of small whole numbers."""
    n, chance = 1 << levels, Random(f"inverted/{levels}")
    a = [[Fraction(chance.randint(-1, 1)) for _ in range(n)] for _ in range(n)]
    gram = [[inner(one, other) + (i == j) for j, other in enumerate(a)] for i, one in enumerate(a)]
    counting = Counted()
    inverse = transposed(counting.inverse(gram))
    product = [[inner(row, column) for column in inverse] for row in gram]
    identity = [[Fraction(i == j) for j in range(n)] for i in range(n)]
    stated = int(INVERSE.subs(LEVELS, levels))
    return Inverted(product == identity, counting.operations, stated)
