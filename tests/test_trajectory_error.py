"""A watched run stays within its proven bounds of the run in rationals from the very same numbers.

The exact run is made beside the watched one: each stage is carried out in rationals too, with the
step size and the damping that the watched run has chosen, and everything is compared in rationals.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import sqrt

import hypothesis.strategies as st
import pytest
from hypothesis import event, given

from invariants.monitor import Level, Monitor
from reference.activation import Activation
from reference.batches import Batches
from reference.conjugate_gradient import Accuracy, ConjugateGradientSolver
from reference.errors import NoFiringNeuron, Unsolved
from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.inner_products import PlainInnerProducts, inner_product
from reference.iteration import advance, predict, query
from reference.matrix import Matrix
from reference.network import Network, Problem, network
from reference.observer import Nobody
from reference.scalar import BINARY64, RATIONAL, Arithmetic, S
from reference.scores import FreshScores, RecomputedScores, Scores, StoredScores, columns_of
from reference.sketch import SketchChoice, SketchKind
from reference.sketch_solver import Draws, SketchSolver
from reference.solver import GramSolver, Solution, Solver, SolverName
from reference.step_rule import Choice, GradientSteps, Landscape, Rule, StepRule, rule
from reference.stopping import Limits
from reference.structures import threshold_search
from reference.threshold_search import Structure
from reference.trainer import Advance, Observation, Trainer
from reference.training import Run, prepare
from reference.weights import ImplicitWeights, Reading, RewrittenWeights, Weights
from tests.small_training import Setup
from tests.strategies import setups, share

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

    def problem(self, arithmetic: Arithmetic[S]) -> Problem[S]:
        points = tuple(tuple(map(arithmetic.number, x)) for x in self.points)
        return Problem(points, tuple(map(arithmetic.number, self.labels)))

    def matrix(self, arithmetic: Arithmetic[S]) -> Matrix[S]:
        values = [arithmetic.number(w) for row in self.weights for w in row]
        return Matrix(arithmetic, values, len(self.points[0]))

    def network(self, arithmetic: Arithmetic[S], implicit: bool) -> Network[S]:
        """m^(−1/2) and C are those of floats."""
        weights: Weights[S] = RewrittenWeights(self.matrix(arithmetic))
        if implicit:
            points = self.problem(arithmetic).points
            weights = ImplicitWeights(arithmetic, self.matrix(arithmetic), points)
        kept = RewrittenWeights(self.matrix(BINARY64))
        rounded = network(BINARY64, kept, self.signs, self.shift, self.activation, self.excess)
        shift, scale, offset = map(
            arithmetic.number, (rounded.shift, rounded.scale, rounded.offset)
        )
        excess = [arithmetic.number(beyond) for beyond in self.excess]
        return Network(weights, self.signs, shift, scale, offset, excess)


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
        search = threshold_search(Structure.TOURNAMENT, arithmetic, columns)
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
        return rule(self.rule, arithmetic, solver)


READINGS = (None, *Reading)
WAYS = [Way(r, solver, rule) for r in READINGS for solver in SolverName for rule in StepRule]
WAYS += [Way(r, None, batch=batch) for r in READINGS for batch in (None, 2)]


def named(way: Way | int) -> str:
    if isinstance(way, int):
        return ""
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
        self._initial = start.matrix(RATIONAL)
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


def largest_share(distances: Sequence[Distance], name: str) -> float:
    """How much of a bound was reached."""
    return max(distance.shares()[name] for distance in distances)


# ---- random runs ---------------------------------------------------------------------------------


def random_start(seed: int, widths: Sequence[int]) -> Start:
    """A few points of unit length, some of them close together, all of them firing something."""
    source = random.Random(seed)
    n, m = source.randint(1, 4), source.choice(widths)
    d = source.randint(max(1, n - 1), 5)
    center = [source.gauss(0, 1) for _ in range(d)]
    points: list[list[float]] = []
    for _ in range(n):
        x = [source.gauss(0, 1) for _ in range(d)]
        nearness = source.choice((0, 0, 4, 12))
        if nearness:
            x = [c + 2.0**-nearness * p for c, p in zip(center, x, strict=True)]
        length = sqrt(inner_product(x, x, 0.0))
        points.append([p / length for p in x])
    weights = [[1.5 * p for p in x] for x in points]
    weights += [[source.gauss(0, 1) for _ in range(d)] for _ in range(m - n)]
    excess = [source.uniform(-0.2, 0.2) for _ in range(m)]
    return Start(
        points,
        labels=[source.uniform(-2, 2) for _ in points],
        weights=weights,
        signs=[source.choice((1, -1)) for _ in range(m)],
        shift=source.choice((0.0, 0.1, 1 / 3)),
        excess=source.choice(([], excess)),
        activation=source.choice(list(Activation)),
    )


SEEDS = st.integers(0, 2**32)


@pytest.mark.parametrize(("seed", "way"), enumerate(WAYS), ids=lambda part: named(part))
def test_by_every_way_a_run_in_floats_stays_within_its_bounds(seed: int, way: Way) -> None:
    distances = watched(random_start(seed, (4, 5, 9, 16)), way, 4, BINARY64)
    assert check(distances) == 0


@share(8)
@given(SEEDS, st.sampled_from(WAYS), st.sampled_from(Level))
def test_a_run_in_floats_stays_within_its_bounds(seed: int, way: Way, level: Level) -> None:
    distances = watched(random_start(seed, (4, 5, 9, 16)), way, 4, BINARY64, level)
    event(f"{len(distances)} records, parted: {any(distance.parted for distance in distances)}")
    check(distances)


def thirds(given: Setup) -> Start:
    """The setup with a third of its points and weights: what were ties are now nearly so."""
    return Start(
        [[float(c) / 3 for c in x] for x in given.points],
        [float(y) for y in given.labels],
        [[float(w) / 3 for w in row] for row in given.weights],
        given.signs,
        float(given.shift) / 9,
    )


@share(5)
@given(setups(), st.sampled_from(WAYS))
def test_runs_part_at_borderline_decisions_only(given_setup: Setup, way: Way) -> None:
    distances = watched(thirds(given_setup), way, 3, BINARY64)
    borderline = check(distances)
    event(f"borderline: {borderline > 0}, parted: {any(d.parted for d in distances)}")


EXACT = [way for way in WAYS if way.solver in (SolverName.GRAM, None)]


@share(8)
@given(setups(), st.sampled_from(EXACT))
def test_in_rationals_every_bound_is_zero_and_no_decision_borderline(
    given_setup: Setup, way: Way
) -> None:
    for distance in watched(thirds(given_setup), way, 2, RATIONAL):
        distance.check()
        for name in ("score_error", "output_error", "weight_error_after", "borderline"):
            assert distance.bound(name) == 0


@pytest.mark.parametrize("solver", [SolverName.CG, SolverName.SKETCH])
@share(40)
@given(SEEDS)
def test_in_rationals_the_bounds_are_what_the_solver_left(solver: SolverName, seed: int) -> None:
    way = Way(Reading.REWRITTEN, solver, accuracy=0.1)
    distances = watched(random_start(seed, (4, 16)), way, 2, RATIONAL)
    check(distances)
    for distance in distances:
        assert distance.report is not None
        inexact = distance.report.get("solve_residual", 0.0) > 0
        assert (distance.bound("weight_error_after") > 0) >= inexact
