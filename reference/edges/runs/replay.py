"""Dumps of violated invariants, and their replay.

A dump holds the configuration, the data, and what was violated when. Runs are deterministic, so
running the same configuration to the same step shows the same violation, however the structures
came to be as they were.
"""

from collections.abc import Sequence
from importlib.metadata import version
from math import isfinite
from pathlib import Path

import msgspec

from reference.edges.data.points import Dataset, digest
from reference.edges.runs.checkpoint import UNDECODABLE
from reference.edges.runs.run_errors import DumpUnreadable
from reference.edges.setup.configuration import Configuration
from reference.edges.system.output_files import write_whole
from reference.edges.system.system_error import why
from reference.errors import BadShape
from reference.network import Problem
from reference.violation import Violation

FORMAT = "firingtree violation 1"


class Dump(msgspec.Struct, frozen=True, kw_only=True):
    """One violated run. Points and labels are written as hexadecimal floats, bit for bit."""

    format: str
    version: str
    config: Configuration
    data: str
    remark: str
    points: list[list[str]]
    labels: list[str]
    step: int
    violations: list[Violation]

    @property
    def dataset(self) -> Dataset:
        """The data of the violated run."""
        points = tuple(tuple(float.fromhex(x) for x in row) for row in self.points)
        problem = Problem(points, tuple(float.fromhex(y) for y in self.labels))
        rows = list(range(1, problem.n + 1))
        return Dataset(self.data, problem, self.remark, digest(problem), rows)


def write_dump(
    path: Path,
    config: Configuration,
    dataset: Dataset,
    step: int,
    violations: Sequence[Violation],
) -> None:
    """The file tells how to see these violations again. Errors: `output-not-written`."""
    dump = Dump(
        format=FORMAT,
        version=version("firingtree"),
        config=config,
        data=dataset.name,
        remark=dataset.remark,
        points=[[x.hex() for x in row] for row in dataset.problem.points],
        labels=[y.hex() for y in dataset.problem.labels],
        step=step,
        violations=list(violations),
    )
    write_whole(path, msgspec.json.format(msgspec.json.encode(dump), indent=1) + b"\n")


def read_dump(path: Path) -> Dump:
    """The dump in this file. Errors: `dump-unreadable`, `out-of-range`."""
    try:
        dump = msgspec.json.decode(path.read_bytes(), type=Dump)
        dataset = dump.dataset
    except OSError as error:
        raise DumpUnreadable(str(path), why(error)) from error
    except (*UNDECODABLE, OverflowError, BadShape) as error:
        raise DumpUnreadable(str(path), str(error)) from error
    if dump.format != FORMAT:
        raise DumpUnreadable(str(path), f"its format is {dump.format!r}, not {FORMAT!r}")
    if dump.step < 0 or not dump.violations:
        raise DumpUnreadable(str(path), "it tells of no violation")
    numbers = [c for x in dataset.problem.points for c in x] + list(dataset.problem.labels)
    if not all(map(isfinite, numbers)):
        raise DumpUnreadable(str(path), "its points and labels are not all finite")
    dump.config.check()
    return dump
