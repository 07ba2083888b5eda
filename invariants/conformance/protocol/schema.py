"""The published JSON Schema of the messages, made from their types.

    python -m invariants.conformance.protocol.schema > schema.json

A line to a port is one of the schema's requests; what may come back, `replies` names by command.
"""

import sys
from collections.abc import Mapping, Sequence

import msgspec

from invariants.conformance.protocol.messages import (
    Bye,
    Done,
    Dump,
    Dumped,
    Fired,
    Hailed,
    Hello,
    Load,
    Query,
    Reply,
    Request,
    Step,
    Stepped,
    Update,
)

REQUESTS: Sequence[type[Request]] = (Hello, Load, Query, Update, Step, Dump, Bye)
"""What a port reads."""

REPLIES: Mapping[str, object] = {
    "hello": Reply[Hailed],
    "load": Reply[Done],
    "query": Reply[Fired],
    "update": Reply[Done],
    "step": Reply[Stepped],
    "dump": Reply[Dumped],
    "bye": Reply[Done],
}
"""What it may answer to each command."""

TEMPLATE = "#/$defs/{name}"


def schema() -> dict[str, object]:
    """The schema of both directions."""
    requests, replies = list(REQUESTS), list(REPLIES.values())
    references, found = msgspec.json.schema_components([*requests, *replies], ref_template=TEMPLATE)
    definitions = msgspec.convert(found, dict[str, dict[str, object]])
    for name, definition in definitions.items():
        _tighten(name, definition)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Port conformance protocol, version 1",
        "description": "A line to a port is one of these; its answer is one of replies[cmd].",
        "oneOf": references[: len(requests)],
        "replies": dict(zip(REPLIES, references[len(requests) :], strict=True)),
        "$defs": definitions,
    }


def text() -> str:
    """The schema as it stands in `schema.json`."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


def _tighten(name: str, definition: dict[str, object]) -> None:
    """What the types check in their own words, said in the schema's."""
    properties = msgspec.convert(definition["properties"], dict[str, dict[str, object]])
    if "cmd" in properties:
        required = msgspec.convert(definition["required"], list[str])
        definition["required"] = [*required, "seq"]
        del properties["seq"]["default"]
        definition["properties"] = properties
    if name in ("Vector", "Matrix"):
        definition["oneOf"] = [
            {"required": ["exp", "int"], "properties": {"bits": False}},
            {"required": ["bits"], "properties": {"exp": False, "int": False}},
        ]
    if name.startswith("Reply_"):
        definition["oneOf"] = [{"required": [key]} for key in ("ok", "skip", "error")]


if __name__ == "__main__":
    sys.stdout.write(text())
