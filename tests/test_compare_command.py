"""`firingtree compare`: what it leaves, says and refuses, and how it goes on when interrupted."""

import json
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from reference.counters import ASIDE, Label
from reference.edges.command_line import status_of
from reference.edges.comparison.comparison import ALL_WAYS, QUANTITIES, Course, way
from reference.edges.comparison.comparison_session import _table
from reference.edges.system.request_errors import OutOfRange
from reference.edges.system.terminal import Terminal
from tests.commands import DATA, assert_refused, call, counts_of, lying_here, trained
from tests.interruptions import press_ctrl_c_in, stop_after

pytestmark = pytest.mark.plain

SIZES = "--points 3 --width 16 --alpha 0.05 --steps 3"
SMALL = f"compare --data small.csv {SIZES}"
TWO = f"{SMALL} --methods sublinear,sgd"
CLOCK = "reference.edges.runs.checkpoint.perf_counter"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with data, where saving takes no time, so that every step is kept."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(CLOCK, lambda: 0.0)
    Path("small.csv").write_text(DATA)
    Path("other").mkdir()
    Path("other/small.csv").write_text(DATA.replace("2", "5"))
    Path("few.csv").write_text("1,2,0\n2,1,1\n")
    Path("three.csv").write_text("1,2,0\n2,1,1\n-1,2,1\n")
    Path("zero.csv").write_text("1,2,0\n0,0,1\n")


def courses(path: str = "all.json") -> list[Course]:
    """What `--json` left."""
    return msgspec.json.decode(Path(path).read_bytes(), type=list[Course])


def without_seconds(path: str = "all.json") -> list[dict[str, object]]:
    """The same, but for what a clock says."""
    found: list[dict[str, object]] = json.loads(Path(path).read_bytes())
    return [{key: part for key, part in each.items() if "seconds" not in key} for each in found]


# ---- what it leaves and says ---------------------------------------------------------------------


def test_every_way_on_every_data_set_has_a_course(capsys: pytest.CaptureFixture[str]) -> None:
    told = call(capsys, f"{SMALL} --data small.csv,other/small.csv --json all.json --plot all.svg")
    assert (told.status, told.err) == (0, "")
    found = courses()
    expected = [(name, each) for name in ("small.csv", "other/small.csv") for each in ALL_WAYS]
    assert [(each.data, each.way) for each in found] == expected
    for each in found:
        sizes = {len(each.losses), len(each.iterations), len(each.operations), len(each.seconds)}
        assert len(sizes) == 1
        for spent in (each.iterations, each.operations):
            assert spent[0] == 0
            assert all(before < after for before, after in pairwise(spent))
        assert sorted(each.seconds) == each.seconds
        assert each.seconds[0] == 0 < each.init_seconds
        assert each.init_operations > 0
        assert each.reached == (each.losses[-1] <= 1e-6)
        assert each.reason == ("converged" if each.reached else "step-limit")
    heading = "n = 3, d = 3 (label: column 4, label 1 is +1 and 0 is −1, rows normalized to unit "
    assert f"small.csv: {heading}length)\n" in told.out
    lines = [line.split() for line in told.out.splitlines()]
    for name in ALL_WAYS:
        assert sum(words[:1] == [name] for words in lines) == 2
    unreached = [words[-1] for words in lines if words[-1:] == ["step-limit"]]
    assert len(unreached) == sum(not each.reached for each in found)
    assert "written: all.json\nwritten: all.svg\n" in told.out
    picture = Path("all.svg").read_text()
    assert picture.startswith("<?xml")
    assert all(f"<!-- {name} -->" in picture for name in ALL_WAYS)


@pytest.mark.parametrize("name", ALL_WAYS)
def test_a_course_is_that_of_the_run_that_train_makes(name: str) -> None:
    """Its losses, the cost of its steps without set-up and watching, its updates."""
    method, _, solver = name.partition(":")
    options = f"--method {method} --solver {solver or 'gram'} --until 1e-6 --invariants off"
    if method.endswith("sgd"):
        options += " --batch 2"
    assert status_of(f"{SMALL} --methods {name} --batch 2 --json all.json".split()) == 0
    run = trained(f"--data small.csv {SIZES} {options}")
    (course,) = courses()
    assert course.losses == [step.loss for step in run.steps]
    counted = [counts_of(step.operations) for step in run.steps]
    steps = [
        sum(counts.total for label, counts in each.items() if label not in ASIDE)
        for each in counted
    ]
    assert [after - before for before, after in pairwise(course.operations)] == steps[:-1]
    assert course.init_operations == counted[0][Label.INIT].total
    updates = 2 if method.endswith("sgd") else 1
    assert course.iterations == [updates * made for made in range(len(run.steps))]
    assert (course.reason, course.remark) == (run.reason, run.remark)


