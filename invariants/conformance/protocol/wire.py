"""Numbers as they travel, and as the rationals that they are."""

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite
from struct import pack, unpack
from typing import TypeAlias

from msgspec import UNSET

from invariants.conformance.protocol.messages import Matrix, Vector
from invariants.number_format import power_of_two

Row: TypeAlias = tuple[Fraction, ...]
Rows: TypeAlias = tuple[Row, ...]


class NotANumber(ValueError):
    """The bits are those of NaN or of an infinity."""


def number(bits: str) -> Fraction:
    """The number with these bits. Errors: `NotANumber`.

    >>> number("3ff8000000000000"), number("8000000000000000")
    (Fraction(3, 2), Fraction(0, 1))
    """
    value = _float(bits)
    if not isfinite(value):
        raise NotANumber(bits)
    return Fraction(value)


def bits_of(value: float) -> str:
    """The bits of a float.

    >>> bits_of(-0.0)
    '8000000000000000'
    """
    return pack(">d", value).hex()


def row(numbers: Vector) -> Row:
    """The numbers of a vector. Errors: `NotANumber`."""
    if numbers.bits is not UNSET:
        return tuple(map(number, numbers.bits))
    return _scaled(numbers.int or (), numbers.exp or 0)


def rows(numbers: Matrix) -> Rows:
    """The numbers of a matrix, row by row. Errors: `NotANumber`."""
    if numbers.bits is not UNSET:
        return tuple(tuple(map(number, bits)) for bits in numbers.bits)
    return tuple(_scaled(integers, numbers.exp or 0) for integers in numbers.int or ())


def floats(numbers: Vector) -> list[float]:
    """The same as floats, NaN and infinities included."""
    if numbers.bits is not UNSET:
        return [_float(bits) for bits in numbers.bits]
    return [float(value) for value in row(numbers)]


def rows_of_floats(numbers: Matrix) -> list[list[float]]:
    """The same for a matrix."""
    if numbers.bits is not UNSET:
        return [[_float(bits) for bits in line] for line in numbers.bits]
    return [[float(value) for value in line] for line in rows(numbers)]


def in_bits(values: Sequence[float]) -> Vector:
    """A vector of these floats."""
    return Vector(bits=[bits_of(value) for value in values])


def rows_in_bits(values: Sequence[Sequence[float]]) -> Matrix:
    """A matrix of these floats."""
    return Matrix(bits=[[bits_of(value) for value in line] for line in values])


def in_integers(exp: int, *integers: int) -> Vector:
    """A vector of integers times a power of two."""
    return Vector(exp=exp, int=list(integers))


def rows_in_integers(exp: int, integers: Sequence[Sequence[int]]) -> Matrix:
    """A matrix of integers times a power of two."""
    return Matrix(exp=exp, int=[list(line) for line in integers])


def _float(bits: str) -> float:
    value: float
    (value,) = unpack(">d", bytes.fromhex(bits))
    return value


def _scaled(integers: Sequence[int], exponent: int) -> Row:
    grain = power_of_two(exponent)
    return tuple(integer * grain for integer in integers)
