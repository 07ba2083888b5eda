"""Values of a function's parameters: the small ones in order of size, and drawn ones between them.

What is drawn is often what was drawn before, or of its shape, so that keys are in trees, points as
long as others, and numbers tie. Many theorems speak of trees that keep their laws, `valid`,
`balanced`, `in_order`: whatever is true or not of one value. Few trees do; so these grow by the
operations of their module, as they are before anything is broken.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from functools import cache, reduce
from itertools import islice
from operator import or_
from random import Random
from types import FunctionType, ModuleType
from typing import Any, get_args, get_origin, get_type_hints

from proofs.smt.small_values import (
    SmallValues,
    fields_of,
    forms,
    parameters,
    parts,
    size,
    typed_parts,
    with_parts,
    within,
)

SEED = 1

SMALL = 5
"""Numbers are of this size at most."""

DEPTH = 3
"""What is drawn freely has so many levels at most."""

LAWFUL, AGAIN, OF_ITS_SHAPE = 0.5, 0.5, 0.8
"""How often something lawful is taken; else, something that is there, or of the shape of one."""

IN_ORDER, DRAWN = 5, 20
"""Of the values in order and of those drawn, at a time."""

TRIED, ALIKE, LARGEST = 1500, 6, 90
"""How often lawful values are to grow; how many of one shape are kept, and how large."""


class There(defaultdict[object, list[object]]):
    """What has been drawn, by its class."""

    def __init__(self) -> None:
        super().__init__(list)


@dataclass(slots=True)
class Drawing:
    """Draws values from a fixed seed; `lawful` has the values of types that have laws."""

    lawful: Mapping[object, Sequence[object]]
    small: SmallValues = field(default_factory=SmallValues)
    random: Random = field(default_factory=lambda: Random(SEED))

    def values(self, kinds: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
        """One of each of these types, without end."""
        types = list(kinds.values())
        in_order = (row for total in range(LARGEST) for row in self.small.together(types, total))
        while True:
            for row in islice(in_order, IN_ORDER):
                yield dict(zip(kinds, row, strict=True))
            for _ in range(DRAWN):
                there = There()
                yield {name: self.any_of(kind, there) for name, kind in kinds.items()}

    def any_of(self, kind: object, there: There, depth: int = DEPTH) -> object:
        """A value of this type, which joins those that are there."""
        if kind in self.lawful and depth == DEPTH and self.random.random() < LAWFUL:
            value = self.random.choice(self.lawful[kind])
            for part in within(value):
                there[type(part)].append(part)
            return value
        draw = self.random.random()
        known = [one for form in forms(kind) or (kind,) for one in there.get(form, ())]
        if known and draw < OF_ITS_SHAPE:
            one = self.random.choice(known)
            return one if draw < AGAIN else self._of_the_shape(one)
        value = self._made(kind, there, depth)
        there[type(value)].append(value)
        return value

    def _made(self, kind: object, there: There, depth: int) -> object:
        """A number, or any form, more often one that goes on, of parts that are drawn."""
        if get_origin(kind) is tuple:
            length = self.random.randrange(DEPTH)
            return tuple(self.any_of(get_args(kind)[0], there, 0) for _ in range(length))
        if not forms(kind):
            return self.random.choice(self.small.up_to(kind, self.random.randrange(2, SMALL)))
        flat = [form for form in forms(kind) if kind not in fields_of(form).values()]
        further = [form for form in forms(kind) if form not in flat]
        form = self.random.choice([*flat, *further * 2] if depth else flat or further)
        kinds = fields_of(form).values()
        return form(*[self.any_of(each, there, max(depth - 1, 0)) for each in kinds])

    def _of_the_shape(self, value: object) -> object:
        """The same of other numbers."""
        if parts(value):
            return with_parts(value, [self._of_the_shape(part) for part in parts(value)])
        return value if is_dataclass(value) else self._made(type(value), There(), 0)

    # ---- smaller ones ----------------------------------------------------------------------------

    def smaller(self, kind: object, value: object) -> Iterator[object]:
        """Values of this type that are smaller: the smallest, and parts of this one."""
        yield from self.small.up_to(kind, min(SMALL, size(value) - 1))
        yield from (part for of, part in typed_parts(kind, value) if of == kind)

    def smaller_lawful(self, kind: object, value: object) -> Iterator[object]:
        """Those that keep the laws of their type."""
        yield from (one for one in self.lawful.get(kind, ()) if size(one) < size(value))

    def with_one_smaller_part(self, kind: object, value: object) -> Iterator[object]:
        """The value with something smaller in one place."""
        inner = list(parts(value))
        for place, (of, part) in enumerate(typed_parts(kind, value)):
            for other in (*self.smaller(of, part), *self.with_one_smaller_part(of, part)):
                yield with_parts(value, [*inner[:place], other, *inner[place + 1 :]])


# ---- values that keep their laws -----------------------------------------------------------------


@cache
def lawful(module: ModuleType) -> Mapping[object, Sequence[object]]:
    """Values of a module's types for which all its laws hold, the smaller ones first."""
    own = [each for each in vars(module).values() if isinstance(each, FunctionType)]
    functions = [each for each in own if each.__module__ == module.__name__]
    laws: dict[object, list[FunctionType]] = {}
    for each in functions:
        match list(parameters(each).values()):
            case [kind] if forms(kind) and _result(each) is bool:
                laws.setdefault(kind, []).append(each)
    return {kind: _grown(kind, held, functions) for kind, held in laws.items()}


def _grown(
    kind: object, laws: Sequence[FunctionType], functions: Sequence[FunctionType]
) -> Sequence[object]:
    """Small lawful values, and lawful ones that operations have made of them."""
    drawing = Drawing({})
    ways = [parameters(each) for each in functions]
    grow = [
        (each, kinds)
        for each, kinds in zip(functions, ways, strict=True)
        if _result(each) == kind and kind in kinds.values()
    ]
    found: dict[object, dict[object, None]] = {}

    def keep(one: object) -> None:
        if size(one) > LARGEST:
            return
        alike = found.setdefault(shape(one), {})
        if len(alike) < ALIKE and all(law(one) for law in laws):
            alike.setdefault(one)

    for one in drawing.small.up_to(kind, SMALL):
        keep(one)
    for _ in range(TRIED if grow else 0):
        way, kinds = drawing.random.choice(grow)
        pools = [alike for alike in found.values() if alike]
        given = [
            drawing.random.choice(list(drawing.random.choice(pools)))
            if each == kind
            else drawing.any_of(each, There())
            for each in kinds.values()
        ]
        keep(way(*given))
    return sorted((one for alike in found.values() for one in alike), key=size)


def shape(value: object) -> object:
    """What is the same of other numbers."""
    return (type(value), *map(shape, parts(value)))


def _result(function: FunctionType) -> object:
    """The type of what it returns."""
    return get_type_hints(function)["return"]


# ---- the same in another module ------------------------------------------------------------------


def carried(value: object, names: Mapping[str, Any]) -> object:
    """The same of the classes of these names."""
    inner = [carried(part, names) for part in parts(value)]
    if isinstance(value, tuple):
        return tuple(inner)
    return names[type(value).__name__](*inner) if is_dataclass(value) else value


def all_carried(
    values: Mapping[object, Sequence[object]], names: Mapping[str, Any]
) -> Mapping[object, Sequence[object]]:
    """The same of types, and of values of each."""
    return {
        reduce(or_, [names[form.__name__] for form in forms(kind)]): [
            carried(one, names) for one in those
        ]
        for kind, those in values.items()
    }
