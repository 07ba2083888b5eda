"""A function of Python and its syntax."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import FunctionType
from typing import TypeVar

from proofs.smt.proof_errors import Unreadable

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Source:
    """A function and its syntax."""

    function: FunctionType
    tree: ast.FunctionDef
    hints: Mapping[str, object]

    @property
    def name(self) -> str:
        """As it is called in messages."""
        return f"{self.function.__module__}.{self.function.__name__}"

    @property
    def parameters(self) -> list[str]:
        """Their names."""
        return [argument.arg for argument in self.tree.args.args]

    def hint(self, name: str) -> object:
        """The type of a parameter, or of what it returns. Errors: `unreadable` without one."""
        if name not in self.hints:
            raise Unreadable(self.name, f"no type is told of {name}")
        return self.hints[name]

    def paired(self, arguments: Sequence[T], parameters: Sequence[U]) -> list[tuple[T, U]]:
        """Arguments of a call in it, each with its parameter. Errors: `unreadable`."""
        if len(arguments) != len(parameters):
            found = f"a call with {len(arguments)} arguments of what takes {len(parameters)}"
            raise Unreadable(self.name, found)
        return list(zip(arguments, parameters, strict=True))

    @property
    def recursions(self) -> list[ast.Call]:
        """Its calls of itself."""
        return [node for node in calls(self.tree) if self.called(node) is self.function]

    def called(self, node: ast.Call) -> object:
        """What a call in it calls."""
        if not isinstance(node.func, ast.Name):
            return None
        name = node.func.id
        builtins = {"max": max, "min": min, "len": len, "Fraction": Fraction}
        return self.function.__globals__.get(name, builtins.get(name))

    def refused(self, node: ast.AST) -> Unreadable:
        """The error that this piece of syntax is."""
        try:
            return Unreadable(self.name, ast.unparse(node)[:120])
        except (ValueError, RecursionError):
            return Unreadable(self.name, "numbers too long, or syntax too deep, to be shown")


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """All calls within."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(node: ast.expr) -> str:
    """A name; nothing of any other expression."""
    return node.id if isinstance(node, ast.Name) else ""
