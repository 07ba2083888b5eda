"""Archives, tables, points, files of networks: what exactly they hold, and what is said if not."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import pytest

from reference.edges.data.bundled_data import bundled_table
from reference.edges.data.data_errors import NonNumericCell, OneClassOnly
from reference.edges.data.points import LARGEST, choose_points
from reference.edges.data.table import Table
from reference.edges.data.tables import load_table
from reference.edges.networks.network_errors import NetworkDamaged
from reference.edges.runs.network_file import network_file, whole_weights
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.edges.system.archives import ArchiveUnreadable, arrays_in
from reference.edges.system.request_errors import OutOfRange
from reference.edges.walkthrough.small_run import PROBLEM
from reference.training.observer import Nobody

pytestmark = pytest.mark.plain

Arrays = dict[str, npt.NDArray[np.generic]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def archive(arrays: Arrays) -> bytes:
    """An archive of these arrays."""
    content = BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    return content.getvalue()


# ---- archives ------------------------------------------------------------------------------------


def unreadable(content: bytes) -> str:
    """What is said of it."""
    with pytest.raises(ArchiveUnreadable) as caught:
        arrays_in(BytesIO(content))
    return str(caught.value)


def test_what_is_no_archive_is_told_by_what_it_is() -> None:
    one = BytesIO()
    np.save(one, np.zeros(2))
    assert unreadable(one.getvalue()) == "one array, not an .npz archive of arrays"
    found = "not an .npz archive of numbers: damaged, or with objects that are no numbers"
    assert unreadable(b"some words") == found
    cut = archive({"x": np.zeros(2)})[:-30]
    assert unreadable(cut) == "not an .npz archive of numbers: File is not a zip file"


def test_arrays_are_unpacked_if_they_fit_into_the_memory_that_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = archive({"x": np.zeros(100), "y": np.zeros(3)})
    size = sum(part.file_size for part in zipfile.ZipFile(BytesIO(content)).infolist())
    assert size > 824
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=size))
    assert {name: len(array) for name, array in arrays_in(BytesIO(content)).items()} == {
        "x": 100,
        "y": 3,
    }
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=size - 1))
    assert unreadable(content) == "its arrays are larger than the memory that is free"


def test_an_archive_that_an_old_python_wrote_is_read_without_advice() -> None:
    """Its lengths have an L behind them, of which numpy would warn."""
    told = b"{'descr': '<f8', 'fortran_order': False, 'shape': (2L,), }".ljust(117) + b"\n"
    array = b"\x93NUMPY\x01\x00" + len(told).to_bytes(2, "little") + told + np.ones(2).tobytes()
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("x.npy", array)
    assert arrays_in(BytesIO(content.getvalue()))["x"].tolist() == [1.0, 1.0]


# ---- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["digits", "wine", "breast-cancer", "diabetes"])
def test_a_bundled_table_has_labels_of_one_row_numbers_and_standard_columns(name: str) -> None:
    table = bundled_table(name)
    assert table.row_numbers == list(range(1, len(table.labels) + 1))
    if name in ("digits", "wine"):
        assert set(table.labels.tolist()) == {1.0, -1.0}
    if name != "digits":
        assert np.abs(table.features.mean(axis=0)).max() < 1e-12
        assert np.abs(table.features.std(axis=0) - 1).max() < 1e-12


def test_where_labels_come_from_is_told() -> None:
    table, labels = np.arange(6.0).reshape(3, 2), np.array([0.0, 1.0, 0.0])
    Path("table.npz").write_bytes(archive({"X": table}))
    Path("both.npz").write_bytes(archive({"X": table, "y": labels}))
    Path("table.csv").write_text("a,b\n1,0\n2,1\n")
    assert load_table("table.npz", None).remark == "label: the last column"
    assert load_table("both.npz", None).remark == "label: array y"
    assert load_table("table.csv", None).remark == "label: column b"


def test_a_number_has_no_underscores() -> None:
    Path("table.csv").write_text("a,b\n1_0,0\n2,1\n")
    with pytest.raises(NonNumericCell, match="1_0"):
        load_table("table.csv", None)


# ---- points --------------------------------------------------------------------------------------


def table_of(rows: list[list[float]], labels: list[float]) -> Table:
    """These rows and labels."""
    return Table("t", np.array(rows), np.array(labels), list(range(1, len(rows) + 1)), "")


def test_where_lengths_are_kept_only_equal_rows_are_repetitions() -> None:
    table = table_of([[0.0, 1.0], [0.0, 2.0], [0.0, 1.0], [0.0, 1.5]], [1.0, -1.0, 1.0, -1.0])
    dataset = choose_points(table, 3, 0, "kept")
    assert sorted(dataset.problem.points) == [(0.0, 1.0), (0.0, 1.5), (0.0, 2.0)]
    assert dataset.remark == "rows' lengths kept, 1 repeated rows left out"


def test_where_lengths_are_kept_numbers_have_a_largest() -> None:
    rows, labels = [[1.0, -LARGEST], [0.0, 1.0]], [1.0, -1.0]
    assert choose_points(table_of(rows, labels), 2, 0, "kept").problem.n == 2
    rows[0][1] *= 1.0001
    assert choose_points(table_of(rows, labels), 2, 0).problem.n == 2
    with pytest.raises(OutOfRange) as caught:
        choose_points(table_of(rows, labels), 2, 0, "kept")
    assert caught.value.option == "--norms"


def test_chosen_points_of_one_class_are_refused() -> None:
    rows = [[1.0, float(k)] for k in range(9)]
    with pytest.raises(OneClassOnly, match="the 2 points that this seed chose"):
        choose_points(table_of(rows, [1.0] * 8 + [-1.0]), 2, 0)


def test_labels_with_a_zero_among_them_are_standardized() -> None:
    dataset = choose_points(table_of([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0.0, 1.0, 2.0]), 3, 0)
    assert sorted(dataset.problem.labels) == pytest.approx([-(1.5**0.5), 0.0, 1.5**0.5])


# ---- networks ------------------------------------------------------------------------------------


def test_the_shifts_of_neurons_that_moved_are_in_the_file() -> None:
    config = Configuration(points=3, width=64, bias=0.5, bias_spread=0.25, steps=1)
    run = build_run(config, PROBLEM, Nobody())
    run.step()
    network = run.trainer.network
    with np.load(BytesIO(network_file(run))) as file:
        assert file["excess"].tolist() == [network.excess[r] for r in sorted(network.weights.moved)]
        assert len(file["excess"]) == len(file["places"]) > 0


SOUND: Arrays = {
    "places": np.array([0, 2], np.int64),
    "weights": np.array([[1.0, 2.0], [3.0, 4.0]]),
    "width": np.array(3),
}


def test_a_sound_file_writes_its_rows_over_those_of_the_start() -> None:
    whole = whole_weights(archive(SOUND), np.zeros((3, 2)))
    assert whole.tolist() == [[1.0, 2.0], [0.0, 0.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda arrays: arrays.pop("width"), "it has no array 'width'"),
        (
            lambda arrays: arrays.update(places=np.array([0, 2], np.int32)),
            "places is an array of int32 and shape (2,)",
        ),
        (
            lambda arrays: arrays.update(places=np.array([[0, 2]])),
            "places is an array of int64 and shape (1, 2)",
        ),
        (
            lambda arrays: arrays.update(weights=np.zeros((2, 2), np.float32)),
            "weights is an array of float32 and shape (2, 2)",
        ),
        (
            lambda arrays: arrays.update(width=np.array([3])),
            "width is an array of int64 and shape (1,)",
        ),
        (lambda arrays: arrays.update(places=np.array([0])), "1 places and 2 rows of weights"),
        (lambda arrays: arrays.update(places=np.array([0, 3])), "a place is not one of 0 … 2"),
        (lambda arrays: arrays.update(places=np.array([-1, 2])), "a place is not one of 0 … 2"),
    ],
)
def test_a_damaged_file_of_a_network_is_told(change: Callable[[Arrays], object], said: str) -> None:
    arrays = dict(SOUND)
    change(arrays)
    with pytest.raises(NetworkDamaged) as caught:
        whole_weights(archive(arrays), np.zeros((3, 2)))
    assert str(caught.value) == str(NetworkDamaged(said))


def test_what_is_no_file_of_a_network_is_told() -> None:
    with pytest.raises(NetworkDamaged, match="damaged, or with objects that are no numbers"):
        whole_weights(b"some words", np.zeros((3, 2)))
