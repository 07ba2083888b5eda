"""What can be wrong with the ledger, or with a request for a claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

from reference.errors import FiringtreeError


@dataclass(eq=False)
class ClaimUnknown(FiringtreeError):
    """No claim, and no area, has this id."""

    asked: str
    known: Sequence[str]
    code: ClassVar[str] = "claim-unknown"

    @property
    def message(self) -> str:
        """What was asked for, and what may have been meant."""
        near = get_close_matches(self.asked, self.known, 3, 0.5)
        meant = f"; did you mean {' or '.join(near)}?" if near else ""
        return f"the ledger has no {self.asked!r}{meant}; `firingtree claims` lists every id"


@dataclass(eq=False)
class LedgerDamaged(FiringtreeError):
    """The file of claims is not of its form."""

    detail: str
    code: ClassVar[str] = "ledger-damaged"

    @property
    def message(self) -> str:
        """What is wrong with it."""
        return f"proofs/ledger/claims.toml: {self.detail}"


@dataclass(eq=False)
class PaperMapDamaged(FiringtreeError):
    """The file that says where the paper's parts stand is not of its form."""

    detail: str
    code: ClassVar[str] = "paper-map-damaged"

    @property
    def message(self) -> str:
        """What is wrong with it."""
        return f"proofs/ledger/paper_map.toml: {self.detail}"


@dataclass(eq=False)
class LedgerOrphans(FiringtreeError):
    """Claims without a check, checks without a claim, ids that no claim has."""

    found: Sequence[str]
    code: ClassVar[str] = "ledger-orphans"

    @property
    def message(self) -> str:
        """Every one."""
        return "the ledger and its checks do not fit: " + "; ".join(self.found)
