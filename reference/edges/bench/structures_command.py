"""`firingtree bench structures`: the structures against each other, on the stream of a training."""

from pathlib import Path

import click
import msgspec
from rich.box import SIMPLE_HEAD
from rich.table import Table

from reference.edges.bench.bar_pictures import draw_structures
from reference.edges.bench.contestants import chosen
from reference.edges.bench.measurement import document, figure, seconds_in_words, write_results
from reference.edges.bench.request import (
    begun,
    check_repeats,
    output_options,
    problem_options,
    progress,
    requested,
    rows_named,
)
from reference.edges.bench.stream import recorded
from reference.edges.bench.structure_race import (
    PEER,
    STRUCTURES,
    Pace,
    is_installed,
    structure_race,
)
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.memory import check_memory
from reference.edges.sweep.number_lists import widths as widths_of
from reference.edges.system.request_errors import OutOfRange
from reference.edges.system.terminal import Terminal
from reference.structures.threshold_search import Structure


@click.command()
@click.option("--width", default="2^13", show_default=True, help="Neurons m, like 4096 or 2^14.")
@problem_options(points=16)
@click.option("--steps", default=5, show_default=True, help="Steps whose stream is recorded.")
@click.option("--structures", "names", default=",".join(STRUCTURES), help="Which take part.")
@click.option("--repeats", default=3, show_default=True, help="Passes over the stream.")
@output_options
def structures(
    width: str,
    data: str,
    points: int,
    alpha: float,
    seed: int,
    steps: int,
    names: str,
    repeats: int,
    json_path: Path | None,
    plot: Path | None,
) -> int:
    """Feed one stream of updates and queries to every structure, and compare all answers.

    Exit status: 0; 1 if an answer was not the one that training got; 2 bad input.
    """
    widths = widths_of("--width", width)
    if len(widths) != 1:
        raise OutOfRange("--width", "one width", width)
    asked = chosen("--structures", names, STRUCTURES)
    check_repeats("--repeats", repeats)
    check_repeats("--steps", steps)
    config = Configuration(
        data=data, points=points, alpha=alpha, seed=seed, until=0.0, invariants="off"
    )
    request = requested(config, widths, json_path, plot)
    (config,), problem = request.configs, request.dataset.problem
    check_memory(msgspec.structs.replace(config, structure=Structure.ORDERED), problem)
    console = Terminal()
    title = f"structures: {request.at_width}"
    machine = begun(console, title)
    there = [name for name in asked if is_installed(name)]
    if len(there) < len(asked):
        console.print(f"{PEER} skipped: sortedcontainers is not installed", soft_wrap=True)
    with rows_named(request.dataset):
        stream = recorded(config, problem, steps)
    changes, scores = len(stream.changes), problem.n * stream.moved
    console.print(
        f"{len(stream.answers) * problem.n:,} queries, {changes} updates of {scores:,} scores in "
        f"all, each at {problem.n} points",
        soft_wrap=True,
    )
    with progress(console, repeats * len(there)) as tick:
        paces = structure_race(stream, there, repeats, lambda: tick("structures"))
    console.print(_table(paces))
    differing = [pace.structure for pace in paces if not pace.agrees]
    told = f"DIFFERENT answers: {', '.join(differing)}" if differing else "all answers are equal"
    console.print(told, soft_wrap=True)
    settings: dict[str, object] = {
        "data": data,
        "points": points,
        "alpha": alpha,
        "seed": seed,
        "width": config.width,
        "steps": changes,
        "repeats": repeats,
    }
    results = {
        "queries": len(stream.answers) * problem.n,
        "scores_written": scores,
        "structures": paces,
        "skipped": [name for name in asked if name not in there],
    }
    write_results(
        console,
        json_path,
        document(machine, settings, results),
        plot,
        lambda format_: draw_structures(paces, title, format_),
    )
    return 1 if differing else 0


def _table(paces: list[Pace]) -> Table:
    """Medians, in the order asked."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("structure", no_wrap=True)
    for heading in ("build", "all queries", "all updates", "bytes a score"):
        table.add_column(heading, justify="right", no_wrap=True)
    for pace in paces:
        parts = [seconds_in_words(pace.median(part)) for part in ("build", "query", "update")]
        table.add_row(pace.structure, *parts, figure(pace.bytes_a_score))
    return table
