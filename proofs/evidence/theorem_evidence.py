"""Theorems as evidence: proved once an audit, for all checks that rest on them."""

from collections.abc import Generator, Iterable, Sequence

from proofs.evidence.evidence import Fact, Grade
from proofs.smt.proof_errors import NotDecided, NotProved
from proofs.smt.proving import AREAS, Proved, proved, theorems_of
from proofs.smt.theorem import Theorem

Evidence = Fact | NotProved | NotDecided
"""A theorem as a fact, or why it is none."""


def theorems_before(names: Iterable[str]) -> list[Theorem]:
    """These theorems, and all that they may use: those of their areas and of the areas before."""
    last = max((AREAS.index(name.partition("/")[0]) for name in names), default=-1)
    return theorems_of(AREAS[: last + 1])


def proving(
    theorems: Sequence[Theorem], processes: int
) -> Generator[tuple[str, Evidence], None, None]:
    """What the solvers make of these theorems, each by its name, as they come.

    One that fails takes all that come after it with it: they may use it. Errors: `solver-missing`,
    `solvers-disagree`, those of reading.
    """
    for one in proved(theorems, lambda _: True, processes):
        yield one.theorem.name, _evidence(one)


def _evidence(one: Proved) -> Evidence:
    """The theorem as a fact, only if it is proved."""
    name = one.theorem.name
    if one.verdict == "PROVED":
        return Fact(one.theorem.sentence, Grade.THEOREM, {"theorem": name})
    told = [outcome.told for outcome in one.outcomes if not outcome.proved]
    why = "; ".join(told) or f"{one.missing}, before it, is not proved"
    return NotDecided(name, why) if one.verdict == "UNDECIDED" else NotProved(name, why)
