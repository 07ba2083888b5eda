"""Sweeps as tests make them: what they leave, answers that are no workers', processes in groups."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.sweep_session import LocalWorkers
from reference.edges.sweep.trial import Answer, answer

GRID = "--data small.csv --points 3 --width 16,2^5 --alpha 0.05,0.6 --seed 0,1 --steps 1"
"""Eight short runs: some converge, some find no firing neuron."""

LONGER = "--data digits --points 16 --width 2^12 --alpha 0.1 --seed 0..4 --steps 12"
"""Five runs of about half a second each."""


def without_spent(folder: str) -> dict[str, object]:
    """Every record in the folder by its file's name, but for seconds, memory and checksum."""
    found: dict[str, object] = {}
    for path in sorted(Path(folder, "runs").iterdir()):
        record = json.loads(path.read_bytes())
        del record["outcome"]["spent"], record["sha256"]
        found[path.name] = record
    return found


def here(patch: pytest.MonkeyPatch) -> list[Configuration]:
    """Until undone, runs are made in this process; those that are."""
    made: list[Configuration] = []

    def answers(
        _: LocalWorkers, runs: Sequence[Configuration], asked_to_stop: Callable[[], bool]
    ) -> Iterator[tuple[int, Answer | None]]:
        for index, run in enumerate(runs):
            if asked_to_stop():
                return
            made.append(run)
            yield index, answer(run)

    patch.setattr(LocalWorkers, "answers", answers)
    return made


def started(folder: str, grid: str = LONGER) -> subprocess.Popen[str]:
    """A sweep of the grid as a process, in a group of its own as on a terminal."""
    firingtree = str(Path(sys.executable).with_name("firingtree"))
    command = [firingtree, "sweep", folder, *grid.split(), "--workers", "2"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def undisturbed(folder: str) -> dict[str, object]:
    """The records of the longer grid, made by a command that nothing happened to."""
    process = started(folder)
    assert process.communicate()[1] == ""
    assert process.returncode == 0
    return without_spent(folder)


def fatal_answer(config: Configuration) -> Answer:
    """The worker that makes the run of seed 1 is killed by it."""
    if config.seed == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer(config)


def records_in(folder: str) -> int:
    """How many runs have a record."""
    return len(list(Path(folder, "runs").glob("[!.]*.json")))


def wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    """It is true. Errors: `TimeoutError`."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


def alive(group: int) -> list[int]:
    """The processes of this group that have not ended."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state not in "ZX":
            found.append(int(path.parent.name))
    return found
