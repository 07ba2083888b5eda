"""`firingtree measure`: fits and rates that are right, and requests that are not."""

from collections.abc import Sequence
from math import exp, log
from pathlib import Path
from random import Random

import msgspec
import numpy as np
import pytest
from scipy import linalg, stats

from proofs.measured.costs.exponents import Cost, fitted
from proofs.measured.solving.sketch_failures import FailureRate, failure_rates
from reference.edges.command_line import status_of
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.gram import gram
from reference.jacobian import Jacobian
from reference.scalar import BINARY64
from reference.solvers.sketch import SketchChoice, SketchKind, sketched
from reference.training.iteration import query
from reference.training.observer import Nobody
from reference.training.trainer import Trainer
from tests.commands import DATA, assert_refused, call, counts_of, trained

pytestmark = pytest.mark.plain

EXPONENTS = "measure exponents --data small.csv --points 3 --from 4 --to 6 --seeds 1 --alpha 0.05"
SKETCHES = "measure sketches --data small.csv --points 3 --width 32 --draws 20 --rows 4,16"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)
    Path("folder").mkdir()


# ---- lines through logarithms --------------------------------------------------------------------


@pytest.mark.parametrize("degree", [0, 1, 2, 5])
def test_the_exponent_of_exact_powers_is_found_and_its_interval_is_a_point(degree: int) -> None:
    widths = [1 << k for k in range(4, 12)]
    fit = fitted(widths, [7 * width**degree for width in widths])
    assert fit.slope == pytest.approx(degree, abs=1e-12)
    assert fit.half < 1e-12
    assert exp(fit.intercept) == pytest.approx(7)
    assert [fit.at(width) for width in widths] == pytest.approx([7 * w**degree for w in widths])


def test_the_line_is_that_of_scipy() -> None:
    widths, spent = [16, 16, 32, 64, 256, 256], [90, 100, 170, 500, 900, 1700]
    fit = fitted(widths, spent)
    line = stats.linregress([log(m) for m in widths], [log(cost) for cost in spent])
    assert fit.slope == pytest.approx(line.slope)
    assert fit.intercept == pytest.approx(line.intercept)
    assert fit.half == pytest.approx(stats.t.ppf(0.975, 4) * line.stderr)


def test_ninety_five_of_a_hundred_intervals_contain_the_exponent() -> None:
    """800 simulations of costs around m^0.7: within four standard deviations of 95 %."""
    random, covered = Random(20240601), 0
    widths = [1 << k for k in range(4, 9)]
    for _ in range(800):
        costs = [int(1e12 * m**0.7 * exp(random.gauss(0, 0.2))) for m in widths]
        fit = fitted(widths, costs)
        covered += abs(fit.slope - 0.7) <= fit.half
    assert 0.92 <= covered / 800 <= 0.98


# ---- exponents -----------------------------------------------------------------------------------


def test_the_costs_are_those_of_the_first_iteration_of_a_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = call(capsys, f"{EXPONENTS} --seeds 2 --json costs.json --plot costs.svg")
    assert told.status in (0, 1)
    assert told.err == ""
    assert told.out.endswith("written: costs.json\nwritten: costs.svg\n")
    assert b"</svg>" in Path("costs.svg").read_bytes()
    costs = msgspec.json.decode(Path("costs.json").read_bytes(), type=list[Cost])
    assert [(cost.width, cost.seed, cost.method) for cost in costs] == [
        (width, seed, method)
        for width in (16, 32, 64)
        for seed in (0, 1)
        for method in ("gauss-newton", "sublinear")
    ]
    for cost in costs:
        options = f"--points 3 --width {cost.width} --seed {cost.seed} --method {cost.method}"
        run = trained(f"--data small.csv {options} --alpha 0.05 --steps 1")
        counted = counts_of(run.steps[0].operations)
        data = [c.multiply_adds for label, c in counted.items() if label.value != "init"]
        assert cost.multiply_adds == sum(data)
        total = sum(c.total for label, c in counted.items() if label.value != "init")
        assert cost.operations == total


