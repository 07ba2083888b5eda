"""Ports that cannot run here: their requests as one file, and their replies as another.

    firingtree vectors requests > requests.jsonl      here
    my_port < requests.jsonl > replies.jsonl          there
    firingtree conform --recorded replies.jsonl       here again

All vectors are asked, whatever the port claims, since its claims are not known beforehand.
"""

from pathlib import Path

import msgspec

from invariants.conformance.answering.conversation import Conversation, Diverged
from invariants.conformance.answering.port_errors import PortEnded
from invariants.conformance.protocol.messages import PROTOCOLS, AnyRequest, Bye, Hello
from invariants.conformance.vectors.vector_errors import RecordingMissing
from invariants.conformance.vectors.vector_files import Vector, Vectors
from reference.edges.system.system_error import why


def request_lines(vectors: Vectors) -> bytes:
    """Hello, the requests of every vector, and bye, numbered in this order."""
    requests: list[AnyRequest] = [Hello(protocol=list(PROTOCOLS))]
    requests += [request for vector in vectors.vectors for request in vector.requests]
    requests.append(Bye())
    numbered = [msgspec.structs.replace(one, seq=seq) for seq, one in enumerate(requests)]
    return b"".join(msgspec.json.encode(request) + b"\n" for request in numbered)


class RecordedPort:
    """Answers with one recorded line after another."""

    def __init__(self, path: Path) -> None:
        """Errors: `recording-missing` if the file cannot be read."""
        try:
            self._lines = path.read_bytes().splitlines(keepends=True)
        except OSError as error:
            raise RecordingMissing(str(path), why(error)) from error
        self._read = 0

    def exchange(self, line: bytes, request: str) -> bytes:
        """The next line. Errors: `port-ended` after the last one."""
        if self._read == len(self._lines):
            raise PortEnded(request=request, how="has no recorded line left")
        self._read += 1
        return self._lines[self._read - 1]


def recorded_divergence(talk: Conversation, vector: Vector) -> Diverged | None:
    """Where the recording first answers this vector wrongly. All of its requests are read."""
    talk.begin()
    found: Diverged | None = None
    for request in vector.requests:
        try:
            talk.ask(request)
        except Diverged as here:
            found = found or here
    return found