@pytest.mark.parametrize("options", ["--steps 0", "--until 0 --plot all.PNG", "--until 1e9"])
def test_a_picture_is_drawn_even_where_there_is_nothing_to_draw(options: str) -> None:
    assert status_of(f"{TWO} --plot all.png {options}".split()) == 0
    (picture,) = Path().glob("all.*")
    assert picture.read_bytes().startswith(b"\x89PNG\r\n")


def test_a_comparison_has_the_same_numbers_every_time_but_for_seconds() -> None:
    for name in ("one.json", "two.json"):
        assert status_of(f"{TWO},sublinear:sketch --json {name}".split()) == 0
    assert without_seconds("one.json") == without_seconds("two.json")


def test_what_is_longer_than_a_line_is_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 100
    Path(f"{long}.csv").write_text(DATA)
    told = call(capsys, f"{TWO} --data {long}.csv --json {long}.json")
    assert (
        f"{long}.csv: n = 3, d = 3 (label: column 4, label 1 is +1 and 0 is −1, rows " in told.out
    )
    assert "normalized to unit length)\n" in told.out
    assert told.out.endswith(f"\nwritten: {long}.json\n")
    written = Path(f"{long}.json").read_text()
    assert written.startswith('[\n {\n  "data": ')
    assert written.endswith(" }\n]\n")


def test_the_table_says_what_each_way_took_and_where_it_stopped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = Course(
        data="small.csv",
        way="sublinear-gradient-descent",
        losses=[1.0, 0.000125],
        iterations=[0, 1234],
        operations=[0, 5_678_000],
        seconds=[0.0, 1.2345],
        reason="converged",
        remark="",
        init_operations=9,
        init_seconds=9.0,
    )
    other = msgspec.structs.replace(one, way="sgd", reason="step-limit")
    Terminal().print(_table([one, other]))
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "",
        " method                     iterations operations seconds    loss",
        f" {'─' * 75}",
        " sublinear-gradient-descent      1,234   5.68e+06    1.23 1.3e-04",
        " sgd                             1,234   5.68e+06    1.23 1.3e-04 step-limit",
        "",
    ]
    assert [list(one.spent(quantity)) for quantity in QUANTITIES] == [
        [0, 1234],
        [0, 5_678_000],
        [0.0, 1.2345],
    ]


def test_a_way_has_one_name_whether_or_not_it_names_the_usual_solver() -> None:
    assert way("sublinear:gram") == way("sublinear") != way("sublinear:cg")
    for name in ("", ":", "sublinear:", "sgd:", "sublinear:cg:cg", " sublinear", "sgd:gram"):
        with pytest.raises(OutOfRange):
            way(name)


# ---- what it refuses -----------------------------------------------------------------------------

