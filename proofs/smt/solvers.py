"""Two solvers, asked the same text: z3 and cvc5. The only place that knows either.

`unsat` from both is a proof. `sat` is at most a candidate for a counterexample, since definitions
are unfolded only so far. Whatever else comes, time running out included, decides nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Literal

from proofs.smt.proof_errors import SolverMissing

Answer = Literal["unsat", "sat", "unknown"]


@dataclass(frozen=True, slots=True)
class Solver:
    """A solver by name, and how to ask it: text and seconds."""

    name: str
    ask: Callable[[str, float], Answer]


def ask_z3(text: str, seconds: float) -> Answer:
    """Errors: `solver-missing`."""
    z3 = _imported("z3", "z3-solver")
    solver = z3.Solver()
    solver.set("timeout", int(1000 * seconds))
    solver.from_string(text)
    return _answer(str(solver.check()))


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


def _imported(module: str, package: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        raise SolverMissing(package) from error


def _answer(told: str) -> Answer:
    return "unsat" if told == "unsat" else "sat" if told == "sat" else "unknown"
