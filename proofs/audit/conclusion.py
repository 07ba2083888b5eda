"""What an audit of the whole ledger establishes, and what it does not, in one paragraph."""

from collections.abc import Sequence

from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Fact, Grade
from proofs.evidence.results import Found, Result


def conclusion(results: Sequence[Result], effort: Effort, theorems: int) -> str:
    """The paragraph, if every verdict was found as the ledger has it."""
    facts = [fact for each in results if isinstance(each, Found) for fact in each.decision.facts]
    drawn = _of(facts, Grade.SAMPLED) + _of(facts, Grade.MEASURED)
    stated = _of(facts, Grade.EXHAUSTIVE) + _of(facts, Grade.EXACT)
    return (
        f"What this establishes: each of {len(results)} checks came to its verdict again. "
        f"{theorems} theorems about the source of reference/specification hold for all sizes, by "
        f"z3 and cvc5, which agreed on each; {_of(facts, Grade.SYMBOLIC)} facts hold for all "
        f"sizes by sympy or both solvers, {stated} on all instances up to a size or on stated "
        f"ones, exactly, and {drawn} on what was drawn or counted at {effort.value} effort, with "
        f"their intervals. What it does not: anything about sizes that a fact does not name; the "
        f"paper's own wording, where a source is marked R; that the solvers, sympy and the "
        f"thousand lines that read Python into logic are right; or that floats stay near real "
        f"numbers, which the invariants and the tests watch."
    )


def _of(facts: Sequence[Fact], grade: Grade) -> int:
    """How many are of this grade."""
    return sum(fact.grade is grade for fact in facts)
