"""Parsers of the conformance kit: lines both ways, vectors, replays, known failures, recordings."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
from msgspec import UNSET

from invariants.conformance.answering.conversation import decoded, greet
from invariants.conformance.answering.object_port import ObjectPort
from invariants.conformance.answering.reference_port import ReferencePort
from invariants.conformance.drawn.programs import run_program
from invariants.conformance.examination import Examination
from invariants.conformance.plan import VECTORS_ONLY
from invariants.conformance.protocol.messages import AnyRequest, Hello
from invariants.conformance.report.junit import junit
from invariants.conformance.report.known_failures import KnownFailure, read_known_failures
from invariants.conformance.report.replays import SCHEMA, Replay, read_replay
from invariants.conformance.report.told import failure_told, told
from invariants.conformance.report.verdict import failure
from invariants.conformance.vectors.recorded import RecordedPort, request_lines
from invariants.conformance.vectors.vector_files import Vectors, read_vectors
from reference.structures.threshold_search import Structure
from tests.fuzz.json_mutants import altered_json, altered_json_lines
from tests.fuzz.signatures import altered_vectors
from tests.fuzz.target import Target, written

VECTORS = Path(__file__).parent.parent / "vectors"
EVERY = 6
"""One vector in so many is a seed."""


@cache
def some_vectors() -> Vectors:
    """A few of every area."""
    found = read_vectors(VECTORS)
    return Vectors(found.version, found.vectors[::EVERY])


@cache
def few_vectors() -> Vectors:
    """Fewer still, all of whose replies are one input."""
    return Vectors(some_vectors().version, some_vectors().vectors[::4])


def our_port() -> ObjectPort:
    """The reference, which answers as a port does."""
    return ObjectPort(ReferencePort("plain", Structure.TOURNAMENT))


# ---- lines ---------------------------------------------------------------------------------------


class Spoken:
    """Our port, whose answers must be answers: `internal` is said to what cannot be read alone."""

    def __init__(self) -> None:
        self._port = our_port()
        self._decoder = msgspec.json.Decoder(AnyRequest)

    def exchange(self, line: bytes, request: str = "") -> bytes:
        """The line that answers this one."""
        answer = self._port.exchange(line)
        try:
            asked: AnyRequest = self._decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            asked = Hello(protocol=[])
            assert decoded(asked, answer).error is not UNSET
            return answer
        reply = decoded(asked, answer)
        assert reply.error is UNSET or reply.error.code != "internal", (reply, request)
        return answer


def answer_requests(folder: Path, content: bytes) -> None:
    """As `firingtree port` does."""
    del folder
    port = Spoken()
    for line in content.splitlines(keepends=True):
        port.exchange(line)


def request_seeds(folder: Path) -> Sequence[bytes]:
    """The requests of each vector."""
    del folder
    return [request_lines(Vectors("", [one])) for one in some_vectors().vectors]


def judge_replies(folder: Path, content: bytes) -> None:
    """As `firingtree conform --recorded` does, to the last line of its verdict."""
    port = RecordedPort(written(folder, "replies.jsonl", content))
    verdict = Examination(greet(port), VECTORS_ONLY, 0).run_recorded(few_vectors(), {})
    "\n".join(told(verdict)).encode()
    junit(verdict)
    msgspec.json.format(msgspec.json.encode(verdict))


def reply_seeds(folder: Path) -> Sequence[bytes]:
    """What our port replies to the vectors."""
    del folder
    port, lines = Spoken(), request_lines(few_vectors()).splitlines(keepends=True)
    return [b"".join(port.exchange(line) for line in lines)]


# ---- files ---------------------------------------------------------------------------------------


def read_vector_file(folder: Path, content: bytes) -> None:
    """As `--vectors` does; the programs are then played to our port.

    It need not be right: a request with two faults, which no harness
    sends, may be refused for either.
    """
    written(folder, "some.jsonl", content)
    talk = greet(Spoken())
    for vector in read_vectors(folder).vectors:
        run_program(talk, vector.requests)


def vector_seeds(folder: Path) -> Sequence[bytes]:
    """The header of each file, and few of its vectors."""
    del folder
    files = []
    for path in sorted(VECTORS.glob("*.jsonl")):
        head, *rest = path.read_bytes().splitlines(keepends=True)
        chosen = rest[::EVERY]
        header = {**msgspec.json.decode(head, type=dict[str, object]), "count": len(chosen)}
        files.append(msgspec.json.encode(header) + b"\n" + b"".join(chosen))
    return files


def play_replay(folder: Path, content: bytes) -> None:
    """As `firingtree conform --replay` does with our port."""
    requests = read_replay(written(folder, "replay.json", content)).requests
    found = run_program(greet(Spoken()), requests)
    if found is not None:
        "\n".join(failure_told(failure("replay", found))).encode()


def replay_seeds(folder: Path) -> Sequence[bytes]:
    """A replay of each vector."""
    del folder
    return [
        msgspec.json.encode(Replay(SCHEMA, "port", one.id, "check", one.requests))
        for one in some_vectors().vectors
    ]


def read_known(folder: Path, content: bytes) -> None:
    """As `--known-failures` does."""
    ids = {one.id for one in some_vectors().vectors}
    read_known_failures(written(folder, "known.json", content), ids)


def known_seeds(folder: Path) -> Sequence[bytes]:
    """A list of three."""
    del folder
    ids = [one.id for one in some_vectors().vectors[:3]]
    link = "https://example.org/1"
    return [
        msgspec.json.encode([KnownFailure(one, "not built", link, "2025-11-24") for one in ids])
    ]


TARGETS = (
    Target("requests", answer_requests, request_seeds, altered_json_lines),
    Target("replies", judge_replies, reply_seeds, altered_json_lines),
    Target("vectors", read_vector_file, vector_seeds, altered_vectors),
    Target("replay", play_replay, replay_seeds, altered_json),
    Target("known-failures", read_known, known_seeds, altered_json),
)
