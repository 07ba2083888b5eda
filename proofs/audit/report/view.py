"""What the page shows of each claim, typeset and drawn, so that the template only places it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from proofs.audit.report.charts import NotDrawn, picture
from proofs.audit.report.legend import Look, Numbers, looks, numbers, swatch
from proofs.audit.report.mathml import NotLatex
from proofs.audit.report.numbers_in_words import figure
from proofs.audit.report.standing import Standing, standing
from proofs.audit.report.typesetting import typeset
from proofs.evidence.audit_errors import CheckBroke
from proofs.evidence.chart import Chart, Curve
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade
from proofs.evidence.results import Found, Results
from proofs.ledger.claim import Claim, Ledger, Source, Verdict
from proofs.ledger.ledger_errors import LedgerDamaged

NOTHING = Decision(Verdict.OPEN)
"""What is known before anything is found."""

THEOREM = "theorem"
"""The figure that names a theorem."""


@dataclass(frozen=True, slots=True)
class FactShown:
    """A fact: its sentence, the theorem that it is, if it is one, and its figures by name."""

    grade: str
    says: Markup
    theorem: Markup
    figures: Sequence[tuple[str, Markup]]


@dataclass(frozen=True, slots=True)
class CurveShown:
    """A line of the legend, and the curve's numbers."""

    name: Markup
    swatch: Markup
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class ChartShown:
    """A chart and what stands beside it."""

    title: Markup
    caption: Markup
    picture: Markup
    curves: Sequence[CurveShown]


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A claim as the page has it."""

    claim: Claim
    standing: Standing
    sources: Sequence[Source]
    statement: Markup
    assumptions: Sequence[Markup]
    condition: Markup
    tried: Markup
    because: Markup
    facts: Sequence[FactShown]
    chart: ChartShown | None
    command: str


def shown(claim: Claim, book: Ledger, results: Results, linked: Collection[str]) -> ClaimShown:
    """The claim with what was found of it; ids of `linked` claims are links.

    Errors: `ledger-damaged` if the ledger's text cannot be typeset, `check-broke` if a fact or a
    chart cannot be shown.
    """
    result = results.results.get(claim.id)
    others = [id_ for id_ in linked if id_ != claim.id]
    told = _ledger_text(claim, others)
    decision = result.decision if isinstance(result, Found) else NOTHING
    facts, chart = evidence(claim.id, decision, others)
    return ClaimShown(
        claim=claim,
        standing=standing(claim, result),
        sources=[source for source in book.source if source.letter in claim.sources],
        statement=told(claim.statement),
        assumptions=[told(assumption) for assumption in claim.assumptions],
        condition=told(claim.condition),
        tried=told(claim.tried),
        because=told(claim.because),
        facts=facts,
        chart=chart,
        command=command(claim.id, results.effort),
    )


def command(claim: str, effort: Effort) -> str:
    """What finds this result again."""
    return f"firingtree audit {claim}" + ("" if effort is Effort.FULL else f" --{effort.value}")


def _ledger_text(claim: Claim, linked: Collection[str]) -> Callable[[str], Markup]:
    def told(text: str) -> Markup:
        try:
            return typeset(text, linked)
        except NotLatex as error:
            raise LedgerDamaged(f"{claim.id}: {error.message}") from error

    return told


def evidence(
    claim: str, decision: Decision, linked: Collection[str] = ()
) -> tuple[Sequence[FactShown], ChartShown | None]:
    """The facts typeset, and the chart drawn. Errors: `check-broke` if that cannot be done."""
    try:
        facts = [_fact(fact, linked) for fact in decision.facts]
        return facts, _chart(decision.chart, claim) if decision.chart else None
    except (NotLatex, NotDrawn) as error:
        raise CheckBroke(claim, error.message) from error


def _fact(fact: Fact, linked: Collection[str]) -> FactShown:
    theorem = str(fact.figures.get(THEOREM, "")) if fact.grade is Grade.THEOREM else ""
    figures = [
        (name.replace("_", " "), _breakable(figure(value)))
        for name, value in fact.figures.items()
        if not theorem or name != THEOREM
    ]
    says = typeset(fact.says, linked)
    return FactShown(fact.grade.value, says, _breakable(theorem), figures)


def _breakable(text: str) -> Markup:
    """It may be broken after its underscores, as names of theorems have to be on a phone."""
    return Markup("_<wbr>").join(text.split("_"))


def _chart(chart: Chart, claim: str) -> ChartShown:
    drawn = picture(chart, f"chart/{claim}")
    lines = zip(chart.curves, looks(chart.curves), strict=True)
    curves = [_curve(curve, look) for curve, look in lines]
    return ChartShown(typeset(chart.title), typeset(chart.caption), drawn, curves)


def _curve(curve: Curve, look: Look) -> CurveShown:
    return CurveShown(typeset(curve.name), swatch(curve.kind, look), numbers(curve))
