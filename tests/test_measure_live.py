"""`firingtree measure live`: fits, counts and predictions that are right; requests that are not."""

from collections.abc import Sequence
from dataclasses import replace
from math import erfc, log, pi, sqrt
from pathlib import Path

import msgspec
import numpy as np
import pytest

from proofs.measured.command.live_picture import draw_live_costs, stacked
from proofs.measured.costs.exponents import DATA_LABELS
from proofs.measured.live.live_exponents import (
    QUANTITIES,
    LeftOut,
    LiveCost,
    exponents,
    firing_neurons,
    predicted_exponent,
)
from reference.edges.data.data_errors import OneClassOnly
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.networks.live_sampler import draw_live
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.memory import check_memory
from reference.network import Problem
from reference.training.trace import Record
from tests.commands import DATA, assert_refused, call, traced
from tests.interruptions import stop_after

pytestmark = pytest.mark.thorough

LIVE = "measure live --data small.csv --points 3 --alpha 0.3 --from 10 --to 12 --every 1 --seeds 2"
DIGITS = "measure live --points 6 --alpha 0.35 --from 9 --to 15 --every 3 --seeds 2"
WIDTHS = [1 << k for k in (12, 20, 28, 36)]


class FittedLine(msgspec.Struct):
    """One of `fits`."""

    quantity: str
    slope: float
    half: float
    intercept: float
    bar: str
    holds: bool


class Document(msgspec.Struct, forbid_unknown_fields=True):
    """What --json holds."""

    data: str
    points: int
    alpha: float
    until: float
    runs: list[LiveCost]
    left_out: list[LeftOut]
    predicted: float
    fits: list[FittedLine]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)
    Path("folder").mkdir()


def written() -> Document:
    """What a measurement left."""
    return msgspec.json.decode(Path("live.json").read_bytes(), type=Document)


# ---- what is predicted ---------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0.1, 0.45, 0.5, 0.9])
@pytest.mark.parametrize("power", [0, 1, 12, 40, 62])
def test_firing_neurons_are_m_times_the_normal_tail(alpha: float, power: int) -> None:
    """The tail by another function; from b = 1 on between its two classical bounds."""
    m = 1 << power
    b = sqrt(2 * alpha * log(m))
    found = firing_neurons(alpha, m)
    assert found == pytest.approx(m * erfc(b / sqrt(2)) / 2, rel=1e-12)
    if b >= 1:
        leading = m ** (1 - alpha) / (b * sqrt(2 * pi))
        assert leading * (1 - 1 / b**2) < found < leading


@pytest.mark.parametrize("alpha", [0.2, 0.5, 0.8])
def test_the_predicted_exponent_is_the_slope_of_the_tails_at_the_same_widths(alpha: float) -> None:
    """By numpy, widths repeated as runs repeat them; below 1 − α, and near 1 − α − 1/(2 ln m)."""
    repeated = [*WIDTHS, *WIDTHS[1:], WIDTHS[0]]
    tails = [log(m * erfc(sqrt(alpha * log(m))) / 2) for m in repeated]
    slope = float(np.polyfit(np.log(np.array(repeated, np.float64)), tails, 1)[0])
    assert predicted_exponent(alpha, repeated) == pytest.approx(slope, rel=1e-9)
    assert slope < 1 - alpha
    wide = [1 << 54, 1 << 55, 1 << 56]
    b_squared = 2 * alpha * 55 * log(2)
    below = alpha / b_squared - 2 * alpha / b_squared**2
    assert predicted_exponent(alpha, wide) == pytest.approx(1 - alpha - below, abs=1e-3)


# ---- lines and bars ------------------------------------------------------------------------------


def made_up(powers: Sequence[float]) -> list[LiveCost]:
    """Costs that are these powers of the width, in the order of `QUANTITIES`."""
    return [
        LiveCost(
            width=m,
            seed=seed,
            steps=3,
            loss=0.0,
            live=7,
            candidates=sizes[0],
            pairs=sizes[1],
            set_up=sizes[2],
            data_term=sizes[3],
            iteration=sizes[4],
            whole=sizes[5],
            dense_iteration=sizes[6],
            dense_whole=sizes[7],
        )
        for m in WIDTHS
        for seed in (0, 1)
        for sizes in [[round(1e9 * m**power) for power in powers]]
    ]


