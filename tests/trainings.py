"""Trainings by every method, reading of the weights and structure, with shifts of their own too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic

import hypothesis.strategies as st

from reference.activation import Activation
from reference.errors import FiringtreeError
from reference.inner_products import PlainInnerProducts
from reference.matrix import Matrix
from reference.network import network
from reference.scalar import Arithmetic, S
from reference.solvers.solver import GramSolver
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure
from reference.training.batches import Batches
from reference.training.method import Method
from reference.training.scores import (
    FreshScores,
    RecomputedScores,
    Scores,
    StoredScores,
    columns_of,
)
from reference.training.step_rule import FullSteps, GradientSteps, Rule
from reference.training.stopping import Limits
from reference.training.trainer import Trainer
from reference.training.training import Run, prepare
from reference.weights import ImplicitWeights, Reading, RewrittenWeights, Weights
from tests.exact_algebra import dot
from tests.small_training import Diary, Moment, Setup, numbers

FAMILIES = st.sampled_from([Method.GAUSS_NEWTON, Method.GRADIENT_DESCENT, Method.SGD])
"""What a step goes along; each also with stored scores."""

READINGS = st.sampled_from(Reading)
STRUCTURES = st.sampled_from(Structure)


@dataclass(frozen=True)
class Way:
    """Where scores are kept, None for nowhere, and what becomes of them and of the weights."""

    structure: Structure | None
    reading: Reading = Reading.REWRITTEN


DENSE = Way(None)
STORED = [Way(structure, reading) for structure in Structure for reading in Reading]


def rule_of(
    family: Method, arithmetic: Arithmetic[S], batch: int, rate: S | None = None
) -> Rule[S]:
    """Whole Gauss-Newton steps, or steps along the gradient of so many points."""
    if family.solves:
        return FullSteps(arithmetic, GramSolver(arithmetic))
    return GradientSteps(arithmetic, batch, rate)


def trained(
    given: Setup,
    arithmetic: Arithmetic[S],
    chosen: Rule[S],
    way: Way = DENSE,
    activation: Activation = Activation.SHIFTED,
    excess: Sequence[Fraction] = (),
) -> Trainer[S]:
    """The trainer of this setup. `excess` is b_r − b of every neuron."""
    problem, products = given.problem(arithmetic), PlainInnerProducts(arithmetic)
    values = [w for row in given.weights for w in numbers(arithmetic, row)]
    matrix = Matrix(arithmetic, values, problem.d)
    weights: Weights[S] = RewrittenWeights(matrix)
    if way.reading is Reading.IMPLICIT:
        weights = ImplicitWeights(arithmetic, matrix, problem.points)
    (shift,) = numbers(arithmetic, (given.shift,))
    beyond = numbers(arithmetic, tuple(excess))
    net = network(arithmetic, weights, given.signs, shift, activation, beyond)
    scores: Scores[S] = FreshScores(products, problem)
    if way.structure is not None:
        columns = columns_of(net, products, problem.points)
        search = threshold_search(way.structure, arithmetic, columns, net.shift)
        scores = StoredScores(search)
        if way.reading is Reading.RECOMPUTED:
            scores = RecomputedScores(search, products, problem.points)
    return prepare(arithmetic, problem, net, scores, chosen)


@dataclass(frozen=True)
class Journey(Generic[S]):
    """All that a run showed, but for its counts: those differ between ways."""

    moments: list[Moment[S]]
    records: list[Mapping[str, object]]
    end: str


def journey(parts: Trainer[S], steps: int, batches: Batches | None = None) -> Journey[S]:
    """At most so many steps, or epochs."""
    diary: Diary[S] = Diary()
    run = Run(parts, Limits(steps, 0.0), diary, batches=batches)
    end = ended(run)
    return Journey(diary.moments, seen(run), end)


def ended(run: Run[S]) -> str:
    """The run is over; why."""
    try:
        while run.reason is None:
            run.step()
    except FiringtreeError as error:
        return str(error)
    return run.reason.value + run.remark


def seen(run: Run[S]) -> list[Mapping[str, object]]:
    """Its records without their counts."""
    return [record.as_dict() | {"operations": {}} for record in run.records]


def batches_of(family: Method, given: Setup, size: int, seed: int = 0) -> Batches | None:
    """Mini-batches of so many points, at most all, if the method takes any."""
    n = len(given.points)
    return Batches(n, min(size, n), seed) if family.takes_batches else None


@st.composite
def excesses(draw: st.DrawFn, given: Setup) -> tuple[Fraction, ...]:
    """Quarters by which neurons' shifts exceed b; b is not raised for the neuron that scores
    highest on a point, so that every point keeps a firing neuron.
    """
    m = range(len(given.signs))
    highest = {max(m, key=[dot(w, x) for w in given.weights].__getitem__) for x in given.points}
    quarters = [st.integers(-4, 0 if r in highest else 4) for r in m]
    return tuple(Fraction(k, 4) for k in draw(st.tuples(*quarters)))
