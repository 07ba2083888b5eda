"""A checkpoint whose checksum is right and whose parts do not fit is refused, not gone on from."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reference.edges.runs.checkpoint import STATE
from reference.edges.runs.run_errors import CheckpointDamaged
from tests.fuzz.reference_targets import read_checkpoint
from tests.fuzz.signatures import signed_checkpoint
from tests.fuzz.small_run import kept

Header = dict[str, Any]
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
        ("ordered", lambda h: h["shape"].pop(), lambda numbers: numbers[:-64], "other trees"),
        ("ordered", lambda h: h["shape"].__setitem__(0, 63), lambda numbers: numbers[:-1], "trees"),
    ],
)
def test_parts_that_do_not_fit_are_told(
    structure: str,
    edit: Callable[[Header], object],
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
