"""A format holds the numbers that hardware says, and the simulator rounds as hardware does."""

import math
import struct
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from invariants.number_format import (
    FORMATS,
    NumberFormat,
    format_of,
    power_of_two,
    trailing_zeros,
)
from tests.soft_floats import Flush, SoftFloats, Toward, floor_of_log2

BFLOAT16, BINARY16, BINARY32, BINARY64 = FORMATS


def in_binary16(bits: int) -> float:
    (value,) = struct.unpack("<e", struct.pack("<H", bits))
    return float(value)


def in_binary32(bits: int) -> float:
    (value,) = struct.unpack("<f", struct.pack("<I", bits))
    return float(value)


def in_binary64(bits: int) -> float:
    (value,) = struct.unpack("<d", struct.pack("<Q", bits))
    return float(value)


def in_bfloat16(bits: int) -> float:
    """The upper half of binary32."""
    return in_binary32(bits << 16)


Decoder = Callable[[int], float]
DECODERS: dict[int, tuple[Decoder, int]] = {
    8: (in_bfloat16, 16),
    11: (in_binary16, 16),
    24: (in_binary32, 32),
    53: (in_binary64, 64),
}
"""What bits stand for, and how many of them there are."""


def largest(kept: NumberFormat) -> Fraction:
    return power_of_two(kept.beyond) - power_of_two(kept.beyond - kept.bits)


def patterns(kept: NumberFormat) -> Iterator[int]:
    """Bits of positive numbers: all of two bytes; of more, both ends of the range and a sample."""
    _, length = DECODERS[kept.bits]
    if length == 16:
        yield from range(1, 1 << 15)
        return
    source = Random(length)
    infinity = ((1 << length - kept.bits) - 1) << kept.bits - 1
    yield from range(1, 50)
    yield from range(infinity - 50, infinity)
    for _ in range(3000):
        yield source.randrange(1, infinity)
    for _ in range(500):
        yield source.randrange(1, 1 << kept.bits - 1)


# ---- which numbers a format holds ----------------------------------------------------------------


@pytest.mark.parametrize("kept", FORMATS)
def test_every_finite_pattern_is_held_and_nothing_halfway_between_two(kept: NumberFormat) -> None:
    decoded, _ = DECODERS[kept.bits]
    seen = 0
    for bits in patterns(kept):
        value, above = decoded(bits), decoded(bits + 1)
        if not math.isfinite(value):
            continue
        number = Fraction(value)
        seen += 1
        assert kept.holds(number)
        if math.isfinite(above):
            assert not kept.holds((number + Fraction(above)) / -2)
    assert seen >= 3500


@pytest.mark.parametrize("kept", FORMATS)
def test_zero_is_held_and_a_sign_does_not_matter(kept: NumberFormat) -> None:
    assert kept.holds(Fraction(0))
    assert kept.holds(Fraction(-0.0))
    for size in (power_of_two(kept.subnormal), Fraction(3, 4), largest(kept)):
        assert kept.holds(size)
        assert kept.holds(-size)
    for size in (power_of_two(kept.subnormal - 1), Fraction(2, 3), power_of_two(kept.beyond)):
        assert not kept.holds(size)
        assert not kept.holds(-size)


@pytest.mark.parametrize("kept", FORMATS)
def test_a_number_may_have_as_many_bits_as_the_format_and_not_one_more(kept: NumberFormat) -> None:
    longest = (1 << kept.bits) - 1
    for exponent in (kept.subnormal, 0, kept.beyond - kept.bits):
        grain = power_of_two(exponent)
        assert kept.holds(longest * grain)
        assert kept.holds((longest - 2) * grain)
        assert not kept.holds((longest + 2) * grain)
    assert kept.holds(Fraction(longest + 1))
    assert kept.holds(Fraction(longest + 3, 4))
    assert not kept.holds(Fraction(2 * longest + 1))


