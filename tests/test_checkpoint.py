"""A run that was interrupted and resumed leaves the bytes of one that was not, however it ended.

Inside this process, by breaking into steps and into writing; `test_checkpoint_processes` has real
signals.
"""

import errno
import json
import os
from itertools import count, product
from pathlib import Path

import pytest

from reference.edges.command_line import status_of
from reference.edges.runs.checkpoint import load_checkpoint
from tests.interruptions import press_ctrl_c_in, stop_after

pytestmark = pytest.mark.plain

METHODS = ["--structure tournament", "--structure ordered", "--structure scan"]
METHODS += ["--structure incremental", "--method gauss-newton"]
RULES = ["full", "backtracking", "damped"]
VARIANTS = [f"{method} --step-rule {rule}" for method, rule in product(METHODS, RULES)]
VARIANTS += ["--structure ordered --step-rule damped --invariants full --activation printed"]
VARIANTS += ["--weights implicit --step-rule damped", "--solver cg", "--method gradient-descent"]
VARIANTS += ["--weights recomputed --bias-spread 0.2 --norms kept --activation printed"]
VARIANTS += ["--solver sketch --step-rule damped", "--method sgd --batch 2"]
VARIANTS += ["--method sublinear-sgd --batch 3 --weights implicit --invariants full"]
VARIANTS += ["--method sublinear-sgd --batch 2 --structure incremental"]
VARIANTS += ["--engine vectorized --step-rule damped", "--engine vectorized --method gauss-newton"]
VARIANTS += ["--engine vectorized --structure scan --weights implicit --activation printed"]
VARIANTS += ["--engine vectorized --method sublinear-sgd --batch 3 --invariants full"]
VARIANTS += ["--method live --step-rule backtracking", "--engine vectorized --method live"]
DATA = "1,2,3,0\n2,1,-1,1\n1,1,0,0\n3,-1,1,1\n-1,4,1,0\n"
SMALL = "--data small.csv --points 4 --width 64 --alpha 0.1 --until 0 --steps 5"


CLOCK = "reference.edges.runs.checkpoint.perf_counter"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with data, where saving takes no time, so that every step is kept."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(CLOCK, lambda: 0.0)
    Path("small.csv").write_text(DATA)
    return tmp_path


def train(options: str, name: str, verb: str = "checkpoint") -> int:
    """The status of a run that keeps everything under this name."""
    outputs = f"--{verb} {name} --trace {name}.jsonl --json {name}.json"
    return status_of(f"train {options} {outputs}".split())


def left(name: str) -> tuple[bytes, bytes, object]:
    """What the run of this name left: its checkpoint, its trace, its JSON without seconds."""
    document = json.loads(Path(f"{name}.json").read_bytes())
    state, trace = Path(name, "state.ckpt").read_bytes(), Path(f"{name}.jsonl").read_bytes()
    return state, trace, without_seconds(document)


def without_seconds(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_seconds(part) for key, part in value.items() if key != "seconds"}
    if isinstance(value, list):
        return [without_seconds(part) for part in value]
    return value


def fail_after(patch: pytest.MonkeyPatch, writes: int) -> None:
    """Until undone, so many files can be written and then the disk is full."""
    made, fsync = [0], os.fsync

    def full_disk(descriptor: int) -> None:
        if made[0] == writes:
            raise OSError(errno.ENOSPC, "No space left on device")
        made[0] += 1
        fsync(descriptor)

    patch.setattr(os, "fsync", full_disk)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("variant", VARIANTS)
def test_interrupted_and_resumed_runs_leave_the_same_bytes(variant: str) -> None:
    status = train(f"{SMALL} {variant}", "whole")
    assert status in (0, 3)
    for verb, options, steps in (("checkpoint", f"{SMALL} {variant}", 1), ("resume", "", 2)):
        with pytest.MonkeyPatch.context() as patch:
            stop_after(patch, steps)
            assert train(options, "broken", verb) == 130
    assert len(load_checkpoint(Path("broken")).header.records) == 3
    assert train("", "broken", "resume") == status
    assert left("broken") == left("whole")


@pytest.mark.usefixtures("folder")
def test_a_run_interrupted_before_its_first_step_is_resumed_to_the_same_bytes() -> None:
    status = train(SMALL, "whole")
    with pytest.MonkeyPatch.context() as patch:
        stop_after(patch, 0)
        assert train(SMALL, "broken") == 130
    assert train("", "broken", "resume") == status
    assert left("broken") == left("whole")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("steps", "kept"), [(1, 1), (2, 1), (3, 3), (4, 3), (5, 5)])
