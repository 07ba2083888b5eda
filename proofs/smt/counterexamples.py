"""Counterexamples: values at which a theorem about a broken function is not true when it is run.

What a solver gives is a candidate: definitions are unfolded only so far, and of an induction's
hypothesis nothing is known. So the theorem itself is run on it, as the Python that it is. Where
that is true, other values are tried, small ones and drawn ones, of this theorem and of all others
that speak of the broken function. What is found is made smaller as far as it stays one.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from types import FrameType, FunctionType
from typing import get_args

from proofs.smt.drawn_values import Drawing
from proofs.smt.small_values import (
    SmallValues,
    fields_of,
    forms,
    parameters,
    parts,
    size,
    with_parts,
    within,
    written,
)
from proofs.smt.solvers import Made, Modelled
from proofs.smt.terms import Constructor, Function, Term
from proofs.smt.theorem import Theorem

Values = Mapping[str, object]
"""Of a theorem's parameters, by name."""

EVALUATIONS = 15_000
"""Of theorems, in one search: a second or two."""

A_TURN = 100
"""How many values are tried of a theorem before it is the next one's turn."""

CALLS = 100_000
"""Of functions, before an evaluation on a solver's values is given up."""

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
        return f"{call(self.theorem, self.values)} {self.outcome}"


def call(theorem: str, values: Mapping[str, str]) -> str:
    """The theorem at these values, as Python."""
    given = ", ".join(f"{name}={value}" for name, value in values.items())
    return f"{theorem.rpartition('/')[2]}({given})"


def in_python(values: Values) -> Mapping[str, str]:
    """As text."""
    return {name: written(value) for name, value in values.items()}


# ---- running a theorem ---------------------------------------------------------------------------


def refutation(theorem: Theorem, values: Values) -> str:
    """How the theorem is not true there: False, or an error; empty if it is true, or has no end."""
    try:
        found = theorem.statement(**values)
    except (RecursionError, TooLong):
        return ""
    except Exception as error:  # what is broken may raise anything
        return f"raises {type(error).__name__}"
    return "" if found is True else f"is {found!r}"


class TooLong(Exception):
    """An evaluation took more calls than it may."""


def short_refutation(theorem: Theorem, values: Values) -> str:
    """The same of values that may be large: nothing is said of what takes too long."""
    left = CALLS

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal left
        left -= event == "call"
        if left < 0:
            raise TooLong

    kept = sys.getprofile()
    sys.setprofile(count)
    try:
        return refutation(theorem, values)
    finally:
        sys.setprofile(kept)


# ---- a solver's candidate ------------------------------------------------------------------------


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

    If none is, the first to raise an error: at values of its own types.
    """
    tried = [(theorem, drawing.values(theorem.statement)) for theorem in theorems]
    raised: tuple[Theorem, Values, str] | None = None
    for _ in range(EVALUATIONS // (A_TURN * max(len(tried), 1)) + 1):
        for theorem, stream in tried:
            for values in islice(stream, A_TURN):
                how = refutation(theorem, values)
                if how == FALSE:
                    return theorem, values, how
                if how and raised is None:
                    raised = theorem, values, how
    return raised


def about(theorems: Sequence[Theorem], function: FunctionType) -> Sequence[Theorem]:
    """Those that speak of a function, be it by way of others."""
    return [theorem for theorem in theorems if _reaches(theorem.statement, function, set())]


def _reaches(caller: FunctionType, wanted: FunctionType, seen: set[FunctionType]) -> bool:
    seen.add(caller)
    names = (caller.__globals__.get(name) for name in caller.__code__.co_names)
    called = [one for one in names if isinstance(one, FunctionType) and one not in seen]
    return wanted in called or any(_reaches(one, wanted, seen) for one in called)


# ---- shrinking -----------------------------------------------------------------------------------


def shrunk(theorem: Theorem, values: Values, how: str, drawing: Drawing) -> Values:
    """Smaller ones, as far as the same becomes of the theorem there."""
    kinds = parameters(theorem.statement)
    found: Values | None = values
    while found is not None:
        values = found
        smaller = islice(_smaller(values, kinds, drawing), EVALUATIONS)
        found = next((each for each in smaller if short_refutation(theorem, each) == how), None)
    return values


def _smaller(values: Values, kinds: Mapping[str, object], drawing: Drawing) -> Iterator[Values]:
    """One number made simpler wherever it stands, one value another, or one part of one."""
    numbers = {
        (type(part), part): size(part)
        for value in values.values()
        for part in within(value)
        if isinstance(part, int | Fraction)
    }
    for kind, old in sorted(numbers, key=lambda each: -numbers[each]):
        for new in drawing.smaller(kind, old):
            yield {name: _replaced(value, old, new) for name, value in values.items()}
    for name, value in values.items():
        for other in drawing.smaller(kinds[name], value):
            yield {**values, name: other}
        for other in drawing.with_one_smaller_part(kinds[name], value):
            yield {**values, name: other}


def _replaced(value: object, old: object, new: object) -> object:
    """The new number wherever the old one stood."""
    if type(value) is type(old) and value == old:
        return new
    inner = [_replaced(part, old, new) for part in parts(value)]
    return with_parts(value, inner) if inner else value
