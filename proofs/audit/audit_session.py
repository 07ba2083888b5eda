"""An audit from its first theorem to its last claim: what has a result is not looked at again."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from proofs.audit.report.typesetting import in_a_line
from proofs.audit.running import in_words, results_of, theorems_for
from proofs.evidence.results import Found, Result, Results, keep
from proofs.evidence.theorem_evidence import Evidence, proving
from proofs.ledger.claim import Claim
from reference.edges.system.interrupts import interrupts
from reference.edges.system.terminal import Terminal, moving_bar


@dataclass(frozen=True, slots=True)
class Session:
    """Where an audit is told, by how many processes it is made, and which file keeps it, if any.

    Facts are told one by one if `facts` says so.
    """

    console: Terminal
    workers: int
    path: Path | None
    facts: bool

    def audited(self, chosen: Sequence[Claim], results: Results) -> Results:
        """These results and those found now; after Ctrl-C fewer than there are claims.

        Each is kept before it is told. Errors: those of `proving`, `output-not-written`.
        """
        asked = [claim for claim in chosen if claim.id not in results.results]
        if len(asked) < len(chosen):
            self.say(f"{len(chosen) - len(asked)} results are in {self.path} already")
        for claim in chosen:
            if claim.id in results.results:
                self._tell(claim, results.results[claim.id])
        with interrupts() as noted, moving_bar(self.console) as bar:
            theorems = self._proved(bar, asked, noted)
            task = bar.add_task("claims", total=len(asked))
            found = results_of(
                [] if noted else asked, theorems, results.effort, self.workers, lambda: bool(noted)
            )
            for claim, result in found:
                results = results.with_result(claim.id, result)
                if self.path is not None:
                    keep(self.path, results)
                self._tell(claim, result)
                bar.advance(task)
        return results

    def say(self, line: str) -> None:
        """One line, folded by the terminal alone."""
        self.console.print(line, soft_wrap=True)

    def _proved(
        self, bar: Progress, claims: Sequence[Claim], noted: Sequence[int]
    ) -> Mapping[str, Evidence]:
        """The theorems that these claims rest on, by name; not all of them after Ctrl-C."""
        needed = theorems_for(claims)
        task = bar.add_task("theorems", total=len(needed))
        found: dict[str, Evidence] = {}
        with closing(proving(needed, self.workers)) as proofs:
            for name, evidence in proofs:
                found[name] = evidence
                bar.advance(task)
                if noted:
                    break
        bar.remove_task(task)
        return found

    def _tell(self, claim: Claim, result: Result) -> None:
        """One claim's line; its statement and facts too, if asked for."""
        self.say(f"{claim.id:28}  {in_words(claim, result)}")
        if not self.facts:
            return
        self.say(f"  claim: {in_a_line(claim.statement)}")
        for fact in result.decision.facts if isinstance(result, Found) else ():
            self.say(f"  {fact.grade.value}: {in_a_line(fact.says)}")
            for name, value in fact.figures.items():
                self.say(f"    {name}: {f'{value:.6g}' if isinstance(value, float) else value}")
        self.say(f"  why: {in_a_line(claim.because)}")
