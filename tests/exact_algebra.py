"""Linear algebra over the rationals by its definitions, to hold the reference's against."""

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

Vector = Sequence[Fraction]
Rows = list[list[Fraction]]


def dot(left: Vector, right: Vector) -> Fraction:
    return sum((p * q for p, q in zip(left, right, strict=True)), Fraction())


def times(matrix: Sequence[Vector], v: Vector) -> list[Fraction]:
    return [dot(row, v) for row in matrix]


def transposed(matrix: Sequence[Vector]) -> Rows:
    return [list(column) for column in zip(*matrix, strict=True)]


def inner_products(left: Sequence[Vector], right: Sequence[Vector]) -> Rows:
    """All of the left rows with all of the right ones: L Rᵀ."""
    return [[dot(p, q) for q in right] for p in left]


def plus_ridge(matrix: Sequence[Vector], ridge: Fraction) -> Rows:
    return [[q + ridge * (i == j) for j, q in enumerate(row)] for i, row in enumerate(matrix)]


def lower_triangle(matrix: Sequence[Vector]) -> Rows:
    return [list(row[: i + 1]) for i, row in enumerate(matrix)]


def eliminated(matrix: Sequence[Vector]) -> tuple[Rows, list[int]]:
    """The reduced row echelon form, and in which column each row that is not zero begins."""
    rows = [list(row) for row in matrix]
    leading: list[int] = []
    for column in range(len(rows[0])):
        done = len(leading)
        found = next((k for k in range(done, len(rows)) if rows[k][column]), None)
        if found is None:
            continue
        rows[done], rows[found] = rows[found], rows[done]
        rows[done] = [q / rows[done][column] for q in rows[done]]
        for k, row in enumerate(rows):
            if k != done and row[column]:
                rows[k] = [p - row[column] * q for p, q in zip(row, rows[done], strict=True)]
        leading.append(column)
    return rows, leading


def rank(matrix: Sequence[Vector]) -> int:
    return len(eliminated(matrix)[1])


def solution(matrix: Sequence[Vector], right_side: Vector) -> list[Fraction] | None:
    """The only g with matrix · g = right side; None if the matrix is singular."""
    extended = [[*row, r] for row, r in zip(matrix, right_side, strict=True)]
    rows, leading = eliminated(extended)
    return [row[-1] for row in rows] if leading == list(range(len(rows))) else None


def is_positive_definite(matrix: Sequence[Vector]) -> bool:
    """By the signs of the pivots of the symmetric matrix, eliminated in order."""
    rows = [list(row) for row in matrix]
    for k, pivot_row in enumerate(rows):
        if not pivot_row[k] > 0:
            return False
        for row in rows[k + 1 :]:
            share = row[k] / pivot_row[k]
            row[:] = [p - share * q for p, q in zip(row, pivot_row, strict=True)]
    return True


ROOT_PLACES = 200
"""Binary places of a root."""


def root_below(square: Fraction) -> Fraction:
    """√square, less than 2⁻²⁰⁰ too small."""
    scale = 1 << ROOT_PLACES
    return Fraction(isqrt(square.numerator * scale * scale // square.denominator), scale)


def root_above(square: Fraction) -> Fraction:
    """√square, at most 2⁻²⁰⁰ too large."""
    return root_below(square) + Fraction(1, 1 << ROOT_PLACES)
