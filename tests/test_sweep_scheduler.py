"""What a sweep makes of a scheduler's answers. The scheduler is played here; `test_sweep_dask` has
a true one."""

import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType, TracebackType

import pytest

from reference.edges.setup.configuration import Configuration
from reference.edges.sweep import dask_workers
from reference.edges.sweep.outcome import refused
from reference.edges.sweep.run_record import digest
from reference.edges.sweep.sweep_errors import SchedulerUnreachable, WorkerUnfit
from reference.edges.sweep.trial import Answer
from reference.edges.system.local_workers import POLL
from reference.edges.system.request_errors import ExtraMissing

pytestmark = pytest.mark.plain

ADDRESS = "tcp://far:8786"
RUNS = [Configuration(seed=seed) for seed in range(4)]


class KilledWorker(Exception):
    """Dask has given a run up."""


@dataclass
class Future:
    """A run that the cluster has."""

    key: str
    status: str
    answered: Answer
    error: BaseException | None

    def exception(self) -> BaseException | None:
        return self.error

    def result(self) -> Answer:
        assert self.error is None
        return self.answered


@dataclass
class Scheduler:
    """A cluster that makes a run as soon as it is asked for; `dying` says who dies when.

    The others are made in reverse, and seen at the third look.
    """

    kind: str = "Scheduler"
    dying: Sequence[str] = ()
    raised: BaseException | None = None
    unmet: BaseException | None = None
    silent: BaseException | None = None
    lost: BaseException | None = None
    future_status: str = "finished"
    client_status: str = "running"
    looks: int = 0
    submitted: list[tuple[int, str, bool]] = field(default_factory=list)
    waiting: list[Future] = field(default_factory=list)
    together: list[int] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)

    def package(self) -> ModuleType:
        """What is imported as `distributed`."""
        made = ModuleType("distributed")
        vars(made).update(
            Client=lambda address, **how: Client(self, address, how),
            as_completed=lambda loop: Completed(self, loop),
            rpc=lambda address, timeout: Remote(self, address, timeout),
            KilledWorker=KilledWorker,
        )
        return made


class Remote:
    """Who answers at an address."""

    def __init__(self, scheduler: Scheduler, address: str, timeout: float) -> None:
        assert (address, timeout) == (ADDRESS, dask_workers.PATIENCE)
        self._scheduler = scheduler

    async def __aenter__(self) -> "Remote":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    async def identity(self) -> dict[str, str]:
        if self._scheduler.silent is not None:
            raise self._scheduler.silent
        return {"type": self._scheduler.kind}


class Client:
    """A connection to the scheduler."""

    loop = "its loop"

    def __init__(self, scheduler: Scheduler, address: str, how: dict[str, object]) -> None:
        assert (address, how) == (ADDRESS, {"timeout": 5, "set_as_default": False})
        if scheduler.unmet is not None:
            raise scheduler.unmet
        self._scheduler = scheduler
        scheduler.connected.append("connected")
        scheduler.levels = [logging.getLogger(name).level for name in LOGGERS]

    @property
    def status(self) -> str:
        return self._scheduler.client_status

    def submit(
        self,
        function: Callable[[Configuration], Answer],
        run: Configuration,
        *,
        key: str,
        pure: bool,
    ) -> Future:
        scheduler = self._scheduler
        scheduler.submitted.append((run.seed, key, pure))
        dies = key.rpartition("-")[2] in scheduler.dying and run.seed % 2 == 1
        error = KilledWorker("worker") if dies else scheduler.raised
        return Future(key, scheduler.future_status, function(run), error)

    def close(self) -> None:
        self._scheduler.connected.append("closed")


class Completed:
    """Runs as they end."""

    def __init__(self, scheduler: Scheduler, loop: object) -> None:
        assert loop == Client.loop
        self._scheduler = scheduler

    def add(self, future: Future) -> None:
        self._scheduler.waiting.append(future)

    def next_batch(self, *, block: bool) -> list[Future]:
        assert not block
        if self._scheduler.lost is not None:
            raise self._scheduler.lost
        self._scheduler.looks += 1
        if self._scheduler.looks % 3:
            return []
        done = self._scheduler.waiting[::-1]
        self._scheduler.waiting.clear()
        self._scheduler.together.append(len(done))
        return done


LOGGERS = ("distributed.client", "distributed.played")


def played(config: Configuration) -> Answer:
    """The answer to a run, by its seed."""
    return "version", refused(f"seed {config.seed}", "")


