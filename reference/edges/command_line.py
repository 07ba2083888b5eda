"""The command `firingtree`: a group whose subcommands the installed packages contribute.

Every error of the family ends here: its code and message on standard error, its exit status, no
traceback.
"""

import sys
from importlib.metadata import entry_points, version

import click

from reference.edges.system.standard_streams import flush_output, set_up_streams
from reference.errors import BAD_INPUT, INTERRUPTED, FiringtreeError

SUBCOMMANDS = "firingtree.commands"
"""The entry-point group in which packages name their subcommands."""


class ContributedCommands(click.Group):
    """Subcommands are found by entry point and loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every contributed name."""
        return sorted(entry_points(group=SUBCOMMANDS).names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, if a package contributes it."""
        found = entry_points(group=SUBCOMMANDS, name=cmd_name)
        if not found:
            return None
        command: click.Command = next(iter(found)).load()
        return command


@click.group(
    cls=ContributedCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("firingtree"), prog_name="firingtree")
def firingtree() -> None:
    """Train wide two-layer networks in sublinear time, every step checked."""


def main() -> None:
    """Run the command line and leave with its status."""
    set_up_streams()
    status = status_of(sys.argv[1:])
    try:
        flush_output()
    except OSError as error:
        status = _unwritten(error)
    sys.exit(status)


def status_of(arguments: list[str]) -> int:
    """The exit status of `firingtree` with these arguments; errors are told on standard error."""
    try:
        status = firingtree.main(arguments, prog_name="firingtree", standalone_mode=False)
    except FiringtreeError as error:
        return _told(error.code, error.message, error.exit_status)
    except click.ClickException as error:
        return _told("usage", error.format_message(), BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        return _told("interrupted", "stopped at once; no file is half-written", INTERRUPTED)
    except MemoryError:
        return _told("out-of-memory", "take a smaller --width, or less data", BAD_INPUT)
    except OSError as error:
        return _unwritten(error)
    return status if isinstance(status, int) else 0


def _unwritten(error: OSError) -> int:
    return _told("output-not-written", f"standard output: {error.strerror}", BAD_INPUT)


def _told(code: str, message: str, status: int) -> int:
    click.echo(f"firingtree: error[{code}]: {message}", err=True)
    return status
