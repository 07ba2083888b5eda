"""Computed scores, and decisions, of right ports are within the bounds; what a contract says."""

from fractions import Fraction

import pytest

from invariants.conformance.judging.arithmetic import Arithmetic, products
from invariants.conformance.judging.state import State, inner
from invariants.number_format import format_of, power_of_two
from invariants.rounding import rounding_of
from tests.simulated_ports import (
    EACH,
    SAME,
    Bits,
    Port,
    Shares,
    every_format,
    integers,
    of,
    ports,
    score_bound,
    total,
)
from tests.soft_floats import Flush, SoftFloats, Toward


@every_format
def test_the_bounds_are_those_of_the_declared_formats(bits: Bits) -> None:
    for port in ports(bits):
        nearest, flushed = port.toward is Toward.NEAREST, port.flush is not Flush.NOTHING
        wanted = [rounding_of(part, nearest, flushed) for part in bits]
        assert port.arithmetic == Arithmetic(wanted[0], wanted[1], wanted[2], bits[1])
        assert port.arithmetic.bits == min(bits)


@pytest.mark.parametrize("place", range(3))
def test_a_sum_is_exact_only_if_it_can_be_held_computed_and_kept(place: int) -> None:
    wide = [Fraction(1), power_of_two(-20)]
    for bits, enough in ((53, True), (24, True), (11, False)):
        parts = [rounding_of(53, True, False) for _ in range(3)]
        parts[place] = rounding_of(bits, True, False)
        arithmetic = Arithmetic(parts[0], parts[1], parts[2], 53)
        assert arithmetic.exact(wide) == enough
        assert arithmetic.exact([Fraction(1)], wide, []) == enough
        assert arithmetic.exact([Fraction(1)], [])


def test_the_terms_of_a_score_are_the_products_of_weights_and_coordinates() -> None:
    one, two, three = Fraction(1), Fraction(2), Fraction(3)
    state = State(((one, two), (three, -one)), (one, one), ((two, three),), (1,), one, one)
    assert products(state, 1, 0) == [6, -3]


@every_format
def test_a_computed_score_is_within_its_bound(bits: Bits) -> None:
    """Of one size, of mixed sizes, with products that cancel."""
    shares = Shares()
    for port in ports(bits):
        for trial in port.trials():
            d = 1 + trial % 6
            low = -1 if trial % 2 else -4
            w, x = port.row(d, low, 2), port.row(d, low, 2)
            if d > 1 and trial % 3 == 0:
                w[1], x[1] = -w[0], x[0]
            shares.add(port.score(w, x) - inner(tuple(w), tuple(x)), score_bound(port, w, x))
    assert shares.reach(Fraction(1, 4), bits)


