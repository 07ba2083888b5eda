"""The numbers that a picture of a run shows."""

from dataclasses import dataclass

from reference.counters import ASIDE, Counts, Label
from reference.edges.runs.report import dense_operations, step_total
from reference.edges.setup.configuration import Configuration
from reference.scalar import S
from reference.training.training import Run


@dataclass(frozen=True, slots=True)
class Firing:
    """How many neurons fire at each record: on the points (mean, least, most), on some point."""

    means: list[float]
    lows: list[int]
    highs: list[int]
    union: list[int]


@dataclass(frozen=True, slots=True)
class Costs:
    """What each step counted by label, and what the dense twin would have spent on it."""

    steps: list[int]
    by_label: dict[Label, list[int]]
    dense: list[int]

    @property
    def totals(self) -> list[int]:
        """Of each step."""
        return [sum(counts) for counts in zip(*self.by_label.values(), strict=True)]

    @property
    def ratio(self) -> float:
        """How many times more the dense twin would have spent in all."""
        return sum(self.dense) / sum(self.totals)


def firing(run: Run[S]) -> Firing:
    """At every record of the run."""
    fired = [record.fired for record in run.records]
    return Firing(
        means=[sum(each) / len(each) for each in fired],
        lows=[min(each) for each in fired],
        highs=[max(each) for each in fired],
        union=[record.union for record in run.records],
    )


def costs(config: Configuration, run: Run[S]) -> Costs:
    """Of every step; of the last record, which makes none, only if there is no other."""
    problem = run.trainer.problem
    made = run.records[:-1] or run.records
    dense = [dense_operations(record, config, problem.n, problem.d) for record in made]
    return Costs(
        steps=[record.step for record in made],
        by_label={
            label: [Counts(**record.operations[label.value]).total for record in made]
            for label in Label
            if label not in ASIDE
        },
        dense=[step_total(each) for each in dense],
    )
