"""A process that was interrupted or killed, and resumed, leaves the bytes of one that was not."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reference.edges.runs.checkpoint import load_checkpoint
from tests.test_checkpoint import left

pytestmark = pytest.mark.plain

LARGER = "--points 16 --width 4096 --structure ordered --step-rule damped"


def started(options: str, name: str, verb: str = "checkpoint") -> subprocess.Popen[str]:
    """A process that keeps everything under this name."""
    command = [str(Path(sys.executable).with_name("firingtree")), "train", *options.split()]
    outputs = f"--{verb} {name} --trace {name}.jsonl --json {name}.json".split()
    return subprocess.Popen(
        [*command, *outputs], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """The path exists, or the process has ended."""
    while process.poll() is None and not path.exists():
        time.sleep(0.01)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which an uninterrupted process has left everything under `whole`."""
    folder = tmp_path_factory.mktemp("processes")
    process = started(LARGER, str(folder / "whole"))
    assert process.communicate()[1] == ""
    assert process.returncode == 0
    return folder


@pytest.mark.thorough
def test_a_process_killed_at_any_moment_is_resumed_to_the_same_bytes(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(whole)
    moments = random.Random(8)
    state = Path("killed/state.ckpt")
    killed = 0
    for awaited in (Path(), state, Path("killed/seconds.json"), state):
        verb, options = ("resume", "") if state.exists() else ("checkpoint", LARGER)
        process = started(options, "killed", verb)
        wait_for(awaited, process)
        time.sleep(moments.uniform(0.0, 0.3))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 3
    process = started("", "killed", "resume")
    assert process.communicate()[1] == ""
    assert process.returncode == 0
    assert left("killed") == left("whole")
    assert list(whole.rglob("*.partial")) == []


def test_an_interrupted_process_saves_its_checkpoint_and_says_so(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(whole)
    process = started(LARGER, "interrupted")
    wait_for(Path("interrupted/seconds.json"), process)
    process.send_signal(signal.SIGINT)
    printed, told = process.communicate()
    assert (process.returncode, told) == (130, "")
    assert "\ninterrupted: " in printed
    assert load_checkpoint(Path("interrupted")).header.reason is None
    steps = len(load_checkpoint(Path("interrupted")).header.records)
    assert Path("interrupted.jsonl").read_bytes().count(b"\n") == steps > 0
    resumed = started("", "interrupted", "resume")
    assert resumed.communicate()[1] == ""
    assert resumed.returncode == 0
    assert left("interrupted") == left("whole")
