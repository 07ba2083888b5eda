"""Recursion that ends: on proper parts of an argument, or by a measure that decreases."""

import ast

from proofs.smt.proof_errors import Unreadable
from proofs.smt.source import Source, name_of


def measure_of(read: Source) -> ast.expr | None:
    """What the docstring says that decreases. Errors: `unreadable`."""
    for line in (ast.get_docstring(read.tree) or "").splitlines():
        if line.strip().startswith("decreases:"):
            told = line.split(":", 1)[1].strip()
            try:
                return ast.parse(told, mode="eval").body
            except (SyntaxError, ValueError) as error:
                raise Unreadable(read.name, f"decreases: {told[:80]}") from error
    return None


def structural(read: Source) -> bool:
    """Some argument is, at every call of the function itself, a proper part of the parameter.

    A part is what a pattern of a match on the parameter, or on a part of it, has given a name. No
    name of a part or a parameter is ever given to anything else, be it by assignment or by a
    pattern: that refuses the function.
    """
    parts: dict[str, str] = {}
    others: set[str] = set()
    for node in ast.walk(read.tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            others.add(node.id)
        if isinstance(node, ast.Match):
            whole = parts.get(name_of(node.subject), name_of(node.subject))
            for pattern in (case.pattern for case in node.cases):
                within = bound_within(pattern)
                others |= set(names_in(pattern)).difference(within)
                if any(parts.setdefault(name, whole) != whole for name in within):
                    return False
    if parts.keys() & {*others, *read.parameters} or others & set(read.parameters):
        return False
    return any(
        all(
            number < len(node.args) and parts.get(name_of(node.args[number])) == name
            for node in read.recursions
        )
        for number, name in enumerate(read.parameters)
    )


def bound_within(pattern: ast.pattern) -> list[str]:
    """The names that a class pattern gives to parts: a name for the whole is none of a part."""
    if not isinstance(pattern, ast.MatchClass):
        return []
    return [name for part in pattern.patterns for name in names_in(part)]


def names_in(pattern: ast.pattern) -> list[str]:
    """All names that a pattern gives."""
    named = [node.name for node in ast.walk(pattern) if isinstance(node, ast.MatchAs)]
    return [name for name in named if name is not None]
