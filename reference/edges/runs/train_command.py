"""`firingtree train`: train a network on real data and leave a record of it."""

from enum import Enum
from pathlib import Path
from typing import TypeVar, get_args

import click
import msgspec
from click.core import ParameterSource

from reference.activation import Activation
from reference.edges.data.points import Norms, choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.checkpoint import STATE, load_checkpoint
from reference.edges.runs.replay import read_dump
from reference.edges.runs.run_errors import CheckpointMismatch
from reference.edges.runs.training_session import Outputs, replay, train_to_the_end
from reference.edges.setup.configuration import Configuration, Engine, Init, Level, Scalar
from reference.edges.system.request_errors import OutOfRange
from reference.edges.system.terminal import Terminal
from reference.solvers.sketch import SketchKind
from reference.solvers.sketch_solver import Draws
from reference.solvers.solver import SolverName
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.step_rule import StepRule
from reference.weights import Reading

E = TypeVar("E", bound=Enum)


def choice(members: type[E]) -> click.Choice[str]:
    """The names of an enumeration's members as a choice."""
    return click.Choice([str(member.value) for member in members])


DEFAULT = Configuration()
FILE = click.Path(path_type=Path)


@click.command()
@click.option(
    "--data",
    default=DEFAULT.data,
    show_default=True,
    help="digits, breast-cancer, diabetes, wine, or a .csv or .npz file.",
)
@click.option(
    "--target",
    default=None,
    help="Label column (CSV) or label array (NPZ).  [default: last column]",
)
@click.option(
    "--points",
    default=DEFAULT.points,
    show_default=True,
    help="Training points n, chosen by the seed.",
)
@click.option("--width", default=DEFAULT.width, show_default=True, help="Neurons m.")
@click.option(
    "--alpha",
    default=DEFAULT.alpha,
    show_default=True,
    help="Sparsity: b = √(2·α·ln m), at most about m^(1−α) fire.",
)
@click.option("--bias", type=float, default=None, help="The shift b itself, instead of --alpha.")
@click.option(
    "--bias-spread",
    default=DEFAULT.bias_spread,
    help="Draw each neuron's own shift from b ± this.",
)
@click.option(
    "--norms",
    type=click.Choice(get_args(Norms)),
    default=DEFAULT.norms,
    show_default=True,
    help="Rows of unit length, or with the lengths they have.",
)
@click.option(
    "--method",
    type=choice(Method),
    default=DEFAULT.method.value,
    show_default=True,
    help="Gauss-Newton, gradient descent or SGD; through stored scores, or dense.",
)
@click.option(
    "--init",
    type=click.Choice(get_args(Init)),
    default=DEFAULT.init,
    show_default=True,
    help="Draw the whole network, or only the neurons that fire on some point.",
)
@click.option(
    "--engine",
    type=click.Choice(get_args(Engine)),
    default=DEFAULT.engine,
    show_default=True,
    help="The reference in plain Python, or its port on arrays.",
)
@click.option(
    "--structure",
    type=choice(Structure),
    default=None,
    help="What stores the scores.  [default: tournament; for live methods no tree]",
)
@click.option(
    "--weights",
    type=choice(Reading),
    default=DEFAULT.weights.value,
    show_default=True,
    help="What MOVE and REFRESH do.",
)
@click.option(
    "--solver",
    type=choice(SolverName),
    default=DEFAULT.solver.value,
    show_default=True,
    help="How G g = r is solved.",
)
@click.option(
    "--accuracy",
    default=DEFAULT.accuracy,
    show_default=True,
    help="‖G g − r‖/‖r‖ at which cg and sketch stop.",
)
@click.option(
    "--sketch",
    type=choice(SketchKind),
    default=DEFAULT.sketch.value,
    show_default=True,
    help="Which sketch of Jᵀ.",
)
@click.option("--sketch-rows", type=int, default=None, help="Its rows.  [default: 16 a point]")
@click.option(
    "--sketch-draws",
    type=choice(Draws),
    default=DEFAULT.sketch_draws.value,
    show_default=True,
    help="A new sketch for every step, or one for all.",
)
@click.option("--batch", type=int, default=None, help="Points of a mini-batch.  [default: 8]")
@click.option(
    "--learning-rate",
    type=float,
    default=None,
    help="η of gradient descent and SGD.  [default: from G at the start]",
)
@click.option(
    "--activation",
    type=choice(Activation),
    default=DEFAULT.activation.value,
    show_default=True,
    help="max(z − b, 0), or max(z, b) as printed.",
)
@click.option(
    "--scalar",
    type=click.Choice(get_args(Scalar)),
    default=DEFAULT.scalar,
    show_default=True,
    help="Floats, or rationals from data and weights on a grid.",
)
@click.option("--grid", default=DEFAULT.grid, show_default=True, help="Its binary places.")
@click.option(
    "--invariants",
    type=click.Choice(get_args(Level)),
    default=DEFAULT.invariants,
    show_default=True,
    help="What is checked while it runs.",
)
@click.option("--steps", default=DEFAULT.steps, show_default=True, help="At most so many steps.")
@click.option(
    "--until", default=DEFAULT.until, show_default=True, help="Stop at a loss of at most this."
)
@click.option(
    "--step-rule",
    type=choice(StepRule),
    default=DEFAULT.step_rule.value,
    show_default=True,
    help="How long a step is.",
)
@click.option(
    "--seed", default=DEFAULT.seed, show_default=True, help="Of weights, signs and chosen points."
)
@click.option("--json", "json_path", type=FILE, help="Write the whole run as one JSON document.")
@click.option("--trace", type=FILE, help="Write one JSON line a step.")
@click.option("--plot", type=FILE, help="Draw loss, firing neurons and cost (.png, .svg, .pdf).")
@click.option(
    "--network",
    type=FILE,
    help="Write the neurons that moved, with their places among all (.npz).",
)
@click.option(
    "--checkpoint",
    type=FILE,
    help="Keep a checkpoint in this directory, replaced as steps are made.",
)
@click.option("--resume", type=FILE, help="Go on from the checkpoint in this directory.")
@click.option(
    "--replay", "dump", type=FILE, help="Run again to the violation that this dump tells of."
)
@click.pass_context
def train(
    context: click.Context,
    /,
    json_path: Path | None,
    trace: Path | None,
    plot: Path | None,
    network: Path | None,
    checkpoint: Path | None,
    resume: Path | None,
    dump: Path | None,
    **choices: str | float | None,
) -> int:
    """Train a wide two-layer network by steps that touch only what fires, or by their rivals.

    Exit status: 0 done; 2 bad input; 3 stalled, diverged or singular; 4 an invariant is violated;
    130 interrupted.
    """
    given = {name: value for name, value in choices.items() if _is_given(context, name)}
    console = Terminal()
    alone = [name for name in context.params if _is_given(context, name)]
    if dump is not None and len(alone) > 1:
        raise click.UsageError("--replay takes all options from the dump; leave out the others")
    if resume is not None and checkpoint is not None:
        raise click.UsageError(
            "--resume keeps the checkpoint it goes on from; leave out --checkpoint"
        )
    if dump is not None:
        return replay(console, read_dump(dump))
    outputs = Outputs(json_path, trace, plot, network, resume or checkpoint)
    start = None if resume is None else load_checkpoint(resume)
    config = msgspec.convert(choices, Configuration)
    if start is not None and resume is not None:
        config = _resumed_configuration(resume, start.header.config, given)
    config.check()
    outputs.check(config.data)
    if config.scalar == "exact" and outputs.checkpoint is not None:
        raise OutOfRange("--checkpoint", "none: exact runs are short", str(outputs.checkpoint))
    table = load_table(config.data, config.target)
    dataset = choose_points(table, config.points, config.seed, config.norms)
    if start is not None and start.header.data_digest != dataset.digest:
        raise CheckpointMismatch(str(resume), ["the data file has other numbers now"])
    return train_to_the_end(console, config, dataset, outputs, start)


def _is_given(context: click.Context, name: str) -> bool:
    """Does the option stand on the command line?"""
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _resumed_configuration(
    folder: Path, config: Configuration, given: dict[str, str | float | None]
) -> Configuration:
    """The checkpoint's configuration, which no given option may contradict."""
    asked = msgspec.convert({**msgspec.to_builtins(config), **given}, Configuration)
    differences = asked.differences(config)
    if differences:
        raise CheckpointMismatch(str(folder / STATE), differences)
    return config