def test_every_quantity_has_the_exponent_of_its_own_numbers() -> None:
    powers = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    fits = exponents(made_up(powers), 0.5)
    assert [fit.quantity for fit in fits] == list(QUANTITIES)
    assert [fit.fit.slope for fit in fits] == pytest.approx(powers, abs=1e-9)
    assert max(fit.fit.half for fit in fits) < 1e-8


PREDICTED = predicted_exponent(0.5, WIDTHS)
RIGHT = [PREDICTED, PREDICTED, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0]


@pytest.mark.parametrize(
    ("index", "power", "holds"),
    [
        (None, 0.0, True),
        *((index, PREDICTED + off, False) for index in (0, 1) for off in (-1e-4, 1e-4)),
        *((index, 0.549, True) for index in (2, 3, 4, 5)),
        *((index, 0.551, False) for index in (2, 3, 4, 5)),
        *((6, power, False) for power in (0.989, 1.011)),
        *((6, power, True) for power in (0.991, 1.009)),
        *((7, power, False) for power in (0.999, 1.001)),
    ],
)
def test_an_exponent_holds_up_to_its_bar(index: int | None, power: float, holds: bool) -> None:
    powers = list(RIGHT)
    if index is not None:
        powers[index] = power
    fits = exponents(made_up(powers), 0.5)
    expected = [holds if place == index else True for place in range(8)]
    assert [fit.holds for fit in fits] == expected


def test_where_an_exponent_is_known_it_may_be_off_by_twice_half_the_interval() -> None:
    """And elsewhere the interval's end counts, not its middle."""
    scattered = [
        replace(
            cost,
            candidates=round(cost.candidates * spread),
            set_up=round(cost.set_up * spread),
            dense_iteration=cost.dense_iteration * spread,
            dense_whole=round(cost.dense_whole * spread),
        )
        for cost in made_up(RIGHT)
        for spread in [1.5 if cost.seed else 1.0]
    ]
    fits = {fit.quantity: fit for fit in exponents(scattered, 0.5)}
    candidates, iteration = fits["candidates drawn"], fits["dense: an iteration"]
    half = candidates.fit.half
    assert half > 0.01
    assert candidates.holds
    assert candidates.most - candidates.least == pytest.approx(4 * half)
    assert candidates.most + candidates.least == pytest.approx(2 * PREDICTED)
    assert fits["dense: the whole training"].most == pytest.approx(1 + 2 * half)
    assert fits["dense: the whole training"].least == pytest.approx(1 - 2 * half)
    assert iteration.fit.slope == pytest.approx(1)
    assert not iteration.holds
    assert fits["set-up"].most == pytest.approx(0.55 - half)


# ---- what is counted -----------------------------------------------------------------------------


def totals(record: Record) -> dict[str, int]:
    """All operations by label."""
    return {label: sum(kinds.values()) for label, kinds in record.operations.items()}


def dense(record: Record, m: int, n: int, d: int) -> int:
    """The dense method's operations in a step, from the trace's firing counts and SOLVE."""
    pairs, moved = sum(record.fired), record.moved
    moving = (pairs + moved) * d if moved else 0
    return m * n * (d + 1) + pairs + totals(record)["solve"] + moving


