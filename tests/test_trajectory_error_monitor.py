"""The monitor finds nothing wrong with any method, and says what it found of every record."""

from itertools import cycle, product
from pathlib import Path

import pytest

from invariants.monitor import Level, exact_monitor, float_monitor
from reference.edges.runs.checkpoint import load_checkpoint, save_checkpoint
from reference.edges.runs.run_builder import build_exact_run, build_run
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.scalar import S
from reference.solvers.solver import SolverName
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.step_rule import StepRule
from reference.training.training import Run
from reference.weights import Reading

pytestmark = pytest.mark.plain

PROBLEM = Problem(((0.6, 0.8, 0.0), (0.0, 0.28, 0.96), (-0.48, 0.36, 0.8)), (1.0, -0.5, 0.3))
"""Three points of unit length."""


def small(
    method: Method,
    reading: Reading = Reading.REWRITTEN,
    structure: Structure = Structure.SCAN,
    solver: SolverName = SolverName.GRAM,
    rule: StepRule = StepRule.FULL,
) -> Configuration:
    """Two steps of sixteen neurons with shifts of their own."""
    return Configuration(
        points=3,
        width=16,
        bias=0.1,
        bias_spread=0.25,
        method=method,
        weights=reading,
        structure=structure,
        solver=solver,
        step_rule=rule,
        batch=2 if method.takes_batches else None,
        steps=2,
        until=0.0,
        seed=3,
        grid=6,
    )


SOLVED = list(product(Reading, SolverName, StepRule))
CONFIGURATIONS = [
    *(
        small(Method.SUBLINEAR, reading, list(Structure)[(k // 9 + k // 3 + k) % 4], solver, rule)
        for k, (reading, solver, rule) in enumerate(SOLVED)
    ),
    *(
        small(Method.GAUSS_NEWTON, solver=solver, rule=rule)
        for solver, rule in product(SolverName, StepRule)
    ),
    *(
        small(method, reading, structure)
        for method in (Method.SUBLINEAR_GRADIENT_DESCENT, Method.SUBLINEAR_SGD)
        for reading, structure in zip(cycle(Reading), Structure, strict=False)
    ),
    *(
        small(method, reading, structure)
        for method in (Method.LIVE, Method.LIVE_GRADIENT_DESCENT, Method.LIVE_SGD)
        for reading, structure in zip(cycle(Reading), Structure, strict=False)
    ),
    small(Method.LIVE, solver=SolverName.CG, rule=StepRule.BACKTRACKING),
    small(Method.LIVE, Reading.IMPLICIT, solver=SolverName.SKETCH, rule=StepRule.DAMPED),
    small(Method.GRADIENT_DESCENT),
    small(Method.SGD),
]
"""Every method, with every solver and step rule that it has, on every reading and structure."""


def named(config: Configuration) -> str:
    parts = (config.method, config.weights, config.search, config.solver, config.step_rule)
    return "-".join(part.value for part in parts)


def finished(run: Run[S]) -> Run[S]:
    """The run at its end, with a report for each record."""
    while run.reason is None:
        run.step()
    assert len(run.observer.reports()) == len(run.records) > 1
    return run


each_at_one_level = pytest.mark.parametrize(
    ("config", "level"), list(zip(CONFIGURATIONS, cycle(Level), strict=False))
)
each_at_the_other = pytest.mark.parametrize(
    ("config", "level"), list(zip(CONFIGURATIONS, cycle(reversed(Level)), strict=False))
)


@each_at_one_level
def test_in_floats_the_monitor_finds_nothing_wrong(config: Configuration, level: Level) -> None:
    run = finished(build_run(config, PROBLEM, float_monitor(level.value)))
    for report in run.observer.reports():
        assert 0 < report["score_error"] < 1e-8
        assert 0 < report["output_error"] < 1e-8
        assert report["borderline"] == 0


@each_at_the_other
def test_in_rationals_the_monitor_finds_nothing_wrong(config: Configuration, level: Level) -> None:
    run = finished(build_exact_run(config, PROBLEM, exact_monitor(level.value)))
    exact = config.solver is SolverName.GRAM
    for report in run.observer.reports():
        assert report["borderline"] == 0
        assert not exact or report["weight_error_after"] == report["score_error"] == 0


def test_every_choice_is_among_the_configurations() -> None:
    for field, choices in (
        ("method", Method),
        ("weights", Reading),
        ("structure", Structure),
        ("solver", SolverName),
        ("step_rule", StepRule),
    ):
        assert {getattr(config, field) for config in CONFIGURATIONS} == set(choices)


@pytest.mark.parametrize(
    "config",
    [
        small(Method.SUBLINEAR, Reading.IMPLICIT, Structure.TOURNAMENT, SolverName.SKETCH),
        small(Method.SUBLINEAR, Reading.REWRITTEN, Structure.ORDERED, rule=StepRule.DAMPED),
        small(Method.SUBLINEAR, Reading.RECOMPUTED, Structure.INCREMENTAL, rule=StepRule.DAMPED),
        small(Method.SUBLINEAR_SGD, Reading.RECOMPUTED),
        small(Method.LIVE, Reading.IMPLICIT, Structure.INCREMENTAL),
        small(Method.LIVE_SGD, Reading.REWRITTEN, Structure.ORDERED),
        small(Method.SGD),
    ],
    ids=named,
)
def test_reports_survive_a_checkpoint(config: Configuration, tmp_path: Path) -> None:
    whole = finished(build_run(config, PROBLEM, float_monitor("touched")))
    first = build_run(config, PROBLEM, float_monitor("touched"))
    first.step()
    save_checkpoint(tmp_path, config, "", first)
    kept = load_checkpoint(tmp_path)
    second = finished(build_run(config, PROBLEM, float_monitor("touched"), kept))
    assert second.observer.reports() == whole.observer.reports()
    assert second.observer.checks() == whole.observer.checks()
    assert [record.line() for record in second.records] == [r.line() for r in whole.records]
