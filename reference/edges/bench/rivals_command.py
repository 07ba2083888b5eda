"""`firingtree bench rivals`: to equal loss, against what people would use instead."""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from reference.edges.bench.bar_pictures import draw_race
from reference.edges.bench.contestants import ALL, DENSE, chosen
from reference.edges.bench.library_rivals import DIFFERENCES, NEEDED, is_installed
from reference.edges.bench.loss_race import RACERS, Finish, race
from reference.edges.bench.measurement import (
    document,
    figure,
    ratio,
    seconds_in_words,
    size_in_words,
    write_results,
)
from reference.edges.bench.request import (
    begun,
    check_repeats,
    output_options,
    problem_options,
    progress,
    requested,
    rows_named,
)
from reference.edges.bench.room import check_any_fits, fitting
from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.number_lists import widths as widths_of
from reference.edges.system.request_errors import ExtraMissing, OutOfRange
from reference.edges.system.terminal import Terminal

STEPS = 1_000_000
"""Iterations at most: seconds end a training before."""


@click.command()
@click.option("--width", default="2^12", show_default=True, help="Neurons m, like 4096 or 2^14.")
@problem_options(points=16)
@click.option("--methods", default=",".join(RACERS), show_default=True, help="Who takes part.")
@click.option("--until", default=1e-6, show_default=True, help="The loss ½Σ(f − y)² to reach.")
@click.option("--limit", default=20.0, show_default=True, help="Seconds of a training at most.")
@click.option("--repeats", default=3, show_default=True, help="Trainings of each.")
@output_options
def rivals(
    width: str,
    data: str,
    points: int,
    alpha: float,
    seed: int,
    methods: str,
    until: float,
    limit: float,
    repeats: int,
    json_path: Path | None,
    plot: Path | None,
) -> int:
    """Train to one loss by ours, numpy, scikit-learn and PyTorch, each in a process of its own."""
    widths = widths_of("--width", width)
    if len(widths) != 1:
        raise OutOfRange("--width", "one width", width)
    names = chosen("--methods", methods, RACERS)
    check_repeats("--repeats", repeats)
    _check_any_is_installed(names)
    if not (isfinite(limit) and limit > 0):
        raise OutOfRange("--limit", "a finite number above 0", f"{limit}")
    config = Configuration(
        data=data,
        points=points,
        alpha=alpha,
        seed=seed,
        until=until,
        invariants="off",
        steps=STEPS,
    )
    request = requested(config, widths, json_path, plot)
    (config,), problem = request.configs, request.dataset.problem
    check_any_fits(names, config, widths, problem)
    console = Terminal()
    machine = begun(console, f"to a loss of {until:g}: {request.at_width}")
    there, skipped = _there(console, names)
    ours, left = fitting([name for name in there if name in ALL], config, problem, together=False)
    for place in left:
        console.print(place.words, soft_wrap=True)
    there = [name for name in there if name in ours or name in NEEDED]
    with rows_named(request.dataset), progress(console, repeats * len(there)) as tick:
        finishes = race(config, problem, there, repeats, limit, tick)
    console.print(_table(finishes))
    for each in finishes:
        if not each.reached:
            console.print(_shortfall(each), soft_wrap=True)
    packages = {NEEDED[name] for name in there if name in NEEDED}
    differences = [DIFFERENCES[package] for package in sorted(packages)]
    for words in differences:
        console.print(f"{words}.", soft_wrap=True)
    settings: dict[str, object] = {
        "data": data,
        "points": points,
        "alpha": alpha,
        "seed": seed,
        "width": config.width,
        "until": until,
        "limit": limit,
        "repeats": repeats,
    }
    results = {
        "methods": finishes,
        "skipped": skipped,
        "left_out": left,
        "differences": differences,
    }
    title = f"to a loss of {until:g}: {request.at_width}"
    write_results(
        console,
        json_path,
        document(machine, settings, results),
        plot,
        lambda format_: draw_race(finishes, title, format_),
    )
    return 0


def _check_any_is_installed(names: Sequence[str]) -> None:
    """Somebody is there to take part. Errors: `extra-missing`."""
    if not any(map(is_installed, names)):
        package = NEEDED[names[0]]
        raise ExtraMissing(f"--methods {names[0]}", package, package)


def _there(console: Terminal, names: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Those whose package is installed, and why the others are skipped, which is said."""
    skipped = {name: f"{NEEDED[name]} is not installed" for name in names if not is_installed(name)}
    for reason in dict.fromkeys(skipped.values()):
        who = ", ".join(name for name, why in skipped.items() if why == reason)
        console.print(f"{who} skipped: {reason}", soft_wrap=True)
    return [name for name in names if name not in skipped], skipped


def _shortfall(finish: Finish) -> str:
    """How many runs did not come to the loss, and why."""
    missed = sum(not run.reached for run in finish.runs)
    counted = f"{missed} of {len(finish.runs)} runs did not reach the loss: "
    return f"{finish.method}: {counted if finish.runs else ''}{finish.remark}"


def _table(finishes: Sequence[Finish]) -> Table:
    """Medians, in the order asked; steps and loss are those of the run that came least far."""
    dense = next((each for each in finishes if each.method == DENSE and each.runs), None)
    table = Table(box=SIMPLE_HEAD, padding=0, pad_edge=False)
    table.add_column("method", no_wrap=True)
    for heading in ("steps", "set-up", "training", "peak", "loss", f"{DENSE}/this"):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in finishes:
        if not each.runs:
            table.add_row(each.method, *["–"] * 6)
            continue
        over = None
        if dense is not None and each.reached:
            totals = [run.total for run in each.runs]
            over = ratio([run.total for run in dense.runs], totals)
        last = max(each.runs, key=lambda run: run.loss)
        table.add_row(
            each.method,
            f"{last.iterations:,}",
            seconds_in_words(each.setup),
            seconds_in_words(each.total - each.setup),
            size_in_words(max(each.peaks)),
            f"{last.loss:.1e}",
            "–" if over is None else figure(over.median),
        )
    return table