REFUSED = [
    ("--methods adam", "out-of-range", "--methods", "sublinear:cg", "found adam"),
    ("--methods sublinear:lu", "out-of-range", "found sublinear:lu"),
    ("--methods sublinear:", "out-of-range", "found sublinear:"),
    ("--methods sublinear,", "out-of-range", "--methods", "empty", "'sublinear,'"),
    ("--methods ,", "out-of-range", "--methods", "','"),
    ("--methods=", "out-of-range", "--methods", "''"),
    ("--methods sgd:cg", "out-of-range", "along the gradient", "sgd:cg"),
    ("--methods sublinear,sgd,sublinear", "out-of-range", "only once", "sublinear again"),
    ("--methods sublinear,sublinear:gram", "out-of-range", "only once", "sublinear again"),
    ("--data absent", "data-file-missing", "absent", "digits"),
    ("--data digits,absent.csv", "data-file-missing", "absent.csv"),
    ("--data=", "out-of-range", "--data", "''"),
    ("--data small.csv,", "out-of-range", "--data", "'small.csv,'"),
    ("--data small.csv,small.csv", "out-of-range", "--data", "only once", "small.csv again"),
    ("--data \udcff.csv", "out-of-range", "--data", "UTF-8"),
    ("--data small.csv,few.csv", "too-few-rows", "few.csv", "2 different rows", "3 points"),
    ("--data small.csv,zero.csv --points 2", "zero-row", "zero.csv", "row 2"),
    ("--points 1", "out-of-range", "--points"),
    ("--points 7", "too-few-rows", "small.csv"),
    ("--width 0", "out-of-range", "--width"),
    ("--width 100000000000000000000", "out-of-range", "--width", "from 1 to 2^62"),
    ("--width 10000000000000", "memory-exceeded", "10000000000000", "GiB are free"),
    ("--alpha 1", "out-of-range", "--alpha"),
    ("--alpha nan", "out-of-range", "--alpha"),
    ("--alpha 0.99", "no-firing-neuron", "of the data"),
    ("--alpha 0.99 --checkpoint new", "no-firing-neuron", "of the data"),
    ("--batch 4", "batch-too-large", "not 4"),
    ("--batch 0", "batch-too-large", "not 0"),
    ("--until nan", "out-of-range", "--until"),
    ("--until -1", "out-of-range", "--until"),
    ("--steps -1", "out-of-range", "--steps"),
    ("--seed -1", "out-of-range", "--seed"),
    ("--json no/all.json", "output-folder-missing", "--json", "no/all.json"),
    ("--json other", "output-folder-missing", "--json", "other"),
    ("--plot no/all.png", "output-folder-missing", "--plot", "no/all.png"),
    ("--plot all.gif", "out-of-range", "--plot", "all.gif", "png, svg, pdf"),
    ("--plot all", "out-of-range", "--plot", "all"),
    ("--json all.svg --plot all.svg", "output-collision", "--plot", "--json"),
    ("--json small.csv", "output-collision", "--json small.csv", "--data"),
    ("--json ./other/../small.csv", "output-collision", "--json", "--data"),
    ("--checkpoint new --json new/small.csv-sgd/state.ckpt", "output-collision", "--checkpoint"),
    ("--checkpoint small.csv", "output-folder-missing", "--checkpoint", "a file"),
    (f"--checkpoint {'x' * 300}", "output-folder-missing", "--checkpoint", "too long"),
    ("--invariants full", "usage", "--invariants"),
    ("more", "usage", "more"),
]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [(options, code, words) for options, code, *words in REFUSED],
    ids=[ascii(options)[:60] for options, *_ in REFUSED],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    options: str, code: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(capsys, f"{TWO} {options}", code, words)


def test_what_cannot_be_is_refused_before_anything_is_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stop_after(monkeypatch, 0)
    for data in ("few.csv", "zero.csv", "absent.csv"):
        assert call(capsys, f"{TWO} --data small.csv,{data}").status == 2


# ---- interruptions -------------------------------------------------------------------------------


WHOLE = f"{TWO},sublinear:cg"


@pytest.mark.parametrize("steps", [0, 1, 4, 6])
def test_a_comparison_broken_off_and_run_again_gives_the_same_numbers(steps: int) -> None:
    """Four records a run: it breaks in the first run, at its end, in the second."""
    assert status_of(f"{WHOLE} --json whole.json".split()) == 0
    command = f"{WHOLE} --checkpoint kept --json all.json --plot all.png".split()
    with pytest.MonkeyPatch.context() as patch:
        stop_after(patch, steps)
        assert status_of(command) == 130
    assert not Path("all.json").exists()
    assert not Path("all.png").exists()
    assert status_of(command) == 0
    assert without_seconds() == without_seconds("whole.json")
    assert Path("all.png").exists()


