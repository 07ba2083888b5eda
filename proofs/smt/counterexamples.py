"""Counterexamples: values at which a theorem about a broken function is not true when it is run.

What a solver gives is a candidate: definitions are unfolded only so far, and of the parts that an
induction knows something about, only the hypothesis is known. So the theorem itself is run on it,
as the Python that it is. Where that is true, other values are tried, small ones and drawn ones, of
this theorem and of all others that speak of the broken function. What is found is made smaller as
far as it stays a counterexample.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from types import FrameType, FunctionType
from typing import get_args

from proofs.smt.drawn_values import Drawing, carried
from proofs.smt.small_values import (
    SmallValues,
    fields_of,
    forms,
    parameters,
    parts,
    size,
    typed_parts,
    with_parts,
    written,
)
from proofs.smt.solvers import Made, Modelled
from proofs.smt.terms import Constructor, Function, Term, subterms
from proofs.smt.theorem import Theorem

Values = Mapping[str, object]
"""Of a function's parameters, by name."""

Statement = Callable[..., object]
"""What should be True at all values: a theorem, as a function."""

EVALUATIONS = 12_000
"""Of theorems, in one search: a second or two."""

A_TURN = 100
"""How many values are tried of a theorem before it is the next one's turn."""

COMPARED = 2_000
"""At how many values a broken function is held against the right one, or smaller ones sought."""

CALLS = 100_000
"""Of functions, before an evaluation is given up: a solver's values may be large."""

FALSE = "is False"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A theorem, values of its parameters as Python, and what it is there: False, or an error."""

    theorem: str
    values: Mapping[str, str]
    outcome: str

    @property
    def told(self) -> str:
        """As a call."""
        return f"{called(self.theorem, self.values)} {self.outcome}"


def called(name: str, values: Mapping[str, str]) -> str:
    """A call of it, as Python."""
    given = ", ".join(f"{each}={value}" for each, value in values.items())
    return f"{name.rpartition('/')[2]}({given})"


def in_python(values: Values) -> Mapping[str, str]:
    """As text."""
    return {name: written(value) for name, value in values.items()}


def counterexample(
    theorem: Theorem, suggested: Values | None, others: Sequence[Theorem], drawing: Drawing
) -> Counterexample | None:
    """Values at which a theorem is not true, as small as may be; None if none are found.

    They are those suggested for the first, or of any of the others.
    """
    found: tuple[Theorem, Values, str] | None
    if suggested is not None and refutation(theorem.statement, suggested) == FALSE:
        found = theorem, suggested, FALSE
    else:
        found = searched(others, drawing)
    if found is None:
        return None
    false, values, how = found
    least = shrunk(false.statement, parameters(false.statement), values, drawing)
    return Counterexample(false.name, in_python(least), how)


def about(theorems: Sequence[Theorem], function: FunctionType) -> list[Theorem]:
    """Those that speak of a function, be it by way of others."""
    return [theorem for theorem in theorems if _reaches(theorem.statement, function, set())]


def _reaches(caller: FunctionType, wanted: FunctionType, seen: set[FunctionType]) -> bool:
    seen.add(caller)
    names = (caller.__globals__.get(name) for name in caller.__code__.co_names)
    known = [one for one in names if isinstance(one, FunctionType) and one not in seen]
    return wanted in known or any(_reaches(one, wanted, seen) for one in known)


# ---- running a statement -------------------------------------------------------------------------


class TooLong(Exception):
    """An evaluation took more calls than it may."""


@dataclass(slots=True)
class CallsLeft:
    """A profile function, after so many calls of others an error. Errors: TooLong."""

    count: int

    def __call__(self, _frame: FrameType | None, event: str, _argument: object) -> None:
        """Something happens in a frame."""
        self.count -= event == "call"
        if self.count < 0:
            raise TooLong


def refutation(statement: Statement, values: Values) -> str:
    """How the statement is not True there; empty if it is, or if that takes too long to say."""
    kept = sys.getprofile()
    sys.setprofile(CallsLeft(CALLS))
    try:
        return quick_refutation(statement, values)
    finally:
        sys.setprofile(kept)


def quick_refutation(statement: Statement, values: Values) -> str:
    """The same of small values: their calls are not counted."""
    try:
        found = statement(**values)
    except (RecursionError, TooLong):
        return ""
    except Exception as error:  # what is broken may raise anything
        return f"raises {type(error).__name__}"
    return "" if found is True else f"is {found!r}"


# ---- a solver's candidate ------------------------------------------------------------------------


def variables_of(asked_at: Mapping[str, Term]) -> Sequence[str]:
    """The variables that a solver has to give values of."""
    heads = [part.head for part in subterms(list(asked_at.values()))]
    return [head.name for head in heads if isinstance(head, Function)]


def candidate(
    theorem: Theorem, asked_at: Mapping[str, Term], model: Mapping[str, Modelled]
) -> Values:
    """The values of a theorem's parameters in a solver's model: what it leaves open is small."""
    kinds, small = parameters(theorem.statement), SmallValues()

    def of_term(kind: object, term: Term) -> object:
        match term.head:
            case Function(name, (), _) if name in model:
                return of_model(kind, model[name])
            case Constructor(name, _, _):
                form = _form(kind, name)
                return form(*map(of_term, fields_of(form).values(), term.arguments))
            case _:
                return small.least(kind)

    return {name: of_term(kinds[name], term) for name, term in asked_at.items()}


def of_model(kind: object, value: Modelled) -> object:
    """A value of a solver's as one of this type."""
    match value:
        case Made("seq", items):
            return tuple(of_model(get_args(kind)[0], item) for item in items)
        case Made(name, items):
            form = _form(kind, name)
            return form(*map(of_model, fields_of(form).values(), items))
        case _:
            return Fraction(value) if kind is Fraction else value


