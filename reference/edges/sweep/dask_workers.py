"""Runs on a Dask cluster, given the extra `cluster`: its workers make them, we keep them.

Dask itself makes a run again whose worker died, up to its own number of times, and blames every run
that the worker had. What it gives up is asked for once more here when all others are done, one run
at a time, so that only a run whose workers die while it is alone with them is lost. Workers need
firingtree in this version, and data files under the same path.
"""

import asyncio
import importlib
import logging
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Protocol

from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.run_record import digest, version_here
from reference.edges.sweep.sweep_errors import SchedulerUnreachable, WorkerUnfit
from reference.edges.sweep.trial import Answer, answer
from reference.edges.system.local_workers import POLL
from reference.edges.system.request_errors import ExtraMissing

PATIENCE = 5
"""Seconds in which a scheduler has to answer."""


class DaskFuture(Protocol):
    """What is used of `distributed.Future`."""

    key: str
    status: str

    def exception(self) -> BaseException | None:
        """What the run raised, if anything."""

    def result(self) -> Answer:
        """What the run answered."""


class DaskClient(Protocol):
    """What is used of `distributed.Client`."""

    status: str
    loop: object

    def submit(
        self,
        function: Callable[[Configuration], Answer],
        run: Configuration,
        *,
        key: str,
        pure: bool,
    ) -> DaskFuture:
        """The run is the cluster's."""

    def close(self) -> None:
        """Nothing is connected, and runs that no worker has begun are taken back."""


def run_on_dask(
    runs: Sequence[Configuration], address: str, asked_to_stop: Callable[[], bool]
) -> Generator[tuple[int, Answer | None], None, None]:
    """The answer to each run, by its index, as they come; None for a run lost with its workers.

    Once asked to stop there are no more, and what no worker has begun is taken back. Errors:
    `extra-missing`, `scheduler-unreachable`, `worker-version`.
    """
    package = _package()
    try:
        with _silence(), _client(package, address) as client:
            yield from _answers(package, client, runs, address, asked_to_stop)
    except OSError as error:  # what a broken connection raises, wherever it is noticed
        raise SchedulerUnreachable(address, f"the connection was lost ({error!r})") from error


def _answers(
    package: ModuleType,
    client: DaskClient,
    runs: Sequence[Configuration],
    address: str,
    asked_to_stop: Callable[[], bool],
) -> Generator[tuple[int, Answer | None], None, None]:
    """The answers, as long as the client is connected. Errors: `OSError` when it is not."""
    suspects, going = deque[int](), dict[str, tuple[int, DaskFuture]]()
    alone: set[int] = set()
    completed = package.as_completed(loop=client.loop)

    def submit(index: int) -> None:
        key = f"firingtree-{digest(runs[index])}-{'alone' if index in alone else 'first'}"
        future = client.submit(answer, runs[index], key=key, pure=False)
        going[key] = index, future
        completed.add(future)

    for index in range(len(runs)):
        submit(index)
    while (going or suspects) and not asked_to_stop():
        if not going:
            alone.add(suspects[0])
            submit(suspects.popleft())
        done: list[DaskFuture] = completed.next_batch(block=False)
        if not done:
            time.sleep(POLL)
        if client.status != "running":
            raise SchedulerUnreachable(address, "the connection was lost")
        for future in done:
            index, _ = going.pop(future.key)
            if not _is_lost(package, address, future):
                yield index, future.result()
            elif index in alone:
                yield index, None
            else:
                suspects.append(index)


def _is_lost(package: ModuleType, address: str, future: DaskFuture) -> bool:
    """Was the run lost with its workers? Errors: `scheduler-unreachable`, `worker-version`."""
    if future.status == "cancelled":
        raise SchedulerUnreachable(address, "the scheduler forgot a run that was submitted")
    error = future.exception()
    if error is None:
        return False
    if isinstance(error, package.KilledWorker):
        return True
    found = f"{type(error).__name__}: {error}"  # an outcome holds whatever the run itself raises
    raise WorkerUnfit(version_here(), found)


def _package() -> ModuleType:
    """The package `distributed`. Errors: `extra-missing`."""
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise ExtraMissing("--scheduler", "distributed", "cluster") from error


@contextmanager
def _client(package: ModuleType, address: str) -> Iterator[DaskClient]:
    """A client of the scheduler. Errors: `scheduler-unreachable`."""
    try:
        kind = asyncio.run(_kind(package, address))
        if kind != "Scheduler":
            raise SchedulerUnreachable(address, f"a {kind} answers there, not a scheduler")
        with warnings.catch_warnings(action="ignore"):  # of packages whose versions differ
            client: DaskClient = package.Client(address, timeout=PATIENCE, set_as_default=False)
    except SchedulerUnreachable:
        raise
    except Exception as error:  # whatever answers there may answer with anything
        found = str(error) or f"no answer within {PATIENCE} seconds"
        raise SchedulerUnreachable(address, found) from error
    try:
        yield client
    finally:
        client.close()


async def _kind(package: ModuleType, address: str) -> str:
    """Who answers there: asked first, as a client that cannot connect says so for long."""
    async with package.rpc(address, timeout=PATIENCE) as there:
        identity = await asyncio.wait_for(there.identity(), PATIENCE)
    return str(identity["type"])


@contextmanager
def _silence() -> Iterator[None]:
    """Within, Dask does not log: what matters of it is an error of ours."""
    names = [name for name in logging.Logger.manager.loggerDict if name.startswith("distributed")]
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
