"""`--init live` on the command line: the live neurons alone, the same bytes again, and refusals."""

from math import sqrt
from pathlib import Path

import msgspec
import numpy as np
import pytest

from invariants.monitor import float_monitor
from reference.activation import Activation
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.networks.initial_network import draw, draw_signs
from reference.edges.networks.live_sampler import draw_live
from reference.edges.runs.run_builder import build_exact_run, build_run
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.starts import Start, start_of
from reference.errors import NoFiringNeuron
from reference.network import Problem
from reference.training.method import Method
from reference.training.observer import Nobody
from tests.commands import DATA, METHODS, Told, assert_refused, call, traced, trained
from tests.interruptions import press_ctrl_c_in, stop_after

pytestmark = pytest.mark.plain

LIVE_METHODS = ["live", "live-gradient-descent", "live-sgd"]
ENGINES = ["plain", "vectorized"]
SMALL = "--data small.csv --points 4 --width 512 --alpha 0.25 --steps 3 --until 0 --init live"
"""Four points, of whose 512 neurons some dozens are live: Σ q_i = 0.15."""

CROWDED = "--data small.csv --points 4 --width 64 --bias 0.5 --steps 3 --until 0"
"""Σ q_i = 1.23."""

each_engine = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)


def problem_of(points: int = 4) -> Problem[float]:
    return choose_points(load_table("small.csv", None), points, 0).problem


def configured(
    engine: str = "plain", activation: Activation = Activation.SHIFTED, bias: float = 1.5
) -> Configuration:
    config = Configuration(
        data="small.csv",
        points=4,
        width=512,
        bias=bias,
        method=Method.LIVE,
        init="live",
        engine="vectorized" if engine == "vectorized" else "plain",
        activation=activation,
    )
    config.check()
    return config


# ---- what is drawn and trained -------------------------------------------------------------------


@each_engine
@pytest.mark.parametrize("method", METHODS + LIVE_METHODS)
def test_the_same_request_leaves_the_same_bytes(method: str, engine: str) -> None:
    options = f"{SMALL} --method {method} --engine {engine} --invariants full"
    for name in ("one", "two"):
        traced(f"{options} --network {name}.npz")
        Path("run.jsonl").rename(f"{name}.jsonl")
    assert Path("one.jsonl").read_bytes() == Path("two.jsonl").read_bytes()
    assert Path("one.npz").read_bytes() == Path("two.npz").read_bytes()


def test_every_method_engine_and_structure_starts_at_the_same_live_neurons() -> None:
    """They fire on the same points at first, and no neuron that is held fires nowhere."""
    ways = [f"--method {method}" for method in METHODS + LIVE_METHODS]
    ways += [f"--structure {name}" for name in ("ordered", "scan", "incremental")]
    ways += ["--engine vectorized", "--engine vectorized --structure scan", "--weights implicit"]
    digests = {traced(f"{SMALL} --steps 0 {way}")[0].firing_digest for way in ways}
    assert len(digests) == 1


@each_engine
def test_it_holds_what_the_sampler_draws_and_its_places(engine: str) -> None:
    config, problem = configured(engine), problem_of()
    draws = draw_live(0, 512, np.array(problem.points), 1.5)
    run = build_run(config, problem, float_monitor("full"))
    net = run.trainer.network
    assert list(net.places) == draws.places.tolist()
    assert list(net.signs) == draws.signs.tolist()
    assert list(net.weights.matrix().values) == draws.weights.ravel().tolist()
    assert (net.m, net.scale) == (512, 1 / sqrt(512))
    assert 0 < len(net.places) < 200
    assert run.trainer.finding.comparisons == draws.candidates * 4
    assert run.trainer.finding.multiply_adds == draws.candidates * (2 * 3 + 4 * 3)
    record = run.step()
    assert record is not None
    assert record.union == len(net.places)


@each_engine
@pytest.mark.parametrize("start", ["live", "whole"])
def test_the_constant_of_the_printed_activation_counts_the_dead(engine: str, start: str) -> None:
    config = configured(engine, Activation.PRINTED)
    total = int(draw_signs(0, 512).sum(dtype=int))
    if start == "live":
        draws = draw_live(0, 512, np.array(problem_of().points), 1.5)
        total = int(draws.signs.sum(dtype=int)) + draws.dead_signs
        assert abs(draws.dead_signs) > 5
    else:
        config = msgspec.structs.replace(config, init="whole")
    offset = build_run(config, problem_of(), Nobody()).trainer.network.offset
    assert offset == pytest.approx(1.5 * total / sqrt(512), rel=1e-12)
    assert offset != 0
    shifted = msgspec.structs.replace(config, activation=Activation.SHIFTED)
    assert build_run(shifted, problem_of(), Nobody()).trainer.network.offset == 0


