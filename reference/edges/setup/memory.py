"""What a run will need of the machine's memory, estimated before anything is drawn.

An estimate counts the large arrays and lists, so many bytes a neuron: of each of its d weights, of
each of its n scores, and for itself. The factors were fitted to the resident memory of runs in
CPython 3.11; a test holds them against some. They err upwards: what is let through fits, what is
refused by a hair might have fitted too. How many neurons will be live is counted in a pilot draw.
"""

import resource
import sys
from math import sqrt
from pathlib import Path

import msgspec
import numpy as np
import psutil

from reference.edges.networks.initial_network import WEIGHTS_STREAM, stream
from reference.edges.networks.live_sampler import draw_live
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.setup_errors import MemoryExceeded
from reference.edges.setup.starts import Start, candidate_share, start_of
from reference.network import Problem
from reference.solvers.sketch import SketchKind
from reference.solvers.solver import SolverName
from reference.structures.threshold_search import Structure
from reference.training.step_rule import StepRule
from reference.weights import Reading

A_SCORE = {
    Structure.TOURNAMENT: 16,
    Structure.ORDERED: 22,
    Structure.SCAN: 8,
    Structure.INCREMENTAL: 12,
}
"""Bytes that a structure stores of a score."""

LISTED = 44
"""Bytes of a float in a list, and of its share of the list; rationals take about six times that."""

WATCHED = 350
"""Bytes a neuron that the monitor takes."""

TRANSFORMED = 220
"""Bytes a number while the Hadamard transform of a list of them is made."""

LIBRARIES = 1 << 26
"""Bytes that BLAS and its threads take for themselves."""

PILOT = 4096
"""Neurons, or candidates, of a pilot draw."""


def check_memory(config: Configuration, problem: Problem[float]) -> None:
    """The run fits into the memory that is free now. Errors: `memory-exceeded`."""
    needed, free = estimated_bytes(config, problem), psutil.virtual_memory().available
    if needed > free:
        raise MemoryExceeded(needed, free, config.width, _widest(config, problem, free))


def estimated_bytes(config: Configuration, problem: Problem[float]) -> int:
    """The most memory that the run will hold at once, beside the program itself."""
    m, d = config.width, problem.d
    start = start_of(config, problem.points)
    vectorized = config.engine == "vectorized"
    moving = round(m * _live_share(config, problem) * _a_live_neuron(config, problem))
    held = LIBRARIES + moving + _sketching(config, d)
    if start is Start.WHOLE:
        return held + m * _a_neuron(config, problem)
    if start is Start.DRAWN_LIVE:
        return held
    return held + m * (2 if vectorized else 24 * d * _scalar(config) + 120)


def peak_bytes() -> int:
    """The most memory that this process has held since its program was started.

    (`ru_maxrss` would begin at what the process that started this one held.)
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most << 10


def _live_share(config: Configuration, problem: Problem[float]) -> float:
    """The share of neurons that will be live, and a little more: counted in a pilot draw."""
    points, b = np.array(problem.points, np.float64), config.shift
    share = candidate_share(config, problem.points)
    if share <= 1:
        size = config.width if share * config.width <= PILOT else round(PILOT / share)
        live = len(draw_live(config.seed, size, points, b).places)
    else:
        size = PILOT
        rows = stream(config.seed, WEIGHTS_STREAM).standard_normal((size, problem.d))
        live = int((rows @ points.T > b).any(axis=1).sum())
    return min(1.0, (live + 4 * sqrt(live) + 4) / size)


def _a_neuron(config: Configuration, problem: Problem[float]) -> int:
    """Bytes of a neuron of a network that is held whole, if it never moves."""
    n, d = problem.n, problem.d
    implicit = config.method.stores_scores and config.weights is Reading.IMPLICIT
    if config.engine == "vectorized":
        kept = A_SCORE[config.search] if config.method.stores_scores else 10
        return 8 * d + kept * n + 2 * n + (8 * n if implicit else 0) + _watching(config, n, d)
    kept = A_SCORE[config.search] if config.method.stores_scores else LISTED
    weights = (24 if implicit else 16) * d
    return (weights + kept * n) * _scalar(config) + 160 + _watching(config, n, d)


def _a_live_neuron(config: Configuration, problem: Problem[float]) -> int:
    """Bytes of a neuron that is live: it moves, so more is computed of it."""
    n, d = problem.n, problem.d
    if config.engine == "vectorized":
        trees = config.search is Structure.TOURNAMENT
        tried = config.step_rule is not StepRule.FULL
        implicit = config.weights is Reading.IMPLICIT
        scores = (28 if trees else 12) + (8 if implicit else 0) + (16 if tried else 0)
        return 16 * d + scores * n + 100 + _watching(config, n, d)
    watching = 60 * n if config.invariants != "off" else 0
    return (60 * d + 2 * LISTED * n) * _scalar(config) + 200 + watching + _watching(config, n, d)


def _sketching(config: Configuration, d: int) -> int:
    """What a Hadamard transform takes: N numbers, N at least m·d, and as many pairs of them."""
    if config.solver is not SolverName.SKETCH or config.sketch is not SketchKind.SRHT:
        return 0
    return TRANSFORMED * _scalar(config) * (1 << (config.width * d - 1).bit_length())


def _watching(config: Configuration, n: int, d: int) -> int:
    """What the monitor takes: from arrays, it makes lists of what it looks at."""
    if config.invariants == "off":
        return 0
    listed = config.engine == "vectorized" and config.method.stores_scores
    return WATCHED + (LISTED * (2 * n + d) if listed else 0)


def _scalar(config: Configuration) -> int:
    """How many times a float's memory a number takes."""
    return 1 if config.scalar == "float" else 6


def _widest(config: Configuration, problem: Problem[float], free: int) -> int:
    """The largest power of two below the width that would fit; 0 if none does."""
    width = 1 << (config.width - 1).bit_length() >> 1
    while width:
        here = msgspec.structs.replace(config, width=width)
        if estimated_bytes(here, problem) <= free:
            break
        width >>= 1
    return width
