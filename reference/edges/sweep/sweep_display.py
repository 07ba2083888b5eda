"""What a person sees of a sweep: on a terminal a bar, without one a line a run; then a table."""

from collections import Counter
from collections.abc import Sequence
from types import TracebackType

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.outcome import KINDS, REFUSED, Outcome
from reference.edges.sweep.run_record import RunRecord
from reference.edges.system.terminal import moving_bar


class SweepDisplay:
    """Shows how many runs have a record, how many of them were refused, and how many remain."""

    def __init__(self, console: Console, runs: int, found: Sequence[RunRecord]) -> None:
        self._console = console
        self._runs = runs
        self._done = len(found)
        self._refused = sum(record.outcome.reason == REFUSED for record in found)
        self._bar = moving_bar(console)
        self._task = self._bar.add_task(self._counts, total=runs, completed=self._done)

    def __enter__(self) -> "SweepDisplay":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    @property
    def _counts(self) -> str:
        remaining = self._runs - self._done
        return f"done {self._done:,}, refused {self._refused:,}, remaining {remaining:,}"

    def show(self, record: RunRecord) -> None:
        """One more run has its record."""
        self._done += 1
        self._refused += record.outcome.reason == REFUSED
        self._bar.update(self._task, completed=self._done, description=self._counts)
        if not self._console.is_terminal:
            place = f"{self._done:{len(str(self._runs))}d}/{self._runs}"
            words = f"{place}  {run_in_words(record.config)}: {in_words(record.outcome)}"
            self._console.print(words, soft_wrap=True)


def run_in_words(config: Configuration) -> str:
    """Which run of a grid it is.

    >>> run_in_words(Configuration(width=1 << 30))
    'digits n=64 m=2^30 α=0.24 seed 0 sublinear full'
    """
    return (
        f"{config.data} n={config.points} m={power(config.width)} α={config.alpha:g} "
        f"seed {config.seed} {config.method.value} {config.step_rule.value}"
    )


def power(width: int) -> str:
    """The width as a power of two, if it is one.

    >>> power(4096), power(5000)
    ('2^12', '5,000')
    """
    return f"2^{width.bit_length() - 1}" if width.bit_count() == 1 else f"{width:,}"


def in_words(outcome: Outcome) -> str:
    """How a run ended."""
    if outcome.reason == REFUSED:
        return f"refused ({outcome.code})"
    last = outcome.losses[-1] if outcome.losses else None
    loss = "no finite loss" if last is None else f"loss {last:.1e}"
    seconds = outcome.spent.init_seconds + outcome.spent.step_seconds
    return f"{outcome.kind}, {loss} after {outcome.steps:,} steps, {seconds:.2f} s"


def outcomes_table(records: Sequence[RunRecord]) -> Table:
    """How many runs of each data set ended how."""
    counts = Counter((record.config.data, record.outcome.kind) for record in records)
    kinds = [kind for kind in KINDS if any(kind == ended for _, ended in counts)]
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("data", overflow="fold")
    for name in ("runs", *kinds):
        table.add_column(name, justify="right")
    for data in dict.fromkeys(record.config.data for record in records):
        here = [counts[data, kind] for kind in kinds]
        table.add_row(data, f"{sum(here):,}", *(f"{count:,}" if count else "–" for count in here))
    return table


def refusals(records: Sequence[RunRecord]) -> str:
    """Why runs were refused, by code; empty if none was."""
    codes = Counter(record.outcome.code for record in records if record.outcome.reason == REFUSED)
    told = ", ".join(f"{count:,} {code}" for code, count in sorted(codes.items()))
    return f"refused: {told}; remove a record to have its run made again" if told else ""
