"""Figures of the pages that can be had cheaply: each is computed here and looked for there."""

import re
from importlib import import_module
from statistics import NormalDist

import pytest
from hypothesis import settings

from invariants.conformance.planted.misbehaving import KINDS
from invariants.conformance.planted.mutants import MUTANTS
from invariants.conformance.planted.self_test import MOST_REQUESTS, RIGHT
from proofs.smt.proving import AREAS, theorems_of
from reference.counters import Counts, Label, added
from reference.edges.comparison.comparison import course
from reference.edges.data.points import Dataset, choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.report import dense_operations, step_total
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import BATCH, ROWS_A_POINT, Configuration
from reference.scalar import BINARY64
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure
from reference.training.observer import Nobody
from reference.training.training import Run
from tests.commands import call
from tests.readme_pages import page, unwrapped
from tests.sampling_laws import FALSE_ALARMS
from tests.test_threshold_search_machine import LONG_RUNS

PROFILE = settings.get_current_profile_name()
README = unwrapped(page("README.md"))
REFERENCE = page("reference/README.md")
IN_WORDS = {3: "three", 15: "fifteen"}


def trained(config: Configuration, dataset: Dataset) -> Run[float]:
    """The run at its end, unwatched."""
    run = build_run(config, dataset.problem, Nobody())
    while run.reason is None:
        run.step()
    return run


def spent(run: Run[float]) -> list[dict[Label, Counts]]:
    """What each record counted, by label."""
    return [
        {label: Counts(**record.operations[label.value]) for label in Label}
        for record in run.records
    ]


def test_the_walkthrough_stands_there_as_it_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = call(capsys, "walkthrough").out
    assert f"```text\n{out.rstrip()}\n```" in REFERENCE
    blocks = [text.split("```")[0] for text in page("README.md").split("```text\n")[1:]]
    assert len(blocks) == 2
    for block in blocks:
        assert block.rstrip() in out


def symbols() -> list[tuple[str, str]]:
    """Each entry `module: name` or `module: Class.attribute` of the table of symbols."""
    section = REFERENCE.partition("## Symbols")[2].partition("\n## ")[0]
    return re.findall(r"`([\w.]+): ([\w.]+)`", section)


@pytest.mark.parametrize(("module", "name"), symbols())
def test_every_symbol_is_in_the_code(module: str, name: str) -> None:
    found, _, attribute = name.partition(".")
    holder: object = getattr(import_module(module), found)
    assert not attribute or hasattr(holder, attribute)


def test_there_is_a_table_of_symbols() -> None:
    assert len(symbols()) > 20


def test_theorems_are_as_many_as_it_says() -> None:
    theorems = len(theorems_of(AREAS))
    assert f"* {theorems} theorems about" in README
    assert f"| {theorems}; 0 of " in README


def test_the_harness_is_tried_as_often_as_it_says() -> None:
    trials = len(RIGHT) + len(MUTANTS) + len(KINDS)
    assert f"| {trials} of {trials}, each mistake in at most {MOST_REQUESTS} requests" in README
    assert f"{IN_WORDS[len(MUTANTS)]} planted mistakes must be caught by name" in README
    assert f"in at most {IN_WORDS[MOST_REQUESTS]} requests" in README


@pytest.mark.skipif(PROFILE != "ci", reason="the README tells of the usual run")
def test_hypothesis_draws_as_much_as_it_says() -> None:
    runs, steps = LONG_RUNS.max_examples, LONG_RUNS.stateful_step_count
    assert f"({runs} programs of up to {steps} changes" in README
    deep = settings.get_profile("deep").max_examples
    assert f"draw {deep:,} random examples a test" in README


def test_false_alarms_are_as_rare_as_it_says() -> None:
    assert f"({FALSE_ALARMS:.0e} over all comparisons)".replace("e-0", "e-") in README


def test_weights_that_hang_on_the_machine_are_as_rare_as_it_says() -> None:
    """Beyond the last corner of the ziggurat by which numpy draws normal numbers."""
    share = 2 * NormalDist().cdf(-3.6541528853610088)
    assert f"but for 1 weight in {round(1 / share, -2):,.0f}" in README


def test_what_is_usual_is_what_the_options_say() -> None:
    assert f"points of a mini-batch ({BATCH})" in REFERENCE
    assert f"its rows ({ROWS_A_POINT} a point)" in REFERENCE


def test_a_stored_score_takes_as_many_bytes_as_it_says() -> None:
    m = 1 << 12
    columns = [[0.0] * m for _ in range(2)]
    kinds = (Structure.TOURNAMENT, Structure.ORDERED, Structure.SCAN)
    each = [threshold_search(kind, BINARY64, columns, 1.0).stored_bytes for kind in kinds]
    told = ", ".join(f"{stored / (2 * m):.1f}" for stored in each)
    assert f"| {told}, " in README


def test_the_training_on_digits_counts_what_it_says() -> None:
    """By the vectorized engine: it counts what the plain one counts."""
    config = Configuration(engine="vectorized", invariants="off")
    dataset = choose_points(load_table("digits", None), config.points, config.seed)
    run = trained(config, dataset)
    n, d = dataset.problem.n, dataset.problem.d
    counted = spent(run)
    steps = [step_total(record) for record in counted]
    dense = [step_total(dense_operations(record, config, n, d)) for record in run.records]
    made = len(steps) - 1
    assert f"| {made} (loss " in README
    ratios = f"{sum(dense[:-1]) / sum(steps[:-1]):.1f}; {sum(dense) / sum(steps):.1f}"
    assert f"| {ratios} |" in README
    init = added(record[Label.INIT] for record in counted).total
    assert f"({init / 1e6:.0f} against {sum(steps) / 1e6:.0f} million counted operations)" in README


@pytest.mark.parametrize("column", range(3))
def test_the_comparison_counts_what_it_says(column: int) -> None:
    """Of the way that the vectorized engine counts alike; plain runs take too long here."""
    data = ("digits", "breast-cancer", "diabetes")[column]
    config = Configuration(data=data, points=16, width=4096, until=1e-6, engine="vectorized")
    run = trained(config, choose_points(load_table(data, None), config.points, config.seed))
    found = course(data, "sublinear", run)
    table = page("README.md").partition("| to a loss of 1e-6, n = 16, m = 4,096 |")[2]
    row = next(row for row in table.splitlines() if row.startswith("| `sublinear` | "))
    operations = f"{found.operations[-1]:.1e}".replace("e+0", "e")
    told = row.split(" | ")[1 + column]
    assert told.startswith(f"{found.iterations[-1]} · {operations} · ")
