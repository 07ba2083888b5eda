"""Parts of the harness by themselves: what it is told, what it tells, and what it starts."""

import sys
from collections.abc import Sequence
from io import BytesIO, TextIOWrapper
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from invariants.conformance.answering import reference_port, warded_process
from invariants.conformance.answering.conversation import greet
from invariants.conformance.answering.object_port import BINARY64_CONTRACT, ObjectPort
from invariants.conformance.answering.port_errors import PortNotStarted
from invariants.conformance.answering.reference_port import ReferencePort
from invariants.conformance.answering.warded_process import Limits, WardedProcess
from invariants.conformance.cases import build
from invariants.conformance.cases.case import STEP, Case, above, column, state
from invariants.conformance.command import vectors_command
from invariants.conformance.examination import Examination
from invariants.conformance.plan import Plan
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.protocol.messages import AnyRequest, Bye, Hello
from invariants.conformance.report.junit import junit
from invariants.conformance.report.replays import Replay, write_replay
from invariants.conformance.report.told import MOST_LINES, failure_told
from invariants.conformance.report.verdict import Failure
from invariants.conformance.vectors.vector_files import Needs, Vectors, not_offered
from reference.edges.command_line import status_of
from reference.edges.system.output_errors import OutputNotWritten
from reference.structures.threshold_search import Structure
from tests.commands import Told, call

pytestmark = pytest.mark.plain

REQUESTS: list[AnyRequest] = [Hello(protocol=[1]), column(1, 2), above(1), Bye(), above(0)]
LINES = [
    msgspec.json.encode(msgspec.structs.replace(one, seq=seq)) + b"\n"
    for seq, one in enumerate(REQUESTS)
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# ---- firingtree port -----------------------------------------------------------------------------


def served(lines: Sequence[bytes], patch: pytest.MonkeyPatch, options: str = "") -> list[bytes]:
    """What `firingtree port` answers to these lines."""
    written = BytesIO()
    patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"".join(lines))))
    patch.setattr(sys, "stdout", TextIOWrapper(written))
    assert status_of(["port", *options.split()]) == 0
    return written.getvalue().splitlines(keepends=True)


def test_our_port_answers_up_to_bye(monkeypatch: pytest.MonkeyPatch) -> None:
    told = served(LINES, monkeypatch, "--structure scan")
    held = ObjectPort(ReferencePort("plain", Structure.SCAN))
    assert told == [held.exchange(line) for line in LINES[:4]]


def test_our_port_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(served(LINES[:2], monkeypatch)) == 2


def test_an_engine_has_not_every_structure(capsys: pytest.CaptureFixture[str]) -> None:
    told = call(capsys, "port --engine vectorized --structure ordered")
    words = "the engine vectorized has no structure ordered for a port"
    assert told == Told(2, "", f"firingtree: error[usage]: {words}\n")


def test_a_step_that_is_not_found_is_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    held = ReferencePort()
    held.load([[1.0]], [0.0], [[2.0]], [1], 0.0, 1.0)
    monkeypatch.setattr(reference_port, "advance", lambda *_: None)
    with pytest.raises(ArithmeticError, match="no step was found"):
        held.step()


# ---- vectors -------------------------------------------------------------------------------------


def test_a_case_that_no_format_holds_exactly_is_refused() -> None:
    wide = Case("wide", [], "", [state([[3]], [[(1 << 53) - 1]])])
    with pytest.raises(ValueError, match="query/wide is exact in no format"):
        build._vector("query", wide)


def test_a_case_has_the_fewest_bits_in_which_it_stays_exact() -> None:
    """255 has eight bits and 256 = 255 + 1 has one; 257 = 256 + 1 has nine, as a sum or a step."""
    for case, bits in (
        (Case("sum", [], "", [state([[1, 1]], [[255, 1]])]), 8),
        (Case("sum", [], "", [state([[1, 1]], [[256, 1]])]), 11),
        (Case("step", [], "", [state([[1]], [[256]], labels=[-1]), STEP]), 11),
    ):
        assert build._vector("query", case).needs.bits == bits


