"""Work in a process of its own, so that its peak of memory is its own.

The process is started anew, not forked. (Its `ru_maxrss` would begin at what this one held: the
kernel carries it over. So the peak is read where the kernel keeps it for the program at hand.) It
leaves Ctrl-C to this process, which ends it, and it ends by itself when this one is gone.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.resource_tracker import ensure_running
from typing import Generic, TypeVar

import psutil

from reference.edges.setup.memory import peak_bytes
from reference.edges.system.with_parent import end_with_parent

A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Worked(Generic[T]):
    """What the work answered, and the most memory that its process held (bytes).

    `before` is what the process held already when the work began: Python and its libraries.
    """

    answer: T
    peak: int
    before: int

    @property
    def added(self) -> int:
        """What the work itself took."""
        return max(0, self.peak - self.before)


@dataclass(frozen=True, slots=True)
class Lost:
    """The process ended without an answer."""

    status: int

    @property
    def words(self) -> str:
        """How it ended."""
        if self.status == -signal.SIGKILL:
            return "its process was killed, as the system does when memory runs out"
        return f"its process ended with status {self.status}"


def in_own_process(work: Callable[[A], T], task: A) -> Worked[T] | Lost:
    """What the work makes of the task. Errors: the work's own."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(there, work, task), daemon=True)
    try:
        with _undisturbed():
            process.start()
        there.close()
        found: Worked[T] | BaseException = here.recv()
        process.join()
    except EOFError:
        process.join()
        return Lost(process.exitcode or 0)
    finally:
        if process.pid is not None:
            process.kill()
        here.close()
    if isinstance(found, BaseException):
        raise found
    return found


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Within, Ctrl-C waits: half a start leaves a process that nobody knows. None started gets it.

    A mask alone would not do here: it is this thread's, and a thread of BLAS would take the signal.
    """
    noted: list[int] = []
    ensure_running()  # it would let Ctrl-C in again
    handler = signal.signal(signal.SIGINT, lambda number, _: noted.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if noted and handler != signal.SIG_IGN:
        raise KeyboardInterrupt


def _answer(there: Connection, work: Callable[[A], T], task: A) -> None:
    """In the process: the work is done, and its answer, or its error, sent."""
    end_with_parent()
    before = psutil.Process().memory_info().rss
    try:
        found = work(task)
    except Exception as error:  # whatever it is, it is for the other side to tell
        there.send(error)
    else:
        there.send(Worked(found, peak_bytes(), before))
    there.close()
