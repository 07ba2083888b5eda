"""`python -m tests.mutation [AREA …]`: every change of these areas, or a sample, is tried.

The tree is the current folder; what became of each change is kept in its `out/mutation/`.

Ends with 1 unless at least 95 % of the changes of each area are killed (which of a sample is not
asked), every survivor is listed in `survivors.toml`, and none that is listed there was killed. Ends
with 130 on Ctrl-C; the next time it goes on from there.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import click

from reference.edges.system.terminal import Terminal, moving_bar
from tests.mutation.areas import Area, areas
from tests.mutation.attempt import NoVerdict, Verdict
from tests.mutation.loaded import Loaded
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.planting import copied
from tests.mutation.reach import kept_reach
from tests.mutation.results import Results
from tests.mutation.summary import Score, problems, table
from tests.mutation.survivors import survivors
from tests.mutation.trial import check_controls, check_inside, trial, tried

ROOT = Path.cwd()
OUT = ROOT / "out" / "mutation"
INTERRUPTED = 130


class Run:
    """Areas one after the other, each in a copy of the tree."""

    def __init__(self, jobs: int) -> None:
        self.console = Terminal()
        self._jobs = jobs
        self._results = Results(ROOT, OUT / "results.jsonl")

    def chosen(self, area: Area, sample: int | None, seed: int) -> list[Mutant]:
        """All changes of the area, or so many."""
        every = [mutant for file in area.files for mutant in mutants(ROOT, file)]
        if sample is None or sample >= len(every):
            return every
        return Random(f"{seed} {area.name}").sample(every, sample)

    def score(self, area: Area, chosen: Sequence[Mutant], again: bool) -> Score:
        """Tries what has no result that stands, or of that only what survived; then tells what
        became of them all.
        """
        untried = [one for one in chosen if not self._results.stands(area, one.identity)]
        self._try(area, [one for one in untried if not again or self._survived(one)])
        return Score(
            area.name,
            {
                mutant.identity: last.verdict
                for mutant in chosen
                if (last := self._results.last(mutant.identity)) is not None
            },
        )

    def _survived(self, mutant: Mutant) -> bool:
        """The last time, whether that stands or not."""
        last = self._results.last(mutant.identity)
        return last is not None and last.verdict is Verdict.SURVIVED

    def _try(self, area: Area, untried: Sequence[Mutant]) -> None:
        if not untried:
            return
        os.environ["FIRINGTREE_PROFILE"] = area.profile
        with moving_bar(self.console) as bar:
            task = bar.add_task(f"{area.name}: tests, unchanged", total=None)
            copies = [copied(ROOT, OUT / f"copy-{k}") for k in range(self._jobs)]
            reached = kept_reach(ROOT, OUT / f"{area.name}.reach.json", copies, area)
            check_controls(copies[0], area, reached)
            bar.update(task, description=area.name, total=len(untried))
            trials = [trial(area, reached, mutant, self._killer(mutant)) for mutant in untried]
            places = [Loaded(copy, area) for copy in copies]
            try:
                for place in places:
                    place.wait()
                check_inside(places[0], trials)
                for ended in tried(places, trials):
                    self._results.keep(area, ended)
                    bar.advance(task)
            finally:
                for place in places:
                    place.end()

    def _killer(self, mutant: Mutant) -> str:
        last = self._results.last(mutant.identity)
        return last.killer if last is not None else ""


@click.command()
@click.argument("names", metavar="[AREA]...", nargs=-1)
@click.option("--sample", type=click.IntRange(min=1), help="So many changes of each area.")
@click.option("--seed", default=0, show_default=True, help="Which ones.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(min=1))
@click.option("--again", is_flag=True, help="Tries only what survived the last time.")
def main(names: Sequence[str], sample: int | None, seed: int, jobs: int, again: bool) -> None:
    """Tries every change of these areas, by default of all, and says which survived."""
    known = areas(ROOT)
    if unknown := set(names) - set(known):
        raise click.UsageError(f"no area {', '.join(unknown)}; there are {', '.join(known)}")
    run = Run(jobs)
    scores: list[Score] = []
    try:
        for area in [known[name] for name in names or known]:
            chosen = run.chosen(area, sample, seed)
            scores.append(run.score(area, chosen, again))
    except NoVerdict as failure:
        raise click.ClickException(str(failure)) from failure
    except KeyboardInterrupt:
        run.console.print("interrupted; the same command goes on from here")
        sys.exit(INTERRUPTED)
    run.console.print(table(scores))
    found = list(problems(scores, survivors(ROOT), whole=sample is None))
    for problem in found:
        run.console.print(problem, soft_wrap=True)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