@pytest.mark.parametrize(
    ("steps", "ways", "reason"),
    [(1, 1, "interrupted"), (4, 1, "step-limit"), (6, 2, "interrupted"), (12, 3, "step-limit")],
)
def test_after_ctrl_c_what_was_run_is_told_and_written_and_nothing_more_is_run(
    steps: int, ways: int, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also if it comes while a run makes its last step."""
    command = f"{WHOLE} --seed 1 --data small.csv,three.csv --checkpoint kept --json all.json"
    with pytest.MonkeyPatch.context() as patch:
        press_ctrl_c_in(patch, steps)
        told = call(capsys, command)
    assert told.status == 130
    assert "written: all.json\n" in told.out
    assert [each.way for each in courses()] == ["sublinear", "sgd", "sublinear:cg"][:ways]
    assert (courses()[-1].reason, sum(len(each.losses) for each in courses())) == (reason, steps)
    assert "three.csv: n = " not in told.out
    assert call(capsys, command).status == 0
    resumed = without_seconds()
    assert call(capsys, command.replace("kept", "fresh")).status == 0
    assert without_seconds() == resumed


def test_what_is_finished_is_not_run_again() -> None:
    command = f"{WHOLE} --checkpoint kept --json all.json".split()
    assert status_of(command) == 0
    before, found = lying_here(), courses()
    with pytest.MonkeyPatch.context() as patch:
        stop_after(patch, 0)
        assert status_of(command) == 0
    assert {name: part for name, part in lying_here().items() if name != "all.json"} == {
        name: part for name, part in before.items() if name != "all.json"
    }
    for each, again in zip(found, courses(), strict=True):
        assert each.operations == again.operations
        kept = 0.5e-6 * len(Label) * len(each.seconds)  # a label's seconds are kept to a millionth
        assert again.seconds == pytest.approx(each.seconds, abs=1.01 * kept)


def test_more_ways_and_data_can_be_asked_for_later() -> None:
    assert status_of(f"{TWO} --checkpoint kept".split()) == 0
    command = f"{SMALL} --methods sgd,sublinear:cg --data three.csv,small.csv --checkpoint kept"
    assert status_of(f"{command} --json all.json".split()) == 0
    assert [(each.data, each.way) for each in courses()] == [
        ("three.csv", "sgd"),
        ("three.csv", "sublinear:cg"),
        ("small.csv", "sgd"),
        ("small.csv", "sublinear:cg"),
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("--width 17", ["--width is 17 here and 16 there"]),
        ("--steps 4", ["--steps is 4 here and 3 there"]),
        ("--until 1e-7", ["--until is 1e-07 here and 1e-06 there"]),
        ("--seed 1", ["--seed is 1 here and 0 there", "other numbers"]),
        ("--points 4", ["--points is 4 here and 3 there"]),
        ("--alpha 0.2", ["--alpha is 0.2 here and 0.05 there"]),
        ("--methods gauss-newton,sgd --batch 2", ["--batch is 2 here and None there"]),
    ],
)
def test_a_changed_option_is_refused_before_anything_is_run(
    change: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(f"{TWO} --checkpoint kept".split()) == 0
    command = f"{TWO} --json all.json --checkpoint kept"
    with pytest.MonkeyPatch.context() as patch:
        stop_after(patch, 0)
        words = ["kept/small.csv-s", *words]
        assert_refused(capsys, f"{command} {change}", "checkpoint-mismatch", words)


def test_changed_data_and_damaged_checkpoints_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = f"{TWO} --checkpoint kept"
    assert status_of(command.split()) == 0
    Path("small.csv").write_text(DATA.replace("2,3,3,1", "2,3,4,1"))
    assert_refused(capsys, command, "checkpoint-mismatch", ["other numbers"])
    Path("small.csv").write_text(DATA)
    state = Path("kept/small.csv-sgd/state.ckpt")
    state.write_bytes(state.read_bytes()[:-1])
    assert_refused(capsys, command, "checkpoint-damaged", [str(state)])


def test_files_of_one_name_in_two_folders_are_two_data_sets() -> None:
    command = f"{TWO} --data small.csv,other/small.csv --json all.json"
    assert status_of(command.split()) == 0
    expected = without_seconds()
    assert expected[0]["losses"] != expected[2]["losses"]
    for _ in range(2):
        assert status_of(f"{command} --checkpoint kept".split()) == 0
        assert without_seconds() == expected
    assert len(list(Path("kept").iterdir())) == 4


def test_the_last_column_of_each_file_is_its_label() -> None:
    Path("turned.csv").write_text(
        "\n".join(",".join(reversed(line.split(","))) for line in DATA.splitlines())
    )
    assert status_of(f"{TWO} --data small.csv,turned.csv --json all.json".split()) == 0
    straight, turned = courses()[0], courses()[2]
    assert straight.losses != turned.losses


def test_a_run_that_cannot_begin_leaves_those_that_ended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The other way keeps what it reached, and the one that failed leaves no folder."""
    Path("near.csv").write_text("1,2,0\n2,1,1\n-1,1,0\n1,2.000000001,1\n")
    command = "compare --points 4 --width 16 --alpha 0.1 --steps 2 --checkpoint kept"
    told = call(capsys, f"{command} --data near.csv --methods sgd,sublinear:cg")
    assert told.status == 2
    assert told.err.startswith("firingtree: error[accuracy-not-reached]")
    assert [path.name for path in Path("kept").iterdir()] == ["near.csv-sgd"]
