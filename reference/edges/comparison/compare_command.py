"""`firingtree compare`: several methods on one network, to the same loss."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from reference.edges.comparison.comparison import ALL_WAYS, Way, way
from reference.edges.comparison.comparison_picture import draw_comparison
from reference.edges.comparison.comparison_session import run_all, tasks
from reference.edges.data.points import choose_points
from reference.edges.data.tables import data_file, load_table
from reference.edges.runs.checkpoint import SECONDS, STATE
from reference.edges.setup.configuration import Configuration
from reference.edges.system.option_lists import between_commas, check_once
from reference.edges.system.output_files import Named, check_folder, check_outputs, write_whole
from reference.edges.system.terminal import Terminal
from reference.errors import INTERRUPTED

FILE = click.Path(path_type=Path)


@click.command()
@click.option(
    "--methods",
    default=",".join(ALL_WAYS),
    show_default=True,
    help="Methods, with commas; METHOD:SOLVER for another solver.",
)
@click.option(
    "--data",
    default="digits,breast-cancer,diabetes",
    show_default=True,
    help="Data sets or files, with commas.",
)
@click.option("--points", default=16, show_default=True, help="Training points n.")
@click.option("--width", default=4096, show_default=True, help="Neurons m.")
@click.option("--alpha", default=0.24, show_default=True, help="Sparsity: b = √(2·α·ln m).")
@click.option("--batch", type=int, default=None, help="Points of a mini-batch.  [default: 8]")
@click.option("--until", default=1e-6, show_default=True, help="The loss to reach.")
@click.option("--steps", default=5000, show_default=True, help="At most so many steps or epochs.")
@click.option("--seed", default=0, show_default=True, help="Of points and networks.")
@click.option("--json", "json_path", type=FILE, help="Write every course as JSON.")
@click.option("--plot", type=FILE, help="Draw loss against iterations, operations, seconds.")
@click.option(
    "--checkpoint", type=FILE, help="Keep every run in this directory, and go on with those there."
)
def compare(
    methods: str,
    data: str,
    points: int,
    width: int,
    alpha: float,
    batch: int | None,
    until: float,
    steps: int,
    seed: int,
    json_path: Path | None,
    plot: Path | None,
    checkpoint: Path | None,
) -> int:
    """Train one network by several methods, and say what each took to the same loss.

    Exit status: 0 all runs ended by themselves, whether or not they reached the loss; 2 bad input;
    130 interrupted: what was run is told and written.
    """
    config = Configuration(
        points=points,
        width=width,
        alpha=alpha,
        batch=batch,
        until=until,
        steps=steps,
        seed=seed,
        invariants="off",
    )
    names, ways = between_commas("--data", data), _ways(methods)
    for name in names:
        for each in ways:
            each.of(msgspec.structs.replace(config, data=name)).check()
    datasets = [(name, choose_points(load_table(name, None), points, seed)) for name in names]
    asked = tasks(config, datasets, ways, checkpoint)
    files = [("--json", json_path), ("--plot", plot)]
    _check_files(names, files, [task.folder for task in asked if task.folder is not None])
    for task in asked:
        task.start()
    console = Terminal()
    courses, interrupted = run_all(console, asked)
    title = f"m = {width:,}, n = {points}, α = {alpha:g}, seed {seed}: to a loss of {until:g}"
    if json_path is not None:
        write_whole(json_path, msgspec.json.format(msgspec.json.encode(courses), indent=1) + b"\n")
    if plot is not None:
        write_whole(plot, draw_comparison(courses, until, title, plot.suffix[1:].lower()))
    for path in (json_path, plot):
        if path is not None:
            console.print(f"written: {path}", soft_wrap=True)
    return INTERRUPTED if interrupted else 0


def _ways(methods: str) -> list[Way]:
    """The ways of these names. Errors: `out-of-range`."""
    ways = [way(name) for name in between_commas("--methods", methods)]
    check_once("--methods", [each.name for each in ways])
    return ways


def _check_files(names: Sequence[str], files: Sequence[Named], places: Sequence[Path]) -> None:
    """Everything can be written, over nothing that is needed.

    Errors: `output-folder-missing`, `output-collision`, `out-of-range`.
    """
    needed: list[Named] = [("--data", data_file(name)) for name in names]
    kept = [("--checkpoint", place / part) for place in places for part in (STATE, SECONDS)]
    check_outputs([*needed, *kept], files)
    for place in places:
        check_folder("--checkpoint", place)
