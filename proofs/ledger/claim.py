"""A claim as the ledger holds it, and the ledger as a whole.

A claim's id is `area/slug`; it is never renamed and never given to another claim. Its verdict is
what the audit must find anew each time: a check that finds another one fails the audit.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from pathlib import Path

import msgspec

from proofs.ledger.ledger_errors import ClaimUnknown, LedgerDamaged
from proofs.ledger.toml_text import decoded_toml

LEDGER = Path(__file__).with_name("claims.toml")


class Verdict(Enum):
    """What is known of a claim."""

    PROVED = "PROVED"
    EXHAUSTED = "EXHAUSTED"
    CONFIRMED = "CONFIRMED"
    CONDITIONAL = "CONDITIONAL"
    VACUOUS = "VACUOUS"
    REFUTED = "REFUTED"
    OPEN = "OPEN"


MEANINGS: Mapping[Verdict, str] = {
    Verdict.PROVED: "true for all sizes, by sympy or by two SMT solvers",
    Verdict.EXHAUSTED: "true of all instances up to a stated size",
    Verdict.CONFIRMED: "true of what was drawn or measured, with counts and intervals",
    Verdict.CONDITIONAL: "true under an assumption that the claim does not state",
    Verdict.VACUOUS: "true, but of networks too wide to exist",
    Verdict.REFUTED: "false, with a counterexample",
    Verdict.OPEN: "not decided",
}
"""Each verdict in words."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where claims come from: a letter, what it stands for."""

    letter: str
    name: str


class Claim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry. Text is prose with mathematics between dollar signs, in LaTeX.

    `because` says in words why the verdict is this one; figures come from the check. `condition` is
    what a CONDITIONAL claim needs besides, `tried` what was tried on an OPEN one.
    """

    id: str
    statement: str
    sources: str
    assumptions: Sequence[str] = ()
    verdict: Verdict
    because: str
    condition: str = ""
    tried: str = ""

    @property
    def area(self) -> str:
        """The first half of its id."""
        return self.id.partition("/")[0]


class Ledger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All claims, in the order in which a report tells them."""

    source: Sequence[Source]
    claim: Sequence[Claim]

    @property
    def areas(self) -> Sequence[str]:
        """The areas, in order."""
        return list(dict.fromkeys(claim.area for claim in self.claim))

    def chosen(self, ids: Sequence[str], areas: Sequence[str]) -> Sequence[Claim]:
        """The claims of these ids and of these areas, all if none is named, in the ledger's order.

        Errors: `claim-unknown`, with the ids that are meant perhaps.
        """
        known = {claim.id: claim for claim in self.claim}
        for id_ in ids:
            if id_ not in known:
                raise ClaimUnknown(id_, list(known))
        for area in areas:
            if area not in self.areas:
                raise ClaimUnknown(area, list(self.areas))
        if not ids and not areas:
            return self.claim
        return [claim for claim in self.claim if claim.id in ids or claim.area in areas]


@cache
def ledger() -> Ledger:
    """The ledger of this version. Errors: `ledger-damaged`."""
    return decoded(LEDGER.read_bytes())


def decoded(content: bytes) -> Ledger:
    """The ledger in this TOML. Errors: `ledger-damaged`, with the entry and what is wrong."""
    try:
        found = decoded_toml(content, Ledger)
    except ValueError as error:
        raise LedgerDamaged(str(error)) from error
    _check(found)
    return found


def _check(found: Ledger) -> None:
    """Ids are unique and well-formed, sources known, conditions and attempts where they belong."""
    letters = {source.letter for source in found.source}
    for id_, times in Counter(claim.id for claim in found.claim).items():
        _demand(times == 1, f"{id_} stands {times} times: an id belongs to one claim")
    for claim in found.claim:
        area, _, slug = claim.id.partition("/")
        named = bool(area) and bool(slug) and claim.id == claim.id.lower()
        _demand(named, f"{claim.id!r}: an id is area/slug, in small letters")
        strange = set(claim.sources) - letters
        _demand(not strange and claim.sources != "", f"{claim.id}: sources {claim.sources!r}")
        for text in (claim.statement, claim.because):
            even = text.count("$") % 2 == 0
            _demand(text != "" and even, f"{claim.id}: a text is empty, or a $ has no second")
        for verdict, name in ((Verdict.CONDITIONAL, "condition"), (Verdict.OPEN, "tried")):
            there = getattr(claim, name) != ""
            expected = f"`{name}` belongs to what is {verdict.value}, and to nothing else"
            _demand(there == (claim.verdict is verdict), f"{claim.id}: {expected}")


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise LedgerDamaged(otherwise)
