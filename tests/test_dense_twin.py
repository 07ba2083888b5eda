"""What the report says of the dense method is what its dense twin really counts, to the operation.

Twins run in rationals, where both have the same firing sets at every step.
"""

from collections.abc import Mapping, Sequence

import msgspec
import pytest

from reference.counters import Counts, Label
from reference.edges.runs.report import dense_operations
from reference.edges.runs.run_builder import build_exact_run
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.scalar import S
from reference.solvers.solver import SolverName
from reference.structures.threshold_search import Structure
from reference.training.landscape import Surroundings
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.step_rule import StepRule
from reference.training.training import Run
from reference.weights import Reading
from tests.commands import counts_of
from tests.trainings import ended

TWIN = {
    Method.SUBLINEAR: Method.GAUSS_NEWTON,
    Method.SUBLINEAR_GRADIENT_DESCENT: Method.GRADIENT_DESCENT,
    Method.SUBLINEAR_SGD: Method.SGD,
}
PROBLEM = Problem(((0.6, 0.8, 0.0), (0.0, 0.6, -0.8), (-0.8, 0.0, 0.6)), (1.0, -1.0, 1.0))
CONFIG = Configuration(points=3, width=16, bias=0.25, steps=3, until=0.0)

Costs = list[Mapping[Label, Counts]]
"""The counts of each record."""


def counted(run: Run[S]) -> Costs:
    """What the run cost, to its end."""
    ended(run)
    return [counts_of(record.operations) for record in run.records]


def predicted(run: Run[S], config: Configuration) -> Costs:
    """What is said that it would have cost the dense method."""
    ended(run)
    problem = run.trainer.problem
    return [dense_operations(record, config, problem.n, problem.d) for record in run.records]


def assert_predicted(config: Configuration) -> None:
    """The twin of this configuration counts what is predicted from it, and so do both twins."""
    config.check()
    dense = msgspec.structs.replace(config, method=TWIN[config.method])
    expected = counted(build_exact_run(dense, PROBLEM, Nobody()))
    assert len(expected) == 4
    assert expected[0][Label.QUERY].total or expected[0][Label.WATCH].total
    assert predicted(build_exact_run(config, PROBLEM, Nobody()), config) == expected
    assert predicted(build_exact_run(dense, PROBLEM, Nobody()), dense) == expected


@pytest.mark.parametrize("rule", StepRule)
@pytest.mark.parametrize("reading", Reading)
def test_gauss_newton_is_predicted_under_every_rule_and_reading(
    rule: StepRule, reading: Reading
) -> None:
    assert_predicted(msgspec.structs.replace(CONFIG, step_rule=rule, weights=reading))


@pytest.mark.parametrize("solver", [SolverName.CG, SolverName.SKETCH])
@pytest.mark.parametrize("rule", StepRule)
def test_gauss_newton_is_predicted_with_every_solver(rule: StepRule, solver: SolverName) -> None:
    assert_predicted(msgspec.structs.replace(CONFIG, step_rule=rule, solver=solver))


@pytest.mark.parametrize("reading", Reading)
def test_gradient_descent_is_predicted(reading: Reading) -> None:
    method = Method.SUBLINEAR_GRADIENT_DESCENT
    assert_predicted(msgspec.structs.replace(CONFIG, method=method, weights=reading))


@pytest.mark.parametrize("batch", [1, 2, 3])
@pytest.mark.parametrize("reading", Reading)
def test_mini_batches_are_predicted_with_what_watching_costs(reading: Reading, batch: int) -> None:
    method = Method.SUBLINEAR_SGD
    assert_predicted(msgspec.structs.replace(CONFIG, method=method, weights=reading, batch=batch))


@pytest.mark.parametrize("method", TWIN)
@pytest.mark.parametrize("structure", [Structure.ORDERED, Structure.SCAN, Structure.INCREMENTAL])
def test_no_structure_changes_what_is_predicted(structure: Structure, method: Method) -> None:
    assert_predicted(
        msgspec.structs.replace(CONFIG, method=method, structure=structure, bias_spread=0.25)
    )


@pytest.mark.parametrize("method", TWIN)
def test_a_run_that_makes_no_step_is_predicted(method: Method) -> None:
    config = msgspec.structs.replace(CONFIG, method=method, steps=0)
    dense = msgspec.structs.replace(config, method=TWIN[method])
    (expected,) = counted(build_exact_run(dense, PROBLEM, Nobody()))
    assert predicted(build_exact_run(config, PROBLEM, Nobody()), config) == [expected]


def reject(patch: pytest.MonkeyPatch, trials: int) -> None:
    """Until undone, so many trials of each step are not good enough."""
    loss_after = Surroundings.loss_after

    def rejected(surroundings: Surroundings[S], g: Sequence[S], size: S) -> S | None:
        loss = loss_after(surroundings, g, size)
        return None if surroundings.trials <= trials else loss

    patch.setattr(Surroundings, "loss_after", rejected)


@pytest.mark.parametrize("rule", [StepRule.BACKTRACKING, StepRule.DAMPED])
def test_every_trial_of_a_step_is_predicted(
    rule: StepRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    reject(monkeypatch, 2)
    config = msgspec.structs.replace(CONFIG, step_rule=rule)
    assert_predicted(config)
    run = build_exact_run(config, PROBLEM, Nobody())
    run.step()
    assert run.records[0].trials >= 3


@pytest.mark.parametrize("rule", [StepRule.BACKTRACKING, StepRule.DAMPED])
def test_steps_that_are_tried_and_not_made_are_predicted_too(
    rule: StepRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here no trial is good enough, as happens where a loss is all rounding."""
    reject(monkeypatch, 1000)
    config = msgspec.structs.replace(CONFIG, step_rule=rule)
    dense = msgspec.structs.replace(config, method=Method.GAUSS_NEWTON)
    run = build_exact_run(config, PROBLEM, Nobody())
    (said,) = predicted(run, config)
    assert run.remark == f"no {rule.value} step lowers the loss"
    assert [said] == counted(build_exact_run(dense, PROBLEM, Nobody()))
    assert said[Label.REFRESH] != Counts() != said[Label.MOVE]
