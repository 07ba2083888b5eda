"""Programs that break the protocol: `python -m invariants.conformance.planted.misbehaving KIND`."""

import os
import sys
import time
from collections.abc import Callable

from invariants.conformance.answering.object_port import ObjectPort
from invariants.conformance.planted.textbook import TextbookPort

LONG = 3600.0
"""Seconds."""


def main(kind: str) -> None:
    """Answers rightly, until the misbehaviour of this kind begins."""
    port = ObjectPort(TextbookPort())
    answer = KINDS[kind]
    for count, line in enumerate(sys.stdin.buffer):
        answer(count, port.exchange(line))
        if port.parted:
            if kind == "lingers":
                time.sleep(LONG)
            sys.exit(3 if kind == "ends-badly" else 0)


def right(_count: int, answer: bytes) -> None:
    """As it should be."""
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def unflushed(_count: int, answer: bytes) -> None:
    """Left in a buffer."""
    held.append(answer)


def without_newline(_count: int, answer: bytes) -> None:
    """An answer whose line does not end."""
    right(0, answer.rstrip(b"\n"))


def hangs(count: int, answer: bytes) -> None:
    """After a while."""
    if count == 5:
        time.sleep(LONG)
    right(count, answer)


def crashes(count: int, answer: bytes) -> None:
    """By a signal."""
    if count == 5:
        sys.stderr.write("something terrible has happened\n")
        sys.stderr.flush()
        os.abort()
    right(count, answer)


def exits_early(count: int, answer: bytes) -> None:
    """With status 0, as if all were done."""
    if count == 5:
        sys.exit(0)
    right(count, answer)


def dies_midway(count: int, answer: bytes) -> None:
    """In the middle of a line."""
    if count == 5:
        right(count, answer[: len(answer) // 2])
        sys.exit(1)
    right(count, answer)


def floods(count: int, answer: bytes) -> None:
    """Without end, and without a newline."""
    while count == 5:
        sys.stdout.buffer.write(b"0" * 65536)
    right(count, answer)


def out_of_order(count: int, answer: bytes) -> None:
    """An answer has the number of the next."""
    right(count, answer.replace(b'"seq":5', b'"seq":6') if count == 5 else answer)


def doubles(count: int, answer: bytes) -> None:
    """One answer comes twice."""
    right(count, answer * (1 + (count == 5)))


def garbage(count: int, answer: bytes) -> None:
    """No JSON, and no text."""
    right(count, b"\xff\x00 not a reply\n" if count == 5 else answer)


def breaks_schema(count: int, answer: bytes) -> None:
    """A key that is misspelt."""
    right(count, answer.replace(b'"ok"', b'"okay"') if count == 5 else answer)


def greedy(count: int, answer: bytes) -> None:
    """Takes more memory than it may, a little at a time."""
    while count == 5:
        held.append(b"0" * (1 << 24))
        time.sleep(0.01)
    right(count, answer)


def logs(_count: int, answer: bytes) -> None:
    """Much, to standard error, where it may."""
    sys.stderr.write("x" * 100_000 + "\n")
    right(0, answer)


held: list[bytes] = []
"""What is kept for later."""

KINDS: dict[str, Callable[[int, bytes], None]] = {
    "unflushed": unflushed,
    "without-newline": without_newline,
    "hangs": hangs,
    "crashes": crashes,
    "exits-early": exits_early,
    "dies-midway": dies_midway,
    "floods": floods,
    "out-of-order": out_of_order,
    "doubles": doubles,
    "garbage": garbage,
    "breaks-schema": breaks_schema,
    "greedy": greedy,
    "lingers": right,
    "ends-badly": right,
    "logs": logs,
}
"""What each does with an answer."""

if __name__ == "__main__":
    main(sys.argv[1])
