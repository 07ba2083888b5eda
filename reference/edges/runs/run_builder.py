"""A run of a configuration: built from its seed, or from a checkpoint."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from reference.edges.runs.checkpoint import Checkpoint, check_fits, drifts
from reference.edges.runs.lanes import Lane, exact_lane, float_lane
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.memory import check_memory
from reference.edges.setup.starts import Watch, unwatched, watched
from reference.firing_sets import firing_sets
from reference.ids import Neuron
from reference.network import Network, Problem
from reference.ports.vectorized.lapack_solver import LapackSolver
from reference.ports.vectorized.parts import array_parts
from reference.ports.vectorized.score_arrays import StoredScoreArrays
from reference.scalar import BINARY64, Arithmetic, S
from reference.solvers.conjugate_gradient import Accuracy, ConjugateGradientSolver
from reference.solvers.sketch_solver import SketchSolver
from reference.solvers.solver import GramSolver, Solver, SolverName
from reference.structures.factory import threshold_search
from reference.training.clock import Clock
from reference.training.observer import Observer
from reference.training.scores import (
    FreshScores,
    RecomputedScores,
    Scores,
    StoredScores,
    columns_of,
)
from reference.training.step_rule import GradientSteps, Rule, rule
from reference.training.training import Run, prepare
from reference.weights import Reading


def build_run(
    config: Configuration,
    problem: Problem[float],
    observer: Observer[float],
    checkpoint: Checkpoint | None = None,
    watch: Watch = unwatched,
) -> Run[float]:
    """The run of this configuration at its start, or where the checkpoint left it.

    Cost: m·n·d, less where live neurons are drawn. Errors: `memory-exceeded`; `no-firing-neuron` if
    live neurons alone are held and a point has none.
    """
    check_memory(config, problem)
    clock = Clock()
    build = _array_run if config.engine == "vectorized" else _plain_run
    run = build(config, problem, observer, clock, checkpoint, watch)
    observer.built(run.trainer, {} if checkpoint is None else drifts(checkpoint.header))
    if checkpoint is not None:
        _continue(run, checkpoint)
    return run


def build_exact_run(
    config: Configuration,
    problem: Problem[float],
    observer: Observer[Fraction],
    watch: Watch = unwatched,
) -> Run[Fraction]:
    """The same in rationals, at its start. Errors: `width-not-power-of-four`, and the same."""
    check_memory(config, problem)
    clock = Clock()
    lane = exact_lane(config, problem, watch)
    run = _run(config, lane, observer, clock, _columns(lane, watch))
    observer.built(run.trainer, {})
    return run


def _plain_run(
    config: Configuration,
    problem: Problem[float],
    observer: Observer[float],
    clock: Clock,
    checkpoint: Checkpoint | None,
    watch: Watch,
) -> Run[float]:
    """The run in plain Python."""
    lane = float_lane(config, problem, watch)
    columns = _columns(lane, watch)
    if checkpoint is None:
        return _run(config, lane, observer, clock, columns)
    check_fits(checkpoint, lane.problem, len(lane.network.held))
    _restore(lane.network, checkpoint)
    stored = checkpoint.scores_over(columns)
    remembered = checkpoint.header.remembered
    return _run(config, lane, observer, clock, stored, remembered, checkpoint.shape)


def _array_run(
    config: Configuration,
    problem: Problem[float],
    observer: Observer[float],
    clock: Clock,
    checkpoint: Checkpoint | None,
    watch: Watch,
) -> Run[float]:
    """The run on arrays."""
    parts = array_parts(config, problem, watch)
    remembered = None
    if checkpoint is not None:
        check_fits(checkpoint, problem, len(parts.network.held))
        _restore(parts.network, checkpoint)
        remembered = checkpoint.header.remembered
        if isinstance(parts.scores, StoredScoreArrays):
            neurons = [Neuron(r) for r in checkpoint.header.moved]
            columns = [[row[i] for row in checkpoint.scores] for i in range(problem.n)]
            parts.scores.search.replace(neurons, columns)
    chosen = _rule(config, BINARY64, remembered, LapackSolver())
    trainer = prepare(
        BINARY64,
        problem,
        parts.network,
        parts.scores,
        chosen,
        clock,
        parts.finding,
        parts.engine,
    )
    return Run(trainer, config.limits, observer, batches=config.batches)


def _restore(network: Network[float], checkpoint: Checkpoint) -> None:
    """The weights are those of the checkpoint."""
    for r, kept in zip(checkpoint.header.moved, checkpoint.weights, strict=True):
        network.weights.restore(Neuron(r), kept)


def _columns(lane: Lane[S], watch: Watch) -> Iterator[Sequence[S]]:
    """Each point's column of scores; if finding neurons was not told of, these are."""
    points = lane.problem.points
    columns = columns_of(lane.network, lane.inner_products, points)
    return columns if lane.finding.total else watched(columns, len(points), watch)


