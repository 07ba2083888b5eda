"""The changes of an area are tried, several at a time, each by the tests that reach it."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from tests.mutation.areas import Area
from tests.mutation.attempt import (
    SECONDS_APART,
    Attempt,
    NotPossible,
    NoVerdict,
    Verdict,
    attempt,
    waited,
)
from tests.mutation.loaded import Change, Inside, Loaded
from tests.mutation.mutants import Identity, Mutant
from tests.mutation.planting import Copy
from tests.mutation.reach import Reach

CONTROLS = 100
"""So many tests run for the controls."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A change, and the tests that it is tried by, with their seconds.

    `afresh`: files must be loaded again, with the change.
    """

    mutant: Mutant
    tests: Mapping[str, float]
    afresh: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a change."""

    identity: Identity
    verdict: Verdict
    killer: str


def trial(area: Area, reach: Reach, mutant: Mutant, killer: str) -> Trial:
    """The tests that reach the change; first of all the one that killed it the last time."""
    tests = reach.tests(mutant)
    if not tests:
        return Trial(mutant, dict.fromkeys(area.apart, SECONDS_APART), afresh=True)
    if killer in tests:
        tests.remove(killer)
        tests.insert(0, killer)
    afresh = reach.is_loading(mutant) or mutant.moves_lines
    return Trial(mutant, {name: reach.seconds[name] for name in tests}, afresh)


def tried(places: Sequence[Loaded], trials: Iterable[Trial]) -> Iterator[Ended]:
    """Every trial, as many at a time as there are places; in the order in which they end."""
    waiting = iter(trials)
    free = list(places)
    running: list[_Running] = []
    try:
        while True:
            while free and (one := next(waiting, None)) is not None:
                if one.tests:
                    running.append(_Running(one, free.pop()))
                else:
                    yield Ended(one.mutant.identity, Verdict.SURVIVED, "")
            if not running:
                return
            for run in list(running):
                ended = run.ended()
                if ended is not None:
                    running.remove(run)
                    free.append(run.place)
                    yield ended
            time.sleep(0.003)
    finally:
        for run in running:
            run.end()


class _Running:
    """A change that stands in a copy while its tests run."""

    def __init__(self, trial: Trial, place: Loaded) -> None:
        self.place = place
        self._trial = trial
        self._planted = ExitStack()
        self._planted.enter_context(place.copy.planted(trial.mutant))
        self._attempt = self._afresh() if trial.afresh else self._inside()

    def ended(self) -> Ended | None:
        """What became of it, in the end; the copy is then what it was."""
        try:
            verdict = self._attempt.verdict()
        except NotPossible:
            self._attempt = self._afresh()
            return None
        if verdict is None:
            return None
        self._planted.close()
        return Ended(self._trial.mutant.identity, verdict, self.place.copy.killer())

    def end(self) -> None:
        """It is given up."""
        self._attempt.end()
        self._planted.close()

    def _afresh(self) -> Attempt | Inside:
        return attempt(self.place.copy, self._trial.tests)

    def _inside(self) -> Attempt | Inside:
        mutant = self._trial.mutant
        file = mutant.identity.file
        return self.place.tried(Change(file, mutant.text, mutant.lines.start, self._trial.tests))


def check_inside(place: Loaded, trials: Iterable[Trial]) -> None:
    """A function that takes its own place survives. Errors: NoVerdict if it does not."""
    for one in trials:
        if not one.afresh:
            file = one.mutant.identity.file
            text = (place.copy.folder / file).read_text(encoding="utf-8")
            inside = place.tried(Change(file, text, one.mutant.lines.start, one.tests))
            if waited(inside) is not Verdict.SURVIVED:
                raise NoVerdict(f"the control is killed by {inside.killer}")
            return


def check_controls(copy: Copy, area: Area, reach: Reach) -> None:
    """No change survives, and a file that cannot be loaded is killed, by the same way of running.

    Errors: NoVerdict if not; a verdict would then mean nothing.
    """
    fastest = sorted(reach.seconds, key=lambda name: reach.seconds[name])[:CONTROLS]
    tests = {name: reach.seconds[name] for name in fastest}
    file = area.files[0]
    source = (copy.folder / file).read_text(encoding="utf-8")
    for text, right in (source, Verdict.SURVIVED), (source + "raise OSError\n", Verdict.KILLED):
        identity = Identity(file, "(module)", "", "")
        with copy.planted(Mutant(identity, text, range(0), False, False)):
            found = waited(attempt(copy, tests))
        if found is not right:
            raise NoVerdict(f"the control {found}: see {copy.folder / 'output.txt'}")