def test_a_port_without_subnormals_is_not_asked_for_them() -> None:
    flushing = msgspec.structs.replace(BINARY64_CONTRACT, subnormals="flushed")
    hailed = greet(ObjectPort(TextbookPort())).hailed
    vector = msgspec.structs.replace(build.built().vectors[0], needs=Needs(8, [], True))
    assert not_offered(vector, hailed) is None
    told = not_offered(vector, msgspec.structs.replace(hailed, contract=flushing))
    assert told == "needs subnormals, the port flushes them"


def test_files_of_vectors_stay_small(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(capsys, "vectors build --folder here").status == 0
    assert call(capsys, "vectors check --folder here").status == 0
    monkeypatch.setattr(vectors_command, "MOST_BYTES", 1000)
    assert "more than 1,000 bytes" in call(capsys, "vectors check --folder here").err


# ---- what is told --------------------------------------------------------------------------------


def test_of_a_long_program_the_last_requests_are_shown() -> None:
    lines = [f"line {k}" for k in range(MOST_LINES + 8)]
    failure = Failure("lane exact", "a/check", "A sentence.", "a place", "1", "2", {}, [], lines)
    told = list(failure_told(failure))
    assert "  … 3 earlier requests, answered rightly" in told
    assert told[-MOST_LINES - 2 :] == [
        *[f"  agrees    {line}" for line in lines[6:-2]],
        *[f"  diverges  {line}" for line in lines[-2:]],
    ]


def test_each_lane_is_a_case_of_the_junit_file() -> None:
    examination = Examination(greet(ObjectPort(TextbookPort())), Plan(2, 2, 2), 0)
    verdict = examination.run(Vectors("1.0", []), {})
    suite = ElementTree.fromstring(junit(verdict))
    names = [case.get("name") for case in suite if case.get("classname") == "lanes"]
    assert names == [f"lane {part.name}" for part in verdict.parts if part.name != "vectors"]
    assert len(names) > 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--self-test -- port", "--self-test does not go with a port"),
        ("--deep --vectors-only -- port", "--deep does not go with --vectors-only"),
    ],
)
def test_options_that_mean_nothing_together_are_refused(
    options: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = call(capsys, f"conform {options}")
    assert told == Told(2, "", f"firingtree: error[usage]: {words}\n")


def test_a_replay_that_cannot_be_kept_is_told() -> None:
    Path("file").touch()
    with pytest.raises(OutputNotWritten, match="directory"):
        write_replay(Path("file/inner"), Replay(1, "port", "lane exact", "a/check", []))


# ---- a program and its warden --------------------------------------------------------------------


def warden(*lines: str) -> Path:
    """A warden that does this."""
    path = Path("warden.py").absolute()
    path.write_text("\n".join(["import os, sys", *lines]), encoding="utf-8")
    return path


def test_a_command_that_is_no_text_is_not_started() -> None:
    with pytest.raises(PortNotStarted, match="null byte"):
        WardedProcess(["a\0b"], Limits())


def test_a_port_whose_warden_is_lost_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warded_process, "WARDEN", warden())
    with pytest.raises(PortNotStarted, match="the process that starts it was ended"):
        WardedProcess(["port"], Limits())


def test_a_warden_may_say_everything_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    says = 'os.write(int(sys.argv[1]), b"started 1\\nended 5\\n")'
    monkeypatch.setattr(warded_process, "WARDEN", warden(says))
    process = WardedProcess(["port"], Limits())
    assert (process.status(10.0), process.lost) == (5, False)
    process.end()


def test_a_warden_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    says = 'os.write(int(sys.argv[1]), b"started 1\\n"); import time; time.sleep(100)'
    monkeypatch.setattr(warded_process, "WARDEN", warden(says))
    monkeypatch.setattr(warded_process, "PARTING", 0.01)
    process = WardedProcess(["port"], Limits())
    process.end()
    assert process._warden.returncode == -9
