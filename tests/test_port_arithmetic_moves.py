"""Moved weights and scores of right ports are within the bounds."""

from fractions import Fraction
from math import prod, sqrt
from random import Random

import pytest

from invariants.conformance.judging.changes import STEP_ROUNDINGS
from invariants.number_format import power_of_two
from tests.simulated_ports import (
    EACH,
    SAME,
    WEIGHT_ROUNDINGS,
    Bits,
    Port,
    Push,
    Shares,
    every_format,
    from_the_left,
    integers,
    moved_score,
    moved_weight,
    of,
    ports,
    total,
)
from tests.soft_floats import Flush, SoftFloats, Toward, drawn


def push(port: Port, n: int, d: int) -> Push:
    """A step along a solution of any size, that may have two equal points."""
    low = -port.source.randint(0, 10)
    scale = SoftFloats(port.held.kept).rounded(Fraction(1 / sqrt(port.source.randint(1, 9))))
    solution = [drawn(port.source, port.floats.kept, low, low + 2) for _ in range(n)]
    points = [port.row(d, 0, 1) for _ in range(n)]
    if n > 1 and port.way(2):
        solution[1], points[1] = -solution[0], points[0]
    return Push(port.source.choice((1, -1)) * scale, solution, points)


@every_format
def test_a_weight_moved_by_a_step_is_within_its_bound(bits: Bits) -> None:
    shares = Shares()
    for port in ports(bits):
        for trial in port.trials():
            pushed = push(port, 1 + trial % 4, 1)
            (w,) = port.row(1, -3, 2)
            terms = [w, *(move[0] for move in pushed.moves)]
            bound = port.arithmetic.weight(total(terms), terms, WEIGHT_ROUNDINGS)
            shares.add(moved_weight(port, w, pushed, 0) - total(terms), bound)
    assert shares.reach(Fraction(1, 10), bits)


@every_format
def test_a_weight_plus_a_delta_is_within_its_bound(bits: Bits) -> None:
    shares = Shares()
    for port in ports(bits):
        for trial in port.trials():
            w, delta = port.row(2, -3, 2)
            if trial % 3 == 0:
                delta = -w
            bound = port.arithmetic.weight(w + delta, [w, delta], 0)
            shares.add(port.held.rounded(port.floats.plus(w, delta)) - w - delta, bound)
    assert shares.reach(Fraction(1, 4), bits)
    assert shares.exact > 0


@pytest.mark.parametrize("bits", SAME)
def test_so_is_one_at_the_lower_end_of_the_range(bits: Bits) -> None:
    shares = Shares()
    for port in ports(bits):
        kept = port.held.kept
        for trial in port.trials():
            top = (kept.normal + 1, kept.subnormal + 3)[trial % 2]
            w, delta = port.row(2, top - 2, top)
            bound = port.arithmetic.weight(w + delta, [w, delta], 0)
            shares.add(port.held.rounded(port.floats.plus(w, delta)) - w - delta, bound)
    assert shares.exact > 0


@every_format
def test_a_weight_whose_bound_is_zero_is_exact(bits: Bits) -> None:
    shares = Shares()
    for port in ports(bits):
        for trial in port.trials():
            n = 1 + trial % 3
            solution, column = integers(port.source, n, 3, 2), integers(port.source, n, 3)
            pushed = Push(Fraction(1, 4), solution, [[c] for c in column])
            (w,) = integers(port.source, 1, 15)
            terms = [w, *(move[0] for move in pushed.moves)]
            assert port.arithmetic.weight(total(terms), terms, WEIGHT_ROUNDINGS) == 0
            shares.add(moved_weight(port, w, pushed, 0) - total(terms), Fraction(0))
    assert shares.exact == len(ports(bits)) * EACH


