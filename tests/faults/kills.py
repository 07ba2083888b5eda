"""A command killed over and over, at random moments and in its writing, and gone on with.

Every other kill by the clock takes the whole process group, as a batch system does; the others, and
those in the writing, the command alone, so that its workers are left to end by themselves.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.faults.dying import STAGES
from tests.faults.victims import Victim, prepared
from tests.sweeps import alive, wait_until

HOUSE = Path(__file__).parent.parent.parent
FIRINGTREE = (str(Path(sys.executable).with_name("firingtree")),)
DYING = (sys.executable, "-m", "tests.faults.dying")

IN_WRITING = 0.25
"""The share of lives that are to end in a write."""

PATIENCE = 10.0
"""Seconds in which workers have to end after their command."""


class Ended(NamedTuple):
    """How a command ended by itself."""

    status: int
    told: str


@dataclass(slots=True)
class Tally:
    """What became of a victim: its deaths, its ends, and what was wrong."""

    name: str
    by_clock: int = 0
    in_writing: int = 0
    ended: int = 0
    faults: list[str] = field(default_factory=list)


class Campaign:
    """A victim in this folder, and the moments of its deaths.

    An uninterrupted run says what it should leave; moments lie within the shortest whole life so
    far, as the machine may have been busy.
    """

    def __init__(self, victim: Victim, folder: Path, moments: random.Random) -> None:
        self._victim = victim
        self._folder = folder
        self._moments = moments
        self._told = folder / "told"
        self.tally = Tally(victim.name)
        whole = prepared(folder / "whole")
        began = time.monotonic()
        self._end = self._lived(whole)
        self._takes = time.monotonic() - began
        self._whole = victim.left(whole)

    def run(self, kills: int) -> Tally:
        """So many kills by the clock. After each the command goes on, until it ends by itself."""
        while self.tally.by_clock < kills:
            folder = prepared(self._folder / f"round {self.tally.ended}")
            began = time.monotonic()
            end = self._killed(folder)
            if end is not None:
                self._takes = min(self._takes, time.monotonic() - began)
            while end is None:
                over = self.tally.by_clock == kills
                end = self._lived(folder) if over else self._killed(folder)
            self.tally.ended += 1
            self._check(folder, end)
        return self.tally

    def _lived(self, folder: Path) -> Ended:
        """A life that nothing happens to."""
        process = self._started(folder, FIRINGTREE)
        status = process.wait()
        self._bury(process.pid)
        return Ended(status, self._told.read_text())

    def _killed(self, folder: Path) -> Ended | None:
        """A life that is to be killed; how it ended, if it was over before."""
        in_writing = self._moments.random() < IN_WRITING
        if in_writing:
            number = self._moments.randint(1, self._victim.writes)
            stage = self._moments.choice(STAGES)
            process = self._started(folder, [*DYING, str(number), stage])
        else:
            process = self._started(folder, FIRINGTREE)
            self._kill_after(self._moments.uniform(0, self._takes), process)
        status = process.wait()
        self._bury(process.pid)
        if status != -signal.SIGKILL:
            return Ended(status, self._told.read_text())
        self.tally.in_writing += in_writing
        self.tally.by_clock += not in_writing
        return None

    def _started(self, folder: Path, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """The victim goes on in this folder, or begins, in a process group of its own."""
        with self._told.open("wb") as told:
            return subprocess.Popen(
                [*command, *self._victim.arguments(folder)],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(HOUSE)},
                stdout=subprocess.DEVNULL,
                stderr=told,
                start_new_session=True,
            )

    def _kill_after(self, moment: float, process: subprocess.Popen[bytes]) -> None:
        """If it has not ended by then: its whole group is killed, or the command alone."""
        with suppress(subprocess.TimeoutExpired):
            process.wait(moment)
            return
        if self.tally.by_clock % 2:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)

    def _bury(self, group: int) -> None:
        """Nothing of the group is left after a while; what is, is a fault, and killed."""
        try:
            wait_until(lambda: not alive(group), PATIENCE)
        except TimeoutError:
            self.tally.faults.append(f"{len(alive(group))} workers outlived their command")
            os.killpg(group, signal.SIGKILL)

    def _check(self, folder: Path, end: Ended) -> None:
        """It ended as the uninterrupted run did, and left the same."""
        if end != self._end:
            self.tally.faults.append(f"{folder.name}: expected {self._end}, found {end}")
        found = self._victim.left(folder)
        for name in sorted(found.keys() | self._whole.keys()):
            if found.get(name) != self._whole.get(name):
                self.tally.faults.append(f"{folder.name}: {name} is another")
