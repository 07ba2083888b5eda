"""Ids of claims in prose and code, and those that no claim has."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from proofs.ledger.claim import Ledger

ENDINGS = (".py", ".md", ".toml", ".jinja")


def strangers(text: str, book: Ledger) -> Sequence[str]:
    """What looks like an id of one of the ledger's areas and is none.

    >>> from proofs.ledger.claim import ledger
    >>> len(strangers("claim model/gram, not model/" + "gramm; the path a/cost/more", ledger()))
    1
    """
    known = {claim.id for claim in book.claim}
    looks = re.compile(rf"(?<![\w/.-])(?:{'|'.join(book.areas)})/[a-z0-9][a-z0-9-]*+(?!\w|/|\.\w)")
    return [found for found in looks.findall(text) if found not in known]


def strangers_in(root: Path, book: Ledger) -> Iterator[tuple[Path, str]]:
    """Each file below with each stranger in it."""
    for path in sorted(root.rglob("*")):
        if path.suffix in ENDINGS and not any(part.startswith(".") for part in path.parts):
            for found in strangers(path.read_text(encoding="utf-8"), book):
                yield path, found
