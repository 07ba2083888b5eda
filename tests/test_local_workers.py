"""Work shared out among workers, which are played here: who does what, and what is done again."""

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest

from reference.edges.system import local_workers
from reference.edges.system.local_workers import ATTEMPTS, do_locally

pytestmark = pytest.mark.plain


class Worker:
    """A worker that is its own pool, and does a task at once; `plan` says which tasks kill it."""

    def __init__(self, office: "Office", number: int) -> None:
        self.office = office
        self.number = number
        self.pool = self

    def submit(self, do: Callable[[int], int], task: int) -> Future[int]:
        self.office.told.append(f"{self.number} has {task}")
        if self.number in self.office.dead_when_idle:
            raise BrokenProcessPool
        future: Future[int] = Future()
        if self.office.deaths.get(task, 0):
            self.office.deaths[task] -= 1
            future.set_exception(BrokenProcessPool())
        elif task not in self.office.endless:
            future.set_result(do(task))
        return future

    def end(self) -> None:
        self.office.told.append(f"{self.number} ended")

    def shutdown(self) -> None:
        self.office.told.append(f"{self.number} let go")


class Office:
    """Workers, and what became of them."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.told: list[str] = []
        self.deaths: dict[int, int] = {}
        self.dead_when_idle: set[int] = set()
        self.endless: set[int] = set()
        self._started = 0
        patch.setattr(local_workers, "_started", self._new)
        patch.setattr(local_workers, "POLL", 0.0)

    def _new(self) -> Any:
        self._started += 1
        return Worker(self, self._started)

    def results(self, tasks: int, workers: int, looks: int = 10**6) -> list[tuple[int, int | None]]:
        """What becomes of tasks 0, 1, …, each its square, if it is asked to stop after so long."""
        left = [looks]

        def asked_to_stop() -> bool:
            left[0] -= 1
            return left[0] < 0

        return list(do_locally(range(tasks), lambda task: task**2, workers, asked_to_stop))


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


def test_a_worker_that_is_free_has_the_next_task(office: Office) -> None:
    assert office.results(3, 1) == [(0, 0), (1, 1), (2, 4)]
    assert office.told == ["1 has 0", "1 has 1", "1 has 2", "1 let go"]


def test_there_are_no_more_workers_than_asked_for_and_all_are_let_go(office: Office) -> None:
    assert sorted(office.results(5, 2)) == [(k, k * k) for k in range(5)]
    assert office.told[:2] == ["1 has 0", "2 has 1"]
    assert sorted(line for line in office.told if "let go" in line) == ["1 let go", "2 let go"]
    assert len(office.told) == 7


def test_a_task_whose_worker_died_is_done_again_by_a_new_one_after_the_others(
    office: Office,
) -> None:
    office.deaths = {0: 2}
    assert office.results(2, 1) == [(1, 1), (0, 0)]
    assert office.told == [
        *("1 has 0", "1 ended"),
        *("2 has 1", "2 has 0", "2 ended"),
        *("3 has 0", "3 let go"),
    ]


def test_a_task_that_killed_three_workers_is_lost(office: Office) -> None:
    office.deaths = {0: ATTEMPTS}
    assert ATTEMPTS == 3
    assert office.results(2, 1) == [(1, 1), (0, None)]
    assert office.told[-2:] == ["3 has 0", "3 ended"]


def test_a_worker_that_died_while_it_was_idle_costs_no_attempt(office: Office) -> None:
    office.dead_when_idle = {1}
    assert office.results(1, 1) == [(0, 0)]
    assert office.told == ["1 has 0", "1 ended", "2 has 0", "2 let go"]


def test_once_asked_to_stop_there_is_no_more_and_whoever_works_is_ended(office: Office) -> None:
    office.endless = {1}
    assert office.results(3, 2, looks=1) == [(0, 0)]
    assert office.told == ["1 has 0", "2 has 1", "1 let go", "2 ended"]


def test_while_nothing_ends_it_looks_whether_it_is_asked_to_stop(office: Office) -> None:
    office.endless = {0}
    assert office.results(1, 1, looks=5) == []
    assert office.told == ["1 has 0", "1 ended"]


def test_a_worker_that_ends_is_killed_and_waits_for_nothing() -> None:
    told: list[object] = []

    class Pool:
        def shutdown(self, *, cancel_futures: bool) -> None:
            told.append(cancel_futures)

    class Process:
        def kill(self) -> None:
            told.append("killed")

    worker: Any = local_workers.Worker.__new__(local_workers.Worker)
    object.__setattr__(worker, "pool", Pool())
    object.__setattr__(worker, "process", Process())
    worker.end()
    assert told == ["killed", True]


def test_the_cores_of_this_process_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 2, 5})
    assert local_workers.cores() == 3
    monkeypatch.delattr("os.sched_getaffinity")
    for counted, cores in ((8, 8), (None, 1)):
        monkeypatch.setattr("os.cpu_count", lambda counted=counted: counted)
        assert local_workers.cores() == cores
