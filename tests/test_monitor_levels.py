"""The monitor reads and never writes, counts what it checks, and goes on from what it remembers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import inf, nextafter

import pytest

from invariants import counting, firing, incremental, leaves, ordered, step, tournament
from invariants.invariant import Invariant
from invariants.monitor import INVARIANTS, float_monitor
from reference.activation import Activation
from reference.counters import Counters, Counts, Label
from reference.firing_sets import FiringSets, firing_sets
from reference.ids import Neuron, Point
from reference.inner_products import PlainInnerProducts
from reference.network import Network, Problem
from reference.scalar import BINARY64
from reference.structures.threshold_search import Structure
from reference.training.observer import Nobody, Observer
from reference.training.scores import FreshScores, StoredScores
from reference.training.step_rule import StepRule
from reference.training.stopping import Limits
from reference.training.trainer import Trainer
from reference.training.training import Run, prepare
from reference.violation import InvariantViolated
from tests.small_training import HALF_ALIVE, observe, trainer

STEPS, N = 3, 3

DEAD = 15
LEVELS = ["touched", "full"]
METHODS: list[Structure | None] = [*Structure, None]
"""The structures of the sublinear method, and None for the dense one."""

every_method = pytest.mark.parametrize("method", METHODS)
every_level = pytest.mark.parametrize("level", LEVELS)
every_rule = pytest.mark.parametrize("step_rule", StepRule)


def parts_of(method: Structure | None, step_rule: StepRule = StepRule.FULL) -> Trainer[float]:
    return trainer(HALF_ALIVE, BINARY64, Activation.SHIFTED, step_rule, method)


def watched(parts: Trainer[float], observer: Observer[float], steps: int = STEPS) -> Run[float]:
    """The whole run of these parts."""
    observer.built(parts, {})
    return finished(Run(parts, Limits(steps, 0.0), observer))


def finished(run: Run[float]) -> Run[float]:
    while run.reason is None:
        run.step()
    return run


@every_rule
@every_method
def test_every_level_leaves_the_same_bytes(method: Structure | None, step_rule: StepRule) -> None:
    observers: list[Observer[float]] = [Nobody(), *map(float_monitor, LEVELS)]
    runs = [watched(parts_of(method, step_rule), observer) for observer in observers]
    traces = ["".join(record.line() for record in run.records) for run in runs]
    weights = [list(run.trainer.network.weights.matrix().values) for run in runs]
    assert len(runs[0].records) == STEPS + 1
    assert traces[0] == traces[1] == traces[2]
    assert weights[0] == weights[1] == weights[2]


POINTWISE = N * (STEPS + 1)
ALWAYS = {
    tournament.ANSWERS: POINTWISE,
    firing.THRESHOLD: POINTWISE,
    firing.UNION: STEPS,
    step.RESIDUAL: STEPS + 1,
    step.EQUATION: STEPS,
    step.SHARES: STEPS,
    counting.CLOSED_FORM: 1 + 2 * (STEPS + 1) + STEPS,
}
STORED = {leaves.INNER_PRODUCT: POINTWISE}
ONLY: dict[Structure | None, dict[Invariant, int]] = {
    Structure.TOURNAMENT: {tournament.INNER_NODE: POINTWISE, **STORED},
    Structure.ORDERED: {ordered.ORDER: POINTWISE, ordered.BALANCE: POINTWISE, **STORED},
    Structure.SCAN: STORED,
    Structure.INCREMENTAL: {incremental.MEMBERS: POINTWISE, **STORED},
    None: {},
}


@every_level
@every_method
def test_each_sentence_is_checked_once_a_point_or_once_a_step(
    method: Structure | None, level: str
) -> None:
    """Structures and scores when built and after each step, answers at each query, the union from
    the second one on, costs at each of these stages and at each prediction."""
    monitor = float_monitor(level)
    watched(parts_of(method), monitor)
    expected = Counter({invariant.name: 0 for invariant in INVARIANTS})
    expected.update({invariant.name: count for invariant, count in ALWAYS.items()})
    expected.update({invariant.name: count for invariant, count in ONLY[method].items()})
    if method is Structure.ORDERED:
        expected[ordered.SIZE.name] = N if level == "touched" else POINTWISE
    assert monitor.checks() == expected


# ---- interrupted and resumed ---------------------------------------------------------------------


def resumed(run: Run[float]) -> Run[float]:
    """The same parts, set up again after an interruption, and nobody watching."""
    old = run.trainer
    parts = prepare(BINARY64, old.problem, old.network, old.scores, old.rule)
    records, seconds = list(run.records), list(run.seconds)
    return Run(parts, Limits(STEPS, 0.0), Nobody(), records, seconds, run.earlier)


@every_level
@every_method
def test_a_resumed_monitor_ends_where_an_uninterrupted_one_does(
    method: Structure | None, level: str
) -> None:
    whole = float_monitor(level)
    watched(parts_of(method), whole)
    first, second = float_monitor(level), float_monitor(level)
    half = Run(parts_of(method), Limits(STEPS, 0.0), first)
    first.built(half.trainer, {})
    half.step()
    rest = resumed(half)
    second.built(rest.trainer, dict(first.memory()))
    second.recall(dict(first.checks()), list(first.reports()))
    rest.trainer.counters.take()
    rest.observer = second
    finished(rest)
    assert second.checks() == whole.checks()
    assert second.memory() == whole.memory()
    assert second.reports() == whole.reports()
    assert len(whole.reports()) == STEPS + 1
    assert whole.memory().keys() == rest.trainer.network.weights.moved


@every_level
def test_without_its_memory_a_resumed_monitor_takes_roundings_for_errors(level: str) -> None:
    half = Run(parts_of(Structure.TOURNAMENT), Limits(STEPS, 0.0), Nobody())
    half.step()
    half.step()
    with pytest.raises(InvariantViolated) as caught:
        float_monitor(level).built(resumed(half).trainer, {})
    assert {found.name for found in caught.value.violations} == {leaves.INNER_PRODUCT.name}


@every_level
def test_a_neuron_that_has_moved_is_granted_the_roundings_of_the_recomputation(level: str) -> None:
    """One ulp more at each point: an error in a neuron that never moved, none in one that has."""
    parts, r = parts_of(Structure.SCAN), Neuron(0)
    assert isinstance(parts.scores, StoredScores)
    columns = [parts.scores.at(Point(i), [r]) for i in range(N)]
    parts.scores.search.replace([r], [[nextafter(score, inf)] for (score,) in columns])
    float_monitor(level).built(parts, {r: 0.0})
    with pytest.raises(InvariantViolated) as caught:
        float_monitor(level).built(parts, {})
    wrong = [f"point {i} / neuron {r}" for i in range(N)]
    assert [found.path for found in caught.value.violations] == wrong


@pytest.mark.parametrize(("level", "named"), [("touched", 0), ("full", N)])
def test_a_dead_neuron_that_should_have_answered_is_looked_at_by_the_level_full_alone(
    level: str, named: int
) -> None:
    """At every point; its stored scores have risen above b, and it is not among the answers."""
    parts, monitor = parts_of(Structure.SCAN), float_monitor(level)
    assert isinstance(parts.scores, StoredScores)
    monitor.built(parts, {})
    parts.counters.take()
    firing_now = observe(parts).firing
    parts.scores.search.replace([Neuron(DEAD)], [[2.0]] * N)
    try:
        monitor.queried(parts, firing_now, firing_now)
    except InvariantViolated as caught:
        found = [(wrong.name, wrong.path) for wrong in caught.violations]
    else:
        found = []
    assert found == [(firing.THRESHOLD.name, f"point {i} / neuron {DEAD}") for i in range(named)]


def test_before_anything_is_built_nothing_is_remembered() -> None:
    assert float_monitor("touched").memory() == {}


# ---- the dense method ----------------------------------------------------------------------------


class DenseLiar(FreshScores[float]):
    """From its second query on, the dense method with other answers, or another cost."""

    __slots__ = ("_extra", "_more", "_queries")

    def __init__(self, problem: Problem[float], more: Sequence[int], extra: int) -> None:
        super().__init__(PlainInnerProducts(BINARY64), problem)
        self._more, self._extra, self._queries = more, extra, 0

    def query(
        self, network: Network[float], points: Sequence[Point], counters: Counters
    ) -> FiringSets:
        truth = super().query(network, points, counters)
        self._queries += 1
        if self._queries == 1:
            return truth
        counters.add(Label.QUERY, Counts(comparisons=self._extra))
        changed = {Neuron(r) for r in self._more}
        others = [sorted(changed.symmetric_difference(s)) for s in truth.by_point]
        return firing_sets(others, points)


@every_level
@pytest.mark.parametrize(
    ("more", "extra", "violated"),
    [
        ([0], 0, [firing.THRESHOLD]),
        ([DEAD], 0, [firing.THRESHOLD, firing.UNION]),
        ([16], 0, [tournament.ANSWERS, firing.UNION]),
        ([], 1, [counting.CLOSED_FORM]),
    ],
)
def test_a_dense_method_that_lies_is_named(
    level: str, more: Sequence[int], extra: int, violated: Sequence[Invariant]
) -> None:
    parts = parts_of(None)
    parts = replace(parts, scores=DenseLiar(parts.problem, more, extra))
    with pytest.raises(InvariantViolated) as caught:
        watched(parts, float_monitor(level))
    assert {found.name for found in caught.value.violations} == {each.name for each in violated}


def test_in_the_dense_method_a_dead_neuron_that_comes_to_life_violates_the_union() -> None:
    """Its weights are overwritten, so its fresh score is right, and it fires rightly: it moved."""
    monitor = float_monitor("full")
    run = Run(parts_of(None), Limits(STEPS, 0.0), monitor)
    monitor.built(run.trainer, {})
    run.step()
    run.trainer.network.weights.restore(Neuron(DEAD), [2.0, 2.0])
    with pytest.raises(InvariantViolated) as caught:
        run.step()
    assert {found.name for found in caught.value.violations} == {firing.UNION.name}
