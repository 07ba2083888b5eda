"""The same configuration gives the same bytes; what must be equal everywhere is kept as digests.

`make determinism` looks further: every Python on the PATH, `-O`, every BLAS kernel that runs here.
"""

import os
import re
import subprocess
import sys
from math import sqrt
from pathlib import Path

import msgspec
import numpy as np
import pytest
import sympy

from reference.edges.networks.initial_network import draw, shift_for
from tests.determinism import GOLDEN, PLAIN, Digests, Run, steps_apart

pytestmark = pytest.mark.thorough

HOUSE = Path(__file__).parent.parent

ZIGGURAT_TAIL = 3.654
"""numpy draws normal numbers beyond this by log1p, whose last bit is the mathematics library's."""

COORDINATES = {"small.csv": 3, "digits": 64, "diabetes": 10}

OTHERWISE = {
    "PYTHONHASHSEED": "271828",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TZ": "Pacific/Chatham",
    "LC_ALL": "tr_TR.UTF-8",
    "COLUMNS": "40",
}
"""An environment in which nothing is as it was."""


def found(folder: Path, **environment: str) -> Digests:
    """The digests of runs by a process started in this folder, with this in its environment."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.determinism"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(HOUSE), **environment},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return msgspec.json.decode(done.stdout, type=Digests)


@pytest.fixture(scope="module")
def here() -> Digests:
    return found(HOUSE, PYTHONHASHSEED="0")


def test_what_is_the_same_everywhere_has_the_digests_that_are_kept(here: Digests) -> None:
    """`python -m tests.determinism keep` keeps them anew, after a change that means to."""
    assert here.everywhere == msgspec.json.decode(GOLDEN.read_bytes(), type=dict[str, str])


def test_engines_are_within_their_bounds_of_each_other(here: Digests) -> None:
    assert here.beyond == []


def test_hashes_threads_languages_and_folders_change_no_byte(here: Digests, tmp_path: Path) -> None:
    assert found(tmp_path, **OTHERWISE) == here


def test_no_weight_that_is_kept_comes_from_the_far_tail() -> None:
    """Else the kept digests would be those of one mathematics library."""
    for options in PLAIN.values():
        data, width, seed = (
            re.findall(rf"--{name} (\S+)", options) or ["0"] for name in ("data", "width", "seed")
        )
        weights = draw(int(seed[0]), int(width[0]), COORDINATES[data[0]], 0.0).weights
        assert np.abs(weights).max() < ZIGGURAT_TAIL, options


@pytest.mark.parametrize("m", [2, 1 << 15, 9170, 136_837, 1 << 62])
def test_the_shift_is_no_mathematics_librarys(m: int) -> None:
    """glibc's ln 9170 is the other neighbour."""
    assert shift_for(0.5, m) == sqrt(float(sympy.log(m).evalf(60)))


RUN = b"""{"invariants":{"bounds":[{"output_error":1e-12,"borderline":0}]},"steps":[
{"step":0,"loss":0.5,"fired":[1],"union":1,"switched":0,"firing_digest":"a","rule":"full","size":1,
"damping":0,"trials":0,"moved":1,"rounds":0,"accuracy":0,"solver_operations":{},"operations":{}}]}"""


@pytest.mark.parametrize(
    ("before", "after", "apart"),
    [
        (b"0.5", b"0.500000000001", []),
        (b"0.5", b"0.500000000004", [0]),
        (b'"a"', b'"b"', [0]),
        (b'"operations":{}', b'"operations":{"query":{"comparisons":1}}', [0]),
        (b'"borderline":0', b'"borderline":1', [0]),
    ],
)
def test_runs_are_apart_beyond_their_bounds_or_in_any_count(
    before: bytes, after: bytes, apart: list[int]
) -> None:
    one = msgspec.json.decode(RUN, type=Run)
    other = msgspec.json.decode(RUN.replace(before, after), type=Run)
    assert list(steps_apart(one, other)) == apart
