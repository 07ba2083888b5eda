"""Theorems as evidence: proved once an audit, for all checks that rest on them."""

from collections.abc import Iterable, Mapping

from proofs.audit.evidence import Fact, Grade
from proofs.smt.proof_errors import NotProved
from proofs.smt.proving import AREAS, Proved, proved, theorems_of


def proved_for(names: Iterable[str], processes: int) -> Mapping[str, Fact | NotProved]:
    """What the solvers make of these theorems, and of all before them, which they may use.

    Whole areas are proved, from the first to the last that is named: a lemma that fails takes all
    that come after it with it. Errors: `solver-missing`, `solvers-disagree`, those of reading.
    """
    areas = {name.partition("/")[0] for name in names}
    if not areas:
        return {}
    last = max(AREAS.index(area) for area in areas)
    every = proved(theorems_of(AREAS[: last + 1]), lambda _: True, processes)
    return {one.theorem.name: _evidence(one) for one in every}


def _evidence(one: Proved) -> Fact | NotProved:
    """The theorem as a fact, only if it is proved."""
    name = one.theorem.name
    if one.verdict == "PROVED":
        return Fact(one.theorem.sentence, Grade.THEOREM, {"theorem": name})
    told = [outcome.told for outcome in one.outcomes if not outcome.proved]
    undecided = one.verdict == "UNDECIDED"
    return NotProved(name, "; ".join(told) or "something before it is not proved", undecided)
