"""`firingtree prove`: run every symbolic proof."""

import click

from proofs.symbolic import PROOFS


@click.command()
def prove() -> int:
    """Prove the identities behind the counters and the model; status 1 if one fails."""
    failed = 0
    for proof in PROOFS:
        holds = proof.holds()
        failed += not holds
        click.echo(f"{'PROVED' if holds else 'FAILED'}  {proof.claim}: {proof.statement}")
    return 1 if failed else 0
