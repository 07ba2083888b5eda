"""The README's tables of claims are those of the ledger."""

from collections import Counter
from pathlib import Path

from proofs.audit.claims_command import markdown_table
from proofs.ledger.claim import MEANINGS, ledger

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_claims_is_the_ledgers() -> None:
    """`firingtree claims --markdown` prints it."""
    assert "\n".join(markdown_table(ledger().claim)) in README


def test_the_count_of_each_verdict_is_the_ledgers() -> None:
    counts = Counter(claim.verdict for claim in ledger().claim)
    for verdict, meaning in MEANINGS.items():
        assert f"| {verdict.value} | {meaning} | {counts[verdict]} |\n" in README


def test_the_readme_says_how_many_claims_there_are() -> None:
    assert f"Each of the {len(ledger().claim)} claims of" in README
