"""What underflows on the way of a move is within the bounds as well."""

from fractions import Fraction
from math import prod
from random import Random

import pytest

from invariants.conformance.judging.changes import STEP_ROUNDINGS
from invariants.conformance.judging.state import inner
from invariants.number_format import format_of, power_of_two
from tests.simulated_ports import (
    EACH,
    SAME,
    WEIGHT_ROUNDINGS,
    Bits,
    Port,
    Push,
    Shares,
    moved_score,
    moved_weight,
    of,
    ports,
    score_bound,
    stepped,
    total,
)
from tests.soft_floats import Flush, Toward, drawn


@pytest.mark.parametrize("bits", SAME)
def test_in_the_middle_of_the_range_nothing_is_added_for_underflow(bits: Bits) -> None:
    """The judge's bounds after a step are those of three roundings of a weight's terms, and of six
    of a score's."""
    for port in ports(bits):
        w, points = port.row(2, 0, 1), [port.row(2, 0, 1) for _ in range(2)]
        pushed = Push(Fraction(3, 4), port.row(2, 0, 1), points)
        weights, scores = stepped(port, w, pushed)
        for c, bound in enumerate(weights):
            terms = [w[c], *(move[c] for move in pushed.moves)]
            assert bound == port.arithmetic.weight(total(terms), terms, WEIGHT_ROUNDINGS)
        for x, (bound,) in zip(points, scores, strict=True):
            shifts = [part for move in pushed.moves for part in of(move, x)]
            before = score_bound(port, w, x)
            assert bound >= port.arithmetic.moved_score(before, of(w, x), shifts, STEP_ROUNDINGS)


@pytest.mark.parametrize("bits", SAME)
def test_a_sum_loses_a_smallest_normal_number_a_term_if_it_is_flushed(bits: Bits) -> None:
    normal = power_of_two(format_of(bits[0]).normal)
    for port in ports(bits):
        lost = port.arithmetic.flushed_sum([normal * 3 / 2, -normal, 5 * normal])
        assert lost == (0 if port.flush is Flush.NOTHING else 3 * normal)
        assert port.arithmetic.flushed_sum([3 * normal, -2 * normal]) == 0


@pytest.mark.parametrize("bits", SAME)
def test_a_step_at_the_lower_end_of_the_range_is_within_its_bounds(bits: Bits) -> None:
    """A solution so small that its products underflow, or would, were points not large; points so
    small that theirs do, though the solution is large; none of them is a sum that cancels."""
    shares, kept = Shares(), format_of(bits[0])
    for port in ports(bits):
        for trial in port.trials():
            n, d = 1 + trial % 2, 1 + trial // 2 % 2
            large = (-kept.normal // 4, kept.normal // 2)[trial // 4 % 2]
            small = (kept.normal, -kept.normal // 2)[trial // 4 % 2]
            points = [port.row(d, large - 2, large) for _ in range(n)]
            solution = [drawn(port.source, kept, small - 2, small + 2) for _ in range(n)]
            pushed = Push(Fraction(1, 2), solution, points)
            w = port.row(d, kept.normal + 2, kept.normal + 3)
            leaves = [port.score(w, x) for x in points]
            weights, scores = stepped(port, w, pushed)
            for c in range(d):
                wanted = w[c] + total([move[c] for move in pushed.moves])
                shares.add(moved_weight(port, w[c], pushed, c) - wanted, weights[c])
            for x, leaf, (bound,) in zip(points, leaves, scores, strict=True):
                wanted = inner(tuple(w), tuple(x))
                wanted += total([part for move in pushed.moves for part in of(move, x)])
                shares.add(port.kept.rounded(moved_score(port, leaf, pushed, x)) - wanted, bound)
    assert shares.worst > Fraction(1, 200)


@pytest.mark.parametrize("bits", SAME)
def test_a_product_loses_what_underflows_times_the_factors_that_follow(bits: Bits) -> None:
    """Of three or four factors in any order, beside its roundings; of ordinary ones nothing."""
    seen = {True: 0, False: 0}
    for port in ports(bits):
        kept, arithmetic = port.held.kept, port.arithmetic
        wide = -kept.normal * 2 // (3, 9)[port.way(2)]
        for _ in range(5 * EACH):
            factors = [
                drawn(port.source, kept, e, e + 2)
                for e in (port.source.randint(-wide, wide) for _ in range(3 + port.way(2)))
            ]
            exact = prod(factors, start=Fraction(1))
            try:
                found = port.sums.product(factors)
            except OverflowError:
                continue
            spilt = arithmetic.spilt(*factors)
            bound = arithmetic.computed.relative(len(factors) - 1) * abs(exact) + spilt
            assert abs(found - exact) <= bound
            seen[bool(spilt)] += 1
    assert min(seen.values()) > 20


@pytest.mark.parametrize("bits", SAME)
def test_a_lost_product_may_be_multiplied_by_all_that_follows(bits: Bits) -> None:
    """What is left over need not be more than sixteen times as large."""
    kept = format_of(bits[0])
    for port in ports(bits):
        small, large = power_of_two(kept.subnormal // 2 - 2), power_of_two(kept.beyond // 2)
        assert port.floats.times(small, small, large) == 0 or port.toward is Toward.UP
        spilt = port.arithmetic.spilt(small, large, small)
        assert small * small * large <= spilt
        assert spilt <= 16 * port.arithmetic.computed.lost * large
        assert port.arithmetic.spilt(small, large, Fraction(0)) == 0
        assert port.arithmetic.spilt(power_of_two(kept.normal), large, Fraction(1, 2)) > 0
        assert port.arithmetic.spilt(power_of_two(kept.normal + 3), large, Fraction(1)) == 0


@pytest.mark.parametrize("flush", [Flush.NOTHING, Flush.BOTH])
def test_a_factor_drowns_that_is_subnormal_where_it_is_held_or_where_it_is_computed(
    flush: Flush,
) -> None:
    small, one = power_of_two(-20), Fraction(1)
    cases: list[tuple[Bits, bool]] = [
        ((11, 24, 24), True),
        ((24, 11, 24), True),
        ((24, 24, 11), False),
    ]
    for bits, drowns in cases:
        arithmetic = Port(bits, Toward.NEAREST, flush, Random(0)).arithmetic
        for left, right in ((-small, one), (one, small)):
            drowned = arithmetic.drowned((left, one), (right, one))
            assert drowned == (small if drowns and flush is Flush.BOTH else 0)
        assert arithmetic.drowned((small, Fraction(0)), (Fraction(0), small)) == 0
        assert arithmetic.drowned((power_of_two(-14),), (one,)) == 0
