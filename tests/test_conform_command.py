"""What `firingtree conform` ends with, and what it says, option by option."""

import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from invariants.conformance.plan import Plan
from invariants.conformance.planted.misbehaving import KINDS
from invariants.conformance.planted.mutants import MUTANTS
from invariants.conformance.planted.self_test import RIGHT
from invariants.conformance.vectors.vector_files import read_vectors
from tests.commands import call, lying_here
from tests.ports_for_tests import (
    FIRINGTREE,
    NO_DUMP,
    NO_QUERY,
    NOT_STRICT,
    VECTORS,
    assert_diagnosed,
    assert_fits_on_a_screen,
    at_threshold_one,
    claiming,
    conform,
    examined,
    few,
    misbehaving,
    process,
    running,
    skeleton,
    verdict_in,
)

pytestmark = pytest.mark.plain

FEW_PROGRAMS = Plan(exact=6, banded=4, boundary=4, least_boundary=0)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test's own, and no process that names it is left."""
    monkeypatch.chdir(tmp_path)
    yield
    assert running(tmp_path) == []


# ---- four ways to end ----------------------------------------------------------------------------


def test_a_right_port_conforms_and_it_is_told_what_that_shows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = conform(capsys, skeleton())
    assert (told.status, told.err) == (0, "")
    first, contract, vectors, *_ = told.out.splitlines()
    assert first == "port      skeleton 0.1 (Python)"
    assert contract.startswith("contract  53 bits held, 53 computed, 53 kept, 53 solved; ")
    assert vectors == (
        "vectors   3 programs, 11 requests, 17 decisions: 5 at the boundary, 5 ties, 0 free"
    )
    verdict = r"^conforms: E\(53\) \+ B\(53\), vectors 1\.0: 3 passed, 0 failed, 0 known, 0 not off"
    assert re.search(verdict, told.out, re.MULTILINE)
    assert "What this shows" in told.out
    assert "What it does not" in told.out
    assert "not claimed: update, delta, step" in told.out
    assert_fits_on_a_screen(told)
    assert not Path("conform-failures").exists()


def test_a_wrong_port_diverges_and_the_first_wrong_answer_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = conform(capsys, skeleton(NOT_STRICT))
    assert (told.status, told.err) == (1, "")
    headline = told.out.index("DIVERGES  firing/threshold: A neuron fires if and only if its score")
    assert told.out.count("DIVERGES") == 1
    shown = told.out[headline:].splitlines()
    assert shown[1].startswith("  in        query/")
    assert shown[2:6] == [
        "  expected  is silent",
        "  found     fires",
        "  v         2",
        "  threshold 2",
    ]
    agrees = [line for line in shown if line.startswith("  agrees    ")]
    diverges = [line for line in shown if line.startswith("  diverges  ")]
    assert '"cmd":"load"' in agrees[0]
    assert '"cmd":"query"' in diverges[0]
    assert '"fired":' in diverges[1]
    assert shown[-1].startswith("diverges: E(53) + B(53), vectors 1.0: 0 passed, 3 failed, ")
    assert "What this shows" not in told.out
    assert_fits_on_a_screen(told)


@pytest.mark.parametrize(
    "port",
    [
        lambda: skeleton(claiming()),
        lambda: skeleton(claiming("query", "step"), NO_QUERY),
        lambda: skeleton(claiming("query", "update", "delta", "step", "dump"), NO_QUERY, NO_DUMP),
    ],
    ids=["claims nothing", "queries are skipped", "everything is skipped"],
)
def test_a_port_of_which_nothing_is_seen_does_not_conform(
    capsys: pytest.CaptureFixture[str], port: Callable[[], list[str]]
) -> None:
    told = conform(capsys, port())
    assert (told.status, told.err) == (3, "")
    assert "\nremark    nothing was tested: no query, step or dump was answered\n" in told.out
    assert "\ntoo little tested: " in told.out
    assert "What this shows" not in told.out


def test_nor_does_it_if_it_was_loaded_again_and_again() -> None:
    (verdict,) = examined(skeleton(claiming()), FEW_PROGRAMS)
    assert sum(part.requests for part in verdict.parts) > 0
    assert verdict.outcome == "too little tested"


def test_a_port_is_seen_by_its_dumps_alone(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, skeleton(claiming("dump", "query"), NO_QUERY))
    assert told.status == 0
    assert "\nskipped   8 times: no query yet https://example.org/issues\n" in told.out


def test_reasons_for_skips_are_cut_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """However many a port has, and however long they are."""
    reason = "raise Skipped(str(request['seq']) + ' comes too late' * 9999)"
    told = conform(capsys, skeleton((NO_QUERY[0], reason)))
    assert told.status == 0
    assert told.out.count("skipped   1 times: ") == 5
    assert "\nskipped   3 times for 3 more reasons\n" in told.out
    assert_fits_on_a_screen(told)


