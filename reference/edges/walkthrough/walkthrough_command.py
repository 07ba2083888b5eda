"""`firingtree walkthrough`: one iteration of a small network, node by node."""

from pathlib import Path

import click

from reference.edges.setup.configuration import Configuration
from reference.edges.system.output_files import check_outputs, write_whole
from reference.edges.system.request_errors import OutOfRange
from reference.edges.system.terminal import Terminal
from reference.edges.walkthrough.small_run import PROBLEM, train
from reference.edges.walkthrough.story import story
from reference.edges.walkthrough.telling import sections
from reference.structures.threshold_search import Structure

WIDEST = 16
"""A wider tree fits no page."""

DRAWABLE = (Structure.TOURNAMENT, Structure.ORDERED)


@click.command()
@click.option("--iteration", default=0, show_default=True, help="Which one, counted from 0.")
@click.option("--seed", default=49, show_default=True, help="Of weights and signs.")
@click.option("--width", default=8, show_default=True, help="Neurons m, at most 16.")
@click.option("--bias", default=0.75, show_default=True, help="The shift b.")
@click.option(
    "--structure",
    type=click.Choice([structure.value for structure in DRAWABLE]),
    default=Structure.TOURNAMENT.value,
    show_default=True,
    help="Which tree holds the scores.",
)
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the same (.png, .svg, .pdf).")
def walkthrough(
    iteration: int, seed: int, width: int, bias: float, structure: str, plot: Path | None
) -> int:
    """Train a network of a few neurons on three points of the plane, and tell one iteration.

    Every tree is shown as QUERY goes through it and as REFRESH leaves it, every figure is the
    training's own, and every count stands beside its closed form.
    """
    config = Configuration(
        points=PROBLEM.n, seed=seed, width=width, bias=bias, structure=Structure(structure)
    )
    config.check()
    if width > WIDEST:
        raise OutOfRange("--width", f"at most {WIDEST} neurons, to be drawn", str(width))
    check_outputs([], [("--plot", plot)])
    run, witness = train(config)
    made = len(witness.steps)
    if not 0 <= iteration < made:
        expected = f"from 0 to {made - 1}, the iterations that the run makes"
        raise OutOfRange("--iteration", expected, str(iteration))
    told = story(config, run, witness, iteration)
    console = Terminal()
    for section in sections(told):
        console.print(section.heading, style="bold")
        text = "\n".join(line.rstrip() for line in section.lines)
        console.print(text, end="\n\n", soft_wrap=True)
    if plot is not None:
        from reference.edges.walkthrough.walkthrough_picture import draw

        write_whole(plot, draw(told, plot.suffix[1:].lower()))
        console.print(f"written: {plot}", soft_wrap=True)
    return 0
