"""The changes of an area are tried, several at a time, each by the tests that reach it."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from tests.mutation.areas import Area
from tests.mutation.attempt import SECONDS_APART, Attempt, NoVerdict, Verdict, attempt, waited
from tests.mutation.mutants import Identity, Mutant
from tests.mutation.planting import Copy
from tests.mutation.reach import Reach

CONTROLS = 100
"""So many tests run for the controls."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A change, and the tests that it is tried by, with their seconds."""

    mutant: Mutant
    tests: Mapping[str, float]


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
        return Trial(mutant, dict.fromkeys(area.apart, SECONDS_APART))
    if killer in tests:
        tests.remove(killer)
        tests.insert(0, killer)
    return Trial(mutant, {name: reach.seconds[name] for name in tests})


def tried(copies: Sequence[Copy], trials: Iterable[Trial]) -> Iterator[Ended]:
    """Every trial, in as many processes as there are copies; in the order in which they end."""
    waiting = iter(trials)
    free = list(copies)
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
                verdict = run.attempt.verdict()
                if verdict is not None:
                    running.remove(run)
                    run.clear()
                    free.append(run.copy)
                    yield Ended(run.trial.mutant.identity, verdict, run.attempt.killer)
            time.sleep(0.01)
    finally:
        for run in running:
            run.attempt.end()
            run.clear()


class _Running:
    """A change that stands in a copy while its tests run there."""

    def __init__(self, trial: Trial, copy: Copy) -> None:
        self.trial = trial
        self.copy = copy
        self._planted = ExitStack()
        self._planted.enter_context(copy.planted(trial.mutant))
        self.attempt: Attempt = attempt(copy, trial.tests)

    def clear(self) -> None:
        """The copy is what it was."""
        self._planted.close()


def check_controls(copy: Copy, area: Area, reach: Reach) -> None:
    """No change survives, and a file that cannot be loaded is killed, by the same way of running.

    Errors: NoVerdict if not; a verdict would then mean nothing.
    """
    fastest = sorted(reach.seconds, key=lambda name: reach.seconds[name])[:CONTROLS]
    tests = {name: reach.seconds[name] for name in fastest}
    file = area.files(copy.folder)[0]
    source = (copy.folder / file).read_text(encoding="utf-8")
    for text, right in (source, Verdict.SURVIVED), (source + "raise OSError\n", Verdict.KILLED):
        identity = Identity(file, "(module)", "", "")
        with copy.planted(Mutant(identity, text, range(0), in_function=False)):
            found = waited(attempt(copy, tests))
        if found is not right:
            raise NoVerdict(f"the control {found}: see {copy.folder / 'output.txt'}")
