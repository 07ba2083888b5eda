"""Vectors that a port is known to fail, each with a reason, a link and a date.

A listed vector that passes fails the run, so that the list cannot outlive its reasons.
"""

from collections.abc import Collection
from pathlib import Path

import msgspec

from invariants.conformance.vectors.vector_errors import KnownFailuresMalformed
from reference.edges.system.system_error import why


class KnownFailure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of them."""

    id: str
    reason: str
    link: str
    date: str


def read_known_failures(path: Path, ids: Collection[str]) -> dict[str, str]:
    """The reason of each listed vector. Errors: `known-failures`, also for an id of no vector."""
    try:
        listed = msgspec.json.decode(path.read_bytes(), type=list[KnownFailure])
    except OSError as error:
        raise KnownFailuresMalformed(str(path), why(error)) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise KnownFailuresMalformed(str(path), str(error)) from error
    reasons: dict[str, str] = {}
    for one in listed:
        if one.id not in ids:
            raise KnownFailuresMalformed(str(path), f"there is no vector {one.id!r}")
        if one.id in reasons:
            raise KnownFailuresMalformed(str(path), f"{one.id} is listed twice")
        if not one.reason.strip():
            raise KnownFailuresMalformed(str(path), f"{one.id} is listed without a reason")
        reasons[one.id] = one.reason
    return reasons
