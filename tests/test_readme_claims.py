"""What the pages say of claims is what the ledger says."""

from collections import Counter

from proofs.audit.claims_command import markdown_table
from proofs.ledger.claim import MEANINGS, ledger
from tests.readme_pages import page

README = page("README.md")


def test_the_table_of_claims_is_the_ledgers() -> None:
    """`firingtree claims --markdown` prints it."""
    assert "\n".join(markdown_table(ledger().claim)) in page("proofs/README.md")


def test_the_count_of_each_verdict_is_the_ledgers() -> None:
    counts = Counter(claim.verdict for claim in ledger().claim)
    for verdict, meaning in MEANINGS.items():
        assert f"| {verdict.value} | {meaning} | {counts[verdict]} |\n" in README


def test_the_readme_says_how_many_claims_there_are() -> None:
    count = len(ledger().claim)
    for said in (f"Each of the {count} claims of", f"{count} verdicts found", f"{count} claims by"):
        assert said in README
