"""`firingtree measure`: claims that are counted or drawn, not proved."""

from dataclasses import asdict
from pathlib import Path

import click
import msgspec
from rich.progress import Progress

from proofs.measured.command.live_command import live
from proofs.measured.command.measure_pictures import draw_exponents, draw_failures
from proofs.measured.command.measured_files import FILE, as_json, check_files, write
from proofs.measured.costs.exponents import Cost, costs, fitted
from proofs.measured.solving.sketch_failures import FailureRate, failure_rates
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.edges.system.option_lists import between_commas, check_once
from reference.edges.system.request_errors import OutOfRange
from reference.edges.system.terminal import Terminal
from reference.solvers.sketch import SketchKind
from reference.solvers.solver import SolverName
from reference.training.observer import Nobody

LARGEST = 30
"""Two to this is the largest width: more neurons have no memory."""


@click.group()
def measure() -> None:
    """Measure what is claimed of costs and sketches, with intervals."""


measure.add_command(live)


@measure.command()
@click.option("--from", "low", default=10, show_default=True, help="The least width is 2 to this.")
@click.option("--to", "high", default=18, show_default=True, help="The largest is 2 to this.")
@click.option("--data", default="digits", show_default=True)
@click.option("--points", default=16, show_default=True)
@click.option("--alpha", default=0.24, show_default=True)
@click.option("--seeds", default=3, show_default=True, help="Networks at each width.")
@click.option("--json", "json_path", type=FILE, help="Write every count.")
@click.option("--plot", type=FILE, help="Draw cost against width.")
def exponents(
    low: int,
    high: int,
    data: str,
    points: int,
    alpha: float,
    seeds: int,
    json_path: Path | None,
    plot: Path | None,
) -> int:
    """Fit how one iteration's counted cost grows with the width.

    Exit status: 0 if the dense exponent is 1 within 0.01 and the tree's at most 1 − α + 0.05; 1
    if not.
    """
    if not 0 <= low <= LARGEST:
        raise OutOfRange("--from", f"from 0 to {LARGEST}", str(low))
    if not low + 2 <= high <= LARGEST:
        expected = f"from --from + 2, for a line through three widths, to {LARGEST}"
        raise OutOfRange("--to", expected, str(high))
    if seeds < 1:
        raise OutOfRange("--seeds", "at least 1", str(seeds))
    config = Configuration(data=data, points=points, alpha=alpha, width=1 << low)
    config.check()
    check_files(data, json_path, plot)
    widths = [1 << exponent for exponent in range(low, high + 1)]
    console = Terminal()
    found: list[Cost] = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("iterations", total=2 * seeds * len(widths))
        for cost in costs(load_table(data, None), config, widths, seeds):
            found.append(cost)
            progress.advance(task)
    kept = True
    for method, most in (("gauss-newton", 1.01), ("sublinear", 1 - alpha + 0.05)):
        here = [cost for cost in found if cost.method == method]
        fit = fitted([cost.width for cost in here], [cost.multiply_adds for cost in here])
        whole = fitted([cost.width for cost in here], [cost.operations for cost in here])
        least = 0.99 if method == "gauss-newton" else 0.0
        holds = least <= fit.slope - fit.half and fit.slope + fit.half <= most
        kept &= holds
        bar = "1.00 ± 0.01" if method == "gauss-newton" else f"at most {most:.2f}"
        console.print(
            f"{method:>12}: data term m^{fit.slope:.4f} ± {fit.half:.4f} ({bar}: "
            f"{'holds' if holds else 'FAILS'}); all operations m^{whole.slope:.4f} ± "
            f"{whole.half:.4f}",
            soft_wrap=True,
        )
    write(console, json_path, as_json([asdict(cost) for cost in found]))
    if plot is not None:
        write(console, plot, draw_exponents(found, alpha, plot.suffix[1:].lower()))
    return 0 if kept else 1


@measure.command()
@click.option("--kinds", default="osnap,countsketch,srht", show_default=True)
@click.option("--rows", default="16,32,64,96,128,192,256,384", show_default=True)
@click.option("--draws", default=1000, show_default=True, help="Of each sketch.")
@click.option("--data", default="diabetes", show_default=True)
@click.option("--points", default=8, show_default=True)
@click.option("--width", default=512, show_default=True)
@click.option("--json", "json_path", type=FILE, help="Write every rate.")
@click.option("--plot", type=FILE, help="Draw failure rates against rows.")
def sketches(
    kinds: str,
    rows: str,
    draws: int,
    data: str,
    points: int,
    width: int,
    json_path: Path | None,
    plot: Path | None,
) -> int:
    """Count how often a sketch distorts a length by more than a half, against its rows."""
    counts = _numbers("--rows", rows)
    chosen = [_kind(name) for name in between_commas("--kinds", kinds)]
    if draws < 1:
        raise OutOfRange("--draws", "at least 1", str(draws))
    config = Configuration(
        data=data, points=points, width=width, solver=SolverName.SKETCH, invariants="off"
    )
    for count in counts:
        msgspec.structs.replace(config, sketch_rows=count).check()
    check_files(data, json_path, plot)
    problem = choose_points(load_table(data, None), points, config.seed).problem
    trainer = build_run(config, problem, Nobody()).trainer
    console = Terminal()
    found: list[FailureRate] = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("sketches", total=len(chosen) * len(counts))
        for rate in failure_rates(trainer, chosen, counts, draws):
            found.append(rate)
            progress.advance(task)
            console.print(
                f"{rate.kind:>11}, {rate.rows:>4} rows: {rate.failures:>5,} of {rate.draws:,} "
                f"draws fail, {rate.low:.2%} to {rate.high:.2%}; {rate.operations:,} operations "
                f"= {rate.operations / rate.nonzeros:.3g} nnz(J) = "
                f"{rate.operations / rate.dense:.3g} m·d",
                soft_wrap=True,
            )
    write(console, json_path, as_json([asdict(rate) for rate in found]))
    if plot is not None:
        write(console, plot, draw_failures(found, points, plot.suffix[1:].lower()))
    return 0


def _numbers(option: str, text: str) -> list[int]:
    """The numbers between commas, each once. Errors: `out-of-range`."""
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise OutOfRange(option, "whole numbers with commas between them", repr(text)) from error
    check_once(option, [str(number) for number in numbers])
    return numbers


def _kind(name: str) -> SketchKind:
    """The sketch of this name. Errors: `out-of-range`."""
    try:
        return SketchKind(name)
    except ValueError as error:
        known = ", ".join(kind.value for kind in SketchKind)
        raise OutOfRange("--kinds", known, name) from error
