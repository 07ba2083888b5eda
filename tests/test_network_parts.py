"""What a network and its data are made of must fit together, and says what does not."""

from fractions import Fraction

import pytest

from reference.activation import Activation
from reference.errors import BadShape, WidthNotPowerOfFour
from reference.firing_sets import firing_sets
from reference.ids import Neuron, Point
from reference.matrix import Matrix
from reference.network import Problem, network
from reference.scalar import BINARY64, RATIONAL
from reference.weights import RewrittenWeights


@pytest.mark.parametrize("m", [1, 4, 16, 64, 4**20])
def test_a_power_of_four_has_an_exact_inverse_root(m: int) -> None:
    root = RATIONAL.inverse_square_root(m)
    assert root * root * m == 1
    assert BINARY64.inverse_square_root(m) == root


@pytest.mark.parametrize("m", [0, 2, 3, 8, 9, 12, 20, 32])
def test_no_other_width_has_one_in_the_exact_lane(m: int) -> None:
    with pytest.raises(WidthNotPowerOfFour, match=f"; {m} is not"):
        RATIONAL.inverse_square_root(m)


def test_a_problem_has_a_point() -> None:
    with pytest.raises(BadShape, match="points, at least one: expected 1, found 0"):
        Problem[float]((), ())


def test_every_point_has_a_label_and_as_many_coordinates_as_the_others() -> None:
    with pytest.raises(BadShape, match="labels, one a point: expected 2, found 1"):
        Problem(((1.0,), (2.0,)), (1.0,))
    with pytest.raises(BadShape, match="coordinates of a point: expected 1, found 2"):
        Problem(((1.0,), (2.0, 3.0)), (1.0, 1.0))


def test_every_neuron_has_a_sign() -> None:
    weights = RewrittenWeights(Matrix(BINARY64, [1.0, 2.0], columns=1))
    with pytest.raises(BadShape, match="signs, one a neuron: expected 2, found 3"):
        network(BINARY64, weights, [1, 1, 1], 0.0, Activation.SHIFTED)


@pytest.mark.parametrize("columns", [0, 2])
def test_a_matrix_has_whole_rows(columns: int) -> None:
    with pytest.raises(BadShape, match=f"expected {columns}, found 3"):
        Matrix(BINARY64, [1.0, 2.0, 3.0], columns)


def test_a_row_of_another_length_leaves_the_matrix_alone() -> None:
    matrix = Matrix(RATIONAL, [Fraction(k) for k in range(4)], columns=2)
    with pytest.raises(BadShape):
        matrix.replace_row(0, [Fraction(9)] * 3)
    assert list(matrix.values) == [0, 1, 2, 3]
    matrix.row(1)[0] = Fraction(9)
    matrix.replace_row(0, [Fraction(5), Fraction(6)])
    assert list(matrix.values) == [5, 6, 2, 3]


THREE = [Point(i) for i in range(3)]


def test_firing_sets_are_read_both_ways_and_compared() -> None:
    firing = firing_sets([[Neuron(1), Neuron(3)], [], [Neuron(0), Neuron(3)]], THREE)
    other = firing_sets([[Neuron(1)], [], [Neuron(0), Neuron(2)]], THREE)
    assert firing.by_neuron == {0: [2], 1: [0], 3: [0, 2]}
    assert list(firing.by_neuron) == [0, 1, 3]
    assert (firing.pairs, firing.union, firing.silent_points) == (4, 3, [1])
    assert (firing.switched(other), other.switched(firing), firing.switched(firing)) == (3, 3, 0)


def test_the_digest_tells_which_point_a_neuron_fires_on() -> None:
    sets = ([[0], [1]], [[0, 1], []], [[], [0, 1]], [[1], [0]])
    digests = {
        firing_sets([list(map(Neuron, s)) for s in by_point], THREE[:2]).digest(range(2))
        for by_point in sets
    }
    assert len(digests) == len(sets)
