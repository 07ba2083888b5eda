"""Whole trainings from a handful of rationals, in either lane and by either method."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Generic

from reference.activation import Activation
from reference.errors import FiringtreeError
from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.inner_products import PlainInnerProducts
from reference.matrix import Matrix
from reference.network import Network, Problem, network
from reference.scalar import Arithmetic, S
from reference.solvers.solver import GramSolver
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure
from reference.training.iteration import predict, query
from reference.training.observer import Nobody
from reference.training.scores import FreshScores, Scores, StoredScores, columns_of
from reference.training.step_rule import StepRule, rule
from reference.training.stopping import Limits
from reference.training.trainer import Observation, Trainer
from reference.training.training import Run, prepare
from reference.weights import RewrittenWeights


@dataclass(frozen=True)
class Setup:
    """A problem and an initial network."""

    points: tuple[tuple[Fraction, ...], ...]
    labels: tuple[Fraction, ...]
    weights: tuple[tuple[Fraction, ...], ...]
    signs: tuple[int, ...]
    shift: Fraction

    def problem(self, arithmetic: Arithmetic[S]) -> Problem[S]:
        points = tuple(tuple(numbers(arithmetic, x)) for x in self.points)
        return Problem(points, tuple(numbers(arithmetic, self.labels)))

    def network(self, arithmetic: Arithmetic[S], activation: Activation) -> Network[S]:
        values = [w for row in self.weights for w in numbers(arithmetic, row)]
        (shift,) = numbers(arithmetic, (self.shift,))
        weights = RewrittenWeights(Matrix(arithmetic, values, len(self.points[0])))
        return network(arithmetic, weights, self.signs, shift, activation)


def numbers(arithmetic: Arithmetic[S], values: tuple[Fraction, ...]) -> list[S]:
    """The same numbers in the lane."""
    return [arithmetic.ratio(value.numerator, value.denominator) for value in values]


def setup(
    points: list[list[int]],
    labels: list[int],
    weights: list[list[Fraction]],
    signs: list[int],
    shift: int,
) -> Setup:
    """A setup written by hand."""
    return Setup(
        tuple(tuple(Fraction(c) for c in x) for x in points),
        tuple(Fraction(y) for y in labels),
        tuple(tuple(row) for row in weights),
        tuple(signs),
        Fraction(shift),
    )


def trainer(
    given: Setup,
    arithmetic: Arithmetic[S],
    activation: Activation,
    step_rule: StepRule,
    structure: Structure | None,
) -> Trainer[S]:
    """The sublinear method on this structure, or the dense method if there is none."""
    problem, net = given.problem(arithmetic), given.network(arithmetic, activation)
    products = PlainInnerProducts(arithmetic)
    scores: Scores[S]
    if structure is None:
        scores = FreshScores(products, problem)
    else:
        columns = columns_of(net, products, problem.points)
        scores = StoredScores(threshold_search(structure, arithmetic, columns, net.shift))
    return prepare(
        arithmetic, problem, net, scores, rule(step_rule, arithmetic, GramSolver(arithmetic))
    )


@dataclass(frozen=True)
class Moment(Generic[S]):
    """What was seen at one step, nothing of it rounded to be recorded."""

    loss: S
    firing: FiringSets
    weights: list[S]


class Diary(Nobody[S]):
    """The observer that writes down every moment."""

    def __init__(self) -> None:
        self.moments: list[Moment[S]] = []

    def predicted(self, trainer: Trainer[S], observation: Observation[S]) -> None:
        weights = list(trainer.network.weights.matrix().values)
        self.moments.append(Moment(observation.loss, observation.firing, weights))

    def union(self, step: int) -> set[Neuron]:
        return set(self.moments[step].firing.by_neuron)


def walk(trained: Trainer[S], steps: int) -> tuple[Diary[S], Run[S], str]:
    """The diary of at most so many steps, the run, and what was said at the end."""
    diary: Diary[S] = Diary()
    run = Run(trained, Limits(steps, 0.0), diary)
    try:
        while run.reason is None:
            run.step()
    except FiringtreeError as error:
        return diary, run, str(error)
    return diary, run, run.reason.value + run.remark


def observe(trained: Trainer[S]) -> Observation[S]:
    """Where the network stands now: QUERY and PREDICT together."""
    return predict(trained, query(trained, trained.problem.indices))


LIVE = [(3, 0), (0, 3), (2, 2), (3, -1), (-1, 3), (2, -2), (1, 2), (-2, 2)]
HALF_ALIVE = setup(
    points=[[1, 0], [0, 1], [1, 2]],
    labels=[1, -1, 2],
    weights=[[Fraction(2 * p, 3), Fraction(2 * q, 3)] for p, q in LIVE]
    + [[Fraction(-k), Fraction(-1)] for k in range(1, 9)],
    signs=[1, -1, 1, 1, -1, 1, -1, 1] * 2,
    shift=1,
)
"""Sixteen neurons: the first eight fire somewhere and move by roundable thirds, the others do not.
It trains for three steps at least, and never touches the right half of a tree."""
