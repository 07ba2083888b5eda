"""What runs take of the machine's memory, beside what is estimated. (Processes are measured.)"""

import json
import subprocess
import sys

import msgspec
import pytest

from reference.edges.setup.configuration import Configuration
from reference.edges.setup.memory import LIBRARIES
from reference.solvers.sketch import SketchKind
from reference.solvers.solver import SolverName
from reference.training.method import Method

pytestmark = pytest.mark.thorough

MEASURED = """
import json, sys
import msgspec, numpy, psutil
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.memory import estimated_bytes, peak_bytes
from reference.edges.runs.observers import observer
from reference.edges.runs.run_builder import build_run
from reference.network import Problem

config, d = msgspec.json.decode(sys.argv[1].encode(), type=Configuration), int(sys.argv[2])
rows = numpy.random.default_rng(0).standard_normal((config.points, d)) + 1.0
rows /= numpy.linalg.norm(rows, axis=1)[:, None]
labels = tuple((-1.0) ** i for i in range(config.points))
problem = Problem(tuple(map(tuple, rows.tolist())), labels)
estimate = estimated_bytes(config, problem)
before = psutil.Process().memory_info().rss
run = build_run(config, problem, observer(config.invariants))
while run.reason is None:
    run.step()
peak = peak_bytes()
print(json.dumps([estimate, peak - before, run.records[0].moved]))
"""

RUNS = {
    "plain": (Configuration(points=16, width=1 << 17, alpha=0.35, steps=1), 16),
    "plain, live drawn": (
        Configuration(
            points=16, width=1 << 25, alpha=0.4, steps=1, method=Method.LIVE, init="live"
        ),
        32,
    ),
    "vectorized, most neurons fire": (
        Configuration(
            points=32, width=1 << 17, bias=0.0, steps=1, engine="vectorized", invariants="off"
        ),
        32,
    ),
    "vectorized, live drawn": (
        Configuration(
            points=16,
            width=1 << 30,
            alpha=0.4,
            steps=1,
            engine="vectorized",
            method=Method.LIVE,
            init="live",
            invariants="off",
        ),
        32,
    ),
    "a Hadamard transform of all coordinates": (
        Configuration(
            points=4,
            width=1 << 16,
            bias=3.0,
            steps=1,
            engine="vectorized",
            method=Method.LIVE,
            init="live",
            invariants="off",
            solver=SolverName.SKETCH,
            sketch=SketchKind.SRHT,
        ),
        8,
    ),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_takes_at_most_what_is_estimated_and_not_much_less(name: str) -> None:
    """Resident memory beside that of the program, in a process of its own."""
    config, d = RUNS[name]
    config.check()
    encoded = msgspec.json.encode(config).decode()
    command = [sys.executable, "-c", MEASURED, encoded, str(d)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    estimate, peak, moved = json.loads(told)
    assert moved > 10
    assert peak > 30_000_000
    assert peak <= estimate
    assert estimate - LIBRARIES <= 2.25 * peak
