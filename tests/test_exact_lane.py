"""The exact lane through the command line: the same runs in rationals, nothing rounded."""

from collections.abc import Iterable, MutableSequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.products.exact_products import ExactInnerProducts
from reference.edges.runs.lanes import on_grid
from reference.edges.runs.run_builder import build_exact_run
from reference.edges.setup.configuration import Configuration
from reference.inner_products import PlainInnerProducts
from reference.matrix import Matrix
from reference.scalar import RATIONAL
from reference.structures import tournament_tree
from reference.training.observer import Nobody
from tests.commands import DATA, GRADIENT, METHODS, assert_refused, call, traced, trained
from tests.small_training import Diary
from tests.trainings import ended

FIGURE = "--points 4 --width 64 --alpha 0.1 --scalar exact"
TINY = "--data small.csv --points 3 --width 16 --alpha 0.05 --scalar exact"
"""Three points, sixteen neurons: two steps at which neurons cross, then one at which none does."""

SKETCHES = [f"--solver sketch --sketch {kind}" for kind in ("osnap", "countsketch", "srht")]
SOLVERS = ["--solver cg", *SKETCHES, "--solver sketch --sketch-draws once"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)


def numbers_of(options: str) -> list[object]:
    """The records of a run without its counts."""
    records = traced(f"{TINY} --invariants off --steps 2 {options}")
    return [replace(record, operations={}) for record in records]


# ---- runs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("data", "d"), [("small.csv", 3), ("digits", 64), ("diabetes", 10)])
def test_data_are_rounded_to_the_grid_and_trained_on_without_an_error(
    data: str, d: int, capsys: pytest.CaptureFixture[str]
) -> None:
    run = trained(f"--data {data} {FIGURE} --steps 3 --invariants full")
    assert (run.data["n"], run.data["d"], len(run.steps)) == (4, d, 4)
    assert (run.config.scalar, run.config.grid) == ("exact", 8)
    assert run.invariants.violations == []
    assert all(run.invariants.checks[name] > 0 for name in ("firing/threshold", "solve/equation"))
    told = capsys.readouterr().out
    assert ", exact on a grid of 2^−8, invariants full, seed 0" in told
    assert "decisions certified; outputs within 0.0e+00, weights within 0.0e+00" in told


def test_every_bound_is_zero_where_nothing_is_rounded_and_the_system_is_solved() -> None:
    bounds = trained(f"{TINY} --invariants full").invariants.bounds
    assert len(bounds) == 4
    for report in bounds:
        assert report["borderline"] == 0
        assert report["decisions"] > 0
        for name in ("score_error", "output_error", "weight_error_after"):
            assert report[name] == 0
    assert [report["solve_residual"] for report in bounds[:-1]] == [0, 0, 0]


def test_a_solver_that_stops_early_is_off_by_what_it_left_even_in_rationals() -> None:
    bounds = trained(f"{TINY} --steps 2 --solver cg --accuracy 0.5").invariants.bounds
    assert all(0 < report["solve_residual"] <= 0.5 for report in bounds[:-1])
    assert bounds[0]["output_error"] == 0 < bounds[1]["output_error"]
    assert bounds[0]["weight_error_after"] > 0


@pytest.mark.parametrize("method", METHODS)
def test_every_method_runs_in_rationals_with_every_invariant_checked(method: str) -> None:
    batch = "--batch 2" if method.endswith("sgd") else ""
    run = trained(f"{TINY} --method {method} {batch} --steps 2 --invariants full")
    assert (run.reason, len(run.steps)) == ("step-limit", 3)
    assert run.steps[2].loss < run.steps[0].loss


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_takes_the_steps_of_the_exact_one(solver: str) -> None:
    """Without rounding, n rounds are enough for any accuracy."""
    expected = trained(f"{TINY} --steps 2 --invariants off").steps
    for method in ("gauss-newton", "sublinear"):
        asked = f"{TINY} --steps 2 --invariants full --accuracy 1e-100 --method {method} {solver}"
        assert [step.loss for step in trained(asked).steps] == [step.loss for step in expected]


