"""How a claim stands after an audit: in one word, and whether that is what the ledger says."""

from dataclasses import dataclass

from proofs.evidence.results import Found, Result, Trouble
from proofs.ledger.claim import Claim, Verdict
from reference.errors import BAD_INPUT

NOT_ESTABLISHED, UNDECIDED, NOT_CHECKED = "NOT ESTABLISHED", "UNDECIDED", "NOT CHECKED"

OTHER_WORDS = {
    NOT_ESTABLISHED: "the check did not see what it rests on to be so",
    UNDECIDED: "the check could not be made, and nothing follows",
    NOT_CHECKED: "chosen, but this audit ended before it",
}
"""What a claim may be besides a verdict."""

WORDS = (*(verdict.value for verdict in Verdict), *OTHER_WORDS)
"""All words, in the order of a tally."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A verdict found, or one of the other words; `wrong` if not what the ledger says."""

    word: str
    ledger: str
    wrong: bool
    trouble: str = ""

    @property
    def style(self) -> str:
        """The word as a class of the page's style."""
        return self.word.lower().replace(" ", "-")


def standing(claim: Claim, result: Result | None) -> Standing:
    """How the claim stands, if this was found."""
    ledger = claim.verdict.value
    match result:
        case None:
            return Standing(NOT_CHECKED, ledger, False)
        case Found(decision):
            return Standing(decision.verdict.value, ledger, decision.verdict is not claim.verdict)
        case Trouble(code, message, exit_status):
            word = UNDECIDED if exit_status == BAD_INPUT else NOT_ESTABLISHED
            return Standing(word, ledger, True, f"[{code}] {message}")
