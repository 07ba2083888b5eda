"""`firingtree invariants`: what is checked while a run goes on."""

import click
from rich.console import Console
from rich.table import Table

from invariants.monitor import INVARIANTS


@click.command()
def list_invariants() -> int:
    """List every invariant: its name, its sentence, and what each level looks at."""
    table = Table(show_lines=True)
    for heading in ("name", "sentence", "level touched", "level full"):
        table.add_column(heading, overflow="fold")
    for invariant in INVARIANTS:
        table.add_row(invariant.name, invariant.sentence, invariant.touched, invariant.full)
    Console().print(table)
    return 0
