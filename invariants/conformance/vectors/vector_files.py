"""Vectors: recorded programs with what must come of them, in files of JSON lines.

The first line of a file is its header, every other one a vector. What is expected is written down
for ports that cannot run here; a live port is judged as always, from the requests alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from invariants.conformance.answering.port_errors import shown
from invariants.conformance.protocol.messages import (
    PROTOCOLS,
    AnyRequest,
    Bits,
    Code,
    Hailed,
    Operation,
)
from invariants.conformance.vectors.vector_errors import (
    VectorsMalformed,
    VectorsMissing,
    VectorsOfNewerSchema,
)
from reference.edges.system.system_error import why

SCHEMA = 1
"""Of the files. A newer one cannot be read here."""

VERSION = "1.0"
"""Of the vectors: new ones raise the second number, a changed expectation the first."""


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one request must be answered with; with nothing said, that it is carried out.

    `error` is the code it is refused with. `fired` (one list a point, for a query one list),
    `residual`, `solution`, `weights` and `leaves` are equal bit for bit. `must` and `may` are who
    must be answered, and who may be besides. `visited` and `inner` hold for canonical trees.
    """

    error: Code | UnsetType = UNSET
    fired: list[list[int]] | UnsetType = UNSET
    must: list[int] | UnsetType = UNSET
    may: list[int] | UnsetType = UNSET
    visited: int | UnsetType = UNSET
    residual: list[Bits] | UnsetType = UNSET
    solution: list[Bits] | UnsetType = UNSET
    weights: list[list[Bits]] | UnsetType = UNSET
    leaves: list[list[Bits]] | UnsetType = UNSET
    inner: list[list[Bits]] | UnsetType = UNSET


class Needs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which ports a vector is for: so many bits in every format, and these operations."""

    bits: int
    operations: list[Operation]
    subnormals: bool


class Vector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One program. `id` is for ever; `hash` is of the requests and what is expected of them."""

    id: str
    hash: str
    lane: Literal["exact", "banded"]
    needs: Needs
    flags: list[str]
    checks: list[str]
    requests: list[AnyRequest]
    expect: list[Expectation]
    source: str


class Flag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What vectors with this flag are about, and what it means to fail one."""

    meaning: str
    effect: str


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a file."""

    schema: int
    version: str
    protocol: int
    area: str
    count: int
    flags: dict[str, Flag]


class _Schema(msgspec.Struct):
    schema: int = 0


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of all areas."""

    version: str
    vectors: Sequence[Vector]


def content_hash(requests: Sequence[AnyRequest], expect: Sequence[Expectation]) -> str:
    """The first 16 hex digits of the SHA-256 of both."""
    return sha256(msgspec.json.encode([requests, expect])).hexdigest()[:16]


def file_bytes(header: Header, vectors: Iterable[Vector]) -> bytes:
    """A file, byte for byte the same for the same vectors."""
    return b"".join(msgspec.json.encode(line) + b"\n" for line in (header, *vectors))


def read_vectors(folder: Path) -> Vectors:
    """The vectors of all files in the folder, in the order of their names.

    Errors: `vectors-missing`, `vectors-malformed`, `vectors-newer`.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise VectorsMissing(str(folder))
    version, vectors = "", list[Vector]()
    for path in paths:
        header, found = _read(path)
        version = header.version
        vectors += found
    twice = {one.id for one in vectors if sum(other.id == one.id for other in vectors) > 1}
    if twice:
        raise VectorsMalformed(str(folder), 0, f"the id {min(twice)} is there twice")
    return Vectors(version, vectors)


def _read(path: Path) -> tuple[Header, list[Vector]]:
    try:
        first, *rest = path.read_bytes().splitlines()
    except OSError as error:
        raise VectorsMissing(f"{path}: {why(error)}") from error
    except ValueError as error:
        raise VectorsMalformed(str(path), 1, "the file is empty") from error
    number = 1
    try:
        found = msgspec.json.decode(first, type=_Schema).schema
        if found > SCHEMA:
            raise VectorsOfNewerSchema(str(path), found, SCHEMA)
        header = msgspec.json.decode(first, type=Header)
        vectors = []
        for line in rest:
            number += 1
            vectors.append(msgspec.json.decode(line, type=Vector))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise VectorsMalformed(str(path), number, shown(str(error))) from error
    if header.protocol not in PROTOCOLS:
        raise VectorsMalformed(
            str(path), 1, f"it is for protocol {header.protocol}, not {PROTOCOLS[0]}"
        )
    if len(vectors) != header.count:
        told = f"the header counts {header.count} vectors, and there are {len(vectors)}"
        raise VectorsMalformed(str(path), 1, told)
    for number, vector in enumerate(vectors, 2):
        if content_hash(vector.requests, vector.expect) != vector.hash:
            raise VectorsMalformed(str(path), number, f"{vector.id} has not the hash it claims")
    return header, vectors


def not_offered(vector: Vector, hailed: Hailed) -> str | None:
    """Why this vector is not for this port, if it is not."""
    contract, needs = hailed.contract, vector.needs
    bits = min(contract.input_bits, contract.accumulate_bits, contract.leaf_bits)
    if bits < needs.bits:
        return f"needs {needs.bits} bits, the port declares {bits}"
    if needs.subnormals and contract.subnormals == "flushed":
        return "needs subnormals, the port flushes them"
    missing = [name for name in needs.operations if name not in hailed.operations]
    return f"{missing[0]} is not claimed" if missing else None
