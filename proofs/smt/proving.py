"""All theorems put to both solvers, and what came of each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from proofs.smt.proof_errors import SolversDisagree
from proofs.smt.prover import Outcome, Prover, answered
from proofs.smt.theorem import Theorem, theorems_in

AREAS = ("numbers", "tournament", "ordered", "firing")
"""The modules of `proofs.theorems`, each after those that it uses."""

Verdict = Literal["PROVED", "UNDECIDED", "NOT PROVED"]

TRUSTED = """\
Trusted: that proofs/smt/reader.py reads this subset of Python as Python runs it (int is Int,
Fraction is Real); proofs/smt/kernel.py, that these questions make an induction; terms.py and
smtlib.py, that the questions are written as meant; and that z3 and cvc5, which both had to agree on
each, are not wrong in the same way. Not covered: floats, arrays (tests hold them against the
specification), and whatever the specification does not say."""
"""What has to be believed."""


@dataclass(frozen=True, slots=True)
class Proved:
    """A theorem, its verdict, and what the solvers said to each of its questions.

    `missing` names the first theorem before it that is not proved, if any: this one may use it, and
    its questions may be those of functions that this one speaks of, whether they end.
    """

    theorem: Theorem
    outcomes: Sequence[Outcome]
    missing: str

    @property
    def verdict(self) -> Verdict:
        """Proved only if both solvers say so to every question, this theorem's and all before."""
        if all(outcome.proved for outcome in self.outcomes):
            return "UNDECIDED" if self.missing else "PROVED"
        answers = {answer for outcome in self.outcomes for answer in outcome.answers.values()}
        return "NOT PROVED" if "sat" in answers else "UNDECIDED"

    @property
    def seconds(self) -> float:
        """Of both solvers."""
        return sum(sum(outcome.seconds.values()) for outcome in self.outcomes)


def theorems_of(areas: Sequence[str]) -> list[Theorem]:
    """The theorems of these areas, and of those before them that they may use."""
    last = max((AREAS.index(area) for area in areas), default=-1)
    modules = [import_module(f"proofs.theorems.{area}") for area in AREAS[: last + 1]]
    return [theorem for module in modules for theorem in theorems_in(module)]


def proved(
    theorems: Sequence[Theorem], wanted: Callable[[Theorem], bool], processes: int
) -> Iterator[Proved]:
    """The verdict of each theorem that is wanted, in order; others are used, and not asked about.

    Errors: `solvers-disagree`, `solver-missing`, and those of reading.
    """
    prover = Prover()
    owners: list[Theorem] = []
    for theorem in theorems:
        before = len(prover.questions)
        prover.state(theorem)
        owners += [theorem] * (len(prover.questions) - before)
    pairs = [pair for pair in zip(owners, prover.questions, strict=True) if wanted(pair[0])]
    outcomes: list[Outcome] = []
    missing = ""
    found = answered([question for _, question in pairs], processes)
    for k, ((owner, _), outcome) in enumerate(zip(pairs, found, strict=True), 1):
        if outcome.disagree:
            raise SolversDisagree(outcome.question.obligation, outcome.told)
        outcomes.append(outcome)
        if k == len(pairs) or pairs[k][0] is not owner:
            one = Proved(owner, outcomes, missing)
            if one.verdict != "PROVED":
                missing = missing or owner.name
            outcomes = []
            yield one
