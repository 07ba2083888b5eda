"""The paper's updates, counted: every neuron that moves, at every point, fire it there or not.

    QUERY, PREDICT and MOVE look at the P = Σ|S_i| pairs that fire
    REFRESH recomputes |U|·n scores, d multiply-adds each, and repairs n trees above |U| leaves

So REFRESH has n·|U|/P times the pairs: n times as many where no neuron fires on two points.

Claim cost/extra-n.
"""

from dataclasses import dataclass

from proofs.measured.costs.iteration_costs import iteration
from reference.counters import Counts, Label
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.structures.threshold_search import Structure
from reference.weights import Reading


@dataclass(frozen=True, slots=True)
class Updates:
    """The first iteration's updates, in tournament trees, scores recomputed from new weights."""

    m: int
    n: int
    d: int
    pairs: int
    moved: int
    refresh: Counts

    @property
    def factor(self) -> float:
        """n·|U|/P."""
        return self.n * self.moved / self.pairs

    @property
    def as_claimed(self) -> bool:
        """|U|·n·d multiply-adds exactly, and at most |U|·n·(1 + ⌈log₂ m⌉) nodes."""
        changed = self.moved * self.n
        nodes = changed * (1 + (self.m - 1).bit_length())
        adds, writes = self.refresh.multiply_adds, self.refresh.node_writes
        return adds == changed * self.d and changed < writes <= nodes and self.moved <= self.pairs


def updates(
    data: str, n: int, m: int, alpha: float, problem: Problem[float] | None = None
) -> Updates:
    """On these rows of the data, or on other points. Errors: those of step 0."""
    config = Configuration(
        data=data,
        points=n,
        width=m,
        alpha=alpha,
        weights=Reading.RECOMPUTED,
        structure=Structure.TOURNAMENT,
        invariants="off",
        steps=1,
    )
    found = iteration(config, problem)
    return Updates(m, found.n, found.d, found.pairs, found.moved, found.counted[Label.REFRESH])
