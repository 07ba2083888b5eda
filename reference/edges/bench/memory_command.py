"""`firingtree bench memory`: what each method holds at most, beside what was estimated."""

from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from reference.edges.bench.contestants import ALL, chosen
from reference.edges.bench.crossing import power
from reference.edges.bench.measurement import document, figure, size_in_words, write_results
from reference.edges.bench.memory_picture import draw_memory
from reference.edges.bench.peak_memory import Peak, Work, peak_of
from reference.edges.bench.request import (
    begun,
    check_repeats,
    output_options,
    problem_options,
    progress,
    requested,
    rows_named,
)
from reference.edges.bench.room import LeftOut, check_any_fits, fitting
from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.number_lists import widths as widths_of
from reference.edges.system.terminal import Terminal


@click.command()
@click.option(
    "--width",
    default="2^14..2^18:2",
    show_default=True,
    help="Neurons m, like 4096,2^14 or 2^12..2^20:2.",
)
@problem_options(points=64)
@click.option("--methods", default=",".join(ALL), show_default=True, help="Who takes part.")
@click.option("--steps", default=2, show_default=True, help="Steps that are made.")
@output_options
def memory(
    width: str,
    data: str,
    points: int,
    alpha: float,
    seed: int,
    methods: str,
    steps: int,
    json_path: Path | None,
    plot: Path | None,
) -> int:
    """Measure the peak of memory of each method at each width, in a process of its own."""
    widths = widths_of("--width", width)
    names = chosen("--methods", methods, ALL)
    check_repeats("--steps", steps)
    config = Configuration(
        data=data,
        points=points,
        alpha=alpha,
        seed=seed,
        until=0.0,
        invariants="off",
        steps=1 << 30,
    )
    request = requested(config, sorted(widths), json_path, plot)
    problem = request.dataset.problem
    check_any_fits(names, config, widths, problem)
    console = Terminal()
    title = f"peak of memory: {request.title}"
    machine = begun(console, title)
    peaks: list[Peak] = []
    left_out: list[LeftOut] = []
    with rows_named(request.dataset), progress(console, len(names) * len(widths)) as tick:
        for here in request.configs:
            kept, left = fitting(names, here, problem, together=False)
            left_out += left
            for name in kept:
                tick(f"{name} at {power(here.width)}")
                peaks.append(peak_of(Work(name, here, problem, steps)))
    console.print(_table([peak for peak in peaks if not peak.lost]))
    for peak in peaks:
        if peak.lost:
            console.print(f"{peak.method} at {power(peak.width)}: {peak.lost}", soft_wrap=True)
    for each in left_out:
        console.print(each.words, soft_wrap=True)
    settings: dict[str, object] = {
        "data": data,
        "points": points,
        "alpha": alpha,
        "seed": seed,
        "widths": widths,
        "steps": steps,
    }
    write_results(
        console,
        json_path,
        document(machine, settings, {"peaks": peaks, "left_out": left_out}),
        plot,
        lambda format_: draw_memory(peaks, title, format_),
    )
    return 0


def _table(peaks: list[Peak]) -> Table:
    """Each method at each width."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("m", justify="right", no_wrap=True)
    table.add_column("method", no_wrap=True)
    for heading in ("process", "added", "estimated", "estimated / added"):
        table.add_column(heading, justify="right", no_wrap=True)
    for peak in peaks:
        sizes = [size_in_words(size) for size in (peak.peak, peak.added, peak.estimated)]
        table.add_row(power(peak.width), peak.method, *sizes, figure(peak.estimated_over_added))
    return table
