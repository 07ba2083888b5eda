"""Checks made, several at a time, each result kept as it comes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing

from proofs.audit.all_checks import checks
from proofs.audit.report.view import evidence
from proofs.evidence.audit_errors import CheckBroke
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Fact
from proofs.evidence.results import Found, Result, Trouble
from proofs.evidence.theorem_evidence import Evidence, theorems_before
from proofs.ledger.claim import Claim, Verdict
from proofs.smt.theorem import Theorem
from reference.edges.system.local_workers import do_locally
from reference.errors import BAD_INPUT, FiringtreeError

Task = tuple[str, Effort, Sequence[Fact]]
"""A claim, the effort, and the theorems that its check rests on, proved."""


def theorems_for(claims: Sequence[Claim]) -> list[Theorem]:
    """The theorems that the checks of these claims rest on, and all that those may use."""
    return theorems_before({name for claim in claims for name in checks()[claim.id].theorems})


def results_of(
    claims: Sequence[Claim],
    theorems: Mapping[str, Evidence],
    effort: Effort,
    workers: int,
    asked_to_stop: Callable[[], bool],
) -> Iterator[tuple[Claim, Result]]:
    """The result of each claim's check, as they come; no more once asked to stop."""
    ready, tasks = [], []
    for claim in claims:
        evidence = [theorems[name] for name in checks()[claim.id].theorems]
        missing = [each for each in evidence if not isinstance(each, Fact)]
        if missing:
            yield claim, _trouble(missing[0])
        else:
            facts = [each for each in evidence if isinstance(each, Fact)]
            ready.append(claim)
            tasks.append((claim.id, effort, facts))
    with closing(do_locally(tasks, result_of, workers, asked_to_stop)) as answers:
        for index, result in answers:
            claim = ready[index]
            yield claim, result or _trouble(CheckBroke(claim.id, "its process died each time"))


def result_of(task: Task) -> Result:
    """What the claim's check comes to. Whatever goes wrong is a result too.

    So is evidence that no report can show: it is tried here, not when the report is written.
    """
    claim, effort, theorems = task
    try:
        decision = checks()[claim].decision(effort, theorems)
        evidence(claim, decision)
        return Found(decision)
    except FiringtreeError as error:
        return _trouble(error)
    except MemoryError:
        return _trouble(CheckBroke(claim, "out of memory"))
    except Exception as error:  # a fault of one check must not take the audit with it
        return _trouble(CheckBroke(claim, f"{type(error).__name__}: {error}"))


def holds(claim: Claim, result: Result) -> bool:
    """Does the check come to the verdict that the ledger has?"""
    return isinstance(result, Found) and result.decision.verdict is claim.verdict


def status(claims: Sequence[Claim], results: Sequence[Result]) -> int:
    """0 if every verdict holds; 1 if one does not; 2 if one could not be looked at."""
    worst = 0
    for claim, result in zip(claims, results, strict=True):
        if isinstance(result, Found):
            worst = worst or int(not holds(claim, result))
        else:
            worst = max(worst, result.exit_status)
    return worst


def in_words(claim: Claim, result: Result) -> str:
    """One line: what was found, and against which verdict if another."""
    match result:
        case Found(decision) if decision.verdict is claim.verdict:
            return decision.verdict.value
        case Found(decision):
            return f"{decision.verdict.value}, but the ledger says {claim.verdict.value}"
        case Trouble(code, message, exit_status):
            undecided = "UNDECIDED" if exit_status == BAD_INPUT else "NOT ESTABLISHED"
            return f"{undecided}: [{code}] {message}"


def verdicts(results: Sequence[Result]) -> dict[Verdict, int]:
    """How many claims have which verdict."""
    found = [each.decision.verdict for each in results if isinstance(each, Found)]
    return {verdict: found.count(verdict) for verdict in Verdict if verdict in found}


def _trouble(error: FiringtreeError) -> Trouble:
    return Trouble(error.code, error.message, error.exit_status)
