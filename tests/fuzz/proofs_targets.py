"""Parsers of the proofs: the ledger, results of an audit, Python's source."""

import inspect
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType

from proofs.audit.report.page import page
from proofs.evidence.chart import Chart, Curve
from proofs.evidence.digest import code_digest
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade
from proofs.evidence.results import Found, Result, Results, Trouble, read
from proofs.ledger import paper_map
from proofs.ledger.claim import LEDGER, Verdict, decoded, ledger
from proofs.ledger.paper_map import markdown_map
from proofs.smt.reader import Reader
from proofs.smt.smtlib import question
from reference.errors import FiringtreeError
from reference.specification import firing, ordered, tournament
from tests.fuzz.json_mutants import altered_json
from tests.fuzz.source_mutants import altered_source, functions_in
from tests.fuzz.target import Target, written
from tests.fuzz.text_mutants import NUMBERS, STRANGE, altered_lines

CLAIMS = 3
"""How many are in a short ledger, and in a page."""

# ---- the ledger ----------------------------------------------------------------------------------


def read_ledger(folder: Path, content: bytes) -> None:
    """As every command does that knows claims."""
    del folder
    book = decoded(content)
    book.chosen([claim.id for claim in book.claim], book.areas)


def ledger_seeds(folder: Path) -> Sequence[bytes]:
    """Its sources and a few claims of each kind."""
    del folder
    head, *claims = LEDGER.read_text(encoding="utf-8").split("[[claim]]")
    return ["[[claim]]".join([head, *claims[k :: len(claims) // CLAIMS]]).encode() for k in (0, 5)]


def read_map(folder: Path, content: bytes) -> None:
    """As `firingtree claims` does, to the last line of its table."""
    del folder
    "\n".join(markdown_map(ledger(), paper_map.decoded(content))).encode()


def map_seeds(folder: Path) -> Sequence[bytes]:
    """A few parts."""
    del folder
    head, *parts = paper_map.PAPER_MAP.read_text(encoding="utf-8").split("[[part]]")
    return ["[[part]]".join([head, *parts[:CLAIMS]]).encode()]


def altered_ledger(content: bytes, random: Random) -> bytes:
    """A line altered."""
    return altered_lines(content, random, (*TOML, *NUMBERS, *STRANGE))


TOML = (
    "[[claim]]",
    "[[part]]",
    "code",
    "claims",
    "[claim]",
    "[[source]]",
    "=",
    '"',
    '"""',
    "'''",
    "\\u0000",
    "\\ud800",
    "#",
    "[",
    "]",
    "{",
    "}",
    "a.b.c",
    "1979-05-27",
    "07:32:00",
    "0xff",
    "$",
    "[" * 9000,
    "[" * 9000 + "]" * 9000,
    "x" + ".x" * 9000 + " = 1",
    "{x=" * 2000,
    "verdict",
    '"OPEN"',
    '"CONDITIONAL"',
    "id",
    "tried",
)
"""What means something in a ledger."""


# ---- an audit's results --------------------------------------------------------------------------


def read_results(folder: Path, content: bytes) -> None:
    """As an audit does that goes on, to the last line of its page."""
    found = read(written(folder, "audit.json", content), Effort.QUICK)
    found.encoded()
    page(ledger(), ledger().claim[:CLAIMS], found)


def results_seeds(folder: Path) -> Sequence[bytes]:
    """Results that were made up."""
    del folder
    curves = [
        Curve("$m$", [1.0, 2.0, 4.0], [1.0, 3.0, 9.0]),
        Curve(
            "interval",
            [1.0, 2.0, 4.0],
            [1.0, 3.0, 9.0],
            "points",
            [0.5, 2.0, 8.0],
            [2.0, 4.0, 10.0],
        ),
        Curve("band", [1.0, 4.0], [2.0, 9.0], "band", [1.0, 8.0]),
    ]
    chart = Chart(
        title="t", x="$m$", y="cost", curves=curves, x_scale="log2", y_scale="log", caption="c"
    )
    fact = Fact("It is so that $a < b$.", Grade.EXACT, {"largest": 3, "share": 0.5, "ratio": "1/3"})
    given: Sequence[Result] = (
        Found(Decision(Verdict.CONFIRMED, [fact], chart)),
        Found(Decision(Verdict.OPEN)),
        Trouble("not-established", "not so", 1),
    )
    ids = [claim.id for claim in ledger().claim[:CLAIMS]]
    results = dict(zip(ids, given, strict=True))
    return [Results(code=code_digest(), effort=Effort.QUICK, results=results).encoded()]


# ---- Python's source -----------------------------------------------------------------------------


MODULES = (tournament, ordered, firing)


@cache
def _known(module: ModuleType) -> Mapping[str, object]:
    """What names mean there, and the types that are written there."""
    found = {name: part for name, part in vars(module).items() if not name.startswith("__")}
    types = {"int": int, "bool": bool, "object": object, "tuple[int, ...]": tuple[int, ...]}
    return {**found, **types, "__builtins__": {"max": max, "min": min, "len": len}}


def read_source(folder: Path, content: bytes) -> None:
    """As `firingtree prove` does, as part of each module; refused, if every one refuses it."""
    del folder
    refusals = list[FiringtreeError]()
    for module in MODULES:
        try:
            _read_into_logic(content.decode(errors="replace"), module)
        except FiringtreeError as error:
            str(error).encode()
            refusals.append(error)
    if len(refusals) == len(MODULES):
        raise refusals[0]


def _read_into_logic(text: str, module: ModuleType) -> None:
    """Every function is read, to the questions that the solvers are asked."""
    try:
        functions = functions_in(text, _known(module))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # no function has such a source
    for function in functions:
        reader = Reader()
        reader.call(function, list(reader.variables(function).values()))
        for one in reader.obligations:
            question(reader.theory.datatypes, one.facts(reader.theory))


def source_seeds(folder: Path) -> Sequence[bytes]:
    """Functions of the specification."""
    del folder
    return [
        inspect.getsource(part).encode()
        for module in (tournament, ordered, firing)
        for part in vars(module).values()
        if inspect.isfunction(part) and part.__module__ == module.__name__
    ]


TARGETS = (
    Target("ledger", read_ledger, ledger_seeds, altered_ledger),
    Target("paper-map", read_map, map_seeds, altered_ledger),
    Target("audit-results", read_results, results_seeds, altered_json),
    Target("source", read_source, source_seeds, altered_source),
)
