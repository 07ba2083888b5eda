"""A run of a configuration: built from its seed, or from a checkpoint."""

from collections.abc import Callable, Iterator, Sequence

from reference.clock import Clock
from reference.edges.bulk_products import BulkInnerProducts
from reference.edges.checkpoint import Checkpoint, drifts
from reference.edges.configuration import Configuration
from reference.edges.initial_network import initial_network
from reference.firing_sets import firing_sets
from reference.ids import Neuron
from reference.method import FreshScores, Method, Scores, StoredScores
from reference.network import Problem
from reference.observer import Observer
from reference.scalar import BINARY64
from reference.step_rule import rule
from reference.structures import threshold_search
from reference.training import Run, prepare

Columns = Iterator[Sequence[float]]
"""Scores of all neurons, one column a point."""


def build_run(
    config: Configuration,
    problem: Problem[float],
    observer: Observer[float],
    checkpoint: Checkpoint | None = None,
    watch: Callable[[Columns], Columns] = iter,
) -> Run[float]:
    """The run of this configuration at its start, or where the checkpoint left it.

    `watch` is shown each point's column of scores as its structure is built. Cost: m·n·d.
    """
    clock = Clock()
    network = initial_network(config.seed, config.width, problem.d, config.shift, config.activation)
    if checkpoint is not None:
        for r, row in zip(checkpoint.header.moved, checkpoint.weights, strict=True):
            network.weights.replace_row(r, row)
    products = BulkInnerProducts()
    scores: Scores[float]
    match config.method:
        case Method.SUBLINEAR:
            columns = watch(products.columns(network.weights, problem.points))
            if checkpoint is not None:
                columns = checkpoint.scores_over(columns)
            shape = [] if checkpoint is None else checkpoint.shape
            scores = StoredScores(threshold_search(config.structure, BINARY64, columns, shape))
        case Method.GAUSS_NEWTON:
            scores = FreshScores(products, problem)
    damping = None if checkpoint is None else checkpoint.header.damping
    step_rule = rule(config.step_rule, BINARY64, damping)
    trainer = prepare(BINARY64, problem, network, scores, step_rule, clock)
    run = Run(trainer, config.limits, observer)
    observer.built(trainer, {} if checkpoint is None else drifts(checkpoint.header))
    if checkpoint is not None:
        _continue(run, checkpoint)
    return run


def _continue(run: Run[float], checkpoint: Checkpoint) -> None:
    """The run has the past that the checkpoint tells of."""
    header = checkpoint.header
    run.records = list(header.records)
    run.moved = {Neuron(r) for r in header.moved}
    run.reason, run.remark = header.reason, header.remark
    if header.earlier is not None:
        run.earlier = firing_sets([[Neuron(r) for r in fired] for fired in header.earlier])
    if header.records:
        run.trainer.counters.take()
        run.trainer.clock.take()
        run.observer.recount(header.checks)
