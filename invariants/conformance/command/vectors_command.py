"""`firingtree vectors`: the recorded cases, as files."""

from itertools import zip_longest
from pathlib import Path

import click

from invariants.conformance.cases.build import built, files
from invariants.conformance.vectors.recorded import request_lines
from invariants.conformance.vectors.vector_errors import VectorsChanged
from invariants.conformance.vectors.vector_files import read_vectors
from reference.edges.system.output_files import check_folder, write_whole

FOLDER = Path("tests/vectors")
"""Where they are kept."""

MOST_BYTES = 100_000
"""Of a file."""

folder = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    show_default=True,
)


@click.group()
def vectors() -> None:
    """Build, check and export the vectors that every port must pass."""


@vectors.command()
@folder
def build(folder: Path) -> None:
    """Write all files, byte for byte the same every time."""
    check_folder("--folder", folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        write_whole(folder / name, content)
        click.echo(f"{folder / name}: {len(content.splitlines()) - 1} vectors, {len(content):,} B")


@vectors.command()
@folder
def check(folder: Path) -> None:
    """The files in the folder are the ones that `build` would write, and can be read."""
    read_vectors(folder)
    wanted = files()
    there = {path.name for path in folder.glob("*.jsonl")}
    for name in sorted(there ^ wanted.keys()):
        told = "it is missing" if name in wanted else "there is no such area"
        raise VectorsChanged(str(folder / name), told)
    for name, content in wanted.items():
        found = (folder / name).read_bytes()
        if found != content:
            pairs = zip_longest(found.split(b"\n"), content.split(b"\n"))
            line = next(k for k, (one, other) in enumerate(pairs, 1) if one != other)
            raise VectorsChanged(str(folder / name), f"line {line} is another")
        if len(content) > MOST_BYTES:
            raise VectorsChanged(str(folder / name), f"more than {MOST_BYTES:,} bytes")
    click.echo(f"{len(wanted)} files with {len(built().vectors)} vectors are as they are built")


@vectors.command()
def requests() -> None:
    """Print the requests of all vectors, for ports that cannot run here."""
    click.echo(request_lines(built()).decode(), nl=False)
