"""A run in floats, and the exact run beside it that starts at the same floats, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import sqrt

from invariants.monitor import Level, Monitor
from reference.activation import Activation
from reference.errors import NoFiringNeuron, Unsolved
from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.inner_products import PlainInnerProducts
from reference.matrix import Matrix
from reference.network import Network, Problem, network
from reference.scalar import BINARY64, RATIONAL, Arithmetic, S
from reference.solvers.conjugate_gradient import Accuracy, ConjugateGradientSolver
from reference.solvers.sketch import SketchChoice, SketchKind
from reference.solvers.sketch_solver import Draws, SketchSolver
from reference.solvers.solver import GramSolver, Solution, Solver, SolverName
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure
from reference.training.batches import Batches
from reference.training.iteration import advance, predict, query
from reference.training.observer import Nobody
from reference.training.scores import (
    FreshScores,
    RecomputedScores,
    Scores,
    StoredScores,
    columns_of,
)
from reference.training.step_rule import Choice, GradientSteps, Landscape, Rule, StepRule, rule
from reference.training.stopping import Limits
from reference.training.trainer import Advance, Observation, Trainer
from reference.training.training import Run, prepare
from reference.weights import ImplicitWeights, Reading, RewrittenWeights, Weights

PATIENCE = 1000
"""No run here stalls."""

# ---- a start, and the ways from there ------------------------------------------------------------


@dataclass(frozen=True)
class Start:
    """A problem and an initial network, in floats. Either lane starts at these very numbers."""

    points: Sequence[Sequence[float]]
    labels: Sequence[float]
    weights: Sequence[Sequence[float]]
    signs: Sequence[int]
    shift: float
    excess: Sequence[float] = ()
    activation: Activation = Activation.SHIFTED
    coefficients: Sequence[Sequence[float]] = ()
    """What implicit weights start with, if not with w(0); the others have the sum as floats."""

    def problem(self, arithmetic: Arithmetic[S]) -> Problem[S]:
        points = tuple(tuple(map(arithmetic.number, x)) for x in self.points)
        return Problem(points, tuple(map(arithmetic.number, self.labels)))

    def matrix(self, arithmetic: Arithmetic[S]) -> Matrix[S]:
        values = [arithmetic.number(w) for row in self.weights for w in row]
        return Matrix(arithmetic, values, len(self.points[0]))

    def initial(self, arithmetic: Arithmetic[S]) -> Matrix[S]:
        """W less what the coefficients make of the points."""
        matrix, points = self.matrix(arithmetic), self.problem(arithmetic).points
        for r, coefficients in enumerate(self.coefficients):
            row = matrix.row(r)
            for c, x in zip(coefficients, points, strict=True):
                row = [w - arithmetic.number(c) * p for w, p in zip(row, x, strict=True)]
            matrix.replace_row(r, row)
        return matrix

    def network(self, arithmetic: Arithmetic[S], implicit: bool) -> Network[S]:
        """m^(−1/2) and C are those of floats."""
        weights: Weights[S] = RewrittenWeights(self.matrix(arithmetic))
        if implicit:
            points = self.problem(arithmetic).points
            weights = ImplicitWeights(arithmetic, self.initial(arithmetic), points)
            for r, coefficients in enumerate(self.coefficients):
                weights.restore(Neuron(r), [arithmetic.number(c) for c in coefficients])
        kept = RewrittenWeights(self.matrix(BINARY64))
        rounded = network(BINARY64, kept, self.signs, self.shift, self.activation, self.excess)
        shift, scale, offset = map(
            arithmetic.number, (rounded.shift, rounded.scale, rounded.offset)
        )
        excess = [arithmetic.number(beyond) for beyond in self.excess]
        return Network(
            weights, self.signs, shift, scale, offset, excess, weights.rows, range(weights.rows)
        )


@dataclass(frozen=True)
class Way:
    """How the watched run is made: no reading for scores computed afresh, no solver for a step
    along the gradient.
    """

    reading: Reading | None = None
    solver: SolverName | None = SolverName.GRAM
    rule: StepRule = StepRule.FULL
    batch: int | None = None
    rate: float | None = None
    accuracy: float = 1e-6
    damping: float | None = None

    def trainer(self, start: Start, arithmetic: Arithmetic[S]) -> Trainer[S]:
        problem = start.problem(arithmetic)
        net = start.network(arithmetic, self.reading is Reading.IMPLICIT)
        scores, chosen = self._scores(net, problem, arithmetic), self._rule(problem.n, arithmetic)
        return prepare(arithmetic, problem, net, scores, chosen)

    def _scores(self, net: Network[S], problem: Problem[S], arithmetic: Arithmetic[S]) -> Scores[S]:
        products = PlainInnerProducts(arithmetic)
        if self.reading is None:
            return FreshScores(products, problem)
        columns = columns_of(net, products, problem.points)
        search = threshold_search(Structure.TOURNAMENT, arithmetic, columns, net.shift)
        if self.reading is Reading.RECOMPUTED:
            return RecomputedScores(search, products, problem.points)
        return StoredScores(search)

    def _rule(self, n: int, arithmetic: Arithmetic[S]) -> Rule[S]:
        accuracy = Accuracy(arithmetic, self.accuracy)
        solver: Solver[S]
        match self.solver:
            case None:
                size = None if self.rate is None else arithmetic.number(self.rate)
                return GradientSteps(arithmetic, self.batch or n, size)
            case SolverName.GRAM:
                solver = GramSolver(arithmetic)
            case SolverName.CG:
                solver = ConjugateGradientSolver(accuracy)
            case SolverName.SKETCH:
                sketch = SketchChoice(SketchKind.OSNAP, 6 * n, 0)
                solver = SketchSolver(accuracy, sketch, Draws.FRESH)
        damping = None if self.damping is None else arithmetic.number(self.damping)
        return rule(self.rule, arithmetic, solver, damping)


READINGS = (None, *Reading)
WAYS = [Way(r, solver, rule) for r in READINGS for solver in SolverName for rule in StepRule]
WAYS += [Way(r, None, batch=batch) for r in READINGS for batch in (None, 2)]


def named(way: Way) -> str:
    reading = "fresh" if way.reading is None else way.reading.value
    if way.solver is None:
        return f"{reading}-gradient{way.batch or ''}"
    return f"{reading}-{way.solver.value}-{way.rule.value}"


# ---- the exact run beside it ---------------------------------------------------------------------


class Replay:
    """Takes steps of the size and damping it is told, and solves exactly. A `Rule[Fraction]`."""

    name = StepRule.FULL
    remembered: Fraction | None = None

    def __init__(self, along_gradient: bool) -> None:
        self._along_gradient = along_gradient
        self.size, self.damping = Fraction(1), Fraction()

    def choose(self, landscape: Landscape[Fraction]) -> Choice[Fraction]:
        solution = Solution(list(landscape.residual), 0, 0, 0.0, {})
        if not self._along_gradient:
            diagonal = landscape.diagonal
            ridge = self.damping * sum(diagonal, Fraction()) / len(diagonal)
            solution = GramSolver(RATIONAL).solve(landscape, ridge)
        return Choice(solution, self.size, self.damping, 1, 0, 0, {})


@dataclass(frozen=True)
class Distance:
    """How far two runs were apart in the stages of one record, and the bounds reported with it."""

    score: Fraction = Fraction()
    output: Fraction = Fraction()
    weights_squared: Fraction = Fraction()
    parted: bool = False
    report: Mapping[str, float] | None = None

    def bound(self, name: str) -> Fraction:
        assert self.report is not None
        return Fraction(self.report[name])

    def check(self) -> None:
        """Nothing is farther than its bound."""
        assert self.score <= self.bound("score_error")
        assert self.output <= self.bound("output_error")
        assert self.weights_squared <= self.bound("weight_error_after") ** 2

    def shares(self) -> dict[str, float]:
        """The distances as shares of their bounds."""
        after = self.bound("weight_error_after")
        return {
            "score": float(self.score / self.bound("score_error")),
            "output": float(self.output / self.bound("output_error")),
            "weights": sqrt(self.weights_squared / after**2) if after else 0.0,
        }


class Beside(Nobody[S]):
    """The monitor of a run, and the exact run in step with it.

    Once the two fire differently they are not compared any more.
    """

    _monitor: Monitor[S]

    def __init__(self, start: Start, way: Way, monitor: Monitor[S]) -> None:
        self._monitor = monitor
        self._now = Distance()
        self.distances: list[Distance] = []
        self._initial = start.initial(RATIONAL)
        self._replay = Replay(way.solver is None)
        problem = start.problem(RATIONAL)
        self._exact = prepare(
            RATIONAL,
            problem,
            start.network(RATIONAL, implicit=False),
            FreshScores(PlainInnerProducts(RATIONAL), problem),
            self._replay,
        )
        self._observation: Observation[Fraction] | None = None

    def built(self, trainer: Trainer[S], memory: Mapping[Neuron, float]) -> None:
        self._monitor.built(trainer, memory)

    def queried(self, trainer: Trainer[S], firing: FiringSets, earlier: FiringSets | None) -> None:
        self._monitor.queried(trainer, firing, earlier)
        if self._now.parted:
            return
        exact = query(self._exact, firing.asked)
        every = [Neuron(r) for r in range(trainer.network.m)]
        alive = every if earlier is None else list(earlier.by_neuron)
        apart = [
            abs(Fraction(found) - true)
            for i in firing.asked
            for found, true in zip(
                trainer.scores.at(i, alive), self._exact.scores.at(i, alive), strict=True
            )
        ]
        parted = exact.by_neuron != firing.by_neuron
        self._now = replace(self._now, score=max(apart + [self._now.score]), parted=parted)

    def predicted(self, trainer: Trainer[S], observation: Observation[S]) -> None:
        self._monitor.predicted(trainer, observation)
        if self._now.parted:
            return
        exact = predict(self._exact, query(self._exact, observation.firing.asked))
        apart = [
            abs(Fraction(found) - true)
            for found, true in zip(observation.residual, exact.residual, strict=True)
        ]
        self._observation = exact
        self._now = replace(self._now, output=max(apart + [self._now.output]))

    def advanced(self, trainer: Trainer[S], observation: Observation[S], made: Advance[S]) -> None:
        self._monitor.advanced(trainer, observation, made)
        if self._now.parted:
            return
        assert self._observation is not None
        self._replay.size = Fraction(made.choice.size)
        self._replay.damping = Fraction(made.choice.damping)
        assert advance(self._exact, self._observation, 0) is not None
        self._now = replace(self._now, weights_squared=self._apart(trainer))

    def recorded(self) -> None:
        self._monitor.recorded()
        report = self._monitor.reports()[-1]
        self.distances.append(replace(self._now, report=report))
        self._now = replace(self._now, score=Fraction(), output=Fraction())

    def _apart(self, trainer: Trainer[S]) -> Fraction:
        """‖W̃ − W‖². Implicit weights are w(0) + Σ c_i x_i in rationals."""
        weights, square = trainer.network.weights, Fraction()
        for r in map(Neuron, range(weights.rows)):
            row = [Fraction(w) for w in weights.row(r)]
            coefficients = weights.coefficients(r)
            if coefficients:
                row = self._initial.row(r)
            for c, x in zip(coefficients, self._exact.problem.points, strict=False):
                row = [w + Fraction(c) * p for w, p in zip(row, x, strict=True)]
            for found, true in zip(row, self._exact.network.weights.row(r), strict=True):
                square += (found - true) ** 2
        return square


def watched(
    start: Start,
    way: Way,
    steps: int,
    arithmetic: Arithmetic[S],
    level: Level = Level.TOUCHED,
) -> list[Distance]:
    """A run of at most so many steps, and how far it was from the exact one at each record."""
    parts = way.trainer(start, arithmetic)
    beside = Beside(start, way, Monitor(level, PlainInnerProducts(arithmetic)))
    beside.built(parts, {})
    n = parts.problem.n
    batches = None if way.batch is None else Batches(n, min(way.batch, n), 0)
    run = Run(parts, Limits(steps, 0.0, PATIENCE), beside, batches=batches)
    try:
        while run.reason is None:
            run.step()
    except (NoFiringNeuron, Unsolved):
        assert not run.records
    assert len(beside.distances) == len(run.records)
    return beside.distances


def check(distances: Sequence[Distance]) -> int:
    """All bounds hold until the runs part, and they part at a borderline decision. How many there
    were up to there.
    """
    borderline = 0
    for distance in distances:
        borderline += int(distance.bound("borderline"))
        distance.check()
        if distance.parted:
            assert borderline
            break
    return borderline
