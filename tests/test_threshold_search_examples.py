"""The rare cases of threshold search, one by one, on every structure."""

from fractions import Fraction
from math import inf, nan, nextafter

import pytest

from reference.errors import BadIndex, BadShape, NotFinite, OtherThreshold
from reference.ids import Neuron, Point
from reference.scalar import BINARY64, RATIONAL
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure
from tests.dense_model import stored

every_structure = pytest.mark.parametrize("structure", Structure)
NEURON = [Neuron(r) for r in range(8)]
POINT = Point(0)


def fired(structure: Structure, scores: list[float], threshold: float) -> list[Neuron]:
    return threshold_search(structure, BINARY64, [scores], threshold).query(POINT, threshold).fired


@every_structure
def test_a_single_neuron_fires_or_not(structure: Structure) -> None:
    assert fired(structure, [1.0], 0.5) == [0]
    assert fired(structure, [1.0], 1.0) == []
    assert fired(structure, [1.0], 1.5) == []


@every_structure
def test_a_single_neuron_can_be_replaced(structure: Structure) -> None:
    search = threshold_search(structure, BINARY64, [[1.0], [2.0]], 1.5)
    search.replace([NEURON[0]], [[3.0], [-1.0]])
    assert stored(search) == [[3.0], [-1.0]]
    assert search.query(Point(0), 1.5).fired == [0]
    assert search.query(Point(1), 1.5).fired == []


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
    for threshold, left in ((3.0, []), (2.0, [2])):
        search = threshold_search(structure, BINARY64, [[1.0, 4.0, 3.0]], threshold)
        search.replace([NEURON[1]], [[-1.0]])
        assert search.query(POINT, threshold).fired == left


@every_structure
def test_a_change_to_the_same_scores_leaves_every_answer(structure: Structure) -> None:
    for threshold, above in ((0.0, [0, 1, 2]), (4.0, [])):
        search = threshold_search(structure, BINARY64, [[1.0, 4.0, 4.0, 0.0]], threshold)
        search.replace(NEURON[:4], [[1.0, 4.0, 4.0, -0.0]])
        search.replace([], [[]])
        assert search.query(POINT, threshold).fired == above


@every_structure
def test_the_rationals_need_no_number_below_every_score(structure: Structure) -> None:
    third = Fraction(1, 3)
    scores = [[third, -third, -1000 * third]]
    for threshold, above in ((third, []), (-1001 * third, [0, 1, 2])):
        search = threshold_search(structure, RATIONAL, scores, threshold)
        assert search.query(POINT, threshold).fired == above


@every_structure
@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_nothing_is_built_of_a_number_that_is_not_finite(structure: Structure, bad: float) -> None:
    with pytest.raises(NotFinite) as caught:
        threshold_search(structure, BINARY64, [[1.0, bad], [1.0, 2.0]], 0.0)
    assert (caught.value.what, caught.value.index) == ("scores at point 0", 1)


@every_structure
@pytest.mark.parametrize("columns", [[[1.0], [1.0, 2.0]], [[1.0, 2.0], [1.0]]])
def test_nothing_is_built_of_uneven_columns(
    structure: Structure, columns: list[list[float]]
) -> None:
    with pytest.raises(BadShape):
        threshold_search(structure, BINARY64, columns, 0.0)


@every_structure
def test_nothing_is_built_for_no_points(structure: Structure) -> None:
    with pytest.raises(BadShape, match=r"^columns of scores, at least one: expected 1, found 0$"):
        threshold_search(structure, BINARY64, [], 0.0)


@every_structure
def test_nothing_is_built_of_an_empty_column(structure: Structure) -> None:
    with pytest.raises(BadShape):
        threshold_search(structure, BINARY64, [[]], 0.0)
    with pytest.raises(BadShape):
        threshold_search(structure, BINARY64, [[], [1.0]], 0.0)


@every_structure
def test_the_error_of_a_build_names_the_point(structure: Structure) -> None:
    with pytest.raises(NotFinite, match="scores at point 1: number 0"):
        threshold_search(structure, BINARY64, [[1.0], [nan]], 0.0)
    with pytest.raises(BadShape, match="scores at point 1: expected 1, found 2"):
        threshold_search(structure, BINARY64, [[1.0], [1.0, 2.0]], 0.0)


# ---- what is asked -------------------------------------------------------------------------------


