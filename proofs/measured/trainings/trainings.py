"""Trainings to their end, as the checks of several claims need them.

Live neurons alone are held and the vectorized engine trains, which is the dense trajectory
(claim beyond/live-equals-dense) at the least cost. BLAS has one thread, so that sums are made in
the same order however many cores there are.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import msgspec
from threadpoolctl import threadpool_limits

from reference.edges.data.points import choose_points
from reference.edges.data.table import Table
from reference.edges.data.tables import load_table
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.outcome import Outcome, refused
from reference.errors import FiringtreeError
from reference.network import Problem
from reference.training.method import Method
from reference.training.observer import Nobody, Observer
from reference.training.training import Run

PAPER_ALPHA = 0.24
"""The paper's b = √(0.48·ln m)."""

CONVERGED = "converged"
"""The outcome of a run that reached its loss."""


def live_training(
    data: str, points: int, width: int, alpha: float = PAPER_ALPHA, seed: int = 0
) -> Configuration:
    """Full Gauss-Newton steps to a loss of 1e-20, on n rows and from W(0) as the seed has them."""
    return Configuration(
        data=data,
        points=points,
        width=width,
        alpha=alpha,
        seed=seed,
        method=Method.LIVE,
        init="live",
        engine="vectorized",
        invariants="off",
    )


def by(config: Configuration, method: Method, **choices: object) -> Configuration:
    """The same training by another method."""
    whole = msgspec.structs.replace(config, method=method, init="whole")
    return msgspec.structs.replace(whole, **choices)


def trained(
    config: Configuration,
    observer: Observer[float] | None = None,
    problem: Problem[float] | None = None,
) -> Run[float]:
    """The run at its end, on the configuration's data or on these. Errors: those of step 0."""
    with threadpool_limits(limits=1, user_api="blas"):
        chosen = problem_of(config) if problem is None else problem
        run = build_run(config, chosen, observer or Nobody())
        while run.reason is None:
            run.step()
    return run


def problem_of(config: Configuration) -> Problem[float]:
    """The rows that the configuration trains on. Errors: those of `choose_points`."""
    return choose_points(_table(config.data), config.points, config.seed, config.norms).problem


def orthonormal(n: int) -> Problem[float]:
    """The n unit vectors of R^n, labelled −1 and +1 in turn: scores at them are independent."""
    rows = tuple(tuple(float(i == j) for j in range(n)) for i in range(n))
    return Problem(rows, tuple(1.0 if i % 2 else -1.0 for i in range(n)))


def outcome(config: Configuration) -> str:
    """How the run ends, in the words of `firingtree sweep`; a run that cannot begin ends too."""
    try:
        run = trained(config)
    except FiringtreeError as error:
        return refused(error.code, error.message).kind
    return Outcome(reason="" if run.reason is None else run.reason.value).kind


def losses(run: Run[float]) -> Sequence[float]:
    """The loss before each step, and at the end."""
    return [record.loss for record in run.records]


def contractions(run: Run[float]) -> Sequence[float]:
    """Each loss as a share of the one before it."""
    seen = losses(run)
    return [after / before for before, after in pairwise(seen)]


@cache
def _table(data: str) -> Table:
    return load_table(data, None)
