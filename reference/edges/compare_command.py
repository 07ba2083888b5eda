"""`firingtree compare`: several methods on one network, to the same loss."""

from pathlib import Path

import click
import msgspec
from rich.box import SIMPLE_HEAD
from rich.table import Table

from reference.edges.checkpoint import STATE, keeper, load_checkpoint, save_start
from reference.edges.comparison import ALL_WAYS, Course, Way, course, way
from reference.edges.comparison_picture import draw_comparison
from reference.edges.configuration import Configuration
from reference.edges.input_errors import CheckpointMismatch, OutOfRange
from reference.edges.observers import observer
from reference.edges.output_files import check_apart, check_folder, check_writable, write_whole
from reference.edges.picture import FORMATS
from reference.edges.points import Dataset, choose_points
from reference.edges.progress import Display, Terminal
from reference.edges.run_builder import build_run
from reference.edges.tables import load_table
from reference.edges.training_session import go_on, name_rows, recall_seconds
from reference.errors import INTERRUPTED, FiringtreeError
from reference.stopping import Reason

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
    ways = [way(name) for name in methods.split(",")]
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
    _check(config, ways, data.split(","), [("--json", json_path), ("--plot", plot)], checkpoint)
    console = Terminal()
    courses: list[Course] = []
    for name in data.split(","):
        dataset = choose_points(load_table(name, None), points, seed)
        console.print(f"{name}: n = {points}, d = {dataset.problem.d} ({dataset.remark})")
        for each in ways:
            here = each.of(msgspec.structs.replace(config, data=name))
            courses.append(_course(console, here, dataset, each.name, checkpoint))
            if courses[-1].reason == Reason.INTERRUPTED.value:
                break
        console.print(_table([course for course in courses if course.data == name]))
        if courses[-1].reason == Reason.INTERRUPTED.value:
            break
    title = f"m = {width:,}, n = {points}, α = {alpha:g}, seed {seed}: to a loss of {until:g}"
    if json_path is not None:
        write_whole(json_path, msgspec.json.format(msgspec.json.encode(courses), indent=1) + b"\n")
    if plot is not None:
        write_whole(plot, draw_comparison(courses, until, title, plot.suffix[1:].lower()))
    for path in (json_path, plot):
        if path is not None:
            console.print(f"written: {path}", soft_wrap=True)
    return INTERRUPTED if courses[-1].reason == Reason.INTERRUPTED.value else 0


def _check(
    config: Configuration,
    ways: list[Way],
    names: list[str],
    files: list[tuple[str, Path | None]],
    checkpoint: Path | None,
) -> None:
    """Everything can be run and written. Errors: those of `train`, before anything is computed."""
    for each in ways:
        each.of(config).check()
    for name in names:
        load_table(name, None)
    check_apart(files)
    for option, path in files:
        if path is not None:
            check_writable(option, path)
            if option == "--plot" and path.suffix[1:].lower() not in FORMATS:
                raise OutOfRange(option, f"a path ending in {', '.join(FORMATS)}", str(path))
    if checkpoint is not None:
        check_folder("--checkpoint", checkpoint)


def _course(
    console: Terminal, config: Configuration, dataset: Dataset, name: str, folder: Path | None
) -> Course:
    """The course of one run, begun or gone on with; a run that cannot begin is an error.

    Errors: `checkpoint-mismatch`, `checkpoint-damaged`, and those of step 0.
    """
    place = f"{Path(dataset.name).name}-{name.replace(':', '-')}"
    kept = None if folder is None else folder / place
    start = None
    if kept is not None and (kept / STATE).exists():
        start = load_checkpoint(kept)
        differences = config.differences(start.header.config)
        if start.header.data_digest != dataset.digest:
            differences.append("the data file has other numbers now")
        if differences:
            raise CheckpointMismatch(str(kept / STATE), differences)
    elif kept is not None:
        save_start(kept, config, dataset.digest)
    try:
        with Display(console, dataset.problem.n, config.steps, lines=False) as display:
            run = build_run(config, dataset.problem, observer("off"), start, display.watch)
            if kept is not None:
                recall_seconds(run, kept)
            display.begin(len(run.records))
            go_on(run, display, keeper(kept, config, dataset.digest))
    except FiringtreeError as error:
        name_rows(error, dataset)
        raise
    return course(config.data, name, run)


def _table(courses: list[Course]) -> Table:
    """What each way took, set-up aside, in the order asked."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("method", no_wrap=True)
    for heading in ("iterations", "operations", "seconds", "loss"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    for each in courses:
        table.add_row(
            each.way,
            f"{each.iterations[-1]:,}",
            f"{each.operations[-1]:.3g}",
            f"{each.seconds[-1]:.3g}",
            f"{each.losses[-1]:.1e}",
            "" if each.reached else each.reason,
        )
    return table
