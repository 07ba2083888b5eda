"""What an audit has found, claim by claim, and the file that keeps it.

A file belongs to the code and the effort that found it. It holds no time and no place: the same
code finds the same bytes.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal

import msgspec

from proofs.evidence.audit_errors import (
    ResultsBusy,
    ResultsDamaged,
    ResultsOfOtherCode,
    ResultsOfOtherEffort,
)
from proofs.evidence.digest import code_digest
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision
from reference.edges.system.exclusive import alone_at
from reference.edges.system.output_files import write_whole
from reference.edges.system.system_error import why


class Trouble(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="trouble"):
    """Why a check came to no decision: the error's code, message and exit status."""

    code: str
    message: str
    exit_status: int


class Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="decision"):
    """A check's decision."""

    decision: Decision


Result = Found | Trouble


class Results(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Results by claim, with the code and the effort that found them."""

    format: Literal["firingtree audit 1"] = "firingtree audit 1"
    code: str
    effort: Effort
    results: Mapping[str, Result] = {}

    def with_result(self, claim: str, result: Result) -> "Results":
        """The same with one more."""
        return msgspec.structs.replace(self, results={**self.results, claim: result})

    def encoded(self) -> bytes:
        """The file, claims in the order of their ids, each with what it has in its own order."""
        ordered = msgspec.structs.replace(self, results=dict(sorted(self.results.items())))
        return msgspec.json.format(msgspec.json.encode(ordered), indent=1) + b"\n"


class Heading(msgspec.Struct, frozen=True):
    """What a file of results says first."""

    format: Literal["firingtree audit 1"]
    code: str


def nothing_yet(effort: Effort) -> Results:
    """Where an audit by this code begins."""
    return Results(code=code_digest(), effort=effort)


def alone_with(path: Path) -> AbstractContextManager[None]:
    """Within, no other audit keeps its results in this file. Errors: `results-busy`."""
    return alone_at(path, ResultsBusy(str(path)))


def read(path: Path, effort: Effort) -> Results:
    """What the file holds; nothing, if there is none.

    Errors: `results-damaged`, `results-of-other-code`, `results-of-other-effort`.
    """
    if not path.exists():
        return nothing_yet(effort)
    try:
        content = path.read_bytes()
        heading = msgspec.json.decode(content, type=Heading)
        if heading.code != code_digest():
            raise ResultsOfOtherCode(str(path), heading.code, code_digest())
        found = msgspec.json.decode(content, type=Results)
    except OSError as error:
        raise ResultsDamaged(str(path), why(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ResultsDamaged(str(path), str(error)) from error
    if found.effort is not effort:
        raise ResultsOfOtherEffort(str(path), found.effort.value, effort.value)
    return found


def keep(path: Path, results: Results) -> None:
    """The file holds these results. Errors: `output-not-written`."""
    write_whole(path, results.encoded())
