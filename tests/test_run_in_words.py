"""A run in words: what is going to run, how it ended and why, what was counted."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec
import pytest

from reference.activation import Activation
from reference.counters import Label
from reference.edges.data.points import Dataset
from reference.edges.runs.report import _short, operations_table
from reference.edges.runs.summary import heading, verdict, way
from reference.edges.setup.configuration import Configuration
from reference.edges.system.terminal import Terminal
from reference.edges.walkthrough.small_run import PROBLEM, train
from reference.solvers.sketch_solver import Draws
from reference.solvers.solver import SolverName
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.step_rule import StepRule
from reference.training.stopping import Reason
from reference.training.training import Run
from reference.weights import Reading

pytestmark = pytest.mark.plain

CONFIG = Configuration(points=3, width=8, bias=0.75, seed=49)
DATASET = Dataset("small.csv", PROBLEM, "a remark", "ab12", [1, 2, 3])
WAY = "sublinear through the tournament structure, full steps"


def changed(**what: object) -> Configuration:
    """The configuration but for this."""
    return msgspec.structs.replace(CONFIG, **what)


@pytest.fixture
def run() -> Run[float]:
    """One that converged after three steps, none of which nobody watched."""
    made, _ = train(CONFIG)
    made.seconds = [dict.fromkeys(Label, 0.1 * (1 + k)) for k in range(4)]
    return made


# ---- before --------------------------------------------------------------------------------------


def test_a_heading_has_data_sizes_and_the_way() -> None:
    first = "small.csv: n = 3, d = 2 (a remark)\n"
    rest = "invariants touched, seed 49"
    assert heading(CONFIG, DATASET) == f"{first}m = 8, b = 0.7500 (shifted), {WAY}, {rest}"
    for config, middle in {
        changed(
            width=4096, bias_spread=0.25
        ): f"m = 4,096, b = 0.7500 ± 0.25 a neuron (shifted), {WAY}",
        changed(activation=Activation.PRINTED): f"m = 8, b = 0.7500 (printed), {WAY}",
        changed(
            scalar="exact", grid=9
        ): f"m = 8, b = 0.7500 (shifted), {WAY}, exact on a grid of 2^−9",
        changed(engine="vectorized"): f"m = 8, b = 0.7500 (shifted), {WAY}, on arrays",
    }.items():
        assert heading(config, DATASET) == f"{first}{middle}, {rest}"


def test_a_heading_says_how_live_neurons_are_drawn() -> None:
    drawn = changed(init="live", bias=2.5, width=1_000_000)
    many = Dataset("small.csv", type(PROBLEM)(PROBLEM.points * 2, PROBLEM.labels * 2), "", "", [])
    told = heading(drawn, DATASET).splitlines()
    assert told[2:] == ["live neurons drawn alone: about 18,629 candidates for them"]
    told = heading(changed(init="live", bias=0.25), many).splitlines()
    assert told[2:] == [
        "Σ P(Z > b/‖x_i‖) = 2.41 is above 1, so the network is drawn whole: that is no dearer than "
        "drawing live neurons alone"
    ]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (CONFIG, WAY),
        (
            changed(structure=Structure.SCAN, weights=Reading.IMPLICIT),
            "sublinear through the scan structure, implicit weights, full steps",
        ),
        (changed(method=Method.GAUSS_NEWTON, weights=Reading.IMPLICIT), "gauss-newton, full steps"),
        (changed(solver=SolverName.CG), f"{WAY[:-12]}, cg solver, full steps"),
        (
            changed(solver=SolverName.SKETCH, sketch_draws=Draws.ONCE, step_rule=StepRule.DAMPED),
            f"{WAY[:-12]}, osnap sketch of 48 rows, once, damped steps",
        ),
        (changed(method=Method.GRADIENT_DESCENT), "gradient-descent"),
        (changed(method=Method.SGD, batch=2), "sgd, mini-batches of 2"),
    ],
)
def test_the_way_names_what_is_not_usual(config: Configuration, words: str) -> None:
    assert way(config) == words


# ---- at the end ----------------------------------------------------------------------------------


GRADIENT = changed(method=Method.GRADIENT_DESCENT)
AT = "loss 1.000e+00 after 3 steps"


@pytest.mark.parametrize(
    ("config", "reason", "remark", "said"),
    [
        (CONFIG, Reason.CONVERGED, "", f"converged: {AT}"),
        (
            CONFIG,
            Reason.STEP_LIMIT,
            "",
            f"step-limit: {AT}, not the 1e-20 asked for; take more --steps",
        ),
        (
            CONFIG,
            Reason.STALLED,
            "",
            f"stalled: {AT}, best 5.000e-01: 10 steps gained less than 1 %; "
            "try another --step-rule or a larger --width",
        ),
        (
            GRADIENT,
            Reason.STALLED,
            "why",
            f"stalled: {AT}, best 5.000e-01: why; try another --learning-rate or a larger --width",
        ),
        (
            CONFIG,
            Reason.DIVERGED,
            "",
            f"diverged: {AT}, from 2.000e+00; try --step-rule damped or a larger --width",
        ),
        (
            GRADIENT,
            Reason.DIVERGED,
            "",
            f"diverged: {AT}, from 2.000e+00; try a lower --learning-rate or a larger --width",
        ),
        (CONFIG, Reason.SINGULAR, "why", f"singular: {AT}: why"),
        (GRADIENT, Reason.UNSOLVED, "why", f"unsolved: {AT}: why, or a lower --learning-rate"),
        (
            CONFIG,
            Reason.INTERRUPTED,
            "",
            f"interrupted: {AT}; go on with --resume if a --checkpoint was kept",
        ),
    ],
)
def test_the_verdict_says_why_it_ended_and_what_to_do(
    config: Configuration, reason: Reason, remark: str, said: str, run: Run[float]
) -> None:
    losses = (2.0, 1.5, 0.5, 1.0)
    run.records = [
        replace(record, loss=loss) for record, loss in zip(run.records, losses, strict=True)
    ]
    run.reason, run.remark = reason, remark
    assert verdict(config, run).splitlines()[0] == said


class Watcher(Nobody[float]):
    """Has made two kinds of checks."""

    def checks(self) -> Mapping[str, int]:
        return {"one": 1000, "other": 234}


def test_the_verdict_says_what_is_stored_checked_and_how_long_it_took(run: Run[float]) -> None:
    assert verdict(CONFIG, run).splitlines()[1:] == [
        "stored: 24 scores, 16.0 bytes each",
        "seconds: init 0.10, a step 1 (median), checks aside",
    ]
    watched = Run(run.trainer, CONFIG.limits, Watcher())
    loss = run.records[0].loss
    watched.records, watched.seconds = run.records[:1], run.seconds[:1]
    assert verdict(CONFIG, watched).splitlines() == [
        f": loss {loss:.3e} after 1 steps; go on with --resume if a --checkpoint was kept",
        "stored: 24 scores, 16.0 bytes each",
        "invariants: 1,234 checks, no violation",
    ]


# ---- counted -------------------------------------------------------------------------------------


def test_counts_have_three_digits_and_a_unit() -> None:
    shown = [_short(n) for n in (0, 999, 1000, 12_345, 10**6 - 1, 10**6, 10**9 - 1, 10**9, 10**13)]
    assert shown == ["0", "999", "1k", "12.3k", "1e+03k", "1M", "1e+03M", "1G", "1e+04G"]


def test_the_table_of_operations_has_a_row_for_each_label_and_one_for_all(
    run: Run[float], capsys: pytest.CaptureFixture[str]
) -> None:
    Terminal().print(operations_table(CONFIG, run))
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "",
        " label      mul-add  compare  visit  write  solve  total  dense   ratio",
        f" {'─' * 70}",
        " init            60       21     45     45      0    171     12  0.0702",
        "",
        " query            0       98     98      0      0    196    288    1.47",
        " predict         22        0      0      0      0     22     22       1",
        " solve            0        0      0      0     92     92     92       1",
        " move            52        0      0      0      0     52     52       1",
        " refresh         78       48     78     78      0    282      0       0",
        "",
        " all steps      152      146    176     78     92    644    454   0.705",
        "",
    ]
