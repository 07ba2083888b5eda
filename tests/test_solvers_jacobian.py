"""The Jacobian's products are those of the explicit matrix that is never formed."""

from collections.abc import Sequence
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import given

from reference.activation import Activation
from reference.gram import gram, point_products
from reference.ids import Neuron
from reference.jacobian import Jacobian
from reference.scalar import BINARY64, RATIONAL
from reference.training.landscape import Surroundings
from reference.training.step_rule import StepRule
from tests.exact_algebra import dot, lower_triangle, times, transposed
from tests.linear_systems import Drawn, draws
from tests.small_training import Setup, observe, trainer
from tests.strategies import setups, share

THIRDS = st.integers(-4, 4).map(lambda k: Fraction(k, 3))


def vector(data: st.DataObject, length: int) -> list[Fraction]:
    return data.draw(st.lists(THIRDS, min_size=length, max_size=length))


def spread(jacobian: Jacobian[Fraction], rows: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """The vector of length md with these rows at the neurons of U, and 0 elsewhere."""
    row_of = dict(zip(jacobian.firing.by_neuron, rows, strict=True))
    dead = [Fraction()] * jacobian.d
    return [entry for r in range(jacobian.m) for entry in row_of.get(Neuron(r), dead)]


@share(2)
@given(draws(), st.data())
def test_its_transpose_times_a_vector_is_that_of_the_explicit_matrix(
    drawn: Drawn, data: st.DataObject
) -> None:
    jacobian = drawn.jacobian(RATIONAL)
    v = vector(data, jacobian.n)
    product = spread(jacobian, jacobian.transposed_times(v))
    assert product == times(transposed(drawn.exact_jacobian), v)


@share(2)
@given(draws(), st.data())
def test_times_a_vector_it_is_the_explicit_matrix(drawn: Drawn, data: st.DataObject) -> None:
    """Silent points have a row of zeros; there may be no neuron at all that fires."""
    jacobian = drawn.jacobian(RATIONAL)
    rows = [vector(data, jacobian.d) for _ in jacobian.firing.by_neuron]
    assert jacobian.times(rows) == times(drawn.exact_jacobian, spread(jacobian, rows))


@share(2)
@given(draws(), st.data())
def test_its_two_products_are_adjoint(drawn: Drawn, data: st.DataObject) -> None:
    jacobian = drawn.jacobian(RATIONAL)
    v = vector(data, jacobian.n)
    rows = [vector(data, jacobian.d) for _ in jacobian.firing.by_neuron]
    across = zip(rows, jacobian.transposed_times(v), strict=True)
    assert dot(jacobian.times(rows), v) == sum((dot(p, q) for p, q in across), Fraction())


@share(2)
@given(draws(), st.data())
def test_both_products_together_are_the_gram_matrix(drawn: Drawn, data: st.DataObject) -> None:
    jacobian = drawn.jacobian(RATIONAL)
    v = vector(data, jacobian.n)
    assert jacobian.gram_times(v) == times(drawn.exact_gram, v)
    products = point_products(RATIONAL, jacobian.points)
    assert gram(products, jacobian.firing, jacobian.m) == lower_triangle(drawn.exact_gram)


@share(4)
@given(draws())
def test_floats_that_nothing_rounds_give_the_same_products(drawn: Drawn) -> None:
    exact, rounded = drawn.jacobian(RATIONAL), drawn.jacobian(BINARY64)
    v = [Fraction(1 - 2 * i, 4) for i in range(exact.n)]
    assert rounded.gram_times(list(map(float, v))) == exact.gram_times(v)


@share(8)
@given(setups())
def test_around_an_observation_the_jacobian_is_that_of_its_gram_matrix(
    given_setup: Setup,
) -> None:
    parts = trainer(given_setup, RATIONAL, Activation.SHIFTED, StepRule.FULL, None)
    around = Surroundings(parts, observe(parts), 0)
    n = parts.problem.n
    assert (around.jacobian.n, around.jacobian.m, around.jacobian.d) == (
        n,
        parts.network.m,
        parts.problem.d,
    )
    for i in range(n):
        column = around.jacobian.gram_times([Fraction(i == j) for j in range(n)])
        assert column == [around.gram[max(i, j)][min(i, j)] for j in range(n)]
    assert around.diagonal == [row[-1] for row in around.gram]
