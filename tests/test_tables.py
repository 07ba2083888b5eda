"""What a data file or a bundled data set becomes: rows of unit length, labels ±1 or standardized.

Lengths and variances are computed as rationals and may be off by 2⁻⁵⁰ for each number in the sum.
"""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from reference.edges.data.data_errors import ConflictingRows
from reference.edges.data.points import Dataset, choose_points, digest
from reference.edges.data.table import ArrayF, Table
from reference.edges.data.tables import load_table

ROWS = [[1.0, 2.0, 0.0], [2.0, 1.0, 1.0], [1.0, 1.0, 0.0], [3.0, -1.0, 1.0]]
ROUNDING = Fraction(1, 2**50)
CELLS = "1,2,0\n2,1,1\n1,1,0\n3,-1,1\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def csv(content: str, target: str | None = None) -> Table:
    Path("table.csv").write_text(content, encoding="utf-8")
    return load_table("table.csv", target)


def npz(arrays: Mapping[str, ArrayF], target: str | None = None) -> Table:
    np.savez("table.npz", allow_pickle=False, **arrays)
    return load_table("table.npz", target)


def rows(table: Table) -> list[list[float]]:
    """Features, then the label, as Python floats."""
    values: list[list[float]] = np.column_stack([table.features, table.labels]).tolist()
    return values


# ---- files ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "content",
    [
        CELLS,
        CELLS.replace("\n", "\r\n"),
        CELLS.rstrip("\n"),
        "\ufeff" + CELLS,
        "height,weight,label\n" + CELLS,
        "\ufeffheight,weight,label\n" + CELLS,
        '"height, cm","weight ""kg""",label\n' + CELLS,
        "\n\nheight,weight,label\n\n" + CELLS.replace("\n", "\n\n"),
        '"1"," 2 ",0\n2,"1",1\n1.0,1e0,"0"\n+3,-1.,1\n',
    ],
)
def test_a_csv_file_may_have_a_header_a_bom_blank_lines_and_quotes(content: str) -> None:
    assert rows(csv(content)) == ROWS


@pytest.mark.usefixtures("folder")
def test_row_numbers_are_those_that_an_editor_shows() -> None:
    assert csv("a,b,c\n1,2,0\n\n2,1,1\n").row_numbers == [2, 4]


@pytest.mark.usefixtures("folder")
def test_target_names_the_label_column_wherever_it_stands() -> None:
    named = csv("label, height ,weight\n0,1,2\n1,2,1\n0,1,1\n1,3,-1\n", "label")
    assert rows(named) == ROWS
    assert csv("x,height,y\n1,7,2\n2,8,3\n", "height").labels.tolist() == [7.0, 8.0]


@pytest.mark.usefixtures("folder")
def test_an_npz_file_holds_one_table_or_a_table_and_labels() -> None:
    whole = np.array(ROWS)
    features, labels = whole[:, :2], whole[:, 2]
    assert rows(npz({"any": whole})) == ROWS
    assert rows(npz({"X": features, "y": labels})) == ROWS
    assert rows(npz({"X": features, "y": labels, "z": -labels}, "y")) == ROWS
    assert rows(npz({"X": features.astype(np.float32), "y": labels.astype(np.bool_)})) == ROWS
    assert rows(npz({"X": features.astype(np.int8), "y": labels.astype(np.uint64)})) == ROWS
    assert rows(npz({"X": np.asfortranarray(features), "y": labels[::-1][::-1]})) == ROWS


@pytest.mark.parametrize(
    ("name", "n", "d", "plus", "remark"),
    [
        ("digits", 357, 64, 183, "digits 3 (+1) against 8 (−1)"),
        ("breast-cancer", 569, 30, 357, "benign (+1) against malignant (−1)"),
        ("wine", 178, 13, 59, "first cultivar (+1) against the others (−1)"),
    ],
)
def test_the_bundled_classifications_have_their_known_sizes(
    name: str, n: int, d: int, plus: int, remark: str
) -> None:
    dataset = choose_points(load_table(name, None), n, 0)
    assert (dataset.problem.n, dataset.problem.d) == (n, d)
    assert sorted(dataset.problem.labels) == [-1.0] * (n - plus) + [1.0] * plus
    assert remark in dataset.remark


def test_diabetes_is_a_regression_with_standardized_labels() -> None:
    dataset = choose_points(load_table("diabetes", None), 442, 0)
    assert (dataset.problem.n, dataset.problem.d) == (442, 10)
    assert_standardized(dataset)


