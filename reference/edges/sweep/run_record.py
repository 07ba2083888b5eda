"""A run's record: one file a run, named by its configuration.

Everything in it but `outcome.spent` is the same whoever made the run. A record says the SHA-256 of
the rest of itself, so that one which was altered is found out.
"""

from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import msgspec

from reference.edges.runs.checkpoint import UNDECODABLE
from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.outcome import Outcome
from reference.edges.sweep.sweep_errors import SweepRecordDamaged, SweepVersion

FORMAT = "firingtree sweep 1"


class RunRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a sweep keeps of a run."""

    format: str = FORMAT
    version: str
    config: Configuration
    outcome: Outcome
    sha256: str = ""

    def signed(self) -> "RunRecord":
        """The same with its checksum."""
        return msgspec.structs.replace(self, sha256=_checksum(self))

    def encoded(self) -> bytes:
        """The file of a signed record."""
        return msgspec.json.encode(self) + b"\n"


class Heading(msgspec.Struct):
    """What a record of whatever version begins with."""

    format: str
    version: str


def version_here() -> str:
    """The version of firingtree that this is."""
    return version("firingtree")


def digest(config: Configuration) -> str:
    """A configuration's name: 16 hexadecimal digits of the SHA-256 of its JSON, keys sorted."""
    return sha256(msgspec.json.encode(config, order="sorted")).hexdigest()[:16]


def decoded(path: Path, content: bytes, config: Configuration) -> RunRecord:
    """The record of this configuration. Errors: `sweep-version`, `sweep-record-damaged`."""
    check_heading(path, content)
    try:
        found = msgspec.json.decode(content, type=RunRecord)
    except UNDECODABLE as error:
        raise SweepRecordDamaged(str(path), f"it is cut or altered: {error}") from error
    if found.sha256 != _checksum(found) or found.encoded() != content:
        raise SweepRecordDamaged(str(path), "its SHA-256 is not the one written in it")
    if found.config != config:
        differences = "; ".join(config.differences(found.config))
        raise SweepRecordDamaged(str(path), f"it is the record of another run: {differences}")
    return found


def check_heading(path: Path, content: bytes) -> None:
    """The file is of this format and version. Errors: `sweep-version`, `sweep-record-damaged`."""
    try:
        heading = msgspec.json.decode(content, type=Heading)
    except UNDECODABLE as error:
        raise SweepRecordDamaged(str(path), f"it is cut or altered: {error}") from error
    expected = (FORMAT, version_here())
    if (heading.format, heading.version) != expected:
        raise SweepVersion(str(path), expected, (heading.format, heading.version))


def _checksum(record: RunRecord) -> str:
    """SHA-256 of the record without it."""
    return sha256(msgspec.json.encode(msgspec.structs.replace(record, sha256=""))).hexdigest()
