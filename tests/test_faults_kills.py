"""Killed while they write, commands lose nothing, go on, and leave the bytes of undisturbed ones.

A sample, in children of this process and without workers; `make faults` kills whole commands at
random moments, many times.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from reference.edges.command_line import status_of
from tests.faults.children import in_child
from tests.faults.dying import STAGES, die_in_writing
from tests.faults.kills import HOUSE, Campaign
from tests.faults.made_up import without_work
from tests.faults.victims import Victim, audit, prepared, sweep, train, vectors_build
from tests.sweeps import alive, wait_until

pytestmark = pytest.mark.thorough

VICTIMS = (train(steps=6), sweep("--seed 0"), vectors_build(), audit("--workers 1"))


def lives(victim: Victim, folder: Path, patch: pytest.MonkeyPatch) -> int:
    """The status of the command in this folder, begun or gone on with."""
    patch.chdir(prepared(folder))
    return status_of(victim.arguments(folder))


def killed(victim: Victim, folder: Path, number: int, stage: str) -> None:
    """The command is killed at this stage of its write of this number."""

    def work() -> int:
        with pytest.MonkeyPatch.context() as patch:
            die_in_writing(patch, number, stage)
            return lives(victim, folder, patch)

    assert in_child(work) == -signal.SIGKILL


@pytest.mark.parametrize("victim", VICTIMS, ids=lambda victim: victim.name.replace(" ", "-"))
def test_a_command_killed_in_its_writes_leaves_the_same_bytes_in_the_end(
    victim: Victim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_work(monkeypatch)
    end = lives(victim, tmp_path / "whole", monkeypatch)
    whole = victim.left(tmp_path / "whole")
    for number, stage in zip((1, 2, 2), STAGES, strict=True):
        folder = tmp_path / f"killed {stage}"
        killed(victim, folder, number, stage)
        assert lives(victim, folder, monkeypatch) == end
        assert victim.left(folder) == whole


def test_a_campaign_tells_of_bytes_that_differ_and_of_workers_that_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The harness on trial: a command that is interrupted leaves something else."""
    script = "import pathlib, subprocess, time, sys\n"
    script += "left = pathlib.Path('left'); again = left.exists(); left.write_text(str(again))\n"
    script += "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    script += "time.sleep(0.4)\n"
    monkeypatch.setattr("tests.faults.kills.FIRINGTREE", (sys.executable, "-Ssc", script))
    monkeypatch.setattr("tests.faults.kills.IN_WRITING", 0)
    monkeypatch.setattr("tests.faults.kills.PATIENCE", 0.1)
    campaign = Campaign(Victim("a script", "", "", "", 1), tmp_path, Random(2))
    tally = campaign.run(2)
    assert tally.by_clock == 2
    assert "1 workers outlived their command" in tally.faults
    assert any(fault.endswith(": left is another") for fault in tally.faults)


def test_a_worker_dies_with_its_killed_parent_even_in_the_middle_of_a_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", "tests.faults.stubborn"]
    environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    wait_until(Path("busy").exists)
    process.kill()
    process.wait()
    try:
        wait_until(lambda: not alive(process.pid), seconds=5)
    finally:
        for pid in alive(process.pid):
            os.kill(pid, signal.SIGKILL)
