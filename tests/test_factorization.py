"""Solving is exact where nothing is rounded, and a singular matrix names its dependent rows."""

from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference.errors import SingularGram
from reference.scalar import BINARY64, RATIONAL, Arithmetic, Binary64, S
from reference.solvers.factorization import factorize

Integers = list[list[int]]
small = st.integers(-3, 3)
sizes = st.integers(1, 5)


def rows(n: int) -> st.SearchStrategy[Integers]:
    return st.lists(st.lists(small, min_size=n, max_size=n), min_size=n, max_size=n)


def unit_lower(n: int) -> st.SearchStrategy[Integers]:
    """Ones on the diagonal, zeros above it: independent rows whose Gram matrix has pivots 1."""
    return rows(n).map(lambda a: [[*a[i][:i], 1, *[0] * (n - i - 1)] for i in range(n)])


def gram(vectors: Integers) -> Integers:
    return [[sum(p * q for p, q in zip(u, v, strict=True)) for v in vectors] for u in vectors]


def lower_triangle(arithmetic: Arithmetic[S], matrix: Integers) -> list[list[S]]:
    return [[arithmetic.ratio(entry) for entry in row[: i + 1]] for i, row in enumerate(matrix)]


def times(matrix: Integers, vector: list[S]) -> list[S]:
    products = []
    for row in matrix:
        total = row[0] * vector[0]
        for p, q in zip(row[1:], vector[1:], strict=True):
            total += p * q
        products.append(total)
    return products


@given(sizes.flatmap(rows))
def test_solving_in_rationals_multiplies_back_exactly(vectors: Integers) -> None:
    matrix = gram(vectors)
    for i in range(len(matrix)):
        matrix[i][i] += 1
    right_side = [Fraction(1 + i, 3) for i in range(len(matrix))]
    solution = factorize(RATIONAL, lower_triangle(RATIONAL, matrix)).solve(right_side)
    assert times(matrix, solution) == right_side


@given(sizes.flatmap(unit_lower), st.data())
def test_floats_solve_exactly_where_every_number_on_the_way_is_dyadic(
    lower: Integers, data: st.DataObject
) -> None:
    n = len(lower)
    powers = data.draw(st.lists(st.sampled_from((1, 2, 4, 8)), min_size=n, max_size=n))
    scaled = [[entry * d for entry, d in zip(row, powers, strict=True)] for row in lower]
    matrix = [[sum(p * q for p, q in zip(u, v, strict=True)) for v in lower] for u in scaled]
    solution = [float(k) for k in data.draw(st.lists(small, min_size=n, max_size=n))]
    factors = factorize(BINARY64, lower_triangle(BINARY64, matrix))
    assert factors.pivots == [float(d) for d in powers]
    assert factors.lower == [[float(entry) for entry in row[:i]] for i, row in enumerate(lower)]
    assert factors.solve(times(matrix, solution)) == solution


def named(arithmetic: Arithmetic[S], vectors: Integers) -> list[int]:
    """The rows that the error names; none if there is no error."""
    try:
        factorize(arithmetic, lower_triangle(arithmetic, gram(vectors)))
    except SingularGram as error:
        return list(error.points)
    return []


@given(sizes.flatmap(unit_lower), st.data())
def test_a_dependent_row_is_named_with_the_rows_it_depends_on(
    vectors: Integers, data: st.DataObject
) -> None:
    """No share at all means a row of zeros, which is named alone."""
    n = len(vectors)
    shares = data.draw(st.lists(small, min_size=n, max_size=n))
    dependent = [sum(c * v[k] for c, v in zip(shares, vectors, strict=True)) for k in range(n)]
    never_reached = [1] * n
    expected = [i for i, c in enumerate(shares) if c] + [n]
    given_vectors = [*vectors, dependent, never_reached]
    assert named(RATIONAL, given_vectors) == named(BINARY64, given_vectors) == expected


@pytest.mark.parametrize("between", [[], [[0, 1, 3]], [[0, 1, 3], [1, 1, 1]]])
def test_a_repeated_row_is_named_with_the_row_it_repeats(between: Integers) -> None:
    vectors = [[3, 1, 2], *between, [3, 1, 2]]
    assert named(RATIONAL, vectors) == named(BINARY64, vectors) == [0, len(vectors) - 1]


def test_a_first_row_of_zeros_is_named() -> None:
    vectors = [[0, 0], [1, 0]]
    assert named(RATIONAL, vectors) == named(BINARY64, vectors) == [0]


def test_a_matrix_that_is_not_a_number_counts_as_singular() -> None:
    with pytest.raises(SingularGram):
        factorize(BINARY64, [[float("nan")]])


@given(st.integers(2, 4).flatmap(rows))
def test_rationals_are_singular_exactly_if_the_determinant_is_zero(vectors: Integers) -> None:
    try:
        pivots = factorize(RATIONAL, lower_triangle(RATIONAL, gram(vectors))).pivots
    except SingularGram:
        assert determinant(vectors) == 0
    else:
        product = Fraction(1)
        for pivot in pivots:
            product *= pivot
        assert product == determinant(vectors) ** 2


def determinant(matrix: Integers) -> int:
    if not matrix:
        return 1
    minors = ([row[:k] + row[k + 1 :] for row in matrix[1:]] for k in range(len(matrix)))
    return sum(
        (-1) ** k * entry * determinant(minor)
        for k, (entry, minor) in enumerate(zip(matrix[0], minors, strict=True))
    )


def test_rounding_does_not_hide_a_dependency() -> None:
    """The third row is 2 × the second − 3 × the first; its computed pivot is 5.3e-15."""
    assert named(BINARY64, [[-3, -2, 1], [-3, -3, 2], [3, 0, 1]]) == [0, 1, 2]


def is_singular(unit_roundoff: float, lower: list[list[float]]) -> bool:
    """To floats that are said to round so coarsely."""
    try:
        factorize(Binary64(unit_roundoff), lower)
    except SingularGram:
        return True
    return False


def test_a_row_alone_is_singular_where_a_rounding_may_be_all_of_it() -> None:
    """γ = 2u/(1 − 2u), which is 1 for u = ¼."""
    assert is_singular(1 / 4, [[9.0]])
    assert not is_singular(1 / 4 - 1 / 1024, [[9.0]])


@pytest.mark.parametrize(("root", "expected"), [(5.5, True), (5.625, False)])
def test_the_least_pivot_counts_the_earlier_rows_by_their_shares(
    root: float, expected: bool
) -> None:
    """Rows of lengths 2 and 4, of which the third has 1 and −½; γ = ¼ for its u.

    Its pivot is G_33 − 8, and what rounding may have moved it by ¼·(√G_33 + 2 + 2)².
    """
    assert is_singular(1 / 20, [[4.0], [0.0, 16.0], [4.0, -8.0, root * root]]) is expected


def test_a_row_with_a_thousandth_of_the_largest_share_is_not_named() -> None:
    """Of rows 1 and 2 the third takes 1/1000 and 1/999 of what it takes of row 0."""
    shares = [Fraction(1), Fraction(1, 1000), Fraction(1, 999)]
    square = sum((share * share for share in shares), Fraction())
    matrix = [[Fraction(i == j) for j in range(i + 1)] for i in range(3)] + [[*shares, square]]
    with pytest.raises(SingularGram) as caught:
        factorize(RATIONAL, matrix)
    assert caught.value.points == [0, 2, 3]
