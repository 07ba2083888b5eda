"""What an error says, and what the command line ends with."""

import pytest

from reference.errors import (
    BadIndex,
    FiringtreeError,
    NoFiringNeuron,
    SingularGram,
    SketchTooFewRows,
    Unsolved,
    listed,
)
from reference.ids import Point
from reference.training.stopping import Reason
from reference.violation import InvariantViolated, Violation

POINTS = [Point(i) for i in range(12)]


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([7], "7"),
        (range(8), "0, 1, 2, 3, 4, 5, 6, 7"),
        (range(9), "0, 1, 2, 3, 4, 5, 6, 7 and 1 more"),
    ],
)
def test_a_list_is_told_up_to_its_eighth_item(items: range, said: str) -> None:
    assert listed(items) == said


def test_one_point_is_and_several_are_where_no_neuron_fires() -> None:
    alone, several = NoFiringNeuron(POINTS[:1], 4, 0.5), NoFiringNeuron(POINTS[:3], 4, 0.5)
    assert str(alone).startswith("point 0 is without a firing neuron, so the Gram matrix")
    assert str(several).startswith("points 0, 1, 2 are without a firing neuron, so the Gram matrix")


def test_rows_of_the_data_are_told_where_they_are_known() -> None:
    known, unknown = SingularGram(POINTS[:2], 0.0, rows=[5, 9]), SingularGram(POINTS[:2], 0.0)
    assert "points 0, 1 are dependent on each other (rows 5, 9 of the data) (pivot 0)" in str(known)
    assert "points 0, 1 are dependent on each other (pivot 0)" in str(unknown)


def test_an_index_is_told_with_the_largest_allowed() -> None:
    assert str(BadIndex("neuron", 4, 4)) == "neuron 4 is not one of 0 … 3, each at most once"


def test_an_error_without_words_says_its_code() -> None:
    assert str(FiringtreeError()) == "error"


def test_exit_statuses_are_those_of_the_readme() -> None:
    """0 done, 2 bad input, 3 not converged, 4 violated, 130 interrupted."""
    assert FiringtreeError().exit_status == SketchTooFewRows(1, 2).exit_status == 2
    assert Unsolved().exit_status == 2
    assert InvariantViolated([]).exit_status == 4
    found = {reason.exit_status for reason in Reason}
    assert found == {0, 3, 130}


def violation(name: str) -> Violation:
    return Violation(name, "it holds", "point 0", "1", "2")


def test_a_violation_says_what_where_and_the_first_three_stand_for_all() -> None:
    told = "tree/a: it holds\n  at        point 0\n  expected  1\n  found     2"
    assert str(InvariantViolated([violation("tree/a")])) == told
    three = [violation(f"tree/{letter}") for letter in "abc"]
    assert str(InvariantViolated(three)) == "\n".join(map(str, three))
    four = [*three, violation("tree/d")]
    assert str(InvariantViolated(four)) == "\n".join(map(str, three)) + "\n… and 1 more"
