"""Where tables come from: bundled data sets, CSV and NPZ files."""

import csv
from math import isfinite
from pathlib import Path

import numpy as np
import numpy.typing as npt

from reference.edges.data.data_errors import (
    DataFileEmpty,
    DataFileMalformed,
    DataFileMissing,
    NonNumericCell,
    NotFiniteCell,
    TargetMissing,
)
from reference.edges.data.table import ArrayF, Table
from reference.edges.system.archives import ArchiveUnreadable, arrays_in
from reference.edges.system.system_error import why

BUNDLED = ("digits", "breast-cancer", "diabetes", "wine")
"""The data sets that come with scikit-learn: no download."""


def load_table(data: str, target: str | None) -> Table:
    """The table of a bundled data set or of a file, by its name.

    Errors: `data-file-missing`, `data-file-empty`, `data-file-malformed`, `non-numeric-cell`,
    `not-finite-cell`, `target-missing`.
    """
    if data in BUNDLED:
        from reference.edges.data.bundled_data import bundled_table  # only now: it takes a second

        return bundled_table(data)
    path = Path(data)
    try:
        match path.suffix.lower():
            case ".csv":
                return _from_csv(path, target)
            case ".npz":
                return _from_npz(path, target)
            case _:
                raise DataFileMissing(data, "neither a known data set nor a .csv or .npz file")
    except OSError as error:
        raise DataFileMissing(data, why(error)) from error


def data_file(data: str) -> Path | None:
    """The file of this name; none for a bundled data set."""
    return None if data in BUNDLED else Path(data)


# ---- files ---------------------------------------------------------------------------------------


def _from_csv(path: Path, target: str | None) -> Table:
    """A CSV file: a header if no cell of its first row is a number; the last column or the
    one named `target` holds the labels."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = [
                (number, row)
                for number, row in enumerate(csv.reader(file), 1)
                if len(row) > 1 or "".join(row).strip()
            ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataFileMalformed(str(path), f"not a text file of cells: {error}") from error
    if not lines:
        raise DataFileEmpty(str(path))
    header = [cell.strip() for cell in lines[0][1]]
    names = header if not any(_is_number(cell) for cell in header) else []
    body = lines[1:] if names else lines
    if not body:
        raise DataFileEmpty(str(path))
    if target is not None and target not in names:
        raise TargetMissing(str(path), target, names)
    width = len(header)
    columns = names or [str(column) for column in range(1, width + 1)]
    rows: list[list[float]] = []
    for number, cells in body:
        if len(cells) != width:
            found = f"row {number} has {len(cells)} cells, the first has {width}"
            raise DataFileMalformed(str(path), found)
        rows.append(
            [_number(path, number, name, cell) for name, cell in zip(columns, cells, strict=True)]
        )
    label_column = names.index(target) if target is not None else width - 1
    table = np.array(rows, dtype=np.float64)
    numbers = [number for number, _ in body]
    return _split(path, table, label_column, numbers, f"label: column {columns[label_column]}")


def _from_npz(path: Path, target: str | None) -> Table:
    """An NPZ file, never unpickled: one table whose last column holds the labels, or a table and a
    vector of labels (the one named `target` if there are several)."""
    arrays = _arrays_in(path)
    for name, array in arrays.items():
        if array.dtype.kind not in "fiub":
            raise DataFileMalformed(str(path), f"array {name!r} holds {array.dtype}, not numbers")
    if target is not None and target not in arrays:
        raise TargetMissing(str(path), target, sorted(arrays))
    tables = {name: array for name, array in arrays.items() if array.ndim == 2 and name != target}
    vectors = [name for name, array in arrays.items() if array.ndim == 1]
    if target is None and len(vectors) == 1:
        target = vectors[0]
    if len(tables) != 1 or (target is None and vectors):
        shapes = ", ".join(f"{name} {array.shape}" for name, array in sorted(arrays.items()))
        raise DataFileMalformed(
            str(path), f"expected one table and one vector of labels, found {shapes or 'nothing'}"
        )
    (features,) = map(_in_floats, tables.values())
    if not features.size:
        raise DataFileEmpty(str(path))
    if target is None:
        table, label_column = features, features.shape[1] - 1
    else:
        labels = _in_floats(arrays[target])
        if labels.shape != (len(features),):
            found = f"{len(features)} rows of features but labels of shape {labels.shape}"
            raise DataFileMalformed(str(path), found)
        table, label_column = np.column_stack([features, labels]), features.shape[1]
    numbers = list(range(1, len(table) + 1))
    for index, column in np.argwhere(~np.isfinite(table)).tolist():
        raise NotFiniteCell(str(path), numbers[index], str(column + 1), str(table[index, column]))
    label = "label: the last column" if target is None else f"label: array {target}"
    return _split(path, table, label_column, numbers, label)


def _in_floats(array: npt.NDArray[np.generic]) -> ArrayF:
    """The same numbers in binary64, those beyond it infinite."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(array, dtype=np.float64)


def _arrays_in(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of an archive, by name. Errors: `data-file-malformed`."""
    with path.open("rb") as file:
        try:
            return arrays_in(file)
        except ArchiveUnreadable as error:
            raise DataFileMalformed(str(path), str(error)) from error


def _split(
    path: Path, table: ArrayF, label_column: int, row_numbers: list[int], remark: str
) -> Table:
    """Labels and features of one table of numbers."""
    if table.shape[1] < 2:
        raise DataFileMalformed(str(path), "one column only: expected features and a label")
    features: ArrayF = np.delete(table, label_column, axis=1)
    labels: ArrayF = table[:, label_column]
    return Table(path.name, features, labels, row_numbers, remark)


def _is_number(cell: str) -> bool:
    """Is it written as a number? (Python would take 1_0 for ten.)"""
    if "_" in cell:
        return False
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(path: Path, row: int, column: str, cell: str) -> float:
    """The finite number in a cell. Errors: `non-numeric-cell`, `not-finite-cell`."""
    if not _is_number(cell):
        raise NonNumericCell(str(path), row, column, cell)
    value = float(cell)
    if not isfinite(value):
        raise NotFiniteCell(str(path), row, column, cell)
    return value
