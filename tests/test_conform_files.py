"""Files that the harness reads and writes: known failures, replays, recordings, verdicts."""

import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from invariants.conformance.judging.state import loaded
from invariants.conformance.protocol.messages import AnyRequest, Bye, Hello, Load, Query
from invariants.conformance.report.known_failures import KnownFailure
from invariants.conformance.report.verdict import Verdict
from invariants.conformance.vectors.recorded import request_lines
from invariants.conformance.vectors.vector_files import read_vectors
from tests.commands import Told, call
from tests.ports_for_tests import (
    FEW,
    NO_DUMP,
    NO_QUERY,
    NOT_STRICT,
    assert_diagnosed,
    at_threshold_one,
    claiming,
    conform,
    few,
    process,
    replayed,
    running,
    skeleton,
    verdict_in,
)

pytestmark = pytest.mark.plain

ALL_FIRE = ("if s > threshold", "if s or not s")
SILENT_AT_ONE = "return {'fired': []}"
"""What makes the skeleton fail the first of the few vectors, and no other."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test's own, and no process that names it is left."""
    monkeypatch.chdir(tmp_path)
    yield
    assert running(tmp_path) == []


# ---- known failures ------------------------------------------------------------------------------


def known(*ids: str) -> str:
    """The option that names a file in which these are listed."""
    listed = [KnownFailure(one, "not built", "https://example.org/1", "2025-11-24") for one in ids]
    Path("known.json").write_bytes(msgspec.json.encode(listed))
    return "--known-failures=known.json"


def test_known_failures_fail_and_the_port_conforms(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, skeleton(NOT_STRICT), known(*FEW), "--json=run.json")
    assert (told.status, told.err) == (0, "")
    assert f"\nknown     {', '.join(FEW)}\n" in told.out
    assert "DIVERGES" not in told.out
    results = verdict_in("run.json").vectors
    assert (results.passed, results.failed, results.known) == ([], [], FEW)
    assert not Path("conform-failures").exists()


def test_what_is_not_listed_still_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, skeleton(NOT_STRICT), known(FEW[0]), "--json=run.json")
    assert told.status == 1
    assert verdict_in("run.json").vectors.failed == FEW[1:]
    assert f"in        {FEW[0]}" not in told.out


def test_a_known_failure_that_passes_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    """So that the list cannot outlive its reasons."""
    options = [known(FEW[0]), "--json=run.json", "--junit=run.xml"]
    told = conform(capsys, skeleton(), *options)
    remark = f"{FEW[0]} is listed as a known failure, and passes: remove it"
    assert (told.status, told.err) == (1, "")
    assert f"\nremark    {remark}\n" in told.out
    assert "\ndiverges: E(53) + B(53), vectors 1.0: 2 passed, 1 failed, 0 known, " in told.out
    verdict = verdict_in("run.json")
    assert (verdict.outcome, verdict.vectors.failed) == ("diverges", [FEW[0]])
    assert names_in(Path("run.xml"), "failure") == [FEW[0]]


def test_a_known_failure_that_is_not_sent_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, skeleton(claiming("query")), known("query/dumped-as-loaded"))
    assert (told.status, "known " in told.out.replace(" 0 known", "")) == (0, False)


LISTED = '[{"id":"%s","reason":"r","link":"","date":"2025-11-24"}]'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LISTED % "query/no-such", "there is no vector 'query/no-such'"),
        (LISTED % "step/two-steps", "there is no vector 'step/two-steps'"),
        (f"{LISTED[:-1]},{LISTED[1:]}" % (FEW[0], FEW[0]), f"{FEW[0]} is listed twice"),
        ((LISTED % FEW[0]).replace('"r"', '""'), f"{FEW[0]} is listed without a reason"),
        ((LISTED % FEW[0]).replace('"r"', '" \\n "'), f"{FEW[0]} is listed without a reason"),
        ((LISTED % FEW[0]).replace('"date":"2025-11-24"', '"when":""'), "when"),
        ((LISTED % FEW[0]).replace(',"link":""', ""), "link"),
        ("{}", "array"),
        ("[", "truncated"),
        ("", "truncated"),
        ("\x00", "malformed"),
        ("[" * 99_999, "object"),
    ],
)
def test_a_list_of_known_failures_that_is_wrong_is_refused(
    capsys: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    Path("known.json").write_text(content)
    told = conform(capsys, ["./not-started"], "--known-failures=known.json")
    assert_diagnosed(told, "known-failures", "known.json", words, '"id", "reason", "link", "date"')


def test_a_list_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, ["./not-started"], "--known-failures=absent.json")
    assert_diagnosed(told, "known-failures", "absent.json: No such file or directory")


