"""`firingtree bench all`: every benchmark at sizes that take a few minutes together."""

from pathlib import Path

import click

from reference.edges.bench.iteration_command import iteration
from reference.edges.bench.levels_command import levels
from reference.edges.bench.memory_command import memory
from reference.edges.bench.rivals_command import rivals
from reference.edges.bench.structures_command import structures
from reference.edges.system.output_files import check_folder
from reference.edges.system.terminal import Terminal

COMMANDS = {"iteration": iteration, "rivals": rivals, "structures": structures}
COMMANDS |= {"memory": memory, "levels": levels}

SIZES = {
    "iteration": "--width 2^10..2^18:2 --repeats 5",
    "rivals": "",
    "structures": "",
    "memory": "--width 2^14,2^16",
    "levels": "--width 2^12,2^15",
}
"""The options of each, beside where it leaves its files."""


@click.command("all")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out/bench"),
    show_default=True,
    help="Where JSON and pictures go.",
)
def all_benchmarks(out: Path) -> int:
    """Run every benchmark, one after the other, and leave JSON and a picture of each.

    Exit status: the largest of theirs.
    """
    check_folder("--out", out)
    out.mkdir(parents=True, exist_ok=True)
    console = Terminal()
    status = 0
    for name, command in COMMANDS.items():
        files = ["--json", str(out / f"{name}.json"), "--plot", str(out / f"{name}.png")]
        arguments = [*SIZES[name].split(), *files]
        console.rule(f"firingtree bench {name} {' '.join(SIZES[name].split())}".strip())
        status = max(status, command.main(arguments, standalone_mode=False))
    return status
