"""A run of a configuration: built from its seed, or from a checkpoint."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from reference.clock import Clock
from reference.edges.checkpoint import Checkpoint, drifts
from reference.edges.configuration import Configuration
from reference.edges.lanes import Lane, exact_lane, float_lane
from reference.firing_sets import firing_sets
from reference.ids import Neuron
from reference.network import Problem
from reference.observer import Observer
from reference.scalar import Arithmetic, S
from reference.scores import FreshScores, RecomputedScores, Scores, StoredScores, columns_of
from reference.solvers.conjugate_gradient import Accuracy, ConjugateGradientSolver
from reference.solvers.sketch_solver import SketchSolver
from reference.solvers.solver import GramSolver, Solver, SolverName
from reference.step_rule import GradientSteps, Rule, rule
from reference.structures.factory import threshold_search
from reference.training import Run, prepare
from reference.weights import Reading


def build_run(
    config: Configuration,
    problem: Problem[float],
    observer: Observer[float],
    checkpoint: Checkpoint | None = None,
    watch: Callable[[Iterator[Sequence[float]]], Iterator[Sequence[float]]] = iter,
) -> Run[float]:
    """The run of this configuration at its start, or where the checkpoint left it.

    `watch` is shown each point's column of scores as its structure is built. Cost: m·n·d.
    """
    clock = Clock()
    lane = float_lane(config, problem)
    if checkpoint is None:
        run = _run(config, lane, observer, clock, watch)
        observer.built(run.trainer, {})
        return run
    header = checkpoint.header
    for r, kept in zip(header.moved, checkpoint.weights, strict=True):
        lane.network.weights.restore(Neuron(r), kept)

    def stored(columns: Iterator[Sequence[float]]) -> Iterator[Sequence[float]]:
        return checkpoint.scores_over(watch(columns))

    run = _run(config, lane, observer, clock, stored, header.remembered, checkpoint.shape)
    observer.built(run.trainer, drifts(header))
    _continue(run, checkpoint)
    return run


def build_exact_run(
    config: Configuration,
    problem: Problem[float],
    observer: Observer[Fraction],
    watch: Callable[[Iterator[Sequence[Fraction]]], Iterator[Sequence[Fraction]]] = iter,
) -> Run[Fraction]:
    """The same in rationals, at its start. Errors: `width-not-power-of-four`."""
    clock = Clock()
    run = _run(config, exact_lane(config, problem), observer, clock, watch)
    observer.built(run.trainer, {})
    return run


def _run(
    config: Configuration,
    lane: Lane[S],
    observer: Observer[S],
    clock: Clock,
    watch: Callable[[Iterator[Sequence[S]]], Iterator[Sequence[S]]],
    remembered: S | None = None,
    shape: Sequence[bytes] = (),
) -> Run[S]:
    """The configuration's method, solver and rule on this lane."""
    scores = _scores(config, lane, watch, shape)
    chosen = _rule(config, lane.arithmetic, remembered)
    trainer = prepare(lane.arithmetic, lane.problem, lane.network, scores, chosen, clock)
    return Run(trainer, config.limits, observer, batches=config.batches)


def _scores(
    config: Configuration,
    lane: Lane[S],
    watch: Callable[[Iterator[Sequence[S]]], Iterator[Sequence[S]]],
    shape: Sequence[bytes],
) -> Scores[S]:
    """How the method knows the scores."""
    points = lane.problem.points
    if not config.method.stores_scores:
        return FreshScores(lane.inner_products, lane.problem)
    columns = watch(columns_of(lane.network, lane.inner_products, points))
    search = threshold_search(config.structure, lane.arithmetic, columns, shape)
    if config.weights is Reading.RECOMPUTED:
        return RecomputedScores(search, lane.inner_products, points)
    return StoredScores(search)


def _rule(config: Configuration, arithmetic: Arithmetic[S], remembered: S | None) -> Rule[S]:
    """How the method chooses its steps."""
    if config.method.solves:
        return rule(config.step_rule, arithmetic, _solver(config, arithmetic), remembered)
    batches, size = config.batches, remembered
    if size is None and config.learning_rate is not None:
        size = arithmetic.number(config.learning_rate)
    return GradientSteps(arithmetic, config.points if batches is None else batches.size, size)


def _solver(config: Configuration, arithmetic: Arithmetic[S]) -> Solver[S]:
    """How G g = r is solved."""
    match config.solver:
        case SolverName.GRAM:
            return GramSolver(arithmetic)
        case SolverName.CG:
            return ConjugateGradientSolver(Accuracy(arithmetic, config.accuracy))
        case SolverName.SKETCH:
            accuracy = Accuracy(arithmetic, config.accuracy)
            return SketchSolver(accuracy, config.sketch_choice, config.sketch_draws)


def _continue(run: Run[float], checkpoint: Checkpoint) -> None:
    """The run has the past that the checkpoint tells of."""
    header = checkpoint.header
    run.records = list(header.records)
    run.moved = {Neuron(r) for r in header.moved}
    run.reason, run.remark = header.reason, header.remark
    if header.earlier is not None:
        fired = [[Neuron(r) for r in fired] for fired in header.earlier]
        run.earlier = firing_sets(fired, run.trainer.problem.indices)
    if header.records:
        run.trainer.counters.take()
        run.trainer.clock.take()
        run.observer.recall(header.checks, header.reports)
