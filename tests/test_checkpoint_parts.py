"""A checkpoint whose checksum is right and whose parts do not fit is refused, not gone on from."""

import json
from collections.abc import Callable
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reference.counters import Label
from reference.edges.command_line import status_of
from reference.edges.runs.checkpoint import (
    STATE,
    TOLD,
    Checkpoint,
    Header,
    discard_start,
    load_checkpoint,
    save_checkpoint,
    save_start,
    seconds_by_label,
)
from reference.edges.runs.replay import Dump
from reference.edges.runs.run_builder import build_run
from reference.edges.runs.run_errors import CheckpointDamaged, CheckpointExists
from reference.edges.setup.configuration import Configuration
from reference.edges.walkthrough.small_run import PROBLEM
from reference.training.observer import Nobody
from tests.fuzz.reference_targets import read_checkpoint
from tests.fuzz.signatures import signed_checkpoint
from tests.fuzz.small_run import kept

Fields = dict[str, Any]
"""The first line, as JSON reads it."""


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One for each structure."""
    folder = tmp_path_factory.mktemp("runs")
    return {name: (kept(folder, name) / STATE).read_bytes() for name in ("tournament", "ordered")}


def whole(payload: bytes) -> bytes:
    return payload


@pytest.mark.parametrize(
    ("structure", "edit", "cut", "words"),
    [
        ("tournament", lambda _: None, lambda numbers: numbers[:-3], "not as many as it says"),
        ("tournament", lambda h: h.update(columns=[-3, 10]), whole, "not as many as it says"),
        ("tournament", lambda h: h["columns"].reverse(), whole, "numbers of a neuron"),
        ("tournament", lambda h: h["drifts"].pop(), whole, "as many as their drifts"),
        ("tournament", lambda h: h["moved"].reverse(), whole, "not in order"),
        ("tournament", lambda h: h["moved"].append(h["moved"].pop() + 64), whole, "none of 0 … 63"),
        ("tournament", lambda h: h["moved"].__setitem__(0, -1), whole, "none of 0 … 63"),
        ("tournament", lambda h: h["earlier"].__setitem__(0, [64]), whole, "none of 0 … 63"),
        ("tournament", lambda h: h["earlier"].pop(), whole, "than 4 points"),
        ("tournament", lambda h: h["records"][0]["fired"].pop(), whole, "than 4 points"),
        ("tournament", lambda h: h["records"][0]["operations"].pop("init"), whole, "kind of"),
        ("tournament", lambda h: h["records"][0]["operations"]["init"].clear(), whole, "kind of"),
        ("tournament", lambda h: h["reports"][0].pop("decisions"), whole, "leaves out"),
        ("tournament", lambda h: h.update(format="firingtree checkpoint 1"), whole, "its format"),
        ("ordered", lambda h: h["shape"].pop(), lambda numbers: numbers[:-64], "other trees"),
        ("ordered", lambda h: h["shape"].__setitem__(0, 63), lambda numbers: numbers[:-1], "trees"),
    ],
)
def test_parts_that_do_not_fit_are_told(
    structure: str,
    edit: Callable[[Fields], object],
    cut: Callable[[bytes], bytes],
    words: str,
    checkpoints: dict[str, bytes],
    tmp_path: Path,
) -> None:
    read_checkpoint(tmp_path, checkpoints[structure])
    line, _, payload = checkpoints[structure].partition(b"\n")
    header = json.loads(line)
    edit(header)
    altered = signed_checkpoint(json.dumps(header).encode() + b"\n" + cut(payload))
    with pytest.raises(CheckpointDamaged, match=words):
        read_checkpoint(tmp_path, altered)


def kept_by(options: str, folder: Path) -> Checkpoint:
    """What a training of four points keeps of its last moment."""
    command = f"train --points 4 --width 64 --invariants off {options} --checkpoint"
    assert status_of([*command.split(), str(folder / "kept")]) == 0
    return load_checkpoint(folder / "kept")


def test_of_each_moved_neuron_there_are_its_weights_scores_and_drift(tmp_path: Path) -> None:
    found = kept_by("--steps 2", tmp_path)
    moved = found.header.moved
    assert len(moved) > 1
    assert found.header.columns == (64, 4)
    assert {len(row) for row in found.weights} == {64}
    assert [len(row) for row in found.scores] == [4] * len(moved)
    assert found.header.drifts == [0.0] * len(moved)


def test_where_nothing_moved_nothing_is_kept(tmp_path: Path) -> None:
    found = kept_by("--until 1e9", tmp_path)
    assert (found.header.moved, found.header.columns[0]) == ([], 0)
    assert (found.weights, found.scores) == ([], [])
    untouched = kept_by("--until 1e9 --method gauss-newton", tmp_path / "dense")
    assert untouched.header.columns == (0, 0)


def test_a_start_is_kept_once_and_can_be_taken_back(tmp_path: Path) -> None:
    folder, config = tmp_path / "kept", Configuration()
    folder.mkdir()
    save_start(folder, config, "digest")
    header = load_checkpoint(folder).header
    assert (header.config, header.records, header.columns) == (config, [], (0, 0))
    with pytest.raises(CheckpointExists):
        save_start(folder, config, "digest")
    discard_start(folder)
    assert not folder.exists()


@pytest.mark.parametrize("struct", [Header, Checkpoint, Dump])
def test_what_was_kept_does_not_change_and_is_made_by_names(struct: type[msgspec.Struct]) -> None:
    assert struct.__struct_config__.frozen
    kinds = {parameter.kind for parameter in signature(struct).parameters.values()}
    assert kinds == {Parameter.KEYWORD_ONLY}


def test_a_header_has_no_unknown_field() -> None:
    assert Header.__struct_config__.forbid_unknown_fields


def test_a_folder_in_place_of_a_checkpoint_is_damage(tmp_path: Path) -> None:
    (tmp_path / STATE).mkdir()
    with pytest.raises(CheckpointDamaged, match="directory"):
        load_checkpoint(tmp_path)


def test_a_run_that_has_not_begun_can_be_kept(tmp_path: Path) -> None:
    config = Configuration(points=3, width=8, bias=0.75, seed=49)
    run = build_run(config, PROBLEM, Nobody())
    save_checkpoint(tmp_path, config, "digest", run)
    header = load_checkpoint(tmp_path).header
    assert (header.earlier, header.records, header.moved) == (None, [], [])


def test_seconds_are_kept_to_the_millionth() -> None:
    run = build_run(Configuration(points=3, width=8, bias=0.75, seed=49), PROBLEM, Nobody())
    run.seconds.append({Label.QUERY: 0.12345678})
    assert seconds_by_label(run) == [{"query": 0.123457}]


def test_a_report_may_tell_no_more_than_it_must(
    checkpoints: dict[str, bytes], tmp_path: Path
) -> None:
    line, _, payload = checkpoints["tournament"].partition(b"\n")
    fields: Fields = json.loads(line)
    fields["reports"] = [dict.fromkeys(TOLD, 0)]
    read_checkpoint(tmp_path, signed_checkpoint(json.dumps(fields).encode() + b"\n" + payload))
