"""What benchmarks are asked: a problem, widths, repeats, and files for what they find."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec
from rich.progress import Progress

from reference.edges.bench.crossing import power
from reference.edges.bench.machine import Machine, this_machine
from reference.edges.data.points import Dataset, choose_points, name_rows
from reference.edges.data.tables import data_file, load_table
from reference.edges.setup.configuration import Configuration
from reference.edges.system.output_files import check_outputs
from reference.edges.system.request_errors import OutOfRange
from reference.edges.system.terminal import Terminal
from reference.errors import FiringtreeError

FILE = click.Path(path_type=Path)

MOST_REPEATS = 10_000

Callback = Callable[..., int]
"""What a command does with its options: it ends with an exit status."""


def problem_options(points: int) -> Callable[[Callback], Callback]:
    """The command takes a data set, points, α and a seed."""

    def taking(command: Callback) -> Callback:
        for option in (
            click.option("--seed", default=0, show_default=True, help="Of points and networks."),
            click.option("--alpha", default=0.24, show_default=True, help="b = √(2·α·ln m)."),
            click.option("--points", default=points, show_default=True, help="Training points n."),
            click.option("--data", default="digits", show_default=True, help="A data set or file."),
        ):
            command = option(command)
        return command

    return taking


def output_options(command: Callback) -> Callback:
    """The command takes files for what it finds."""
    json = click.option("--json", "json_path", type=FILE, help="Write every figure as JSON.")
    return json(click.option("--plot", type=FILE, help="Draw it (.png, .svg, .pdf).")(command))


def check_repeats(option: str, repeats: int) -> None:
    """There is something to take a median of. Errors: `out-of-range`."""
    if not 1 <= repeats <= MOST_REPEATS:
        raise OutOfRange(option, f"from 1 to {MOST_REPEATS:,}", str(repeats))


@dataclass(frozen=True, slots=True)
class Request:
    """Configurations that differ in width alone, and their data."""

    configs: list[Configuration]
    dataset: Dataset

    @property
    def title(self) -> str:
        """What is the same at all widths."""
        config = self.configs[0]
        return f"{config.data}, n = {config.points}, α = {config.alpha:g}, seed {config.seed}"

    @property
    def at_width(self) -> str:
        """The same, with the width if there is one alone."""
        return f"{self.title}, m = {power(self.configs[0].width)}"


def requested(
    config: Configuration, widths: Sequence[int], json_path: Path | None, plot: Path | None
) -> Request:
    """The request, everything in it possible, and its files to be written.

    Errors: those of the configuration, of the data, of the files.
    """
    configs = [msgspec.structs.replace(config, width=width) for width in widths]
    for each in configs:
        each.check()
    files = [("--json", json_path), ("--plot", plot)]
    check_outputs([("--data", data_file(config.data))], files)
    dataset = choose_points(load_table(config.data, None), config.points, config.seed)
    return Request(configs, dataset)


@contextmanager
def rows_named(dataset: Dataset) -> Iterator[None]:
    """Within, an error about points says where they stand in their source."""
    try:
        yield
    except FiringtreeError as error:
        name_rows(error, dataset)
        raise


def begun(console: Terminal, title: str) -> Machine:
    """The machine, told under the benchmark's title."""
    machine = this_machine()
    console.print(title, style="bold", soft_wrap=True)
    console.print(machine.words, soft_wrap=True)
    if machine.busy:
        console.print(machine.busy, soft_wrap=True)
    return machine


@contextmanager
def progress(console: Terminal, total: int) -> Iterator[Callable[[str], None]]:
    """Within, a bar on a terminal; told what goes on, it has come one further before that."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda words: bar.update(task, advance=1, description=words)