def test_the_figures_are_those_of_the_trace_of_the_same_training(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = call(capsys, f"{DIGITS} --json live.json --plot live.pdf")
    assert told.err == ""
    assert told.out.endswith("written: live.json\nwritten: live.pdf\n")
    assert Path("live.pdf").read_bytes().startswith(b"%PDF-")
    document = written()
    assert (document.data, document.points, document.alpha) == ("digits", 6, 0.35)
    assert [(run.width, run.seed) for run in document.runs] == [
        (1 << power, seed) for power, seed in zip((9, 9, 12, 12, 15, 15), range(6), strict=True)
    ]
    assert document.left_out == []
    for run in document.runs:
        records = traced(
            f"--points 6 --alpha 0.35 --width {run.width} --seed {run.seed} --method live "
            f"--init live --engine vectorized --until 1e-20 --invariants off"
        )
        steps, n, d = records[:-1], 6, 64
        assert all(record.moved for record in steps)
        assert not records[-1].moved
        assert run.steps == len(steps) > 0
        assert run.loss == records[-1].loss <= 1e-20
        assert run.pairs == sum(records[0].fired)
        spent = [totals(record) for record in records]
        assert run.set_up == sum(each["init"] for each in spent)
        in_steps = [sum(each.values()) - each["init"] for each in spent[:-1]]
        assert run.iteration == sum(in_steps) / len(steps)
        assert run.whole == sum(sum(each.values()) for each in spent)
        labels = [label.value for label in DATA_LABELS]
        assert labels == ["query", "predict", "move", "refresh"]
        data = [record.operations[label]["multiply_adds"] for record in steps for label in labels]
        assert run.data_term == sum(data) / len(steps)
        would = [dense(record, run.width, n, d) for record in records]
        assert run.dense_iteration == sum(would[:-1]) / len(steps)
        assert run.dense_whole == sum(would) + n * (n + 1) // 2 * d
        problem = choose_points(load_table("digits", None), n, run.seed).problem
        b = sqrt(2 * 0.35 * log(run.width))
        draws = draw_live(run.seed, run.width, np.array(problem.points), b)
        assert (run.candidates, run.live) == (draws.candidates, len(draws.places))
        setting_up = run.candidates * (n * d + 2 * d + n) + run.live * n * (d + 1) + 21 * d
        assert run.set_up == setting_up


def test_the_exponents_told_and_written_are_fits_of_the_runs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = call(capsys, f"{DIGITS} --json live.json")
    document = written()
    fits = exponents(document.runs, 0.35)
    assert document.predicted == predicted_exponent(0.35, [run.width for run in document.runs])
    assert told.status == (0 if all(fit.holds for fit in fits) else 1)
    for fit, line in zip(fits, document.fits, strict=True):
        assert (line.quantity, line.slope, line.half) == (
            fit.quantity,
            fit.fit.slope,
            fit.fit.half,
        )
        assert (line.intercept, line.bar, line.holds) == (fit.fit.intercept, fit.bar, fit.holds)
        verdict = "holds" if fit.holds else "FAILS"
        assert f"{fit.quantity}: {line.slope:.4f} ± {line.half:.4f} ({fit.bar}: {verdict})" in (
            told.out
        )
    rows = told.out.splitlines()
    assert rows[0].split()[:2] == ["m", "runs"]
    for row, width in zip(rows[1:4], (512, 4096, 32768), strict=True):
        here = [run for run in document.runs if run.width == width]
        assert row.split()[0] == f"2^{log(width, 2):.0f}"
        whole = sum(run.whole for run in here) / 2
        assert row.split()[1] == "2"
        assert row.split()[7] == f"{whole:.3g}"


@pytest.mark.parametrize(("power", "status"), [(0.5, 0), (0.56, 1)])
def test_the_status_says_whether_every_bar_holds(
    power: float, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    costs = made_up([*RIGHT[:5], power, 1.0, 1.0])
    monkeypatch.setattr("proofs.measured.command.live_command.measured", lambda _: iter(costs))
    told = call(capsys, f"{LIVE} --alpha 0.5")
    assert told.status == status
    failing = [line.split(":")[0].strip() for line in told.out.splitlines() if "FAILS" in line]
    assert failing == ["the whole training"] * status


def test_figures_are_the_same_every_time(capsys: pytest.CaptureFixture[str]) -> None:
    told = [call(capsys, f"{LIVE} --json {name}.json --plot {name}.svg").out for name in "ab"]
    assert [line for line in told[0].splitlines() if not line.startswith("written: ")] == [
        line for line in told[1].splitlines() if not line.startswith("written: ")
    ]
    assert Path("a.json").read_bytes() == Path("b.json").read_bytes()
    assert Path("a.svg").read_bytes() == Path("b.svg").read_bytes()


# ---- what is left out ----------------------------------------------------------------------------


def test_a_training_without_a_step_to_count_is_left_out_and_told_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """At α = 0.5 sixteen neurons fire on few points; from 2^10 on every training converges."""
    options = "measure live --data small.csv --points 3 --alpha 0.5 --seeds 4"
    told = call(capsys, f"{options} --from 4 --to 14 --every 2 --json live.json")
    document = written()
    silent = [run for run in document.left_out if run.why == "no-firing-neuron"]
    assert silent
    assert {run.width for run in silent} <= {16, 64, 256, 1024}
    assert len(document.runs) + len(document.left_out) == 24
    seeds = [run.seed for run in document.runs] + [run.seed for run in document.left_out]
    assert sorted(seeds) == list(range(24))
    for run in document.left_out:
        power = run.width.bit_length() - 1
        assert f"2^{power} seed {run.seed} left out: {run.why}: {run.remark}\n" in told.out
        assert run.remark
    assert f"{len(document.runs)} trainings, {len(document.left_out)} left out;" in told.out


def test_a_seed_that_chooses_one_class_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Points 3 of 6, three of each class: one choice in ten has a single class."""
    told = call(capsys, f"{LIVE} --seeds 20 --json live.json")
    left_out = [run for run in written().left_out if run.why == "one-class-only"]
    assert left_out
    table = load_table("small.csv", None)
    for seed in range(60):
        one_class = False
        try:
            choose_points(table, 3, seed)
        except OneClassOnly:
            one_class = True
        assert one_class == (seed in [run.seed for run in left_out])
    assert f" seed {left_out[0].seed} left out: one-class-only: " in told.out


@pytest.mark.parametrize(
    ("options", "why"),
    [("--until 0", "stalled"), ("--until 1e9", "no-step"), ("--alpha 0.999", "no-firing-neuron")],
)
def test_too_few_trainings_for_a_line_are_an_error_that_leaves_no_file(
    options: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = f"{LIVE} {options} --json live.json --plot live.png"
    told = assert_refused(capsys, arguments, "too-few-runs", ["three widths"])
    left_out = [line for line in told.out.splitlines() if " left out: " in line]
    assert f"found {6 - len(left_out)} at " in told.err
    assert f"with {len(left_out)} left out" in told.err
    assert any(f"left out: {why}: " in line for line in left_out)


@pytest.mark.parametrize(("widths", "refused"), [(2, True), (3, False)])
def test_a_line_needs_three_widths_not_three_trainings(
    widths: int,
    refused: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lost = LeftOut(WIDTHS[-1], 9, "stalled", "made up")
    runs = [*made_up(RIGHT)[: 2 * widths], lost]
    monkeypatch.setattr("proofs.measured.command.live_command.measured", lambda _: iter(runs))
    if refused:
        assert_refused(capsys, LIVE, "too-few-runs", ["found 4 at 2", "with 1 left out"])
    else:
        assert "6 trainings, 1 left out;" in call(capsys, f"{LIVE} --alpha 0.5").out


def test_a_measurement_that_is_broken_off_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        stop_after(patch, 7)
        told = call(capsys, f"{LIVE} --json live.json --plot live.png")
    assert told.status == 130
    assert "firingtree: error[interrupted]: " in told.err
    assert {path.name for path in Path().iterdir()} == {"small.csv", "folder"}


# ---- the picture ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format_", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF-")]
)
def test_the_same_trainings_are_the_same_picture(format_: str, begins: bytes) -> None:
    config = Configuration(data="a$b_c^d", points=4, alpha=0.5)
    drawn = draw_live_costs(made_up(RIGHT), config, format_)
    assert drawn.startswith(begins)
    assert drawn == draw_live_costs(made_up(RIGHT), config, format_)


def test_other_trainings_are_another_picture() -> None:
    config, costs = Configuration(points=4, alpha=0.5), made_up(RIGHT)
    drawn = draw_live_costs(costs, config, "svg")
    cost = costs[2]
    for other in (
        replace(cost, pairs=3 * cost.pairs),
        replace(cost, set_up=3 * cost.set_up),
        replace(cost, iteration=3 * cost.iteration),
        replace(cost, whole=3 * cost.whole),
        replace(cost, dense_iteration=3 * cost.dense_iteration),
        replace(cost, dense_whole=3 * cost.dense_whole),
    ):
        assert draw_live_costs([*costs[:2], other, *costs[3:]], config, "svg") != drawn


@pytest.mark.parametrize(
    ("centres", "heights", "expected"),
    [
        ([], [], []),
        ([0.2, 0.5], [0.1, 0.2], [0.2, 0.5]),
        ([0.0, 0.5], [0.25, 0.25], [0.125, 0.5]),
        ([0.5, 0.5, 0.5], [0.25, 0.5, 0.25], [0.5, 0.875, 1.25]),
        ([0.5, 0.625, 2.0], [0.25, 0.25, 0.25], [0.5, 0.75, 2.0]),
    ],
)
def test_names_move_up_until_none_covers_another(
    centres: list[float], heights: list[float], expected: list[float]
) -> None:
    assert stacked(centres, heights) == expected


# ---- what is refused -----------------------------------------------------------------------------

REFUSED = [
    ("--from -1", "out-of-range", "--from", "-1", "62"),
    ("--from 63 --to 80", "out-of-range", "--from", "63"),
    ("--from 10000000000", "out-of-range", "--from"),
    ("--to 11", "out-of-range", "--to", "11", "three widths"),
    ("--to -4", "out-of-range", "--to", "-4"),
    ("--to 63", "out-of-range", "--to", "63"),
    ("--to 12.5", "usage", "--to", "12.5"),
    ("--every 0", "out-of-range", "--every", "0"),
    ("--every -1", "out-of-range", "--every", "-1"),
    ("--every 63", "out-of-range", "--every", "63"),
    ("--every 2", "out-of-range", "--to", "12", "--every"),
    ("--seeds 0", "out-of-range", "--seeds", "0"),
    ("--seeds 101", "out-of-range", "--seeds", "100"),
    ("--alpha 0", "out-of-range", "--alpha", "0.0"),
    ("--alpha 1", "out-of-range", "--alpha", "1.0"),
    ("--alpha nan", "out-of-range", "--alpha", "nan"),
    ("--alpha 0.01", "out-of-range", "--alpha", "0.01: at width 1024 it is", "every width"),
    ("--from 0 --to 2", "out-of-range", "--alpha", "0.3: at width 1 it is 1.5"),
    ("--until -1", "out-of-range", "--until", "-1"),
    ("--until nan", "out-of-range", "--until", "nan"),
    ("--points 1", "out-of-range", "--points", "1"),
    ("--points 7", "too-few-rows", "7"),
    ("--to 62 --every 26", "memory-exceeded", f"width {1 << 62}"),
    ("--data absent.csv", "data-file-missing", "absent.csv"),
    ("--data \udcff.csv", "out-of-range", "--data", "UTF-8"),
    ("--json no/out.json", "output-folder-missing", "--json", "no/out.json"),
    ("--plot no/out.png", "output-folder-missing", "--plot", "no/out.png"),
    ("--json folder", "output-folder-missing", "--json", "folder"),
    ("--plot out.gif", "out-of-range", "--plot", "out.gif", "png, svg, pdf"),
    ("--json out.png --plot out.png", "output-collision", "--plot", "--json"),
    ("--json small.csv", "output-collision", "--json", "--data"),
    ("more", "usage", "more"),
]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [(options, code, words) for options, code, *words in REFUSED],
    ids=[ascii(options) for options, *_ in REFUSED],
)
def test_what_cannot_be_measured_is_refused_before_a_run_is_made(
    options: str,
    code: str,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stop_after(monkeypatch, 0)
    assert assert_refused(capsys, f"{LIVE} {options}", code, words).out == ""


def test_the_widest_training_must_fit_before_the_first_is_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def asked_for(config: Configuration, problem: Problem[float]) -> None:
        asked.append(config.width)
        check_memory(config, problem)

    monkeypatch.setattr("proofs.measured.live.live_exponents.check_memory", asked_for)
    assert call(capsys, LIVE).status in (0, 1)
    assert asked == [1 << 12]


def test_measure_lists_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert "live" in call(capsys, "measure --help").out
