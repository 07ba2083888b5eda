"""The command line as a test calls it, and what it leaves in the present folder."""

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from reference.counters import Counts, Label
from reference.edges.command_line import status_of
from reference.edges.setup.configuration import Configuration
from reference.training.trace import Record

DATA = "1,2,3,0\n2,1,-1,1\n1,1,0,0\n3,-1,1,1\n-1,4,1,0\n2,3,3,1\n"
"""Six rows in three coordinates, two classes."""

SMALL = "--data small.csv --points 4 --width 64 --alpha 0.1"
"""A run on four of them that is right in everything."""

OF_OPTIONS = ("out-of-range", "output-collision", "output-folder-missing")
"""The errors of an option, or of an argument."""

GRADIENT = ["gradient-descent", "sublinear-gradient-descent", "sgd", "sublinear-sgd"]
METHODS = ["gauss-newton", "sublinear", *GRADIENT]


class Told(NamedTuple):
    """How a command ended, and what it wrote on both streams."""

    status: int
    out: str
    err: str


class Settings(Configuration, frozen=True, kw_only=True):
    """The part `config` of a run's JSON."""

    shift: float


class Step(msgspec.Struct):
    """One of `steps`."""

    loss: float
    switched: int
    rule: str
    operations: dict[str, dict[str, int]]


class Checked(msgspec.Struct):
    """The part `invariants`."""

    checks: dict[str, int]
    violations: list[str]
    bounds: list[dict[str, float]]


class Document(msgspec.Struct):
    """What a run's JSON holds at least."""

    config: Settings
    data: dict[str, str | int]
    steps: list[Step]
    converged: bool
    reason: str
    remark: str
    invariants: Checked


def call(capsys: pytest.CaptureFixture[str], arguments: str | Sequence[str]) -> Told:
    """What `firingtree` does and says."""
    capsys.readouterr()
    status = status_of(arguments.split() if isinstance(arguments, str) else list(arguments))
    return Told(status, *capsys.readouterr())


def trained(options: str) -> Document:
    """The JSON of a run with these options, which ends by itself."""
    assert status_of(f"train {options} --json run.json".split()) in (0, 3)
    return msgspec.json.decode(Path("run.json").read_bytes(), type=Document)


def traced(options: str) -> list[Record]:
    """The records of a run with these options, which ends by itself."""
    assert status_of(f"train {options} --trace run.jsonl".split()) in (0, 3)
    lines = Path("run.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Record) for line in lines]


def counts_of(operations: dict[str, dict[str, int]]) -> dict[Label, Counts]:
    """The counts of a record, by label."""
    return {label: Counts(**operations[label.value]) for label in Label}


def lying_here() -> dict[str, str]:
    """Everything in the present folder: a digest of each file's bytes, nothing for a folder."""
    return {
        str(path): sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in Path().rglob("*")
    }


def assert_error(told: str, code: str, words: Sequence[str]) -> None:
    """It is this error, with these words; if it is of an option it begins with its name."""
    head = f"firingtree: error[{code}]: "
    assert told.startswith(head)
    assert [word for word in words if word not in told] == []
    if code in OF_OPTIONS:
        assert re.match("(--[a-z-]+|DIR|the grid)[: ]", told.removeprefix(head))


def assert_refused(
    capsys: pytest.CaptureFixture[str],
    arguments: str | Sequence[str],
    code: str,
    words: Sequence[str] = (),
) -> Told:
    """It ends with this error in one line and status 2, and the folder is as it was."""
    before = lying_here()
    told = call(capsys, arguments)
    assert_error(told.err, code, words)
    assert told.err.count("\n") == 1
    assert told.status == 2
    assert lying_here() == before
    return told
