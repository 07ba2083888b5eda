"""The two rules for a score that is b: the strict one, s > b, and the lax one, s ≥ b.

They can only be told apart where scores meet b, and random real numbers never do: so scores here
lie on a grid. What is looked at is everything that asks who fires: every structure, fresh scores,
the scan for live neurons, the Jacobian, and the threshold of the reduction from orthogonal vectors.

Claim model/ties.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from proofs.measured.trainings.derivatives import DENSE, by_reference
from proofs.measured.trainings.small_trainings import Small, Way, inner, trainer_of
from proofs.reduction.orthogonal_vectors import product as ones_in_common
from proofs.reduction.threshold_instance import neuron, point, threshold
from reference.edges.networks.initial_network import WEIGHTS_STREAM, shift_for, stream
from reference.errors import SingularGram
from reference.firing_sets import FiringSets, firing_sets
from reference.gram import gram
from reference.ids import Neuron, Point
from reference.inner_products import PlainInnerProducts
from reference.network import Problem
from reference.scalar import RATIONAL
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure
from reference.training.iteration import advance, predict, query
from reference.training.live import live_neurons
from reference.training.method import Method
from reference.training.scores import columns_of

HALF = Fraction(1, 2)

Pairs = frozenset[tuple[int, int]]
"""(neuron, point)."""


# ---- structures ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Columns:
    """How many columns of scores were asked, and how many answers followed which rule alone."""

    columns: int
    answers: int
    not_strict: int
    lax_would_differ: int


def every_column(widest: int) -> Columns:
    """Every column of up to so many scores below, at and above b, asked of every structure.

    Each is asked twice: as built, and after all its scores have come by a change.
    """
    asked = answers = wrong = lax = 0
    for m in range(1, widest + 1):
        for column in product((Fraction(0), HALF, Fraction(1)), repeat=m):
            strict = [r for r, score in enumerate(column) if score > HALF]
            found = list(_answers(column))
            asked, answers = asked + 1, answers + len(found)
            wrong += sum(answer != strict for answer in found)
            lax += len(found) * (HALF in column)
    return Columns(asked, answers, wrong, lax)


def _answers(column: Sequence[Fraction]) -> Iterator[list[Neuron]]:
    """Who fires, by each structure, built with these scores or changed to them."""
    reversed_scores = [Fraction(1) - score for score in column]
    neurons = [Neuron(r) for r in range(len(column))]
    for structure in Structure:
        yield threshold_search(structure, RATIONAL, [column], HALF).query(Point(0), HALF).fired
        changed = threshold_search(structure, RATIONAL, [reversed_scores], HALF)
        changed.replace(neurons, [column])
        yield changed.query(Point(0), HALF).fired


# ---- networks ------------------------------------------------------------------------------------


def firing_by(small: Small, rule: str) -> Pairs:
    """Who fires on what, by looking."""
    b = small.shift
    return frozenset(
        (r, i)
        for r in range(small.m)
        for i in range(small.problem.n)
        if (small.score(r, i) > b if rule == "strict" else small.score(r, i) >= b)
    )


def firing_in_parts(small: Small) -> dict[str, Pairs]:
    """The same by each part of the reference that asks it."""
    ways = {structure.value: Way(Method.SUBLINEAR, structure=structure) for structure in Structure}
    found = {name: _queried(small, way) for name, way in (ways | {"fresh": DENSE}).items()}
    d = small.problem.d
    found["jacobian"] = frozenset(
        (r, i)
        for i, row in enumerate(by_reference(small))
        for r in range(small.m)
        if any(row[r * d : (r + 1) * d])
    )
    return found


def live_by_scan(small: Small) -> frozenset[int]:
    """U(0), as the scan for live neurons finds it."""
    net = small.network()
    columns = columns_of(net, PlainInnerProducts(RATIONAL), small.problem.points)
    return frozenset(live_neurons(net, columns))


def _queried(small: Small, way: Way) -> Pairs:
    firing = query(trainer_of(small, way), small.problem.indices)
    return frozenset((r, i) for r, points in firing.by_neuron.items() for i in points)


# ---- what the choice does ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a step from the same network has in common under both rules, and what not."""

    same_loss: bool
    same_gram: bool
    same_weights: bool


def consequences(small: Small) -> Consequences | None:
    """Of one Gauss-Newton step; None where G is singular under a rule."""
    strict, lax = (_stepped(small, firing_by(small, rule)) for rule in ("strict", "lax"))
    if strict is None or lax is None:
        return None
    return Consequences(*(left == right for left, right in zip(strict, lax, strict=True)))


def _stepped(
    small: Small, pairs: Pairs
) -> tuple[Fraction, list[list[Fraction]], list[Fraction]] | None:
    """Loss, G and the weights after a step, with these as the firing sets."""
    trainer = trainer_of(small, DENSE)
    query(trainer, small.problem.indices)
    firing = _sets(small, pairs)
    observation = predict(trainer, firing)
    matrix = gram(trainer.products, firing, small.m)
    try:
        advance(trainer, observation, 0)
    except SingularGram:
        return None
    return observation.loss, matrix, list(trainer.network.weights.matrix().values)


def _sets(small: Small, pairs: Pairs) -> FiringSets:
    by_point = [sorted(Neuron(r) for r, at in pairs if at == i) for i in range(small.problem.n)]
    return firing_sets(by_point, small.problem.indices)


# ---- the reduction -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decided:
    """Pairs of 0/1 vectors put to the reduction's threshold, and how many came out wrong."""

    pairs: int
    ties: int
    strict_wrong: int
    lax_wrong: int


def orthogonal_by_threshold(d: int) -> Decided:
    """Every pair of vectors of d coordinates: is it orthogonal exactly if w scores above τ at x?"""
    tau = threshold(RATIONAL, d)
    ties = strict = lax = 0
    vectors = list(product((0, 1), repeat=d))
    for a, b in product(vectors, repeat=2):
        score = inner(neuron(RATIONAL, a), point(RATIONAL, b))
        orthogonal = ones_in_common(a, b) == 0
        ties += score == tau
        strict += (score > tau) != orthogonal
        lax += (score >= tau) != orthogonal
    return Decided(len(vectors) ** 2, ties, strict, lax)


# ---- random numbers ------------------------------------------------------------------------------


def random_ties(problem: Problem[float], m: int, alpha: float) -> tuple[int, int]:
    """How many scores of a normal network are b, bit for bit, and how many there are."""
    weights = stream(0, WEIGHTS_STREAM).standard_normal((m, problem.d))
    scores = weights @ np.array(problem.points).T
    return int((scores == shift_for(alpha, m)).sum()), scores.size
