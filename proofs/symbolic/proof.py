"""A proof by sympy: a function that returns True if sympy reduces the statement to an identity.

    @proves("structure/init", "a tournament tree of m leaves has 2m − 1 nodes")
    def tournament_nodes() -> bool:
        ...

Its docstring says how. Whatever stands in a module of this package is found, proved by
`firingtree prove`, and evidence in the audit of its claim.

What sympy cannot be trusted with: limits with symbolic exponents (its issue 22893: a wrong value,
silently). Exponents of limits are numeric rationals here; for all exponents at once there are the
solvers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import proofs.symbolic

PROVES = "__proves__"


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim's id, what is proved for it, and the computation that decides it."""

    claim: str
    statement: str
    holds: Callable[[], bool]


def proves(claim: str, statement: str) -> Callable[[Callable[[], bool]], Callable[[], bool]]:
    """Marks a function as the proof of this statement, which serves that claim."""

    def mark(holds: Callable[[], bool]) -> Callable[[], bool]:
        setattr(holds, PROVES, Proof(claim, statement, holds))
        return holds

    return mark


@cache
def all_proofs() -> Sequence[Proof]:
    """Every proof of this package, by module, in the order in which they stand."""
    found: list[Proof] = []
    for module in iter_modules(proofs.symbolic.__path__, "proofs.symbolic."):
        for value in vars(import_module(module.name)).values():
            proof = getattr(value, PROVES, None)
            if isinstance(proof, Proof) and value.__module__ == module.name:
                found.append(proof)
    return found
