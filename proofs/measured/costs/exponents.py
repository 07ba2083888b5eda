"""The exponents of counted cost in the width: how an iteration's multiply-adds grow with m.

Counted is the first iteration from a random network, its data term: the multiply-adds of QUERY,
PREDICT, MOVE and REFRESH, everything that has a factor n·d or n in it (SOLVE's n³ does not know m).
The exponent is the slope of a least-squares line through log cost against log m, one point a width
and seed, with its 95 % interval by Student's t.

Claims cost/iteration, cost/baseline. Firing counts are m·P(Z > b) ≈ m^(1−α)/(b√(2π)) and b grows
with m, so the slope lies a little below 1 − α.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import msgspec
from scipy import stats

from reference.counters import Label
from reference.edges.data.points import choose_points
from reference.edges.data.table import Table
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.training.method import Method
from reference.training.observer import Nobody

DATA_LABELS = (Label.QUERY, Label.PREDICT, Label.MOVE, Label.REFRESH)
"""Where the data term is counted."""

BOTH = (Method.GAUSS_NEWTON, Method.SUBLINEAR)
"""The dense method, and the one with trees."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One iteration's data term, and all its operations, set-up aside."""

    method: str
    width: int
    seed: int
    multiply_adds: int
    operations: int


@dataclass(frozen=True, slots=True)
class Fit:
    """cost ≈ e^intercept · m^slope, and half the length of the slope's 95 % interval."""

    slope: float
    half: float
    intercept: float

    def at(self, width: int) -> float:
        """The line's cost."""
        return exp(self.intercept + self.slope * log(width))


def costs(
    table: Table,
    config: Configuration,
    widths: Sequence[int],
    seeds: int,
    methods: Sequence[Method] = BOTH,
) -> Iterator[Cost]:
    """The cost of the first iteration at each width, from several networks, by each method."""
    for width in widths:
        for seed in range(seeds):
            for method in methods:
                here = msgspec.structs.replace(
                    config, width=width, seed=seed, method=method, invariants="off", steps=1
                )
                problem = choose_points(table, here.points, seed).problem
                run = build_run(here, problem, Nobody())
                run.step()
                (record,) = run.records
                counted = record.operations
                yield Cost(
                    method.value,
                    width,
                    seed,
                    sum(counted[label.value]["multiply_adds"] for label in DATA_LABELS),
                    sum(
                        count
                        for label, kinds in counted.items()
                        if label != Label.INIT.value
                        for count in kinds.values()
                    ),
                )


def fitted(widths: Sequence[int], spent: Sequence[float]) -> Fit:
    """The least-squares line through the logarithms. Domain: at least three points."""
    x = [log(width) for width in widths]
    y = [log(cost) for cost in spent]
    n = len(x)
    mean_x, mean_y = sum(x) / n, sum(y) / n
    spread = sum((p - mean_x) ** 2 for p in x)
    slope = sum((p - mean_x) * (q - mean_y) for p, q in zip(x, y, strict=True)) / spread
    intercept = mean_y - slope * mean_x
    left = sum((q - intercept - slope * p) ** 2 for p, q in zip(x, y, strict=True))
    half = float(stats.t.ppf(0.975, n - 2)) * sqrt(left / (n - 2) / spread)
    return Fit(slope, half, intercept)
