"""What a check gives: facts it has established, and the verdict they come to.

    Fact        a sentence that was seen to be true, by which grade of evidence, with its figures
    Decision    a verdict with its facts, and at most one chart

A check that cannot establish a fact raises `NotEstablished`: there is no fact that is false.
"""

from collections.abc import Mapping, Sequence
from enum import Enum

import msgspec

from proofs.evidence.audit_errors import EvidenceTooWeak, NotEstablished
from proofs.evidence.chart import Chart
from proofs.ledger.claim import Verdict

Figure = int | float | str
"""What a figure may be; a rational is written as text."""


class Grade(Enum):
    """How a fact was established, the strongest first."""

    THEOREM = "theorem"
    SYMBOLIC = "symbolic"
    EXHAUSTIVE = "exhaustive"
    EXACT = "exact"
    SAMPLED = "sampled"
    MEASURED = "measured"


GRADES: Mapping[Grade, str] = {
    Grade.THEOREM: "about the functions that run, for all sizes, by z3 and cvc5",
    Grade.SYMBOLIC: "for all sizes, by sympy, or by z3 and cvc5 over the reals",
    Grade.EXHAUSTIVE: "every instance up to a stated size",
    Grade.EXACT: "stated instances, in exact arithmetic or with proven error bounds",
    Grade.SAMPLED: "drawn instances, each compared exactly or within proven bounds",
    Grade.MEASURED: "counted or drawn, with intervals at a stated level",
}
"""Each grade in words."""

FOR_ALL_SIZES = (Grade.THEOREM, Grade.SYMBOLIC)

NEEDED: Mapping[Verdict, Sequence[Grade]] = {
    Verdict.PROVED: FOR_ALL_SIZES,
    Verdict.EXHAUSTED: (Grade.EXHAUSTIVE,),
    Verdict.CONFIRMED: (Grade.EXHAUSTIVE, Grade.EXACT, Grade.SAMPLED, Grade.MEASURED),
    Verdict.REFUTED: (*FOR_ALL_SIZES, Grade.EXHAUSTIVE, Grade.EXACT, Grade.MEASURED),
    Verdict.CONDITIONAL: tuple(Grade),
    Verdict.VACUOUS: (*FOR_ALL_SIZES, Grade.EXACT),
    Verdict.OPEN: (),
}
"""A verdict needs a fact of one of these grades at least."""


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that was seen to be so. The sentence has mathematics between dollar signs."""

    says: str
    grade: Grade
    figures: Mapping[str, Figure] = {}


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a check has come to."""

    verdict: Verdict
    facts: Sequence[Fact] = ()
    chart: Chart | None = None


def checked(decision: Decision) -> Decision:
    """The decision, if a fact is of a grade that its verdict needs. Errors: `evidence-too-weak`."""
    needed = NEEDED[decision.verdict]
    if needed and not any(fact.grade in needed for fact in decision.facts):
        raise EvidenceTooWeak(decision.verdict.value, [grade.value for grade in needed])
    return decision


def established(holds: bool, says: str, grade: Grade, **figures: Figure) -> Fact:
    """The fact, if it holds. Errors: `not-established`, with the figures."""
    if not holds:
        raise NotEstablished(says, figures)
    return Fact(says, grade, figures)
