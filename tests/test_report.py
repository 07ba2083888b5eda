"""What is said of a run is what the run did."""

import subprocess
import sys
from pathlib import Path

import pytest

from reference.counters import Counts, Label
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.report import dense_operations
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.step_rule import StepRule

pytestmark = pytest.mark.plain


@pytest.mark.parametrize("rule", StepRule)
def test_a_dense_run_costs_what_is_said_of_the_dense_method(rule: StepRule) -> None:
    config = Configuration(
        points=6, width=256, alpha=0.1, steps=4, step_rule=rule, method=Method.GAUSS_NEWTON
    )
    problem = choose_points(load_table("digits", None), config.points, config.seed).problem
    run = build_run(config, problem, Nobody())
    while run.reason is None:
        run.step()
    assert any(record.moved for record in run.records)
    for record in run.records:
        spent = {label: Counts(**record.operations[label.value]) for label in Label}
        assert dense_operations(record, config, problem.n, problem.d) == spent


def test_a_run_that_nobody_reads_any_more_goes_on_and_writes_its_files(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("firingtree")), "train", "--json", "run.json"]
    sizes = ["--points", "8", "--width", "512", "--alpha", "0.1"]
    with subprocess.Popen([*command, *sizes], cwd=tmp_path, stdout=subprocess.PIPE) as going:
        assert going.stdout is not None
        going.stdout.readline()
        going.stdout.close()
    assert going.returncode in (0, 3)
    assert (tmp_path / "run.json").read_bytes().endswith(b"}\n")
