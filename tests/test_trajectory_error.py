"""A watched run stays within its proven bounds of the run in rationals from the very same numbers.

The exact run is made beside the watched one: each stage is carried out in rationals too, with the
step size and the damping that the watched run has chosen, and everything is compared in rationals.
"""

import random
from collections.abc import Sequence
from math import sqrt

import hypothesis.strategies as st
import pytest
from hypothesis import event, given

from invariants.monitor import Level
from reference.activation import Activation
from reference.inner_products import inner_product
from reference.scalar import BINARY64, RATIONAL
from reference.solvers.solver import SolverName
from reference.weights import Reading
from tests.lockstep import WAYS, Start, Way, check, named, watched
from tests.small_training import Setup
from tests.strategies import setups, share

# ---- random runs ---------------------------------------------------------------------------------


def random_start(seed: int, widths: Sequence[int]) -> Start:
    """A few points of unit length, some of them close together, all of them firing something."""
    source = random.Random(seed)
    n, m = source.randint(1, 4), source.choice(widths)
    d = source.randint(max(1, n - 1), 5)
    center = [source.gauss(0, 1) for _ in range(d)]
    points: list[list[float]] = []
    for _ in range(n):
        x = [source.gauss(0, 1) for _ in range(d)]
        nearness = source.choice((0, 0, 4, 12))
        if nearness:
            x = [c + 2.0**-nearness * p for c, p in zip(center, x, strict=True)]
        length = sqrt(inner_product(x, x, 0.0))
        points.append([p / length for p in x])
    weights = [[1.5 * p for p in x] for x in points]
    weights += [[source.gauss(0, 1) for _ in range(d)] for _ in range(m - n)]
    excess = [source.uniform(-0.2, 0.2) for _ in range(m)]
    return Start(
        points,
        labels=[source.uniform(-2, 2) for _ in points],
        weights=weights,
        signs=[source.choice((1, -1)) for _ in range(m)],
        shift=source.choice((0.0, 0.1, 1 / 3)),
        excess=source.choice(([], excess)),
        activation=source.choice(list(Activation)),
    )


SEEDS = st.integers(0, 2**32)


@pytest.mark.parametrize("way", WAYS, ids=named)
def test_by_every_way_a_run_in_floats_stays_within_its_bounds(way: Way) -> None:
    start = random_start(WAYS.index(way), (4, 5, 9, 16))
    assert check(watched(start, way, 3, BINARY64)) == 0


@share(10)
@given(SEEDS, st.sampled_from(WAYS), st.sampled_from(Level))
def test_a_run_in_floats_stays_within_its_bounds(seed: int, way: Way, level: Level) -> None:
    distances = watched(random_start(seed, (4, 5, 9, 16)), way, 4, BINARY64, level)
    event(f"{len(distances)} records, parted: {any(distance.parted for distance in distances)}")
    check(distances)


def thirds(given: Setup) -> Start:
    """The setup with a third of its points and weights: what were ties are now nearly so."""
    return Start(
        [[float(c) / 3 for c in x] for x in given.points],
        [float(y) for y in given.labels],
        [[float(w) / 3 for w in row] for row in given.weights],
        given.signs,
        float(given.shift) / 9,
    )


@share(5)
@given(setups(), st.sampled_from(WAYS))
def test_runs_part_at_borderline_decisions_only(given_setup: Setup, way: Way) -> None:
    distances = watched(thirds(given_setup), way, 3, BINARY64)
    borderline = check(distances)
    event(f"borderline: {borderline > 0}, parted: {any(d.parted for d in distances)}")


EXACT = [way for way in WAYS if way.solver in (SolverName.GRAM, None)]


@share(10)
@given(setups(), st.sampled_from(EXACT))
def test_in_rationals_every_bound_is_zero_and_no_decision_borderline(
    given_setup: Setup, way: Way
) -> None:
    for distance in watched(thirds(given_setup), way, 2, RATIONAL):
        distance.check()
        for name in ("score_error", "output_error", "weight_error_after", "borderline"):
            assert distance.bound(name) == 0


@pytest.mark.parametrize("solver", [SolverName.CG, SolverName.SKETCH])
@share(40)
@given(SEEDS)
def test_in_rationals_the_bounds_are_what_the_solver_left(solver: SolverName, seed: int) -> None:
    way = Way(Reading.REWRITTEN, solver, accuracy=0.1)
    distances = watched(random_start(seed, (4, 16)), way, 2, RATIONAL)
    check(distances)
    for distance in distances:
        assert distance.report is not None
        inexact = distance.report.get("solve_residual", 0.0) > 0
        assert (distance.bound("weight_error_after") > 0) >= inexact