def _run(
    config: Configuration,
    lane: Lane[S],
    observer: Observer[S],
    clock: Clock,
    columns: Iterator[Sequence[S]],
    remembered: S | None = None,
    shape: Sequence[bytes] = (),
) -> Run[S]:
    """The configuration's method, solver and rule on this lane."""
    scores = _scores(config, lane, columns, shape)
    chosen = _rule(config, lane.arithmetic, remembered, GramSolver(lane.arithmetic))
    trainer = prepare(
        lane.arithmetic, lane.problem, lane.network, scores, chosen, clock, lane.finding
    )
    return Run(trainer, config.limits, observer, batches=config.batches)


def _scores(
    config: Configuration,
    lane: Lane[S],
    columns: Iterator[Sequence[S]],
    shape: Sequence[bytes],
) -> Scores[S]:
    """How the method knows the scores."""
    points = lane.problem.points
    if not config.method.stores_scores:
        return FreshScores(lane.inner_products, lane.problem)
    threshold = lane.network.shift
    search = threshold_search(config.search, lane.arithmetic, columns, threshold, shape)
    if config.weights is Reading.RECOMPUTED:
        return RecomputedScores(search, lane.inner_products, points)
    return StoredScores(search)


def _rule(
    config: Configuration, arithmetic: Arithmetic[S], remembered: S | None, gram: Solver[S]
) -> Rule[S]:
    """How the method chooses its steps; `gram` solves with G in full."""
    if config.method.solves:
        return rule(config.step_rule, arithmetic, _solver(config, arithmetic, gram), remembered)
    batches, size = config.batches, remembered
    if size is None and config.learning_rate is not None:
        size = arithmetic.number(config.learning_rate)
    return GradientSteps(arithmetic, config.points if batches is None else batches.size, size)


def _solver(config: Configuration, arithmetic: Arithmetic[S], gram: Solver[S]) -> Solver[S]:
    """How G g = r is solved."""
    match config.solver:
        case SolverName.GRAM:
            return gram
        case SolverName.CG:
            return ConjugateGradientSolver(Accuracy(arithmetic, config.accuracy))
        case SolverName.SKETCH:
            accuracy = Accuracy(arithmetic, config.accuracy)
            return SketchSolver(accuracy, config.sketch_choice, config.sketch_draws)


def _continue(run: Run[float], checkpoint: Checkpoint) -> None:
    """The run has the past that the checkpoint tells of."""
    header = checkpoint.header
    run.records = list(header.records)
    run.reason, run.remark = header.reason, header.remark
    if header.earlier is not None:
        fired = [[Neuron(r) for r in fired] for fired in header.earlier]
        run.earlier = firing_sets(fired, run.trainer.problem.indices)
    if header.records:
        run.trainer.counters.take()
        run.trainer.clock.take()
        run.observer.recall(header.checks, header.reports)
