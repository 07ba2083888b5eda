"""Several ways to train one network, run to the same loss, and what each took to get there."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from reference.counters import Counts, Label
from reference.edges.runs.report import step_total
from reference.edges.runs.summary import ending
from reference.edges.setup.configuration import Configuration
from reference.edges.system.request_errors import OutOfRange
from reference.scalar import S
from reference.solvers.solver import SolverName
from reference.training.clock import step_seconds
from reference.training.method import Method
from reference.training.training import Run

ALL_WAYS = (
    "sublinear",
    "sublinear:cg",
    "sublinear:sketch",
    "live",
    "gauss-newton",
    "sublinear-gradient-descent",
    "gradient-descent",
    "sublinear-sgd",
    "sgd",
)
"""Every method, and the sublinear one with every solver."""


QUANTITIES = ("iterations", "counted operations", "seconds")
"""What a course spends."""


@dataclass(frozen=True, slots=True)
class Way:
    """A method, with a solver if it is not the usual one."""

    name: str
    method: Method
    solver: SolverName

    def of(self, config: Configuration) -> Configuration:
        """The configuration trained in this way; what does not apply to it is left out."""
        here = msgspec.structs.replace(config, method=self.method, solver=self.solver)
        if not self.method.takes_batches:
            here = msgspec.structs.replace(here, batch=None)
        return here


def way(name: str) -> Way:
    """The way of this name, `METHOD` or `METHOD:SOLVER`. Errors: `out-of-range`."""
    method, colon, solver = name.partition(":")
    usual = SolverName.GRAM.value
    try:
        found = Way(
            method if solver == usual else name,
            Method(method),
            SolverName(solver if colon else usual),
        )
    except ValueError as error:
        expected = f"methods like {', '.join(ALL_WAYS)}"
        raise OutOfRange("--methods", expected, name) from error
    if solver and not found.method.solves:
        raise OutOfRange("--methods", "no solver for a method along the gradient", name)
    return found


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A run as the loss goes down: what had been spent when each loss was seen.

    `iterations` counts updates of the weights, so a mini-batch is one. Operations and seconds are
    those of the steps; setting up and watching stand beside them.
    """

    data: str
    way: str
    losses: list[float]
    iterations: list[int]
    operations: list[int]
    seconds: list[float]
    reason: str
    remark: str
    init_operations: int
    init_seconds: float

    def spent(self, quantity: str) -> Sequence[float]:
        """What had been spent of this one of `QUANTITIES` when each loss was seen."""
        spent: tuple[Sequence[float], ...] = (self.iterations, self.operations, self.seconds)
        return spent[QUANTITIES.index(quantity)]

    @property
    def reached(self) -> bool:
        """Did it come to the loss that was asked for?"""
        return self.reason == "converged"


def course(data: str, name: str, run: Run[S]) -> Course:
    """The course of a run."""
    a_record = 1
    if run.batches is not None:
        a_record = len(run.batches.of_epoch(0))
    iterations, operations, seconds = [0], [0], [0.0]
    for record, spent in zip(run.records[:-1], run.seconds[:-1], strict=True):
        counts = {label: Counts(**record.operations[label.value]) for label in Label}
        iterations.append(iterations[-1] + a_record)
        operations.append(operations[-1] + step_total(counts))
        seconds.append(seconds[-1] + step_seconds(spent))
    first = run.records[0].operations[Label.INIT.value]
    return Course(
        data=data,
        way=name,
        losses=[record.loss for record in run.records],
        iterations=iterations,
        operations=operations,
        seconds=seconds,
        reason=ending(run),
        remark=run.remark,
        init_operations=Counts(**first).total,
        init_seconds=run.seconds[0][Label.INIT],
    )


def ordered_ways(courses: Sequence[Course]) -> list[str]:
    """The ways that occur, in the order of their first course."""
    return list(dict.fromkeys(course.way for course in courses))