def test_the_dense_exponent_is_near_one_and_the_trees_is_lower(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = "measure exponents --data digits --points 4 --from 7 --to 9 --seeds 1 --alpha 0.3"
    told = call(capsys, f"{options} --json costs.json")
    costs = msgspec.json.decode(Path("costs.json").read_bytes(), type=list[Cost])
    dense, sublinear = (
        fitted([c.width for c in found], [c.multiply_adds for c in found])
        for found in (
            [c for c in costs if c.method == "gauss-newton"],
            [c for c in costs if c.method == "sublinear"],
        )
    )
    assert 0.95 < dense.slope < 1.01
    assert sublinear.slope < 0.75
    for method, fit in (("gauss-newton", dense), ("sublinear", sublinear)):
        assert f"{method}: data term m^{fit.slope:.4f} ± {fit.half:.4f} (" in told.out
    failed = "FAILS" in told.out
    assert told.status == failed


@pytest.mark.parametrize(
    ("powers", "status", "failing"),
    [
        ((1.0, 0.7), 0, []),
        ((1.0, 0.809), 0, []),
        ((1.0, 0.811), 1, ["sublinear"]),
        ((1.02, 0.7), 1, ["gauss-newton"]),
        ((0.98, 0.9), 1, ["gauss-newton", "sublinear"]),
    ],
)
def test_the_status_says_whether_the_claimed_exponents_hold(
    powers: tuple[float, float],
    status: int,
    failing: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Costs are made up. At α = 0.24 the claims are 1 ± 0.01, and at most 1 − α + 0.05 = 0.81."""

    def made_up(*_: object) -> Sequence[Cost]:
        return [
            Cost(method, m, 0, int(1e12 * m**power), int(1e12 * m**power))
            for m in (16, 32, 64, 128)
            for method, power in zip(("gauss-newton", "sublinear"), powers, strict=True)
        ]

    monkeypatch.setattr("proofs.measured.command.measure_command.costs", made_up)
    told = call(capsys, f"{EXPONENTS} --alpha 0.24")
    assert told.status == status
    lines = [line for line in told.out.splitlines() if "FAILS" in line]
    assert [line.split(":")[0].strip() for line in lines] == failing


# ---- sketches ------------------------------------------------------------------------------------


def rates(options: str = "") -> list[FailureRate]:
    """What is measured with these options."""
    assert status_of(f"{SKETCHES} {options} --json rates.json".split()) == 0
    return msgspec.json.decode(Path("rates.json").read_bytes(), type=list[FailureRate])


def trainer(width: int = 32) -> Trainer[float]:
    """What is measured there."""
    config = Configuration(data="small.csv", points=3, width=width)
    problem = choose_points(load_table("small.csv", None), 3, 0).problem
    return build_run(config, problem, Nobody()).trainer


def test_a_rate_counts_draws_and_its_interval_contains_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = rates("--plot rates.pdf")
    told = capsys.readouterr().out
    assert told.endswith("written: rates.json\nwritten: rates.pdf\n")
    assert Path("rates.pdf").read_bytes().startswith(b"%PDF-")
    assert [(rate.kind, rate.rows, rate.draws) for rate in found] == [
        (kind.value, rows, 20) for kind in SketchKind for rows in (4, 16)
    ]
    firing = query(trainer(), trainer().problem.indices)
    for rate in found:
        assert 0 <= rate.low <= rate.failures / 20 <= rate.high <= 1
        assert 0 < rate.high - rate.low < 0.5
        assert (rate.nonzeros, rate.dense) == (3 * firing.pairs, 96)
        words = f"{rate.kind:>11}, {rate.rows:>4} rows: {rate.failures:>5} of 20 draws fail, "
        assert f"{words}{rate.low:.2%} to {rate.high:.2%}; {rate.operations:,} operations" in told
    assert {rate.operations for rate in found if rate.kind == "srht"} == {
        3 * 128 * 7 + 3 * firing.union
    }


@pytest.mark.parametrize("kind", SketchKind)
def test_a_draw_fails_if_an_eigenvalue_of_the_sketched_pencil_is_off_by_a_half(
    kind: SketchKind,
) -> None:
    """Against scipy's generalized eigenvalues, where some draws fail and some do not."""
    started = trainer()
    firing = query(started, started.problem.indices)
    jacobian = Jacobian(BINARY64, started.network, firing, started.problem.points)
    lower = np.zeros((3, 3))
    for i, row in enumerate(gram(started.products, firing, started.network.m)):
        lower[i, : i + 1] = row
    full = lower + np.tril(lower, -1).T
    failed = 0
    for draw in range(40):
        sketch = sketched(BINARY64, jacobian, SketchChoice(kind, 16, 0), draw)
        columns = np.array(sketch.columns)
        small = columns @ columns.T * sketch.weight
        failed += bool(np.abs(linalg.eigh(small, full, eigvals_only=True) - 1).max() > 0.5)
    (rate,) = failure_rates(started, [kind], [16], 40)
    assert rate.failures == failed
    assert 0 < failed < 40


@pytest.mark.parametrize("kind", SketchKind)
def test_a_sketch_of_as_many_rows_as_points_fails_and_one_of_sixty_times_does_not(
    kind: SketchKind,
) -> None:
    few, many = failure_rates(trainer(width=256), [kind], [3, 180], 50)
    assert (few.failures, few.high) == (50, 1)
    assert (many.failures, many.low) == (0, 0)
    assert many.high == pytest.approx(1 - 0.025 ** (1 / 50))
    assert few.low == pytest.approx(0.025 ** (1 / 50))


def test_a_rate_does_not_depend_on_what_else_is_measured() -> None:
    """Not even where the transform has fewer rows, 128, than the longest sketch asked for."""
    started, kinds = trainer(), [SketchKind.SRHT]
    alone = list(failure_rates(started, kinds, [16, 64], 20))
    among = list(failure_rates(started, kinds, [256, 16, 128, 64], 20))
    assert [among[1], among[3]] == alone
    assert 0 < alone[0].failures < 20
    assert (among[0].failures, among[2].failures) == (0, 0)


def test_rates_are_the_same_every_time() -> None:
    assert rates() == rates()


# ---- what is refused -----------------------------------------------------------------------------

REFUSED = [
    (EXPONENTS, "--from -1", "out-of-range", "--from", "-1"),
    (EXPONENTS, "--from 31 --to 40", "out-of-range", "--from", "31"),
    (EXPONENTS, "--from 10000000000 --to 10000000002", "out-of-range", "--from"),
    (EXPONENTS, "--to 5", "out-of-range", "--to", "5", "three widths"),
    (EXPONENTS, "--to 4", "out-of-range", "--to", "4"),
    (EXPONENTS, "--to -4", "out-of-range", "--to", "-4"),
    (EXPONENTS, "--to 31", "out-of-range", "--to", "31"),
    (EXPONENTS, "--to 8.5", "usage", "--to", "8.5"),
    (EXPONENTS, "--seeds 0", "out-of-range", "--seeds", "0"),
    (EXPONENTS, "--seeds -1", "out-of-range", "--seeds", "-1"),
    (EXPONENTS, "--alpha 0", "out-of-range", "--alpha", "0.0"),
    (EXPONENTS, "--alpha nan", "out-of-range", "--alpha", "nan"),
    (EXPONENTS, "--alpha 0.99", "no-firing-neuron", "points 0, 1, 2"),
    (EXPONENTS, "--from 0", "no-firing-neuron", "none of 1 scores"),
    (EXPONENTS, "--points 1", "out-of-range", "--points", "1"),
    (EXPONENTS, "--points 7", "too-few-rows", "7"),
    (SKETCHES, "--rows=", "out-of-range", "--rows", "''"),
    (SKETCHES, "--rows 8,", "out-of-range", "--rows", "'8,'"),
    (SKETCHES, "--rows 8;9", "out-of-range", "--rows", "'8;9'"),
    (SKETCHES, "--rows 8.0", "out-of-range", "--rows", "'8.0'"),
    (SKETCHES, "--rows nan", "out-of-range", "--rows", "'nan'"),
    (SKETCHES, "--rows 8,16,08", "out-of-range", "--rows", "only once", "8 again"),
    (SKETCHES, "--rows 2,8", "sketch-too-few-rows", "3 points", "not 2"),
    (SKETCHES, "--rows 8,-8", "sketch-too-few-rows", "not -8"),
    (SKETCHES, "--rows 8,99999999999999", "out-of-range", "--sketch-rows", "1048576"),
    (SKETCHES, "--kinds=", "out-of-range", "--kinds", "''"),
    (SKETCHES, "--kinds osnap,", "out-of-range", "--kinds", "'osnap,'"),
    (SKETCHES, "--kinds gauss", "out-of-range", "--kinds", "found gauss", "srht"),
    (SKETCHES, "--kinds srht,srht", "out-of-range", "--kinds", "srht again"),
    (SKETCHES, "--draws 0", "out-of-range", "--draws", "0"),
    (SKETCHES, "--draws -1", "out-of-range", "--draws", "-1"),
    (SKETCHES, "--points 1", "out-of-range", "--points", "1"),
    (SKETCHES, "--points 7 --rows 8", "too-few-rows", "7"),
    (SKETCHES, "--width 0", "out-of-range", "--width", "0"),
    (SKETCHES, "--width 1", "no-firing-neuron", "1 scores"),
    (SKETCHES, "--width 3 --points 6 --rows 8", "singular-gram", "dependent"),
    (SKETCHES, "--width 100000000000000000000", "out-of-range", "--width", "from 1 to 2^62"),
    (SKETCHES, "--width 10000000000000", "memory-exceeded", "10000000000000", "GiB are free"),
]
REFUSED += [
    (command, options, code, *words)
    for command in (EXPONENTS, SKETCHES)
    for options, code, *words in [
        ("--data absent.csv", "data-file-missing", "absent.csv"),
        ("--data=", "data-file-missing", "digits"),
        ("--data \udcff.csv", "out-of-range", "--data", "UTF-8"),
        ("--json no/out.json", "output-folder-missing", "--json", "no/out.json"),
        ("--plot no/out.png", "output-folder-missing", "--plot", "no/out.png"),
        ("--json folder", "output-folder-missing", "--json", "folder"),
        ("--plot out.gif", "out-of-range", "--plot", "out.gif", "png, svg, pdf"),
        ("--json out.png --plot out.png", "output-collision", "--plot", "--json"),
        ("--json small.csv", "output-collision", "--json", "--data"),
        ("more", "usage", "more"),
    ]
]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [(f"{command} {options}", code, words) for command, options, code, *words in REFUSED],
    ids=[ascii(f"{command.split()[1]} {options}") for command, options, *_ in REFUSED],
)
def test_what_cannot_be_measured_is_refused_by_name(
    arguments: str, code: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(capsys, arguments, code, words)


def test_measure_alone_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ("measure", "measure --help"):
        told = call(capsys, arguments)
        assert "exponents" in told.out + told.err
        assert "sketches" in told.out + told.err
