"""Death in the middle of writing: SIGKILL at a chosen write, at a chosen stage of it.

As a program: `python -m tests.faults.dying WRITE STAGE ARGUMENT…` is `firingtree ARGUMENT…` that
dies so, unless it ends before. Only the command itself is killed, not its workers.
"""

import os
import signal
import sys
from pathlib import Path

import pytest

from reference.edges.command_line import main

STAGES = ("half", "whole", "renamed")
"""Half of the file's content is there; all of it, under its first name; and under its last."""


def die_in_writing(patch: pytest.MonkeyPatch, number: int, stage: str) -> None:
    """Until undone, this process is killed in its write of this number, counted from 1."""
    begun = [0]
    fsync, replace = os.fsync, Path.replace

    def dying_fsync(descriptor: int) -> None:
        begun[0] += 1
        if begun[0] == number and stage == "half":
            os.ftruncate(descriptor, os.fstat(descriptor).st_size // 2)
        if begun[0] == number and stage != "renamed":
            os.kill(os.getpid(), signal.SIGKILL)
        fsync(descriptor)

    def dying_replace(path: Path, target: Path) -> Path:
        replaced = replace(path, target)
        if begun[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return replaced

    patch.setattr(os, "fsync", dying_fsync)
    patch.setattr(Path, "replace", dying_replace)


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as until_death:
        die_in_writing(until_death, int(sys.argv[1]), sys.argv[2])
        sys.argv = ["firingtree", *sys.argv[3:]]
        main()