@pytest.mark.parametrize("rule", ["backtracking", "damped"])
def test_every_step_rule_runs_in_rationals(rule: str) -> None:
    run = trained(f"{TINY} --steps 3 --invariants full --step-rule {rule}")
    losses = [step.loss for step in run.steps]
    assert losses == sorted(losses, reverse=True)
    assert run.steps[0].rule == rule


def test_shifts_norms_and_the_other_activation_are_exact_too() -> None:
    options = "--bias-spread 0.3 --norms kept --activation printed --weights implicit --bias 0"
    run = trained(f"{TINY} --steps 2 --invariants full {options}")
    assert {report["output_error"] for report in run.invariants.bounds} == {0}


@pytest.mark.parametrize("method", ["sublinear", "sublinear-gradient-descent", "sublinear-sgd"])
def test_all_structures_and_the_dense_twin_have_one_trace_but_for_counts(method: str) -> None:
    batch = "--batch 2" if method == "sublinear-sgd" else ""
    dense = "gauss-newton" if method == "sublinear" else method.removeprefix("sublinear-")
    expected = numbers_of(f"--method {dense} {batch}")
    for structure in ("tournament", "ordered", "scan --weights implicit", "incremental"):
        assert numbers_of(f"--structure {structure} --method {method} {batch}") == expected


# ---- a loss of zero ------------------------------------------------------------------------------


def test_a_run_ends_at_a_loss_of_zero_after_a_step_at_which_no_neuron_crosses() -> None:
    """Between points of the same firing sets f is affine, and a Gauss-Newton step solves that."""
    run = trained(f"{TINY} --until 0")
    *earlier, last = run.steps
    assert (last.loss, last.switched, run.reason) == (0, 0, "converged")
    assert all(step.loss > 0 for step in earlier)
    assert all(step.switched > 0 for step in earlier[1:])


@pytest.mark.parametrize("seed", [0, 2, 4])
def test_that_zero_is_the_rational_and_no_rounding(seed: int) -> None:
    config = Configuration(points=3, width=16, alpha=0.05, seed=seed, until=0.0)
    diary: Diary[Fraction] = Diary()
    problem = choose_points(load_table("small.csv", None), 3, seed).problem
    assert ended(build_exact_run(config, problem, diary)) == "converged"
    *earlier, last = diary.moments
    assert last.loss == 0
    assert all(moment.loss > 0 for moment in earlier)
    assert last.firing.by_point == earlier[-1].firing.by_point


@pytest.mark.thorough
@pytest.mark.parametrize("n", [4, 8])
def test_numbers_grow_linearly_by_some_twenty_bits_a_point_and_step(n: int) -> None:
    """The longest numerator or denominator of a weight, until a step ends at a loss of zero."""
    config = Configuration(points=n, width=256, until=0.0, invariants="off")
    problem = choose_points(load_table("digits", None), n, 0).problem
    run = build_exact_run(config, problem, Nobody())
    bits: list[int] = []
    while run.reason is None:
        run.step()
        values = run.trainer.network.weights.matrix().values
        bits.append(max(max(w.numerator, w.denominator, key=abs).bit_length() for w in values))
    growth = [after - before for before, after in pairwise(bits) if after != before]
    assert len(growth) >= 3
    assert all(15 * n <= each <= 23 * n for each in growth)


# ---- its parts -----------------------------------------------------------------------------------

FLOATS = st.floats(-(2.0**40), 2.0**40)


@given(FLOATS, st.integers(0, 52))
def test_the_grid_takes_the_nearest_multiple(value: float, bits: int) -> None:
    rounded = on_grid(value, bits)
    assert (rounded * 2**bits).denominator == 1
    assert abs(rounded - Fraction(value)) <= Fraction(1, 2 ** (bits + 1))


@given(st.integers(-(2**20), 2**20), st.integers(0, 20))
def test_the_grid_rounds_ties_to_even(k: int, bits: int) -> None:
    halfway = float(Fraction(2 * k + 1, 2 ** (bits + 1)))
    assert on_grid(halfway, bits) * 2**bits == k + k % 2


@given(st.integers(-(2**20), 2**20), st.integers(0, 20))
def test_numbers_on_the_grid_stay(k: int, bits: int) -> None:
    assert on_grid(float(Fraction(k, 2**bits)), bits) == Fraction(k, 2**bits)


