"""`--engine vectorized` on the command line: traces, Ctrl-C, replays, and what it does not do."""

import json
import re
from pathlib import Path

import msgspec
import numpy as np
import pytest

from reference.edges.runs.checkpoint import load_checkpoint
from reference.ports.vectorized.tournament_arrays import TournamentArrays
from tests.commands import DATA, METHODS, SMALL, assert_refused, call, traced
from tests.interruptions import press_ctrl_c_in

pytestmark = pytest.mark.plain

LIVE_METHODS = ["live", "live-gradient-descent", "live-sgd"]
RUN = f"{SMALL} --steps 3 --until 0"
FAST = "--engine vectorized"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)


# ---- what a run leaves ---------------------------------------------------------------------------


def keys_of(value: object) -> object:
    """All names in it, in order, and the kinds of its values."""
    if isinstance(value, dict):
        return [(key, keys_of(part)) for key, part in value.items()]
    if isinstance(value, list):
        return [keys_of(part) for part in value[:1]]
    return type(value).__name__


def test_traces_and_documents_have_the_keys_of_the_plain_engine_s() -> None:
    for method in METHODS + LIVE_METHODS:
        seen = []
        for engine in ("plain", "vectorized"):
            options = f"{RUN} --method {method} --structure scan --engine {engine}"
            traced(f"{options} --json run.json")
            lines = [json.loads(line) for line in Path("run.jsonl").read_bytes().splitlines()]
            document = json.loads(Path("run.json").read_bytes())
            assert document["config"].pop("engine") == engine
            seen.append((keys_of(lines), keys_of(document), lines[0].keys()))
        assert seen[0] == seen[1]


@pytest.mark.parametrize("options", ["", "--method live --step-rule damped", "--method sgd"])
def test_the_heading_says_that_it_runs_on_arrays_and_the_verdict_what_was_certified(
    options: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = call(capsys, f"train {RUN} {options}")
    told = call(capsys, f"train {RUN} {options} {FAST}")
    assert ", on arrays, invariants touched, seed 0" in told.out
    assert ", on arrays" not in plain.out
    assert told.status == plain.status
    assert "exact run: the same firing sets, " in told.out


def test_a_network_drawn_in_many_blocks_is_the_plain_engine_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Drawn, scanned and summed a few neurons at a time, on real data."""
    monkeypatch.setattr("reference.ports.vectorized.start_arrays.ROWS", 37)
    monkeypatch.setattr("reference.ports.vectorized.arrays.BLOCK", 16)
    options = "--data digits --points 4 --width 300 --alpha 0.1 --steps 2 --invariants off"
    for method in ("sublinear", "live", "gauss-newton"):
        plain = traced(f"{options} --method {method} --network plain.npz")
        arrays = traced(f"{options} --method {method} {FAST} --network arrays.npz")
        assert [r.firing_digest for r in arrays] == [r.firing_digest for r in plain]
        assert [r.switched for r in arrays] == [r.switched for r in plain]
        with np.load("plain.npz") as one, np.load("arrays.npz") as other:
            for name in ("places", "signs", "width", "shift", "scale", "offset"):
                assert one[name].tolist() == other[name].tolist()


# ---- interrupted ---------------------------------------------------------------------------------


@pytest.mark.parametrize("options", ["--structure scan", "--method live-sgd --batch 2"])
def test_ctrl_c_keeps_the_step_under_way(options: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = call(capsys, f"train {RUN} {FAST} {options} --checkpoint whole").status
    with pytest.MonkeyPatch.context() as patch:
        press_ctrl_c_in(patch, 2)
        told = call(capsys, f"train {RUN} {FAST} {options} --checkpoint broken")
    assert told.status == 130
    assert len(load_checkpoint(Path("broken")).header.records) == 2
    assert call(capsys, "train --resume broken").status == status
    assert Path("broken/state.ckpt").read_bytes() == Path("whole/state.ckpt").read_bytes()


def test_a_run_is_not_resumed_by_the_other_engine(capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, f"train {RUN} {FAST} --checkpoint kept")
    told = call(capsys, "train --resume kept --engine plain")
    assert told.status == 2
    assert "error[checkpoint-mismatch]" in told.err
    assert "--engine is plain here and vectorized there" in told.err


# ---- replayed ------------------------------------------------------------------------------------


def repairs_nothing(patch: pytest.MonkeyPatch) -> None:
    """Nodes above leaves that moved stay as they were; the counts are right."""
    right = TournamentArrays.repaired

    def stale(arrays: TournamentArrays, moving: object) -> object:
        inner = arrays.nodes[: arrays.m].copy()
        cost = right(arrays, moving)  # type: ignore[arg-type]
        arrays.nodes[: arrays.m] = inner
        return cost

    patch.setattr(TournamentArrays, "repaired", stale)


def test_a_violation_on_arrays_is_dumped_and_replayed_on_arrays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        repairs_nothing(patch)
        told = call(capsys, f"train {RUN} {FAST}")
        assert told.status == 4
        assert "error[invariant-violated]: tournament/inner-node: " in told.err
        (dump,) = Path().glob("violation-*.json")
        assert json.loads(dump.read_bytes())["config"]["engine"] == "vectorized"
        again = call(capsys, f"train --replay {dump}")
        assert (again.status, again.out.endswith("\nreproduced\n")) == (4, True)
    gone = call(capsys, f"train --replay {dump}")
    assert gone.status == 0
    assert re.search(r"not reproduced: no violation up to step \d", gone.out)


# ---- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--scalar exact", ["--scalar", "expected float", "found exact"]),
        ("--bias-spread 0.25", ["--bias-spread", "expected 0", "found 0.25"]),
        ("--structure ordered", ["--structure", "tournament or scan", "found ordered"]),
        ("--structure incremental", ["--structure", "tournament or scan", "found incremental"]),
        ("--method live --structure ordered", ["--structure", "found ordered"]),
        ("--weights recomputed", ["--weights", "rewritten or implicit", "found recomputed"]),
    ],
)
def test_what_the_engine_does_not_do_is_refused_by_name(
    options: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*words, "with --engine vectorized"]
    assert_refused(capsys, f"train {SMALL} {FAST} {options}", "out-of-range", words)


def test_an_engine_of_another_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--engine", "fast", "plain", "vectorized"]
    assert_refused(capsys, f"train {SMALL} --engine fast", "usage", words)


def test_a_dump_of_what_the_engine_does_not_do_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        repairs_nothing(patch)
        call(capsys, f"train {RUN} {FAST}")
    (dump,) = Path().glob("violation-*.json")
    content = json.loads(dump.read_bytes())
    content["config"]["weights"] = "recomputed"
    dump.write_bytes(msgspec.json.encode(content))
    assert_refused(capsys, f"train --replay {dump}", "out-of-range", ["--weights"])
