"""Processes that end with the one that started them, however it ended."""

import ctypes
import os
import signal
import sys
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from threading import Thread

PR_SET_PDEATHSIG = 1
"""Of Linux's `prctl`: which signal comes when the parent has ended."""


def end_with_parent() -> None:
    """In a process of ours: when the one that started it is gone, it goes too.

    Linux kills it, even in the middle of a library's call that lets no thread of Python run. On
    other systems, and if the parent is gone already, a thread ends it.
    """
    parent = parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
