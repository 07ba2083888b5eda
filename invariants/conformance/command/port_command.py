"""`firingtree port`: this project's engines as ports, on standard input and output."""

import sys

import click

from invariants.conformance.answering.object_port import ObjectPort
from invariants.conformance.answering.reference_port import ReferencePort
from reference.structures.threshold_search import Structure

STRUCTURES = [kind.value for kind in Structure if kind is not Structure.INCREMENTAL]


@click.command()
@click.option("--engine", type=click.Choice(["plain", "vectorized"]), default="plain")
@click.option("--structure", type=click.Choice(STRUCTURES), default="tournament")
def port(engine: str, structure: str) -> None:
    """Speak the conformance protocol: what `firingtree conform -- firingtree port` is held to."""
    try:
        held = ObjectPort(ReferencePort(engine, Structure(structure)))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    serve(held)


def serve(held: ObjectPort) -> None:
    """Answer line after line, until bye has been answered or the input ends."""
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(held.exchange(line))
        sys.stdout.buffer.flush()
        if held.parted:
            return
