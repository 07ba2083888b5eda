"""Broken variants of the functions that are proved: each must make some proof fail.

A proof of a theorem that says too little survives a broken function. So every comparison, bound and
branch of the operations is changed, one at a time, and the theorems are put to a solver again,
about the changed source. A variant is refused if some question has another answer than `unsat`, or
if it can no longer be read. That a proof fails does not make a theorem false: so values are looked
for at which it is.
"""

import ast
import copy
import linecache
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from inspect import getsource
from textwrap import shorten
from types import ModuleType

from proofs.smt.counterexamples import (
    Counterexample,
    Values,
    about,
    called,
    candidate,
    counterexample,
    difference,
    in_python,
    variables_of,
)
from proofs.smt.drawn_values import Drawing, all_carried, lawful
from proofs.smt.proof_errors import NotTerminating, SortsDiffer, Unreadable
from proofs.smt.prover import Prover
from proofs.smt.solvers import model_of_z3
from proofs.smt.theorem import Theorem, theorems_in
from reference.edges.system.local_workers import do_locally

OPERATIONS = {
    "tournament": ("top", "join", "update", "query", "visits", "writes"),
    "ordered": (
        "before",
        "tall",
        "branch",
        "rotated_right",
        "rotated_left",
        "leaning_out",
        "leaning_in",
        "balanced_branch",
        "insert",
        "least",
        "without_least",
        "delete",
        "query",
        "visits",
    ),
    "firing": ("touched", "fires", "moved", "stepped", "step", "live", "output", "added"),
}
"""The functions that are broken: what runs, not what says what is right."""

LONG = 240
"""So many characters of a candidate are told."""

SECONDS = 5.0
"""For one question."""

