"""Ports that cannot be judged: each is a named error on one screen, and nothing of it is left."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from invariants.conformance.protocol.messages import Load, Query
from invariants.conformance.protocol.wire import in_integers, rows_in_integers
from invariants.conformance.report.replays import Replay, write_replay
from tests.commands import Told, call, lying_here
from tests.ports_for_tests import (
    ASKED,
    MODULES,
    PYTHON,
    Change,
    assert_diagnosed,
    assert_fits_on_a_screen,
    at_threshold_one,
    claiming,
    conform,
    few,
    misbehaving,
    port_of,
    process,
    replayed,
    running,
    skeleton,
)

pytestmark = pytest.mark.plain

SOON = "--timeout=1"
SLEEP = "time.sleep(600)"
ANSWER = "print(answer(port, line), flush=True)"
REPLAY = Path("conform-failures/broken-port-ended.json")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test's own, and no process that names it is left."""
    monkeypatch.chdir(tmp_path)
    yield
    assert running(tmp_path) == []


def says(line: str, at: int = 5) -> list[str]:
    """The skeleton, which answers the request of this number with this line."""
    return misbehaving(f"sys.stdout.write({line!r} + chr(10)); sys.stdout.flush(); continue", at)


# ---- it does not start ---------------------------------------------------------------------------


@pytest.fixture
def programs() -> None:
    """Files that are not programs."""
    Path("plain.py").write_text("print()\n")
    Path("folder").mkdir()
    for name, source in [("bare", "print()\n"), ("lost", "#!/no/such/interpreter\n")]:
        Path(name).write_text(source)
        Path(name).chmod(0o755)


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("no-such-port", "port-not-found", "'no-such-port'"),
        ("./absent/port", "port-not-found", "'./absent/port'"),
        ("./plain.py", "port-not-executable", "Permission denied; is it executable (chmod +x)"),
        ("./folder", "port-not-executable", "Permission denied"),
        ("./bare", "port-not-executable", "does its first line name an interpreter"),
        ("./lost", "port-not-executable", "does its first line name an interpreter"),
        ("", "port-not-executable", "''"),
        ("x" * 300, "port-not-executable", "too long"),
    ],
)
def test_a_program_that_does_not_start_is_named(
    capsys: pytest.CaptureFixture[str], name: str, code: str, words: str
) -> None:
    told = conform(capsys, [name])
    assert_diagnosed(told, code, words)
    assert not Path("conform-failures").exists()


# ---- hello ---------------------------------------------------------------------------------------

GREETINGS = [
    (('"protocol": [1]', '"protocol": [2, 3]'), "port-protocol", "speaks protocol 2, 3, this"),
    (('"protocol": [1]', '"protocol": []'), "port-protocol", "speaks protocol none"),
    (('"protocol": [1]', '"protocol": list(range(2, 99999))'), "port-protocol", "more, this"),
    (claiming("query", "query"), "port-contract", "operations are named twice: query"),
    (claiming("query", "quarry"), "port-reply", "quarry"),
    (('"input_bits": 53', '"input_bits": 52'), "port-reply", "52"),
    (('"solve_bits": 53', '"solve_bits": 54'), "port-reply", "solve_bits"),
    (('"leaf_bits": 53,', ""), "port-reply", "leaf_bits"),
    (('"version": "0.1"', '"version": 0.1'), "port-reply", "version"),
    (("return HELLO", 'raise Skipped("later")'), "port-contract", "skipped"),
    (("return HELLO", 'raise Refused("internal", "")'), "port-contract", "internal"),
]


@pytest.mark.parametrize(("change", "code", "words"), GREETINGS)
def test_a_hello_that_is_not_one_is_told(
    capsys: pytest.CaptureFixture[str], change: Change, code: str, words: str
) -> None:
    assert_diagnosed(conform(capsys, skeleton(change)), code, words)


# ---- lines ---------------------------------------------------------------------------------------

