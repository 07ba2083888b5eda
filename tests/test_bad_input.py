"""Each kind of bad input ends with its named error and status 2, and leaves the disk as it was."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from reference.edges.command_line import status_of
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.replay import write_dump
from reference.edges.setup.configuration import Configuration
from reference.violation import Violation
from tests.commands import assert_error

pytestmark = pytest.mark.plain

SMALL = "--data small.csv --points 4 --width 64 --alpha 0.1"
"""A run that is right in everything; a row of a table below says what is wrong with it instead."""

FILES = {
    "small.csv": b"1,2,0\n2,1,1\n1,1,0\n3,1,1\n1,4,0\n",
    "empty.csv": b"",
    "blank.csv": b"\n \n,,\n\n",
    "header.csv": b"height,weight,label\n",
    "word.csv": b"height,weight,label\n1,2,0\n2,tall,1\n",
    "hole.csv": b"height,weight,label\n1,,0\n2,1,1\n",
    "nan.csv": b"1,2,0\n2,NaN,1\n",
    "infinity.csv": b"height,weight,label\n1,2,0\n-inf,1,1\n",
    "one_class.csv": b"1,2,7\n2,1,7\n1,1,7\n3,1,7\n",
    "zero_row.csv": b"1,2,0\n0,-0.0,1\n1,1,0\n3,1,1\n",
    "conflict.csv": b"height,weight,label\n1,2,0\n2,1,1\n\n2,4,1\n1,1,0\n",
    "ragged.csv": b"1,2,0\n2,1,1\n1,0\n",
    "one_column.csv": b"1\n0\n",
    "binary.csv": b"\xff\xfe\x00\x81\r\n\x00\xd8",
    "utf16.csv": "1,2,0\n2,1,1\n".encode("utf-16"),
    "binary.npz": b"\x93\xff\x00\x01 not an archive",
    "empty.npz": b"",
    "dump.json": b'{"format": "firingtree violation 1"',
}


class Bomb:
    """Unpickled, it makes a folder."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, ("unpickled",)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all the bad files, and checkpoints: one whole, the others not."""
    folder = tmp_path_factory.mktemp("bad input")
    with chdir(folder):
        for name, content in FILES.items():
            Path(name).write_bytes(content)
        Path("empty_folder").mkdir()
        Path("folder.csv").mkdir()
        write_archives()
        write_checkpoints()
        write_dumps()
    return folder


