"""The options of methods, solvers, sketches, shifts and lengths: what they do, what they refuse."""

from pathlib import Path

import pytest

from reference.edges.data.data_errors import ConflictingRows, ZeroRow
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.system.request_errors import OutOfRange
from tests.commands import (
    DATA,
    GRADIENT,
    METHODS,
    SMALL,
    assert_refused,
    call,
    counts_of,
    lying_here,
    traced,
    trained,
)

pytestmark = pytest.mark.plain

TINY = "1e-20,2e-20,0\n2e-20,1e-20,1\n-1e-20,3e-20,0\n3e-20,-1e-20,1\n"
"""Rows that rounding to twelve places would make equal."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)
    Path("tiny.csv").write_text(TINY)
    Path("huge.csv").write_text("1e160,2,0\n2,1,1\n-1,3,0\n3,-1,1\n")
    Path("lengths.csv").write_text("1,2,0\n2,4,1\n2,1,1\n-1,3,0\n1,2,0\n")


# ---- what is refused -----------------------------------------------------------------------------

REFUSED = [
    # mini-batches
    ("--method sgd --batch 5", "batch-too-large", "from 1 to 4", "not 5", "--batch"),
    ("--method sublinear-sgd --batch 0", "batch-too-large", "not 0"),
    ("--method sgd --batch -3", "batch-too-large", "not -3"),
    ("--method sgd --batch 100000000000000000000", "batch-too-large", "100000000000000000000"),
    ("--method sgd --batch 2.5", "usage", "--batch", "2.5"),
    ("--batch 2", "out-of-range", "--batch", "takes all points", "2"),
    ("--method gauss-newton --batch 2", "out-of-range", "--batch"),
    ("--method gradient-descent --batch 2", "out-of-range", "--batch"),
    ("--method sublinear-gradient-descent --batch 0", "out-of-range", "--batch", "0"),
    # sketches
    ("--solver sketch --sketch-rows 3", "sketch-too-few-rows", "4 points", "not 3"),
    ("--solver sketch --sketch-rows 0", "sketch-too-few-rows", "not 0"),
    ("--solver sketch --sketch-rows -64", "sketch-too-few-rows", "not -64"),
    ("--solver sketch --sketch-rows 99999999999999", "out-of-range", "--sketch-rows", "1048576"),
    ("--sketch-rows 64", "out-of-range", "--sketch-rows", "without --solver sketch", "64"),
    ("--solver cg --sketch-rows -5", "out-of-range", "--sketch-rows", "-5"),
    ("--solver sketch --sketch gauss", "usage", "gauss", "osnap"),
    ("--solver sketch --sketch-draws twice", "usage", "twice", "once"),
    # accuracy
    ("--solver cg --accuracy 0", "out-of-range", "--accuracy", "0.0"),
    ("--solver cg --accuracy 1", "out-of-range", "--accuracy", "1.0"),
    ("--solver sketch --accuracy -1e-3", "out-of-range", "--accuracy", "-0.001"),
    ("--solver sketch --accuracy nan", "out-of-range", "--accuracy", "nan"),
    ("--accuracy inf", "out-of-range", "--accuracy", "inf"),
    ("--accuracy tiny", "usage", "--accuracy", "tiny"),
    ("--solver cg --accuracy 1e-30", "accuracy-not-reached", "not the 1e-30", "--accuracy", "e-16"),
    ("--solver cg --accuracy 1e-200", "accuracy-not-reached", "not the 1e-200", "--solver gram"),
    ("--solver sketch --accuracy 1e-30", "accuracy-not-reached", "not the 1e-30", "e-16"),
    ("--solver cg --accuracy 1e-30 --checkpoint new", "accuracy-not-reached", "not the 1e-30"),
    # along the gradient
    ("--learning-rate 0.1", "out-of-range", "--learning-rate", "solves G g = r", "0.1"),
    ("--method sgd --learning-rate 0", "out-of-range", "--learning-rate", "0.0"),
    ("--method sgd --learning-rate -1", "out-of-range", "--learning-rate", "-1.0"),
    ("--method sgd --learning-rate nan", "out-of-range", "--learning-rate", "nan"),
    ("--method sgd --learning-rate inf", "out-of-range", "--learning-rate", "inf"),
    ("--method sgd --learning-rate 1e308", "out-of-range", "--learning-rate", "1e+308", "1e+30"),
    ("--method gradient-descent --step-rule damped", "out-of-range", "--step-rule", "damped"),
    ("--method sublinear-sgd --step-rule backtracking", "out-of-range", "--step-rule", "full"),
    ("--method sgd --solver cg", "out-of-range", "--solver", "cg"),
    ("--method gradient-descent --solver sketch", "out-of-range", "--solver", "sketch"),
    # shifts, lengths, weights
    ("--bias-spread -0.1", "out-of-range", "--bias-spread", "-0.1"),
    ("--bias-spread nan", "out-of-range", "--bias-spread", "nan"),
    ("--bias-spread inf", "out-of-range", "--bias-spread", "inf"),
    ("--bias-spread 1e308", "out-of-range", "--bias-spread", "1e+308", "1e+30"),
    ("--norms long", "usage", "long", "kept"),
    ("--norms kept --data huge.csv", "out-of-range", "--norms", "unit", "1e+30"),
    ("--weights lazy", "usage", "lazy", "implicit"),
    ("--method sublinear-adam", "usage", "sublinear-adam", "sublinear-sgd"),
    ("--solver lu", "usage", "lu", "gram"),
    ("--solver=", "usage", "gram"),
    ("--method=", "usage", "sublinear"),
]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [(options, code, words) for options, code, *words in REFUSED],
    ids=[options for options, *_ in REFUSED],
)
def test_what_cannot_be_is_refused_by_name(
    options: str, code: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    files = "--json run.json --trace run.jsonl --plot run.png"
    assert_refused(capsys, f"train {SMALL} {options} {files}", code, words)


@pytest.mark.parametrize("change", ["--method sgd", "--weights implicit", "--norms kept"])
def test_a_run_is_not_gone_on_with_in_another_way(
    change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(capsys, f"train {SMALL} --steps 1 --checkpoint kept").status == 0
    option, value = change.split()
    words = [f"{option} is {value} here and "]
    assert_refused(capsys, f"train --resume kept {change}", "checkpoint-mismatch", words)


# ---- how runs end --------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["cg", "sketch"])
def test_an_accuracy_that_is_lost_on_the_way_ends_the_run_as_unsolved(
    solver: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = f"{SMALL} --solver {solver} --accuracy 3e-16 --json run.json --checkpoint kept"
    told = call(capsys, f"train {options}")
    assert told.status == 3
    assert "\nunsolved: loss " in told.out
    assert "not the 3e-16 asked for" in told.out
    run = trained(f"{SMALL} --solver {solver} --accuracy 3e-16")
    assert (run.reason, run.converged) == ("unsolved", False)
    assert [step.rule for step in run.steps] == ["full"] * (len(run.steps) - 1) + ["none"]
    assert call(capsys, "train --resume kept").status == 3


@pytest.mark.parametrize(("rate", "invariants"), [("1e6", "off"), ("1e30", "full")])
@pytest.mark.parametrize("method", GRADIENT)
def test_a_learning_rate_far_too_large_diverges_and_the_advice_is_to_lower_it(
    method: str, rate: str, invariants: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """However many mini-batches an epoch has: no number overflows on the way."""
    batch = "--batch 1" if method.endswith("sgd") else ""
    options = f"--method {method} {batch} --learning-rate {rate} --invariants {invariants}"
    told = call(capsys, f"train {SMALL} {options} --checkpoint kept --trace run.jsonl")
    assert (told.status, told.err) == (3, "")
    assert "\ndiverged: loss " in told.out
    assert "try a lower --learning-rate" in told.out
    assert b"Infinity" not in Path("run.jsonl").read_bytes()
    assert call(capsys, "train --resume kept").status == 3


def test_a_learning_rate_that_leaves_a_point_dark_is_advised_against(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = call(capsys, f"train {SMALL} --method gradient-descent --learning-rate 40")
    assert told.status == 3
    assert "\nsingular: loss " in told.out
    assert "without a firing neuron" in told.out
    assert ", or a lower --learning-rate\n" in told.out


def test_a_learning_rate_that_changes_nothing_stalls_and_another_one_is_advised(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("reference.edges.setup.configuration.GRADIENT_PATIENCE", 5)
    rate = "--learning-rate 5e-324 --invariants off"
    told = call(capsys, f"train {SMALL} --method sublinear-gradient-descent {rate}")
    assert told.status == 3
    assert "try another --learning-rate or a larger --width" in told.out


def test_a_given_learning_rate_is_the_size_of_every_step_and_otherwise_g_decides() -> None:
    for method in GRADIENT:
        options = f"{SMALL} --method {method} --steps 2 --invariants off"
        sizes = [record.size for record in traced(f"{options} --learning-rate 0.125")]
        assert sizes == [0.125, 0.125, 0]
        first, second, last = (record.size for record in traced(options))
        assert first == second > last == 0


@pytest.mark.parametrize("method", ["sgd", "sublinear-sgd"])
def test_a_mini_batch_of_one_has_the_learning_rate_of_the_brightest_point(method: str) -> None:
    """1/max G_ii, and G_ii = |S_i|/m where rows have unit length: up to 2d + 9 roundings."""
    record, *_ = traced(f"{SMALL} --method {method} --batch 1 --steps 1 --invariants off")
    assert abs(record.size * max(record.fired) / 64 - 1) <= (2 * 3 + 12) * 2.0**-53


# ---- the same bytes every time -------------------------------------------------------------------

WAYS = [f"--method {method}" for method in METHODS]
WAYS += ["--solver cg", "--solver sketch", "--solver sketch --sketch srht --sketch-draws once"]
WAYS += ["--weights implicit --bias-spread 0.2", "--norms kept", "--scalar exact --steps 3"]


@pytest.mark.parametrize("options", WAYS)
def test_equal_configurations_give_equal_bytes(options: str) -> None:
    first = traced(f"{SMALL} --steps 4 {options}")
    before = lying_here()
    again = traced(f"{SMALL} --steps 4 {options}")
    assert first == again
    assert lying_here() == before


def test_a_fresh_sketch_is_another_one_at_every_step_and_one_for_all_is_the_same() -> None:
    """A solution to the same accuracy nearly hides that."""
    options = f"{SMALL} --points 6 --steps 2 --solver sketch --sketch-rows 8 --invariants off"
    fresh, once = (
        [record.accuracy for record in traced(f"{options} --sketch-draws {draws}")]
        for draws in ("fresh", "once")
    )
    assert fresh[0] == once[0] > 0
    assert fresh[1] != once[1]


# ---- shifts and lengths --------------------------------------------------------------------------


def test_what_was_asked_for_is_in_the_heading_and_in_the_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = trained(f"{SMALL} --norms kept --bias-spread 0.25 --invariants full --weights implicit")
    told = capsys.readouterr().out
    assert "rows' lengths kept)\n" in told
    assert "b = 0.9120 ± 0.25 a neuron (shifted), sublinear through the tournament" in told
    assert "implicit weights, full steps" in told
    assert (run.config.norms, run.config.bias_spread) == ("kept", 0.25)
    assert run.config.weights.value == "implicit"
    assert run.invariants.violations == []
    assert run.reason == "converged"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--solver cg", "structure, cg solver, full steps, invariants"),
        ("--solver sketch", "osnap sketch of 64 rows, fresh, full steps"),
        ("--solver sketch --sketch srht --sketch-rows 9 --sketch-draws once", "srht sketch of 9 "),
        ("--method gauss-newton --step-rule damped", "(shifted), gauss-newton, damped steps, inv"),
        ("--method sgd --batch 3", "(shifted), sgd, mini-batches of 3, invariants"),
        ("--method sublinear-sgd", "tournament structure, mini-batches of 4, invariants"),
        ("--method gradient-descent", "(shifted), gradient-descent, invariants"),
        ("--structure incremental", "sublinear through the incremental structure, full steps"),
        ("--structure scan --weights recomputed", "scan structure, recomputed weights, full"),
        ("--method gauss-newton --weights implicit", "(shifted), gauss-newton, full steps"),
    ],
)
def test_the_heading_says_how_it_trains(
    options: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in call(capsys, f"train {SMALL} --steps 0 {options}").out


@pytest.mark.parametrize("method", METHODS)
def test_a_shift_of_zero_is_one_like_others(method: str) -> None:
    run = trained(f"{SMALL} --bias 0 --method {method} --steps 3 --invariants full")
    assert run.config.shift == 0
    assert run.steps[-1].loss < run.steps[0].loss


def test_spread_shifts_change_who_fires_and_no_spread_changes_nothing() -> None:
    options = f"{SMALL} --steps 0"
    plain, none, spread = (
        traced(f"{options} {more}")[0].firing_digest
        for more in ("", "--bias-spread 0", "--bias-spread 0.5")
    )
    assert plain == none != spread


def test_kept_lengths_change_the_numbers_that_are_trained_on() -> None:
    digests = [
        trained(f"{SMALL} --steps 0 {more}").data["digest"]
        for more in ("", "--norms unit", "--norms kept")
    ]
    assert digests[0] == digests[1] != digests[2]


def test_rows_of_kept_length_are_those_of_the_file() -> None:
    dataset = choose_points(load_table("small.csv", None), 6, 0, "kept")
    assert sorted(dataset.problem.points) == sorted(
        tuple(float(cell) for cell in line.split(",")[:-1]) for line in DATA.splitlines()
    )
    assert dataset.remark.endswith("rows' lengths kept")


def test_rows_of_one_direction_are_several_points_if_their_lengths_are_kept() -> None:
    table = load_table("lengths.csv", None)
    with pytest.raises(ConflictingRows):
        choose_points(table, 4, 0, "unit")
    dataset = choose_points(table, 4, 0, "kept")
    assert {(1.0, 2.0), (2.0, 4.0)} < set(dataset.problem.points)
    assert "1 repeated rows left out" in dataset.remark


@pytest.mark.parametrize("scale", ["e-20", "e-300", "", "e20"])
def test_rows_of_any_size_are_told_apart(scale: str) -> None:
    Path("scaled.csv").write_text(TINY.replace("e-20", scale))
    dataset = choose_points(load_table("scaled.csv", None), 4, 0, "kept")
    assert len(set(dataset.problem.points)) == 4


def test_a_row_that_differs_beyond_twelve_places_is_a_repetition() -> None:
    Path("near.csv").write_text("1,2,0\n2,1,1\n1.00000000000001,2,0\n3,2.00000000000001,1\n")
    assert choose_points(load_table("near.csv", None), 3, 0, "kept").problem.n == 3
    assert "1 repeated" in choose_points(load_table("near.csv", None), 3, 0, "kept").remark


def test_kept_rows_have_bounds_too() -> None:
    with pytest.raises(OutOfRange):
        choose_points(load_table("huge.csv", None), 4, 0, "kept")
    assert choose_points(load_table("huge.csv", None), 4, 0, "unit").problem.n == 4
    Path("zero.csv").write_text("1,2,0\n0,0,1\n")
    with pytest.raises(ZeroRow):
        choose_points(load_table("zero.csv", None), 2, 0, "kept")


def test_counts_do_not_depend_on_how_rows_are_scaled_where_the_same_neurons_fire() -> None:
    """With b = 0 lengths do not decide who fires."""
    unit, kept = (
        trained(f"{SMALL} --bias 0 --steps 0 --norms {norms}").steps[0].operations
        for norms in ("unit", "kept")
    )
    assert counts_of(unit) == counts_of(kept)