MANY = "x" * 200_000
LINES = [
    ("", "port-reply", "truncated"),
    ("null", "port-reply", "null"),
    ("[]", "port-reply", "array"),
    ("fired: 1", "port-reply", "malformed"),
    ("\0\x1b[31m", "port-reply", "malformed"),
    ('{"seq":5}', "port-reply", "exactly one of ok, skip and error"),
    ('{"seq":5,"ok":{"fired":[]},"error":{"code":"internal"}}', "port-reply", "exactly one"),
    ('{"ok":{"fired":[]}}', "port-reply", "seq"),
    ('{"seq":"5","ok":{"fired":[]}}', "port-reply", "seq"),
    ('{"seq":5.5,"ok":{"fired":[]}}', "port-reply", "seq"),
    ('{"seq":5,"okay":{"fired":[]}}', "port-reply", "okay"),
    ('{"seq":5,"ok":{}}', "port-reply", "fired"),
    ('{"seq":5,"ok":{"fired":[],"nodes":1}}', "port-reply", "nodes"),
    ('{"seq":5,"ok":{"fired":[0.5]}}', "port-reply", "fired"),
    ('{"seq":5,"ok":{"fired":[-1]}}', "port-reply", "fired"),
    ('{"seq":5,"ok":{"fired":["0"]}}', "port-reply", "fired"),
    ('{"seq":5,"skip":{"reason":"","link":""}}', "port-reply", "reason"),
    ('{"seq":5,"skip":{"reason":"later"}}', "port-reply", "link"),
    ('{"seq":5,"error":{"code":"broken"}}', "port-reply", "broken"),
    (f'{{"seq":5,"{MANY}":1}}', "port-reply", "unknown field `xxx"),
    (f'{{"seq":5,"error":{{"code":"{MANY}"}}}}', "port-reply", "xxx"),
    ('{"seq":5,"' + "\\n" * 9999 + '":1}', "port-reply", "unknown field"),
    ('{"seq":5,"ok":' + "[" * 99_999, "port-reply", "array"),
    ('{"x":' * 99_999, "port-reply", "(499,996 bytes)"),
    ('{"seq":4,"ok":{"fired":[]}}', "port-out-of-step", "repeat its seq, 5, and has 4"),
    ('{"seq":6,"ok":{"fired":[]}}', "port-out-of-step", "repeat its seq, 5, and has 6"),
    ('{"seq":-5,"ok":{}}', "port-out-of-step", "has -5"),
    (f'{{"seq":{"9" * 4000},"ok":{{}}}}', "port-out-of-step", "9999"),
]


@pytest.mark.parametrize(("line", "code", "words"), LINES, ids=[one[0][:50] for one in LINES])
def test_a_line_that_is_no_answer_is_shown(
    capsys: pytest.CaptureFixture[str], line: str, code: str, words: str
) -> None:
    told = conform(capsys, says(line))
    assert_diagnosed(told, code, words, "request 5 (query of point 0)", "The line was")
    assert [letter for letter in told.err if not letter.isprintable() and letter != "\n"] == []


@pytest.mark.parametrize("digits", ["1.5", '"3FF8000000000000"', '"3ff800000000000"', "1"])
def test_numbers_come_as_sixteen_digits_and_in_no_other_way(
    capsys: pytest.CaptureFixture[str], digits: str
) -> None:
    line = f'{{"seq":12,"ok":{{"weights":[[{digits}]],"leaves":[[]]}}}}'
    assert_diagnosed(conform(capsys, says(line, at=12)), "port-reply", "request 12 (dump)")


def test_bytes_that_are_no_text_are_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    command = misbehaving(r'os.write(1, b"\xff\xfe{}\n"); continue')
    assert_diagnosed(conform(capsys, command), "port-reply", "��{}")


def test_two_answers_to_one_request_are_out_of_step(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, misbehaving("print(answer(port, line))"))
    assert_diagnosed(told, "port-out-of-step", "request 6", "left out, doubled, or given out of")


PADDED = "reply = answer(port, line); print(reply + ' ' * ({} - len(reply)), flush=True); continue"


def test_a_line_of_8_mib_with_its_newline_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert conform(capsys, misbehaving(PADDED.format((8 << 20) - 1), at=0)).status == 0


@pytest.mark.parametrize(
    "what", [PADDED.format(8 << 20), 'while True: os.write(1, b"0" * 65536)'], ids=["line", "flood"]
)
def test_a_longer_line_is_refused(capsys: pytest.CaptureFixture[str], what: str) -> None:
    told = conform(capsys, misbehaving(what))
    assert_diagnosed(told, "port-line-too-long", "8,388,608 bytes", "request 5 (query of point 0)")


# ---- silence -------------------------------------------------------------------------------------


def test_silence_is_told_with_its_usual_causes(capsys: pytest.CaptureFixture[str]) -> None:
    start = time.monotonic()
    told = conform(capsys, misbehaving(SLEEP), SOON)
    assert time.monotonic() - start < 8
    words = ["request 5 (query of point 0) within 1 s", "nothing came", "flushed", "--timeout"]
    assert_diagnosed(told, "port-silent", *words)