def write_archives() -> None:
    table, labels = np.arange(12.0).reshape(4, 3), np.array([0.0, 1.0, 0.0, 1.0])
    np.savez("pickled.npz", table=table, labels=np.array([Bomb()] * 4, dtype=object))
    np.savez("words.npz", table=table, labels=np.array(["no", "yes"] * 2))
    np.savez("complex.npz", table=table + 1j, labels=labels)
    np.savez("nan.npz", table=np.where(table == 7, np.nan, table), labels=labels)
    np.savez("short.npz", table=table, labels=labels[:3])
    np.savez("rival.npz", table=table, labels=labels, others=labels)
    np.savez("nothing.npz")
    np.savez("no_rows.npz", table=table[:0])
    np.savez_compressed("compressed.npz", table=table)
    np.save("single.npy", table)
    Path("single.npy").rename("single.npz")
    whole, packed = Path("rival.npz").read_bytes(), bytearray(Path("compressed.npz").read_bytes())
    Path("cut.npz").write_bytes(whole[: len(whole) // 2])
    Path("locked.npz").write_bytes(with_flag(whole, 6, 8, 1))
    Path("unknown_method.npz").write_bytes(with_flag(whole, 8, 10, 99))
    packed[80:100] = b"\xff" * 20
    Path("altered.npz").write_bytes(packed)


def with_flag(archive: bytes, local: int, central: int, value: int) -> bytes:
    """The archive, its first member's header changed at these offsets in both places."""
    changed = bytearray(archive)
    changed[local] = changed[archive.index(b"PK\x01\x02") + central] = value
    return bytes(changed)


def write_checkpoints() -> None:
    assert status_of(f"train {SMALL} --steps 1 --checkpoint run".split()) == 0
    Path("changed.csv").write_bytes(FILES["small.csv"])
    assert status_of(f"train {SMALL} --data changed.csv --checkpoint other_data".split()) in (0, 3)
    Path("changed.csv").write_bytes(FILES["small.csv"].replace(b"1,4", b"1,5"))
    state = Path("run/state.ckpt").read_bytes()
    for name, content in {
        "cut_in_the_line": state[:200],
        "cut_at_the_line": state[: state.index(b"\n")],
        "cut_in_the_numbers": state[:-8],
        "cut_to_nothing": b"",
        "longer": state + bytes(8),
        "altered_number": state[:-1] + bytes([state[-1] ^ 1]),
        "altered_loss": state.replace(b'"loss":', b'"loss":1', 1),
        "altered_name": state.replace(b'"target"', b'"tarGet"', 1),
        "other_format": state.replace(b"checkpoint 2", b"checkpoint 1", 1),
        "not_text": state.replace(b"small.csv", b"smal\xff.csv", 1),
        "nested": b'{"x":' + b"[" * 100_000,
    }.items():
        Path(name).mkdir()
        (Path(name) / "state.ckpt").write_bytes(content)


def write_dumps() -> None:
    data = load_table("small.csv", None)
    told = Violation("name", "sentence", "path", "expected", "found")
    config = Configuration(data="small.csv", points=4, width=64, alpha=0.1)
    write_dump(Path("told.json"), config, choose_points(data, 4, 0), 1, [told])
    write_dump(Path("nothing_told.json"), config, choose_points(data, 4, 0), 1, [])
    whole = Path("told.json").read_bytes()
    Path("no_width.json").write_bytes(whole.replace(b'"width": 64', b'"width": 0'))
    Path("no_level.json").write_bytes(whole.replace(b'"touched"', b'"some"'))
    Path("huge.json").write_bytes(re.sub(rb"0x1\.[^\"]*", b"0x1p9999", whole, count=1))
    Path("nested.json").write_bytes(b'{"x":' + b"[" * 100_000)


BAD_INPUT = [
    # the data file
    ("--data absent.csv", "data-file-missing", "absent.csv", "digits"),
    ("--data digit", "data-file-missing", "digit", "breast-cancer"),
    ("--data folder.csv", "data-file-missing", "folder.csv"),
    ("--data empty.csv", "data-file-empty", "empty.csv"),
    ("--data header.csv", "data-file-empty", "header.csv"),
    ("--data empty.npz", "data-file-malformed", "empty.npz"),
    ("--data binary.csv", "data-file-malformed", "binary.csv"),
    ("--data utf16.csv", "data-file-malformed", "utf16.csv"),
    ("--data binary.npz", "data-file-malformed", "binary.npz"),
    ("--data pickled.npz", "data-file-malformed", "pickled.npz"),
    ("--data words.npz", "data-file-malformed", "words.npz", "labels"),
    ("--data complex.npz", "data-file-malformed", "complex.npz", "table"),
    ("--data short.npz", "data-file-malformed", "short.npz", "4 rows", "(3,)"),
    ("--data rival.npz", "data-file-malformed", "rival.npz", "labels", "others"),
    ("--data nothing.npz", "data-file-malformed", "nothing.npz"),
    ("--data single.npz", "data-file-malformed", "single.npz"),
    ("--data altered.npz", "data-file-malformed", "altered.npz"),
    ("--data locked.npz", "data-file-malformed", "locked.npz"),
    ("--data unknown_method.npz", "data-file-malformed", "unknown_method.npz"),
    ("--data cut.npz", "data-file-malformed", "cut.npz"),
    ("--data no_rows.npz", "data-file-empty", "no_rows.npz"),
    ("--data ragged.csv", "data-file-malformed", "ragged.csv", "row 3"),
    ("--data one_column.csv", "data-file-malformed", "one_column.csv", "one column"),
    # its cells
    ("--data word.csv", "non-numeric-cell", "word.csv", "row 3", "weight", "'tall'"),
    ("--data hole.csv", "non-numeric-cell", "hole.csv", "row 2", "weight", "''"),
    ("--data nan.csv", "not-finite-cell", "nan.csv", "row 2", "column 2", "NaN"),
    ("--data infinity.csv", "not-finite-cell", "infinity.csv", "row 3", "height", "-inf"),
    ("--data nan.npz", "not-finite-cell", "nan.npz", "row 3", "column 2", "nan"),
    # its labels and rows
    ("--target weight", "target-missing", "weight", "no header"),
    ("--data word.csv --target age", "target-missing", "age", "height, weight, label"),
    ("--data rival.npz --target age", "target-missing", "age", "labels, others, table"),
    ("--data one_class.csv", "one-class-only", "one_class.csv", "7"),
    ("--data zero_row.csv", "zero-row", "zero_row.csv", "2"),
    ("--data conflict.csv", "conflicting-rows", "conflict.csv", "rows 2 and 5", "0 and 1"),
    ("--points 6", "too-few-rows", "small.csv", "5", "6"),
    # numbers and names
    ("--points 1", "out-of-range", "--points", "1"),
    ("--width 0", "out-of-range", "--width", "0"),
    ("--width -64", "out-of-range", "--width", "-64"),
    ("--alpha 0", "out-of-range", "--alpha", "0.0"),
    ("--alpha 1", "out-of-range", "--alpha", "1.0"),
    ("--alpha nan", "out-of-range", "--alpha", "nan"),
    ("--bias -0.5", "out-of-range", "--bias", "-0.5"),
    ("--bias nan", "out-of-range", "--bias", "nan"),
    ("--bias inf", "out-of-range", "--bias", "inf"),
    ("--steps -1", "out-of-range", "--steps", "-1"),
    ("--until nan", "out-of-range", "--until", "nan"),
    ("--until -1", "out-of-range", "--until", "-1"),
    ("--seed -1", "out-of-range", "--seed", "-1"),
    ("--alpha 0.99", "no-firing-neuron", "points 0, 1, 2, 3", "--alpha", "--bias", "--width"),
    ("--alpha 0.99 --checkpoint new", "no-firing-neuron", "points 0, 1, 2, 3"),
    ("--width 100000000000000000000", "out-of-range", "--width", "from 1 to 2^62"),
    (f"--width {2**62 + 1}", "out-of-range", "--width", "from 1 to 2^62"),
    ("--width 10000000000000", "memory-exceeded", "10000000000000", "GiB are free", "--width"),
    (f"--width {2**62}", "memory-exceeded", str(2**62), "GiB are free"),
    ("--width 10000000000000 --checkpoint new", "memory-exceeded", "10000000000000"),
    ("--bias 1e308", "no-firing-neuron", "points 0, 1, 2, 3", "1e+308"),
    ("--momentum 0.9", "usage", "--momentum"),
    ("--width many", "usage", "--width", "many"),
    ("--structure heap", "usage", "heap", "tournament"),
    ("--method adam", "usage", "adam", "gauss-newton"),
    ("--step-rule long", "usage", "long", "backtracking"),
    ("--invariants some", "usage", "some", "touched"),
    ("more", "usage", "more"),
    # outputs
    ("--data absent.csv --checkpoint fresh", "data-file-missing", "absent.csv"),
    ("--data one_class.csv --checkpoint newer/still", "one-class-only", "one_class.csv"),
    (f"--json {'x' * 300}.json", "output-folder-missing", "--json", "xxx.json", "too long"),
    (f"--checkpoint {'x' * 300}", "output-folder-missing", "--checkpoint", "too long"),
    ("--json no/run.json", "output-folder-missing", "--json", "no/run.json"),
    ("--trace no/run.jsonl", "output-folder-missing", "--trace", "no/run.jsonl"),
    ("--plot no/run.png", "output-folder-missing", "--plot", "no/run.png"),
    ("--plot folder.csv", "output-folder-missing", "--plot", "folder.csv"),
    ("--json empty_folder", "output-folder-missing", "--json", "empty_folder"),
    ("--plot run.gif", "out-of-range", "--plot", "run.gif", "png, svg, pdf"),
    ("--checkpoint small.csv", "output-folder-missing", "--checkpoint", "small.csv"),
    # checkpoints and dumps
    ("--checkpoint run", "checkpoint-exists", "run/state.ckpt", "--resume"),
    ("--resume empty_folder", "checkpoint-missing", "empty_folder/state.ckpt", "--checkpoint"),
    ("--resume no", "checkpoint-missing", "no/state.ckpt"),
    ("--resume run --steps 1 --width 65", "checkpoint-mismatch", "--width", "65", "64"),
    ("--resume run --steps 2", "checkpoint-mismatch", "--steps", "1", "2"),
    ("--resume cut_in_the_line", "checkpoint-damaged", "cut_in_the_line/state.ckpt"),
    ("--resume cut_at_the_line", "checkpoint-damaged", "cut_at_the_line/state.ckpt"),
    ("--resume cut_in_the_numbers", "checkpoint-damaged", "cut_in_the_numbers", "904 bytes", "912"),
    ("--resume cut_to_nothing", "checkpoint-damaged", "cut_to_nothing/state.ckpt"),
    ("--resume longer", "checkpoint-damaged", "longer/state.ckpt"),
    ("--resume altered_number", "checkpoint-damaged", "altered_number", "SHA-256"),
    ("--resume altered_loss", "checkpoint-damaged", "altered_loss"),
    ("--resume other_format", "checkpoint-damaged", "other_format"),
    ("--resume altered_name", "checkpoint-damaged", "altered_name"),
    ("--resume nested", "checkpoint-damaged", "nested"),
    ("--data changed.csv --resume other_data", "checkpoint-mismatch", "other_data", "data file"),
    ("--resume not_text", "checkpoint-damaged", "not_text"),
    ("--json small.csv", "output-collision", "--json", "--data"),
    ("--json twice.out --trace twice.out", "output-collision", "--trace", "--json"),
    ("--checkpoint new --trace new/state.ckpt", "output-collision", "--trace", "--checkpoint"),
    ("--trace /dev/null", "output-folder-missing", "device"),
    ("--data digits --target label", "out-of-range", "--target"),
    ("--data \udcff.csv", "out-of-range", "--data", "UTF-8"),
    ("--resume run --checkpoint run", "usage", "--checkpoint"),
    ("--replay told.json", "usage", "--replay"),
]

OTHER_COMMANDS = [
    ("", "usage", "Usage: firingtree"),
    ("dance", "usage", "dance"),
    ("invariants all", "usage", "all"),
    ("bench", "usage", "levels"),
    ("bench levels --width 0", "out-of-range", "--width", "0"),
    ("bench levels --steps 0 --width 64 --points 4", "out-of-range", "--steps", "0"),
    ("bench levels --points 9999", "too-few-rows", "digits", "9999"),
    ("bench levels --json no/bench.json", "output-folder-missing", "--json", "no/bench.json"),
    ("train --replay small.csv", "dump-unreadable", "small.csv"),
    ("train --replay dump.json", "dump-unreadable", "dump.json"),
    ("train --replay absent.json", "dump-unreadable", "absent.json"),
    ("train --replay nested.json", "dump-unreadable", "nested.json"),
    ("train --replay nothing_told.json", "dump-unreadable", "nothing_told.json"),
    ("train --replay huge.json", "dump-unreadable", "huge.json"),
    ("train --replay no_level.json", "dump-unreadable", "no_level.json"),
    ("train --replay no_width.json", "out-of-range", "--width", "0"),
]


def contents(folder: Path) -> dict[str, str]:
    """The name of everything in the folder, with the digest of its bytes if it is a file."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in folder.rglob("*")
    }


CASES = [(f"train {SMALL} {wrong}".split(), *rest) for wrong, *rest in BAD_INPUT]
CASES += [(command.split(), *rest) for command, *rest in OTHER_COMMANDS]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [(arguments, code, words) for arguments, code, *words in CASES],
    ids=[f"{' '.join(arguments[-2:])[:60]} is {code}" for arguments, code, *_ in CASES],
)
def test_bad_input_has_a_name_and_leaves_no_trace(
    disk: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: str,
    words: list[str],
) -> None:
    monkeypatch.chdir(disk)
    before = contents(disk)
    status = status_of(arguments)
    assert_error(capsys.readouterr().err, code, words)
    assert status == 2
    assert contents(disk).items() ^ before.items() == set()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("--data pickled.npz", "data-file-malformed"),
        ("--alpha 0.99", "no-firing-neuron"),
        ("--resume cut_in_the_numbers", "checkpoint-damaged"),
    ],
)
def test_bad_input_ends_a_process_so(disk: Path, wrong: str, code: str) -> None:
    before = contents(disk)
    command = [str(Path(sys.executable).with_name("firingtree")), "train", *SMALL.split()]
    ended = subprocess.run(
        [*command, *wrong.split()], cwd=disk, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"firingtree: error[{code}]: ")
    assert ended.stderr.count("\n") == 1
    assert contents(disk).items() ^ before.items() == set()