@pytest.mark.parametrize("kept", FORMATS)
def test_the_largest_number_is_the_last_before_the_end(kept: NumberFormat) -> None:
    unit = power_of_two(kept.beyond - kept.bits)
    assert kept.holds(largest(kept))
    assert kept.holds(largest(kept) - unit)
    assert not kept.holds(largest(kept) - unit / 2)
    assert not kept.holds(largest(kept) + unit)
    assert not kept.holds(2 * largest(kept))


@pytest.mark.parametrize("kept", FORMATS)
def test_below_the_smallest_normal_number_bits_are_lost_one_by_one(kept: NumberFormat) -> None:
    for lost in range(kept.bits):
        number = (2 - power_of_two(lost + 1 - kept.bits)) * power_of_two(kept.normal - lost)
        assert kept.holds(number)
        assert not kept.holds(number + power_of_two(kept.subnormal - 1))
        assert not kept.holds(number / 2**kept.bits)


@pytest.mark.parametrize("kept", FORMATS)
@pytest.mark.parametrize("denominator", [3, 5, 10, 7 * 2**20])
def test_a_fraction_that_is_not_dyadic_is_held_nowhere(
    kept: NumberFormat, denominator: int
) -> None:
    assert not kept.holds(Fraction(1, denominator))


def test_the_table_is_that_of_numpy_and_of_python() -> None:
    for kept, kind in ((BINARY16, np.float16), (BINARY32, np.float32), (BINARY64, np.float64)):
        told = np.finfo(kind)
        assert kept.bits == told.nmant + 1
        assert power_of_two(kept.normal) == Fraction(float(told.smallest_normal))
        assert power_of_two(kept.subnormal) == Fraction(float(told.smallest_subnormal))
        assert largest(kept) == Fraction(float(told.max))
    assert (BINARY64.bits, BINARY64.beyond) == (sys.float_info.mant_dig, sys.float_info.max_exp)
    assert power_of_two(BFLOAT16.subnormal) == Fraction(in_bfloat16(1))
    assert power_of_two(BFLOAT16.normal) == Fraction(in_bfloat16(0x0080))
    assert largest(BFLOAT16) == Fraction(in_bfloat16(0x7F7F))


def test_formats_are_known_by_their_bits() -> None:
    assert [format_of(bits) for bits in (8, 11, 24, 53)] == list(FORMATS)


# ---- casts ---------------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.builds(math.ldexp, st.integers(-(2**12), 2**12).map(float), st.integers(-160, 120)),
)
"""Of all sizes; many have few bits, and many are near the ends of the narrower formats."""


@given(NUMBERS)
def test_what_is_held_is_what_a_cast_leaves_as_it_is(value: float) -> None:
    with np.errstate(over="ignore"):
        assert BINARY16.holds(Fraction(value)) == (float(np.float16(value)) == value)
        assert BINARY32.holds(Fraction(value)) == (float(np.float32(value)) == value)
    assert BINARY64.holds(Fraction(value))


@given(NUMBERS, st.integers(1, 2**60))
def test_binary64_holds_what_python_does_not_round(value: float, divisor: int) -> None:
    number = Fraction(value) / divisor
    assert BINARY64.holds(number) == (Fraction(float(number)) == number)


FINITE = st.fractions(-(2**15), 2**15) | NUMBERS.filter(lambda x: abs(x) < 2**15).map(Fraction)
"""In the range of every format."""


@pytest.mark.parametrize("kept", FORMATS)
@given(number=FINITE)
def test_what_is_held_is_what_no_rounding_changes(kept: NumberFormat, number: Fraction) -> None:
    held = kept.holds(number)
    for toward in Toward:
        rounded = SoftFloats(kept, toward).rounded(number)
        assert kept.holds(rounded)
        assert (rounded == number) == held


# ---- the simulator -------------------------------------------------------------------------------


@given(NUMBERS)
def test_the_simulator_rounds_to_nearest_as_numpy_casts(value: float) -> None:
    for kept, kind in ((BINARY16, np.float16), (BINARY32, np.float32)):
        with np.errstate(over="ignore"):
            cast = float(kind(value))
        if math.isinf(cast):
            with pytest.raises(OverflowError):
                SoftFloats(kept).rounded(Fraction(value))
        else:
            assert SoftFloats(kept).rounded(Fraction(value)) == Fraction(cast)