def test_an_answer_without_its_newline_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    what = f"print(answer(port, line), end='', flush=True); {SLEEP}"
    told = conform(capsys, misbehaving(what), SOON)
    words = ['{"seq": 5, "ok": {"fired": [1, 2]}}', "without a newline"]
    assert_diagnosed(told, "port-silent", *words)


def test_a_port_that_dribbles_is_as_silent(capsys: pytest.CaptureFixture[str]) -> None:
    """A byte now and then is no answer."""
    start = time.monotonic()
    dribble = "for _ in range(80): os.write(1, b' '); time.sleep(0.1)"
    told = conform(capsys, misbehaving(dribble), SOON)
    assert time.monotonic() - start < 7
    assert_diagnosed(told, "port-silent", "without a newline")


def test_answers_that_are_not_flushed_are_silence(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, skeleton((ANSWER, "print(answer(port, line))")), SOON)
    assert_diagnosed(told, "port-silent", "request 0 (hello)", "not flushed")


def test_a_port_that_reads_nothing_of_a_large_load_is_silent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """More than a pipe holds."""
    told = call(capsys, ["conform", SOON, *large_load(), *misbehaving(f"{ANSWER}; {SLEEP}", at=0)])
    assert_diagnosed(told, "port-silent", "request 1 (load)", "nothing came")


def test_a_port_that_closes_its_input_under_a_large_load_has_ended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    what = f"{ANSWER}; os.close(0); {SLEEP}"
    told = call(capsys, ["conform", *large_load(), *misbehaving(what, at=0)])
    assert_diagnosed(told, "port-ended", "closed a pipe instead of answering request 1 (load)")


def test_a_large_load_reaches_a_port_that_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    told = call(capsys, ["conform", *large_load(), *skeleton()])
    assert told == Told(0, "agrees: every answer of the replayed program is right\n", "")


def large_load() -> list[str]:
    """The options that replay one."""
    load = Load(
        points=rows_in_integers(0, [[0] * 100]),
        labels=in_integers(0, 1),
        weights=rows_in_integers(0, [[(1 << 53) - 1] * 100] * 64),
        signs=[1] * 64,
        b=in_integers(0, 0),
        scale=in_integers(-3, 1),
    )
    path = write_replay(Path(), Replay(1, "", "large", "load", [load]))
    assert path.stat().st_size > 100_000
    return ["--replay", str(path), "--"]


# ---- it ends -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "how"),
    [
        ("sys.exit(0)", "ended with status 0"),
        ("sys.exit(7)", "ended with status 7"),
        ("os.write(1, b'{\"seq\":5,'); os._exit(1)", "ended with status 1"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "was ended by SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "was ended by SIGKILL"),
        ("os.kill(os.getpid(), signal.SIGRTMIN + 3)", "was ended by"),
        (f"os.close(1); {SLEEP}", "closed a pipe"),
    ],
)
def test_a_port_that_ends_early_is_told_how(
    capsys: pytest.CaptureFixture[str], what: str, how: str
) -> None:
    told = conform(capsys, misbehaving(what))
    words = [f"the port {how}", "instead of answering request 5 (query of point 0)"]
    assert_diagnosed(told, "port-ended", *words)


def test_a_port_that_ends_at_once_leaves_no_replay(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, port_of("raise SystemExit('no memory for this')\n"))
    assert_diagnosed(told, "port-ended", "request 0 (hello)", "  | no memory for this")
    assert not Path("conform-failures").exists()


def test_the_end_of_its_standard_error_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """What came before, however much, is not."""
    logs = 'sys.stderr.write("early\\n" + "x" * 300_000 + "\\x1b[2J\\n" + "line\\n" * 99)'
    told = conform(capsys, misbehaving(f"{logs}; os.write(2, b'the last words'); os.abort()"))
    assert_diagnosed(told, "port-ended", "was ended by SIGABRT", "  | line\n  | the last words\n")
    assert "early" not in told.err


def test_no_line_of_it_is_longer_than_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    told = conform(capsys, misbehaving('sys.stderr.write("x" * 9_999 + "\\x1b[2J"); sys.exit(1)'))
    assert_diagnosed(told, "port-ended", "ended with status 1", "  | xxx")
    assert max(map(len, told.err.splitlines())) < 200
    told = conform(capsys, misbehaving('sys.stderr.write("\\x1b[2J\\n"); sys.exit(1)'))
    assert told.err.endswith("  | �[2J\n")


