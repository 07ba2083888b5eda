"""Workers of a sweep that are killed, and sweeps: nothing is lost but the runs under way."""

import os
import signal
import threading
from pathlib import Path

import pytest

from reference.edges.command_line import status_of
from reference.edges.system import local_workers
from tests.commands import DATA
from tests.sweeps import (
    LONGER,
    alive,
    records_in,
    started,
    undisturbed,
    wait_until,
    without_spent,
)

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return undisturbed(str(tmp_path_factory.mktemp("whole")))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)


def test_a_worker_that_is_killed_loses_nothing_but_its_run(
    whole: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    workers: list[local_workers.Worker] = []
    start = local_workers._started

    def noted() -> local_workers.Worker:
        workers.append(start())
        return workers[-1]

    monkeypatch.setattr(local_workers, "_started", noted)

    def kill() -> None:
        wait_until(lambda: records_in("all") > 0)
        workers[0].process.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    assert status_of(f"sweep all {LONGER} --workers 2".split()) == 0
    killer.join()
    assert len(workers) == 3
    assert without_spent("all") == whole


@pytest.mark.parametrize("records", [0, 1])
def test_ctrl_c_ends_a_sweep_at_once_and_the_same_command_goes_on(
    records: int, whole: dict[str, object]
) -> None:
    """Pressed while workers start, or in the middle."""
    process = started("all")
    if records:
        wait_until(lambda: records_in("all") >= records)
    else:
        wait_until(lambda: len(alive(process.pid)) > 2)  # beside the command, Python's tracker
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=5)
    assert (process.returncode, err) == (130, "")
    wait_until(lambda: not alive(process.pid), seconds=3)
    done = records_in("all") if records else 0
    assert records <= done < 5
    assert f"{done} of 5 runs have a record in all/runs; interrupted: the same command" in out
    if records:
        assert status_of(f"sweep all {LONGER} --workers 2".split()) == 0
        assert without_spent("all") == whole
    else:
        assert not Path("all").exists()


def test_ctrl_c_does_not_wait_for_a_run_that_takes_minutes() -> None:
    process = started("all", f"{LONGER} --width 2^8,2^19 --seed 0")
    wait_until(lambda: records_in("all") > 0)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (130, "")
    assert "1 of 2 runs have a record in all/runs; interrupted" in out


def test_a_killed_sweep_leaves_no_process_and_the_same_command_goes_on(
    whole: dict[str, object],
) -> None:
    process = started("all")
    wait_until(lambda: records_in("all") > 0)
    process.kill()
    process.communicate(timeout=5)
    wait_until(lambda: not alive(process.pid))
    assert 0 < records_in("all") < 5
    assert status_of(f"sweep all {LONGER} --workers 2".split()) == 0
    assert without_spent("all") == whole
