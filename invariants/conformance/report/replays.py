"""Replay files: a program that a port failed, to be run again as often as one likes."""

from pathlib import Path

import msgspec

from invariants.conformance.protocol.messages import AnyRequest
from invariants.conformance.vectors.vector_errors import ReplayMalformed
from reference.edges.system.output_errors import OutputNotWritten
from reference.edges.system.output_files import write_whole
from reference.edges.system.system_error import why

SCHEMA = 1
"""Of these files."""


class Replay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What failed, of which port, and the requests that show it."""

    schema: int
    port: str
    found_in: str
    check: str
    requests: list[AnyRequest]


def write_replay(folder: Path, replay: Replay) -> Path:
    """The file's path. The folder is made. Errors: `output-not-written`."""
    name = f"{replay.found_in} {replay.check}"
    slug = "".join(letter if letter.isalnum() else "-" for letter in name)
    path = folder / f"{slug}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputNotWritten(str(folder), why(error)) from error
    write_whole(path, msgspec.json.format(msgspec.json.encode(replay), indent=1) + b"\n")
    return path


def read_replay(path: Path) -> Replay:
    """Errors: `replay-malformed`."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Replay)
    except OSError as error:
        raise ReplayMalformed(str(path), why(error)) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ReplayMalformed(str(path), str(error)) from error
    if found.schema > SCHEMA:
        raise ReplayMalformed(str(path), f"it has schema {found.schema}, known is {SCHEMA}")
    return found