def test_the_shortest_program_that_makes_it_crash_is_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And shows the crash as often as one likes, until it is mended."""
    told = conform(capsys, at_threshold_one("os.abort()"))
    assert_diagnosed(told, "port-ended", f"the requests that led there are in {REPLAY}")
    kept = replayed(REPLAY)
    assert (kept.port, kept.found_in, kept.check) == ("skeleton", "broken", "port-ended")
    assert [type(request) for request in kept.requests] == [Load, Query]
    assert [request.seq for request in kept.requests] == [1, 2]
    replay = ["conform", "--replay", str(REPLAY), "--"]
    again = call(capsys, [*replay, *at_threshold_one("os.abort()")])
    assert_diagnosed(again, "port-ended", "SIGABRT instead of answering request 2 (query of point")
    assert call(capsys, [*replay, *skeleton()]).status == 0


def test_what_breaks_it_in_another_way_is_no_shorter_crash(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without the threshold 2 before it, this one answers garbage at 1."""
    what = """\
    if threshold == 1 and "two" in globals():
        os.abort()
    elif threshold == 1:
        os.write(1, b"what?\\n")
    globals()["two"] = threshold == 2
"""
    command = skeleton(("import json\n", MODULES), (ASKED, f"{ASKED}{what}"))
    assert_diagnosed(conform(capsys, command), "port-ended", "SIGABRT")
    assert [type(request) for request in replayed(REPLAY).requests] == [Load, Query, Query]


def test_a_crash_that_does_not_come_again_is_kept_whole(capsys: pytest.CaptureFixture[str]) -> None:
    what = "if not os.path.exists('dead'):\n    open('dead', 'x').close(); os.abort()"
    assert_diagnosed(conform(capsys, misbehaving(what, at=6)), "port-ended")
    assert [type(request) for request in replayed(REPLAY).requests] == [Load, Query, Query, Query]


def test_where_a_port_is_silent_the_program_is_kept_as_it_was(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert_diagnosed(conform(capsys, misbehaving(SLEEP, at=6), SOON), "port-silent")
    kept = replayed("conform-failures/broken-port-silent.json")
    assert [type(request) for request in kept.requests] == [Load, Query, Query, Query]


# ---- memory and logs -----------------------------------------------------------------------------


def test_a_port_may_hold_no_more_memory_than_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    command = misbehaving(f"held = b'x' * (100 << 20); {SLEEP}")
    told = conform(capsys, command, "--memory=64")
    assert_diagnosed(told, "port-memory", "more than the 64 MiB allowed", "--memory")


def test_its_children_count_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    source = f"import time; held = b'x' * (100 << 20); {SLEEP}"
    command = misbehaving(f"subprocess.Popen({PYTHON!r} + ['-c', {source!r}]); {SLEEP}")
    told = conform(capsys, command, "--memory=64")
    assert_diagnosed(told, "port-memory", "more than the 64 MiB allowed")


def test_a_port_may_log_as_much_as_it_likes(capsys: pytest.CaptureFixture[str]) -> None:
    """More than a pipe holds, before each answer."""
    logs = (ANSWER, f"sys.stderr.write('x' * 300_000); {ANSWER}")
    told = conform(capsys, skeleton(logs))
    assert (told.status, told.err) == (0, "")


# ---- bye -----------------------------------------------------------------------------------------

PARTING = "        if port.ended:\n            return\n"


def parting(what: str) -> list[str]:
    """The skeleton, which does this after it has answered bye."""
    body = "".join(f"            {line}\n" for line in [*what.splitlines(), "return"])
    last = f"        if port.ended:\n{body}"
    return skeleton(("import json\n", MODULES), (PARTING, last))


@pytest.mark.parametrize(
    ("what", "how"),
    [
        ("sys.exit(3)", "ended with status 3"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "was ended by SIGSEGV"),
        (SLEEP, "still runs after 2 s"),
    ],
)
def test_a_port_that_ends_badly_after_bye_is_told(
    capsys: pytest.CaptureFixture[str], what: str, how: str
) -> None:
    told = conform(capsys, parting(f"sys.stderr.write('farewell\\n'); {what}"), "--json=run.json")
    assert_diagnosed(told, "port-lingers", f"it {how}", "  | farewell")
    assert not Path("run.json").exists()


@pytest.mark.parametrize("refusal", ['Refused("internal", "no")', 'Refused("unsupported", "")'])
def test_a_port_that_refuses_bye_is_told(capsys: pytest.CaptureFixture[str], refusal: str) -> None:
    goodbye = "            port.ended = True\n            return {}\n"
    command = skeleton((goodbye, f"            raise {refusal}\n"))
    assert_diagnosed(conform(capsys, command), "port-lingers", "answered bye with error")


@pytest.mark.parametrize(
    "what",
    ["sys.stderr.write('x' * 300_000)", "print('x' * 300_000, flush=True)", "os.close(1)"],
)
def test_what_a_port_writes_after_bye_does_not_hold_it_up(
    capsys: pytest.CaptureFixture[str], what: str
) -> None:
    assert conform(capsys, parting(what)).status == 0


# ---- nothing is left -----------------------------------------------------------------------------

ALIVE = "while not os.path.exists('up'): time.sleep(0.01)"
"""Until the child runs and ignores what it ignores."""


def child(options: str = "") -> str:
    """Starts one that ignores SIGTERM, and waits until it does."""
    source = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        " open('up', 'x').close(); time.sleep(600)"
    )
    return f"subprocess.Popen({PYTHON!r} + ['-c', {source!r}, os.getcwd()]{options})\n{ALIVE}"


