"""Which function decides which claim, and on which theorems it rests.

    @decides("structure/correct", theorems=("tournament/query_answers_as_a_scan",))
    def correct(effort: Effort) -> Decision:
        ...

stands in `proofs/claims/structure.py`. Its decision is completed by what has a home of its own: the
theorems that it names, proved by both solvers, and every proof by sympy that names its claim. So a
check says only what else there is, and the verdict that all of it comes to.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import proofs.claims
from proofs.audit.effort import Effort
from proofs.audit.evidence import Decision, Fact, Grade, checked, established
from proofs.ledger.claim import Claim, Ledger
from proofs.ledger.ledger_errors import LedgerOrphans
from proofs.smt.proving import AREAS, theorems_of
from proofs.symbolic.proof import all_proofs

Deciding = Callable[[Effort], Decision]

DECIDES = "__decides_the_claim__"


@dataclass(frozen=True, slots=True)
class Check:
    """A claim, the theorems that its verdict rests on, and the function that decides it."""

    claim: str
    theorems: Sequence[str]
    decide: Deciding

    def decision(self, effort: Effort, theorems: Sequence[Fact]) -> Decision:
        """What it comes to, with its theorems and proofs. Errors: `not-established`, any other."""
        proved = [*theorems, *by_sympy(self.claim)]
        own = self.decide(effort)
        return checked(Decision(own.verdict, [*proved, *own.facts], own.chart))


def decides(claim: str, *, theorems: Sequence[str] = ()) -> Callable[[Deciding], Deciding]:
    """Marks a function as the check of this claim, which rests on these theorems, `area/name`."""

    def mark(decide: Deciding) -> Deciding:
        setattr(decide, DECIDES, Check(claim, tuple(theorems), decide))
        return decide

    return mark


@cache
def checks() -> Mapping[str, Check]:
    """Every check, by its claim. Errors: `ledger-orphans` if two decide the same."""
    found: dict[str, Check] = {}
    for module in iter_modules(proofs.claims.__path__, "proofs.claims."):
        for value in vars(import_module(module.name)).values():
            check = getattr(value, DECIDES, None)
            if not isinstance(check, Check) or value.__module__ != module.name:
                continue
            if check.claim in found:
                raise LedgerOrphans([f"two checks decide {check.claim}"])
            found[check.claim] = check
    return found


def check_fit(book: Ledger, chosen: Sequence[Claim]) -> None:
    """Each chosen claim has its check; whatever checks and proofs name exists.

    Errors: `ledger-orphans`.
    """
    ids = {claim.id for claim in book.claim}
    theorems = {theorem.name for theorem in theorems_of(AREAS)}
    wrong = [f"no check decides {claim.id}" for claim in chosen if claim.id not in checks()]
    wrong += [f"no claim {id_}, which a check decides" for id_ in checks() if id_ not in ids]
    served = dict.fromkeys(proof.claim for proof in all_proofs())
    wrong += [f"no claim {id_}, which a proof by sympy serves" for id_ in served if id_ not in ids]
    for check in checks().values():
        missing = [name for name in check.theorems if name not in theorems]
        wrong += [f"no theorem {name}, on which {check.claim} rests" for name in missing]
    if wrong:
        raise LedgerOrphans(wrong)


def by_sympy(claim: str) -> Sequence[Fact]:
    """What sympy proves for this claim. Errors: `not-established`."""
    return [
        established(proof.holds(), proof.statement, Grade.SYMBOLIC)
        for proof in all_proofs()
        if proof.claim == claim
    ]
