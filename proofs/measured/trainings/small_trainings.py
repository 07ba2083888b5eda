"""Small trainings in rationals, drawn from a seed on a grid of quarters.

Nothing is rounded, so what two of them have in common is equal and not merely near; and scores meet
b often, as random real numbers never do. Points are pairwise not parallel and of no particular
length. Every point starts with a firing neuron; most neurons start dead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from reference.activation import Activation
from reference.errors import FiringtreeError
from reference.ids import Neuron
from reference.inner_products import PlainInnerProducts
from reference.matrix import Matrix
from reference.network import Network, Problem, network
from reference.scalar import RATIONAL
from reference.solvers.solver import GramSolver
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure
from reference.training.batches import Batches
from reference.training.live import live_neurons, restricted, rows_of, written_back
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.scores import FreshScores, Scores, StoredScores, columns_of
from reference.training.step_rule import GradientSteps, Rule, StepRule, rule
from reference.training.stopping import Limits
from reference.training.trainer import Observation, Trainer
from reference.training.training import Run, prepare
from reference.weights import RewrittenWeights

Vector = tuple[Fraction, ...]

BATCH = 2
"""Points of a mini-batch."""


@dataclass(frozen=True, slots=True)
class Small:
    """A problem, and a network before training."""

    problem: Problem[Fraction]
    weights: tuple[Vector, ...]
    signs: tuple[int, ...]
    shift: Fraction

    @property
    def m(self) -> int:
        """How many neurons."""
        return len(self.signs)

    def network(self, activation: Activation = Activation.SHIFTED) -> Network[Fraction]:
        """The network, its weights a copy of their own."""
        values = [value for row in self.weights for value in row]
        weights = RewrittenWeights(Matrix(RATIONAL, values, self.problem.d))
        return network(RATIONAL, weights, self.signs, self.shift, activation)

    def score(self, r: int, i: int) -> Fraction:
        """⟨w_r, x_i⟩, summed as it is written."""
        return inner(self.weights[r], self.problem.points[i])


def inner(left: Sequence[Fraction | int], right: Sequence[Fraction]) -> Fraction:
    """⟨left, right⟩."""
    return sum((p * q for p, q in zip(left, right, strict=True)), Fraction())


CURVE = [(1, -1, 1), (1, 0, 0), (1, 1, 1), (1, 2, 4), (0, 0, 1)]
"""Points, no two of them parallel, any three of them independent."""


def drawn(seed: int, m: int = 16, d: int = 3) -> Small:
    """A training of up to three points in R^d; d is 2 or 3, m a power of four.

    Neuron i starts as point i and scores at least 1 there; b is below the least of the points'
    highest scores, and a score itself where it can.
    """
    chance = Random(f"small/{seed}/{m}/{d}")
    chosen = chance.sample(CURVE, chance.randint(1, 3))
    points = tuple(tuple(Fraction(c) for c in (x[:d] if x[0] else x[-d:])) for x in chosen)
    free = [
        tuple(Fraction(chance.randint(-8, 8), 4) for _ in range(d)) for _ in range(m - len(points))
    ]
    weights = (*points, *free)
    columns = [[inner(w, x) for w in weights] for x in points]
    lowest = min(max(column) for column in columns)
    scores = sorted({s for column in columns for s in column if 0 < s < lowest})
    shift = chance.choice(scores[len(scores) // 2 :] or [lowest / 2])
    signs = tuple(chance.choice((-1, 1)) for _ in weights)
    labels = tuple(Fraction(chance.randint(-8, 8), 4) for _ in points)
    return Small(Problem(points, labels), weights, signs, shift)


def special() -> Small:
    """A training with a point twice, one at another length, and a zero point; most neurons fire."""
    points = [(1, 2, 0), (1, 2, 0), (2, 4, 0), (0, 0, 0), (-1, 1, 3)]
    weights = [(1, 1, 0), (2, 0, 1), (0, 1, 1), (-1, 0, 2)]
    return Small(
        Problem(tuple(_rationals(x) for x in points), _rationals((1, 1, 2, 0, -1))),
        tuple(_rationals(w) for w in weights),
        (1, -1, -1, 1),
        Fraction(1),
    )


def _rationals(values: tuple[int, ...]) -> Vector:
    return tuple(map(Fraction, values))


# ---- training ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """How a training is carried out. A method that stores no scores has no use for a structure."""

    method: Method
    step_rule: StepRule = StepRule.FULL
    structure: Structure = Structure.TOURNAMENT
    activation: Activation = Activation.SHIFTED


@dataclass(frozen=True, slots=True)
class Moment:
    """What was seen before a step, by the neurons' places among all m.

    `fires` has (neuron, point) for the points asked about; `weights` are those of all m neurons.
    """

    residual: tuple[Fraction, ...]
    fires: frozenset[tuple[int, int]]
    asked: tuple[int, ...]
    weights: tuple[Vector, ...]

    @property
    def loss(self) -> Fraction:
        """½‖f − y‖², over the points asked about."""
        return inner(self.residual, self.residual) / 2

    @property
    def alive(self) -> frozenset[int]:
        """The neurons that fire on some point asked about."""
        return frozenset(r for r, _ in self.fires)


class Diary(Nobody[Fraction]):
    """Writes every moment down."""

    def __init__(self, initial: Matrix[Fraction]) -> None:
        self._initial = initial
        self.moments: list[Moment] = []

    def predicted(self, trainer: Trainer[Fraction], observation: Observation[Fraction]) -> None:
        """One moment more."""
        firing, places = observation.firing, trainer.network.places
        whole = written_back(RATIONAL, self._initial, trainer.network)
        rows = tuple(tuple(whole.row(Neuron(r))) for r in range(whole.rows))
        fires = frozenset((places[r], i) for r, points in firing.by_neuron.items() for i in points)
        residual = tuple(observation.residual)
        self.moments.append(Moment(residual, fires, tuple(firing.asked), rows))


def trained(small: Small, way: Way, steps: int) -> Sequence[Moment]:
    """The moments of at most so many steps, or epochs; fewer if the training cannot go on."""
    whole = small.network(way.activation)
    diary = Diary(whole.weights.matrix())
    batches = Batches(small.problem.n, min(BATCH, small.problem.n), 0)
    run = Run(
        trainer_of(small, way),
        Limits(steps, 0.0),
        diary,
        batches=batches if way.method.takes_batches else None,
    )
    try:
        while run.reason is None:
            run.step()
    except FiringtreeError:
        return diary.moments
    return diary.moments


def trainer_of(small: Small, way: Way) -> Trainer[Fraction]:
    """The trainer of this training. Errors: those of `prepare`."""
    problem, products = small.problem, PlainInnerProducts(RATIONAL)
    net = small.network(way.activation)
    if way.method.keeps_the_live:
        initial = net.weights.matrix()
        live = live_neurons(net, columns_of(net, products, problem.points))
        net = restricted(net, live, RewrittenWeights(rows_of(RATIONAL, initial, live)))
    scores: Scores[Fraction] = FreshScores(products, problem)
    if way.method.stores_scores:
        columns = columns_of(net, products, problem.points)
        scores = StoredScores(threshold_search(way.structure, RATIONAL, columns, net.shift))
    return prepare(RATIONAL, problem, net, scores, _rule(small, way))


def _rule(small: Small, way: Way) -> Rule[Fraction]:
    """Steps that solve, by the way's rule, or steps along the gradient."""
    if way.method.solves:
        return rule(way.step_rule, RATIONAL, GramSolver(RATIONAL))
    n = small.problem.n
    return GradientSteps(RATIONAL, min(BATCH, n) if way.method.takes_batches else n)
