"""What MOVE and REFRESH count, as weights are kept: rows rewritten, scores recomputed, or neither.

    recomputed   rows rewritten, n products a moved neuron           MOVE (P + U)d, REFRESH U·n·d
    rewritten    rows rewritten, scores moved by kept ⟨x_i, x_j⟩     MOVE (P + U)d, REFRESH (P + U)n
    implicit     coefficients on the points, scores moved likewise   MOVE P, REFRESH (P + U)n

Small trainings in rationals walk the same way by all three; coordinates that are 0 everywhere are
added to them, which changes nothing but d. Trainings on data say how much it is.

Claim cost/implicit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import msgspec

from proofs.measured.trainings.small_trainings import Small, Vector
from proofs.measured.trainings.trainings import trained
from reference.activation import Activation
from reference.counters import Counts, Label
from reference.edges.setup.configuration import Configuration
from reference.errors import FiringtreeError
from reference.inner_products import PlainInnerProducts
from reference.matrix import Matrix
from reference.network import Problem, network
from reference.scalar import RATIONAL
from reference.solvers.solver import GramSolver
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure
from reference.training.observer import Nobody
from reference.training.scores import RecomputedScores, Scores, StoredScores, columns_of
from reference.training.step_rule import StepRule, rule
from reference.training.stopping import Limits
from reference.training.trainer import Trainer
from reference.training.training import Run, prepare
from reference.weights import ImplicitWeights, Reading, RewrittenWeights, Weights

UPDATING = (Label.MOVE, Label.REFRESH)
"""Where weights and scores change."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A training: its losses, its firing sets, its last weights, and what each step counted.

    `pairs` and `moved` are those of each step.
    """

    losses: Sequence[float]
    firing: Sequence[str]
    weights: Sequence[Vector]
    pairs: Sequence[int]
    moved: Sequence[int]
    counted: Sequence[Mapping[Label, Counts]]

    def same_way(self, other: "Walk") -> bool:
        """Equal losses, firing sets and, but for coordinates that are 0, weights."""
        cut = min(len(walk.weights[0]) for walk in (self, other))
        rows = [[row[:cut] for row in walk.weights] for walk in (self, other)]
        same = self.losses == other.losses and self.firing == other.firing
        return same and rows[0] == rows[1]


def walk(small: Small, reading: Reading, structure: Structure, steps: int) -> Walk:
    """At most so many Gauss-Newton steps in rationals; fewer if the training cannot go on."""
    run = Run(_trainer(small, reading, structure), Limits(steps, 0.0), Nobody[Fraction]())
    try:
        while run.reason is None:
            run.step()
    except FiringtreeError:
        pass
    matrix, d = run.trainer.network.weights.matrix().values, small.problem.d
    rows = [tuple(matrix[d * r : d * (r + 1)]) for r in range(small.m)]
    steps_made = [record for record in run.records if record.moved]
    return Walk(
        [record.loss for record in run.records],
        [record.firing_digest for record in run.records],
        rows,
        [sum(record.fired) for record in steps_made],
        [record.moved for record in steps_made],
        [
            {label: Counts(**record.operations[label.value]) for label in UPDATING}
            for record in steps_made
        ],
    )


def _trainer(small: Small, reading: Reading, structure: Structure) -> Trainer[Fraction]:
    """The paper's method on this network, its weights kept so."""
    problem, products = small.problem, PlainInnerProducts(RATIONAL)
    matrix = Matrix(RATIONAL, [value for row in small.weights for value in row], problem.d)
    weights: Weights[Fraction] = RewrittenWeights(matrix)
    if reading is Reading.IMPLICIT:
        weights = ImplicitWeights(RATIONAL, matrix, problem.points)
    net = network(RATIONAL, weights, small.signs, small.shift, Activation.SHIFTED)
    columns = columns_of(net, products, problem.points)
    search = threshold_search(structure, RATIONAL, columns, net.shift)
    scores: Scores[Fraction] = StoredScores(search)
    if reading is Reading.RECOMPUTED:
        scores = RecomputedScores(search, products, problem.points)
    return prepare(
        RATIONAL, problem, net, scores, rule(StepRule.FULL, RATIONAL, GramSolver(RATIONAL))
    )


def widened(small: Small, extra: int) -> Small:
    """The same training in so many coordinates more, all of them 0."""
    zeros = (Fraction(0),) * extra
    problem = Problem(tuple((*x, *zeros) for x in small.problem.points), small.problem.labels)
    return replace(small, problem=problem, weights=tuple((*w, *zeros) for w in small.weights))


def dearer(narrow: Walk, wide: Walk, label: Label) -> Sequence[Counts]:
    """What each step of the wide training counts more than that of the narrow one."""
    return [
        many[label] + few[label].times(-1)
        for few, many in zip(narrow.counted, wide.counted, strict=True)
    ]


# ---- on data -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Updating:
    """The multiply-adds of MOVE and REFRESH in the first iteration, by reading."""

    n: int
    d: int
    pairs: int
    moved: int
    multiply_adds: Mapping[Reading, int]
    alike: bool


def updating(config: Configuration, d: int) -> Updating:
    """By running all three; `alike` if they have the same firing sets at the next look."""
    counted, digests = {}, set()
    for reading in Reading:
        run = trained(msgspec.structs.replace(config, weights=reading, steps=1))
        record = run.records[0]
        counted[reading] = sum(
            record.operations[label.value]["multiply_adds"] for label in UPDATING
        )
        digests.add(tuple(each.firing_digest for each in run.records))
    return Updating(config.points, d, sum(record.fired), record.moved, counted, len(digests) == 1)
