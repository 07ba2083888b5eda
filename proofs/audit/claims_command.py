"""`firingtree claims`: what the ledger says, without a check."""

from collections.abc import Sequence

import click

from proofs.audit.report.typesetting import in_a_line
from proofs.ledger.claim import MEANINGS, Claim, ledger


@click.command()
@click.argument("ids", nargs=-1, metavar="[CLAIM]...")
@click.option("--area", "areas", multiple=True, help="All claims of this area.")
@click.option("--markdown", is_flag=True, help="As the table that stands in the README.")
def claims(ids: tuple[str, ...], areas: tuple[str, ...], markdown: bool) -> int:
    """List the claims, all if none is named: id, verdict, statement, and why.

    `firingtree audit` checks them.
    """
    book = ledger()
    chosen = book.chosen(ids, areas)
    if markdown:
        click.echo("\n".join(markdown_table(chosen)))
        return 0
    for claim in chosen:
        click.echo(f"{claim.id}  {claim.verdict.value}  ({', '.join(claim.sources)})")
        told = {
            "": claim.statement,
            "assumed": "; ".join(claim.assumptions),
            "needs": claim.condition,
            "why": claim.because,
            "tried": claim.tried,
        }
        for name, text in told.items():
            if text:
                click.echo(f"  {name}{': ' if name else ''}{in_a_line(text)}")
    for verdict, meaning in MEANINGS.items():
        click.echo(f"{verdict.value:12} {meaning}")
    return 0


def markdown_table(chosen: Sequence[Claim]) -> list[str]:
    """The lines of a table: claim, verdict, statement."""
    lines = ["| claim | verdict | what it says |", "|---|---|---|"]
    for claim in chosen:
        statement = claim.statement.replace("|", "\\|")
        lines.append(f"| `{claim.id}` | {claim.verdict.value} | {statement} |")
    return lines