def _form(kind: object, constructor: str) -> type:
    """The dataclass that is read as this constructor."""
    (form,) = [one for one in forms(kind) if one.__name__ == constructor.rpartition(".")[2]]
    return form


# ---- searching -----------------------------------------------------------------------------------


def searched(theorems: Sequence[Theorem], drawing: Drawing) -> tuple[Theorem, Values, str] | None:
    """The first of these theorems found to be False, and where, looking at each in turn.

    Of the first, which could not be proved, half as many values are tried as of all the others. If
    none is False, it is the first that raises an error, at values of its own types.
    """
    longer = A_TURN * max(len(theorems) // 2, 1)
    turns = [A_TURN if place else longer for place in range(len(theorems))]
    streams = [drawing.values(parameters(each.statement)) for each in theorems]
    raised: tuple[Theorem, Values, str] | None = None
    for _ in range(EVALUATIONS // max(sum(turns), 1) + 1):
        for theorem, stream, turn in zip(theorems, streams, turns, strict=True):
            for values in islice(stream, turn):
                how = quick_refutation(theorem.statement, values)
                if how == FALSE:
                    return theorem, values, how
                if how and raised is None:
                    raised = theorem, values, how
    return raised


def difference(broken: FunctionType, right: FunctionType, drawing: Drawing) -> str:
    """Where the broken function gives something else than the right one, as Python; or nothing."""

    def alike(**values: object) -> bool:
        wanted = right(*(carried(value, right.__globals__) for value in values.values()))
        found: object = broken(**values)
        return found == carried(wanted, broken.__globals__)

    kinds = parameters(broken)
    stream = islice(drawing.values(kinds), COMPARED)
    found = next((values for values in stream if quick_refutation(alike, values)), None)
    if found is None:
        return ""
    return called(broken.__name__, in_python(shrunk(alike, kinds, found, drawing)))


# ---- shrinking -----------------------------------------------------------------------------------


def shrunk(
    statement: Statement, kinds: Mapping[str, object], values: Values, drawing: Drawing
) -> Values:
    """Smaller values, as far as the same becomes of the statement there."""
    how = refutation(statement, values)
    for other in islice(drawing.values(kinds), COMPARED):
        if _total(other) < _total(values) and refutation(statement, other) == how:
            values = other
    found: Values | None = values
    while found is not None:
        values = found
        tried = islice(_smaller(values, kinds, drawing), EVALUATIONS)
        found = next((each for each in tried if refutation(statement, each) == how), None)
    return values


def _total(values: Values) -> int:
    """The size of all."""
    return sum(map(size, values.values()))


def _smaller(values: Values, kinds: Mapping[str, object], drawing: Drawing) -> Iterator[Values]:
    """One part made smaller wherever it stands, or in one place, or one value another."""
    there = dict.fromkeys(
        (of, type(part), part)
        for name, value in values.items()
        for of, part in _typed(kinds[name], value)
    )
    for of, _, part in sorted(there, key=lambda each: -size(each[2])):
        for new in drawing.smaller(of, part):
            yield {name: _replaced(value, part, new) for name, value in values.items()}
    for name, value in values.items():
        for other in (
            *drawing.smaller(kinds[name], value),
            *drawing.with_one_smaller_part(kinds[name], value),
            *drawing.smaller_lawful(kinds[name], value),
        ):
            yield {**values, name: other}


def _typed(kind: object, value: object) -> Iterator[tuple[object, object]]:
    """The value and its parts, and theirs, each after its type."""
    yield kind, value
    for of, part in typed_parts(kind, value):
        yield from _typed(of, part)


def _replaced(value: object, old: object, new: object) -> object:
    """The new part wherever the old one stood."""
    if type(value) is type(old) and value == old:
        return new
    inner = [_replaced(part, old, new) for part in parts(value)]
    return with_parts(value, inner) if inner else value