OTHER_COMPARISONS: dict[type[ast.cmpop], Sequence[type[ast.cmpop]]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One change of one function: what stood there, and what stands there now."""

    area: str
    function: str
    change: str
    source: str

    @property
    def name(self) -> str:
        """Unique, as long as the function is what it is."""
        return f"{self.area}.{self.function}: {self.change}"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a variant: the question that refused it, or none, and a counterexample.

    Without one, `candidate` is what the solver took for it, at which the theorem is true when it is
    run; and `differs` a call at which the function does not give what the right one gives, empty if
    none was found.
    """

    variant: Variant
    refused_by: str | None
    counterexample: Counterexample | None = None
    candidate: str = ""
    differs: str | None = None

    @property
    def undecided(self) -> bool:
        """No answer came in time, nor a counterexample: not proved, and not refuted."""
        return (self.refused_by or "").endswith("(unknown)") and self.counterexample is None

    @property
    def told(self) -> str:
        """Why it is not proved, in words."""
        if self.counterexample is not None:
            return f"counterexample: {self.counterexample.told}"
        found = "no counterexample found"
        if self.undecided:
            found = f"undecided, and {found}"
        elif self.candidate:
            short = shorten(self.candidate, LONG, placeholder=" …")
            found = f"{found}; the solver's candidate was {short}"
        elif (self.refused_by or "").startswith("the reader"):
            found = f"{found}; the reader refused it"
        if self.differs is None:
            return found
        if self.differs:
            return f"{found}; no theorem was found false, though it differs at {self.differs}"
        return f"{found}; wherever it was tried, it gives what the right function gives"


def variants(area: str) -> Iterator[Variant]:
    """Every change of every operation of an area."""
    whole = ast.parse(getsource(import_module(f"reference.specification.{area}")))
    seen: set[str] = set()
    for function in whole.body:
        if isinstance(function, ast.FunctionDef) and function.name in OPERATIONS[area]:
            for node in ast.walk(function):
                for change in changes(node):
                    found = _variant(area, whole, function.name, node, change)
                    if found.name not in seen:
                        seen.add(found.name)
                        yield found


Change = Callable[[ast.AST], ast.AST | None]
"""Changes a copy of a node in place, or gives another to stand there."""


def changes(node: ast.AST) -> Iterator[Change]:
    """How this node can be broken."""
    match node:
        case ast.Compare(_, [operator], _):
            for other in OTHER_COMPARISONS.get(type(operator), ()):
                yield partial(_set, "ops", [other()])
        case ast.BoolOp(ast.And(), _):
            yield partial(_set, "op", ast.Or())
        case ast.BoolOp(ast.Or(), _):
            yield partial(_set, "op", ast.And())
        case ast.Call(ast.Name("max"), _, _):
            yield partial(_set, "func", ast.Name("min", ast.Load()))
        case ast.Call(ast.Name(), [first, second, *rest], _) if not same(first, second):
            yield partial(_set, "args", [second, first, *rest])
        case ast.BinOp(_, ast.Add(), _):
            yield partial(_part, "left")
            yield partial(_part, "right")
        case ast.Constant(int(value)) if not isinstance(value, bool):
            yield partial(_set, "value", value + 1)
        case ast.IfExp(test, _, _) | ast.If(test, _, _):
            yield partial(_set, "test", ast.UnaryOp(ast.Not(), copy.deepcopy(test)))
        case ast.UnaryOp(ast.USub(), _):
            yield partial(_part, "operand")
        case _:
            pass


def same(one: ast.AST, other: ast.AST) -> bool:
    """Written alike."""
    return ast.dump(one) == ast.dump(other)


def _part(name: str, node: ast.AST) -> ast.AST | None:
    """A part of the node in its place."""
    part = getattr(node, name)
    return part if isinstance(part, ast.AST) else None


def _set(name: str, value: object, node: ast.AST) -> None:
    """Another part in the node."""
    setattr(node, name, value)


def _variant(area: str, whole: ast.Module, function: str, node: ast.AST, change: Change) -> Variant:
    """The module's source with this node changed."""
    place = next(k for k, found in enumerate(ast.walk(whole)) if found is node)
    changed = copy.deepcopy(whole)
    copied = list(ast.walk(changed))[place]
    before = ast.unparse(copied).splitlines()[0]
    other = change(copied)
    if other is not None:
        _Replaced(copied, other).visit(changed)
        copied = other
    source = ast.unparse(ast.fix_missing_locations(changed))
    line = getattr(node, "lineno", 0)
    told = f"{before}  →  {ast.unparse(copied).splitlines()[0]}"
    return Variant(area, function, f"{told}  (line {line})", source)


class _Replaced(ast.NodeTransformer):
    """One node in place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """The new node where the old one stood."""
        return self._new if node is self._old else self.generic_visit(node)


def fate(variant: Variant) -> Fate:
    """The first question that is not answered as it was for the right function."""
    names = (f"reference.specification.{variant.area}", f"proofs.theorems.{variant.area}")
    right, theorems = map(import_module, names)
    known, answered = lawful(right), _right_questions(variant.area)
    try:
        broken = _module(names[0], variant.source)
        stated = theorems_in(_module(names[1], getsource(theorems)))
        refusal = _refusal(stated, answered)
        if refusal is None:
            return Fate(variant, None)
        drawing = Drawing(all_carried(known, vars(broken)))
        return _shown(variant, refusal, stated, drawing, (right, broken))
    finally:
        sys.modules.update(zip(names, (right, theorems), strict=True))


@dataclass(frozen=True, slots=True)
class _Refusal:
    """By which question, of which theorem, and the values that the solver gave, if any."""

    by: str
    theorem: Theorem
    candidate: Values | None


@cache
def _right_questions(area: str) -> frozenset[str]:
    """What is asked about the functions as they are: the answer is `unsat`, so says `prove`."""
    prover = Prover()
    for module in ("numbers", area):
        for theorem in theorems_in(import_module(f"proofs.theorems.{module}")):
            prover.state(theorem)
    return frozenset(question.text for question in prover.questions)


def _refusal(stated: Sequence[Theorem], answered: frozenset[str]) -> _Refusal | None:
    """By the first question that is a new one, and is not answered `unsat`."""
    prover = Prover()
    for theorem in theorems_in(import_module("proofs.theorems.numbers")):
        prover.state(theorem)
    known = len(prover.questions)
    for theorem in stated:
        try:
            prover.state(theorem)
        except (NotTerminating, SortsDiffer, Unreadable) as error:
            return _Refusal(f"the reader: {type(error).__name__}", theorem, None)
        for question in prover.questions[known:]:
            if question.text in answered:
                continue
            asked_at = prover.asked_at.get(question, {})
            answer, model = model_of_z3(question.text, SECONDS, variables_of(asked_at))
            if answer != "unsat":
                found = candidate(theorem, asked_at, model) if answer == "sat" else None
                return _Refusal(f"{question.obligation} ({answer})", theorem, found or None)
        known = len(prover.questions)
    return None


def _shown(
    variant: Variant,
    refusal: _Refusal,
    stated: Sequence[Theorem],
    drawing: Drawing,
    modules: tuple[ModuleType, ModuleType],
) -> Fate:
    """Why it is refused: those before the theorem that refused it are still proved."""
    right, broken = (getattr(module, variant.function) for module in modules)
    left = about(stated[stated.index(refusal.theorem) :], broken)
    found = counterexample(refusal.theorem, refusal.candidate, left, drawing)
    if found is not None:
        return Fate(variant, refusal.by, found)
    told = refusal.candidate and called(refusal.theorem.name, in_python(refusal.candidate))
    return Fate(variant, refusal.by, None, told or "", difference(broken, right, drawing))


def _module(name: str, source: str) -> ModuleType:
    """A module of this source, in the place of the one of this name."""
    path = f"<variant of {name}>"
    linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
    module = ModuleType(name)
    module.__file__ = path
    sys.modules[name] = module
    exec(compile(source, path, "exec"), vars(module))
    return module


def fates(areas: Sequence[str], processes: int) -> Iterator[Fate]:
    """What becomes of every variant of these areas."""
    found = [variant for area in areas for variant in variants(area)]
    with closing(do_locally(found, fate, processes, lambda: False)) as came:
        for index, what in came:
            yield what or Fate(found[index], "its process, which died (unknown)")
