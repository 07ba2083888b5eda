"""`firingtree sweep`: what it leaves, says and refuses, and what it does not run again."""

import json
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from reference.counters import Label
from reference.edges.command_line import status_of
from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.outcome import KINDS, Outcome
from reference.edges.sweep.run_record import RunRecord, digest
from reference.edges.sweep.sweep_folder import SweepFolder, opened
from reference.edges.sweep.trial import answer, trial
from reference.training.method import Method
from tests.commands import DATA, assert_refused, call, lying_here, trained
from tests.sweeps import GRID, here, without_spent

pytestmark = pytest.mark.plain


class Sweep(msgspec.Struct):
    """What `--json` leaves."""

    version: str
    records: list[RunRecord]


@pytest.fixture(autouse=True)
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Configuration]:
    """A folder with data, where runs are made in this process; those that are."""
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)
    Path("few.csv").write_text("1,2,0\n2,1,1\n")
    return here(monkeypatch)


def swept(options: str = "--json all.json") -> list[RunRecord]:
    """The records of a sweep of the grid, in order."""
    assert status_of(f"sweep all {GRID} {options}".split()) == 0
    return msgspec.json.decode(Path("all.json").read_bytes(), type=Sweep).records


# ---- what it leaves and says ---------------------------------------------------------------------


def test_every_run_of_the_grid_has_one_record_in_its_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = call(capsys, f"sweep all {GRID} --json all.json --plot all.svg")
    assert (told.status, told.err) == (0, "")
    records = msgspec.json.decode(Path("all.json").read_bytes(), type=Sweep).records
    configs = [record.config for record in records]
    assert [(c.width, c.alpha, c.seed) for c in configs] == [
        (m, alpha, seed) for m in (16, 32) for alpha in (0.05, 0.6) for seed in (0, 1)
    ]
    names = [f"{digest(config)}.json" for config in configs]
    assert sorted(names) == list(without_spent("all"))
    for name, record in zip(names, records, strict=True):
        content = Path("all/runs", name).read_bytes()
        assert msgspec.json.decode(content, type=RunRecord).outcome == record.outcome
    assert told.out.startswith("8 runs; ")
    assert told.out.count("small.csv n=") == 8
    assert "\n5/8  small.csv n=3 m=2^5 α=0.05 seed 0 live full: " in told.out
    ends = [record.outcome.kind for record in records]
    row = next(line for line in told.out.splitlines() if line.startswith(" small.csv"))
    assert row.split() == [
        "small.csv",
        "8",
        *(str(ends.count(kind)) for kind in KINDS if kind in ends),
    ]
    refused = sum(end == "no firing neuron" for end in ends)
    assert 0 < refused < 8
    assert f"refused: {refused} no-firing-neuron; remove a record" in told.out
    assert "8 of 8 runs have a record in all/runs\n" in told.out
    assert told.out.endswith("written: all.json\nwritten: all.svg\n")


def test_a_run_is_named_by_the_sha256_of_its_configuration() -> None:
    """With sorted keys and no blanks."""
    config = Configuration(seed=3)
    plain = json.dumps(msgspec.to_builtins(config), sort_keys=True, separators=(",", ":"))
    assert digest(config) == sha256(plain.encode()).hexdigest()[:16]


@pytest.mark.parametrize("method", ["sublinear", "gauss-newton", "live-sgd"])
def test_an_outcome_is_that_of_the_run_that_train_makes(method: str) -> None:
    config = Configuration(
        data="small.csv", points=4, width=64, alpha=0.1, steps=3, method=Method(method)
    )
    found = trial(config)
    options = f"--data small.csv --points 4 --width 64 --alpha 0.1 --steps 3 --method {method}"
    run = trained(options)
    assert (found.reason, found.message, found.code) == (run.reason, run.remark, "")
    assert found.losses == [step.loss for step in run.steps]
    assert found.steps == sum(step.rule != "none" for step in run.steps) == 3
    assert len(found.fired) == len(found.union) == len(run.steps)
    for label in Label:
        for kind, count in found.operations[label.value].items():
            assert count == sum(step.operations[label.value][kind] for step in run.steps)
    assert found.operations["init"]["multiply_adds"] > 0
    assert found.spent.init_seconds > 0 < found.spent.step_seconds
    assert found.spent.peak_bytes > 2**20
    assert found.data_sha256 == sha256(DATA.encode()).hexdigest()


