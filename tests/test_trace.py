"""A record is one line of JSON with all its fields, in order."""

import json
from dataclasses import fields

from reference.activation import Activation
from reference.scalar import RATIONAL
from reference.structures.threshold_search import Structure
from reference.training.step_rule import StepRule
from reference.training.trace import Record
from tests.small_training import HALF_ALIVE, trainer, walk


def records(step_rule: StepRule) -> list[Record]:
    """Two steps and the prediction after them."""
    parts = trainer(HALF_ALIVE, RATIONAL, Activation.SHIFTED, step_rule, Structure.TOURNAMENT)
    return walk(parts, 2)[1].records


def test_a_line_holds_every_field_by_its_name_in_order() -> None:
    for entry in records(StepRule.FULL):
        found = json.loads(entry.line())
        assert list(found) == [field.name for field in fields(Record)]
        assert found == {name: getattr(entry, name) for name in found}
        assert entry.line() == json.dumps(found, separators=(",", ":")) + "\n"


def test_the_last_record_made_no_step() -> None:
    *made, last = records(StepRule.BACKTRACKING)
    assert [entry.step for entry in (*made, last)] == [0, 1, 2]
    for entry in made:
        assert (entry.rule, entry.damping, entry.accuracy) == ("backtracking", 0.0, 0.0)
        assert entry.size > 0
        assert entry.trials >= 1
        assert entry.moved == entry.union
        assert set(entry.solver_operations) == {"gram", "factorize"}
        assert entry.solver_operations["factorize"] == 3 * 2 * 4 // 3 + 3 * 3
    assert (last.rule, last.size, last.damping, last.accuracy) == ("none", 0.0, 0.0, 0.0)
    assert (last.trials, last.moved, last.rounds, last.solver_operations) == (0, 0, 0, {})


def test_a_damped_step_is_recorded_with_its_damping() -> None:
    """It starts from a tenth of a hundredth."""
    first, *_ = records(StepRule.DAMPED)
    assert (first.rule, first.size, first.damping) == ("damped", 1.0, 0.001)


def test_a_run_begins_with_nothing_switched() -> None:
    first, second, _ = records(StepRule.FULL)
    assert first.switched == 0
    assert second.switched > 0