@given(st.fractions(), st.integers(-1080, 900))
def test_the_simulator_rounds_to_nearest_as_python_divides(number: Fraction, e: int) -> None:
    number *= Fraction(2) ** e
    assert SoftFloats(BINARY64).rounded(number) == Fraction(number.numerator / number.denominator)


@given(NUMBERS, NUMBERS)
def test_the_simulator_adds_and_multiplies_as_numpy_does(a: float, c: float) -> None:
    for kept, kind in ((BINARY16, np.float16), (BINARY32, np.float32), (BINARY64, np.float64)):
        with np.errstate(all="ignore"):
            p, q = kind(a), kind(c)
            found = [float(p + q), float(p * q)]
        if not all(map(math.isfinite, [float(p), float(q), *found])):
            continue
        left, right = Fraction(float(p)), Fraction(float(q))
        floats = SoftFloats(kept)
        assert [floats.plus(left, right), floats.times(left, right)] == list(map(Fraction, found))


def test_the_simulator_rounds_ties_to_even_in_bfloat16() -> None:
    floats = SoftFloats(BFLOAT16)
    assert floats.rounded(Fraction(257, 256)) == 1
    assert floats.rounded(Fraction(259, 256)) == Fraction(130, 128)
    assert floats.rounded(Fraction(-257, 256)) == -1
    assert floats.rounded(power_of_two(-134)) == 0
    assert floats.rounded(3 * power_of_two(-134)) == power_of_two(-132)


@pytest.mark.parametrize("kept", FORMATS)
@given(number=FINITE)
def test_the_simulated_directions_enclose_a_number_and_one_of_them_is_nearest(
    kept: NumberFormat, number: Fraction
) -> None:
    up, down, zero, nearest = (
        SoftFloats(kept, toward).rounded(number)
        for toward in (Toward.UP, Toward.DOWN, Toward.ZERO, Toward.NEAREST)
    )
    assert down <= number <= up
    assert not kept.holds((up + down) / 2) or up == down
    assert zero == (down if number > 0 else up)
    assert nearest in (up, down)
    assert abs(nearest - number) == min(up - number, number - down)


@pytest.mark.parametrize("kept", FORMATS)
def test_the_simulator_flushes_subnormals_where_it_is_told_to(kept: NumberFormat) -> None:
    normal, least = power_of_two(kept.normal), power_of_two(kept.subnormal)
    for flush in Flush:
        results, operands = flush.value
        floats = SoftFloats(kept, flush=flush)
        assert floats.rounded(normal) == normal
        assert floats.rounded(normal - least) == (0 if results else normal - least)
        assert floats.plus(least - normal, 2 * normal) == (
            2 * normal if operands else normal + least
        )
        assert floats.times(least, 1 / normal) == (0 if operands else least / normal)
        assert floats.fused(-least, Fraction(1), normal) == (
            normal if operands else 0 if results else normal - least
        )


# ---- powers of two -------------------------------------------------------------------------------


def test_a_power_of_two_is_exact_for_either_sign() -> None:
    for e in (-1100, -1, 0, 1, 64, 1024):
        assert power_of_two(e) == Fraction(2) ** e


@given(st.integers(-(2**70), 2**70).filter(bool), st.integers(0, 200))
def test_trailing_zeros_are_how_often_two_divides(odd: int, times: int) -> None:
    odd = 2 * odd + 1
    assert trailing_zeros(odd << times) == times
    assert trailing_zeros(-odd << times) == times


@given(st.fractions(min_value=0).filter(bool), st.integers(-200, 200))
def test_the_logarithm_is_rounded_down(size: Fraction, e: int) -> None:
    size *= Fraction(2) ** e
    found = floor_of_log2(size)
    assert Fraction(2) ** found <= size < Fraction(2) ** (found + 1)
