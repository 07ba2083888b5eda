"""The bulk inner products have the bits of the plain ones, whatever the block size."""

from collections.abc import Iterable, MutableSequence, Sequence
from struct import pack
from sys import float_info

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import example, given

from reference.edges.products import bulk_products
from reference.edges.products.bulk_products import BulkInnerProducts
from reference.inner_products import InnerProducts, PlainInnerProducts
from reference.matrix import Matrix
from reference.scalar import BINARY64, Binary64

BLOCK = 4
"""So small that a handful of neurons is below it, at it and above it."""

LEAST, GREATEST = 5e-324, float_info.max
FINITE = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(
    (0.0, -0.0, LEAST, -LEAST, float_info.min, GREATEST, -GREATEST, 0.1, 1 / 3)
)

Rows = list[list[float]]


class Case:
    """Rows of weights, points, and some of the neurons, in any order."""

    def __init__(self, rows: Rows, points: Rows, neurons: Sequence[int]) -> None:
        self.rows = rows
        self.points = points
        self.neurons = neurons

    def __repr__(self) -> str:
        return f"Case({self.rows}, {self.points}, {self.neurons})"

    def bits(self, products: InnerProducts[float], weights: Matrix[float]) -> list[list[bytes]]:
        """Every number of both operations, bit for bit."""
        columns = [*products.columns(weights, self.points)]
        columns += products.of_rows([weights.row(r) for r in self.neurons], self.points)
        return [[pack("<d", value) for value in column] for column in columns]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """m from 1 to just above twice the block size, d from 1 to 5."""
    m, d = draw(st.integers(1, 2 * BLOCK + 1)), draw(st.integers(1, 5))
    row = st.lists(FINITE, min_size=d, max_size=d)
    rows = draw(st.lists(row, min_size=m, max_size=m))
    points = draw(st.lists(row, min_size=1, max_size=3))
    return Case(rows, points, draw(st.lists(st.integers(0, m - 1), max_size=m + 1)))


def matrix(case: Case) -> Matrix[float]:
    return Matrix(BINARY64, [w for row in case.rows for w in row], len(case.rows[0]))


@given(cases())
@example(Case([[-0.0]], [[1.0]], [0]))
@example(Case([[0.1, 0.2, 0.3]] * BLOCK, [[1 / 3, 3.0, -7.0]], [3, 1]))
@example(Case([[1e16, 1.0, -1e16]] * (BLOCK + 1), [[1.0, 1.0, 1.0]], []))
@example(Case([[LEAST, LEAST]] * (2 * BLOCK), [[0.5, 0.75]], [7, 7]))
def test_bulk_and_plain_inner_products_have_the_same_bits(case: Case) -> None:
    """Numbers that overflow on the way are infinite in both, or not numbers in both."""
    plain = case.bits(PlainInnerProducts(BINARY64), matrix(case))
    with pytest.MonkeyPatch.context() as patch, np.errstate(all="ignore"):
        patch.setattr(bulk_products, "BLOCK", BLOCK)
        assert case.bits(BulkInnerProducts(), matrix(case)) == plain


@pytest.mark.parametrize("m", [8191, 8192, 8193])
def test_the_block_of_every_day_changes_no_bit(m: int) -> None:
    rows = [[1 / (r + 1), r / 7, -0.1 * r] for r in range(m)]
    case = Case(rows, [[1 / 3, 0.7, 1e-3]], [m - 1, 0, m // 2])
    weights = matrix(case)
    assert case.bits(BulkInnerProducts(), weights) == case.bits(
        PlainInnerProducts(BINARY64), weights
    )


def test_the_sum_goes_from_the_left() -> None:
    """The other order would give 1, and one with a longer accumulator 1 too."""
    weights = Matrix(BINARY64, [1.0, 1e16, -1e16], columns=3)
    assert list(BulkInnerProducts().columns(weights, [[1.0, 1.0, 1.0]])) == [[0.0]]


def test_no_neurons_have_no_inner_products_at_each_point() -> None:
    assert BulkInnerProducts().of_rows([], [[1.0], [2.0]]) == [[], []]
    assert PlainInnerProducts(BINARY64).of_rows([], [[1.0], [2.0]]) == [[], []]


def test_the_products_are_those_of_the_present_weights() -> None:
    """The matrix shares its memory with numpy, which must keep nothing of it."""
    weights = Matrix(BINARY64, [1.0, 2.0], columns=1)
    products = BulkInnerProducts()
    assert list(products.columns(weights, [[3.0]])) == [[3.0, 6.0]]
    weights.replace_row(1, [5.0])
    assert list(products.columns(weights, [[3.0]])) == [[3.0, 15.0]]
    assert products.of_rows([weights.row(1)], [[3.0]]) == [[15.0]]


class Listed(Binary64):
    """Floats that are stored in lists."""

    __slots__ = ()

    def store(self, values: Iterable[float]) -> MutableSequence[float]:
        return list(values)


def test_a_store_without_a_buffer_gives_the_same_bits() -> None:
    case = Case([[0.1, -0.0], [1 / 3, 7.0]], [[0.3, 0.7]], [1])
    listed = Matrix(Listed(), [w for row in case.rows for w in row], 2)
    plain = case.bits(PlainInnerProducts(BINARY64), matrix(case))
    assert case.bits(BulkInnerProducts(), listed) == plain


def test_a_point_of_another_length_is_no_point() -> None:
    weights = Matrix(BINARY64, [1.0, 2.0], columns=2)
    with pytest.raises(ValueError, match="zip"):
        list(BulkInnerProducts().columns(weights, [[1.0]]))
