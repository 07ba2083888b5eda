"""`firingtree audit` as a person runs it: several processes, files, Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from proofs.audit.report.typesetting import plain
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade
from proofs.evidence.results import Found, keep, nothing_yet, read
from proofs.ledger.claim import Verdict, ledger
from tests.commands import assert_refused, call

pytestmark = pytest.mark.plain

FIRINGTREE = str(Path(sys.executable).parent / "firingtree")

QUICK_ONES = ["cost/total", "structure/init", "cost/alpha-range"]
"""Claims that rest on no theorem, so that their checks take a moment."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.thorough
def test_verdicts_are_found_again_and_the_same_bytes_by_one_process_or_two() -> None:
    for workers in ("1", "2"):
        command = [FIRINGTREE, "audit", *QUICK_ONES, "--quick", "--workers", workers]
        done = subprocess.run(
            [*command, "--results", f"{workers}.json"], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "3 of 3 verdicts found as the ledger has them" in done.stdout
        assert "  why: " in done.stdout
    assert Path("1.json").read_bytes() == Path("2.json").read_bytes()


def test_what_is_kept_is_not_looked_at_again_and_a_verdict_that_fell_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fallen = Found(Decision(Verdict.REFUTED, [Fact("made up", Grade.EXACT)]))
    keep(Path("audit.json"), nothing_yet(Effort.QUICK).with_result("model/offset", fallen))
    told = call(capsys, "audit model/offset --quick --results audit.json --html audit.html")
    assert told.status == 1
    assert "1 results are in audit.json already" in told.out
    assert "REFUTED, but the ledger says PROVED" in told.out
    assert "exact: made up" in told.out
    assert b"made up" in Path("audit.html").read_bytes()


@pytest.mark.thorough
def test_ctrl_c_loses_nothing_and_the_same_command_goes_on() -> None:
    command = [FIRINGTREE, "audit", *QUICK_ONES, "--quick", "--workers", "1"]
    process = subprocess.Popen(
        [*command, "--results", "some.json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while not Path("some.json").exists() and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")
    assert "the same command goes on" in out
    kept = read(Path("some.json"), Effort.QUICK)
    assert 0 < len(kept.results) < len(QUICK_ONES)
    for path in ("some.json", "all.json"):
        done = subprocess.run([*command, "--results", path], capture_output=True, check=False)
        assert done.returncode == 0
    assert Path("some.json").read_bytes() == Path("all.json").read_bytes()


def test_bad_requests_leave_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert_refused(capsys, "audit model/offset --workers 0", "out-of-range", ["--workers"])
    missing = "audit model/offset --results none/audit.json"
    assert_refused(capsys, missing, "output-folder-missing", ["--results"])
    both = "audit model/offset --results a.json --html a.json"
    assert_refused(capsys, both, "output-collision", ["--html"])
    assert_refused(capsys, "audit --quick --slow", "usage", ["--slow"])


def test_results_of_other_code_are_refused_and_stay(capsys: pytest.CaptureFixture[str]) -> None:
    other = msgspec.structs.replace(nothing_yet(Effort.QUICK), code="0" * 64)
    keep(Path("audit.json"), other)
    asked = "audit model/offset --quick --results audit.json"
    assert_refused(capsys, asked, "results-of-other-code", ["0000000000000000", "remove"])
    Path("audit.json").write_bytes(b"{")
    assert_refused(capsys, asked, "results-damaged", ["audit.json"])


def test_every_fact_is_told_if_claims_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    told = call(capsys, "audit model/offset --quick")
    assert told.status == 0
    (claim,) = ledger().chosen(["model/offset"], [])
    assert f"claim: {plain(claim.statement)}" in told.out
    assert "symbolic: " in told.out
