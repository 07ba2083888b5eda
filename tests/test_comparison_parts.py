"""What a comparison keeps of a run, and whose files it would not write over."""

from io import StringIO
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from reference.edges.comparison.comparison import Course, way
from reference.edges.comparison.comparison_session import _table, place, run_all, tasks
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.setup.configuration import Configuration
from tests.commands import DATA, assert_refused, call

pytestmark = pytest.mark.plain

COMPARE = "compare --data small.csv --points 3 --width 16 --alpha 0.05 --methods sgd --steps 0"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)


def test_data_and_checkpoints_are_not_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    collision = "output-collision"
    command = f"{COMPARE} --json small.csv"
    assert_refused(capsys, command, collision, ["is the file of --data too"])
    assert call(capsys, f"{COMPARE} --checkpoint kept").status == 0
    for name in ("state.ckpt", "seconds.json"):
        command = f"{COMPARE} --checkpoint kept --json kept/small.csv-sgd/{name}"
        assert_refused(capsys, command, collision, ["is the file of --checkpoint too"])


def test_a_run_that_cannot_be_built_leaves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    command = f"{COMPARE} --methods live --alpha 0.99 --checkpoint new"
    assert_refused(capsys, command, "no-firing-neuron")


def test_data_are_told_before_their_runs_and_steps_are_not_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = call(capsys, f"{COMPARE} --methods sublinear,sgd,live --steps 2").out
    assert out.startswith("small.csv: n = 3, d = 3 (")
    assert out.count("small.csv: ") == 1
    assert "step   0" not in out


def test_on_a_terminal_a_bar_tells_of_the_steps() -> None:
    console = Console(file=StringIO(), force_terminal=True, width=100)
    config = Configuration(data="small.csv", points=3, width=16, alpha=0.05, steps=7)
    dataset = choose_points(load_table("small.csv", None), 3, 0)
    run_all(console, tasks(config, [("small.csv", dataset)], [way("sublinear")], None))
    assert isinstance(console.file, StringIO)
    assert "/7" in console.file.getvalue()


def test_of_no_tasks_there_are_no_courses() -> None:
    assert run_all(Console(), []) == ([], False)


def test_a_run_has_a_folder_of_its_own() -> None:
    assert place("other/small.csv", "sublinear:cg") == "other%2Fsmall.csv-sublinear-cg"


COURSE = Course(
    data="small.csv",
    way="sublinear-gradient-descent",
    losses=[1.0],
    iterations=[0],
    operations=[0],
    seconds=[0.0],
    reason="converged",
    remark="",
    init_operations=9,
    init_seconds=9.0,
)


def test_in_a_narrow_terminal_a_way_still_has_one_line() -> None:
    console = Console(file=StringIO(), width=30)
    console.print(_table([COURSE]))
    assert isinstance(console.file, StringIO)
    assert len(console.file.getvalue().splitlines()) == 5


def test_a_course_does_not_change_and_has_named_parts() -> None:
    course = COURSE
    kind: type[msgspec.Struct] = type(course)
    name = kind.__struct_fields__[0]
    with pytest.raises(AttributeError, match="immutable"):
        setattr(course, name, "other")
    with pytest.raises(TypeError, match="positional"):
        kind(*msgspec.structs.astuple(course))
