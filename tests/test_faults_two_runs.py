"""Two commands at once on one folder or file: the second is refused by name, or both are right."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Barrier, Thread

import pytest

from proofs.evidence.results import alone_with
from reference.edges.command_line import status_of
from reference.edges.runs.run_errors import CheckpointBusy
from reference.edges.sweep.sweep_errors import SweepFolderBusy
from reference.edges.sweep.sweep_folder import opened
from reference.edges.system.exclusive import alone_in
from reference.edges.system.output_files import check_writable, write_whole
from tests.commands import SMALL, assert_refused
from tests.faults.children import ended, forked, told
from tests.faults.made_up import VECTORS, without_work
from tests.faults.victims import prepared

pytestmark = pytest.mark.thorough

RUN = f"train {SMALL} --until 0 --steps 5"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(prepared(tmp_path))
    without_work(monkeypatch)


def status(arguments: str) -> int:
    return told(arguments)[0]


def at_once(work: Callable[[], int]) -> list[int]:
    """How two children ended that began together."""
    waiting, go = os.pipe()

    def after_the_signal() -> int:
        os.close(go)
        os.read(waiting, 1)
        return work()

    children = [forked(after_the_signal) for _ in range(2)]
    os.close(go)
    os.close(waiting)
    return sorted(ended(child) for child in children)


@pytest.mark.parametrize("options", [f"{RUN} --checkpoint run", "train --resume run"])
def test_a_second_run_on_one_checkpoint_is_refused(
    options: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if "--resume" in options:
        status_of(f"{RUN} --checkpoint run".split())
    with alone_in(Path("run"), CheckpointBusy("run")):
        assert_refused(capsys, options, "checkpoint-busy", ["run", "another directory"])


def test_of_two_runs_that_begin_together_one_is_refused_and_the_other_is_right() -> None:
    assert told(f"{RUN} --checkpoint whole") == (0, "")
    whole = Path("whole/state.ckpt").read_bytes()
    for name in map(str, range(5)):
        assert at_once(partial(status, f"{RUN} --checkpoint {name}")) == [0, 2]
        assert Path(name, "state.ckpt").read_bytes() == whole


def test_of_two_sweeps_that_begin_together_in_a_new_folder_one_has_it() -> None:
    def sweep(name: str) -> int:
        try:
            with opened(Path(name)) as held:
                write_whole(held.path / "runs/one", b"")
                os.read(waiting, 1)
        except SweepFolderBusy:
            os.write(go, b"!")
            return 2
        return 0

    for name in map(str, range(5)):
        waiting, go = os.pipe()
        assert at_once(partial(sweep, name)) == [0, 2]
        assert Path(name, "sweep.json").exists()


def test_a_second_audit_with_one_file_of_results_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    audit = "audit model/offset --quick --results audit.json"
    with alone_with(Path("audit.json")):
        assert_refused(capsys, audit, "results-busy", ["audit.json", "another file"])
    assert not list(Path().glob(".*.lock"))


def test_vectors_built_twice_at_once_are_right() -> None:
    assert at_once(partial(status, "vectors build --folder v")) == [0, 0]
    assert {path.name: path.read_bytes() for path in Path("v").iterdir()} == VECTORS


def test_a_file_that_two_write_again_and_again_is_always_whole() -> None:
    """And nobody is told that it cannot be written."""
    path, contents = Path("file"), [bytes([65 + k]) * (1 << (10 + 3 * k)) for k in range(3)]
    path.write_bytes(contents[0])
    begin, faults = Barrier(3), list[object]()

    def write(content: bytes) -> None:
        begin.wait()
        try:
            for _ in range(30):
                check_writable("--trace", path)
                write_whole(path, content)
        except Exception as error:
            faults.append(error)

    writers = [Thread(target=write, args=(content,)) for content in contents]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        if path.read_bytes() not in contents:
            faults.append("half a file")
    for writer in writers:
        writer.join()
    assert faults == []
    assert [each.name for each in Path().glob("*file*")] == ["file"]
    assert not list(Path().glob(".file*"))


def test_where_a_file_system_knows_no_locks_nobody_is_kept_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*_: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("reference.edges.system.exclusive.fcntl.flock", unknown)
    with alone_in(Path("run"), CheckpointBusy("run")):
        assert told(f"{RUN} --checkpoint run") == (0, "")
