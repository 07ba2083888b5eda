"""A sweep on a Dask cluster of three worker processes, some of which are killed."""

import importlib.metadata
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reference.edges.command_line import status_of
from reference.edges.sweep import dask_workers
from tests.commands import DATA, assert_refused, call
from tests.sweeps import (
    GRID,
    LONGER,
    fatal_answer,
    here,
    records_in,
    undisturbed,
    wait_until,
    without_spent,
)

sys.modules.setdefault("importlib_metadata", importlib.metadata)  # or Dask's takes its place

import dask  # noqa: E402
import distributed  # noqa: E402

pytestmark = pytest.mark.thorough


class Cluster(distributed.LocalCluster):
    """One whose scheduler is here."""

    scheduler: distributed.Scheduler

    def __init__(self) -> None:
        super().__init__(n_workers=3, threads_per_worker=1, dashboard_address=":0")  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return undisturbed(str(tmp_path_factory.mktemp("whole")))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A scheduler in this process and three workers in their own, started anew when they die.

    A run is given up by Dask when the first worker dies with it.
    """
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        Cluster() as made,
    ):
        yield made


def test_a_cluster_makes_the_records_that_are_made_here(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    told = call(capsys, f"sweep all {GRID} --scheduler {cluster.scheduler_address}")
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith(f"8 runs; workers of {cluster.scheduler_address}\n")
    with pytest.MonkeyPatch.context() as patch:
        here(patch)
        assert status_of(f"sweep here {GRID}".split()) == 0
    assert without_spent("all") == without_spent("here")


def test_a_worker_that_is_killed_loses_nothing(cluster: Cluster, whole: dict[str, object]) -> None:
    killed: list[int] = []

    def kill() -> None:
        wait_until(lambda: records_in("all") > 0)
        for nanny in cluster.workers.values():
            worker = cluster.scheduler.workers.get(nanny.worker_address)
            if worker is not None and worker.processing and not killed:
                killed.append(nanny.pid)
                os.kill(nanny.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    assert status_of(f"sweep all {LONGER} --scheduler {cluster.scheduler_address}".split()) == 0
    killer.join()
    assert len(killed) == 1
    assert without_spent("all") == whole


def test_a_run_that_always_kills_its_worker_is_given_up_and_the_others_are_made(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dask_workers, "answer", fatal_answer)
    grid = "--data small.csv --points 4 --width 16 --alpha 0.05 --seed 0..4"
    told = call(capsys, f"sweep all {grid} --scheduler {cluster.scheduler_address}")
    assert (told.status, told.err) == (0, "")
    assert "seed 1 live full: refused (worker-lost)\n" in told.out
    assert told.out.count("refused (worker-lost)") == 1
    assert "5 of 5 runs have a record in all/runs\n" in told.out


def test_ctrl_c_takes_back_what_no_worker_has_begun(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    def press() -> None:
        wait_until(lambda: records_in("all") > 0)
        os.kill(os.getpid(), signal.SIGINT)

    presser = threading.Thread(target=press)
    presser.start()
    told = call(capsys, f"sweep all {LONGER} --scheduler {cluster.scheduler_address}")
    presser.join()
    assert (told.status, told.err) == (130, "")
    assert 0 < records_in("all") < 5
    assert "; interrupted: the same command goes on\n" in told.out
    wait_until(lambda: not cluster.scheduler.tasks)


def test_a_worker_without_this_version_is_refused(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unknown(_: object) -> None:
        raise ModuleNotFoundError("No module named 'reference.edges.sweep'")

    monkeypatch.setattr(dask_workers, "answer", unknown)
    words = [
        "ModuleNotFoundError: No module named 'reference.edges.sweep'",
        "expected firingtree 0",
    ]
    command = f"sweep all {GRID} --scheduler {cluster.scheduler_address}"
    assert_refused(capsys, command, "worker-version", words)


def test_nobody_or_somebody_else_at_the_address_is_told_soon(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dask_workers, "PATIENCE", 1)
    wait_until(lambda: bool(cluster.scheduler.workers))
    worker = next(iter(cluster.scheduler.workers))
    with socket.create_server(("localhost", 0)) as silent:
        for address, words in {
            "tcp://localhost:9": ["tcp://localhost:9", "tcp://host:8786"],
            f"tcp://localhost:{silent.getsockname()[1]}": ["--scheduler tcp://localhost:"],
            worker: [f"{worker}: a Worker answers there, not a scheduler"],
            "nonsense://host:1": ["unknown address scheme"],
            "localhost": ["missing port number"],
        }.items():
            began = time.monotonic()
            command = f"sweep all {GRID} --scheduler {address}"
            assert_refused(capsys, command, "scheduler-unreachable", words)
            assert time.monotonic() - began < 8


def test_a_scheduler_that_goes_away_is_told_and_what_was_made_is_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    dask_command = str(Path(sys.executable).with_name("dask"))
    port = address.rpartition(":")[2]
    arguments = [["scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]]
    arguments.append(["worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"])
    nowhere = subprocess.DEVNULL
    processes = [
        subprocess.Popen([dask_command, *each], stdout=nowhere, stderr=nowhere)
        for each in arguments
    ]

    def listens() -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", int(port))) == 0

    def kill() -> None:
        wait_until(lambda: records_in("all") > 0)
        processes[0].kill()

    wait_until(listens)

    killer = threading.Thread(target=kill)
    killer.start()
    told = call(capsys, f"sweep all {LONGER} --scheduler {address}")
    killer.join()
    for process in processes:
        process.kill()
        process.wait()
    assert told.status == 2
    assert told.err.startswith("firingtree: error[scheduler-unreachable]: ")
    assert "lost" in told.err
    assert "records made so far are kept" in told.err
    assert 0 < records_in("all") < 5


def test_without_the_package_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = ["--scheduler", "pip install 'firingtree[cluster]'"]
    command = f"sweep all {GRID} --scheduler tcp://localhost:9"
    assert_refused(capsys, command, "extra-missing", words)
