"""`firingtree invariants`: what is checked while a run goes on."""

import click

from invariants.monitor import INVARIANTS


@click.command()
def list_invariants() -> int:
    """List every invariant: its name, its sentence, and what each level looks at."""
    for invariant in INVARIANTS:
        click.echo(f"{invariant.name}\n  {invariant.sentence}")
        click.echo(f"  touched: {invariant.touched}; full: {invariant.full}")
    return 0