@pytest.mark.parametrize("name", ["x" * 99_999, "a\\n" * 99, "\\x1b[2J"])
def test_a_name_takes_one_line_of_the_screen(capsys: pytest.CaptureFixture[str], name: str) -> None:
    told = conform(capsys, skeleton(('"name": "skeleton"', f'"name": "{name}"')))
    assert told.status == 0
    assert "\x1b" not in told.out
    assert_fits_on_a_screen(told)


def test_an_answer_of_thousands_is_cut_on_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, skeleton((NO_QUERY[0], 'return {"fired": [0] * 9_999}')))
    assert told.status == 1
    assert "query/distinct" in told.out
    assert_fits_on_a_screen(told)


# ---- guards against a verdict that shows nothing -------------------------------------------------


def test_too_few_decisions_at_the_boundary_are_too_little() -> None:
    plan = Plan(exact=2, banded=2, boundary=2, least_boundary=9_999)
    (verdict,) = examined(skeleton(), plan)
    assert verdict.outcome == "too little tested"
    assert re.fullmatch("[0-9]+ boundary decisions, fewer than 9999", verdict.remarks[0])


def test_too_many_free_decisions_are_too_little() -> None:
    """A port that declares so little precision that it may answer as it likes."""
    loose = [(f'"{name}": 53', f'"{name}": 8') for name in ("accumulate_bits", "leaf_bits")]
    (verdict,) = examined(
        skeleton(*loose, ('"rounding": "nearest"', '"rounding": "other"')),
        Plan(exact=0, banded=40, boundary=0, least_boundary=0),
    )
    assert verdict.outcome == "too little tested"
    assert "decisions of the general part were free, more than 1%" in verdict.remarks[0]


def test_a_port_that_declares_few_bits_is_sent_what_fits_into_them() -> None:
    eight = [(f'"{name}_bits": 53', f'"{name}_bits": 8') for name in ("input", "leaf", "solve")]
    finite = '    demand(all(map(math.isfinite, numbers)), "not_finite", "NaN or an infinity")\n'
    fit = f"{finite}    assert all(math.frexp(k)[0] * 256 % 1 == 0 for k in numbers)\n"
    told = process("conform", "--vectors-only", "--", *skeleton(*eight, (finite, fit)))
    assert told.status == 0
    needs = [one.needs for one in read_vectors(VECTORS).vectors]
    wide = sum(one.bits == 53 for one in needs)
    narrow = sum(one.bits == 8 and {*one.operations} <= {"query", "dump"} for one in needs)
    assert f"\nnot sent  {wide} vectors: needs 53 bits, the port declares 8\n" in told.out
    assert f"\nconforms: E(8) + B(53), vectors 1.0: {narrow} passed, 0 failed, " in told.out


# ---- options -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "firingtree conform -- ./my_port"),
        ("--vectors-only", "firingtree conform -- ./my_port"),
        ("--recorded replies.jsonl -- ./my_port", "firingtree conform -- ./my_port"),
        ("--seed -1 -- ./my_port", "--seed"),
        ("--timeout 0 -- ./my_port", "--timeout"),
        ("--memory 0 -- ./my_port", "--memory"),
        ("--lane exact -- ./my_port", "--lane"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    capsys: pytest.CaptureFixture[str], given: str, words: str
) -> None:
    assert_diagnosed(call(capsys, f"conform {given}"), "usage", words)


def test_what_follows_the_dashes_is_the_ports_own(capsys: pytest.CaptureFixture[str]) -> None:
    """Options too, even those that the harness has."""
    check = "import sys\nassert sys.argv[1:] == ['--seed', 'x', '--quiet'], sys.argv\n"
    command = skeleton(("import sys\n", check))
    told = conform(capsys, [*command, "--seed", "x", "--quiet"])
    assert told.status == 0
    assert told.out.count("\n") > 5


def test_without_an_option_all_vectors_are_sent_that_the_port_can_take() -> None:
    told = process("conform", "--vectors-only", "--json", "run.json", "--", *skeleton())
    assert told.status == 0
    vectors = read_vectors(VECTORS).vectors
    wanted = [one.id for one in vectors if {*one.needs.operations} <= {"query", "dump"}]
    left = len(vectors) - len(wanted)
    assert len(wanted) > 70
    assert verdict_in("run.json").vectors.passed == wanted
    assert f": {len(wanted)} passed, 0 failed, 0 known, {left} not offered; " in told.out
    assert re.search("\nnot sent  [0-9]+ vectors: step is not claimed\n", told.out)