@every_format
def test_a_score_moved_by_a_step_is_within_its_bound(bits: Bits) -> None:
    """Its stored leaf was off already. The moves are added up, then added to it, or one by one."""
    shares = Shares()
    for port in ports(bits):
        for trial in port.trials():
            d = 1 + trial % 3
            pushed = push(port, 1 + trial // 3 % 4, d)
            w, x = port.row(d, -2, 2), port.row(d, 0, 1)
            if d > 1 and trial % 2:
                w[1], x[1] = -w[0], x[0]
            leaf, terms = port.score(w, x), of(w, x)
            shifts = [step for move in pushed.moves for step in of(move, x)]
            before = abs(leaf - total(terms))
            found = port.kept.rounded(moved_score(port, leaf, pushed, x))
            bound = port.arithmetic.moved_score(before, terms, shifts, STEP_ROUNDINGS)
            shares.add(found - total(terms) - total(shifts), bound)
    assert shares.reach(Fraction(1, 8), bits)


@every_format
def test_a_score_moved_by_the_difference_of_two_weights_is_within_its_bound(bits: Bits) -> None:
    """⟨w′ − w, x⟩, added up and then added to the leaf, or product by product; w′ is given, or w
    plus a delta. Then what rounding w′ changed is added to the bound, as the judge does."""
    shares = Shares()
    for port in ports(bits):
        for trial in port.trials():
            d = 1 + trial % 6
            w, x = port.row(d, -2, 2), port.row(d, 0, 1)
            leaf, terms = port.score(w, x), of(w, x)
            if trial % 2:
                new = meant = port.row(d, -2, 2)
            else:
                delta = port.row(d, -8, -4)
                new = [
                    port.held.rounded(port.floats.plus(a, c)) for a, c in zip(w, delta, strict=True)
                ]
                meant = [a + c for a, c in zip(w, delta, strict=True)]
            apart = [port.floats.plus(a, -c) for a, c in zip(new, w, strict=True)]
            if port.way(2):
                found = port.floats.plus(leaf, port.sums.inner(apart, x))
            else:
                found = port.sums.of([leaf, *zip(apart, x, strict=True)])
            found = port.kept.rounded(found)
            shifts = [(a - c) * e for a, c, e in zip(meant, w, x, strict=True)]
            before = abs(leaf - total(terms))
            bound = port.arithmetic.moved_score(before, terms, shifts, 1)
            bound += abs(total([(a - c) * e for a, c, e in zip(new, meant, x, strict=True)]))
            shares.add(found - total(of(new, x)), bound)
    assert shares.reach(Fraction(1, 8), bits)


@pytest.mark.parametrize("bits", SAME)
def test_a_score_that_swallows_its_moves_one_by_one_is_off_by_most_of_its_bound(bits: Bits) -> None:
    """A leaf of 1, and eight moves of half its unit, each rounded away: 0.77 of the bound."""
    port = Port(bits, Toward.NEAREST, Flush.NOTHING, Random(0))
    one, half = Fraction(1), power_of_two(-bits[0])
    leaf = from_the_left(port.floats, one, [half] * 8, [one] * 8)
    bound = port.arithmetic.moved_score(Fraction(0), [one], [half] * 8, 1)
    assert leaf == 1
    assert bound * 3 / 4 < 8 * half <= bound


@pytest.mark.parametrize("bits", SAME)
def test_three_roundings_of_a_single_move_are_within_its_bound(bits: Bits) -> None:
    """scale · g · x_c · x_c, added to a leaf of 0; they reach twice what one rounding can do."""
    reached, near = Fraction(0), 1 << (bits[0] + 1) // 2
    for port in ports(bits):
        for _ in range(5 * EACH):
            unit = power_of_two(1 - bits[0])
            factors = [1 + port.source.randrange(near) * unit for _ in range(4)]
            move, found = prod(factors, start=Fraction(1)), port.sums.product(factors)
            bound = port.arithmetic.moved_score(Fraction(0), [Fraction(0)], [move], STEP_ROUNDINGS)
            assert abs(found - move) <= bound
            reached = max(reached, abs((found - move) / move) / port.arithmetic.computed.unit)
    assert reached > 2


@every_format
def test_a_score_that_was_off_stays_so_when_it_does_not_move(bits: Bits) -> None:
    for port in ports(bits):
        before = drawn(port.source, port.kept.kept, -3, -3)
        for terms in ([Fraction(1)], [Fraction(1), power_of_two(-60)]):
            assert port.arithmetic.moved_score(abs(before), terms, [Fraction(0)], 1) >= abs(before)


@every_format
def test_an_exact_score_that_is_moved_by_an_exact_sum_stays_exact(bits: Bits) -> None:
    shares = Shares()
    for port in ports(bits):
        for trial in port.trials():
            d, n = 1 + trial % 2, 1 + trial // 2 % 2
            w, x = integers(port.source, d, 7), integers(port.source, d, 3)
            points = [integers(port.source, d, 2) for _ in range(n)]
            pushed = Push(Fraction(1, 2), integers(port.source, n, 3, 1), points)
            leaf, terms = port.score(w, x), of(w, x)
            shifts = [step for move in pushed.moves for step in of(move, x)]
            assert leaf == total(terms)
            bound = port.arithmetic.moved_score(Fraction(0), terms, shifts, STEP_ROUNDINGS)
            assert bound == 0
            found = port.kept.rounded(moved_score(port, leaf, pushed, x))
            shares.add(found - total(terms) - total(shifts), bound)
    assert shares.exact == len(ports(bits)) * EACH
