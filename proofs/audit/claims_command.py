"""`firingtree claims`: what the ledger says, without a check."""

from collections.abc import Sequence

import click

from proofs.audit.report.typesetting import in_a_line
from proofs.ledger.claim import MEANINGS, Claim, ledger
from proofs.ledger.paper_map import markdown_map, paper_map


@click.command()
@click.argument("ids", nargs=-1, metavar="[CLAIM]...")
@click.option("--area", "areas", multiple=True, help="All claims of this area.")
@click.option("--markdown", is_flag=True, help="As the table that stands in proofs/README.md.")
@click.option("--map", "mapped", is_flag=True, help="Parts of the paper, their files and claims.")
def claims(ids: tuple[str, ...], areas: tuple[str, ...], markdown: bool, mapped: bool) -> int:
    """List the claims, all if none is named: id, verdict, statement, and why.

    `firingtree audit` checks them.
    """
    book = ledger()
    if mapped:
        click.echo("\n".join(markdown_map(book, paper_map())))
        return 0
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
