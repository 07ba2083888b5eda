"""Workers of a sweep: what they make, and how they share the cores."""

import os
from multiprocessing import active_children
from pathlib import Path

import pytest

from reference.edges.command_line import status_of
from reference.edges.sweep import sweep_session
from reference.edges.system import local_workers
from tests.commands import DATA, call
from tests.sweeps import GRID, fatal_answer, here, without_spent

pytestmark = pytest.mark.plain


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)


def test_workers_make_the_records_that_are_made_in_one_process(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = call(capsys, f"sweep all {GRID} --workers 2")
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("8 runs; 2 workers, ")
    assert active_children() == []
    with pytest.MonkeyPatch.context() as patch:
        here(patch)
        assert status_of(f"sweep one {GRID}".split()) == 0
    assert without_spent("all") == without_spent("one")


def test_a_run_that_always_kills_its_worker_is_given_up_and_the_others_are_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sweep_session, "answer", fatal_answer)
    grid = "--data small.csv --points 4 --width 16 --alpha 0.05 --seed 0..4"
    told = call(capsys, f"sweep all {grid} --workers 2")
    assert (told.status, told.err) == (0, "")
    assert "seed 1 live full: refused (worker-lost)\n" in told.out
    assert "refused: 1 worker-lost; remove a record" in told.out
    assert "5 of 5 runs have a record in all/runs\n" in told.out
    monkeypatch.undo()


def test_the_environment_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in local_workers.THREADS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    before = dict(os.environ)
    with local_workers._threads(3):
        threads = [os.environ[name] for name in local_workers.THREADS]
        assert threads == ["3", "7", "3"]
    assert dict(os.environ) == before


def test_workers_share_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    assert local_workers.cores() >= 1
    monkeypatch.setattr(local_workers, "cores", lambda: 8)
    assert [local_workers.threads_each(count) for count in (1, 2, 3, 8, 20)] == [8, 4, 2, 1, 1]
