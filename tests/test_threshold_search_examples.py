"""The rare cases of threshold search, one by one, on every structure."""

from fractions import Fraction
from math import inf, nan

import pytest

from reference.errors import BadShape, NotFinite
from reference.ids import Neuron, Point
from reference.scalar import BINARY64, RATIONAL
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure
from tests.dense_model import stored

every_structure = pytest.mark.parametrize("structure", Structure)
NEURON = [Neuron(r) for r in range(8)]
POINT = Point(0)


def fired(structure: Structure, scores: list[float], threshold: float) -> list[Neuron]:
    return threshold_search(structure, BINARY64, [scores]).query(POINT, threshold).fired


@every_structure
def test_a_single_neuron_fires_or_not(structure: Structure) -> None:
    assert fired(structure, [1.0], 0.5) == [0]
    assert fired(structure, [1.0], 1.0) == []
    assert fired(structure, [1.0], 1.5) == []


@every_structure
def test_a_single_neuron_can_be_replaced(structure: Structure) -> None:
    search = threshold_search(structure, BINARY64, [[1.0], [2.0]])
    search.replace([NEURON[0]], [[3.0], [-1.0]])
    assert stored(search) == [[3.0], [-1.0]]
    assert search.query(Point(0), 2.0).fired == [0]
    assert search.query(Point(1), 0.0).fired == []


@every_structure
@pytest.mark.parametrize("m", [2, 3, 5, 6, 7])
def test_all_fire_or_none_in_ascending_order_at_any_width(structure: Structure, m: int) -> None:
    scores = [float(m - r) for r in range(m)]
    assert fired(structure, scores, 0.5) == NEURON[:m]
    assert fired(structure, scores, float(m)) == []


@every_structure
def test_a_score_equal_to_the_threshold_does_not_fire(structure: Structure) -> None:
    assert fired(structure, [0.5, 1.0, 0.25, 1.0, 1.25], 1.0) == [4]


@every_structure
def test_equal_scores_fire_together(structure: Structure) -> None:
    assert fired(structure, [1.0] * 5, 0.75) == NEURON[:5]
    assert fired(structure, [1.0] * 5, 1.0) == []


@every_structure
def test_minus_zero_and_zero_are_one_score(structure: Structure) -> None:
    assert fired(structure, [0.0, -0.0, 0.25], 0.0) == [2]
    assert fired(structure, [0.0, -0.0, 0.25], -0.0) == [2]
    assert fired(structure, [0.0, -0.0, -0.25], -0.25) == [0, 1]


@every_structure
def test_lowering_the_maximum_uncovers_the_next(structure: Structure) -> None:
    search = threshold_search(structure, BINARY64, [[1.0, 4.0, 3.0]])
    search.replace([NEURON[1]], [[-1.0]])
    assert search.query(POINT, 3.0).fired == []
    assert search.query(POINT, 2.0).fired == [2]


@every_structure
def test_a_change_to_the_same_scores_leaves_every_answer(structure: Structure) -> None:
    search = threshold_search(structure, BINARY64, [[1.0, 4.0, 4.0, 0.0]])
    search.replace(NEURON[:4], [[1.0, 4.0, 4.0, -0.0]])
    search.replace([], [[]])
    assert search.query(POINT, 0.0).fired == [0, 1, 2]
    assert search.query(POINT, 4.0).fired == []


@every_structure
def test_the_rationals_need_no_number_below_every_score(structure: Structure) -> None:
    third = Fraction(1, 3)
    search = threshold_search(structure, RATIONAL, [[third, -third, -1000 * third]])
    assert search.query(POINT, third).fired == []
    assert search.query(POINT, -1001 * third).fired == [0, 1, 2]


@every_structure
@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_nothing_is_built_of_a_number_that_is_not_finite(structure: Structure, bad: float) -> None:
    with pytest.raises(NotFinite) as caught:
        threshold_search(structure, BINARY64, [[1.0, bad], [1.0, 2.0]])
    assert (caught.value.what, caught.value.index) == ("scores at point 0", 1)


@every_structure
@pytest.mark.parametrize("columns", [[[1.0], [1.0, 2.0]], [[1.0, 2.0], [1.0]]])
def test_nothing_is_built_of_uneven_columns(
    structure: Structure, columns: list[list[float]]
) -> None:
    with pytest.raises(BadShape):
        threshold_search(structure, BINARY64, columns)


@every_structure
def test_nothing_is_built_for_no_points(structure: Structure) -> None:
    with pytest.raises(BadShape):
        threshold_search(structure, BINARY64, [])


@every_structure
def test_nothing_is_built_of_an_empty_column(structure: Structure) -> None:
    with pytest.raises(BadShape):
        threshold_search(structure, BINARY64, [[]])
    with pytest.raises(BadShape):
        threshold_search(structure, BINARY64, [[], [1.0]])


@every_structure
def test_the_error_of_a_build_names_the_point(structure: Structure) -> None:
    with pytest.raises(NotFinite, match="scores at point 1: number 0"):
        threshold_search(structure, BINARY64, [[1.0], [nan]])
    with pytest.raises(BadShape, match="scores at point 1: expected 1, found 2"):
        threshold_search(structure, BINARY64, [[1.0], [1.0, 2.0]])
