"""What a whole training counts, set-up and every iteration, and what its dense twin would have.

    sublinear    all W(0) is scored once and stored: m·n·d, before anything is sublinear
    dense        stores nothing, scores everything anew at every look

Claims cost/total, cost/amortized.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from proofs.measured.trainings.trainings import trained
from reference.counters import Counts, Label, added
from reference.edges.runs.report import dense_operations, step_total
from reference.edges.setup.configuration import Configuration
from reference.training.stopping import Reason
from reference.training.trace import Record


@dataclass(frozen=True, slots=True)
class WholeTraining:
    """Operations of a training that reached its loss.

    `iterations` has every step's, without the last look at the loss; `looks` is one more than the
    steps. `dense` is the dense twin's whole; `moved` and `fired` are neurons, step by step.
    """

    width: int
    n: int
    d: int
    set_up: int
    iterations: Sequence[int]
    whole: int
    dense: int
    moved: Sequence[int]
    fired: Sequence[int]

    @property
    def looks(self) -> int:
        """How often the loss was looked at."""
        return len(self.iterations) + 1

    @property
    def gain(self) -> float:
        """Dense over this."""
        return self.dense / self.whole

    @property
    def mean(self) -> float:
        """Of an iteration."""
        return sum(self.iterations) / len(self.iterations)

    @property
    def weights(self) -> int:
        """m·d: how many numbers W(0) has."""
        return self.width * self.d


def whole_training(config: Configuration) -> WholeTraining | None:
    """The training, counted; None if it does not reach its loss. Errors: those of step 0."""
    run = trained(config)
    if run.reason is not Reason.CONVERGED:
        return None
    n, d = run.trainer.problem.n, run.trainer.problem.d
    records, steps = run.records, [record for record in run.records if record.moved]
    spent = [_by_label(record) for record in records]
    twin = [dense_operations(record, config, n, d) for record in records]
    return WholeTraining(
        width=config.width,
        n=n,
        d=d,
        set_up=added(each[Label.INIT] for each in spent).total,
        iterations=[step_total(each) for each in spent[: len(steps)]],
        whole=added(cost for each in spent for cost in each.values()).total,
        dense=added(cost for each in twin for cost in each.values()).total,
        moved=[record.moved for record in steps],
        fired=[record.union for record in steps],
    )


def _by_label(record: Record) -> dict[Label, Counts]:
    return {label: Counts(**record.operations[label.value]) for label in Label}
