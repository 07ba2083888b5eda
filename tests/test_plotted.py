"""The numbers that a picture of a run shows are those of its records."""

from dataclasses import replace

import msgspec
import pytest
from matplotlib.figure import Figure

from reference.counters import Counts, Label
from reference.edges.runs import picture
from reference.edges.runs.plotted import Costs, costs, firing
from reference.edges.runs.report import dense_operations, step_total
from reference.edges.runs.summary import ending
from reference.edges.setup.configuration import Configuration
from reference.edges.walkthrough.small_run import PROBLEM, train
from reference.training.training import Run

CONFIG = Configuration(points=3, width=8, bias=0.75, seed=49)
STEPS = {Label.QUERY, Label.PREDICT, Label.SOLVE, Label.MOVE, Label.REFRESH}


@pytest.fixture(scope="module")
def run() -> Run[float]:
    made, _ = train(CONFIG)
    return made


def test_what_fires_is_shown_at_every_record(run: Run[float]) -> None:
    shown = firing(run)
    assert len(run.records) == len(shown.union) == 4
    for record, mean, low, high, union in zip(
        run.records, shown.means, shown.lows, shown.highs, shown.union, strict=True
    ):
        assert mean == sum(record.fired) / 3
        assert (low, high, union) == (min(record.fired), max(record.fired), record.union)
    assert any(low < high for low, high in zip(shown.lows, shown.highs, strict=True))


def test_every_step_has_its_costs_and_the_last_record_none(run: Run[float]) -> None:
    shown = costs(CONFIG, run)
    assert shown.steps == [0, 1, 2]
    assert shown.by_label.keys() == STEPS
    for step in shown.steps:
        record = run.records[step]
        for label, counts in shown.by_label.items():
            assert counts[step] == Counts(**record.operations[label.value]).total > 0
        dense = dense_operations(record, CONFIG, PROBLEM.n, PROBLEM.d)
        assert shown.dense[step] == step_total(dense)


def test_the_only_record_of_a_run_has_its_costs() -> None:
    config = msgspec.structs.replace(CONFIG, steps=0)
    only, _ = train(config)
    assert costs(config, only).steps == [0]


def test_the_ratio_is_that_of_all_steps_together() -> None:
    shown = Costs([0, 1], {Label.QUERY: [1, 2], Label.MOVE: [3, 4]}, [10, 35])
    assert shown.totals == [4, 6]
    assert shown.ratio == 4.5


def test_a_run_that_goes_on_has_no_ending(run: Run[float]) -> None:
    going = Run(run.trainer, CONFIG.limits, run.observer)
    assert (ending(run), ending(going)) == ("converged", "")


def test_a_loss_of_zero_keeps_the_axis_as_it_is_and_many_steps_are_bands(
    run: Run[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A logarithm does not know 0; bars of thousands of steps would not be seen."""
    for last, scale in (1e-9, "log"), (0.0, "linear"):
        records = [*run.records[:-1], replace(run.records[-1], loss=last)]
        monkeypatch.setattr(run, "records", records)
        axes = Figure().subplots()
        picture._draw_loss(axes, CONFIG, run)
        assert axes.get_yscale() == scale
    few, many = Figure().subplots(), Figure().subplots()
    picture._draw_cost(few, CONFIG, run)
    monkeypatch.setattr(picture, "MANY", 2)
    picture._draw_cost(many, CONFIG, run)
    assert (len(few.collections), len(many.patches)) == (0, 0)
    assert len(many.collections) == len(picture.LABEL_COLOURS)
