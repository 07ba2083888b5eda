"""The exponents of a whole training in the width, where only live neurons are drawn.

Counted is everything: setting up (the candidates' draws and scores, the kept ones' scores again to
store them), each iteration, and the last look at the loss. Each run has a seed of its own, so no
two share random numbers; `firingtree train --method live --init live --engine vectorized` with that
seed is the same run. Beside each stands, in closed form, what the dense method would have spent on
the same steps: it would not fit into any memory.

What is expected: a point has m·P(Z > b) firing neurons, exactly in the mean, and so a share of the
candidates. With b = √(2α·ln m),

    m·P(Z > b) = m^(1−α)/(b·√(2π)) · (1 − O(1/b²)),

so over any range of widths the exponent lies below 1 − α, by about 1/(2·ln m): `predicted_exponent`
is that of the tails themselves. Set-up and iterations also pay for |U(0)|, which grows a little
faster: the larger b, the fewer neurons fire on two points at once. |U(0)| lies between m·P(Z > b)
and n times that, so its exponent has the same limit 1 − α.

Claim beyond/sublinear-total. Source: ours.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import msgspec
from scipy.special import ndtr

from proofs.measured.costs.exponents import DATA_LABELS, Fit, fitted
from reference.counters import Counts, Label, added
from reference.edges.data.data_errors import OneClassOnly
from reference.edges.data.points import choose_points
from reference.edges.data.table import Table
from reference.edges.networks.initial_network import shift_for
from reference.edges.runs.report import dense_operations, step_total
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.memory import check_memory
from reference.edges.setup.starts import Start, candidate_share, start_of
from reference.edges.system.request_errors import OutOfRange
from reference.errors import FiringtreeError, NoFiringNeuron, Unsolved
from reference.network import Problem
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.stopping import Reason
from reference.training.trace import Record
from reference.training.training import Run

DENSE_WITHIN, ABOVE, TIMES = 0.01, 0.05, 2.0
"""Bars: the dense method's exponent is within this of 1; no live cost's is above 1 − α by more than
this; where an exponent is known, it is at most so many times half an interval away."""


@dataclass(eq=False)
class TooFewRuns(FiringtreeError):
    """No line goes through what is left after the runs that say nothing."""

    widths: int
    runs: int
    left_out: int
    code: ClassVar[str] = "too-few-runs"

    @property
    def message(self) -> str:
        """How many there are, and how there would be more."""
        return (
            f"a line needs runs at three widths or more that reach the loss asked for, found "
            f"{self.runs} at {self.widths}, with {self.left_out} left out; take a smaller --alpha, "
            f"a larger --from or --until, or more --seeds"
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """One run that is to be made."""

    config: Configuration
    problem: Problem[float]


@dataclass(frozen=True, slots=True)
class LiveCost:
    """What one training took to reach the loss asked for, in counted operations.

    `steps` were made; `iteration` and `data_term` are means over them, the latter of multiply-adds
    alone, SOLVE aside. `pairs` fire at the start, on `live` neurons, kept of the `candidates`.
    `whole` is set-up, all steps and the last look at the loss; the dense method's has no set-up but
    the products of points, since it stores no score.
    """

    width: int
    seed: int
    steps: int
    loss: float
    candidates: int
    live: int
    pairs: int
    set_up: int
    iteration: float
    data_term: float
    whole: int
    dense_iteration: float
    dense_whole: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A run that says nothing about the cost of training, and why: a reason or an error's code."""

    width: int
    seed: int
    why: str
    remark: str


Measured = LiveCost | LeftOut


def plans(
    table: Table, config: Configuration, widths: Sequence[int], seeds: int
) -> Sequence[Plan | LeftOut]:
    """So many runs at each width, each with a seed and points of its own; the widest fits.

    A seed that chooses points of one class alone has nothing to train.

    Errors: those of `choose_points`; `out-of-range` where a width would be drawn whole;
    `memory-exceeded`.
    """
    made = [
        _plan(table, config, width, index * seeds + repetition)
        for index, width in enumerate(widths)
        for repetition in range(seeds)
    ]
    possible = [plan for plan in made if isinstance(plan, Plan)]
    for plan in possible:
        if start_of(plan.config, plan.problem.points) is not Start.DRAWN_LIVE:
            share = candidate_share(plan.config, plan.problem.points)
            expected = "so large that Σ P(Z > b) over the points is at most 1 at every width"
            found = f"{config.alpha:g}: at width {plan.config.width} it is {share:.3g}"
            raise OutOfRange("--alpha", expected, found)
    for plan in possible[-1:]:
        check_memory(plan.config, plan.problem)
    return made


def _plan(table: Table, config: Configuration, width: int, seed: int) -> Plan | LeftOut:
    """The run of this seed."""
    here = msgspec.structs.replace(
        config,
        width=width,
        seed=seed,
        method=Method.LIVE,
        init="live",
        engine="vectorized",
        structure=Structure.SCAN,
        invariants="off",
    )
    try:
        return Plan(here, choose_points(table, here.points, seed).problem)
    except OneClassOnly as error:
        return LeftOut(width, seed, error.code, error.message)


def measured(planned: Sequence[Plan | LeftOut]) -> Iterator[Measured]:
    """Each run, made to its end and counted, or left out with the reason."""
    return map(_measured, planned)


