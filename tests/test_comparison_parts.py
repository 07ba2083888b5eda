"""What a comparison keeps of a run, and whose files it would not write over."""

from pathlib import Path

import msgspec
import pytest

from reference.edges.comparison.comparison import Course
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


def test_a_course_does_not_change_and_has_named_parts() -> None:
    course = Course(
        data="small.csv",
        way="sgd",
        losses=[1.0],
        iterations=[0],
        operations=[0],
        seconds=[0.0],
        reason="converged",
        remark="",
        init_operations=9,
        init_seconds=9.0,
    )
    kind: type[msgspec.Struct] = type(course)
    name = kind.__struct_fields__[0]
    with pytest.raises(AttributeError, match="immutable"):
        setattr(course, name, "other")
    with pytest.raises(TypeError, match="positional"):
        kind(*msgspec.structs.astuple(course))
