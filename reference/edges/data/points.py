"""From a table to training points: no repetitions, n rows chosen by the seed, of unit length."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import numpy as np

from reference.edges.data.data_errors import ConflictingRows, OneClassOnly, TooFewRows, ZeroRow
from reference.edges.data.table import ArrayF, Table
from reference.edges.networks.initial_network import POINTS_STREAM, stream
from reference.edges.system.request_errors import OutOfRange
from reference.errors import FiringtreeError, NoFiringNeuron, SingularGram
from reference.network import Problem

Norms = Literal["unit", "kept"]
"""What becomes of the rows' lengths: all 1, or as they are."""

LARGEST = 1e30
"""The largest coordinate, rate and spread: no loss that comes of them is beyond the floats."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The points that are trained on, what was done to get them, and their rows in the source."""

    name: str
    problem: Problem[float]
    remark: str
    digest: str
    row_numbers: list[int]


def choose_points(table: Table, n: int, seed: int, norms: Norms = "unit") -> Dataset:
    """n rows of the table, chosen by the seed, with labels ±1 or standardized.

    Rows have unit length, unless their norms are kept. Two different labels become −1 and +1, more
    are standardized. A row that repeats an earlier one (after normalization) with the same label is
    left out.

    Errors: `zero-row`, `conflicting-rows`, `one-class-only`, `too-few-rows`, `out-of-range`.
    """
    labels, label_remark = _scaled_labels(table)
    rows = marks = _unit_rows(table)
    if norms == "kept":
        rows = table.features
        if np.abs(rows).max() > LARGEST:
            raise OutOfRange("--norms", f"unit, for data with numbers beyond {LARGEST:g}", norms)
        marks = np.column_stack([marks, *np.frexp(np.abs(rows).max(axis=1))])
    kept = _without_repetitions(table, marks, labels)
    if len(kept) < n:
        raise TooFewRows(table.name, len(kept), n)
    order = stream(seed, POINTS_STREAM).permutation(len(kept))[:n].tolist()
    chosen = [kept[index] for index in order]
    points = tuple(tuple(row) for row in rows[chosen].tolist())
    chosen_labels = labels[chosen].tolist()
    if len(set(chosen_labels)) == 1:
        raise OneClassOnly(f"{table.name}, the {n} points that this seed chose", chosen_labels[0])
    dropped = len(rows) - len(kept)
    lengths = "rows normalized to unit length" if norms == "unit" else "rows' lengths kept"
    remarks = [table.remark, label_remark, lengths]
    if dropped:
        remarks.append(f"{dropped} repeated rows left out")
    problem = Problem(points, tuple(chosen_labels))
    numbers = [table.row_numbers[index] for index in chosen]
    return Dataset(table.name, problem, ", ".join(filter(None, remarks)), digest(problem), numbers)


def name_rows(error: FiringtreeError, dataset: Dataset) -> None:
    """An error about points says where they stand in their source."""
    if isinstance(error, NoFiringNeuron | SingularGram):
        error.rows = [dataset.row_numbers[i] for i in error.points]


def digest(problem: Problem[float]) -> str:
    """SHA-256 of the points and then the labels, 8 bytes each, little-endian."""
    state = sha256(np.array(problem.points, dtype="<f8").tobytes())
    state.update(np.array(problem.labels, dtype="<f8").tobytes())
    return state.hexdigest()


def _unit_rows(table: Table) -> ArrayF:
    """The rows with length 1, by way of rows with largest entry 1, so that no square overflows."""
    largest = np.abs(table.features).max(axis=1)
    if not largest.all():
        zero = [table.row_numbers[index] for index in np.flatnonzero(largest == 0).tolist()]
        raise ZeroRow(table.name, zero)
    scaled = table.features / largest[:, None]
    unit: ArrayF = scaled / np.sqrt((scaled * scaled).sum(axis=1))[:, None]
    return unit


def _scaled_labels(table: Table) -> tuple[ArrayF, str]:
    """Two classes as −1 and +1, more values with mean 0 and standard deviation 1."""
    labels = table.labels
    values = np.unique(labels).tolist()
    if len(values) == 1:
        raise OneClassOnly(table.name, values[0])
    if values == [-1.0, 1.0]:
        return labels, ""
    if len(values) == 2:
        return np.where(labels == values[1], 1.0, -1.0), (
            f"label {values[1]:g} is +1 and {values[0]:g} is −1"
        )
    scaled = labels / np.abs(labels).max()
    standardized: ArrayF = (scaled - scaled.mean()) / scaled.std()
    return standardized, "labels standardized"


def _without_repetitions(table: Table, marks: ArrayF, labels: ArrayF) -> list[int]:
    """The indices of the rows whose marks repeat no earlier row's, to twelve places.

    A row is marked by its direction and, where lengths are kept, by its largest number in two
    parts, the first below 1. Errors: `conflicting-rows`.
    """
    first: dict[tuple[float, ...], int] = {}
    for index, row in enumerate(marks.round(12).tolist()):
        earlier = first.setdefault(tuple(row), index)
        if labels[earlier] != labels[index]:
            numbers = table.row_numbers
            found = (float(table.labels[earlier]), float(table.labels[index]))
            raise ConflictingRows(table.name, numbers[earlier], numbers[index], found)
    return sorted(first.values())
