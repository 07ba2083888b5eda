"""`firingtree bench`: what each command leaves, says and refuses. Nothing is asserted of times."""

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Protocol, TypeVar

import psutil
import pytest

from reference.edges.bench import all_command
from reference.edges.bench.contestants import ALL, GRADIENT, OURS, Contestant, Step
from reference.edges.bench.library_rivals import NEEDED
from reference.edges.bench.loss_race import RACERS
from reference.edges.bench.own_process import Lost, Worked
from reference.edges.bench.structure_race import STRUCTURES, Pace
from reference.edges.command_line import status_of
from tests.bench_work import Document, left, results
from tests.commands import DATA, assert_refused, call
from tests.interruptions import stop_after

pytestmark = pytest.mark.thorough

SMALL = "--data small.csv --points 3 --alpha 0.05"
ITERATION = f"bench iteration {SMALL} --width 16,2^6 --repeats 2"
RIVALS = f"bench rivals {SMALL} --width 16 --repeats 1"
STRUCTURE = f"bench structures {SMALL} --width 32 --repeats 2 --steps 2"
MEMORY = f"bench memory {SMALL} --width 16 --steps 1"
LEVELS = f"bench levels {SMALL} --width 16,32 --steps 2"
COMMANDS = [ITERATION, RIVALS, STRUCTURE, MEMORY, LEVELS]
INTERRUPTED = "firingtree: error[interrupted]: stopped at once; no file is half-written"
FILES = "--json bench.json --plot bench.svg"


T = TypeVar("T")


class Named(Protocol):
    """A task: it names a method."""

    @property
    def name(self) -> str: ...


