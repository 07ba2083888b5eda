"""One iteration's counted operations, against the bounds that are claimed for it.

All kinds of operation together, set-up left out, of the first iteration of a training. The paper's
bound is taken with constant 1: m^(1 − α)·n·d + n³.

Claims cost/iteration, cost/baseline.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from threadpoolctl import threadpool_limits

from proofs.measured.costs.exponents import Cost, Fit, costs, fitted
from proofs.measured.trainings.trainings import trained
from reference import closed_forms
from reference.counters import Counts, Label
from reference.edges.data.tables import load_table
from reference.edges.runs.report import step_total
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.training.method import Method


@dataclass(frozen=True, slots=True)
class Iteration:
    """What the first iteration of a training counted, label by label.

    `firing` is |S_i| of each point, `moved` is |U|; a neuron's pairs of points that it fires on
    are the `coincidences`.
    """

    m: int
    n: int
    d: int
    alpha: float
    firing: Sequence[int]
    moved: int
    coincidences: int
    counted: Mapping[Label, Counts]

    @property
    def pairs(self) -> int:
        """P."""
        return sum(self.firing)

    @property
    def sparse(self) -> float:
        """m^(1 − α)."""
        return float(self.m ** (1 - self.alpha))

    @property
    def share(self) -> float:
        """Of m^(1 − α)·n·d + n³, by all kinds of operation together."""
        return step_total(self.counted) / (self.sparse * self.n * self.d + self.n**3)


def iteration(config: Configuration, problem: Problem[float] | None = None) -> Iteration:
    """The first iteration, with the exact Gram matrix. Errors: those of step 0."""
    run = trained(config, problem=problem)
    record = run.records[0]
    n, d = run.trainer.problem.n, run.trainer.problem.d
    counted = {label: Counts(**record.operations[label.value]) for label in Label}
    entries = closed_forms.gram(0, n) + closed_forms.factorized_solve(n)
    coincidences = counted[Label.SOLVE].solver_operations - entries.solver_operations
    return Iteration(
        config.width, n, d, config.alpha, record.fired, record.moved, coincidences, counted
    )


def dense_in_closed_form(found: Iteration) -> Mapping[Label, Counts]:
    """What dense Gauss-Newton must count in this iteration; REFRESH has nothing to do."""
    m, n, d = found.m, found.n, found.d
    solving = closed_forms.gram(found.coincidences, n) + closed_forms.factorized_solve(n)
    return {
        Label.QUERY: closed_forms.dense_query(m, n, d),
        Label.PREDICT: closed_forms.predict(found.pairs),
        Label.SOLVE: solving,
        Label.MOVE: closed_forms.rewrite(found.pairs, found.moved, d),
        Label.REFRESH: Counts(),
    }


# ---- exponents -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Growth:
    """A method's counts at each width and seed, and the lines through them.

    `data_term` is of multiply-adds, which SOLVE has none of, `whole` of all kinds together.
    """

    method: Method
    seen: Sequence[Cost]
    data_term: Fit
    whole: Fit

    @property
    def widths(self) -> Sequence[int]:
        """Each once."""
        return list(dict.fromkeys(cost.width for cost in self.seen))

    def mean(self, width: int) -> float:
        """Of all kinds together, over the seeds."""
        here = [cost.operations for cost in self.seen if cost.width == width]
        return sum(here) / len(here)


def growth(
    config: Configuration, powers: Sequence[int], seeds: int, methods: Sequence[Method]
) -> Sequence[Growth]:
    """Of the first iteration, by each method; each seed has rows and a network of its own."""
    with threadpool_limits(limits=1, user_api="blas"):
        widths = [1 << power for power in powers]
        seen = list(costs(load_table(config.data, None), config, widths, seeds, methods))
    return [_growth(method, [c for c in seen if c.method == method.value]) for method in methods]


def _growth(method: Method, seen: Sequence[Cost]) -> Growth:
    widths = [cost.width for cost in seen]
    data_term = fitted(widths, [cost.multiply_adds for cost in seen])
    return Growth(method, seen, data_term, fitted(widths, [cost.operations for cost in seen]))