def _measured(plan: Plan | LeftOut) -> Measured:
    """One run; nothing of it is kept but its counts."""
    if isinstance(plan, LeftOut):
        return plan
    config = plan.config
    try:
        run = build_run(config, plan.problem, Nobody())
        while run.reason is None:
            run.step()
    except (NoFiringNeuron, Unsolved) as error:
        return LeftOut(config.width, config.seed, error.code, error.message)
    return _counted(plan, run)


def _counted(plan: Plan, run: Run[float]) -> Measured:
    """What the run took, if it reached its loss by steps."""
    config, n, d = plan.config, plan.problem.n, plan.problem.d
    records, reason = run.records, run.reason
    if reason is not Reason.CONVERGED:
        why = "" if reason is None else reason.value
        remark = run.remark or f"loss {records[-1].loss:.2g} after {len(records) - 1} steps"
        return LeftOut(config.width, config.seed, why, remark)
    steps = [record for record in records if record.moved]
    if not steps:
        remark = f"its first loss is {records[0].loss:.2g}: no step was made"
        return LeftOut(config.width, config.seed, "no-step", remark)
    spent = [_by_label(record) for record in records]
    dense = [dense_operations(record, config, n, d) for record in records]
    set_up = added(counts[Label.INIT] for counts in spent)
    data = [counts[label].multiply_adds for counts in spent[: len(steps)] for label in DATA_LABELS]
    return LiveCost(
        width=config.width,
        seed=config.seed,
        steps=len(steps),
        loss=records[-1].loss,
        candidates=set_up.comparisons // n,
        live=len(run.trainer.network.places),
        pairs=sum(records[0].fired),
        set_up=set_up.total,
        iteration=sum(step_total(counts) for counts in spent[: len(steps)]) / len(steps),
        data_term=sum(data) / len(steps),
        whole=sum(added(counts.values()).total for counts in spent),
        dense_iteration=sum(step_total(counts) for counts in dense[: len(steps)]) / len(steps),
        dense_whole=sum(added(counts.values()).total for counts in dense),
    )


def _by_label(record: Record) -> Mapping[Label, Counts]:
    """The record's counts."""
    return {label: Counts(**record.operations[label.value]) for label in Label}


# ---- exponents -----------------------------------------------------------------------------------

QUANTITIES: Mapping[str, Callable[[LiveCost], float]] = {
    "candidates drawn": lambda cost: cost.candidates,
    "firing pairs at the start": lambda cost: cost.pairs,
    "set-up": lambda cost: cost.set_up,
    "an iteration's data term": lambda cost: cost.data_term,
    "an iteration": lambda cost: cost.iteration,
    "the whole training": lambda cost: cost.whole,
    "dense: an iteration": lambda cost: cost.dense_iteration,
    "dense: the whole training": lambda cost: cost.dense_whole,
}
"""What has an exponent."""

EXACT = ("candidates drawn", "firing pairs at the start")
"""What is n·m·P(Z > b) in the mean, exactly."""


@dataclass(frozen=True, slots=True)
class Exponent:
    """A quantity's line, and between which bounds its exponent is expected."""

    quantity: str
    fit: Fit
    least: float
    most: float
    bar: str

    @property
    def holds(self) -> bool:
        """Is it there?"""
        return self.least <= self.fit.slope <= self.most


def exponents(found: Sequence[LiveCost], alpha: float) -> Sequence[Exponent]:
    """A line through every quantity, all at the same widths. Domain: at least three widths.

    Bars: what is exact in the mean is where the tails predict it, within twice the interval; a
    dense iteration is 1 within 0.01, at both ends of its interval; a dense training is as many of
    these as there were steps, so 1 within twice its interval; the others, at the upper end of
    theirs, are at most 1 − α + 0.05.
    """
    widths = [cost.width for cost in found]
    predicted = predicted_exponent(alpha, widths)
    made = []
    for quantity, of in QUANTITIES.items():
        fit = fitted(widths, [of(cost) for cost in found])
        # Numbers on a line have no interval, and the line found is rounded.
        room = TIMES * fit.half + 1e-9
        if quantity in EXACT:
            least, most, bar = predicted - room, predicted + room, f"predicted {predicted:.4f}"
        elif quantity == "dense: an iteration":
            least, most = 1 - DENSE_WITHIN + fit.half, 1 + DENSE_WITHIN - fit.half
            bar = f"1.00 ± {DENSE_WITHIN:g}"
        elif quantity == "dense: the whole training":
            least, most, bar = 1 - room, 1 + room, "1 within twice that"
        else:
            highest = 1 - alpha + ABOVE
            least, most, bar = 0.0, highest - fit.half, f"at most {highest:.2f}"
        made.append(Exponent(quantity, fit, least, most, bar))
    return made


def firing_neurons(alpha: float, width: int) -> float:
    """m·P(Z > b): how many neurons fire on a point of unit length, in the mean."""
    return width * float(ndtr(-shift_for(alpha, width)))


def predicted_exponent(alpha: float, widths: Sequence[int]) -> float:
    """The exponent that `firing_neurons` has over these widths."""
    return fitted(widths, [firing_neurons(alpha, width) for width in widths]).slope