ANSWERS = {index: played(run) for index, run in enumerate(RUNS)}


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was slept, each time; nobody sleeps."""
    found: list[float] = []
    monkeypatch.setattr(dask_workers, "answer", played)
    monkeypatch.setattr(time, "sleep", found.append)
    return found


def given(
    scheduler: Scheduler,
    patch: pytest.MonkeyPatch,
    asked_to_stop: Callable[[], bool] = lambda: False,
) -> list[tuple[int, Answer | None]]:
    """What came of the runs, as they came."""
    patch.setitem(sys.modules, "distributed", scheduler.package())
    return list(dask_workers.run_on_dask(RUNS, ADDRESS, asked_to_stop))


def test_every_answer_comes_as_its_run_ends(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler = Scheduler()
    assert given(scheduler, monkeypatch) == [(index, ANSWERS[index]) for index in (3, 2, 1, 0)]
    assert scheduler.submitted == [
        (run.seed, f"firingtree-{digest(run)}-first", False) for run in RUNS
    ]
    assert scheduler.connected == ["connected", "closed"]
    assert slept == [POLL] * 2


def test_a_run_lost_with_its_worker_is_asked_for_once_more_alone_when_the_others_are_done(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler = Scheduler(dying=["first"])
    assert given(scheduler, monkeypatch) == [(index, ANSWERS[index]) for index in (2, 0, 3, 1)]
    assert [(seed, key.rpartition("-")[2]) for seed, key, _ in scheduler.submitted] == [
        *((seed, "first") for seed in range(4)),
        (3, "alone"),
        (1, "alone"),
    ]
    assert scheduler.together == [4, 1, 1]
    assert slept == [POLL] * 6


@pytest.mark.usefixtures("slept")
def test_a_run_lost_again_when_it_is_alone_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler = Scheduler(dying=["first", "alone"])
    assert given(scheduler, monkeypatch) == [(2, ANSWERS[2]), (0, ANSWERS[0]), (3, None), (1, None)]
    assert len(scheduler.submitted) == 6


@pytest.mark.usefixtures("slept")
@pytest.mark.parametrize("answers", [0, 1])
def test_once_asked_to_stop_there_are_no_more_answers(
    answers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler = Scheduler(dying=["first"])
    found = given(scheduler, monkeypatch, lambda: len(scheduler.together) >= answers)
    assert found == [(2, ANSWERS[2]), (0, ANSWERS[0])] * answers
    assert scheduler.connected == ["connected", "closed"]
    assert len(scheduler.submitted) == 4


@pytest.mark.usefixtures("slept")
@pytest.mark.parametrize(
    ("scheduler", "found"),
    [
        (Scheduler(kind="Worker"), "a Worker answers there, not a scheduler"),
        (Scheduler(silent=TimeoutError()), "no answer within 5 seconds"),
        (Scheduler(silent=ValueError("unknown address")), "unknown address"),
        (Scheduler(unmet=ZeroDivisionError("whatever")), "whatever"),
        (Scheduler(lost=OSError("cut")), "the connection was lost (OSError('cut'))"),
        (Scheduler(client_status="closed"), "the connection was lost"),
        (Scheduler(future_status="cancelled"), "the scheduler forgot a run that was submitted"),
    ],
)
def test_a_scheduler_that_is_none_or_goes_away_is_told(
    scheduler: Scheduler, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SchedulerUnreachable) as caught:
        given(scheduler, monkeypatch)
    assert str(caught.value) == str(SchedulerUnreachable(ADDRESS, found))
    assert scheduler.connected in ([], ["connected", "closed"])


@pytest.mark.usefixtures("slept")
def test_what_a_worker_raises_itself_says_that_it_is_another_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(WorkerUnfit, match="ImportError: no such module"):
        given(Scheduler(raised=ImportError("no such module")), monkeypatch)


@pytest.mark.usefixtures("slept")
def test_dask_is_silent_meanwhile_and_logs_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, level in zip(LOGGERS, (logging.DEBUG, logging.ERROR), strict=True):
        logging.getLogger(name).setLevel(level)
    other = logging.getLogger("firingtree.played")
    scheduler = Scheduler()
    given(scheduler, monkeypatch)
    assert [level > logging.CRITICAL for level in scheduler.levels] == [True, True]
    assert [logging.getLogger(name).level for name in LOGGERS] == [logging.DEBUG, logging.ERROR]
    assert other.level == logging.NOTSET


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ExtraMissing) as caught:
        list(dask_workers.run_on_dask(RUNS, ADDRESS, lambda: False))
    assert str(caught.value) == str(ExtraMissing("--scheduler", "distributed", "cluster"))
