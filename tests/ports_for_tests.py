"""Ports as the tests want them, and what a run of the harness on them says and leaves behind.

Most are the skeleton with something changed: a port that is right but for one thing.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import psutil
import pytest

from invariants.conformance.plan import Plan
from invariants.conformance.report.replays import Replay
from invariants.conformance.report.verdict import Verdict
from tests.commands import Told, call

HOUSE = Path(__file__).parent.parent
SKELETON = HOUSE / "tests" / "ports" / "skeleton" / "port.py"
VECTORS = HOUSE / "tests" / "vectors"
FIRINGTREE = str(Path(sys.executable).with_name("firingtree"))
PYTHON = [sys.executable, "-I", "-S"]

Change = tuple[str, str]
"""What stands in the skeleton, once, and what stands there instead."""

NOT_STRICT = ("if s > threshold", "if s >= threshold")
NO_QUERY = ("return query(loaded(port), request)", 'raise Skipped("no query yet")')
NO_DUMP = ("return dump(loaded(port))", 'raise Skipped("no dump yet")')

FEW = ["query/tie-is-silent", "query/one-neuron", "query/dumped-as-loaded"]
"""The vectors of `few`. The first two have ties, the last one asks for a dump."""

ASKED = 'request["point"], read_number(request["threshold"])\n'
"""Where the skeleton knows what a query is."""

MODULES = "import json\nimport os\nimport signal\nimport subprocess\nimport time\n"
"""What misbehaviour needs."""

SCREEN, LINE = 30, 2000
"""How many lines a diagnosis may have, and how many characters each."""


def port_of(source: str) -> list[str]:
    """The command of a port with this source, written into the present folder."""
    path = Path("port.py").absolute()
    path.write_text(source, encoding="utf-8")
    return [*PYTHON, str(path)]


def skeleton(*changes: Change) -> list[str]:
    """The command of the skeleton with these changes."""
    source = SKELETON.read_text(encoding="utf-8")
    for before, after in changes:
        assert source.count(before) == 1
        source = source.replace(before, after)
    return port_of(source)


def claiming(*operations: str) -> Change:
    """The operations that it claims."""
    return '["query", "dump"]', msgspec.json.encode(operations).decode()


def misbehaving(what: str, at: int = 5) -> list[str]:
    """The skeleton, which does this before it answers the request of this number."""
    loop = "for line in sys.stdin.buffer:\n"
    begun = f"for count, line in enumerate(sys.stdin.buffer):\n        if count == {at}:\n"
    body = "".join(f"            {line}\n" for line in what.splitlines())
    return skeleton(("import json\n", MODULES), (loop, begun + body))


def at_threshold_one(what: str) -> list[str]:
    """The skeleton, which does this when it is asked who scores above 1."""
    body = "".join(f"        {line}\n" for line in what.splitlines())
    return skeleton(("import json\n", MODULES), (ASKED, f"{ASKED}    if threshold == 1:\n{body}"))


def few(name: str = "few", ids: Sequence[str] = FEW) -> Path:
    """A folder with few vectors in one file, all of them about queries."""
    header, *lines = (VECTORS / "query.jsonl").read_text(encoding="utf-8").splitlines()
    header = re.sub('"count":[0-9]+', f'"count":{len(ids)}', header)
    kept = [line for line in lines if any(f'"id":"{one}"' in line for one in ids)]
    folder = Path(name)
    folder.mkdir(exist_ok=True)
    text = "".join(f"{line}\n" for line in (header, *kept))
    (folder / "query.jsonl").write_text(text, encoding="utf-8")
    return folder


def conform(
    capsys: pytest.CaptureFixture[str], command: Sequence[str], *options: str | Path
) -> Told:
    """What `firingtree conform` says of this port on few vectors, in this process."""
    given = ["conform", "--vectors-only", "--vectors", few(), *options, "--", *command]
    return call(capsys, [str(one) for one in given])


def process(*arguments: str | Path) -> Told:
    """What `firingtree` says in a process of its own."""
    done = subprocess.run(
        [FIRINGTREE, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Told(done.returncode, done.stdout, done.stderr)


def examined(command: Sequence[str], plan: Plan, seeds: Sequence[int] = (0,)) -> list[Verdict]:
    """The verdicts on this port, found in a process of its own, where typeguard does not look."""
    given = [msgspec.json.encode(plan).decode(), str(list(seeds)), *command]
    done = subprocess.run(
        [sys.executable, "-m", "tests.examine", *given],
        cwd=HOUSE,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.stderr == b""
    return msgspec.json.decode(done.stdout, type=list[Verdict])


def replayed(path: str | Path) -> Replay:
    """What a replay file holds."""
    return msgspec.json.decode(Path(path).read_bytes(), type=Replay)


def verdict_in(path: str | Path) -> Verdict:
    """What a verdict's JSON holds."""
    return msgspec.json.decode(Path(path).read_bytes(), type=Verdict)


def assert_fits_on_a_screen(told: Told) -> None:
    """And is no traceback."""
    lines = (told.out + told.err).splitlines()
    assert "Traceback" not in told.out + told.err
    assert len(lines) < SCREEN
    assert max(map(len, lines), default=0) <= LINE


def assert_diagnosed(told: Told, code: str, *words: str) -> None:
    """It is an error of this code on one screen, and names these words."""
    errors = re.findall(r"^firingtree: error\[(.*?)\]: ", told.err, re.MULTILINE)
    assert errors == [code]
    assert [word for word in words if word not in told.err] == []
    assert told.status == 2
    assert told.out == ""
    assert_fits_on_a_screen(told)


def running(mark: str | Path) -> list[str]:
    """The commands of all processes that name this."""
    found = [" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])]
    return [command for command in found if str(mark) in command]
