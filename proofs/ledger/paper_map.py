"""Where each part of the paper stands: in which files, and in which claims.

The map is written by hand (`paper_map.toml`), in the paper's order; what it says of a claim's
sources is the ledger's.
"""

import os.path
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec

from proofs.ledger.claim import Claim, Ledger
from proofs.ledger.ledger_errors import PaperMapDamaged
from proofs.ledger.toml_text import decoded_toml

PAPER_MAP = Path(__file__).with_name("paper_map.toml")
FOLDER = "reference"
"""Where the table stands: links are relative to it."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the paper: the code, each entry `path` or `path: name, name`, and the claims."""

    paper: str
    code: Sequence[str]
    claims: Sequence[str]

    def places(self) -> Iterator[tuple[str, list[str]]]:
        """Each file with the names in it."""
        for entry in self.code:
            path, _, names = entry.partition(": ")
            yield path, names.split(", ") if names else []


class PaperMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All parts, in the paper's order."""

    part: Sequence[Part]


@cache
def paper_map() -> PaperMap:
    """The map of this version. Errors: `paper-map-damaged`."""
    return decoded(PAPER_MAP.read_bytes())


def decoded(content: bytes) -> PaperMap:
    """The map in this TOML. Errors: `paper-map-damaged`."""
    try:
        found = decoded_toml(content, PaperMap)
    except ValueError as error:
        raise PaperMapDamaged(str(error)) from error
    for part in found.part:
        if not all(path for path, _ in part.places()):
            raise PaperMapDamaged(f"{part.paper}: an entry of its code names no file")
    return found


def markdown_map(book: Ledger, drawn: PaperMap) -> list[str]:
    """The lines of a table, and what the letters of its sources mean.

    Errors: `claim-unknown` for a claim that the ledger does not hold.
    """
    lines = ["| in the paper | in the code | claims, with their sources |", "|---|---|---|"]
    for part in drawn.part:
        code = "; ".join(_linked(path, names) for path, names in part.places())
        claims = ", ".join(_sourced(claim) for claim in book.chosen(part.claims, []))
        lines.append(f"| {part.paper} | {code} | {claims} |")
    letters = [f"{source.letter}: {source.name}" for source in book.source]
    return [*lines, "", *(f"* {letter}" for letter in letters)]


def _linked(path: str, names: Sequence[str]) -> str:
    """The file as a link, and the names in it."""
    link = f"[{path.removeprefix(f'{FOLDER}/')}]({os.path.relpath(path, FOLDER)})"
    return f"{link} {', '.join(f'`{name}`' for name in names)}".rstrip()


def _sourced(claim: Claim) -> str:
    return f"`{claim.id}` {claim.sources}"
