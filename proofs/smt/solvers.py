"""Two solvers, asked the same text: z3 and cvc5. The only place that knows either.

`unsat` from both is a proof. `sat` is at most a candidate for a counterexample, since definitions
are unfolded only so far. Whatever else comes, time running out included, decides nothing.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from types import ModuleType
from typing import Any, Literal, TypeAlias

from proofs.smt.proof_errors import SolverMissing

Answer = Literal["unsat", "sat", "unknown"]


@dataclass(frozen=True, slots=True)
class Solver:
    """A solver by name, and how to ask it: text and seconds."""

    name: str
    ask: Callable[[str, float], Answer]


@dataclass(frozen=True, slots=True)
class Made:
    """A datatype's value, by its constructor; or a sequence, made by `seq`."""

    constructor: str
    parts: tuple["Modelled", ...]


Modelled: TypeAlias = bool | int | Fraction | Made
"""A value as a solver gives it."""


def ask_z3(text: str, seconds: float) -> Answer:
    """Errors: `solver-missing`."""
    return model_of_z3(text, seconds, ())[0]


def model_of_z3(
    text: str, seconds: float, variables: Collection[str]
) -> tuple[Answer, Mapping[str, Modelled]]:
    """The answer, and with `sat` values of these variables at which all facts can be true.

    One that is left out may have any. Errors: `solver-missing`.
    """
    z3 = _imported("z3", "z3-solver")
    solver = z3.Solver()
    solver.set("timeout", int(1000 * seconds))
    solver.from_string(text)
    answer = _answer(str(solver.check()))
    if answer != "sat":
        return answer, {}
    model = solver.model()
    wanted = [symbol for symbol in model.decls() if symbol.name() in variables]
    return answer, {symbol.name(): _modelled(z3, model[symbol]) for symbol in wanted}


def ask_cvc5(text: str, seconds: float) -> Answer:
    """Errors: `solver-missing`."""
    cvc5 = _imported("cvc5", "cvc5")
    solver = cvc5.Solver()
    solver.setOption("tlimit-per", str(int(1000 * seconds)))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "question")
    symbols = parser.getSymbolManager()
    told = ""
    while not (command := parser.nextCommand()).isNull():
        told += command.invoke(solver, symbols)
    return _answer(told.strip())


Z3 = Solver("z3", ask_z3)
CVC5 = Solver("cvc5", ask_cvc5)


def _modelled(z3: ModuleType, value: Any) -> Modelled:
    """A value of z3's; of an irrational number, a rational one beside it."""
    if z3.is_int_value(value):
        return int(value.as_long())
    if z3.is_rational_value(value):
        return Fraction(value.as_fraction())
    if z3.is_algebraic_value(value):
        return Fraction(value.approx(9).as_fraction())
    if z3.is_true(value) or z3.is_false(value):
        return bool(z3.is_true(value))
    name = value.decl().name()
    parts = tuple(_modelled(z3, part) for part in value.children())
    if not z3.is_seq(value):
        return Made(name, parts)
    joined = [part.parts for part in parts if isinstance(part, Made)]
    return Made("seq", parts if name == "seq.unit" else sum(joined, ()))


def _imported(module: str, package: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        raise SolverMissing(package) from error


def _answer(told: str) -> Answer:
    return "unsat" if told == "unsat" else "sat" if told == "sat" else "unknown"
