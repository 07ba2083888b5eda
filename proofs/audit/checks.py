"""Which function decides which claim.

    @decides("kernel/upper")
    def upper(effort: Effort) -> Decision:
        ...

stands in `proofs/claims/kernel.py`. The rest of this file brings in evidence that has a home of its
own: proofs by sympy that name the claim, theorems proved by both solvers.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import proofs.claims
from proofs.audit.effort import Effort
from proofs.audit.evidence import Decision, Fact, Grade, established
from proofs.ledger.claim import Claim, Ledger
from proofs.ledger.ledger_errors import LedgerOrphans
from proofs.smt.proof_errors import NotProved
from proofs.smt.proving import Proved, proved, theorems_of
from proofs.symbolic.proof import all_proofs

Check = Callable[[Effort], Decision]

DECIDES = "__decides_the_claim__"


def decides(claim: str) -> Callable[[Check], Check]:
    """Marks a function as the check of this claim."""

    def mark(check: Check) -> Check:
        setattr(check, DECIDES, claim)
        return check

    return mark


@cache
def checks() -> Mapping[str, Check]:
    """Every check, by its claim. Errors: `ledger-orphans` if two decide the same."""
    found: dict[str, Check] = {}
    for module in iter_modules(proofs.claims.__path__, "proofs.claims."):
        for value in vars(import_module(module.name)).values():
            claim = getattr(value, DECIDES, None)
            if claim is None or value.__module__ != module.name:
                continue
            if claim in found:
                raise LedgerOrphans([f"two checks decide {claim}"])
            found[claim] = value
    return found


def check_fit(book: Ledger, chosen: Sequence[Claim]) -> None:
    """Each chosen claim has its check, each check and each proof a claim of the ledger.

    Errors: `ledger-orphans`.
    """
    ids = [claim.id for claim in book.claim]
    wrong = [f"no check decides {claim.id}" for claim in chosen if claim.id not in checks()]
    wrong += [f"no claim {id_}, which a check decides" for id_ in checks() if id_ not in ids]
    named = dict.fromkeys(proof.claim for proof in all_proofs())
    wrong += [f"no claim {id_}, which a proof by sympy serves" for id_ in named if id_ not in ids]
    if wrong:
        raise LedgerOrphans(wrong)


def by_sympy(claim: str) -> Sequence[Fact]:
    """What sympy proves for this claim: each proof of `proofs.symbolic` that names it.

    Errors: `not-established`.
    """
    return [
        established(proof.holds(), proof.statement, Grade.SYMBOLIC)
        for proof in all_proofs()
        if proof.claim == claim
    ]


def by_theorems(*names: str) -> Sequence[Fact]:
    """Theorems of one area about running source, `area/name` each, proved by z3 and cvc5.

    Errors: `not-proved`, `solver-missing`, `solvers-disagree`: never a fact then.
    """
    (area,) = {name.partition("/")[0] for name in names}
    by_name = _proved(area)
    for name in names:
        if by_name[name].verdict != "PROVED":
            told = [each.told for each in by_name[name].outcomes if not each.proved]
            raise NotProved(name, "; ".join(told) or "something before it is not proved")
    return [
        Fact(by_name[name].theorem.sentence, Grade.THEOREM, {"theorem": name}) for name in names
    ]


@cache
def _proved(area: str) -> Mapping[str, Proved]:
    """Every theorem of the area, proved once a process."""
    wanted = proved(theorems_of([area]), lambda each: each.name.startswith(f"{area}/"), 1)
    return {each.theorem.name: each for each in wanted}
