"""`firingtree bench iteration`: seconds of an iteration against m, ours and the rivals'."""

from collections.abc import Callable, Sequence
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from reference.edges.bench.contestants import ALL, DENSE, chosen
from reference.edges.bench.crossing import power
from reference.edges.bench.end_to_end import OURS, EndToEnd, measure_whole
from reference.edges.bench.iteration import AtWidth, comparisons, measure_width
from reference.edges.bench.iteration_picture import draw_iteration
from reference.edges.bench.measurement import document, seconds_in_words, write_results
from reference.edges.bench.request import (
    Request,
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
from reference.edges.system.terminal import Terminal

END_REPEATS = 3
"""Trainings of each of both, end to end."""


@click.command()
@click.option(
    "--width",
    default="2^12..2^20:2",
    show_default=True,
    help="Neurons m, like 4096,2^14 or 2^12..2^20:2.",
)
@problem_options(points=64)
@click.option("--methods", default=",".join(ALL), show_default=True, help="Who takes part.")
@click.option("--repeats", default=7, show_default=True, help="Rounds of one step each.")
@click.option(
    "--end-to-end",
    "whole",
    default="largest",
    show_default=True,
    help="Widths of whole trainings, likewise; or none.",
)
@output_options
def iteration(
    width: str,
    data: str,
    points: int,
    alpha: float,
    seed: int,
    methods: str,
    repeats: int,
    whole: str,
    json_path: Path | None,
    plot: Path | None,
) -> int:
    """Time one iteration of each method at each width, one step each in turn.

    All start from the same weights, and all but gradient descent walk one trajectory; that they do
    is checked. Seconds are those of the steps: keeping a record is left out (the JSON has both).
    """
    widths = widths_of("--width", width)
    names = chosen("--methods", methods, ALL)
    check_repeats("--repeats", repeats)
    wholes = _whole_widths(whole, widths)
    config = Configuration(
        data=data,
        points=points,
        alpha=alpha,
        seed=seed,
        invariants="off",
        until=0.0,
        steps=1 << 30,
    )
    request = requested(config, sorted({*widths, *wholes}), json_path, plot)
    check_any_fits(names, config, widths, request.dataset.problem)
    console = Terminal()
    title = f"seconds of an iteration: {request.title}"
    machine = begun(console, title)
    found: list[AtWidth] = []
    ends: list[EndToEnd] = []
    total = repeats * len(widths) + 2 * END_REPEATS * len(wholes)
    with rows_named(request.dataset), progress(console, total) as tick:
        for here in request.configs:
            if here.width in widths:
                words = f"m = {power(here.width)}"
                at = measure_width(
                    here, request.dataset.problem, names, repeats, _told(tick, words)
                )
                found.append(at)
                _show(console, at)
        ends = _whole_trainings(console, request, wholes, tick)
    between = comparisons(found)
    for each in between:
        console.print(f"{each.words}.", soft_wrap=True)
    for end in ends:
        console.print(f"{end.words}.", soft_wrap=True)
    settings: dict[str, object] = {
        "data": data,
        "points": points,
        "alpha": alpha,
        "seed": seed,
        "widths": widths,
        "methods": names,
        "repeats": repeats,
    }
    results = {"widths": found, "comparisons": between, "end_to_end": ends}
    write_results(
        console,
        json_path,
        document(machine, settings, results),
        plot,
        lambda format_: draw_iteration(found, between, f"{request.title}: {machine.cpu}", format_),
    )
    return 0


def _whole_widths(text: str, widths: Sequence[int]) -> list[int]:
    """The widths of whole trainings. Errors: `out-of-range`."""
    if text == "none":
        return []
    return [max(widths)] if text == "largest" else widths_of("--end-to-end", text)


def _told(tick: Callable[[str], None], words: str) -> Callable[[], None]:
    """A tick with these words."""
    return lambda: tick(words)


def _whole_trainings(
    console: Terminal, request: Request, widths: Sequence[int], tick: Callable[[str], None]
) -> list[EndToEnd]:
    """Both trainings wherever both fit; where one does not, it is said."""
    found = []
    for here in request.configs:
        if here.width in widths:
            problem = request.dataset.problem
            _, left = fitting((OURS, DENSE), here, problem, together=False)
            for each in left:
                console.print(f"no training end to end: {each.words}", soft_wrap=True)
            if not left:
                words = f"end to end at m = {power(here.width)}"
                found.append(measure_whole(here, problem, END_REPEATS, _told(tick, words)))
    return found


def _show(console: Terminal, at: AtWidth) -> None:
    """The medians of a width, and whether all walked one trajectory."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(f"m = {at.width:,}", no_wrap=True)
    for heading in ("a step", "with its record", f"{DENSE} / this"):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in at.methods:
        over = each.dense_over_this
        table.add_row(
            each.method,
            seconds_in_words(each.median),
            seconds_in_words(each.wall_median),
            "" if over is None else over.words,
        )
    if at.methods:
        console.print(table)
    for left in at.left_out:
        console.print(left.words, soft_wrap=True)
    if at.same_firing is not None:
        sets = "the same firing sets" if at.same_firing else "DIFFERENT firing sets"
        console.print(
            f"one trajectory: {sets} in {at.rounds} rounds; losses differ by at most "
            f"{at.loss_difference:.1e} of themselves",
            soft_wrap=True,
        )
