"""What each lane says of its numbers."""

from fractions import Fraction
from math import inf, nan
from sys import float_info

import pytest

from reference.scalar import BINARY64, RATIONAL


def test_a_whole_number_is_itself_and_a_quotient_the_nearest_number() -> None:
    assert (BINARY64.ratio(3), RATIONAL.ratio(3)) == (3.0, Fraction(3))
    assert (BINARY64.ratio(1, 3), RATIONAL.ratio(1, 3)) == (1 / 3, Fraction(1, 3))
    assert (BINARY64.number(0.1), RATIONAL.number(0.1)) == (0.1, Fraction(0.1))


def test_a_rounding_changes_a_float_by_half_of_its_last_place_and_a_fraction_by_nothing() -> None:
    assert BINARY64.unit_roundoff == float_info.epsilon / 2
    assert RATIONAL.unit_roundoff == 0


@pytest.mark.parametrize("wrong", [inf, -inf, nan])
def test_the_first_number_that_is_not_finite_is_found(wrong: float) -> None:
    assert BINARY64.first_not_finite(iter([0.0, 1.0, wrong, 2.0, wrong])) == 2
    assert BINARY64.first_not_finite([0.0, 1.0]) is None
    assert RATIONAL.first_not_finite([Fraction(1)]) is None
