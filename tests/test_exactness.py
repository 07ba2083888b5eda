"""What the certificate E(p) certifies is exact in every order, and what it leaves out is not."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain, combinations, combinations_with_replacement
from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import given

from invariants.exactness import NOTHING, Extent, extent
from invariants.number_format import FORMATS, NumberFormat, power_of_two
from tests.soft_floats import Flush, Product, SoftFloats, Sums, Toward

TINY = NumberFormat(3, -6, -4, 5)
"""So small that all sums can be looked at."""

ORDERS = 4
"""Of each sum."""


def value(terms: Sequence[Product]) -> Fraction:
    return sum((a * c for a, c in terms), Fraction(0))


def certificate(terms: Sequence[Product]) -> Extent:
    return extent([a * c for a, c in terms])


def filling(source: Random, kept: NumberFormat, grain: int, whole: bool) -> list[Product]:
    """Products of numbers of the format, multiples of 2^grain, whose sizes add up to 2^bits of
    these, or to no more than that."""
    left, terms = 1 << kept.bits, list[Product]()
    grains = power_of_two(grain // 2), power_of_two(grain - grain // 2)
    for _ in range(source.randint(1, 7)):
        a = source.randint(1, 1 << source.randint(0, left.bit_length() // 2))
        c = source.randint(1, max(1, left >> source.randint(0, left.bit_length())) // a or 1)
        if a * c <= left:
            left -= a * c
            terms.append((source.choice((1, -1)) * a * grains[0], c * grains[1]))
    if whole and left:
        terms.append((left * grains[0], source.choice((1, -1)) * grains[1]))
    return terms


def grains_of(kept: NumberFormat, flushed: bool) -> list[int]:
    """The least, some in between, and the largest that leaves room for `bits` bits."""
    least = kept.normal if flushed else kept.subnormal
    return [least, least + 1, -kept.bits, -3, kept.beyond - kept.bits - 1]


def computed(source: Random, kept: NumberFormat, flush: Flush, terms: list[Product]) -> Fraction:
    """In one order and rounding of many."""
    floats = SoftFloats(kept, source.choice(list(Toward)), flush)
    return Sums(floats, source).of(terms)


# ---- what is certified is exact ------------------------------------------------------------------


@pytest.mark.parametrize("flush", Flush)
@pytest.mark.parametrize("kept", FORMATS)
def test_a_certified_sum_is_exact_in_every_order_fused_or_not(
    kept: NumberFormat, flush: Flush
) -> None:
    source, flushed = Random(kept.bits), flush is not Flush.NOTHING
    seen = 0
    for trial in range(40):
        for grain in grains_of(kept, flushed):
            terms = filling(source, kept, grain, whole=trial % 2 == 0)
            assert certificate(terms).fits(kept, flushed)
            for _ in range(ORDERS):
                assert computed(source, kept, flush, terms) == value(terms)
                seen += 1
    assert seen == 800


@pytest.mark.parametrize("flush", Flush)
def test_so_is_every_sum_of_a_tiny_format_that_is_certified(flush: Flush) -> None:
    """All sums of up to four multiples of 1/4 or of the smallest normal number, over all subsets:
    each partial sum of each tree is one of them."""
    flushed, certified, left_out = flush is not Flush.NOTHING, 0, 0
    floats = SoftFloats(TINY, flush=flush)
    for grain in (power_of_two(-2), power_of_two(TINY.normal)):
        for count in range(4):
            for integers in combinations_with_replacement(range(-6, 7), count):
                terms = [k * grain for k in integers]
                if not extent(terms).fits(TINY, flushed):
                    left_out += 1
                    continue
                certified += 1
                for subset in subsets(terms):
                    total = sum(subset, Fraction(0))
                    assert floats.operand(total) == total == floats.rounded(total)
    assert min(certified, left_out) > 300


def subsets(terms: Sequence[Fraction]) -> chain[tuple[Fraction, ...]]:
    return chain.from_iterable(combinations(terms, size) for size in range(len(terms) + 1))


DYADIC = st.builds(
    lambda k, e: k * power_of_two(e), st.integers(-300, 300), st.integers(-30, 12)
) | st.sampled_from([Fraction(0), Fraction(1), Fraction(-1)])


@pytest.mark.parametrize("kept", FORMATS)
@given(terms=st.lists(DYADIC, max_size=6), flush=st.sampled_from(Flush), seed=st.integers(0, 99))
def test_whatever_is_certified_is_exact(
    kept: NumberFormat, terms: list[Fraction], flush: Flush, seed: int
) -> None:
    if extent(terms).fits(kept, flush is not Flush.NOTHING):
        for toward in Toward:
            sums = Sums(SoftFloats(kept, toward, flush), Random(seed))
            assert sums.of(terms) == sum(terms, Fraction(0))


@pytest.mark.parametrize("kept", FORMATS)
def test_sums_that_tie_are_equal_bit_for_bit_however_they_are_made(kept: NumberFormat) -> None:
    source, longest = Random(0), (1 << kept.bits) - 1
    ways = {
        computed(source, kept, flush, [(Fraction(part), Fraction(1, 4)) for part in parts])
        for parts in ([longest], [longest - 1, 1], [1] * 7 + [longest - 7], [-1, longest - 1])
        for flush in Flush
        for _ in range(20)
    }
    assert ways == {Fraction(longest, 4), Fraction(longest - 2, 4)}


# ---- what is not certified need not be -----------------------------------------------------------


@pytest.mark.parametrize("kept", FORMATS)
def test_one_bit_more_and_a_sum_is_rounded_in_every_order(kept: NumberFormat) -> None:
    """Terms of one sign and an odd total between 2^p and 2^(p + 1)."""
    source, seen = Random(kept.bits), 0
    for grain in (*grains_of(kept, True), kept.subnormal):
        for _ in range(30):
            parts = cut(source, (1 << kept.bits) + 2 * source.randrange(1 << kept.bits - 1) + 1)
            terms = [part * power_of_two(grain) for part in parts]
            if not all(map(kept.holds, terms)):
                continue
            found = extent(terms)
            assert (found.bits, found.grain) == (kept.bits + 1, grain)
            assert not found.fits(kept, flushed=False)
            wider = NumberFormat(kept.bits + 1, kept.subnormal, kept.normal, kept.beyond)
            assert found.fits(wider, flushed=False) == (
                sum(terms, Fraction(0)) < power_of_two(kept.beyond)
            )
            for toward in Toward:
                try:
                    total = Sums(SoftFloats(kept, toward), source).of(terms)
                except OverflowError:
                    assert grain == kept.beyond - kept.bits - 1
                    continue
                assert total != sum(terms, Fraction(0))
                seen += 1
    assert seen > 400


def cut(source: Random, total: int) -> list[int]:
    """A number in two to five parts."""
    places = sorted(source.randrange(1, total) for _ in range(source.randint(1, 4)))
    return [b - a for a, b in zip([0, *places], [*places, total], strict=True) if b > a]


@pytest.mark.parametrize("kept", FORMATS)
def test_one_unit_more_than_two_to_the_bits_is_too_much(kept: NumberFormat) -> None:
    floats, one = SoftFloats(kept), Fraction(1)
    full = Fraction(1 << kept.bits)
    assert extent([full - 1, one]).fits(kept, flushed=True)
    assert floats.plus(full - 1, one) == full
    assert not extent([full, one]).fits(kept, flushed=True)
    assert floats.plus(full, one) == full
    assert not extent([full, one, -one]).fits(kept, flushed=True)
    assert floats.plus(floats.plus(full, -one), one) == full
    assert SoftFloats(kept, Toward.ZERO).plus(full, one) == full


@pytest.mark.parametrize("kept", FORMATS)
def test_a_product_of_twice_the_bits_is_not_certified_even_if_it_cancels(
    kept: NumberFormat,
) -> None:
    factor = 2 - power_of_two(1 - kept.bits)
    terms = [(factor, factor), (-factor, factor)]
    assert not certificate(terms).fits(kept, flushed=False)
    made = SoftFloats(kept).times(factor, factor)
    assert SoftFloats(kept).fused(-factor, factor, made) != 0


@pytest.mark.parametrize("kept", FORMATS)
def test_below_the_smallest_number_nothing_is_certified(kept: NumberFormat) -> None:
    least = power_of_two(kept.subnormal)
    assert extent([least, -3 * least]).fits(kept, flushed=False)
    assert not extent([least / 2, least / 2]).fits(kept, flushed=False)
    assert SoftFloats(kept).rounded(least / 2) == 0


@pytest.mark.parametrize("kept", FORMATS)
def test_where_subnormals_are_flushed_differences_must_be_normal(kept: NumberFormat) -> None:
    normal = power_of_two(kept.normal)
    assert extent([3 * normal, -2 * normal]).fits(kept, flushed=True)
    near = [normal * 3 / 2, -normal]
    assert extent(near).fits(kept, flushed=False)
    assert not extent(near).fits(kept, flushed=True)
    assert SoftFloats(kept).plus(*near) == normal / 2
    assert SoftFloats(kept, flush=Flush.RESULTS).plus(*near) == 0


@pytest.mark.parametrize("kept", FORMATS)
def test_a_sum_whose_parts_leave_the_range_is_not_certified(kept: NumberFormat) -> None:
    half = power_of_two(kept.beyond - 1)
    assert extent([half, -half / 2]).fits(kept, flushed=True)
    assert not extent([half, half]).fits(kept, flushed=True)
    assert not extent([half, -half]).fits(kept, flushed=True)
    assert not extent([half, half, -half]).fits(kept, flushed=True)
    with pytest.raises(OverflowError):
        SoftFloats(kept).plus(half, half)


# ---- the extent itself ---------------------------------------------------------------------------


@given(st.lists(DYADIC, max_size=6).filter(any))
def test_the_grain_is_the_coarsest_and_the_bits_are_the_fewest(terms: list[Fraction]) -> None:
    found = extent(terms)
    grain = power_of_two(found.grain)
    size = sum(map(abs, terms), Fraction(0))
    assert all((term / grain).denominator == 1 for term in terms)
    assert not all((term / (2 * grain)).denominator == 1 for term in terms)
    assert found.size == size
    assert size <= power_of_two(found.bits) * grain
    assert found.bits == 0 or size > power_of_two(found.bits - 1) * grain


@given(st.lists(DYADIC, max_size=6), st.integers(0, 6), st.integers(-200, 200))
def test_zeros_signs_and_a_power_of_two_change_no_bits(
    terms: list[Fraction], place: int, e: int
) -> None:
    found = extent(terms)
    assert extent([*terms[:place], Fraction(0), *terms[place:]]) == found
    assert extent([-term for term in terms]) == extent(map(abs, terms)) == found
    scaled = extent([term * power_of_two(e) for term in terms])
    assert scaled.bits == found.bits
    assert scaled.grain == found.grain + e * any(terms)


def test_a_term_of_many_bits_widens_a_sum_only_down_to_its_last_one() -> None:
    assert extent([Fraction(1)]).bits == 0
    assert extent([Fraction(2**300)]).bits == 0
    assert extent([Fraction(1), Fraction(1)]).bits == 1
    assert extent([Fraction(1), Fraction(2)]).bits == 2
    assert extent([Fraction(3), Fraction(1)]).bits == 2
    assert extent([Fraction(3), Fraction(2)]).bits == 3
    assert extent([Fraction(2**300), Fraction(1, 2**100)]).bits == 401


@pytest.mark.parametrize("terms", [[], [Fraction(0)], [Fraction(0)] * 5])
def test_a_sum_of_nothing_is_certified_everywhere(terms: list[Fraction]) -> None:
    assert extent(terms) == extent(iter(terms)) == NOTHING
    for kept in FORMATS:
        assert NOTHING.fits(kept, flushed=True)
        assert NOTHING.fits(kept, flushed=False)
        assert Sums(SoftFloats(kept), Random(0)).of(terms) == 0


def test_a_sum_of_nothing_has_no_bits() -> None:
    assert NOTHING.bits == 0


def test_nothing_has_no_size() -> None:
    assert extent([]).size == extent([Fraction(0)]).size == 0