RATIONALS = st.builds(
    Fraction, st.integers(-(10**9), 10**9), st.sampled_from([1, 2, 3, 256, 10**6])
)
ROWS = st.integers(1, 3).flatmap(
    lambda d: st.lists(st.lists(RATIONALS, min_size=d, max_size=d), min_size=2, max_size=4)
)


@given(ROWS, st.integers(1, 3))
def test_products_over_common_denominators_equal_those_of_the_plain_core(
    drawn: list[list[Fraction]], m: int
) -> None:
    rows, points = drawn[:m], drawn[1:]
    weights = Matrix(RATIONAL, [w for row in rows for w in row], len(rows[0]))
    exact, plain = ExactInnerProducts(), PlainInnerProducts(RATIONAL)
    assert list(exact.columns(weights, points)) == list(plain.columns(weights, points))
    assert exact.of_rows(rows, points) == plain.of_rows(rows, points)


def test_no_rows_have_no_products() -> None:
    assert ExactInnerProducts().of_rows([], [[Fraction(1)]]) == [[]]


# ---- what it refuses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ("--width 63", "width-not-power-of-four", ["63"]),
        ("--width 128", "width-not-power-of-four", ["128", "power of four"]),
        ("--width 2", "width-not-power-of-four", ["2"]),
        ("--width 0", "out-of-range", ["--width", "0"]),
        ("--width -4", "out-of-range", ["--width", "-4"]),
        ("--checkpoint kept", "out-of-range", ["--checkpoint", "kept", "exact"]),
        ("--resume kept", "checkpoint-missing", ["kept"]),
        ("--grid -1", "out-of-range", ["--grid", "-1"]),
        ("--grid 53", "out-of-range", ["--grid", "53", "52"]),
        ("--grid 100000000000000000000", "out-of-range", ["--grid"]),
        ("--grid 0.5", "usage", ["--grid", "0.5"]),
        ("--scalar rational", "usage", ["rational", "exact"]),
    ],
)
def test_what_has_no_exact_run_is_refused(
    options: str, code: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    told = assert_refused(capsys, f"train {TINY} {options}", code, words)
    assert told.out == ""


def test_points_that_the_grid_makes_equal_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert_refused(
        capsys, f"train --data small.csv {FIGURE} --grid 0", "singular-gram", ["rows 6, 1"]
    )


def test_the_float_lane_takes_any_width_and_has_no_use_for_a_grid(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = call(capsys, "train --data small.csv --points 3 --width 63 --steps 1 --grid 52")
    assert told.status == 0
    assert "grid" not in told.out


@pytest.mark.parametrize("method", GRADIENT)
def test_steps_far_too_long_diverge_in_rationals_too(method: str) -> None:
    batch = "--batch 1" if method.endswith("sgd") else ""
    run = trained(f"{TINY} --method {method} {batch} --learning-rate 1e30 --norms kept")
    assert run.reason == "diverged"
    assert run.steps[-1].loss > 1e50


def test_a_checkpoint_of_floats_is_not_gone_on_with_in_rationals(
    capsys: pytest.CaptureFixture[str],
) -> None:
    floats = TINY.removesuffix("--scalar exact")
    call(capsys, f"train {floats} --steps 1 --checkpoint kept")
    mismatch = ["--scalar is exact here and float there"]
    assert_refused(capsys, f"train {TINY} --resume kept", "checkpoint-mismatch", mismatch)


# ---- what is violated ----------------------------------------------------------------------------


def repairs_nothing(nodes: MutableSequence[Fraction], inner: Iterable[int]) -> None:
    assert nodes
    assert inner


def test_a_violated_exact_run_leaves_a_dump_that_shows_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replay = "train --replay violation-seed0-step0.json"
    with monkeypatch.context() as patch:
        patch.setattr(tournament_tree, "_repair", repairs_nothing)
        assert call(capsys, f"train {TINY}").status == 4
        assert call(capsys, replay).out.endswith("\nreproduced\n")
    told = call(capsys, replay)
    assert told.status == 0
    assert "not reproduced" in told.out
