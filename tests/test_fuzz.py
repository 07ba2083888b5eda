"""What is fuzzed reads its real files, and what was found once comes to what it must.

`make fuzz` goes on from here, under atheris. A find is a file of `tests/fuzz/finds`: a folder for
each target, in it files named for the error they are refused with and for what is wrong with them.
"""

import os
import pickle
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest

from reference.edges.data.data_errors import DataFileMalformed
from reference.edges.data.tables import load_table
from tests.fuzz.table import TARGETS
from tests.fuzz.target import ACCEPTED, Target

FINDS = sorted((Path(__file__).parent / "fuzz" / "finds").glob("*/*"))
ALTERED = 6
"""How many altered files of each target are read."""


@pytest.fixture(params=TARGETS.values(), ids=list(TARGETS))
def target(request: pytest.FixtureRequest) -> Target:
    found = request.param
    assert isinstance(found, Target)
    return found


def test_real_files_are_read_and_altered_ones_are_read_or_refused_by_name(
    target: Target, tmp_path: Path
) -> None:
    seeds = target.seeds(tmp_path)
    assert ACCEPTED in {target.outcome(tmp_path, content) for content in seeds}
    for drawn in range(ALTERED):
        random = Random(drawn)
        assert target.outcome(tmp_path, target.mutated(random.choice(seeds), random))


@pytest.mark.parametrize("find", FINDS, ids=[f"{p.parent.name}/{p.name}" for p in FINDS])
def test_what_was_found_comes_to_what_it_must(find: Path, tmp_path: Path) -> None:
    target, (code, *_) = TARGETS[find.parent.name], find.name.split(".")
    target.seeds(tmp_path)
    assert target.outcome(tmp_path, find.read_bytes()) == code


def test_every_find_is_of_a_target() -> None:
    assert {find.parent.name for find in FINDS} <= set(TARGETS)
    assert FINDS


class Executed:
    """Unpickling it makes a folder."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (self._path,)


@pytest.mark.parametrize("member", ["object array", "bare pickle", "whole file"])
def test_a_pickled_object_is_refused_by_name_and_not_run(member: str, tmp_path: Path) -> None:
    made, path = tmp_path / "made", tmp_path / "table.npz"
    held = Executed(str(made))
    if member == "object array":
        np.savez(path, allow_pickle=True, points=np.array([[held]], dtype=object), label=np.ones(1))
    elif member == "bare pickle":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("points.npy", pickle.dumps(held))
    else:
        path.write_bytes(pickle.dumps(held))
    with pytest.raises(DataFileMalformed) as refused:
        load_table(str(path), None)
    assert (refused.value.code, made.exists()) == ("data-file-malformed", False)
    pickle.loads(pickle.dumps(held))
    assert made.exists()


def test_an_archive_that_unpacks_to_more_than_is_free_is_refused_before_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.npz"
    np.savez_compressed(path, points=np.zeros((1000, 1000)), label=np.ones(1000))
    packed, free = path.stat().st_size, 1 << 20
    assert packed < free < 8 * 1000 * 1000
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=free))
    tracemalloc.start()
    with pytest.raises(DataFileMalformed, match="larger than the memory that is free"):
        load_table(str(path), None)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < free