@pytest.mark.parametrize("bits", SAME)
def test_so_is_one_of_products_that_underflow(bits: Bits) -> None:
    shares = Shares()
    for port in ports(bits):
        kept = port.held.kept
        for trial in port.trials():
            middle = (kept.normal, kept.subnormal)[trial % 2]
            w = port.row(1 + trial % 5, middle // 2 - 2, middle // 2 + 1)
            x = port.row(1 + trial % 5, middle - middle // 2 - 2, middle - middle // 2 + 2)
            shares.add(port.score(w, x) - inner(tuple(w), tuple(x)), score_bound(port, w, x))
    assert shares.reach(Fraction(1, 4), bits)


@every_format
def test_a_score_whose_bound_is_zero_is_exact(bits: Bits) -> None:
    """Integers times a power of two, so small that every sum fits into the narrowest format."""
    shares = Shares()
    for port in ports(bits):
        for trial in port.trials():
            most = 1 << min(bits) // 2 - 2
            w, x = (integers(port.source, 1 + trial % 4, most, -(trial % 3)) for _ in range(2))
            assert score_bound(port, w, x) == 0
            shares.add(port.score(w, x) - inner(tuple(w), tuple(x)), Fraction(0))
    assert shares.exact == len(ports(bits)) * EACH


def test_a_leaf_of_fewer_bits_adds_the_rounding_of_its_storage() -> None:
    """Measured: 0.99 of the bound, most of which is the storage's."""
    shares = Shares()
    for port in ports((24, 24, 11)):
        w, x = [1 + power_of_two(-11) * (1 - power_of_two(-11))], [Fraction(1)]
        if port.toward is Toward.UP:
            w = [-w[0] + power_of_two(-13)]
        bound = score_bound(port, w, x)
        shares.add(port.score(w, x) - w[0], bound)
        assert bound > port.arithmetic.computed.of_product(w, x) == 0
    assert shares.worst > Fraction(9, 10)


@pytest.mark.parametrize("bits", [(11, 53, 53), (8, 24, 53), (24, 24, 24), (8, 8, 24)])
def test_a_leaf_of_no_fewer_bits_adds_nothing(bits: Bits) -> None:
    for port in ports(bits):
        w, x = port.row(3, 0, 1), port.row(3, 0, 1)
        assert score_bound(port, w, x) == port.arithmetic.computed.of_product(w, x)


def test_a_leaf_of_a_shorter_range_adds_what_underflows() -> None:
    """binary16 has more bits than bfloat16, and ends long before it."""
    for port in ports((8, 8, 11)):
        w, x = [power_of_two(-13)], [power_of_two(-13) * Fraction(3, 2)]
        assert score_bound(port, w, x) >= w[0] * x[0]
        assert abs(port.score(w, x) - w[0] * x[0]) <= score_bound(port, w, x)


def fires(port: Port, leaf: Fraction, threshold: Fraction) -> bool:
    """By comparing, or by the sign of the difference."""
    if port.way(2):
        return port.floats.plus(leaf, -threshold) > 0
    return port.floats.operand(leaf) > port.floats.operand(threshold)


@pytest.mark.parametrize("bits", SAME)
def test_a_score_that_is_above_by_more_than_the_bound_fires_and_one_below_is_silent(
    bits: Bits,
) -> None:
    """Scores and thresholds of ordinary size and at the lower end of the range; thresholds next to
    the score or just at the bound."""
    decided = free = 0
    for port in ports(bits):
        kept = port.held.kept
        for trial in port.trials():
            top = (1, kept.normal + 2)[trial % 2]
            w, x = port.row(1 + trial % 3, top - 2, top), port.row(1 + trial % 3, -1, 1)
            terms = of(w, x)
            band = score_bound(port, w, x)
            near = total(terms) + band * Fraction(port.source.randint(-6, 6), 4)
            threshold = SoftFloats(kept).rounded(near)
            bound = port.arithmetic.decision(band, terms, threshold)
            apart = total(terms) - threshold
            fired = fires(port, port.score(w, x), threshold)
            if abs(apart) > bound or apart == -bound:
                decided += 1
                assert fired == (apart > 0)
            else:
                free += 1
    assert min(decided, free) > 20


@pytest.mark.parametrize("bits", SAME)
def test_exact_scores_are_compared_exactly_ties_included(bits: Bits) -> None:
    for port in ports(bits):
        for grain in (0, port.held.kept.normal):
            w = integers(port.source, 2, 3, grain)
            x = integers(port.source, 2, 3)
            terms = of(w, x)
            assert score_bound(port, w, x) == 0
            for apart in (-1, 0, 1):
                threshold = total(terms) + apart * power_of_two(grain)
                assert port.arithmetic.decision(Fraction(0), terms, threshold) == 0
                assert fires(port, port.score(w, x), threshold) == (apart < 0)


@pytest.mark.parametrize("bits", SAME)
def test_where_subnormals_are_flushed_a_difference_may_be_too(bits: Bits) -> None:
    """Half the smallest normal number, whichever of score and threshold is a multiple of it."""
    normal = power_of_two(format_of(bits[0]).normal)
    for score, threshold in ((normal * 3 / 2, normal), (2 * normal, normal * 3 / 2)):
        for port in ports(bits):
            apart = port.floats.plus(score, -threshold)
            bound = port.arithmetic.decision(Fraction(0), [score], threshold)
            assert abs(apart - normal / 2) <= bound <= normal
            assert apart == (0 if port.flush in (Flush.RESULTS, Flush.BOTH) else normal / 2)
            assert (bound == 0) == (port.flush is Flush.NOTHING)
            assert port.arithmetic.decision(normal, [score], threshold) == normal + bound
