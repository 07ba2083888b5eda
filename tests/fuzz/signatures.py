"""Altered files with their lengths, counts and checksums put right, so that more is read."""

import json
from collections.abc import Callable
from random import Random

import msgspec

from invariants.conformance.vectors.vector_files import Vector, content_hash
from reference.edges.runs.checkpoint import Header, _signed
from reference.edges.sweep.run_record import RunRecord
from tests.fuzz.json_mutants import altered_json, altered_json_lines
from tests.fuzz.text_mutants import altered_bytes

UNSIGNABLE = (msgspec.MsgspecError, ValueError, OverflowError, RecursionError, TypeError)
"""What a file that has no such parts leads to."""

SELDOM = 6
"""One in so many is left with the wrong checksum."""


def _put_right(found: bytes, random: Random, sign: Callable[[bytes], bytes]) -> bytes:
    """What was altered, signed where that can be done."""
    if not random.randrange(SELDOM):
        return found
    try:
        return sign(found)
    except UNSIGNABLE:
        return found


def altered_checkpoint(content: bytes, random: Random) -> bytes:
    """A checkpoint whose header or numbers are altered."""
    line, _, payload = content.partition(b"\n")

    if random.randrange(4):
        line = altered_json(line, random)
    else:
        payload = altered_bytes(payload, random)
    return _put_right(line + b"\n" + payload, random, signed_checkpoint)


def signed_checkpoint(content: bytes) -> bytes:
    """The same header and numbers, and the length and SHA-256 that go with them."""
    line, _, payload = content.partition(b"\n")
    header = msgspec.json.decode(line, type=Header)
    return _signed(msgspec.structs.replace(header, payload=len(payload)), payload)


def altered_record(content: bytes, random: Random) -> bytes:
    """A sweep's record."""

    def sign(found: bytes) -> bytes:
        return msgspec.json.decode(found, type=RunRecord).signed().encoded()

    return _put_right(altered_json(content, random), random, sign)


def altered_vectors(content: bytes, random: Random) -> bytes:
    """A file of vectors, with the count and the hashes that go with what is in it."""

    def sign(found: bytes) -> bytes:
        head, *rest = found.splitlines()
        vectors = [msgspec.json.decode(line, type=Vector) for line in rest]
        header = {**json.loads(head), "count": len(vectors)}
        hashed = [
            msgspec.structs.replace(one, hash=content_hash(one.requests, one.expect))
            for one in vectors
        ]
        return b"".join(msgspec.json.encode(line) + b"\n" for line in (header, *hashed))

    return _put_right(altered_json_lines(content, random), random, sign)