# ---- replays -------------------------------------------------------------------------------------


def test_each_failure_is_kept_and_comes_again(capsys: pytest.CaptureFixture[str]) -> None:
    """Until the port is mended."""
    told = conform(capsys, skeleton(NOT_STRICT), "--json=run.json")
    failures = verdict_in("run.json").failures
    assert [failure.found_in for failure in failures] == FEW
    for failure in failures:
        kept = replayed(failure.replay)
        assert (kept.port, kept.requests) == ("skeleton", failure.requests)
        assert (kept.found_in, kept.check) == (failure.found_in, failure.check)
        command = ["conform", "--replay", failure.replay, "--"]
        again = call(capsys, [*command, *skeleton(NOT_STRICT)])
        assert (again.status, again.err) == (1, "")
        assert again.out.startswith(f"DIVERGES  {failure.check}: {failure.sentence}\n")
        assert f"\n  expected  {failure.expected}\n  found     {failure.found}\n" in again.out
        assert call(capsys, [*command, *skeleton()]).status == 0
    assert f"again     firingtree conform --replay {failures[0].replay} -- <your port>" in told.out


def test_of_random_programs_the_shortest_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """One point, one neuron and a query show that everything fires; dumps are left out."""
    command = skeleton(ALL_FIRE)
    told = process("conform", "--vectors", few(), "--json", "run.json", "--", *command)
    assert told.status == 1
    path = "conform-failures/lane-exact-firing-threshold.json"
    kept = replayed(path)
    assert [type(request) for request in kept.requests] == [Load, Query]
    load = kept.requests[0]
    assert isinstance(load, Load)
    state = loaded(load)
    assert (state.n, state.m, state.d) == (1, 1, 1)
    lanes = [part.name for part in verdict_in("run.json").parts]
    assert lanes == ["vectors", "exact", "banded", "boundary"]
    assert call(capsys, ["conform", "--replay", path, "--", *command]).status == 1


def test_failures_before_any_load_are_kept_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = ('raise Refused("bad_index", "nothing is loaded")', 'raise Refused("internal", "")')
    told = conform(capsys, skeleton(nothing), "--json=run.json", "--junit=run.xml")
    assert told.status == 1
    failures = verdict_in("run.json").failures
    places = ["query of point 0 before any load", "dump before any load"]
    assert [failure.found_in for failure in failures] == places
    assert len({failure.replay for failure in failures}) == 2
    assert names_in(Path("run.xml"), "failure") == places
    for failure in failures:
        assert replayed(failure.replay).requests == failure.requests


def test_what_was_before_the_last_load_is_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """It was right, and it is gone."""
    pair = ("if s > threshold", "if s > threshold and len(state.weights) > 2")
    options: list[str | Path] = ["--vectors", few("anew", ["query/loaded-anew"]), "--json=run.json"]
    assert conform(capsys, skeleton(pair), *options).status == 1
    (failure,) = verdict_in("run.json").failures
    assert [type(request) for request in failure.requests] == [Load, Query]


