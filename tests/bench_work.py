"""What tests do in processes of their own, and how they look at a benchmark's document."""

import json
import os
from pathlib import Path
from typing import cast

from reference.errors import BadIndex

Document = dict[str, object]


def left(path: str = "bench.json") -> Document:
    """What `--json` left."""
    found: Document = json.loads(Path(path).read_bytes())
    return found


def results(path: str = "bench.json") -> dict[str, list[Document]]:
    """Its part `results`, of which every entry is a list of records."""
    return cast(dict[str, list[Document]], left(path)["results"])


def held(size: int) -> int:
    """So many bytes have been held, and were let go."""
    return len(bytearray(size))


def refused(index: int) -> int:
    """An error of the family."""
    raise BadIndex("neuron", index, 4)


def killed(status: int) -> int:
    """The process ends in the midst of its work."""
    os._exit(status)
