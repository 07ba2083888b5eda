"""`firingtree bench`: times as ratios within one run."""

import json
from pathlib import Path
from statistics import median
from time import perf_counter

import click
from rich.console import Console

from reference.edges.configuration import Configuration, Level
from reference.edges.input_errors import OutOfRange
from reference.edges.observers import observer
from reference.edges.output_files import check_writable, write_whole
from reference.edges.points import Dataset, choose_points
from reference.edges.run_builder import build_run
from reference.edges.tables import load_table
from reference.training import Run


@click.group()
def bench() -> None:
    """Measure what things cost, as ratios within one run."""


@bench.command()
@click.option("--width", "widths", multiple=True, default=(4096, 131072), show_default=True)
@click.option("--points", default=64, show_default=True)
@click.option("--steps", default=8, show_default=True, help="Steps to compare at each width.")
@click.option("--level", type=click.Choice(["touched", "full"]), default="touched")
@click.option("--json", "json_path", type=click.Path(path_type=Path))
def levels(
    widths: tuple[int, ...], points: int, steps: int, level: Level, json_path: Path | None
) -> int:
    """How much longer a checked step takes than an unchecked one.

    Two runs of one configuration go side by side, step by step in turn; each pair of steps gives a
    ratio.
    """
    if steps < 1:
        raise OutOfRange("--steps", "at least 1, to have something to compare", str(steps))
    if json_path is not None:
        check_writable("--json", json_path)
    table = load_table("digits", None)
    console = Console()
    results = []
    for width in widths:
        config = Configuration(width=width, points=points, steps=steps, invariants=level)
        config.check()
        ratios, off = _ratios(config, choose_points(table, points, config.seed))
        middle = median(ratios)
        results.append({"width": width, "level": level, "off_seconds": off, "ratios": ratios})
        console.print(
            f"m = {width:>9,}: a step takes {off:.3f} s with invariants off; {level} over off: "
            f"median {middle:.2f}, from {min(ratios):.2f} to {max(ratios):.2f} over "
            f"{len(ratios)} steps",
            highlight=False,
            soft_wrap=True,
        )
    if json_path is not None:
        write_whole(json_path, json.dumps(results, indent=1).encode() + b"\n")
    return 0


def _ratios(config: Configuration, dataset: Dataset) -> tuple[list[float], float]:
    """The ratio of each step's time at the level and at `off`, and the median time at `off`."""
    plain = build_run(config, dataset.problem, observer("off"))
    checked = build_run(config, dataset.problem, observer(config.invariants))
    ratios, seconds = [], []
    while plain.reason is None and checked.reason is None:
        off, on = _timed(plain), _timed(checked)
        if plain.reason is None:
            ratios.append(on / off)
            seconds.append(off)
    return ratios, median(seconds)


def _timed(run: Run[float]) -> float:
    """The seconds of one step, checks included."""
    began = perf_counter()
    run.step()
    return perf_counter() - began
