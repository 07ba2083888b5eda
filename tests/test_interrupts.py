"""Being asked to stop, and standard streams that nobody reads any more."""

import errno
import io
import os
import signal
import sys
from pathlib import Path

import pytest

from reference.edges.system.interrupts import ASKING, interrupts
from reference.edges.system.standard_streams import (
    UNREAD,
    LastingStream,
    flush_output,
    set_up_streams,
)

pytestmark = pytest.mark.plain


# ---- asked to stop -------------------------------------------------------------------------------


def test_whoever_asks_to_stop_is_noted_and_then_all_is_as_before() -> None:
    before = [signal.getsignal(number) for number in ASKING]
    with interrupts() as noted:
        assert noted == []
        for number in ASKING:
            signal.raise_signal(number)
        assert noted == [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    assert [signal.getsignal(number) for number in ASKING] == before
    with pytest.raises(ZeroDivisionError), interrupts():
        raise ZeroDivisionError
    assert [signal.getsignal(number) for number in ASKING] == before


@pytest.mark.parametrize("first", ASKING)
def test_only_ctrl_c_breaks_what_was_asked_to_stop_before(first: signal.Signals) -> None:
    with interrupts() as noted:
        signal.raise_signal(first)
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert noted == [first, signal.SIGTERM]


def test_what_is_ignored_goes_on_being_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interrupts() as noted:
            signal.raise_signal(signal.SIGHUP)
            assert noted == []
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


# ---- streams -------------------------------------------------------------------------------------


class Failing(io.RawIOBase):
    """What cannot be written to any more."""

    def __init__(self, error: int, descriptor: int) -> None:
        self._error = error
        self._descriptor = descriptor
        self.written = b""

    def fileno(self) -> int:
        return self._descriptor

    def writable(self) -> bool:
        return True

    def write(self, content: object, /) -> int:
        assert isinstance(content, bytes | memoryview)
        if self._error:
            error, self._error = self._error, 0
            raise OSError(error, "failed")
        self.written += bytes(content)
        return len(content)


def lasting(error: int, path: Path) -> tuple[LastingStream, Failing]:
    """A stream onto a file whose first write fails so."""
    raw = Failing(error, os.open(path, os.O_WRONLY | os.O_CREAT))
    inner = io.TextIOWrapper(io.BufferedWriter(raw), encoding="ascii", line_buffering=True)
    return LastingStream(inner, UNREAD), raw


@pytest.mark.parametrize("error", [errno.EPIPE, errno.EIO])
def test_when_nobody_reads_any_more_what_is_told_leads_nowhere(error: int, tmp_path: Path) -> None:
    stream, raw = lasting(error, tmp_path / "file")
    assert stream.write("told\n") == 5
    stream.flush()
    os.write(raw.fileno(), b"lost")
    os.close(raw.fileno())
    assert (tmp_path / "file").read_bytes() == b""


def test_any_other_fault_is_an_error_once(tmp_path: Path) -> None:
    stream, raw = lasting(errno.ENOSPC, tmp_path / "file")
    with pytest.raises(OSError, match="failed"):
        stream.write("told\n")
    stream.flush()
    os.write(raw.fileno(), b"lost")
    os.close(raw.fileno())
    assert (tmp_path / "file").read_bytes() == b""


def test_a_lasting_stream_is_the_same_stream(tmp_path: Path) -> None:
    stream, raw = lasting(0, tmp_path / "file")
    assert (stream.encoding, stream.errors) == ("ascii", "replace")
    assert (stream.line_buffering, stream.write_through) == (True, False)
    assert stream.write("α\n") == 2
    assert raw.written == b"?\n"
    stream.write("rest")
    assert raw.written == b"?\n"
    stream.flush()
    assert raw.written == b"?\nrest"
    os.close(raw.fileno())


def test_both_streams_are_made_lasting_and_closed_ones_lead_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapped = [
        io.TextIOWrapper(io.FileIO(tmp_path / name, "w"), encoding="utf-8") for name in ("a", "b")
    ]
    monkeypatch.setattr(sys, "stdout", wrapped[0])
    monkeypatch.setattr(sys, "stderr", wrapped[1])
    opened: list[tuple[str, int]] = []

    def closed(descriptor: int) -> None:
        if descriptor == 1:
            raise OSError(errno.EBADF, "closed")

    monkeypatch.setattr(os, "fstat", closed)
    monkeypatch.setattr(os, "open", lambda *how: opened.append(how))
    set_up_streams()
    out, err = sys.stdout, sys.stderr
    monkeypatch.undo()
    assert opened == [(os.devnull, os.O_RDWR)]
    assert isinstance(out, LastingStream)
    assert isinstance(err, LastingStream)
    assert [errno.EPIPE in stream._lost for stream in (out, err)] == [True, True]
    assert [errno.ENOSPC in stream._lost for stream in (out, err)] == [False, True]
    out.write("told")
    monkeypatch.setattr(sys, "stdout", out)
    flush_output()
    assert (tmp_path / "a").read_text() == "told"
    for stream in (out, err, *wrapped):
        stream.close()
