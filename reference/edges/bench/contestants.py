"""Whoever trains, behind one interface: start from W(0), and make one step after another.

    plain-tree        the reference in plain Python: tournament trees
    plain-live        the same, of the neurons that fire at all, with incremental sets
    vectorized-tree   the port in numpy: tournament trees on arrays
    vectorized-live   the same, of the neurons that fire at all, with a flat scan
    vectorized-dense  the port, all scores afresh by BLAS; what follows them is sparse
    numpy-dense       Gauss-Newton in numpy, dense throughout, as one writes it straight
    numpy-gradient    gradient descent in numpy, likewise

All but the last walk one trajectory, from the same W(0).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import msgspec
import numpy as np

from reference.edges.bench.numpy_rivals import DenseGaussNewton, DenseGradientDescent
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration, Engine
from reference.edges.system.option_lists import between_commas
from reference.edges.system.request_errors import OutOfRange
from reference.network import Problem
from reference.ports.vectorized.firing_arrays import FiringArrays
from reference.training.clock import step_seconds
from reference.training.method import Method
from reference.training.observer import Nobody

DENSE, GRADIENT = "numpy-dense", "numpy-gradient"
"""The rivals: what ours is measured against, and what people do."""

OURS: dict[str, tuple[Engine, Method]] = {
    "plain-tree": ("plain", Method.SUBLINEAR),
    "plain-live": ("plain", Method.LIVE),
    "vectorized-tree": ("vectorized", Method.SUBLINEAR),
    "vectorized-live": ("vectorized", Method.LIVE),
    "vectorized-dense": ("vectorized", Method.GAUSS_NEWTON),
}

ALL = (*OURS, DENSE, GRADIENT)


def chosen(option: str, text: str, known: Sequence[str]) -> list[str]:
    """The names between the commas, all of them known. Errors: `out-of-range`."""
    names = between_commas(option, text)
    for name in names:
        if name not in known:
            raise OutOfRange(option, f"some of {', '.join(known)}", name)
    return names


@dataclass(frozen=True, slots=True)
class Step:
    """A step: the loss and the firing sets before it (as a digest), and what it took.

    `seconds` are those of the step itself; `wall` has the bookkeeping of a record too.
    """

    loss: float
    digest: str
    seconds: float
    wall: float


class Contestant(Protocol):
    """Somebody who trains a network that starts at W(0)."""

    def step(self) -> Step | None:
        """One step has been made; None if none was to be made."""


class OurRun:
    """A run of ours, unwatched. Implements `Contestant`."""

    def __init__(self, config: Configuration, problem: Problem[float]) -> None:
        self._run = build_run(config, problem, Nobody())

    def step(self) -> Step | None:
        """Seconds are those of its labels; a record's digest and counts are bookkeeping."""
        began = perf_counter()
        record = self._run.step()
        wall = perf_counter() - began
        if record is None or self._run.reason is not None:
            return None
        spent = step_seconds(self._run.seconds[-1])
        return Step(record.loss, record.firing_digest, spent, wall)


class RivalRun:
    """A rival in numpy. Implements `Contestant`."""

    def __init__(self, trained: DenseGaussNewton | DenseGradientDescent) -> None:
        self._rival = trained
        n, m = trained.flags.shape
        self._columns, self._points = np.arange(m), list(range(n))

    def step(self) -> Step | None:
        """Who fired is looked at after the clock has stopped. None if G was singular."""
        began = perf_counter()
        try:
            loss = self._rival.step()
        except np.linalg.LinAlgError:
            return None
        seconds = perf_counter() - began
        firing = FiringArrays(self._columns, self._rival.flags, ())
        return Step(loss, firing.digest(range(len(self._columns))), seconds, seconds)


def configured(name: str, config: Configuration) -> Configuration:
    """The configuration that this contestant runs; a rival's says which method it is."""
    engine: Engine = "vectorized"
    method = Method.GAUSS_NEWTON if name == DENSE else Method.GRADIENT_DESCENT
    if name in OURS:
        engine, method = OURS[name]
    return msgspec.structs.replace(config, engine=engine, method=method)


def rival(
    name: str, config: Configuration, problem: Problem[float]
) -> DenseGaussNewton | DenseGradientDescent:
    """The rival of this name at W(0)."""
    if name == DENSE:
        return DenseGaussNewton(config, problem)
    return DenseGradientDescent(config, problem)


def start(name: str, config: Configuration, problem: Problem[float]) -> Contestant:
    """The contestant at W(0). Errors: `memory-exceeded`, `no-firing-neuron`."""
    here = configured(name, config)
    return OurRun(here, problem) if name in OURS else RivalRun(rival(name, here, problem))
