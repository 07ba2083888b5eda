"""Sums have one fixed order, however many terms there are: the bits are those of one by one."""

import pytest

from reference.inner_products import PlainInnerProducts, combination, inner_product
from reference.matrix import Matrix
from reference.scalar import BINARY64

MIXED = [1e16, 1.0, -1e16, 1 / 3, 1e-17, -0.1, 7.0, 1e8, -1e8, 0.3, 1 / 7]
"""Numbers that give another sum in another order."""


@pytest.mark.parametrize("d", range(len(MIXED) + 1))
def test_an_inner_product_is_summed_from_the_left(d: int) -> None:
    total = 0.0
    for number in MIXED[:d]:
        total += number * 3.0
    assert inner_product(MIXED[:d], [3.0] * d, 0.0).hex() == total.hex()


@pytest.mark.parametrize("k", range(1, len(MIXED) + 1))
def test_a_combination_is_summed_row_by_row(k: int) -> None:
    rows = [[number, 1.0, 1 / 3] for number in MIXED[:k]]
    coefficients = [1 / (3 + i) for i in range(k)]
    total = [coefficients[0] * q for q in rows[0]]
    for c, row in zip(coefficients[1:], rows[1:], strict=True):
        total = [p + c * q for p, q in zip(total, row, strict=True)]
    assert [p.hex() for p in combination(coefficients, rows)] == [p.hex() for p in total]


def test_some_neurons_have_the_scores_that_all_have() -> None:
    products, weights = PlainInnerProducts(BINARY64), Matrix(BINARY64, MIXED[:10], columns=2)
    points = [[1 / 3, 0.1], [3.0, -1.0]]
    every = list(products.columns(weights, points))
    some = products.of_rows([weights.row(4), weights.row(0)], points)
    assert some == [[column[4], column[0]] for column in every]
    assert every == [[inner_product(weights.row(r), x, 0.0) for r in range(5)] for x in points]