def test_the_seed_is_told_and_decides_what_is_asked() -> None:
    once, again, other = examined(skeleton(), FEW_PROGRAMS, seeds=(5, 5, 6))
    assert [verdict.seed for verdict in (once, again, other)] == [5, 5, 6]
    assert once.parts == again.parts != other.parts
    assert [part.name for part in once.parts] == ["vectors", "exact", "banded", "boundary"]
    assert min(part.requests for part in once.parts) > 4


def test_vectors_only_leaves_the_programs_out(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, skeleton(), "--seed=7")
    assert re.search(r"\bseed 7, [0-9.]+ s$", told.out, re.MULTILINE)
    assert [line for line in told.out.splitlines() if "programs," in line][1:] == [
        line for line in told.out.splitlines() if line.startswith("conforms: ")
    ]


@pytest.mark.parametrize(
    ("change", "status", "outcome"),
    [
        (NOT_STRICT, 1, "diverges: "),
        (claiming("query", "dump"), 0, "conforms: "),
        (claiming(), 3, "too little tested: "),
    ],
)
def test_quiet_says_the_outcome_alone(
    capsys: pytest.CaptureFixture[str], change: tuple[str, str], status: int, outcome: str
) -> None:
    """And keeps what must be kept."""
    told = conform(capsys, skeleton(change), "--quiet")
    assert told.status == status
    assert told.out.startswith(outcome)
    assert (told.out.count("\n"), told.err) == (1, "")
    assert Path("conform-failures").exists() == (status == 1)


def test_a_slow_port_may_take_the_time_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    slow = misbehaving("time.sleep(1.5)")
    assert conform(capsys, slow, "--timeout=9").status == 0
    assert_diagnosed(conform(capsys, slow, "--timeout=0.9"), "port-silent", "within 0.9 s")


def test_failures_are_kept_where_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, skeleton(NOT_STRICT), "--failures=here/and there")
    assert sorted(path.name for path in Path("here/and there").iterdir()) == [
        "query-dumped-as-loaded-firing-threshold.json",
        "query-one-neuron-firing-threshold.json",
        "query-tie-is-silent-firing-threshold.json",
    ]
    assert "--replay here/and there/query-" in told.out


def test_the_place_for_failures_is_looked_at_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Before an hour's verdict is lost for want of a folder."""
    Path("file").touch()
    told = conform(capsys, misbehaving("open('begun', 'x')", at=0), "--failures=file/folder")
    assert_diagnosed(told, "output-folder-missing", "--failures", "file is a file")
    assert not Path("begun").exists()


# ---- Ctrl-C --------------------------------------------------------------------------------------

STOPPED = "firingtree: error[interrupted]: stopped at once; no file is half-written"
BEGUN = "open('begun', 'x').close()"
SLEEP = "time.sleep(600)"
DEAF = f"""\
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork():
    {BEGUN}
{SLEEP}"""
CRASH = f"""\
if os.path.exists('crashed'):
    {BEGUN}
    {SLEEP}
open('crashed', 'x').close()
os.abort()"""


@pytest.mark.parametrize(
    ("port", "options"),
    [
        (lambda: misbehaving(f"{BEGUN}; {SLEEP}", at=0), "--vectors-only"),
        (lambda: misbehaving(DEAF, at=6), "--vectors-only"),
        (lambda: at_threshold_one(CRASH), "--vectors-only"),
        (lambda: misbehaving(BEGUN, at=100), "--seed=1"),
    ],
    ids=["hello", "deaf and with a child", "a crash is made shorter", "programs"],
)
def test_ctrl_c_leaves_no_process_and_no_half_file(
    port: Callable[[], list[str]], options: str
) -> None:
    Path("old.json").write_text("old")
    command = port()
    few()
    before = lying_here()
    given = ["conform", "--vectors", "few", "--json", "old.json", options, "--", *command]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [FIRINGTREE, *given], stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as harness:
        while not Path("begun").exists():
            assert harness.poll() is None
            time.sleep(0.02)
        harness.send_signal(signal.SIGINT)
        out, err = harness.communicate(timeout=30)
    assert (out, err.strip(), harness.returncode) == ("", STOPPED, 130)
    for new in ("begun", "crashed"):
        Path(new).unlink(missing_ok=True)
    assert lying_here() == before


# ---- the harness on trial ------------------------------------------------------------------------


@pytest.mark.thorough
def test_the_self_test_finds_everything_as_expected() -> None:
    told = process("conform", "--self-test")
    *trials, total = told.out.splitlines()
    assert len(trials) == len(RIGHT) + len(MUTANTS) + len(KINDS)
    assert [line for line in trials if not line.endswith(": as expected")] == []
    assert total == f"{len(trials)} of {len(trials)} came to what they had to"
    assert (told.status, told.err) == (0, "")
