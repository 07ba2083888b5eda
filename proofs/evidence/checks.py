"""Which function decides which claim, and on which theorems it rests.

    @decides("structure/correct", theorems=("tournament/query_answers_as_a_scan",))
    def correct(effort: Effort) -> Decision:
        ...

stands in `proofs/claims/structure.py`. Its decision is completed by what has a home of its own: the
theorems that it names, proved by both solvers, and every proof by sympy that names its claim. So a
check says only what else there is, and the verdict that all of it comes to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, checked, established
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


def by_sympy(claim: str) -> Sequence[Fact]:
    """What sympy proves for this claim. Errors: `not-established`."""
    return [
        established(proof.holds(), proof.statement, Grade.SYMBOLIC)
        for proof in all_proofs()
        if proof.claim == claim
    ]
