"""TOML as typed values."""

from typing import TypeVar

import msgspec

T = TypeVar("T")

MOST_DOTS = 100
"""In a line. Python reads a name a.a.a… in a time that grows as the square of its parts."""


def decoded_toml(content: bytes, kind: type[T]) -> T:
    """What the text holds. Errors: `ValueError`, which says where and what is wrong."""
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.count(b".") > MOST_DOTS:
            raise ValueError(f"line {number} has more than {MOST_DOTS} dots")
    try:
        return msgspec.toml.decode(content, type=kind)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
