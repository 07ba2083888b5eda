"""The small changes of a source file: one operator, number, name, branch or statement each.

What an operator, a number or a name may become, mutmut says. Left out of its list is what mypy,
strict here, refuses before any test runs: arguments and values that become None, and arguments
that are left out. Added is what it lacks: a call or a `raise` that is left out, a condition turned
round, a case that is never taken, `max` for `min` and `any` for `all`. Unlike mutmut, decorated
functions (every property is one) and constants are changed too. Annotations, decorators, imports,
docstrings, texts in words, the `strict` of a `zip` and a last case that is for mypy are not.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation import mutators

Operator = Callable[[Any], Iterable[cst.CSTNode]]
OPERATORS: Mapping[type[cst.CSTNode], Sequence[Operator]] = {
    cst.Integer: [mutators.operator_number],
    cst.Float: [mutators.operator_number],
    cst.SimpleString: [mutators.operator_string],
    cst.Name: [mutators.operator_name],
    cst.AugAssign: [mutators.operator_augmented_assignment, mutators.operator_swap_op],
    cst.UnaryOperation: [mutators.operator_remove_unary_ops, mutators.operator_swap_op],
    cst.BinaryOperation: [mutators.operator_swap_op],
    cst.BooleanOperation: [mutators.operator_swap_op],
    cst.ComparisonTarget: [mutators.operator_swap_op],
    cst.IfExp: [mutators.operator_if_exp],
    cst.Lambda: [mutators.operator_lambda],
    cst.Call: [
        mutators.operator_symmetric_string_methods_swap,
        mutators.operator_unsymmetrical_string_methods_swap,
    ],
    cst.Is: [mutators.operator_keywords],
    cst.IsNot: [mutators.operator_keywords],
    cst.In: [mutators.operator_keywords],
    cst.NotIn: [mutators.operator_keywords],
    cst.Break: [mutators.operator_keywords],
    cst.Continue: [mutators.operator_keywords],
}
OPPOSITES = {"max": "min", "min": "max", "any": "all", "all": "any"}
PLAIN_CONDITIONS = (cst.Name, cst.Attribute, cst.Subscript, cst.Call)

UNTOUCHED = {cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom}
WITH_BODY = (
    cst.If,
    cst.While,
    cst.For,
    cst.With,
    cst.MatchCase,
    cst.ExceptHandler,
    cst.FunctionDef,
    cst.ClassDef,
)
STATEMENTS = (cst.SimpleStatementLine, *WITH_BODY)
SEEN = {*OPERATORS, *UNTOUCHED, *STATEMENTS, cst.CompIf, cst.Arg}
"""Nothing is to be done with the other nodes, which are most."""

TYPE_MAKERS = {"TypeVar", "NewType", "ParamSpec"}


@dataclass(frozen=True, slots=True)
class Identity:
    """Which change it is, whatever else happens to the file: lines, and what becomes of them."""

    file: str
    where: str
    line: str
    becomes: str
    nth: int = 1

    def __str__(self) -> str:
        again = f" ({self.nth})" if self.nth > 1 else ""
        return f"{self.file} {self.where}: {self.line!r} becomes {self.becomes!r}{again}"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with one change: the whole text, and the lines of the statement that is changed.

    Of a statement with a body these are the lines above it.
    """

    identity: Identity
    text: str
    lines: range
    in_function: bool
    moves_lines: bool


def mutants(root: Path, file: str) -> list[Mutant]:
    """Every change of this file, in the order of the source; no two have the same identity."""
    source = (root / file).read_text(encoding="utf-8")
    changes = _Changes(source)
    MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True).visit(changes)
    seen: Counter[tuple[str, str, str]] = Counter()
    found: list[Mutant] = []
    for change in changes.found:
        line, becomes = _changed_lines(source, change.text)
        key = (change.where, line, becomes)
        seen[key] += 1
        identity = Identity(file, change.where, line, becomes, seen[key])
        moves = change.text.count("\n") != source.count("\n")
        found.append(Mutant(identity, change.text, change.lines, change.in_function, moves))
    return found


@dataclass(frozen=True, slots=True)
class _Change:
    where: str
    text: str
    lines: range
    in_function: bool


