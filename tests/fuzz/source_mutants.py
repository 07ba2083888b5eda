"""Functions with parts of their syntax exchanged, and functions made of such a text, never run."""

import ast
import linecache
from collections.abc import Mapping, Sequence
from copy import deepcopy
from random import Random
from types import CodeType, FunctionType

from tests.fuzz.text_mutants import altered_bytes

PARTS = (ast.expr, ast.stmt, ast.pattern)
"""What is exchanged, each for its like."""

TOKENS = (
    "match",
    "case",
    "return",
    "if",
    "else",
    "not",
    "and",
    "or",
    "lambda x: x",
    "(",
    ")",
    ":",
    "\n    ",
    "*",
    "**",
    "//",
    "%",
    "max",
    "len",
    "Fraction",
    "x",
    "()",
    "(1,)",
    "None",
    "1.5",
    "True",
    "f''",
    "while True: pass",
    "decreases: 0",
    "_",
    "x.y",
    "x[0]",
    "x := 1",
    "yield",
    "await x",
    "*rest",
)


def altered_source(content: bytes, random: Random) -> bytes:
    """One part or a few put in the place of others; now and then only the text altered."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return altered_bytes(content, random, TOKENS)
    if not random.randrange(5):
        return altered_bytes(content, random, TOKENS)
    for _ in range(random.choice((1, 1, 2, 4))):
        _exchange(tree, random)
    try:
        return ast.unparse(tree).encode()
    except (ValueError, RecursionError, AttributeError, TypeError, UnicodeEncodeError):
        return altered_bytes(content, random, TOKENS)


def _exchange(tree: ast.Module, random: Random) -> None:
    """A part is replaced by one of its like, or by one within itself, or doubled, or left out."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, PARTS)]
    places = [
        (holder, name, at)
        for holder in ast.walk(tree)
        for name, value in ast.iter_fields(holder)
        for at, part in enumerate(value if isinstance(value, list) else [value])
        if isinstance(part, PARTS)
    ]
    if not places:
        return
    holder, name, at = random.choice(places)
    whole = getattr(holder, name)
    old = whole[at] if isinstance(whole, list) else whole
    kind = next(kind for kind in PARTS if isinstance(old, kind))
    new = random.choice([node for node in nodes if isinstance(node, kind)])
    copied = deepcopy(new)  # or a part might come to hold itself
    if not isinstance(whole, list):
        setattr(holder, name, copied)
    elif random.randrange(4):
        whole[at] = copied
    elif random.randrange(2):
        whole[at:at] = [copied] * random.choice((1, 3, 30))
    else:
        del whole[at]


def functions_in(text: str, known: Mapping[str, object]) -> Sequence[FunctionType]:
    """The functions of a module with this text, in which names mean what they mean in `known`.

    Nothing of the text is run: a function is made of its code, and types are looked up by name.
    """
    name = "<fuzzed>"
    tree, code = ast.parse(text), compile(text, name, "exec", dont_inherit=True)
    lines = [f"{line}\n" for line in text.split("\n")]
    linecache.cache[name] = (len(text), None, lines, name)
    found = dict(known)
    made = [each for each in code.co_consts if isinstance(each, CodeType)]
    defined = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    functions = []
    for each in defined:
        codes = [one for one in made if one.co_name == each.name and not one.co_freevars]
        if codes:
            function = FunctionType(codes[0], found)
            function.__annotations__ = _types(each, known)
            found[each.name] = function
            functions.append(function)
    return functions


def _types(tree: ast.FunctionDef, known: Mapping[str, object]) -> dict[str, object]:
    """The types of parameters and result, as far as they are names of known types."""
    hints = {one.arg: one.annotation for one in tree.args.args} | {"return": tree.returns}
    texts = {name: ast.unparse(hint) for name, hint in hints.items() if hint is not None}
    return {name: known[text] for name, text in texts.items() if text in known}
