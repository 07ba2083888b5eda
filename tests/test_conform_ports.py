"""Our own ports conform: in C, in JavaScript, the skeleton, the engines; and the page's session."""

import re
import subprocess
from collections.abc import Callable
from shutil import which

import msgspec
import pytest

from invariants.conformance.answering.object_port import ObjectPort
from invariants.conformance.answering.reference_port import ReferencePort
from invariants.conformance.plan import Plan
from tests.commands import call
from tests.ports_for_tests import (
    FIRINGTREE,
    HOUSE,
    PYTHON,
    SKELETON,
    assert_diagnosed,
    examined,
)

pytestmark = pytest.mark.thorough

PAGE = HOUSE / "invariants" / "conformance" / "PROTOCOL.md"
PORTS = HOUSE / "tests" / "ports"
PLAN = Plan(exact=8, banded=4, boundary=8, least_boundary=20)

Port = Callable[[pytest.TempPathFactory], list[str]]
"""Makes a port and gives its command."""


def in_c(*definitions: str) -> Port:
    """The port in C, compiled once, as its own first lines say."""
    programs: list[str] = []

    def compiled(folders: pytest.TempPathFactory) -> list[str]:
        compiler = which("cc")
        if compiler is None:
            pytest.skip("there is no cc to compile the port in C")
        if not programs:
            program = folders.mktemp("c") / "port"
            flags = ["-O2", "-Wall", "-Wextra", "-Werror", "-std=c11", *definitions]
            source = PORTS / "c" / "port.c"
            subprocess.run([compiler, *flags, "-o", program, source, "-lm"], check=True)
            programs.append(str(program))
        return programs

    return compiled


def in_javascript(_: pytest.TempPathFactory) -> list[str]:
    node = which("node")
    if node is None:
        pytest.skip("there is no node to run the port in JavaScript")
    return [node, str(PORTS / "javascript" / "port.mjs")]


def engine(name: str, structure: str) -> Port:
    """One of this project's own."""
    return lambda _: [FIRINGTREE, "port", "--engine", name, "--structure", structure]


OURS: dict[str, Port] = {
    "C, double": in_c(),
    "C, float": in_c("-DREAL=float"),
    "C, float, by differences": in_c("-DREAL=float", "-DDELTA"),
    "JavaScript": in_javascript,
    "skeleton": lambda _: [*PYTHON, str(SKELETON)],
    "plain tournament": engine("plain", "tournament"),
    "plain ordered": engine("plain", "ordered"),
    "plain scan": engine("plain", "scan"),
    "vectorized tournament": engine("vectorized", "tournament"),
    "vectorized scan": engine("vectorized", "scan"),
}


@pytest.mark.parametrize("name", OURS)
def test_our_port_conforms(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """In all that it claims, which is everything but for the skeleton.

    No vector is left out but those of more bits.
    """
    (verdict,) = examined(OURS[name](tmp_path_factory), PLAN)
    assert (verdict.failures, verdict.remarks, verdict.skips) == ([], [], [])
    assert verdict.outcome == "conforms"
    assert min(part.requests for part in verdict.parts) > 10
    assert verdict.not_claimed == (["update", "delta", "step"] if name == "skeleton" else [])
    bits = 24 if "float" in name else 53
    assert verdict.contract.input_bits == verdict.contract.accumulate_bits == bits
    if name != "skeleton":
        reasons = {"needs 53 bits, the port declares 24"} if bits == 24 else set()
        assert set(verdict.vectors.not_offered.values()) == reasons


STRANGE = [
    (b"", "0", ["internal"]),
    (b"what?", "0", ["internal"]),
    (b"\xff\xfe", "0", ["internal"]),
    (b"[]", "0", ["internal"]),
    (b'{"cmd":"hello"', "0", ["internal"]),
    (b'{"x":' * 20_000, "0", ["internal"]),
    (b"[" * 20_000, "0", ["internal"]),
    (b'{"cmd":"fly","seq":7}', "7", ["unsupported"]),
    (b'{"seq":8}', "8", ["internal", "unsupported"]),
    (b'{"cmd":"dump","seq":9}', "9", ["bad_index"]),
]
"""Lines of strangers: what `seq` they are answered with, and which codes will do."""


class Refused(msgspec.Struct, forbid_unknown_fields=True):
    """What stands under `error`."""

    code: str
    detail: str = ""


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    """A line that refuses."""

    seq: int
    error: Refused


@pytest.mark.parametrize(
    "name", ["C, double", "JavaScript", "skeleton", "plain tournament", "vectorized tournament"]
)
def test_our_port_is_kind_to_strangers_and_ends_with_its_input(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    asked = b"".join(line + b"\n" for line, *_ in STRANGE)
    done = subprocess.run(
        OURS[name](tmp_path_factory), input=asked, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    answers = [msgspec.json.decode(line, type=Answer) for line in done.stdout.splitlines()]
    assert [answer.seq for answer in answers] == [int(seq) for _, seq, _ in STRANGE]
    for answer, (line, _, codes) in zip(answers, STRANGE, strict=True):
        assert answer.error.code in codes, line[:40]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--engine vectorized --structure ordered", "engine vectorized has no structure ordered"),
        ("--structure incremental", "incremental"),
        ("--engine abacus", "abacus"),
    ],
)
def test_an_engine_that_is_no_port_is_refused(
    capsys: pytest.CaptureFixture[str], options: str, words: str
) -> None:
    assert_diagnosed(call(capsys, f"port {options}"), "usage", words)


# ---- the page ------------------------------------------------------------------------------------


def session() -> list[str]:
    """The sample lines of the page's requests, from hello to bye, each put together again."""
    text = PAGE.read_text(encoding="utf-8")
    requests = text[text.index("\n### hello") : text.index("\n## Errors")]
    broken = re.findall(r"^    +(\S.*)$", requests, re.MULTILINE)
    formulas = {"fired", "residual", "solution", "then"}
    pieces = [piece for piece in broken if piece.split()[0] not in formulas]
    lines: list[str] = []
    for piece in pieces:
        whole = not lines or lines[-1].count("{") == lines[-1].count("}")
        lines[-1:] = [*lines[-1:], piece] if whole else [lines[-1] + piece]
    return lines


def test_the_examples_of_the_page_are_one_session_of_the_reference() -> None:
    """To the byte, but for hello, whose port is another and whose contract is left out."""
    lines = session()
    requests, replies = lines[::2], lines[1::2]
    port = ObjectPort(ReferencePort())
    answers = [port.exchange(f"{line}\n".encode()).decode().rstrip("\n") for line in requests]
    assert len(requests) == len(replies) == 8
    assert answers[1:] == replies[1:]
    assert port.parted
    assert '"contract":{…}' in replies[0]
    shown = re.search(r'"protocol".*"operations":\[.*?\]', replies[0])
    assert shown is not None
    assert shown.group() in answers[0]
