"""`firingtree measure live`: whole trainings to width 2^40, counted."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from statistics import fmean

import click
from rich.progress import Progress

from proofs.measured.command.live_picture import draw_live_costs
from proofs.measured.command.measured_files import FILE, as_json, check_files, write
from proofs.measured.live.live_exponents import (
    Exponent,
    LeftOut,
    LiveCost,
    Measured,
    TooFewRuns,
    exponents,
    firing_neurons,
    measured,
    plans,
    predicted_exponent,
)
from reference.edges.data.tables import load_table
from reference.edges.setup.configuration import WIDEST, Configuration
from reference.edges.system.request_errors import OutOfRange
from reference.edges.system.terminal import Terminal

LARGEST = WIDEST.bit_length() - 1
"""Two to this is the largest width."""

MOST_SEEDS = 100
"""The points of all runs are chosen before the first: more would fill a memory."""

COLUMNS = ("live", "steps", "set-up", "iteration", "data term", "whole", "dense it.", "dense all")
"""Means over a width's runs, the last six in counted operations."""


@click.command()
@click.option("--from", "low", default=12, show_default=True, help="The least width is 2 to this.")
@click.option("--to", "high", default=40, show_default=True, help="The largest is 2 to this.")
@click.option("--every", default=2, show_default=True, help="From one exponent to the next.")
@click.option("--data", default="digits", show_default=True)
@click.option("--points", default=16, show_default=True)
@click.option("--alpha", default=0.5, show_default=True)
@click.option("--seeds", default=3, show_default=True, help="Trainings at each width.")
@click.option("--until", default=1e-20, show_default=True, help="The loss to train to.")
@click.option("--json", "json_path", type=FILE, help="Write every count and every fit.")
@click.option("--plot", type=FILE, help="Draw counted operations against width.")
def live(
    low: int,
    high: int,
    every: int,
    data: str,
    points: int,
    alpha: float,
    seeds: int,
    until: float,
    json_path: Path | None,
    plot: Path | None,
) -> int:
    """Fit how the counted cost of whole trainings grows with the width, live neurons drawn alone.

    Exit status: 0 if candidates and firing pairs grow as the normal tails predict, no other live
    cost faster than m^(1 − α + 0.05), and the dense method's as m; 1 if not. A run that does not
    reach the loss is left out, and told of.
    """
    widths = _widths(low, high, every)
    if not 1 <= seeds <= MOST_SEEDS:
        raise OutOfRange("--seeds", f"from 1 to {MOST_SEEDS}", str(seeds))
    config = Configuration(data=data, points=points, alpha=alpha, until=until, width=widths[-1])
    config.check()
    check_files(data, json_path, plot)
    planned = plans(load_table(data, None), config, widths, seeds)
    console = Terminal()
    _say(console, f"{'m':>5} {'runs':>4} " + " ".join(f"{name:>9}" for name in COLUMNS))
    found: list[Measured] = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("m", total=sum(firing_neurons(alpha, w) * seeds for w in widths))
        for width, runs in groupby(measured(planned), lambda run: run.width):
            here: list[Measured] = []
            progress.update(task, description=_power(width))
            for run in runs:
                here.append(run)
                progress.advance(task, firing_neurons(alpha, width))
            _show(console, width, here)
            found += here
    costs = [run for run in found if isinstance(run, LiveCost)]
    kept = {cost.width for cost in costs}
    if len(kept) < 3:
        raise TooFewRuns(len(kept), len(costs), len(found) - len(costs))
    fits = exponents(costs, alpha)
    _conclude(console, costs, len(found) - len(costs), fits)
    write(console, json_path, as_json(_document(config, found, fits)))
    if plot is not None:
        write(console, plot, draw_live_costs(costs, config, plot.suffix[1:].lower()))
    return 0 if all(fit.holds for fit in fits) else 1


def _widths(low: int, high: int, every: int) -> list[int]:
    """The powers of two from low to high. Errors: `out-of-range`."""
    if not 0 <= low <= LARGEST:
        raise OutOfRange("--from", f"from 0 to {LARGEST}", str(low))
    if not 1 <= every <= LARGEST:
        raise OutOfRange("--every", f"from 1 to {LARGEST}", str(every))
    if not low + 2 * every <= high <= LARGEST:
        expected = f"from --from + 2 · --every, for a line through three widths, to {LARGEST}"
        raise OutOfRange("--to", expected, str(high))
    return [1 << exponent for exponent in range(low, high + 1, every)]


def _show(console: Terminal, width: int, runs: Sequence[Measured]) -> None:
    """One width's means in a line, and a line for each run that is not among them."""
    costs = [run for run in runs if isinstance(run, LiveCost)]
    if costs:
        means = (
            fmean(cost.live for cost in costs),
            fmean(cost.steps for cost in costs),
            fmean(cost.set_up for cost in costs),
            fmean(cost.iteration for cost in costs),
            fmean(cost.data_term for cost in costs),
            fmean(cost.whole for cost in costs),
            fmean(cost.dense_iteration for cost in costs),
            fmean(cost.dense_whole for cost in costs),
        )
        shown = " ".join(f"{mean:>9.3g}" for mean in means)
        _say(console, f"{_power(width):>5} {len(costs):>4} {shown}")
    for run in runs:
        if isinstance(run, LeftOut):
            _say(console, f"{_power(width):>5} seed {run.seed} left out: {run.why}: {run.remark}")


def _conclude(
    console: Terminal, costs: Sequence[LiveCost], left_out: int, fits: Sequence[Exponent]
) -> None:
    """Every exponent with its bar."""
    without = f", {left_out} left out" if left_out else ""
    _say(console, f"{len(costs)} trainings{without}; exponents of m with 95 % intervals:")
    for each in fits:
        verdict = "holds" if each.holds else "FAILS"
        _say(
            console,
            f"{each.quantity:>26}: {each.fit.slope:.4f} ± {each.fit.half:.4f} "
            f"({each.bar}: {verdict})",
        )


def _document(
    config: Configuration, found: Sequence[Measured], fits: Sequence[Exponent]
) -> dict[str, object]:
    """What --json holds."""
    costs = [run for run in found if isinstance(run, LiveCost)]
    return {
        "data": config.data,
        "points": config.points,
        "alpha": config.alpha,
        "until": config.until,
        "runs": [asdict(cost) for cost in costs],
        "left_out": [asdict(run) for run in found if isinstance(run, LeftOut)],
        "predicted": predicted_exponent(config.alpha, [cost.width for cost in costs]),
        "fits": [
            {
                "quantity": each.quantity,
                "slope": each.fit.slope,
                "half": each.fit.half,
                "intercept": each.fit.intercept,
                "bar": each.bar,
                "holds": each.holds,
            }
            for each in fits
        ],
    }


def _power(width: int) -> str:
    """The width as a power of two."""
    return f"2^{width.bit_length() - 1}"


def _say(console: Terminal, line: str) -> None:
    console.print(line, soft_wrap=True)
