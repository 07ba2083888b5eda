"""`firingtree bench`: what things cost, side by side in one run."""

import click

from reference.edges.bench.all_command import COMMANDS, all_benchmarks


@click.group()
def bench() -> None:
    """Measure what things cost, side by side in one run: never compare two runs' seconds."""


for command in (*COMMANDS.values(), all_benchmarks):
    bench.add_command(command)
