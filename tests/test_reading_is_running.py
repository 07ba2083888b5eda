"""What is read is what runs: both solvers' logic and Python find the same values.

For drawn arguments the term that the reader makes is put to z3 as an equation with the value that
Python computes. It must follow; that the value is another one must not.
"""

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import FunctionType

import pytest
from hypothesis import given

from proofs.smt import terms
from proofs.smt.agreement import fitted
from proofs.smt.kernel import Obligation
from proofs.smt.reader import Reader
from proofs.smt.smtlib import question
from proofs.smt.solvers import Z3
from proofs.smt.terms import Sort, Term
from proofs.theorems import numbers
from reference.specification import firing, ordered, tournament
from tests import functions_to_read
from tests.specification_values import arguments
from tests.strategies import share

pytestmark = pytest.mark.plain

Function = Callable[..., object]

DEEP = 14
"""Definitions are unfolded this often: more than any recursion here is deep."""


def own(module: object) -> list[Function]:
    """The functions of a module."""
    name = getattr(module, "__name__", "")
    return [
        one for one in vars(module).values() if inspect.isfunction(one) and one.__module__ == name
    ]


SPECIFIED = [function for module in (tournament, ordered, firing) for function in own(module)] + [
    numbers.power,
    numbers.levels,
]


def written(reader: Reader, value: object, sort: Sort) -> Term:
    """A value as a term."""
    match value:
        case bool():
            return terms.truth(value)
        case int():
            return fitted(terms.integer(value), sort)
        case Fraction():
            return terms.real(value)
        case tuple():
            inner = Sort(sort.name.removeprefix("(Seq ").removesuffix(")"))
            units = [
                terms.operation("seq.unit", (written(reader, each, inner),), sort) for each in value
            ]
            empty = terms.operation("seq.empty", (), sort)
            return terms.operation("seq.++", (empty, empty, *units), sort)
        case _:
            form = reader.form(type(value))
            assert form is not None
            assert dataclasses.is_dataclass(value)
            parts = [getattr(value, each.name) for each in dataclasses.fields(value)]
            kinds = [kind for _, kind in form.fields]
            return terms.make(
                form, [written(reader, *pair) for pair in zip(parts, kinds, strict=True)]
            )


def check(reader: Reader, function: Function, given: Mapping[str, object]) -> None:
    """The value follows; that it is another one does not."""
    assert isinstance(function, FunctionType)
    variables = reader.variables(function)
    values = [written(reader, given[name], variables[name].sort) for name in variables]
    read = reader.call(function, values)
    equation = terms.equal(read, written(reader, function(**given), read.sort))
    for goal, answer in ((equation, "unsat"), (terms.negation(equation), "sat")):
        facts = Obligation(function.__name__, (), goal, fuel=DEEP).facts(reader.theory)
        assert Z3.ask(question(reader.theory.datatypes, facts), 5.0) == answer


@pytest.mark.parametrize(
    "function", SPECIFIED, ids=lambda each: f"{each.__module__}.{each.__name__}"
)
def test_the_specification_is_read_as_it_runs(function: Function) -> None:
    reader = Reader()

    @share(50)
    @given(arguments(function))
    def agrees(values: Mapping[str, object]) -> None:
        check(reader, function, values)

    agrees()


@pytest.mark.parametrize("function", own(functions_to_read), ids=lambda each: each.__name__)
def test_what_is_easily_misread_is_read_as_it_runs(function: Function) -> None:
    reader = Reader()

    @share(20)
    @given(arguments(function))
    def agrees(values: Mapping[str, object]) -> None:
        check(reader, function, values)

    agrees()
