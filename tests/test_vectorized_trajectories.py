"""The vectorized engine walks the plain one's trajectory, by the monitor's bounds and no tolerance.

Both runs start at the same floats. The monitor of each says how far its outputs and weights may be
from those of the exact run that starts there; where both certify every firing decision, both have
the firing sets of that run, and their outputs and weights are no further apart than the two bounds
together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, product

import msgspec
import pytest

from invariants.monitor import Monitor, float_monitor
from reference.counters import Label
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration, Init
from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.network import Problem
from reference.solvers.solver import SolverName
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.scores import FreshScores
from reference.training.step_rule import StepRule
from reference.training.trace import Record
from reference.training.trainer import Advance, Observation, Trainer
from reference.weights import Reading

pytestmark = pytest.mark.plain

PROBLEM = Problem(((0.6, 0.8, 0.0), (0.0, 0.28, 0.96), (-0.48, 0.36, 0.8)), (1.0, -0.5, 0.3))
"""Three points of unit length."""

TREE, SCAN = Structure.TOURNAMENT, Structure.SCAN
KEPT = list(product((TREE, SCAN), (Reading.REWRITTEN, Reading.IMPLICIT)))
INITS: tuple[Init, ...] = ("whole", "live")


def configured(
    method: Method,
    structure: Structure | None = None,
    reading: Reading = Reading.REWRITTEN,
    solver: SolverName = SolverName.GRAM,
    rule: StepRule = StepRule.FULL,
    init: Init = "whole",
) -> Configuration:
    """Two steps, or epochs, of a network of which a dozen neurons fires at first."""
    config = Configuration(
        points=3,
        width=33,
        bias=0.9,
        init=init,
        method=method,
        structure=structure,
        weights=reading,
        solver=solver,
        step_rule=rule,
        batch=2 if method.takes_batches else None,
        steps=2,
        until=0.0,
        seed=18,
    )
    config.check()
    return config


METHODS = (Method.SUBLINEAR, Method.LIVE, Method.LIVE, Method.SUBLINEAR)
ALTERNATELY = list(zip(METHODS, INITS * 2, strict=True))
"""Both methods with both inits, in an order in which each comes with all else below."""

CONFIGURATIONS = [
    *(
        configured(method, structure, reading, solver, rule, init)
        for (structure, reading, solver, rule), (method, init) in zip(
            (
                (*kept, solver, rule)
                for kept, solver, rule, _ in product(KEPT, SolverName, StepRule, range(2))
            ),
            cycle(ALTERNATELY),
            strict=False,
        )
    ),
    *(
        configured(Method.GAUSS_NEWTON, None, Reading.REWRITTEN, solver, rule, init)
        for (solver, rule), init in zip(product(SolverName, StepRule), cycle(INITS), strict=False)
    ),
    *(
        configured(method, structure, reading, init=init)
        for method in Method
        if method.stores_scores and not method.solves
        for structure, reading in KEPT
        for init in INITS
    ),
    *(
        configured(method, init=init)
        for method in (Method.GRADIENT_DESCENT, Method.SGD)
        for init in INITS
    ),
]
"""Every structure and reading with every solver, step rule and init, on both methods in turn."""


def named(config: Configuration) -> str:
    parts = [config.init, config.method.value, config.weights.value, config.solver.value]
    parts += [config.search.value, config.step_rule.value]
    return "-".join(parts)


# ---- what a run was ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    """One record: all residuals on its way, and the weights after it in real numbers."""

    record: Record
    residuals: list[list[float]]
    weights: list[Fraction]
    report: Mapping[str, float]


class Stages(Nobody[float]):
    """The monitor, and beside it everything that is compared."""

    def __init__(self, level: str) -> None:
        self._monitor: Monitor[float] = float_monitor(level)
        self._residuals: list[list[float]] = []
        self.residuals: list[list[list[float]]] = []
        self.weights: list[list[Fraction]] = []

    def built(self, trainer: Trainer[float], memory: Mapping[Neuron, float]) -> None:
        self._monitor.built(trainer, memory)
        self._trainer = trainer
        self._initial = [trainer.network.weights.row(r) for r in trainer.network.held]

    def queried(
        self, trainer: Trainer[float], firing: FiringSets, earlier: FiringSets | None
    ) -> None:
        self._monitor.queried(trainer, firing, earlier)

    def predicted(self, trainer: Trainer[float], observation: Observation[float]) -> None:
        self._monitor.predicted(trainer, observation)
        self._residuals.append(observation.residual)

    def advanced(
        self, trainer: Trainer[float], observation: Observation[float], advance: Advance[float]
    ) -> None:
        self._monitor.advanced(trainer, observation, advance)

    def recorded(self) -> None:
        self._monitor.recorded()
        self.residuals.append(self._residuals)
        self._residuals = []
        weights = self._trainer.network.weights
        found: list[Fraction] = []
        for r in self._trainer.network.held:
            coefficients = weights.coefficients(r)
            row = self._initial[r] if coefficients else weights.row(r)
            exact = [Fraction(w) for w in row]
            for c, x in zip(coefficients, PROBLEM.points, strict=False):
                exact = [w + Fraction(c) * Fraction(p) for w, p in zip(exact, x, strict=True)]
            found += exact
        self.weights.append(found)

    def stages(self, records: list[Record]) -> list[Stage]:
        reports = self._monitor.reports()
        return [
            Stage(*seen)
            for seen in zip(records, self.residuals, self.weights, reports, strict=True)
        ]


def walked(config: Configuration, level: str) -> list[Stage]:
    """The run at its end. Nothing is violated, and every decision is certified."""
    watcher = Stages(level)
    run = build_run(config, PROBLEM, watcher)
    while run.reason is None:
        run.step()
    stages = watcher.stages(run.records)
    assert len(stages) == 3
    for stage in stages:
        assert stage.report["borderline"] == 0
        assert stage.report["decisions"] > 0
    return stages


# ---- how far apart two are -----------------------------------------------------------------------


def assert_near(one: Stage, other: Stage) -> None:
    """The same decisions, steps of the same sizes, and the rest within both bounds together."""
    mine, theirs = one.record, other.record
    assert mine.firing_digest == theirs.firing_digest
    assert (mine.fired, mine.union, mine.switched) == (theirs.fired, theirs.union, theirs.switched)
    assert (mine.rule, mine.trials, mine.moved) == (theirs.rule, theirs.trials, theirs.moved)
    assert (mine.size, mine.damping) == (theirs.size, theirs.damping)
    allowed = both_bounds(one, other, "output_error")
    for left, right in zip(one.residuals, other.residuals, strict=True):
        for p, q in zip(left, right, strict=True):
            assert abs(Fraction(p) - Fraction(q)) <= allowed
    squares = sum((p - q) ** 2 for p, q in zip(one.weights, other.weights, strict=True))
    assert squares <= both_bounds(one, other, "weight_error_after") ** 2


def both_bounds(one: Stage, other: Stage, name: str) -> Fraction:
    assert max(one.report[name], other.report[name]) < 1e-6
    return Fraction(one.report[name]) + Fraction(other.report[name])


def without_solving(record: Record) -> dict[str, dict[str, int]]:
    return {label: counts for label, counts in record.operations.items() if label != "solve"}


@pytest.mark.parametrize(
    ("config", "levels"),
    list(zip(CONFIGURATIONS, cycle([("touched", "full"), ("full", "touched")]), strict=False)),
    ids=[named(config) for config in CONFIGURATIONS],
)
def test_both_engines_walk_one_trajectory(config: Configuration, levels: tuple[str, str]) -> None:
    """Each is watched at a level of its own."""
    vectorized = msgspec.structs.replace(config, engine="vectorized")
    vectorized.check()
    ways = walked(vectorized, levels[0]), walked(config, levels[1])
    for one, other in zip(*ways, strict=True):
        assert_near(one, other)
        assert without_solving(one.record) == without_solving(other.record)
        if one.record.rounds == other.record.rounds:
            assert one.record.operations == other.record.operations
            assert one.record.solver_operations == other.record.solver_operations
        else:
            assert config.solver is not SolverName.GRAM


@pytest.mark.parametrize("method", Method)
def test_the_level_at_which_it_is_watched_changes_nothing(method: Method) -> None:
    config = msgspec.structs.replace(configured(method), engine="vectorized")
    touched, full = walked(config, "touched"), walked(config, "full")
    for one, other in zip(touched, full, strict=True):
        assert (one.record, one.residuals) == (other.record, other.residuals)
        assert one.weights == other.weights
        assert one.report == other.report


# ---- that this means something -------------------------------------------------------------------


def test_the_configurations_are_all_that_the_engine_can_do() -> None:
    assert len({named(config) for config in CONFIGURATIONS}) == len(CONFIGURATIONS)
    for method, init in product((Method.SUBLINEAR, Method.LIVE), INITS):
        ways = [
            config for config in CONFIGURATIONS if (config.method, config.init) == (method, init)
        ]
        assert {(config.structure, config.weights) for config in ways} == set(KEPT)
        assert {config.solver for config in ways} == set(SolverName)
        assert {config.step_rule for config in ways} == set(StepRule)
    for field, choices in (
        ("method", set(Method)),
        ("weights", {Reading.REWRITTEN, Reading.IMPLICIT}),
        ("structure", {TREE, SCAN, None}),
        ("solver", set(SolverName)),
        ("step_rule", set(StepRule)),
        ("init", set(INITS)),
    ):
        assert {getattr(config, field) for config in CONFIGURATIONS} == choices


@pytest.mark.parametrize("init", INITS)
def test_neurons_cross_on_the_way_and_some_are_never_alive(init: Init) -> None:
    for method in (Method.SUBLINEAR, Method.SUBLINEAR_SGD, Method.GRADIENT_DESCENT):
        stages = walked(configured(method, TREE, init=init), "touched")
        assert sum(stage.record.switched for stage in stages) > 0
        assert 5 < stages[0].record.union < 30
        losses = [stage.record.loss for stage in stages]
        assert len(set(losses)) == 3


def test_the_engines_do_round_differently() -> None:
    """Otherwise nothing would have been compared."""
    config = configured(Method.SUBLINEAR, SCAN)
    plain = walked(config, "touched")
    arrays = walked(msgspec.structs.replace(config, engine="vectorized"), "touched")
    assert any(one.weights != other.weights for one, other in zip(plain, arrays, strict=True))


@pytest.mark.parametrize("method", [Method.GAUSS_NEWTON, Method.SUBLINEAR, Method.LIVE])
def test_the_vectorized_parts_are_what_runs(method: Method) -> None:
    config = msgspec.structs.replace(configured(method), engine="vectorized")
    trainer = build_run(config, PROBLEM, Nobody()).trainer
    assert type(trainer.engine).__name__ == "ArrayEngine"
    assert not isinstance(trainer.scores, FreshScores)
    assert trainer.counters.of(Label.INIT).total > 0
    assert (len(trainer.network.places) < 33) == method.keeps_the_live
