"""`make faults`: four commands killed over and over; a table, and status 1 if a byte differs."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.faults.kills import Campaign, Tally
from tests.faults.victims import audit, sweep, train, vectors_build

ROW = "{:14} {:>14} {:>15} {:>8}  {}"
VICTIMS = (train(steps=200), sweep(), vectors_build(), audit())


@click.command()
@click.option("--kills", default=100, show_default=True, help="By the clock, in all.")
@click.option("--seed", default=0, show_default=True, help="Of their moments.")
def faults(kills: int, seed: int) -> None:
    """Kill each command as often, go on, and compare what it leaves with an uninterrupted run's."""
    click.echo(f"seed {seed}")
    click.echo(ROW.format("command", "kills by clock", "kills in writes", "resumed", "bytes"))
    faults: list[str] = []
    for number, victim in enumerate(VICTIMS):
        share = kills * (number + 1) // len(VICTIMS) - kills * number // len(VICTIMS)
        with TemporaryDirectory(prefix="firingtree-faults-") as folder:
            tally = Campaign(victim, Path(folder), random.Random(seed)).run(share)
        click.echo(_row(tally))
        faults += [f"{tally.name}: {fault}" for fault in tally.faults]
    for victim in VICTIMS:
        for name, keys in victim.varying.items():
            click.echo(f"not compared: {victim.name}, {name}: {', '.join(keys)}")
    click.echo("\n".join(faults) or "every run that was killed and resumed left the same bytes")
    raise SystemExit(1 if faults else 0)


def _row(tally: Tally) -> str:
    resumed = tally.by_clock + tally.in_writing
    equal = f"equal, {tally.ended} times" if not tally.faults else f"{len(tally.faults)} faults"
    return ROW.format(tally.name, tally.by_clock, tally.in_writing, resumed, equal)


if __name__ == "__main__":
    faults()
