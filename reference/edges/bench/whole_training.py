"""A training from nothing to a loss: set-up and all steps, by a clock on the wall."""

from math import inf
from time import perf_counter

import msgspec
import numpy as np

from reference.edges.bench.contestants import OURS, configured, rival
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.training.observer import Nobody


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """What a training took, and where it came to.

    Set-up is drawing the network, and scanning it or building what holds its scores.
    """

    setup: float
    seconds: float
    iterations: int
    loss: float
    reached: bool
    remark: str = ""

    @property
    def total(self) -> float:
        """Set-up and steps."""
        return self.setup + self.seconds


def trained(name: str, config: Configuration, problem: Problem[float], limit: float) -> Trained:
    """The contestant trained to the configuration's loss, or until the limit of seconds is over.

    Records are kept, as in any run of ours: bookkeeping is part of the time. Errors: those of
    building.
    """
    here = configured(name, config)
    return _ours(here, problem, limit) if name in OURS else _rivals(name, here, problem, limit)


def _ours(config: Configuration, problem: Problem[float], limit: float) -> Trained:
    began = perf_counter()
    run = build_run(config, problem, Nobody())
    built = perf_counter()
    while run.reason is None:
        run.step()
        if perf_counter() - built >= limit:
            break
    ended = perf_counter()
    loss = run.records[-1].loss
    return Trained(
        setup=built - began,
        seconds=ended - built,
        iterations=sum(record.moved > 0 for record in run.records),
        loss=loss,
        reached=loss <= config.until,
        remark=_late(limit) if run.reason is None else run.remark,
    )


def _rivals(name: str, config: Configuration, problem: Problem[float], limit: float) -> Trained:
    began = perf_counter()
    network = rival(name, config, problem)
    built = perf_counter()
    steps, loss, remark = 0, inf, ""
    try:
        while (loss := network.step(config.until)) > config.until:
            steps += 1
            if perf_counter() - built >= limit:
                remark = _late(limit)
            if remark or steps == config.steps:
                break
    except np.linalg.LinAlgError:
        remark = "its Gram matrix became singular"
    return Trained(
        setup=built - began,
        seconds=perf_counter() - built,
        iterations=steps,
        loss=loss,
        reached=loss <= config.until,
        remark=remark,
    )


def _late(limit: float) -> str:
    """Why it ended without the loss, if the time was over."""
    return f"stopped after {limit:g} s"