def test_where_saving_takes_as_long_as_a_step_a_killed_run_goes_on_from_an_earlier_one(
    monkeypatch: pytest.MonkeyPatch, steps: int, kept: int
) -> None:
    """The clock goes on by one whenever somebody looks at it, so every other step is kept."""
    status = train(SMALL, "whole")
    with pytest.MonkeyPatch.context() as patch:
        ticks = count()
        patch.setattr(CLOCK, lambda: float(next(ticks)))
        stop_after(patch, steps)
        assert train(SMALL, "broken") == 130
    assert len(load_checkpoint(Path("broken")).header.records) == kept
    ticks = count()
    monkeypatch.setattr(CLOCK, lambda: float(next(ticks)))
    assert train("", "broken", "resume") == status
    assert left("broken") == left("whole")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_after_ctrl_c_the_step_under_way_is_finished_and_kept_however_long_saving_takes(
    steps: int,
) -> None:
    status = train(SMALL, "whole")
    with pytest.MonkeyPatch.context() as patch:
        ticks = count()
        patch.setattr(CLOCK, lambda: float(next(ticks)))
        press_ctrl_c_in(patch, steps)
        assert train(SMALL, "broken") == 130
    header = load_checkpoint(Path("broken")).header
    assert (len(header.records), header.reason) == (steps, None)
    assert Path("broken.jsonl").read_bytes().count(b"\n") == steps
    assert train("", "broken", "resume") == status
    assert left("broken") == left("whole")


@pytest.mark.usefixtures("folder")
def test_resuming_a_finished_run_writes_its_outputs_again_and_makes_no_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    status = train(SMALL, "run")
    before = left("run")
    Path("run.json").unlink()
    Path("run.jsonl").write_text("something else")
    stop_after(monkeypatch, 0)
    assert train("", "run", "resume") == status
    assert left("run") == before


@pytest.mark.usefixtures("folder")
def test_a_resumed_run_knows_the_seconds_of_its_earlier_steps() -> None:
    with pytest.MonkeyPatch.context() as patch:
        stop_after(patch, 2)
        train(SMALL, "run")
    written = Path("run/seconds.json").read_text()
    train("", "run", "resume")
    assert Path("run/seconds.json").read_text().startswith(written[:-1])


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("content", [None, b"", b"[", b'[{"query": "long"}]', b"[{}, {}]"])
def test_lost_seconds_do_not_keep_a_run_from_being_resumed(content: bytes | None) -> None:
    train(SMALL, "whole")
    with pytest.MonkeyPatch.context() as patch:
        stop_after(patch, 2)
        train(SMALL, "run")
    Path("run/seconds.json").unlink()
    if content is not None:
        Path("run/seconds.json").write_bytes(content)
    train("", "run", "resume")
    assert left("run") == left("whole")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("writes", range(1, 7))
def test_a_full_disk_ends_a_run_by_name_and_leaves_the_checkpoint_before(
    capsys: pytest.CaptureFixture[str], writes: int
) -> None:
    train(SMALL, "whole")
    with pytest.MonkeyPatch.context() as patch:
        fail_after(patch, writes)
        assert train(SMALL, "run") == 2
    told = capsys.readouterr().err
    assert told.startswith("firingtree: error[output-not-written]: cannot write run/")
    assert "No space left on device" in told
    assert len(load_checkpoint(Path("run")).header.records) == (writes - 1) // 2
    assert list(Path().rglob("*.partial")) == []
    train("", "run", "resume")
    assert left("run") == left("whole")


@pytest.mark.usefixtures("folder")
def test_a_full_disk_leaves_the_earlier_trace_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("run.jsonl").write_text("earlier")
    fail_after(monkeypatch, 0)
    assert status_of(f"train {SMALL} --trace run.jsonl".split()) == 2
    assert {path.name for path in Path().iterdir()} == {"small.csv", "run.jsonl"}
    assert Path("run.jsonl").read_text() == "earlier"


@pytest.mark.usefixtures("folder")
def test_what_a_killed_writer_left_half_written_is_overwritten() -> None:
    with pytest.MonkeyPatch.context() as patch:
        stop_after(patch, 2)
        train(SMALL, "run")
    Path("run/.state.ckpt.firingtree.partial").write_bytes(b"half")
    train("", "run", "resume")
    assert list(Path().rglob("*.partial")) == []