REPLAY = '{"schema":1,"port":"","found_in":"","check":"","requests":[]}'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "truncated"),
        ("[]", "array"),
        (REPLAY[:-2], "truncated"),
        (REPLAY.replace('"schema":1', '"schema":2'), "schema 2, known is 1"),
        (REPLAY.replace('"check":"",', ""), "check"),
        (REPLAY.replace('"port"', '"program"'), "program"),
        (REPLAY.replace("[]", '[{"cmd":"fly","seq":1}]'), "fly"),
        (REPLAY.replace("[]", '[{"cmd":"query","seq":1,"point":0}]'), "threshold"),
        (REPLAY.replace("[]", '[{"cmd":"query","seq":1,"point":0,"threshold":{}}]'), "exp"),
        (REPLAY.replace("[]", "[" * 99_999), "array"),
        ("\x00\x01", "malformed"),
    ],
)
def test_a_replay_that_cannot_be_read_is_refused(
    capsys: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    Path("replay.json").write_text(content)
    told = call(capsys, ["conform", "--replay", "replay.json", "--", "./not-started"])
    assert_diagnosed(told, "replay-malformed", "replay.json: ", words)


def test_a_replay_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    told = call(capsys, "conform --replay absent.json -- ./not-started")
    assert_diagnosed(told, "replay-malformed", "absent.json: No such file or directory")


def test_a_program_without_requests_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    Path("replay.json").write_text(REPLAY)
    told = call(capsys, ["conform", "--replay", "replay.json", "--", *skeleton()])
    assert told == Told(0, "agrees: every answer of the replayed program is right\n", "")


# ---- recorded replies ----------------------------------------------------------------------------


def recorded(command: Sequence[str]) -> list[bytes]:
    """What this port answers to the requests of the few vectors, line by line."""
    asked = request_lines(read_vectors(few()))
    done = subprocess.run(command, input=asked, capture_output=True, timeout=60, check=True)
    return done.stdout.splitlines(keepends=True)


def judged(capsys: pytest.CaptureFixture[str], replies: Sequence[bytes]) -> Told:
    """What is said of these."""
    Path("replies.jsonl").write_bytes(b"".join(replies))
    options = ["--vectors", "few", "--json", "run.json"]
    return call(capsys, ["conform", "--recorded", "replies.jsonl", *options])


def test_a_port_that_runs_elsewhere_is_judged_by_its_replies() -> None:
    """The three commands of `recorded`, one after another."""
    asked = process("vectors", "requests")
    assert (asked.status, asked.err) == (0, "")
    lines = [msgspec.json.decode(line, type=AnyRequest) for line in asked.out.splitlines()]
    assert (type(lines[0]), type(lines[-1])) == (Hello, Bye)
    assert [line.seq for line in lines] == list(range(len(lines)))
    done = subprocess.run(
        skeleton(), input=asked.out, capture_output=True, text=True, timeout=60, check=True
    )
    Path("replies.jsonl").write_text(done.stdout)
    told = process("conform", "--recorded", "replies.jsonl")
    assert (told.status, told.err) == (0, "")
    assert re.search("\nconforms: .*: [0-9]{2,} passed, 0 failed, 0 known, ", told.out)
    assert "round trip" not in told.out


def test_a_wrong_reply_costs_one_vector_and_the_next_are_read_in_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = judged(capsys, recorded(at_threshold_one(SILENT_AT_ONE)))
    assert (told.status, told.err) == (1, "")
    results = verdict_in("run.json").vectors
    assert (results.failed, results.passed) == (FEW[:1], FEW[1:])


def test_the_first_wrong_reply_to_a_vector_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Of three: the program ends with it, though all replies are read."""
    assert judged(capsys, recorded(skeleton(NOT_STRICT))).status == 1
    first, *_ = verdict_in("run.json").failures
    assert first.found_in == FEW[0]
    assert [type(request) for request in first.requests] == [Load, Query]
    assert first.numbers["threshold"] == "2"
    assert '"int":[2]' in first.lines[-2]


def test_replies_that_skip_everything_show_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    told = judged(capsys, recorded(skeleton(NO_QUERY, NO_DUMP)))
    assert told.status == 3


@pytest.mark.parametrize(
    ("damage", "code", "words"),
    [
        (lambda lines: lines[:0], "port-ended", "answering request 0 (hello)"),
        (lambda lines: lines[:6], "port-ended", "no recorded line left instead of answering"),
        (lambda lines: lines[:6] + lines[7:], "port-out-of-step", "repeat its seq, 6, and has 7"),
        (lambda lines: lines[:6] + lines[5:], "port-out-of-step", "repeat its seq, 6, and has 5"),
        (lambda lines: lines[1:], "port-out-of-step", "request 0 (hello)"),
        (lambda lines: [*lines[:6], b"\n", *lines[6:]], "port-reply", "truncated"),
        (lambda lines: [*lines[:5], lines[5][:9]], "port-reply", "request 5"),
        (lambda lines: [b"\xff\xfe", *lines], "port-reply", "request 0 (hello)"),
    ],
)
def test_a_damaged_recording_is_told_with_its_line(
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[list[bytes]], list[bytes]],
    code: str,
    words: str,
) -> None:
    told = judged(capsys, damage(recorded(skeleton())))
    assert_diagnosed(told, code, words)
    assert not Path("run.json").exists()


def test_a_recording_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    told = call(capsys, ["conform", "--recorded", "absent.jsonl", "--vectors", str(few())])
    assert_diagnosed(told, "recording-missing", "absent.jsonl", "firingtree vectors requests")


# ---- verdicts ------------------------------------------------------------------------------------


def names_in(path: Path, child: str) -> list[str]:
    """The test cases of a JUnit file with such a child."""
    cases = ElementTree.parse(path).getroot().findall("testcase")
    return [case.get("name", "") for case in cases if case.find(child) is not None]


def test_the_json_holds_what_the_screen_says(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, skeleton(NOT_STRICT), "--json=run.json", "--seed=3")
    keys = msgspec.json.decode(Path("run.json").read_bytes(), type=dict[str, object])
    assert list(keys) == list(Verdict.__struct_fields__)
    verdict = verdict_in("run.json")
    assert (verdict.port, verdict.version, verdict.language) == ("skeleton", "0.1", "Python")
    assert (verdict.outcome, verdict.seed, told.status) == ("diverges", 3, 1)
    assert verdict.not_claimed == ["update", "delta", "step"]
    assert verdict.round_trip_ms is not None
    (part,) = verdict.parts
    assert (part.name, part.programs) == ("vectors", 3)
    assert f"{part.requests} requests, {part.decisions} decisions: " in told.out
    assert [failure.found_in for failure in verdict.failures] == verdict.vectors.failed == FEW
    assert all(len(one.lines) == 2 * len(one.requests) for one in verdict.failures)


def test_the_junit_file_has_a_case_for_each_vector(capsys: pytest.CaptureFixture[str]) -> None:
    changes = [claiming("query"), NOT_STRICT]
    conform(capsys, skeleton(*changes), known(FEW[1]), "--junit=run.xml")
    suite = ElementTree.parse("run.xml").getroot()
    assert (suite.tag, suite.get("name")) == ("testsuite", "firingtree conform skeleton")
    assert [suite.get(one) for one in ("tests", "failures", "skipped")] == ["3", "1", "2"]
    assert {case.get("name") for case in suite} == {*FEW}
    assert names_in(Path("run.xml"), "failure") == FEW[:1]
    assert set(names_in(Path("run.xml"), "skipped")) == {*FEW[1:]}
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert (failure.get("message") or "").startswith(
        "firing/threshold: point 0, neuron 1: expected "
    )
    assert '"cmd":"load"' in (failure.text or "")
    reasons = {one.get("message") for one in suite.findall("testcase/skipped")}
    assert reasons == {"a known failure", "dump is not claimed"}


def test_too_little_tested_fails_a_case_of_the_junit_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A build server that reads nothing else must not show green."""
    assert conform(capsys, skeleton(claiming()), "--junit=run.xml").status == 3
    assert names_in(Path("run.xml"), "failure") == ["enough was tested"]


def test_no_name_of_a_port_breaks_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    change = ('"name": "skeleton"', '"name": "<\\x00\\x1b&\\uffff\\">"')
    conform(capsys, skeleton(change), "--json=run.json", "--junit=run.xml")
    assert verdict_in("run.json").port == '<\0\x1b&\uffff">'
    assert ElementTree.parse("run.xml").getroot().get("name") == 'firingtree conform <��&�">'


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ("--json=no/run.json", "output-folder-missing", "--json"),
        ("--junit=no/run.xml", "output-folder-missing", "--junit"),
        ("--json=few", "usage", "--json"),
        ("--json=run.json --junit=run.json", "output-collision", "--junit"),
        ("--json=known.json --known-failures=known.json", "output-collision", "known-failures"),
        ("--failures=known.json", "usage", "--failures"),
        ("--failures=known.json/here", "output-folder-missing", "--failures"),
    ],
)
def test_an_output_that_cannot_be_written_is_refused_before_anything_runs(
    capsys: pytest.CaptureFixture[str], options: str, code: str, words: str
) -> None:
    known(FEW[0])
    before = Path("known.json").read_bytes()
    command = skeleton(("import json\n", "import json\nopen('begun', 'x')\n"))
    assert_diagnosed(conform(capsys, command, *options.split()), code, words)
    assert Path("known.json").read_bytes() == before
    assert not Path("begun").exists()


def test_a_verdict_replaces_the_last_one_whole(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("run.json", "run.xml"):
        Path(name).write_text("old" * 99_999)
    before = {path.name for path in Path().iterdir()}
    conform(capsys, skeleton(), "--json=run.json", "--junit=run.xml")
    assert verdict_in("run.json").outcome == "conforms"
    assert ElementTree.parse("run.xml").getroot().get("failures") == "0"
    assert {path.name for path in Path().iterdir()} - before == {"few", "port.py"}
