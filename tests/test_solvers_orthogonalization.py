"""Gram–Schmidt without roots: Uᵀ D U is AᵀW A, and a dependent column is refused by name."""

from collections.abc import Sequence
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference.errors import SketchDependent
from reference.scalar import BINARY64, RATIONAL, Binary64
from reference.solvers.orthogonalization import orthogonalize
from tests.exact_algebra import Rows, inner_products, rank, solution
from tests.strategies import share

entries = st.integers(-3, 3).map(Fraction)
weights = st.fractions(Fraction(1, 9), 9, max_denominator=9)


@st.composite
def columns(draw: st.DrawFn) -> Rows:
    """At most four columns of as many rows or up to two more."""
    n = draw(st.integers(1, 4))
    rows = n + draw(st.integers(0, 2))
    column = st.lists(entries, min_size=rows, max_size=rows)
    return draw(st.lists(column, min_size=n, max_size=n))


def weighted(given_columns: Rows, row_weights: Sequence[Fraction]) -> Rows:
    """AᵀW A."""
    scaled = [[w * q for w, q in zip(row_weights, column, strict=True)] for column in given_columns]
    return inner_products(scaled, given_columns)


def multiplied(lower: Rows, pivots: Sequence[Fraction]) -> Rows:
    """Uᵀ D U, from Uᵀ below its diagonal of ones."""
    n = len(pivots)
    full = [[*row, Fraction(1), *[Fraction()] * (n - 1 - i)] for i, row in enumerate(lower)]
    scaled = [[p * q for p, q in zip(row, pivots, strict=True)] for row in full]
    return inner_products(scaled, full)


def first_dependent(given_columns: Rows) -> int | None:
    found = (k for k in range(len(given_columns)) if rank(given_columns[: k + 1]) == k)
    return next(found, None)


@share(2)
@given(columns(), st.data())
def test_the_factors_of_independent_columns_multiply_to_their_weighted_products(
    given_columns: Rows, data: st.DataObject
) -> None:
    """Columns that are not independent are refused, and the first that depends is named."""
    rows = len(given_columns[0])
    row_weights = data.draw(st.lists(weights, min_size=rows, max_size=rows))
    expected = first_dependent(given_columns)
    if expected is not None:
        with pytest.raises(SketchDependent) as caught:
            orthogonalize(RATIONAL, given_columns, row_weights)
        assert (caught.value.point, caught.value.sketch_rows) == (expected, rows)
        return
    factors = orthogonalize(RATIONAL, given_columns, row_weights)
    matrix = weighted(given_columns, row_weights)
    assert [len(row) for row in factors.lower] == list(range(len(given_columns)))
    assert multiplied(factors.lower, factors.pivots) == matrix
    right_side = [Fraction(1 + i, 2) for i in range(len(matrix))]
    assert factors.solve(right_side) == solution(matrix, right_side)


def named(given_columns: Sequence[Sequence[float]]) -> int | None:
    """The column that floats refuse."""
    try:
        orthogonalize(BINARY64, given_columns, [1.0] * len(given_columns[0]))
    except SketchDependent as error:
        return error.point
    return None


@share(2)
@given(columns())
def test_floats_refuse_the_column_that_depends_in_the_rationals_and_no_other(
    given_columns: Rows,
) -> None:
    """Entries are whole and at most 3, so what is not zero is more than any rounding here."""
    expected = first_dependent(given_columns)
    assert named([list(map(float, column)) for column in given_columns]) == expected
    assert named([[float(q) / 3 for q in column] for column in given_columns]) == expected


def test_orthogonalizing_leaves_the_columns_alone() -> None:
    given_columns = [[Fraction(1), Fraction(1)], [Fraction(1), Fraction(0)]]
    factors = orthogonalize(RATIONAL, given_columns, [Fraction(1), Fraction(3)])
    assert given_columns == [[1, 1], [1, 0]]
    assert factors.lower == [[], [Fraction(1, 4)]]
    assert factors.pivots == [4, Fraction(3, 4)]


@pytest.mark.parametrize("scale", [2.0**-400, 1.0, 2.0**400])
def test_how_large_a_column_is_does_not_make_it_dependent(scale: float) -> None:
    given_columns = [[scale, 0.0, scale], [0.0, 1.0, 1.0]]
    factors = orthogonalize(BINARY64, given_columns, [1.0] * 3)
    assert factors.pivots == [2 * scale * scale, 1.5]
    assert factors.lower == [[], [0.5 / scale]]


def test_columns_that_nearly_agree_keep_their_factors() -> None:
    """Läuchli's: what is left of the columns is 2⁻³⁰ of them, and AᵀA itself would round to ones.

    Shares have to be those of what is left; those of the columns themselves would be 0, not ½.
    """
    small = 2.0**-30
    given_columns = [[1.0] + [small if k == i else 0.0 for k in range(3)] for i in range(3)]
    factors = orthogonalize(BINARY64, given_columns, [1.0] * 4)
    assert factors.lower == [[], [1.0], [1.0, 0.5]]
    assert factors.pivots == [1.0, 2 * small * small, 1.5 * small * small]


@pytest.mark.parametrize(("rest", "expected"), [(0.25, True), (0.3125, False)])
def test_what_is_left_of_a_column_must_be_more_than_a_rounding_of_all_of_it(
    rest: float, expected: bool
) -> None:
    """4·(2 + 3)·u = ¼ for this u, so of a column of 1 and `rest` (1 + rest²)/16 is negligible."""
    columns = [[1.0, 0.0, 0.0], [1.0, rest, 0.0]]
    arithmetic = Binary64(unit_roundoff=1 / 80)
    if expected:
        with pytest.raises(SketchDependent):
            orthogonalize(arithmetic, columns, [1.0] * 3)
    else:
        assert orthogonalize(arithmetic, columns, [1.0] * 3).pivots == [1.0, rest * rest]
