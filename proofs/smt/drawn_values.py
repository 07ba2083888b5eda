"""Values of a function's parameters: the small ones in order of size, and drawn ones between them.

What is drawn later is often a part of what was drawn before, so that keys are in trees and numbers
tie. Many theorems speak of trees that keep their laws, `valid`, `balanced`, `in_order`: functions
of one value that are true or not. Few trees do, so these grow by the operations of the module, as
they are before anything is broken.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import count
from random import Random
from types import FunctionType, ModuleType
from typing import get_args, get_origin, get_type_hints

from proofs.smt.small_values import (
    SmallValues,
    fields_of,
    forms,
    is_of,
    parameters,
    parts,
    size,
    with_parts,
    within,
)

SEED = 1

GROWN = 1000
"""How often an operation is tried."""

LARGEST = 60
"""No larger value is kept."""

SMALL = 5
"""Numbers, and what an operation is given beside what grows, are of this size at most."""

DEPTH = 3
"""What is drawn freely is so deep at most."""

AGAIN, LAWFUL = 0.7, 0.8
"""How often something that is there is taken again; above the second, something lawful."""

IN_ORDER, DRAWN = 5, 20
"""So many are drawn for so many in order."""


@dataclass(slots=True)
class Drawing:
    """Draws values of the classes of one module, from a fixed seed."""

    lawful: Mapping[object, Sequence[object]]
    small: SmallValues = field(default_factory=SmallValues)
    random: Random = field(default_factory=lambda: Random(SEED))

    def values(self, function: FunctionType) -> Iterator[Mapping[str, object]]:
        """Of a function's parameters, without end."""
        kinds = parameters(function)
        in_order = (row for total in count() for row in self.small.together([*kinds.values()], total))
        while True:
            for _, row in zip(range(IN_ORDER), in_order, strict=False):
                yield dict(zip(kinds, row, strict=True))
            for _ in range(DRAWN):
                yield self._drawn(kinds)

    def _drawn(self, kinds: Mapping[str, object]) -> Mapping[str, object]:
        there: list[object] = []
        return {name: self.any_of(kind, there) for name, kind in kinds.items()}

    def any_of(self, kind: object, there: list[object], depth: int = DEPTH) -> object:
        """A value of this type, which joins those that are there: one of them, or lawful, or any."""
        draw, known = self.random.random(), [one for one in there if is_of(one, kind)]
        if known and draw < AGAIN:
            one = self.random.choice(known)
            return one if draw < AGAIN / 2 else self._reshaped(kind, one)
        if depth == DEPTH and draw > LAWFUL and kind in self.lawful:
            value = self.random.choice(self.lawful[kind])
            there += within(value)
        else:
            value = self._made(kind, there, depth)
            there.append(value)
        return value

    def _made(self, kind: object, there: list[object], depth: int) -> object:
        """A small number, or any form, of parts that are drawn: so deep at most."""
        if get_origin(kind) is tuple:
            length = self.random.randrange(DEPTH)
            return tuple(self.any_of(get_args(kind)[0], there, 0) for _ in range(length))
        found = forms(kind)
        if not found:
            largest = self.random.randrange(SMALL + 1)
            return self.random.choice(self.small.up_to(kind, largest))
        flat = [one for one in found if kind not in fields_of(one).values()]
        form = self.random.choice([*flat, *[one for one in found if one not in flat] * 2] if depth else flat or found)
        kinds = fields_of(form).values()
        return form(*[self.any_of(each, there, max(depth - 1, 0)) for each in kinds])

    def _reshaped(self, kind: object, value: object) -> object:
        """The same of other numbers."""
        if not forms(kind):
            return value
        kinds = fields_of(type(value)).values()
        return type(value)(*[self._reshaped(of, part) if forms(of) else self._made(of,[],0) for of, part in zip(kinds, parts(value), strict=True)])

    def smaller(self, kind: object, value: object) -> Iterator[object]:
        """Values of this type that are smaller, the smallest first."""
        yield from self.small.up_to(kind, min(SMALL, size(value) - 1))
        yield from (one for one in self.lawful.get(kind, ()) if SMALL < size(one) < size(value))

    def with_one_smaller_part(self, kind: object, value: object) -> Iterator[object]:
        """The value with a smaller number in one place, or without what leads to a part of it."""
        if not parts(value):
            yield from self.smaller(kind, value) if not forms(kind) else ()
            return
        inner = list(parts(value))
        kinds = [get_args(kind)[0]] * len(inner) if isinstance(value, tuple) else list(fields_of(type(value)).values())
        yield from (part for part, of in zip(inner, kinds, strict=True) if of == kind)
        for place, of in enumerate(kinds):
            for other in self.with_one_smaller_part(of, inner[place]):
                yield with_parts(value, [*inner[:place], other, *inner[place + 1 :]])


def carried(value: object, module: ModuleType) -> object:
    """The same of the classes of this name in another module."""
    if isinstance(value, tuple):
        return tuple(carried(each, module) for each in value)
    inner = [carried(each, module) for each in parts(value)]
    return getattr(module, type(value).__name__)(*inner) if forms(type(value)) else value


# ---- values that keep their laws -----------------------------------------------------------------


@cache
def lawful(name: str) -> Mapping[object, Sequence[object]]:
    """Values of a module's types of which all its laws are true, the smaller ones first."""
    module = import_module(name)
    drawing, functions = Drawing({}), functions_of(module)
    kinds = {only[0] for only in (list(parameters(each).values()) for each in functions) if len(only) == 1 and forms(only[0])}
    laws = {kind: [each for each in functions if list(parameters(each).values()) == [kind] and result(each) is bool] for kind in kinds}
    return {kind: _grown(kind, held, functions, drawing) for kind, held in laws.items() if held}


def _grown(kind: object, laws, functions, drawing) -> Sequence[object]:
    ways = [each for each in functions if result(each) == kind and kind in parameters(each).values()]
    found = {one: None for one in drawing.small.up_to(kind, SMALL) if all(law(one) for law in laws)}
    for _ in range(GROWN):
        way = drawing.random.choice(ways)
        pool = list(found)
        given = [drawing.random.choice(pool) if each == kind else drawing.any_of(each, []) for each in parameters(way).values()]
        one = way(*given)
        if size(one) <= LARGEST and all(law(one) for law in laws):
            found.setdefault(one)
    return sorted(found, key=size)


def functions_of(module: ModuleType) -> Sequence[FunctionType]:
    own = [each for each in vars(module).values() if isinstance(each, FunctionType)]
    return [each for each in own if each.__module__ == module.__name__]


def result(function):
    return get_type_hints(function)["return"]
