"""Work on this machine: a few processes, each of which does one task at a time.

Each worker is a pool of one process, so that a pool that broke says which task broke it. A task
whose worker was lost (killed, or out of memory) is done again by a new one, after the others.
"""

import os
import signal
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from multiprocessing.process import BaseProcess
from multiprocessing.resource_tracker import ensure_running
from typing import TypeVar

from reference.edges.system.with_parent import end_with_parent

T = TypeVar("T")
R = TypeVar("R")

ATTEMPTS = 3
"""A task is lost with its worker at most so often before that is its outcome."""

POLL = 0.1
"""Seconds between two looks at whether Ctrl-C was pressed."""

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""What says how many threads a process's products of matrices take."""


def cores() -> int:
    """How many processors there are for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_each(workers: int) -> int:
    """A worker's share of the cores, at least one."""
    return max(1, cores() // workers)


@dataclass(frozen=True, slots=True)
class Worker:
    """A pool, and its only process."""

    pool: ProcessPoolExecutor
    process: BaseProcess

    def end(self) -> None:
        """The process is gone, whatever it was doing."""
        self.process.kill()
        self.pool.shutdown(cancel_futures=True)


def do_locally(
    tasks: Sequence[T], do: Callable[[T], R], workers: int, asked_to_stop: Callable[[], bool]
) -> Generator[tuple[int, R | None], None, None]:
    """What `do` makes of each task, by its index, as they come; None if lost with its workers.

    Once asked to stop there are no more. When it is over, for whatever reason, no worker is left.
    """
    waiting, lost = deque(range(len(tasks))), Counter[int]()
    going: dict[Future[R], tuple[int, Worker]] = {}
    idle: list[Worker] = []
    with _threads(threads_each(workers)):
        try:
            while (waiting or going) and not asked_to_stop():
                while waiting and len(going) < workers:
                    worker = idle.pop() if idle else _started()
                    future = _submitted(worker, do, tasks[waiting[0]])
                    if future is not None:
                        going[future] = waiting.popleft(), worker
                done, _ = wait(going, POLL, FIRST_COMPLETED)
                for future in done:
                    index, worker = going.pop(future)
                    if not isinstance(future.exception(), BrokenProcessPool):
                        idle.append(worker)
                        yield index, future.result()
                        continue
                    worker.end()
                    lost[index] += 1
                    if lost[index] < ATTEMPTS:
                        waiting.append(index)
                    else:
                        yield index, None
        finally:
            for worker in idle:
                worker.pool.shutdown()
            for _, worker in going.values():
                worker.end()


def _submitted(worker: Worker, do: Callable[[T], R], task: T) -> Future[R] | None:
    """What the worker will make of the task; None if it has died while it had nothing to do."""
    try:
        return worker.pool.submit(do, task)
    except BrokenProcessPool:
        worker.end()
        return None


def _started() -> Worker:
    """A new worker, which leaves Ctrl-C to this process and ends with it."""
    ensure_running()  # it would let Ctrl-C in again
    others = set(active_children())
    pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=end_with_parent)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pool.submit(os.getpid)  # a pool starts its process when it is first used
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    (process,) = set(active_children()) - others
    return Worker(pool, process)


@contextmanager
def _threads(each: int) -> Iterator[None]:
    """Processes started within take so many threads each, unless the environment says otherwise."""
    added = [name for name in THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, str(each)))
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]
