"""Standard output and standard error that outlive whoever read them.

When a pipe's reader has gone (`| head -1`), or the terminal has, what is told from then on is lost
and the work goes on. Any other fault of standard output is an error; of a fault of standard error
nobody could be told.
"""

import errno
import os
import sys
from collections.abc import Container, Iterator
from contextlib import contextmanager
from io import TextIOWrapper

UNREAD = (errno.EPIPE, errno.EIO)
"""What writing fails with where nobody reads any more: in a pipe, on a terminal."""


class LastingStream(TextIOWrapper):
    """The same stream, until writing fails: from then on it leads nowhere.

    Errors: any `OSError` but those to be lost, once.
    """

    def __init__(self, stream: TextIOWrapper, lost: Container[int | None]) -> None:
        self._lost = lost
        self._stream = stream  # which would close the descriptor when it goes
        super().__init__(
            stream.buffer,
            encoding=stream.encoding,
            errors="replace",
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )

    def write(self, text: str, /) -> int:
        """The text is written, or lost."""
        with self._forgiving():
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """All text is written, or lost."""
        with self._forgiving():
            super().flush()

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            _lead_nowhere(self.fileno())
            if error.errno not in self._lost:
                raise


def set_up_streams() -> None:
    """Both streams are lasting. One that was closed leads nowhere: no file is opened in its place.

    Python has none for a descriptor that was closed when it started.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free descriptor, so this one
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout = LastingStream(sys.stdout, UNREAD)
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr = LastingStream(sys.stderr, errno.errorcode)


def flush_output() -> None:
    """What was told on standard output is written. Errors: `OSError`."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.flush()


def _lead_nowhere(descriptor: int) -> None:
    """What is written there from now on is lost, and so is what waits to be."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