# ---- points --------------------------------------------------------------------------------------


def assert_standardized(dataset: Dataset) -> None:
    """Mean 0 and standard deviation 1."""
    labels = [Fraction(y) for y in dataset.problem.labels]
    mean = sum(labels, Fraction()) / len(labels)
    variance = sum((y * y for y in labels), Fraction()) / len(labels)
    assert abs(mean) <= ROUNDING
    assert abs(variance - 1) <= len(labels) * ROUNDING
    assert "labels standardized" in dataset.remark


def assert_unit_rows(dataset: Dataset) -> None:
    for row in dataset.problem.points:
        squared = sum((Fraction(x) * Fraction(x) for x in row), Fraction())
        assert abs(squared - 1) <= len(row) * ROUNDING
    assert "rows normalized to unit length" in dataset.remark


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("low", "high"), [("0", "1"), ("-3", "7.5"), ("1", "2"), ("0", "1e300")])
def test_the_lower_of_two_labels_is_minus_one_and_the_upper_plus_one(low: str, high: str) -> None:
    dataset = choose_points(csv(f"1,2,{high}\n2,1,{low}\n1,1,{high}\n"), 3, 0)
    by_point = dict(zip(dataset.problem.points, dataset.problem.labels, strict=True))
    assert [by_point[x] for x in sorted(by_point)] == [1.0, 1.0, -1.0]
    assert f"label {float(high):g} is +1 and {float(low):g} is −1" in dataset.remark


@pytest.mark.usefixtures("folder")
def test_labels_of_minus_and_plus_one_stay_as_they_are() -> None:
    dataset = choose_points(csv("1,2,1\n2,1,-1\n"), 2, 0)
    assert sorted(dataset.problem.labels) == [-1.0, 1.0]
    assert "is +1" not in dataset.remark


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("scale", ["", "e200", "e307", "e-200", "e-307"])
def test_three_labels_are_standardized_whatever_their_magnitude(scale: str) -> None:
    content = f"1,2,-1{scale}\n2,1,2{scale}\n1,1,7{scale}\n"
    assert_standardized(choose_points(csv(content), 3, 0))


@pytest.mark.parametrize("name", ["digits", "breast-cancer", "diabetes", "wine"])
def test_bundled_rows_have_unit_length(name: str) -> None:
    assert_unit_rows(choose_points(load_table(name, None), 100, 0))


@pytest.mark.usefixtures("folder")
def test_huge_and_tiny_rows_have_unit_length_too() -> None:
    content = "1e300,-1e300,0\n1e-300,2e-300,1\n5e-324,0,0\n-1.7e308,1e-320,1\n1,1e200,0\n"
    dataset = choose_points(csv(content), 5, 0)
    assert_unit_rows(dataset)
    assert (1.0, 0.0) in dataset.problem.points


@pytest.mark.usefixtures("folder")
def test_a_row_that_repeats_a_direction_with_its_label_is_left_out_and_said_so() -> None:
    dataset = choose_points(csv(CELLS + "2,4,0\n3e200,3e200,0\n1,1,0\n"), 4, 0)
    assert dataset.problem.n == 4
    assert len(set(dataset.problem.points)) == 4
    assert "3 repeated rows left out" in dataset.remark


@pytest.mark.usefixtures("folder")
def test_a_row_of_the_opposite_direction_is_another_row() -> None:
    assert "repeated" not in choose_points(csv("1,2,0\n-1,-2,1\n"), 2, 0).remark


@pytest.mark.usefixtures("folder")
def test_conflicting_rows_are_named_as_an_editor_shows_them() -> None:
    with pytest.raises(ConflictingRows) as caught:
        choose_points(csv("a,b,c\n1,2,3\n\n2,1,4\n10,20,5\n"), 2, 0)
    assert (caught.value.first, caught.value.second) == (2, 5)
    assert caught.value.labels == (3.0, 5.0)


def test_the_seed_chooses_the_points() -> None:
    table = load_table("digits", None)
    digests = [choose_points(table, 8, seed).digest for seed in (0, 0, 1, 2)]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_more_points_of_a_seed_begin_with_the_fewer() -> None:
    table = load_table("wine", None)
    few, many = (choose_points(table, n, 5).problem for n in (8, 20))
    assert many.points[:8] == few.points


def test_the_digest_is_that_of_the_points_and_labels() -> None:
    dataset = choose_points(load_table("wine", None), 8, 0)
    assert dataset.digest == digest(dataset.problem)
