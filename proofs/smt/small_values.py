"""Values of the types that are read into logic: taken apart, listed by size, written as Python.

A dataclass is as large as its fields together and one more. Numbers are as large as their place
among the simplest: 0, 1, −1, 2, −2 …, and each step of a denominator counts two.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from fractions import Fraction
from functools import cache
from math import gcd
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

# ---- types and parts -----------------------------------------------------------------------------


@cache
def forms(kind: object) -> Sequence[type]:
    """The dataclasses that a type is; none if it is of numbers, truths or tuples."""
    found = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return [one for one in found if isinstance(one, type) and is_dataclass(one)]


@cache
def fields_of(form: type) -> Mapping[str, object]:
    """The types of a dataclass's fields."""
    return get_type_hints(form)


def parameters(function: Callable[..., object]) -> Mapping[str, object]:
    """The types of a function's parameters, by name."""
    return {name: kind for name, kind in get_type_hints(function).items() if name != "return"}


def parts(value: object) -> Sequence[object]:
    """What a dataclass or a tuple is made of."""
    form: type = type(value)
    return value if isinstance(value, tuple) else [getattr(value, name) for name in _names(form)]


@cache
def _names(form: type) -> Sequence[str]:
    """Of a dataclass's fields."""
    return [each.name for each in fields(form)] if is_dataclass(form) else []


def within(value: object) -> Iterator[object]:
    """The value and its parts, and theirs."""
    yield value
    for part in parts(value):
        yield from within(part)


def typed_parts(kind: object, value: object) -> Iterator[tuple[object, object]]:
    """Each part, after its type."""
    form: type = type(value)
    if form is tuple:
        yield from ((get_args(kind)[0], part) for part in parts(value))
    elif is_dataclass(value):
        yield from zip(fields_of(form).values(), parts(value), strict=True)


def with_parts(value: object, new: Sequence[object]) -> object:
    """The same of other parts."""
    return tuple(new) if isinstance(value, tuple) else type(value)(*new)


# ---- by size -------------------------------------------------------------------------------------


def size(value: object) -> int:
    """How large a value is."""
    match value:
        case int() | Fraction():
            return 2 * abs(value.numerator) - (value > 0) + 2 * (value.denominator - 1)
        case _:
            return 1 + sum(map(size, parts(value)))


@dataclass(slots=True)
class SmallValues:
    """All values of each type, by size."""

    _of: dict[tuple[object, int], Sequence[object]] = field(default_factory=dict)
    _up_to: dict[tuple[object, int], Sequence[object]] = field(default_factory=dict)

    def of(self, kind: object, wanted: int) -> Sequence[object]:
        """Those of this type and size."""
        if (kind, wanted) not in self._of:
            self._of[kind, wanted] = list(self._listed(kind, wanted))
        return self._of[kind, wanted]

    def up_to(self, kind: object, largest: int) -> Sequence[object]:
        """Those of this type and of this size at most, the smallest first."""
        if (kind, largest) not in self._up_to:
            found = [one for wanted in range(largest + 1) for one in self.of(kind, wanted)]
            self._up_to[kind, largest] = found
        return self._up_to[kind, largest]

    def together(self, kinds: Sequence[object], wanted: int) -> Iterator[Sequence[object]]:
        """Those of these types whose sizes add up to this."""
        if not kinds:
            yield from [()] if wanted == 0 else []
            return
        for first_size in range(wanted + 1):
            for first in self.of(kinds[0], first_size):
                for rest in self.together(kinds[1:], wanted - first_size):
                    yield (first, *rest)

    def least(self, kind: object) -> object:
        """The first of the smallest: every type has a value of size 9 or less."""
        return self.up_to(kind, 9)[0]

    def _listed(self, kind: object, wanted: int) -> Iterator[object]:
        if kind is bool:
            yield from [wanted == 1] if wanted < 2 else []
        elif kind is int:
            yield number(wanted)
        elif kind is Fraction:
            for more in range(wanted // 2 + 1):
                over, under = number(wanted - 2 * more), 1 + more
                yield from [Fraction(over, under)] if gcd(over, under) == 1 else []
        elif get_origin(kind) is tuple:
            for length in range(wanted):
                kinds = [get_args(kind)[0]] * length
                yield from map(tuple, self.together(kinds, wanted - 1))
        elif wanted > 0:
            for form in forms(kind):
                kinds = list(fields_of(form).values())
                yield from (form(*row) for row in self.together(kinds, wanted - 1))


def number(place: int) -> int:
    """0, 1, −1, 2, −2 …"""
    return (place + 1) // 2 if place % 2 else -place // 2


# ---- as Python -----------------------------------------------------------------------------------


def written(value: object) -> str:
    """Short, and equal to the value once it is read: a whole fraction is written as an integer."""
    match value:
        case Fraction(denominator=1):
            return str(value.numerator)
        case Fraction():
            return f"Fraction({value.numerator}, {value.denominator})"
        case tuple():
            return f"({', '.join(map(written, value))}{',' if len(value) == 1 else ''})"
        case _ if is_dataclass(value):
            return f"{type(value).__name__}({', '.join(map(written, parts(value)))})"
        case _:
            return repr(value)
