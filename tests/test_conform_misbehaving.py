"""The planted programs that break the protocol: right up to one answer, and what comes then.

`firingtree conform --self-test` has what the harness says of each.
"""

import os
import runpy
import sys
import time
from collections.abc import Sequence
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING

import msgspec
import pytest

from invariants.conformance.answering.object_port import ObjectPort
from invariants.conformance.cases.case import above
from invariants.conformance.planted import misbehaving
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.protocol.messages import AnyRequest, Bye, Hello
from tests.conform_ports import of_floats

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

REQUESTS: list[AnyRequest] = [
    Hello(protocol=[1]),
    of_floats([[1.0]], [[2.0], [3.0]]),
    *[above(k) for k in range(5)],
    Bye(),
]
LINES = [
    msgspec.json.encode(msgspec.structs.replace(request, seq=seq)) + b"\n"
    for seq, request in enumerate(REQUESTS)
]
FULL = 1 << 20


class Endless(Exception):
    """A program that would go on."""


class Pipe(BytesIO):
    """Takes a mebibyte."""

    def write(self, data: "ReadableBuffer", /) -> int:
        """Errors: Endless when it is full."""
        if self.tell() > FULL:
            raise Endless
        return super().write(data)


def right() -> list[bytes]:
    """The answers that should come."""
    port = ObjectPort(TextbookPort())
    return [port.exchange(line) for line in LINES]


def run(
    kind: str, patch: pytest.MonkeyPatch, lines: Sequence[bytes] = LINES
) -> tuple[bytes, str, object]:
    """What a program writes on its two streams, and its status if it has given one."""

    def endless(*_: object) -> None:
        raise Endless

    written, errors = Pipe(), BytesIO()
    patch.setattr(sys, "argv", ["misbehaving", kind])
    patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"".join(lines))))
    patch.setattr(sys, "stdout", TextIOWrapper(written))
    patch.setattr(sys, "stderr", TextIOWrapper(errors))
    patch.setattr(time, "sleep", endless)
    patch.setattr(os, "abort", endless)
    status: object = None
    try:
        runpy.run_path(misbehaving.__file__, run_name="__main__")
    except SystemExit as end:
        status = end.code
    except Endless:
        pass
    sys.stderr.flush()
    return written.getvalue(), errors.getvalue().decode(), status


def joined(answers: Sequence[bytes]) -> bytes:
    return b"".join(answers)


ANSWERS = right()
FIVE = joined(ANSWERS[:5])
SIXTH = ANSWERS[5]

BREAKS = {
    "unflushed": (b"", 0),
    "without-newline": (joined(ANSWERS).replace(b"\n", b""), 0),
    "hangs": (FIVE, None),
    "crashes": (FIVE, None),
    "exits-early": (FIVE, 0),
    "dies-midway": (FIVE + SIXTH[: len(SIXTH) // 2], 1),
    "floods": (FIVE + b"0" * (16 << 16), None),
    "out-of-order": (FIVE + SIXTH.replace(b":5", b":6") + joined(ANSWERS[6:]), 0),
    "doubles": (FIVE + SIXTH + joined(ANSWERS[5:]), 0),
    "garbage": (FIVE + b"\xff\x00 not a reply\n" + joined(ANSWERS[6:]), 0),
    "breaks-schema": (FIVE + SIXTH.replace(b"ok", b"okay") + joined(ANSWERS[6:]), 0),
    "greedy": (FIVE, None),
    "lingers": (joined(ANSWERS), None),
    "ends-badly": (joined(ANSWERS), 3),
    "logs": (joined(ANSWERS), 0),
}


def test_every_kind_is_here() -> None:
    assert BREAKS.keys() == misbehaving.KINDS.keys()


@pytest.mark.parametrize("kind", BREAKS)
def test_a_program_is_right_until_it_misbehaves(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written, told, status = run(kind, monkeypatch)
    monkeypatch.undo()
    assert (written, status) == BREAKS[kind]
    assert len(told) == {"crashes": 32, "logs": 8 * 100_001}.get(kind, 0)


def test_a_program_ends_with_what_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    written, told, status = run("logs", monkeypatch, LINES[:2])
    monkeypatch.undo()
    assert (written, len(told), status) == (joined(ANSWERS[:2]), 2 * 100_001, None)