@every_structure
def test_a_question_about_no_point_or_no_number_is_refused(structure: Structure) -> None:
    search = threshold_search(structure, BINARY64, [[1.0], [2.0]], 0.5)
    for beyond in (Point(2), Point(-1)):
        with pytest.raises(BadIndex, match=f"^point {beyond} is not one of 0 … 1"):
            search.query(beyond, 0.5)
    for bad in (nan, inf, -inf):
        with pytest.raises(NotFinite, match=r"^threshold: number 0 "):
            search.query(POINT, bad)
    assert search.query(POINT, 0.5).fired == [0]


@every_structure
def test_scores_of_no_point_or_no_neuron_are_refused(structure: Structure) -> None:
    search = threshold_search(structure, BINARY64, [[1.0, 3.0], [2.0, 4.0]], 0.5)
    for beyond in (Point(2), Point(-1)):
        with pytest.raises(BadIndex, match=f"^point {beyond} is not one of 0 … 1"):
            search.scores(beyond, NEURON[:1])
    for r in (Neuron(2), Neuron(-1)):
        with pytest.raises(BadIndex, match=f"^neuron {r} is not one of 0 … 1"):
            search.scores(POINT, [NEURON[0], r])
    assert search.scores(Point(1), [NEURON[1], NEURON[0]]) == [4.0, 2.0]
    assert search.scores(POINT, []) == []


@every_structure
def test_a_change_of_no_neuron_or_of_one_twice_is_refused(structure: Structure) -> None:
    search = threshold_search(structure, BINARY64, [[1.0, 3.0], [2.0, 4.0]], 0.5)
    for neurons in ([Neuron(2)], [Neuron(-1)], [NEURON[0], NEURON[0]]):
        named = f"^neuron {neurons[-1]} is not one of 0 … 1, each at most once$"
        with pytest.raises(BadIndex, match=named):
            search.replace(neurons, [[5.0] * len(neurons)] * 2)
    assert stored(search) == [[1.0, 3.0], [2.0, 4.0]]


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_no_sets_are_kept_for_a_threshold_that_is_not_finite(bad: float) -> None:
    with pytest.raises(NotFinite, match="threshold"):
        threshold_search(Structure.INCREMENTAL, BINARY64, [[1.0]], bad)


@pytest.mark.parametrize("other", [0.25, nextafter(0.5, inf), nextafter(0.5, -inf), -0.5])
def test_sets_kept_for_one_threshold_refuse_every_other(other: float) -> None:
    """The last answer and the next one are what they were, and nothing is forgotten."""
    search = threshold_search(Structure.INCREMENTAL, BINARY64, [[1.0, 0.5], [0.5, 2.0]], 0.5)
    with pytest.raises(OtherThreshold, match=f"threshold 0.5 alone, not for {other}") as caught:
        search.query(POINT, other)
    assert (caught.value.code, caught.value.exit_status) == ("other-threshold", 2)
    assert (caught.value.kept, caught.value.asked) == (0.5, other)
    assert search.query(POINT, 0.5).fired == [0]


def test_rational_thresholds_are_told_apart_where_floats_would_not_be() -> None:
    kept, asked = Fraction(1, 3), Fraction(1, 3) + Fraction(1, 2**80)
    assert float(kept) == float(asked)
    search = threshold_search(Structure.INCREMENTAL, RATIONAL, [[kept, asked]], kept)
    assert search.query(POINT, Fraction(2, 6)).fired == [1]
    with pytest.raises(OtherThreshold, match=f"1/3 alone, not for {asked}"):
        search.query(POINT, asked)


def test_a_point_that_does_not_exist_is_named_before_the_other_threshold() -> None:
    search = threshold_search(Structure.INCREMENTAL, BINARY64, [[1.0]], 0.5)
    with pytest.raises(BadIndex):
        search.query(Point(1), 0.25)
    with pytest.raises(NotFinite):
        search.query(POINT, nan)


def test_zero_of_either_sign_is_one_threshold() -> None:
    search = threshold_search(Structure.INCREMENTAL, BINARY64, [[0.0, -0.0, 0.25]], -0.0)
    assert search.query(POINT, 0.0).fired == search.query(POINT, -0.0).fired == [2]
    search.replace(NEURON[:3], [[0.25, 0.5, -0.0]])
    assert search.query(POINT, 0.0).fired == [0, 1]


def test_an_answer_is_a_list_of_its_own() -> None:
    """Whoever asked may change it; the set does not."""
    search = threshold_search(Structure.INCREMENTAL, BINARY64, [[1.0, 2.0]], 0.5)
    search.query(POINT, 0.5).fired.clear()
    assert search.query(POINT, 0.5).fired == [0, 1]
