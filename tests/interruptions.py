"""Runs that are broken off, or asked to stop, after so many steps."""

import signal

import pytest

from reference.training.trace import Record
from reference.training.training import Run


def stop_after(patch: pytest.MonkeyPatch, steps: int) -> None:
    """Until undone, a run makes so many steps and is then broken off."""
    made, step = [0], Run.step

    def interrupted_step(run: Run[float]) -> Record | None:
        if made[0] == steps:
            raise KeyboardInterrupt
        made[0] += 1
        return step(run)

    patch.setattr(Run, "step", interrupted_step)


def press_ctrl_c_in(patch: pytest.MonkeyPatch, steps: int) -> None:
    """Until undone, a run is asked to stop while it makes its last step of so many."""
    made, step = [0], Run.step

    def asked_to_stop(run: Run[float]) -> Record | None:
        made[0] += 1
        if made[0] == steps:
            signal.raise_signal(signal.SIGINT)
        return step(run)

    patch.setattr(Run, "step", asked_to_stop)