QUIET = ", stdin=-3, stdout=-3, stderr=-3"
"""Away from the port's pipes."""

SESSION = ", start_new_session=True"


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (f"{child()}\n{SLEEP}", "port-silent"),
        (f"{child(QUIET + SESSION)}\n{SLEEP}", "port-silent"),
        (f"{child(QUIET)}\nos.abort()", "port-ended"),
        (f"{child()}\nos.abort()", "port-ended"),
        (f"{child(QUIET)}\nos.write(1, b'garbage\\n')\n{SLEEP}", "port-reply"),
        (f"os.fork() or {SLEEP}\n{child()}\nos.fork() or {SLEEP}\n{SLEEP}", "port-silent"),
        (f"signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{SLEEP}", "port-silent"),
    ],
    ids=["child", "session", "crash", "crash-and-pipes", "garbage", "family", "deaf"],
)
def test_no_child_survives_even_if_it_ignores_sigterm(
    capsys: pytest.CaptureFixture[str], what: str, code: str
) -> None:
    """What the fixture `folder` sees to."""
    once = "\n".join(f"    {line}" for line in what.splitlines())
    options = [SOON] if code == "port-silent" else []
    told = conform(capsys, misbehaving(f"if not os.path.exists('up'):\n{once}"), *options)
    assert_diagnosed(told, code)


def test_a_port_that_dies_and_leaves_the_pipe_to_a_child_has_ended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is not waited for."""
    start = time.monotonic()
    once = "\n".join(f"    {line}" for line in child().splitlines())
    told = conform(capsys, misbehaving(f"if not os.path.exists('up'):\n{once}\nos.abort()"))
    assert time.monotonic() - start < 8
    assert_diagnosed(told, "port-ended", "was ended by SIGABRT")


def test_a_child_that_is_left_after_bye_is_ended(capsys: pytest.CaptureFixture[str]) -> None:
    assert conform(capsys, parting(child())).status == 0


def test_no_descriptor_is_left_open(capsys: pytest.CaptureFixture[str]) -> None:
    conform(capsys, misbehaving("os.abort()"))
    before = psutil.Process().num_fds()
    for command in ([*misbehaving("os.abort()")], ["no-such-port"], skeleton(), says("garbage")):
        conform(capsys, command)
    assert psutil.Process().num_fds() == before


def test_files_are_as_they_were_where_there_is_no_verdict(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("old.json").write_text("old")
    command = misbehaving("os.abort()")
    few()
    before = lying_here()
    conform(capsys, command, "--json=old.json", "--junit=new.xml")
    after = lying_here()
    assert after.keys() - before.keys() == {str(REPLAY.parent), str(REPLAY)}
    assert before.items() <= after.items()


def test_a_process_of_its_own_ends_so_as_well() -> None:
    told = process("conform", "--vectors-only", "--", *misbehaving("os.abort()"))
    assert_diagnosed(told, "port-ended", "was ended by SIGABRT")
    assert_fits_on_a_screen(told)
    assert re.fullmatch(r"the requests that led .*\nfiringtree: error\[.*\n", told.err)
