"""`firingtree sweep`: many runs over a grid, each with a record of its own."""

from pathlib import Path
from typing import get_args

import click
import msgspec

from reference.edges.data.tables import data_file, load_table
from reference.edges.setup.configuration import Configuration, Engine, Init
from reference.edges.sweep.grid import Grid, members
from reference.edges.sweep.number_lists import decimals, integers, widths
from reference.edges.sweep.regime_picture import draw_regimes
from reference.edges.sweep.run_record import RunRecord, version_here
from reference.edges.sweep.sweep_folder import SHEET, opened
from reference.edges.sweep.sweep_session import DaskWorkers, LocalWorkers, Workers, sweep_all
from reference.edges.sweep.trial import file_digest
from reference.edges.system.local_workers import cores
from reference.edges.system.option_lists import between_commas
from reference.edges.system.output_files import check_outputs, write_whole
from reference.edges.system.request_errors import OutOfRange
from reference.edges.system.terminal import Terminal
from reference.errors import INTERRUPTED
from reference.training.method import Method
from reference.training.step_rule import StepRule

DEFAULT = Configuration()
FILE = click.Path(path_type=Path)


@click.command()
@click.argument("directory", metavar="DIR", type=FILE)
@click.option(
    "--data", default="digits,wine", show_default=True, help="Data sets or files, with commas."
)
@click.option(
    "--points", default="16", show_default=True, help="Training points n, like 16,32 or 16..64:16."
)
@click.option(
    "--width",
    default="2^8..2^14:2",
    show_default=True,
    help="Neurons m, like 4096,2^14 or 2^12..2^30:2.",
)
@click.option(
    "--alpha",
    default="0.1..0.5:0.1",
    show_default=True,
    help="Sparsity, like 0.2,0.24 or 0.2..0.6:0.05: b = √(2·α·ln m).",
)
@click.option(
    "--seed", default="0..2", show_default=True, help="Of points and networks, like 0,1 or 0..9."
)
@click.option("--method", default="live", show_default=True, help="Methods, with commas.")
@click.option("--step-rule", default="full", show_default=True, help="Step rules, with commas.")
@click.option("--steps", default=DEFAULT.steps, show_default=True, help="At most so many steps.")
@click.option("--until", default=DEFAULT.until, show_default=True, help="The loss to reach.")
@click.option(
    "--init",
    type=click.Choice(get_args(Init)),
    default="live",
    show_default=True,
    help="Draw the whole network, or only neurons that fire.",
)
@click.option(
    "--engine",
    type=click.Choice(get_args(Engine)),
    default="vectorized",
    show_default=True,
    help="Plain Python, or numpy.",
)
@click.option("--workers", type=int, default=None, help="Processes here.  [default: one a core]")
@click.option("--scheduler", default=None, help="Run on this Dask scheduler's workers instead.")
@click.option("--plot", type=FILE, help="Draw where steps converge, over α and m.")
@click.option("--json", "json_path", type=FILE, help="Write all records of the grid as JSON.")
def sweep(
    directory: Path,
    data: str,
    points: str,
    width: str,
    alpha: str,
    seed: str,
    method: str,
    step_rule: str,
    steps: int,
    until: float,
    init: Init,
    engine: Engine,
    workers: int | None,
    scheduler: str | None,
    plot: Path | None,
    json_path: Path | None,
) -> int:
    """Run every combination of what the options list, and keep a record of each run in DIR.

    Runs that have a record there are not run again: the same command goes on with a sweep that was
    interrupted, and a larger grid adds to it.

    Exit status: 0 every run has a record, however it ended; 2 bad input; 130 interrupted.
    """
    grid = Grid(
        data=between_commas("--data", data),
        points=integers("--points", points),
        methods=members("--method", method, Method),
        step_rules=members("--step-rule", step_rule, StepRule),
        widths=widths("--width", width),
        alphas=decimals("--alpha", alpha),
        seeds=integers("--seed", seed),
    )
    common = Configuration(steps=steps, until=until, init=init, engine=engine, invariants="off")
    runs = grid.runs(common)
    who = _workers(workers, scheduler, len(runs))
    digests = {}
    for name in grid.data:
        load_table(name, None)
        digests[name] = file_digest(name)
    console = Terminal()
    with opened(directory) as folder:
        needed = [("--data", data_file(name)) for name in grid.data]
        files = [("--json", json_path), ("--plot", plot)]
        records = [("DIR", folder.place(run)) for run in runs]
        check_outputs([*needed, ("DIR", directory / SHEET), *records], files)
        found = sweep_all(console, folder, runs, digests, who)
        if len(found) < len(runs):
            return INTERRUPTED
        if json_path is not None:
            write_whole(json_path, _document(found))
        if plot is not None:
            write_whole(plot, draw_regimes(found, plot.suffix[1:].lower()))
    for path in (json_path, plot):
        if path is not None:
            console.print(f"written: {path}", soft_wrap=True)
    return 0


def _workers(workers: int | None, scheduler: str | None, runs: int) -> Workers:
    """Who makes the runs. Errors: `out-of-range`."""
    if scheduler is not None:
        if workers is not None:
            raise OutOfRange("--workers", "none, with --scheduler", str(workers))
        return DaskWorkers(scheduler)
    count = cores() if workers is None else workers
    if not 1 <= count <= 1024:
        raise OutOfRange("--workers", "from 1 to 1024", str(count))
    return LocalWorkers(min(count, runs))


def _document(records: list[RunRecord]) -> bytes:
    """All records, in the order of the grid."""
    document = {"version": version_here(), "records": records}
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
