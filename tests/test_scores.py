"""How a method that keeps its scores finds out who fires, and what that is charged."""

import pytest

from reference.activation import Activation
from reference.counters import Counters, Label, added
from reference.ids import Point
from reference.scalar import RATIONAL
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure
from reference.training.scores import StoredScores
from tests.exact_algebra import inner_products
from tests.small_training import HALF_ALIVE


@pytest.mark.parametrize("structure", Structure)
def test_a_query_is_charged_what_the_points_structures_say(structure: Structure) -> None:
    """Of the points asked about, and no others."""
    network = HALF_ALIVE.network(RATIONAL, Activation.SHIFTED)
    columns = inner_products(HALF_ALIVE.points, HALF_ALIVE.weights)
    search = threshold_search(structure, RATIONAL, columns, network.shift)
    asked, counters = [Point(0), Point(2)], Counters()
    firing = StoredScores(search).query(network, asked, counters)
    answers = [search.query(i, network.shift) for i in asked]
    assert counters.take()[Label.QUERY] == added(answer.cost for answer in answers)
    assert list(firing.by_point) == [answers[0].fired, [], answers[1].fired]
