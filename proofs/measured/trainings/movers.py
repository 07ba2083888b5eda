"""Who moves in a step: of the neurons that fire all but those whose pulls cancel, and no others.

    Δw_r = −m^(−1/2)·a_r·Σ_{i : r ∈ S_i} g_i x_i,     G g = f − y

In rationals it is certain whether a weight has changed. A neuron that fires stays only where that
sum is 0, as where it fires on one point alone and g is 0 there.

Claim cost/amortized.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from proofs.measured.trainings.small_trainings import Moment, Small, Way, drawn, inner, trained
from reference.scalar import RATIONAL
from reference.solvers.factorization import factorize
from reference.training.method import Method


@dataclass(frozen=True, slots=True)
class Movers:
    """Over so many steps: neurons that fired; of these how many stayed, and how many of them with
    a pull that is not 0; how many moved that did not fire.
    """

    steps: int
    fired: int
    stayed: int
    unexplained: int
    others: int

    def __add__(self, other: "Movers") -> "Movers":
        return Movers(
            self.steps + other.steps,
            self.fired + other.fired,
            self.stayed + other.stayed,
            self.unexplained + other.unexplained,
            self.others + other.others,
        )


def movers(seeds: int, steps: int = 4) -> Movers:
    """In small trainings by the sublinear method."""
    found = Movers(0, 0, 0, 0, 0)
    for seed in range(seeds):
        small = drawn(seed)
        for before, after in pairwise(trained(small, Way(Method.SUBLINEAR), steps)):
            found += compared(small, before, after)
    return found


def compared(small: Small, before: Moment, after: Moment) -> Movers:
    """One step."""
    pairs = enumerate(zip(before.weights, after.weights, strict=True))
    moved = {r for r, (old, new) in pairs if old != new}
    stayed = before.alive - moved
    pulled = [r for r in stayed if any(pull(small, before, r))]
    return Movers(1, len(before.alive), len(stayed), len(pulled), len(moved - before.alive))


def pull(small: Small, moment: Moment, r: int) -> Sequence[Fraction]:
    """Σ g_i x_i over the points that the neuron fires on."""
    g, points = solution(small, moment), small.problem.points
    rows = [[g[i] * c for c in points[i]] for q, i in sorted(moment.fires) if q == r]
    return [sum(column, Fraction()) for column in zip(*rows, strict=True)]


def solution(small: Small, moment: Moment) -> Sequence[Fraction]:
    """g, from the firing sets and the residual alone."""
    points, n = small.problem.points, small.problem.n
    on = [{r for r, j in moment.fires if j == i} for i in range(n)]
    matrix = [
        [inner(points[i], points[j]) * len(on[i] & on[j]) / small.m for j in range(i + 1)]
        for i in range(n)
    ]
    return factorize(RATIONAL, matrix).solve(moment.residual)
