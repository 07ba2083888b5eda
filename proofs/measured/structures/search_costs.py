"""What it costs to know who fires after scores have changed, structure by structure.

    kept sets     a changed score is compared with b and its neuron put in or taken out: the same
                  few operations at every width
    trees, scan   a changed score is repaired upwards, then all that fire are looked for

Counted by the structures themselves; what each counts equals its closed form.

Claim beyond/no-search.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import msgspec

from proofs.measured.networks.initial_outputs import digits
from reference.counters import NO_COUNTS, Counts, Label
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.errors import OtherThreshold
from reference.ids import Neuron, Point
from reference.scalar import BINARY64, RATIONAL
from reference.structures.factory import threshold_search
from reference.structures.incremental_sets import IncrementalSets
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.observer import Nobody

HALF = Fraction(1, 2)


# ---- one change ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """What changing one score takes, and then asking for those above: counted.

    `right` says whether the answer was that of a look at all scores.
    """

    structure: Structure
    m: int
    right: bool
    changing: Counts
    asking: Counts


def changes(widths: Sequence[int], answers: int, seed: int) -> Iterator[Change]:
    """One score of each width changed from below b to above, where `answers` − 1 fire already."""
    for m in widths:
        column = [0.0] * m
        chance = Random(f"change/{seed}/{m}")
        chosen = chance.sample(range(m), answers)
        for r in chosen[1:]:
            column[r] = 1.0
        for structure in Structure:
            search = threshold_search(structure, BINARY64, [column], 0.5)
            changing = search.replace([Neuron(chosen[0])], [[1.0]])
            answer = search.query(Point(0), 0.5)
            yield Change(structure, m, answer.fired == sorted(chosen), changing, answer.cost)


# ---- many changes --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """Of so many changed scores, so many crossed b, and so many answers differed from a scan's."""

    changed: int
    ties: int
    crossed: int
    answers: int
    wrong: int
    operations: Counts


def kept_sets(m: int, n: int, changes_made: int, seed: int) -> Kept:
    """Kept sets under drawn changes on a grid of quarters, where scores often come to lie at b."""
    chance = Random(f"kept/{seed}/{m}/{n}")
    columns = [[_quarter(chance) for _ in range(m)] for _ in range(n)]
    search = IncrementalSets(RATIONAL, columns, HALF)
    found = Kept(0, 0, 0, 0, 0, NO_COUNTS)
    for _ in range(changes_made):
        neurons = sorted(map(Neuron, chance.sample(range(m), chance.randint(1, m))))
        new = [[_quarter(chance) for _ in neurons] for _ in range(n)]
        cost = search.replace(neurons, new)
        found = _compared(_changed(found, columns, neurons, new, cost), search, columns)
    return found


def _changed(
    found: Kept,
    columns: list[list[Fraction]],
    neurons: Sequence[Neuron],
    new: Sequence[Sequence[Fraction]],
    cost: Counts,
) -> Kept:
    """The columns have the new scores; what changed is added to what was found."""
    ties = crossed = 0
    for column, scores in zip(columns, new, strict=True):
        for r, score in zip(neurons, scores, strict=True):
            ties += score == HALF
            crossed += (column[r] > HALF) != (score > HALF)
            column[r] = score
    return replace(
        found,
        changed=found.changed + len(neurons) * len(columns),
        ties=found.ties + ties,
        crossed=found.crossed + crossed,
        operations=found.operations + cost,
    )


def _compared(
    found: Kept, search: IncrementalSets[Fraction], columns: Sequence[Sequence[Fraction]]
) -> Kept:
    """Every point's answer is compared with a look at all scores."""
    looked = [[r for r, score in enumerate(column) if score > HALF] for column in columns]
    answers = [search.query(Point(i), HALF).fired for i in range(len(columns))]
    wrong = sum(answer != expected for answer, expected in zip(answers, looked, strict=True))
    return replace(found, answers=found.answers + len(answers), wrong=found.wrong + wrong)


def _quarter(chance: Random) -> Fraction:
    return Fraction(chance.randint(0, 4), 4)


def other_thresholds_are_refused() -> bool:
    """Kept sets are asked at a threshold that they were not built for."""
    search = IncrementalSets(RATIONAL, [[HALF]], HALF)
    try:
        search.query(Point(0), Fraction(1))
    except OtherThreshold:
        return True
    return False


# ---- whole trainings -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Searching:
    """What knowing who fires took in a training: structures alone, not the scores' own sums."""

    m: int
    steps: int
    touched: int
    firing: Sequence[str]
    operations: int


def searching(structure: Structure, m: int, n: int) -> Searching:
    """A training on digits with scores in this structure, at most ten steps.

    Counted are comparisons, visits and writes of QUERY and REFRESH; `touched` are the scores that
    REFRESH changed.
    """
    config = Configuration(
        points=n, width=m, method=Method.SUBLINEAR, invariants="off", steps=10, until=1e-12
    )
    here = msgspec.structs.replace(config, structure=structure)
    run = build_run(here, digits(n), Nobody())
    while run.reason is None:
        run.step()
    spent = NO_COUNTS
    for record in run.records:
        for label in (Label.QUERY, Label.REFRESH):
            spent += Counts(**record.operations[label.value])
    return Searching(
        m,
        len(run.records) - 1,
        sum(record.moved for record in run.records) * n,
        [record.firing_digest for record in run.records],
        spent.total - spent.multiply_adds,
    )