@pytest.fixture(scope="module", autouse=True)
def small_heap() -> Iterator[None]:
    """What was there before is not looked through again by each collection of garbage."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)
    Path("folder").mkdir()


def written(capsys: pytest.CaptureFixture[str], command: str) -> str:
    """What a command says that succeeds, and leaves its JSON and its picture."""
    told = call(capsys, f"{command} {FILES}")
    assert (told.status, told.err) == (0, "")
    assert told.out.endswith("written: bench.json\nwritten: bench.svg\n")
    assert b"</svg>" in Path("bench.svg").read_bytes()
    document = left()
    assert set(document) == {"version", "machine", "settings", "results"}
    assert str(Path("bench.json").read_bytes()).count('"numpy": "') == 1
    return told.out


def of(found: Sequence[Document], key: str, value: object) -> list[Document]:
    return [each for each in found if each[key] == value]


# ---- iteration -----------------------------------------------------------------------------------


def test_an_iteration_of_every_method_is_timed_at_every_width(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = written(capsys, ITERATION)
    found = json.loads(Path("bench.json").read_bytes())["results"]
    assert [at["width"] for at in found["widths"]] == [16, 64]
    for at in found["widths"]:
        assert (at["rounds"], at["same_firing"], at["left_out"]) == (2, True, [])
        assert at["loss_difference"] < 1e-9
        assert [each["method"] for each in at["methods"]] == list(ALL)
        for each in at["methods"]:
            assert len(each["seconds"]) == len(each["wall"]) == len(each["losses"]) == 2
            assert all(w >= s > 0 for w, s in zip(each["wall"], each["seconds"], strict=True))
            assert each["median"] == pytest.approx(sum(each["seconds"]) / 2)
        dense = next(each for each in at["methods"] if each["method"] == "numpy-dense")
        for each in at["methods"]:
            over = each["dense_over_this"]
            pairs = [d / s for d, s in zip(dense["seconds"], each["seconds"], strict=True)]
            assert [over["least"], over["most"]] == sorted(pairs)
            assert over["median"] == pytest.approx(sum(pairs) / 2)
        first = {each["losses"][0] for each in at["methods"] if each["method"] in OURS}
        assert max(first) - min(first) <= 1e-12 * max(first)
    assert out.count("the same firing sets in 2 rounds") == 2
    assert [c["words"] in out for c in found["comparisons"]] == [True] * 6
    (end,) = found["end_to_end"]
    assert end["width"] == 64
    for name in ("ours", "dense"):
        assert len(end[name]) == 3
        assert all(run["reached"] and run["loss"] <= 1e-20 for run in end[name])
    assert "end to end at m = 64: vectorized-live" in out


def test_whole_trainings_are_made_where_they_are_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = f"{ITERATION} --methods plain-live,vectorized-live"
    written(capsys, f"{command} --end-to-end none")
    assert results()["end_to_end"] == []
    at = results()["widths"][0]
    assert at["same_firing"] is True
    written(capsys, f"{command} --end-to-end 64,256")
    found = results()
    assert [end["width"] for end in found["end_to_end"]] == [64, 256]
    assert [at["width"] for at in found["widths"]] == [16, 64]


def test_alone_or_along_the_gradient_nothing_is_said_of_a_trajectory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = f"{ITERATION} --end-to-end none --methods"
    for methods in ("numpy-gradient,plain-live", "numpy-dense"):
        assert "trajectory" not in written(capsys, f"{command} {methods}")
        at = results()["widths"][0]
        assert (at["same_firing"], at["loss_difference"]) == (None, None)


def test_when_a_trajectory_ends_all_start_again(capsys: pytest.CaptureFixture[str]) -> None:
    """In 40 rounds the loss has stalled at its rounding, and is as high as at first again."""
    command = f"{ITERATION} --end-to-end none --repeats 40 --methods plain-live,numpy-dense"
    written(capsys, command)
    for at in json.loads(Path("bench.json").read_bytes())["results"]["widths"]:
        for each in at["methods"]:
            first = each["losses"][0]
            assert len(each["losses"]) == 40
            assert sum(loss == first for loss in each["losses"]) > 1
            assert min(each["losses"]) < 1e-20


def test_a_contestant_that_walks_elsewhere_is_seen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Walker:
        def __init__(self, step: Step) -> None:
            self._step = step

        def step(self) -> Step | None:
            return self._step

    def together(*_: object) -> Contestant:
        return Walker(Step(1.0, "here", 1.0, 1.0))

    def astray(name: str, *_: object) -> Contestant:
        if name == "plain-live":
            return Walker(Step(0.5, "elsewhere", 1.0, 1.0))
        return together()

    command = f"{ITERATION} --end-to-end none --methods plain-live,vectorized-live"
    monkeypatch.setattr("reference.edges.bench.iteration.start", together)
    assert "the same firing sets" in written(capsys, command)
    monkeypatch.setattr("reference.edges.bench.iteration.start", astray)
    assert "DIFFERENT firing sets" in written(capsys, command)
    at = results()["widths"][0]
    assert (at["same_firing"], at["loss_difference"]) == (False, 0.5)


# ---- rivals --------------------------------------------------------------------------------------


def here(work: Callable[[Named], T], task: Named) -> Worked[T] | Lost:
    """In this process: what a test need not start another for. The plain tree is lost."""
    if task.name == "plain-tree":
        return Lost(-9)
    return Worked(work(task), 3 << 20, 1 << 20)


def test_everybody_is_trained_to_one_loss_in_a_process_of_their_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    methods = "vectorized-live,numpy-dense,sklearn-lbfgs"
    out = written(capsys, f"{RIVALS} --until 1e-3 --methods {methods}")
    found = results()["methods"]
    assert [each["method"] for each in found] == methods.split(",")
    for each in json.loads(Path("bench.json").read_bytes())["results"]["methods"]:
        (run,) = each["runs"]
        assert run["reached"]
        assert run["loss"] <= 1e-3
        assert run["iterations"] > 0
        assert each["peaks"][0] > 20 << 20
        assert each["lost"] == ""
    assert "sklearn trains both layers and biases" in out
    assert "PyTorch" not in out


def test_who_is_not_installed_is_skipped_with_a_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reference.edges.bench.loss_race.in_own_process", here)
    monkeypatch.setattr(
        "reference.edges.bench.rivals_command.is_installed", lambda name: name not in NEEDED
    )
    out = written(capsys, f"{RIVALS} --until 1e-3")
    assert "torch-gradient, torch-lbfgs skipped: torch is not installed\n" in out
    found = json.loads(Path("bench.json").read_bytes())["results"]
    assert [each["method"] for each in found["methods"]] == [
        name for name in RACERS if name not in NEEDED
    ]
    assert found["skipped"]["torch-lbfgs"] == "torch is not installed"
    assert found["differences"] == []


def test_if_nobody_is_installed_the_extra_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "reference.edges.bench.rivals_command.is_installed", lambda name: name not in NEEDED
    )
    command = f"{RIVALS} --methods torch-lbfgs"
    assert_refused(capsys, command, "extra-missing", ["pip install 'firingtree[torch]'"])


def test_who_does_not_reach_the_loss_and_who_is_lost_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reference.edges.bench.loss_race.in_own_process", here)
    methods = "plain-tree,numpy-dense,numpy-gradient"
    out = written(capsys, f"{RIVALS} --limit 1e-9 --repeats 2 --methods {methods}")
    assert "plain-tree: its process was killed, as the system does when memory runs out\n" in out
    words = "2 of 2 runs did not reach the loss: stopped after 1e-09 s\n"
    assert f"numpy-gradient: {words}" in out
    assert of(results()["methods"], "method", "plain-tree")[0]["runs"] == []


# ---- structures ----------------------------------------------------------------------------------


def test_all_structures_are_fed_one_stream(capsys: pytest.CaptureFixture[str]) -> None:
    out = written(capsys, STRUCTURE)
    assert "9 queries, 2 updates of " in out
    assert "all answers are equal\n" in out
    found = results()["structures"]
    assert [each["structure"] for each in found] == list(STRUCTURES)
    for each in json.loads(Path("bench.json").read_bytes())["results"]["structures"]:
        assert each["agrees"]
        assert len(each["build"]) == len(each["query"]) == len(each["update"]) == 2


def test_the_outside_peer_is_skipped_by_name_where_it_is_not_installed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_ours(name: str) -> bool:
        return name != "sorted-key-list"

    monkeypatch.setattr("reference.edges.bench.structures_command.is_installed", only_ours)
    out = written(capsys, STRUCTURE)
    assert "sorted-key-list skipped: sortedcontainers is not installed\n" in out
    found = json.loads(Path("bench.json").read_bytes())["results"]
    assert found["skipped"] == ["sorted-key-list"]
    assert [each["structure"] for each in found["structures"]] == list(STRUCTURES[:-1])


def test_a_wrong_answer_is_told_and_is_the_status(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def disagreeing(*_: object) -> list[Pace]:
        return [
            Pace(
                structure=name,
                build=[1.0],
                query=[1.0],
                update=[1.0],
                bytes_a_score=8.0,
                agrees=name != "scan",
            )
            for name in ("scan", "ordered")
        ]

    monkeypatch.setattr("reference.edges.bench.structures_command.structure_race", disagreeing)
    told = call(capsys, STRUCTURE)
    assert told.status == 1
    assert "DIFFERENT answers: scan\n" in told.out


# ---- memory, levels ------------------------------------------------------------------------------


def test_peaks_stand_beside_what_was_estimated(capsys: pytest.CaptureFixture[str]) -> None:
    written(capsys, f"{MEMORY} --methods vectorized-live,numpy-gradient")
    peaks = json.loads(Path("bench.json").read_bytes())["results"]["peaks"]
    assert [peak["method"] for peak in peaks] == ["vectorized-live", "numpy-gradient"]
    for peak in peaks:
        assert peak["peak"] > 20 << 20
        assert peak["added"] < peak["peak"]
        assert peak["estimated"] > 1 << 26
        assert peak["lost"] == ""


def test_a_lost_process_has_no_peak(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> Lost:
        return Lost(5)

    monkeypatch.setattr("reference.edges.bench.peak_memory.in_own_process", lost)
    assert "its process ended with status 5" in written(capsys, MEMORY)
    monkeypatch.setattr("reference.edges.bench.peak_memory.in_own_process", here)
    out = written(capsys, f"{MEMORY} --methods plain-tree,numpy-dense")
    assert "2 MiB" in out
    assert "plain-tree at 2^4: its process was killed" in out
    assert [peak["added"] for peak in results()["peaks"]] == [0, 2 << 20]


def test_levels_are_compared_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    out = written(capsys, f"{LEVELS} --level full")
    assert out.count("full over off: median ") == 2
    found = json.loads(Path("bench.json").read_bytes())["results"]["levels"]
    assert [each["width"] for each in found] == [16, 32]
    for each in found:
        assert len(each["ratios"]) == 2
        low, high = each["over_off"]["least"], each["over_off"]["most"]
        assert [low, high] == sorted(each["ratios"])


# ---- all -----------------------------------------------------------------------------------------


def test_all_leave_json_and_a_picture_each(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reference.edges.bench.loss_race.in_own_process", here)
    monkeypatch.setattr("reference.edges.bench.peak_memory.in_own_process", here)
    sizes = {command.split()[1]: command.split(maxsplit=2)[2] for command in COMMANDS}
    sizes["iteration"] += " --end-to-end none --methods numpy-dense"
    sizes["rivals"] += " --methods numpy-dense"
    sizes["structures"] += " --structures scan"
    sizes["memory"] += " --methods numpy-dense"
    sizes["levels"] += " --width 16"
    monkeypatch.setattr(all_command, "SIZES", sizes)
    told = call(capsys, "bench all --out new/bench")
    assert (told.status, told.err) == (0, "")
    names = ["iteration", "rivals", "structures", "memory", "levels"]
    assert sorted(path.name for path in Path("new/bench").iterdir()) == sorted(
        f"{name}.{kind}" for name in names for kind in ("json", "png")
    )
    for name in names:
        assert Path(f"new/bench/{name}.png").read_bytes().startswith(b"\x89PNG")
        assert f"firingtree bench {name} " in told.out


def test_the_status_of_all_is_the_largest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses = iter([0, 1, 0])

    class Ends:
        def main(self, arguments: list[str], standalone_mode: bool) -> int:
            return next(statuses)

    monkeypatch.setattr(all_command, "COMMANDS", dict.fromkeys(("rivals", "levels"), Ends()))
    assert call(capsys, "bench all --out folder").status == 1
    assert_refused(capsys, "bench all --out small.csv", "output-folder-missing", ["--out"])
    assert_refused(capsys, "bench all more", "usage", ["more"])


# ---- memory that is not there --------------------------------------------------------------------


def with_memory(patch: pytest.MonkeyPatch, free: int) -> None:
    """Until undone, the machine has so much free memory."""
    patch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=free, total=1 << 35))


def test_who_does_not_fit_at_a_width_is_left_out_with_a_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 2^16 five contestants take some 70 MiB each, and 160 MiB hold two of them."""
    with_memory(monkeypatch, 160 << 20)
    command = f"{ITERATION} --methods numpy-dense,numpy-gradient,vectorized-live --width 16"
    out = written(capsys, f"{command} --end-to-end none")
    words = "left out at m = 16: vectorized-live takes about "
    assert words in out
    assert "MiB are free\n" in out
    (at,) = json.loads(Path("bench.json").read_bytes())["results"]["widths"]
    assert [each["method"] for each in at["methods"]] == ["numpy-dense", "numpy-gradient"]
    assert [each["method"] for each in at["left_out"]] == ["vectorized-live"]
    assert at["left_out"][0]["needed"] > 1 << 26


