"""A disk that is full, or turns read-only, and a limit on the size of files.

Each ends a command by name, with nothing half-written; what was there before is still there, and
the command goes on once there is room.
"""

import resource
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from reference.training.trace import Record
from reference.training.training import Run
from tests.commands import SMALL, lying_here
from tests.faults.children import in_child, may_mount, mount, mounting, told
from tests.faults.made_up import VECTORS, without_work
from tests.faults.victims import prepared

pytestmark = pytest.mark.thorough

__all__ = ["mounting"]

TRAIN = f"train {SMALL} --until 0 --steps 5 --checkpoint"
SWEEP = "--data small.csv --points 3 --width 16 --alpha 0.05,0.6 --seed 0..3 --steps 3"
AUDIT = "audit model/offset kernel/duplicates --quick --results"
UNWRITTEN = "firingtree: error[output-not-written]: "
"""How an error of writing begins."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With data, where no command does its work."""
    monkeypatch.chdir(prepared(tmp_path))
    without_work(monkeypatch)


def state(name: str) -> bytes:
    return Path(name, "state.ckpt").read_bytes()


def limit_files(size: int) -> None:
    """In a child: no file may grow beyond this. The signal of it Python ignores."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def before_step(patch: pytest.MonkeyPatch, number: int, change: Callable[[], None]) -> None:
    """Until undone, this is done before a run's step of that number."""
    step = Run.step

    def changed(run: Run[float]) -> Record | None:
        if len(run.records) == number:
            change()
        return step(run)

    patch.setattr(Run, "step", changed)


# ---- a full disk ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("mounting")
def test_a_run_on_a_full_disk_ends_by_name_and_goes_on_when_there_is_room() -> None:
    def work() -> None:
        may_mount()
        disk = Path("disk")
        disk.mkdir()
        mount(disk, "size=16k")
        status, error = told(f"{TRAIN} disk/run --trace disk/run.jsonl")
        assert status == 2
        assert error.startswith(f"{UNWRITTEN}cannot write disk/run")
        assert "No space left on device" in error
        assert error.count("\n") == 1
        assert list(disk.rglob("*.partial")) == []
        assert Path("disk/run/state.ckpt").exists()
        mount(disk, "remount,size=1m")
        assert told("train --resume disk/run --trace disk/run.jsonl") == (0, "")
        copytree(disk, "left")

    assert told(f"{TRAIN} whole --trace whole.jsonl")[0] == 0
    assert in_child(work) == 0
    assert state("left/run") == state("whole")
    assert Path("left/run.jsonl").read_bytes() == Path("whole.jsonl").read_bytes()


@pytest.mark.usefixtures("mounting")
def test_vectors_built_on_a_full_disk_are_whole_or_as_they_were() -> None:

    def work() -> None:
        may_mount()
        disk = Path("disk")
        disk.mkdir()
        mount(disk, "size=96k")
        for name in VECTORS:
            (disk / name).write_text("earlier")
        status, error = told("vectors build --folder disk")
        assert (status, error.startswith(UNWRITTEN)) == (2, True)
        contents = {name: (disk / name).read_bytes() for name in VECTORS}
        assert [len(content) for content in contents.values()] == [40_000, 40_000, len("earlier")]
        assert {path.name for path in disk.iterdir()} == set(VECTORS)

    assert in_child(work) == 0


# ---- a limit on the size of files ----------------------------------------------------------------


def limited(arguments: str, size: int) -> None:
    """The command ends by name when it writes more than so many bytes."""

    def work() -> None:
        limit_files(size)
        status, error = told(arguments)
        assert status == 2
        assert error.startswith(UNWRITTEN)
        assert "File too large" in error
        assert error.count("\n") == 1

    assert in_child(work) == 0
    assert list(Path().rglob("*.partial")) == []


def test_a_run_that_may_not_write_its_checkpoint_ends_by_name_and_goes_on() -> None:
    assert told(f"{TRAIN} whole")[0] == 0
    limited(f"{TRAIN} run", len(state("whole")) * 3 // 4)
    assert 0 < len(state("run")) < len(state("whole"))
    assert told("train --resume run")[0] == 0
    assert state("run") == state("whole")


def test_a_sweep_that_may_not_write_its_document_keeps_its_records() -> None:
    limited(f"sweep all {SWEEP} --json all.json", 4096)
    before = lying_here()
    assert len(list(Path("all/runs").iterdir())) == 8
    assert told(f"sweep all {SWEEP} --json all.json")[0] == 0
    after = lying_here()
    del after["all.json"]
    assert after == before


def test_an_audit_that_may_not_write_its_results_leaves_the_earlier_ones() -> None:
    assert told(f"{AUDIT.replace(' kernel/duplicates', '')} audit.json")[0] == 0
    before = lying_here()
    limited(f"{AUDIT} audit.json", Path("audit.json").stat().st_size)
    assert lying_here() == before


def test_vectors_that_may_not_be_written_leave_the_earlier_ones() -> None:
    Path("v").mkdir()
    for name in VECTORS:
        Path("v", name).write_text("earlier")
    before = lying_here()
    limited("vectors build --folder v", 4096)
    assert lying_here() == before


# ---- a folder that cannot be written -------------------------------------------------------------


REFUSED = (
    f"{TRAIN} disk/new",
    "train --resume disk/run",
    f"train {SMALL} --trace disk/run.jsonl",
    f"sweep disk/all {SWEEP}",
    f"sweep disk/new {SWEEP}",
    "vectors build --folder disk/v",
    f"{AUDIT} disk/audit.json",
)


@pytest.mark.usefixtures("mounting")
def test_a_read_only_folder_is_refused_before_anything_is_computed() -> None:
    def work() -> None:
        may_mount()
        disk = Path("disk")
        disk.mkdir()
        mount(disk, "size=1m")
        assert told(f"{TRAIN} disk/run")[0] == 0
        assert told(f"sweep disk/all {SWEEP} --seed 0")[0] == 0
        Path("disk/v").mkdir()
        Path("disk/v/step.jsonl").write_text("earlier")
        mount(disk, "remount,ro")
        before = lying_here()
        for arguments in REFUSED:
            status, error = told(arguments)
            assert status == 2
            assert error.startswith("firingtree: error[output-folder-missing]: ")
            assert error.count("\n") == 1
        assert lying_here() == before

    assert in_child(work) == 0


@pytest.mark.usefixtures("mounting")
def test_a_disk_that_turns_read_only_ends_a_run_by_name_and_it_goes_on() -> None:
    def work() -> None:
        may_mount()
        disk = Path("disk")
        disk.mkdir()
        mount(disk, "size=1m")
        with pytest.MonkeyPatch.context() as patch:
            before_step(patch, 3, lambda: mount(disk, "remount,ro"))
            status, error = told(f"{TRAIN} disk/run")
        assert status == 2
        assert error.startswith(f"{UNWRITTEN}cannot write disk/run")
        assert "Read-only file system" in error
        mount(disk, "remount,rw")
        assert told("train --resume disk/run")[0] == 0
        copytree(disk, "left")

    assert told(f"{TRAIN} whole")[0] == 0
    assert in_child(work) == 0
    assert state("left/run") == state("whole")