class _Changes(cst.CSTVisitor):
    """Walks over a module and keeps every change of it."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[_Change] = []
        self._source = source
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._path: list[str] = []
        self._functions = 0
        self._statements: list[range] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if type(node) not in SEEN:
            return True
        if type(node) in UNTOUCHED or self._is_declaration(node):
            return False
        if _is_prose(node) or _is_guard(node):
            return False
        if isinstance(node, STATEMENTS):
            self._statements.append(self._lines(node))
        if _is_last_resort(node):
            return False
        for old, new in _instead_of(node):
            self._keep(old, new)
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._path.append(node.name.value)
            self._functions += isinstance(node, cst.FunctionDef)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if type(original_node) not in SEEN:
            return
        if isinstance(original_node, STATEMENTS):
            self._statements.pop()
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._path.pop()
            self._functions -= isinstance(original_node, cst.FunctionDef)

    def _lines(self, statement: cst.CSTNode) -> range:
        """All its lines, or those above its body: it is there that Python says where it is."""
        at = self._at(statement)
        if not isinstance(statement, WITH_BODY):
            return range(at.start.line, at.end.line + 1)
        first = self._at(statement.body.body[0]).start.line
        return range(at.start.line, max(first, at.start.line + 1))

    def _at(self, node: cst.CSTNode) -> CodeRange:
        at = self.get_metadata(PositionProvider, node)
        assert isinstance(at, CodeRange)
        return at

    def _is_declaration(self, node: cst.CSTNode) -> bool:
        """Outside functions: names of types, and texts, which are tables of data."""
        if self._functions:
            return False
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
            return node.func.value in TYPE_MAKERS
        return isinstance(node, cst.SimpleString)

    def _keep(self, node: cst.CSTNode, new: str) -> None:
        at = self._at(node)
        start = self._starts[at.start.line - 1] + at.start.column
        end = self._starts[at.end.line - 1] + at.end.column
        old = self._source[start:end]
        lead = old[: len(old) - len(old.lstrip())]
        trail = old[len(old.rstrip()) :]
        text = self._source[:start] + lead + new + trail + self._source[end:]
        lines = self._statements[-1] if self._statements else range(at.start.line, at.end.line + 1)
        where = ".".join(self._path) or "(module)"
        self.found.append(_Change(where, text, lines, self._functions > 0))


def _is_prose(node: cst.CSTNode) -> bool:
    """A docstring, or a text of several words: what is said to people."""
    return isinstance(node, cst.SimpleString) and (
        " " in node.value or node.value.startswith(('"""', "'''"))
    )


def _is_guard(node: cst.CSTNode) -> bool:
    """`strict=True`, which only a mistake elsewhere would meet."""
    return isinstance(node, cst.Arg) and node.keyword is not None and node.keyword.value == "strict"


def _is_last_resort(node: cst.CSTNode) -> bool:
    """`case _:` that does nothing, or that types say is never taken."""
    if not isinstance(node, cst.MatchCase) or _written(node.pattern) != "_":
        return False
    return re.fullmatch(r"pass|assert_never\(\w+\)", _written(node.body)) is not None


def _instead_of(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, str]]:
    """Parts of this node, and a text that may stand where the part stands."""
    match node:
        case cst.SimpleStatementLine() if _is_left_out(node.body):
            yield node, "pass"
        case cst.If() | cst.While() | cst.CompIf() if isinstance(node.test, PLAIN_CONDITIONS):
            yield node.test, f"not {_written(node.test)}"
        case cst.MatchCase(guard=None):
            yield node.pattern, f"{_written(node.pattern)} if False"
        case cst.Name() if node.value in OPPOSITES:
            yield node, OPPOSITES[node.value]
    for changed in OPERATORS.get(type(node), ()):
        for new in list(changed(node))[: 1 if isinstance(node, cst.SimpleString) else None]:
            yield node, _written(new, inside=node)


def _is_left_out(body: Sequence[cst.BaseSmallStatement]) -> bool:
    """A call for its effect alone, or a `raise`."""
    if len(body) != 1:
        return False
    only = body[0]
    return isinstance(only, cst.Raise) or (
        isinstance(only, cst.Expr) and isinstance(only.value, cst.Call)
    )


def _written(node: cst.CSTNode, inside: cst.CSTNode | None = None) -> str:
    """A node's text, without its parentheses if they are there already."""
    if getattr(inside, "lpar", ()) and getattr(node, "lpar", ()):
        node = node.with_changes(lpar=(), rpar=())
    return cst.Module([]).code_for_node(node).strip()


def _changed_lines(old: str, new: str) -> tuple[str, str]:
    """The lines that differ, without what is the same before and after them, and unindented."""
    before, after = old.splitlines(), new.splitlines()
    shortest = min(len(before), len(after))
    head = 0
    while head < shortest and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shortest - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return _unindented(before[head : len(before) - tail]), _unindented(
        after[head : len(after) - tail]
    )


def _unindented(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines)