def test_a_width_at_which_nobody_fits_has_no_times(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_memory(monkeypatch, 100 << 20)
    command = f"{ITERATION} --methods numpy-dense --width 16,2^20"
    out = written(capsys, command)
    assert "left out at m = 1,048,576: numpy-dense takes about " in out
    assert "no training end to end: left out at m = 1,048,576: vectorized-live" in out
    small, large = results()["widths"]
    assert (small["rounds"], large["rounds"], large["methods"]) == (2, 0, [])
    out = written(capsys, MEMORY.replace("--width 16", "--width 2^20,16 --methods numpy-dense"))
    assert "left out at m = 1,048,576: numpy-dense" in out


@pytest.mark.parametrize("command", [ITERATION, RIVALS, STRUCTURE, MEMORY, LEVELS])
def test_what_fits_nowhere_is_refused(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_memory(monkeypatch, 1 << 20)
    words = ["0.000977 GiB are free", "would fit"]
    if command != LEVELS:
        assert_refused(capsys, f"{command} --json new.json", "memory-exceeded", words)
    else:
        assert call(capsys, command).err.startswith("firingtree: error[memory-exceeded]")


# ---- interruptions -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [ITERATION, STRUCTURE, LEVELS])
def test_ctrl_c_ends_it_at_once_with_nothing_written(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        stop_after(patch, 2)
        told = call(capsys, f"{command} {FILES}")
    assert told.status == 130
    assert told.err.strip() == INTERRUPTED
    assert sorted(path.name for path in Path().iterdir()) == ["folder", "small.csv"]


def is_spawned(process: psutil.Process) -> bool:
    """Is it there, and a process that was started to do some work?"""
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # a tool that was asked for the machine's name, and is gone
        return False


def test_ctrl_c_ends_the_process_that_trains_too() -> None:
    """As on a terminal, where it reaches the whole group."""
    command = f"{RIVALS} --methods numpy-gradient --until 0 --limit 600 --points 6 --width 2^12"
    firingtree = str(Path(sys.executable).with_name("firingtree"))
    process = subprocess.Popen(
        [firingtree, *command.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    parent = psutil.Process(process.pid)
    children: list[psutil.Process] = []
    while not any(map(is_spawned, children)):
        assert process.poll() is None
        children = parent.children()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.strip() == INTERRUPTED
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []


# ---- what is refused -----------------------------------------------------------------------------

REFUSED = [
    (ITERATION, "--methods adam", "out-of-range", "--methods", "numpy-dense", "found adam"),
    (ITERATION, "--methods=", "out-of-range", "--methods", "''"),
    (ITERATION, "--methods numpy-dense,numpy-dense", "out-of-range", "only once"),
    (ITERATION, "--end-to-end all", "out-of-range", "--end-to-end", "'all'"),
    (ITERATION, "--end-to-end=", "out-of-range", "--end-to-end"),
    (ITERATION, "--repeats 0", "out-of-range", "--repeats", "0"),
    (ITERATION, "--repeats 10001", "out-of-range", "--repeats", "10,000"),
    (RIVALS, "--methods vectorized-dense", "out-of-range", "--methods", "sklearn-adam"),
    (RIVALS, "--width 16,32", "out-of-range", "--width", "one width", "16,32"),
    (RIVALS, "--limit 0", "out-of-range", "--limit"),
    (RIVALS, "--limit nan", "out-of-range", "--limit", "nan"),
    (RIVALS, "--limit inf", "out-of-range", "--limit", "inf"),
    (RIVALS, "--until nan", "out-of-range", "--until"),
    (RIVALS, "--until -1", "out-of-range", "--until"),
    (RIVALS, "--repeats -1", "out-of-range", "--repeats", "-1"),
    (RIVALS, "--alpha 0.99 --methods plain-live", "no-firing-neuron"),
    (STRUCTURE, "--structures heap", "out-of-range", "--structures", "sorted-key-list"),
    (STRUCTURE, "--structures scan,", "out-of-range", "--structures", "'scan,'"),
    (STRUCTURE, "--width 16,32", "out-of-range", "--width", "one width"),
    (STRUCTURE, "--steps 0", "out-of-range", "--steps", "0"),
    (STRUCTURE, "--repeats 0", "out-of-range", "--repeats", "0"),
    (MEMORY, "--methods torch-lbfgs", "out-of-range", "--methods", "found torch-lbfgs"),
    (MEMORY, "--steps 0", "out-of-range", "--steps", "0"),
    (LEVELS, "--steps 0", "out-of-range", "--steps", "0"),
    (LEVELS, "--level off", "usage", "--level"),
]
REFUSED += [
    (command, options, code, *words)
    for command in COMMANDS
    for options, code, *words in [
        ("--width 0", "out-of-range", "--width", "0"),
        ("--width two", "out-of-range", "--width", "'two'"),
        ("--width=", "out-of-range", "--width", "''"),
        ("--points 1", "out-of-range", "--points", "1"),
        ("--points 7", "too-few-rows", "7"),
        ("--alpha 1", "out-of-range", "--alpha", "1"),
        ("--alpha nan", "out-of-range", "--alpha", "nan"),
        ("--seed -1", "out-of-range", "--seed", "-1"),
        ("--data absent.csv", "data-file-missing", "absent.csv"),
        ("--json no/out.json", "output-folder-missing", "--json", "no/out.json"),
        ("--json folder", "output-folder-missing", "--json", "folder"),
        ("--plot no/out.png", "output-folder-missing", "--plot", "no/out.png"),
        ("--plot out.gif", "out-of-range", "--plot", "out.gif", "png, svg, pdf"),
        ("--json out.png --plot out.png", "output-collision", "--plot", "--json"),
        ("--json small.csv", "output-collision", "--json", "--data"),
        ("more", "usage", "more"),
    ]
]
REFUSED += [
    (command, "--alpha 0.99", "no-firing-neuron", "of the data")
    for command in (ITERATION, STRUCTURE, LEVELS)
]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [(f"{command} {options}", code, words) for command, options, code, *words in REFUSED],
    ids=[f"{command.split()[1]} {options}" for command, options, *_ in REFUSED],
)
def test_what_cannot_be_measured_is_refused_by_name(
    arguments: str, code: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(capsys, arguments, code, words)


def test_bench_alone_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ("bench", "bench --help"):
        told = call(capsys, arguments)
        for name in ("iteration", "rivals", "structures", "memory", "levels", "all"):
            assert name in told.out + told.err


def test_gradient_descent_and_every_method_of_ours_can_be_asked_for() -> None:
    assert set(ALL) == {*OURS, "numpy-dense", GRADIENT}
    assert status_of(["bench", "iteration", "--help"]) == 0
