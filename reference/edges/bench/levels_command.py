"""`firingtree bench levels`: how much longer a checked step takes than an unchecked one."""

from pathlib import Path

import click

from reference.edges.bench.bar_pictures import draw_levels
from reference.edges.bench.level_overhead import overhead
from reference.edges.bench.measurement import document, seconds_in_words, write_results
from reference.edges.bench.request import (
    begun,
    check_repeats,
    output_options,
    problem_options,
    progress,
    requested,
    rows_named,
)
from reference.edges.setup.configuration import Configuration, Level
from reference.edges.sweep.number_lists import widths as widths_of
from reference.edges.system.terminal import Terminal


@click.command()
@click.option(
    "--width",
    default="2^12,2^17",
    show_default=True,
    help="Neurons m, like 4096,2^14 or 2^12..2^20:2.",
)
@problem_options(points=64)
@click.option("--steps", default=8, show_default=True, help="Steps to compare at each width.")
@click.option(
    "--level", type=click.Choice(["touched", "full"]), default="touched", show_default=True
)
@output_options
def levels(
    width: str,
    data: str,
    points: int,
    alpha: float,
    seed: int,
    steps: int,
    level: Level,
    json_path: Path | None,
    plot: Path | None,
) -> int:
    """How much longer a checked step takes than an unchecked one.

    Two runs of one configuration go side by side, step by step in turn; each pair of steps gives a
    ratio.
    """
    widths = widths_of("--width", width)
    check_repeats("--steps", steps)
    config = Configuration(
        data=data, points=points, alpha=alpha, seed=seed, steps=steps, invariants=level
    )
    request = requested(config, widths, json_path, plot)
    console = Terminal()
    title = f"{level} over off: {request.title}"
    machine = begun(console, title)
    found = []
    with (
        rows_named(request.dataset),
        progress(console, (steps + 1) * len(widths)) as tick,
    ):
        for here in request.configs:
            at = overhead(here, request.dataset.problem, lambda: tick("pairs of steps"))
            found.append(at)
            over = at.over_off
            console.print(
                f"m = {at.width:>9,}: a step takes {seconds_in_words(at.off_seconds)} with "
                f"invariants off; {level} over off: median {over.median:.2f}, from "
                f"{over.least:.2f} to {over.most:.2f} over {len(at.ratios)} steps",
                soft_wrap=True,
            )
    settings: dict[str, object] = {
        "data": data,
        "points": points,
        "alpha": alpha,
        "seed": seed,
        "widths": widths,
        "steps": steps,
        "level": level,
    }
    write_results(
        console,
        json_path,
        document(machine, settings, {"levels": found}),
        plot,
        lambda format_: draw_levels(found, title, format_),
    )
    return 0
