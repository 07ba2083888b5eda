"""What a run found: figures by area, and what is wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table

from tests.mutation.attempt import Verdict
from tests.mutation.mutants import Identity

BAR = 0.95
"""The least part of the changes that must be killed."""


@dataclass(frozen=True, slots=True)
class Score:
    """What became of an area's changes."""

    area: str
    verdicts: Mapping[Identity, Verdict]

    def __len__(self) -> int:
        return len(self.verdicts)

    def number(self, verdict: Verdict) -> int:
        """How many came to this."""
        return sum(found is verdict for found in self.verdicts.values())

    @property
    def killed(self) -> float:
        """The part that did not survive; one that makes the tests endless did not."""
        return 1 - self.number(Verdict.SURVIVED) / len(self) if len(self) else 1.0


def together(scores: Iterable[Score]) -> Score:
    """All areas as one."""
    return Score("all", {one: found for score in scores for one, found in score.verdicts.items()})


def table(scores: Sequence[Score]) -> Table:
    """A row an area."""
    drawn = Table("area", box=None)
    for title in ("changes", "killed", "timed out", "survived", "score"):
        drawn.add_column(title, justify="right")
    for score in [*scores, together(scores)]:
        numbers = [len(score), *(score.number(verdict) for verdict in Verdict)]
        drawn.add_row(score.area, *map(str, numbers), f"{100 * score.killed:.1f} %")
    return drawn


def problems(scores: Sequence[Score], listed: Mapping[Identity, str], whole: bool) -> Iterator[str]:
    """What is wrong, a line each; in a sample, what survives must be listed, whatever its part."""
    for score in scores if whole else ():
        if score.killed < BAR:
            percent = f"{100 * score.killed:.1f} % killed"
            yield f"{score.area}: {percent}; at least {100 * BAR:.0f} % must be"
    for score in scores:
        for identity, verdict in score.verdicts.items():
            if verdict is Verdict.SURVIVED and identity not in listed:
                yield f"survived: {identity}"
            if verdict is not Verdict.SURVIVED and identity in listed:
                yield f"listed as a survivor, but {verdict}: {identity}"
