"""The checks of all claims, found where they stand: none without claim, no claim without one."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import proofs.claims
from proofs.evidence.checks import DECIDES, Check
from proofs.ledger.claim import Claim, Ledger
from proofs.ledger.ledger_errors import LedgerOrphans
from proofs.smt.proving import AREAS, theorems_of
from proofs.symbolic.proof import all_proofs


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