@each_engine
def test_widths_that_nobody_could_draw_whole_are_trained(
    engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """2^62 neurons, some of which are live."""
    options = f"--data small.csv --points 4 --width {2**62} --bias 8.6 --init live --until 1e-6"
    run = trained(f"{options} --engine {engine} --method live")
    told = capsys.readouterr().out
    assert "m = 4,611,686,018,427,387,904, b = 8.6000" in told
    assert "\nlive neurons drawn alone: about " in told
    assert run.converged


# ---- where too many would be live ----------------------------------------------------------------


@each_engine
@pytest.mark.parametrize("method", ["sublinear", "live", "gauss-newton", "live-sgd"])
def test_where_a_neuron_fires_on_more_than_one_point_the_whole_network_is_drawn_and_it_is_said(
    method: str, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = f"{CROWDED} --method {method} --engine {engine}"
    config = Configuration(data="small.csv", points=4, width=64, bias=0.5, init="live")
    assert start_of(config, problem_of().points) is Start.SCANNED
    expected = [record.firing_digest for record in traced(options)]
    assert "Σ P" not in capsys.readouterr().out
    assert [record.firing_digest for record in traced(f"{options} --init live")] == expected
    told = capsys.readouterr().out
    assert "\nΣ P(Z > b/‖x_i‖) = 1.23 is above 1, so the network is drawn whole: " in told


def test_at_a_sum_of_exactly_one_live_neurons_are_drawn_alone() -> None:
    """Two points and b = 0: every neuron is a candidate."""
    config = Configuration(data="small.csv", points=2, width=64, bias=0.0, init="live")
    problem = problem_of(2)
    assert start_of(config, problem.points) is Start.DRAWN_LIVE
    run = build_run(config, problem, float_monitor("full"))
    assert run.trainer.finding.comparisons == 64 * 2


@each_engine
def test_a_live_method_on_a_whole_draw_scans_it(engine: str) -> None:
    config = msgspec.structs.replace(configured(engine), init="whole")
    assert start_of(config, problem_of().points) is Start.SCANNED
    run = build_run(config, problem_of(), float_monitor("full"))
    assert run.trainer.finding.multiply_adds == 512 * 4 * 3
    assert run.trainer.finding.comparisons == 512 * 4
    dense = msgspec.structs.replace(config, method=Method.GAUSS_NEWTON)
    whole = build_run(dense, problem_of(), Nobody())
    assert whole.trainer.finding.total == 0
    assert len(run.trainer.network.places) < len(whole.trainer.network.places) == 512
    first, other = run.step(), whole.step()
    assert first is not None
    assert other is not None
    assert first.union == len(run.trainer.network.places)
    assert (first.fired, first.firing_digest) == (other.fired, other.firing_digest)


def test_the_exact_lane_scans_what_it_has_rounded() -> None:
    config = msgspec.structs.replace(
        configured(), width=256, bias=1.0, init="whole", scalar="exact", bias_spread=0.5, grid=2
    )
    config.check()
    run = build_exact_run(config, problem_of(), Nobody())
    first = run.step()
    assert first is not None
    assert first.union == len(run.trainer.network.places) < 256
    assert len(run.trainer.network.excess) == first.union


# ---- interrupted ---------------------------------------------------------------------------------


def outputs(name: str, verb: str = "checkpoint") -> str:
    return f"--{verb} {name} --trace {name}.jsonl --network {name}.npz"


def left(name: str) -> list[bytes]:
    return [
        Path(path).read_bytes() for path in (f"{name}/state.ckpt", f"{name}.jsonl", f"{name}.npz")
    ]


def trained_in_two(capsys: pytest.CaptureFixture[str], options: str, ctrl_c: bool) -> Told:
    with pytest.MonkeyPatch.context() as patch:
        if ctrl_c:
            press_ctrl_c_in(patch, 2)
        else:
            patch.setattr("reference.edges.runs.checkpoint.perf_counter", lambda: 0.0)
            stop_after(patch, 2)
        assert call(capsys, f"train {options} {outputs('broken')}").status == 130
    return call(capsys, f"train {outputs('broken', 'resume')}")


@pytest.mark.parametrize(
    "way",
    [
        "--method live",
        "--method live --structure ordered --weights implicit --step-rule damped",
        "--method sublinear --structure tournament --activation printed",
        "--method live-sgd --batch 2 --weights recomputed",
        "--method live --init whole --bias-spread 0.2",
        "--method live --engine vectorized",
        "--method live-gradient-descent --engine vectorized --structure tournament",
        "--method sublinear --engine vectorized --weights implicit --step-rule backtracking",
        "--method live-sgd --engine vectorized --batch 3 --init whole",
        "--method gauss-newton --engine vectorized",
    ],
)
def test_interrupted_and_resumed_it_leaves_the_same_bytes(
    way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = f"{SMALL} {way}"
    status = call(capsys, f"train {options} {outputs('whole')}").status
    assert status in (0, 3)
    assert trained_in_two(capsys, options, ctrl_c="sgd" in way).status == status
    assert left("broken") == left("whole")


# ---- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ("--scalar exact --width 256", "out-of-range", ["--init", "exact lane", "live"]),
        ("--bias-spread 0.1", "out-of-range", ["--init", "--bias-spread", "live"]),
        ("--width 0", "out-of-range", ["--width", "from 1 to 2^62", "found 0"]),
        ("--width -5", "out-of-range", ["--width", "from 1 to 2^62", "found -5"]),
        (f"--width {2**62 + 1}", "out-of-range", ["--width", "2^62", str(2**62 + 1)]),
        (f"--width {2**200}", "out-of-range", ["--width", "2^62"]),
        ("--width 2.5", "usage", ["--width", "2.5"]),
        ("--width many", "usage", ["--width", "many"]),
        ("--init dead", "usage", ["--init", "dead", "live"]),
        (
            "--bias 3.2 --width 20",
            "no-firing-neuron",
            ["points 0, 1, 2, 3 are", "(rows ", "b = 3.2"],
        ),
        ("--bias 30", "no-firing-neuron", ["points 0, 1, 2, 3 are", "rows ", "512 scores"]),
        ("--bias 1e300", "no-firing-neuron", ["points 0, 1, 2, 3 are"]),
        ("--bias 30 --checkpoint new", "no-firing-neuron", ["points 0, 1, 2, 3 are"]),
    ],
)
@each_engine
def test_what_cannot_be_drawn_live_is_refused_by_name(
    engine: str, options: str, code: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    if engine == "vectorized" and "exact" in options:
        code, words = "out-of-range", ["exact"]
    command = f"train {SMALL} --method live --engine {engine} {options}"
    assert_refused(capsys, command, code, words)


@each_engine
def test_points_on_which_a_scan_finds_no_live_neuron_are_named_with_their_rows(
    engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = "--data small.csv --points 4 --width 64 --bias 2.4 --method live"
    told = assert_refused(capsys, f"train {options} --engine {engine}", "no-firing-neuron")
    with pytest.raises(NoFiringNeuron) as caught:
        build_run(
            Configuration(data="small.csv", points=4, width=64, bias=2.4), problem_of(), Nobody()
        ).step()
    rows = choose_points(load_table("small.csv", None), 4, 0).row_numbers
    assert 0 < len(caught.value.points) < 4
    for i in caught.value.points:
        assert str(rows[i]) in told.err
    assert "(row" in told.err
    assert "of 64 scores there is above b = 2.4" in told.err


def silent_points(bias: float) -> list[int]:
    """The points on which none of the neurons drawn live fires."""
    rows = np.array(problem_of().points)
    scores = draw_live(0, 512, rows, bias).weights @ rows.T
    return [i for i, above in enumerate((scores > bias).any(axis=0)) if not above]


@each_engine
def test_points_for_which_no_live_neuron_was_drawn_are_named_with_their_rows(
    engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    biases = [b / 20 for b in range(40, 80)]
    bias = next(b for b in biases if 0 < len(silent_points(b)) < 4)
    silent = silent_points(bias)
    rows = choose_points(load_table("small.csv", None), 4, 0).row_numbers
    words = [f"point{'s' if len(silent) > 1 else ''} {', '.join(map(str, silent))} "]
    words += [f"(rows {', '.join(str(rows[i]) for i in silent)} of the data)", "of 512 scores"]
    command = f"train {SMALL} --method live --engine {engine} --bias {bias} --checkpoint new"
    assert_refused(capsys, command, "no-firing-neuron", words)


@pytest.mark.parametrize("m", [1 << 45, 1 << 60, 1 << 62])
def test_weights_beyond_every_memory_are_out_of_memory(m: int) -> None:
    with pytest.raises(MemoryError):
        draw(0, m, 3, 0.0)