def test_what_cannot_be_trained_has_a_record_that_says_so() -> None:
    refusals = {
        "too-few-rows": Configuration(data="few.csv", points=3),
        "data-file-missing": Configuration(data="absent.csv"),
        "no-firing-neuron": Configuration(data="small.csv", points=4, width=4, alpha=0.9),
    }
    for code, config in refusals.items():
        found = trial(config)
        assert (found.reason, found.code) == ("refused", code)
        assert found.message
        assert found.losses == []
    assert "(rows " in trial(refusals["no-firing-neuron"]).message


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ZeroDivisionError("by nothing"), "crashed", "ZeroDivisionError: by nothing"),
        (MemoryError(), "out-of-memory", "take a smaller --width, or less data"),
    ],
)
def test_a_fault_of_the_program_or_a_full_memory_is_an_outcome_too(
    error: Exception, code: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("reference.edges.sweep.trial.build_run", fail)
    found = trial(Configuration(data="small.csv", points=4))
    assert (found.reason, found.code, found.message) == ("refused", code, message)


# ---- what is not run again -----------------------------------------------------------------------


def test_what_has_a_record_is_not_run_again(
    made: list[Configuration], capsys: pytest.CaptureFixture[str]
) -> None:
    records = swept()
    assert len(made) == 8
    before = lying_here()
    told = call(capsys, f"sweep all {GRID} --json all.json")
    assert (told.status, len(made)) == (0, 8)
    assert "8 runs, 8 of them have a record already; " in told.out
    assert lying_here() == before
    made.clear()
    gone = Path("all/runs", f"{digest(records[5].config)}.json")
    gone.unlink()
    assert [each.outcome.losses for each in swept()] == [each.outcome.losses for each in records]
    assert made == [
        msgspec.structs.replace(records[5].config, data=str(Path("small.csv").resolve()))
    ]


def test_a_larger_grid_adds_to_a_smaller_one(made: list[Configuration]) -> None:
    swept()
    assert status_of(f"sweep all {GRID} --seed 0..2".split()) == 0
    assert [run.seed for run in made[8:]] == [2] * 4
    whole = f"sweep whole {GRID} --seed 0..2"
    assert status_of(whole.split()) == 0
    assert without_spent("all") == without_spent("whole")


def test_a_configuration_that_is_there_twice_is_run_once(made: list[Configuration]) -> None:
    """Numbers in two spellings, and step rules that a method along the gradient has not."""
    twice = "--points 4 --width 16,2^4,2^4..2^5 --alpha 0.1,0.10 --seed 0..1,1 --data small.csv"
    rules = "--method live,gradient-descent --step-rule full,backtracking --steps 2"
    assert status_of(f"sweep all {twice} {rules}".split()) == 0
    assert len(made) == len(set(made)) == 2 * 2 * 3


def test_changed_data_are_refused(
    made: list[Configuration], capsys: pytest.CaptureFixture[str]
) -> None:
    swept()
    Path("small.csv").write_text(DATA.replace("2,3,3,1", "2,3,4,1"))
    words = ["small.csv has other bytes here than for the record all/runs/"]
    assert_refused(capsys, f"sweep all {GRID}", "sweep-data-changed", words)
    assert len(made) == 8


def test_a_worker_that_sees_other_data_or_is_another_version_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(config: Configuration) -> tuple[str, Outcome]:
        version, outcome = answer(config)
        return version, msgspec.structs.replace(outcome, data_sha256="")

    monkeypatch.setattr("tests.sweeps.answer", elsewhere)
    words = ["small.csv", "the worker of small.csv n=3 m=2^4 α=0.05 seed 0"]
    assert_refused(capsys, f"sweep all {GRID}", "sweep-data-changed", words)
    monkeypatch.setattr("tests.sweeps.answer", lambda config: ("9.9", trial(config)))
    words = ["answers with firingtree 9.9, expected firingtree 0."]
    assert_refused(capsys, f"sweep all {GRID}", "worker-version", words)


# ---- folders that are not its own ----------------------------------------------------------------


def test_a_folder_with_other_things_in_it_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other").mkdir()
    Path("other/thesis.tex").write_text("")
    words = ["other is not the directory of a sweep", "no sweep.json, but thesis.tex"]
    assert_refused(capsys, f"sweep other {GRID}", "sweep-folder-foreign", words)
    Path("other/sweep.json").write_text("[]")
    assert_refused(capsys, f"sweep other {GRID}", "sweep-folder-foreign", ["sweep.json"])
    assert_refused(capsys, f"sweep small.csv {GRID}", "output-folder-missing", ["a file"])


def test_an_empty_folder_and_what_was_left_half_made_will_do() -> None:
    Path("all/runs").mkdir(parents=True)
    Path("all/.sweep.json.firingtree.partial").write_text("{")
    assert len(swept()) == 8
    assert Path("all/sweep.json").exists()


@pytest.mark.parametrize(("old", "new"), [("sweep 1", "sweep 0"), ('"version":"0', '"version":"9')])
def test_a_folder_of_another_version_is_refused(
    old: str, new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    swept()
    sheet = Path("all/sweep.json")
    content = sheet.read_text()
    assert old in content
    sheet.write_text(content.replace(old, new))
    assert_refused(capsys, f"sweep all {GRID}", "sweep-version", ["all/sweep.json: expected 'fir"])
    sheet.write_text(content)
    record = next(iter(Path("all/runs").iterdir()))
    record.write_text(record.read_text().replace(old, new))
    assert_refused(capsys, f"sweep all {GRID}", "sweep-version", [str(record)])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\n", b""),
        (b'"steps":', b'"step":'),
        (b'"losses":[', b'"losses":[0.5,'),
        (b'"peak_bytes":', b'"peak_bytes":1'),
        (b'"seed":0', b'"seed":7'),
        (b"{", b""),
        (b'"format"', b"\xff"),
    ],
)
def test_a_damaged_record_is_named_before_anything_is_run(
    old: bytes, new: bytes, made: list[Configuration], capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path("all/runs", f"{digest(swept()[0].config)}.json")
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    words = [f"{path} is not the whole record", "remove the file"]
    assert_refused(capsys, f"sweep all {GRID}", "sweep-record-damaged", words)
    assert len(made) == 8
    path.unlink()
    swept()
    assert len(made) == 9


def test_the_record_of_another_run_is_damage(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (Path("all/runs", f"{digest(each.config)}.json") for each in swept()[:2])
    first.write_bytes(second.read_bytes())
    words = [str(first), "--seed is 0 here and 1 there"]
    assert_refused(capsys, f"sweep all {GRID}", "sweep-record-damaged", words)


def test_two_sweeps_at_once_in_one_folder_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with opened(Path("all")) as folder:
        assert folder == SweepFolder(Path("all"))
        assert_refused(capsys, f"sweep all {GRID}", "sweep-folder-busy", ["all"])
    assert not Path("all").exists()
    swept()


# ---- what it refuses -----------------------------------------------------------------------------

REFUSED = [
    ("--width 0", "out-of-range", "--width", "from 1", "found 0"),
    ("--width -1", "out-of-range", "--width", "2^12..2^30:2", "'-1'"),
    ("--width 4.5", "out-of-range", "--width", "'4.5'"),
    ("--width 1e3", "out-of-range", "--width", "'1e3'"),
    ("--width 1_000", "out-of-range", "--width", "'1_000'"),
    ("--width 2^63", "out-of-range", "--width", "up to 2^62", "'2^63'"),
    ("--width 2^99999999999999999", "out-of-range", "--width"),
    (f"--width {'9' * 5000}", "out-of-range", "--width", "'999"),
    ("--width 9999999999999999999999", "out-of-range", "--width", "9999999999999999999999"),
    ("--width 3^2", "out-of-range", "--width", "'3^2'"),
    ("--width 2^4..", "out-of-range", "--width", "'2^4..'"),
    ("--width ..2^4", "out-of-range", "--width", "'..2^4'"),
    ("--width 2^5..2^4", "out-of-range", "--width", "'2^5..2^4'"),
    ("--width 2^4..2^6:0", "out-of-range", "--width", "'2^4..2^6:0'"),
    ("--width 2^4..2^6:", "out-of-range", "--width", "'2^4..2^6:'"),
    ("--width 16:2", "out-of-range", "--width", "'16:2'"),
    ("--width 10..20", "out-of-range", "--width", "'10..20'"),
    ("--width 16,", "out-of-range", "--width", "empty"),
    ("--width 16,16", "out-of-range", "--width", "only once"),
    ("--width=", "out-of-range", "--width", "empty"),
    ("--alpha 1", "out-of-range", "--alpha", "between 0 and 1", "found 1"),
    ("--alpha -0.1", "out-of-range", "--alpha", "found -0.1"),
    ("--alpha nan", "out-of-range", "--alpha", "'nan'"),
    ("--alpha 0.1..0.2", "out-of-range", "--alpha", "0.2..0.6:0.05", "'0.1..0.2'"),
    ("--alpha 0.1..0.2:0", "out-of-range", "--alpha"),
    ("--alpha 0.1..0.2:1e-90", "out-of-range", "--alpha"),
    ("--alpha 0.1..0.2:1e-999", "out-of-range", "--alpha"),
    ("--alpha 0.2..0.1:0.1", "out-of-range", "--alpha"),
    ("--points 1", "out-of-range", "--points", "at least 2"),
    ("--points four", "out-of-range", "--points", "'four'"),
    ("--seed 0..1000000000000", "out-of-range", "--seed", "at most 100,000 numbers"),
    ("--seed 0..999 --points 2..400", "out-of-range", "at most 100,000 runs"),
    ("--seed -1", "out-of-range", "--seed", "'-1'"),
    ("--method adam", "out-of-range", "--method", "live", "found adam"),
    ("--method live,live", "out-of-range", "--method", "only once"),
    ("--step-rule half", "out-of-range", "--step-rule", "backtracking", "found half"),
    ("--steps -1", "out-of-range", "--steps"),
    ("--until nan", "out-of-range", "--until"),
    ("--engine fast", "usage", "--engine"),
    ("--init dead", "usage", "--init"),
    ("--data small.csv,absent.csv", "data-file-missing", "absent.csv"),
    ("--data small.csv,small.csv", "out-of-range", "--data", "only once"),
    ("--data \udcff.csv", "out-of-range", "--data", "UTF-8"),
    ("--workers 0", "out-of-range", "--workers", "found 0"),
    ("--workers 2000", "out-of-range", "--workers", "1024"),
    ("--workers 2 --scheduler tcp://localhost:8786", "out-of-range", "none, with --scheduler"),
    ("--json no/all.json", "output-folder-missing", "--json"),
    ("--plot all.gif", "out-of-range", "--plot", "png, svg, pdf"),
    ("--plot all.svg --json all.svg", "output-collision", "--plot", "--json"),
    ("--json small.csv", "output-collision", "--data"),
    ("--json all/sweep.json", "output-collision", "DIR"),
    ("more", "usage", "more"),
]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [(options, code, words) for options, code, *words in REFUSED],
    ids=[ascii(options)[:60] for options, *_ in REFUSED],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    options: str,
    code: str,
    words: list[str],
    made: list[Configuration],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert_refused(capsys, f"sweep all {GRID} {options}", code, words)
    assert made == []


def test_outputs_may_lie_in_the_folder_of_the_sweep() -> None:
    assert status_of(f"sweep new/all {GRID} --json new/all/all.json".split()) == 0
    assert Path("new/all/all.json").exists()


def test_a_sweep_without_a_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert_refused(capsys, "sweep --data small.csv", "usage", ["DIR"])
