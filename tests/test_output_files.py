"""Files that are there whole or not at all, and what one command at a time has for itself."""

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from reference.edges.runs.run_errors import CheckpointBusy
from reference.edges.system import exclusive
from reference.edges.system.exclusive import alone_at, alone_in, locked
from reference.edges.system.output_errors import (
    OutputCollision,
    OutputFolderMissing,
    OutputNotWritten,
)
from reference.edges.system.output_files import (
    _aside,
    check_apart,
    check_folder,
    check_outputs,
    check_writable,
    write_whole,
)
from reference.edges.system.request_errors import OutOfRange
from reference.errors import FiringtreeError

pytestmark = pytest.mark.plain

BUSY = CheckpointBusy("there")
Alone = Callable[[Path, FiringtreeError], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def names() -> list[str]:
    """What lies here."""
    return sorted(str(path) for path in Path().rglob("*"))


def open_descriptors() -> int:
    """How many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


# ---- one file ------------------------------------------------------------------------------------


def test_a_file_is_written_over_whole_and_nothing_is_left_beside_it() -> None:
    for content in (b"long content", b"short", b""):
        write_whole(Path("file"), content)
        assert (Path("file").read_bytes(), names()) == (content, ["file"])


def test_a_link_goes_on_pointing_where_it_did() -> None:
    Path("there").mkdir()
    Path("link").symlink_to("there/file")
    write_whole(Path("link"), b"content")
    assert Path("link").is_symlink()
    assert Path("there/file").read_bytes() == b"content"


def test_content_is_on_the_disk_before_the_name_is_its(monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(Path("file"), b"earlier")
    seen: list[tuple[bytes, bytes]] = []

    def sync(descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        seen.append((Path("file").read_bytes(), b"x" * size))

    monkeypatch.setattr(os, "fsync", sync)
    write_whole(Path("file"), b"new")
    assert seen == [(b"earlier", b"xxx")]


@pytest.mark.parametrize(("error", "said"), [(OSError(5, "broken"), "broken"), (OSError("x"), "x")])
def test_what_cannot_be_written_is_as_it_was(
    error: OSError, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(Path("file"), b"earlier")

    def fail(_: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputNotWritten) as caught:
        write_whole(Path("file"), b"new")
    assert str(caught.value) == str(OutputNotWritten("file", said))
    assert (Path("file").read_bytes(), names()) == (b"earlier", ["file"])


def test_what_is_aside_is_empty_and_locked_and_stays_if_it_is_another_s() -> None:
    partial = Path(".file.firingtree.partial")
    partial.write_bytes(b"left by somebody")
    with _aside(Path("file")) as (file, path):
        assert (path, path.read_bytes()) == (partial, b"")
        with pytest.raises(BlockingIOError):
            locked(partial, wait=False)
        file.write(b"content")
        partial.unlink()
        partial.write_bytes(b"another's")
    assert partial.read_bytes() == b"another's"


# ---- what is checked before anything is computed -------------------------------------------------


def refused(check: Callable[[], None]) -> str:
    """What is wrong with it."""
    with pytest.raises((OutputFolderMissing, OutputCollision, OutOfRange)) as caught:
        check()
    return str(caught.value)


def test_a_file_can_be_written_where_a_folder_is_and_nothing_else_stands() -> None:
    Path("folder").mkdir()
    Path("file").write_bytes(b"earlier")
    for path in ("file", "new", "folder/new"):
        check_writable("--json", Path(path))
    assert (Path("file").read_bytes(), names()) == (b"earlier", ["file", "folder"])
    for path, said in {
        "no/new": "the folder no does not exist",
        "file/new": "the folder file does not exist",
        "folder": "this is a folder or a device, expected the name of a file",
        "/dev/null": "this is a folder or a device, expected the name of a file",
        "x" * 300: "File name too long",
    }.items():
        assert refused(partial(check_writable, "--json", Path(path))) == str(
            OutputFolderMissing("--json", path, said)
        )


def test_a_folder_can_be_made_below_a_folder_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").write_bytes(b"")
    for path in (".", "new", "new/and/newer"):
        check_folder("DIR", Path(path))
    for path in ("file", "file/new"):
        said = refused(partial(check_folder, "DIR", Path(path)))
        assert said.startswith(f"DIR {path}: ")
        assert said.endswith("file is a file, expected a folder")
    long = "x" * 300
    assert refused(lambda: check_folder("DIR", Path(long))) == f"DIR {long}: File name too long"
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    assert refused(lambda: check_folder("DIR", Path("new"))).endswith(" cannot be written")
    assert names() == ["file"]


def test_two_options_never_name_one_file() -> None:
    Path("folder").mkdir()
    one, same, other = Path("file"), Path("folder/../file"), Path("other")
    check_apart([("--json", one), ("--json", same), ("--trace", other), ("--plot", None)])
    said = refused(lambda: check_apart([("--json", one), ("--trace", same)]))
    assert said == str(OutputCollision("--trace", "--json", "folder/../file"))


def test_outputs_are_apart_from_what_is_needed_and_pictures_of_a_known_kind() -> None:
    data = Path("data.csv")
    data.write_bytes(b"")
    for name in ("a.png", "a.svg", "a.PDF"):
        check_outputs([("--data", data)], [("--plot", Path(name)), ("--json", Path("a.gif"))])
    check_outputs([("--data", None)], [("--plot", None)])
    for name in ("a.gif", "a", "apng"):
        said = refused(partial(check_outputs, [], [("--plot", Path(name))]))
        assert said == f"--plot: expected a path ending in png, svg, pdf, found {name}"
    said = refused(lambda: check_outputs([("--data", data)], [("--json", data)]))
    assert said == str(OutputCollision("--json", "--data", "data.csv"))
    assert refused(lambda: check_outputs([], [("--json", Path("no/a"))])).startswith("--json no/a")


# ---- alone ---------------------------------------------------------------------------------------


def test_a_folder_is_one_command_s_until_it_ends() -> None:
    before = open_descriptors()
    for _ in range(2):
        with alone_in(Path("new/there"), BUSY):
            assert Path("new/there").is_dir()
            with pytest.raises(CheckpointBusy), alone_in(Path("new/there"), BUSY):
                raise AssertionError
        with pytest.raises(ZeroDivisionError), alone_in(Path("new/there"), BUSY):
            raise ZeroDivisionError
    assert open_descriptors() == before


def test_a_file_is_one_command_s_until_it_ends() -> None:
    Path("link").symlink_to("file")
    before = open_descriptors()
    for _ in range(2):
        with alone_at(Path("link"), BUSY):
            assert names() == [".file.firingtree.lock", "link"]
            with pytest.raises(CheckpointBusy), alone_at(Path("file"), BUSY):
                raise AssertionError
            assert names() == [".file.firingtree.lock", "link"]
        assert names() == ["link"]
    assert open_descriptors() == before


@pytest.mark.parametrize("alone", [alone_in, alone_at])
def test_where_nothing_can_be_made_that_is_said(alone: Alone) -> None:
    path = Path("x" * 300)
    with pytest.raises(OutputNotWritten) as caught, alone(path, BUSY):
        raise AssertionError
    assert str(caught.value) == str(OutputNotWritten(str(path), "File name too long"))


def test_a_lock_is_waited_for_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(fcntl, "flock", lambda _, how: asked.append(how))
    for wait in (True, False):
        os.close(locked(Path("file"), wait=wait))
    assert asked == [fcntl.LOCK_EX, fcntl.LOCK_EX | fcntl.LOCK_NB]


def failing(errors: Sequence[OSError | None]) -> Callable[[int, int], None]:
    """A lock that fails so, one after the other."""
    left = list(errors)

    def lock(_descriptor: int, _how: int) -> None:
        if (error := left.pop(0)) is not None:
            raise error

    return lock


def test_where_a_file_system_knows_no_locks_nobody_is_kept_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fcntl, "flock", failing([OSError(errno.ENOLCK, "no locks")] * 2))
    with alone_in(Path("there"), BUSY), alone_in(Path("there"), BUSY):
        assert Path("there").is_dir()


@pytest.mark.parametrize("again", [True, False])
def test_a_file_that_was_removed_or_replaced_before_it_was_locked_is_opened_again(
    again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    def remove(_descriptor: int, _how: int) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            Path("file").unlink()
            if again:
                Path("file").write_bytes(b"another")

    monkeypatch.setattr(fcntl, "flock", remove)
    before = open_descriptors()
    descriptor = locked(Path("file"), wait=True)
    assert os.path.samestat(os.fstat(descriptor), Path("file").stat())
    os.close(descriptor)
    assert (tries, open_descriptors()) == (2, before)


def test_a_folder_that_was_removed_before_it_was_locked_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries = 0

    def remove(path: Path, flags: int, wait: bool) -> int | None:
        nonlocal tries
        tries += 1
        if tries == 1:
            path.rmdir()
        return right(path, flags, wait)

    right = exclusive._lock_taken
    monkeypatch.setattr(exclusive, "_lock_taken", remove)
    with alone_in(Path("there"), BUSY):
        assert Path("there").is_dir()
    assert tries == 2


def test_a_file_may_be_read_by_all_whom_the_mask_lets_and_run_by_nobody() -> None:
    before = os.umask(0)
    try:
        write_whole(Path("file"), b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path("file").stat().st_mode) == 0o666
