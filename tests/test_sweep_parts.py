"""What a sweep keeps of a run and tells of it, part by part."""

import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from io import StringIO
from math import inf
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from reference.counters import Label
from reference.edges.data.data_errors import DataFileMissing
from reference.edges.setup.configuration import Configuration
from reference.edges.sweep import sweep_command, sweep_session, trial
from reference.edges.sweep.outcome import Outcome, Spent, refused
from reference.edges.sweep.run_record import RunRecord
from reference.edges.sweep.sweep_command import _workers
from reference.edges.sweep.sweep_display import SweepDisplay, in_words, outcomes_table, refusals
from reference.edges.sweep.sweep_errors import SweepFolderForeign, SweepRecordDamaged
from reference.edges.sweep.sweep_folder import SweepFolder, opened
from reference.edges.sweep.sweep_session import DaskWorkers, LocalWorkers, sweep_all
from reference.edges.sweep.trial import file_digest, located
from reference.edges.system.output_errors import OutputNotWritten
from reference.edges.system.terminal import Terminal
from reference.edges.walkthrough.small_run import train
from reference.errors import FiringtreeError
from tests.commands import DATA, assert_refused, call
from tests.sweeps import GRID, here

pytestmark = pytest.mark.plain

LONG = "x" * 100
"""Longer than a line."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)


def record(outcome: Outcome, data: str = "small.csv", seed: int = 0) -> RunRecord:
    """The record of a run that came to this."""
    return RunRecord(version="", config=Configuration(data=data, seed=seed), outcome=outcome)


def shown_on(terminal: bool) -> Console:
    """Ninety columns, which are kept."""
    return Console(force_terminal=terminal, file=StringIO(), width=90, highlight=False)


def written(console: Console) -> str:
    """All that came there."""
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


# ---- what is kept --------------------------------------------------------------------------------


def test_of_a_run_that_was_refused_nothing_is_kept_but_why() -> None:
    assert msgspec.to_builtins(refused("some-code", "some words", "ab12")) == {
        "reason": "refused",
        "code": "some-code",
        "message": "some words",
        "data_sha256": "ab12",
        "steps": 0,
        "losses": [],
        "fired": [],
        "union": [],
        "operations": {},
        "spent": {"init_seconds": 0.0, "step_seconds": 0.0, "peak_bytes": 0},
    }


@pytest.mark.parametrize("value", [Spent(), Outcome(reason=""), record(Outcome(reason=""))])
def test_what_is_kept_does_not_change_and_has_named_parts_and_no_others(
    value: msgspec.Struct,
) -> None:
    parts: dict[str, object] = msgspec.to_builtins(value)
    assert msgspec.convert(parts, type(value)) == value
    with pytest.raises(AttributeError, match="immutable"):
        setattr(value, next(iter(parts)), 0)
    with pytest.raises(TypeError, match="positional"):
        type(value)(*parts.values())
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({**parts, "another": 0}, type(value))


def test_a_record_is_signed_with_the_sha256_of_its_json_without_it() -> None:
    plain = record(refused("some-code", "some words"))
    assert plain.outcome.data_sha256 == ""
    assert plain.signed().sha256 == sha256(msgspec.json.encode(plain)).hexdigest()
    assert msgspec.json.decode(plain.signed().encoded(), type=RunRecord) == plain.signed()


def test_losses_that_are_no_numbers_are_left_out_and_seconds_are_rounded() -> None:
    run, _ = train(Configuration(points=3, width=8, bias=0.75, seed=49))
    run.records[-1] = replace(run.records[-1], loss=inf)
    run.seconds = [dict.fromkeys(Label, 1 / 3)] * len(run.records)
    kept = trial._outcome(run, "ab12")
    assert kept.losses == [*(made.loss for made in run.records[:-1]), None]
    assert (kept.spent.init_seconds, kept.spent.step_seconds) == (1.333333, 6.666667)
    assert kept.fired == [sum(made.fired) for made in run.records]
    assert (kept.steps, kept.union) == (3, [made.union for made in run.records])
    assert (kept.reason, kept.message, kept.data_sha256) == ("converged", "", "ab12")


def test_a_worker_elsewhere_is_told_where_a_file_is() -> None:
    config = Configuration(data="small.csv")
    assert located(config).data == str(Path.cwd() / "small.csv")
    bundled = Configuration(data="wine")
    assert located(bundled) is bundled


# ---- who makes the runs --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "cores", "words"),
    [
        (1, 1, "1 worker, 1 thread each"),
        (1, 4, "1 worker, 4 threads each"),
        (2, 4, "2 workers, 2 threads each"),
        (2, 2, "2 workers, 1 thread each"),
    ],
)
def test_workers_are_told_with_their_threads(
    count: int, cores: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reference.edges.system.local_workers.cores", lambda: cores)
    assert str(LocalWorkers(count)) == words


def test_there_are_no_more_workers_than_runs_and_a_core_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep_command, "cores", lambda: 4)
    assert _workers(None, None, 9) == LocalWorkers(4)
    assert _workers(None, None, 3) == LocalWorkers(3)
    assert _workers(1, None, 9) == LocalWorkers(1)
    assert _workers(1024, None, 2000) == LocalWorkers(1024)
    assert _workers(None, "tcp://far", 9) == DaskWorkers("tcp://far")
    for count in (0, 1025):
        with pytest.raises(FiringtreeError, match=f"from 1 to 1024, found {count}"):
            _workers(count, None, 9)


# ---- what is refused -----------------------------------------------------------------------------


def test_data_that_cannot_be_read_or_would_be_written_over_are_refused_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("word.csv").write_text("1,2,0\n2,tall,1\n")
    assert_refused(capsys, "sweep all --data small.csv,word.csv", "non-numeric-cell", ["word.csv"])
    sweep = "sweep all --data small.csv --json"
    collision = "output-collision"
    assert_refused(capsys, f"{sweep} small.csv", collision, ["is the file of --data too"])
    assert_refused(capsys, f"{sweep} all/sweep.json", collision, ["is the file of DIR too"])


def test_a_record_is_not_written_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here(monkeypatch)
    assert call(capsys, f"sweep all {GRID}").status == 0
    first = next(Path("all/runs").iterdir())
    command = f"sweep all {GRID} --json {first}"
    assert_refused(capsys, command, "output-collision", ["is the file of DIR too"])


def wrong(act: Callable[[], object]) -> str:
    """What is said."""
    with pytest.raises(FiringtreeError) as caught:
        act()
    return str(caught.value)


def entered(name: str) -> None:
    """The folder is opened, and closed."""
    with opened(Path(name)):
        pass


def test_what_stands_where_a_sweep_s_files_should_is_named() -> None:
    directory, config = "Is a directory", Configuration()
    kept = SweepFolder(Path("all"))
    kept.place(config).mkdir(parents=True)
    damaged = SweepRecordDamaged(str(kept.place(config)), directory)
    assert wrong(lambda: kept.found(config, "")) == str(damaged)
    Path("one/sweep.json").mkdir(parents=True)
    assert wrong(lambda: entered("one")) == str(SweepFolderForeign("one", directory))
    for name in ("two/c", "two/b", "three/runs/record"):
        Path(name).mkdir(parents=True)
    for name, found in (("two", "b"), ("three", "runs")):
        foreign = SweepFolderForeign(name, f"it has no sweep.json, but {found}")
        assert wrong(partial(entered, name)) == str(foreign)
    with opened(Path("four")) as folder:
        folder.keep(config, refused("some-code", ""))
    shutil.rmtree("four/runs")
    Path("four/runs").write_bytes(b"")
    assert wrong(lambda: entered("four")) == str(OutputNotWritten("four", "File exists"))


def test_data_files_are_told_apart_by_their_bytes_and_bundled_data_by_nothing() -> None:
    assert file_digest("small.csv") == sha256(DATA.encode()).hexdigest()
    assert file_digest("wine") == ""
    missing = DataFileMissing("absent.csv", "No such file or directory")
    assert wrong(lambda: file_digest("absent.csv")) == str(missing)
    assert trial.trial(Configuration(data="absent.csv")).data_sha256 == ""


def test_a_run_lost_with_its_workers_is_refused_so() -> None:
    assert sweep_session._outcome(Configuration(), None, "ab12") == refused(
        "worker-lost", "its worker died 3 times: killed, or out of memory", "ab12"
    )


# ---- what is told --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (refused("too-few-rows", ""), "refused (too-few-rows)"),
        (
            Outcome(
                reason="step-limit",
                losses=[1.0, 0.25],
                steps=1234,
                spent=Spent(init_seconds=1.0, step_seconds=0.25),
            ),
            "step limit, loss 2.5e-01 after 1,234 steps, 1.25 s",
        ),
        (
            Outcome(reason="diverged", losses=[None]),
            "diverged, no finite loss after 0 steps, 0.00 s",
        ),
        (Outcome(reason="diverged"), "diverged, no finite loss after 0 steps, 0.00 s"),
    ],
)
def test_the_end_of_a_run_in_words(outcome: Outcome, words: str) -> None:
    assert in_words(outcome) == words


def test_a_table_has_a_row_for_each_data_set_and_a_column_for_each_end() -> None:
    records = [record(Outcome(reason="converged"), seed=seed) for seed in range(1200)]
    records += [record(refused("no-firing-neuron", "")), record(refused("crashed", ""), LONG)]
    console = shown_on(terminal=False)
    console.print(outcomes_table(records))
    assert [line.rstrip() for line in written(console).splitlines()] == [
        "",
        " data                                          runs  converged  no firing neuron  refused",
        f" {'─' * 88}",
        " small.csv                                    1,201      1,200                 1        –",
        f" {'x' * 43}      1          –                 –        1",
        f" {'x' * 43}",
        f" {'x' * 14}",
        "",
    ]


def test_refusals_are_told_by_their_codes() -> None:
    records = [record(refused(code, "")) for code in ("worker-lost", "crashed", "worker-lost")]
    words = "refused: 1 crashed, 2 worker-lost; remove a record to have its run made again"
    assert refusals([*records, record(Outcome(reason="diverged"))]) == words
    assert refusals([record(Outcome(reason="diverged"))]) == ""


def test_on_a_terminal_a_bar_tells_how_many_are_done_and_there_are_no_lines() -> None:
    console = shown_on(terminal=True)
    one, other = record(refused("crashed", "")), record(Outcome(reason="stalled"))
    with SweepDisplay(console, 1234, [one, one, other]) as display:
        display.show(one)
    seen = written(console)
    assert "done 3, refused 2, remaining 1,231" in seen
    assert "done 4, refused 3, remaining 1,230" in seen
    assert "4/1234" in seen
    assert "small.csv" not in seen


def test_without_one_a_line_tells_of_every_run() -> None:
    console = shown_on(terminal=False)
    with SweepDisplay(console, 1234, [record(Outcome(reason="stalled"))]) as display:
        display.show(record(refused("crashed", ""), LONG))
    run = f"{LONG} n=64 m=2^15 α=0.24 seed 0 sublinear full"
    assert written(console) == f"   2/1234  {run}: refused (crashed)\n"


def test_what_is_longer_than_a_line_is_not_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here(monkeypatch)
    Path(f"{LONG}.csv").write_text(DATA)
    grid = f"--data {LONG}.csv --points 3 --width 16 --alpha 0.05 --seed 0 --steps 1"
    told = call(capsys, f"sweep {LONG} {grid} --json {LONG}.json --plot {LONG}.svg")
    assert f"1 of 1 runs have a record in {LONG}/runs\n" in told.out
    assert told.out.endswith(f"\nwritten: {LONG}.json\nwritten: {LONG}.svg\n")
    assert Path(f"{LONG}.svg").read_bytes().startswith(b"<?xml")
    assert Path(f"{LONG}.json").read_bytes().startswith(b'{\n "version": "')
    assert Path(f"{LONG}.json").read_bytes().endswith(b" ]\n}\n")


def test_a_sweep_whose_runs_all_have_records_asks_nobody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its heading and what it says of refusals are not broken either."""
    Path("all/runs").mkdir(parents=True)
    kept = SweepFolder(Path("all"))
    runs = [Configuration(data="small.csv", seed=seed) for seed in range(3)]
    codes = ["data-file-malformed", "no-firing-neuron", "worker-lost"]
    for run, code in zip(runs, codes, strict=True):
        kept.keep(run, refused(code, "", "ab12"))
    found = sweep_all(Terminal(), kept, runs, {"small.csv": "ab12"}, DaskWorkers(f"tcp://{LONG}"))
    assert [each.config for each in found] == runs
    out = capsys.readouterr().out
    heading = f"3 runs, 3 of them have a record already; workers of tcp://{LONG}\n"
    assert out.startswith(heading)
    told = ", ".join(f"1 {code}" for code in codes)
    assert f"\nrefused: {told}; remove a record to have its run made again\n" in out


def test_after_ctrl_c_the_run_under_way_is_the_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = here(monkeypatch)

    def pressed(config: Configuration) -> trial.Answer:
        if len(made) == 2:
            signal.raise_signal(signal.SIGINT)
        return trial.answer(config)

    monkeypatch.setattr("tests.sweeps.answer", pressed)
    told = call(capsys, f"sweep all {GRID}")
    assert (told.status, told.err, len(made)) == (130, "", 2)
    end = "2 of 8 runs have a record in all/runs; interrupted: the same command goes on\n"
    assert told.out.endswith(end)


def test_a_sweep_that_was_asked_to_stop_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    sweep_session._tell(Terminal(), SweepFolder(Path(LONG)), [], 1234)
    rest = "; interrupted: the same command goes on"
    assert capsys.readouterr().out == f"0 of 1,234 runs have a record in {LONG}/runs{rest}\n"
