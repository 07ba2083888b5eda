"""JSON documents with parts replaced by what the reader does not expect there."""

import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import TypeAlias

from tests.fuzz.text_mutants import altered_bytes

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Place = tuple[dict[str, Json], str] | tuple[list[Json], int]
"""A container and where in it."""

DEEP = "\x01deep\x01"
"""Stands for brackets within brackets, which Python itself would not write."""

LEVELS = (3, 100, 2000, 100_000)

HOSTILE: list[Json] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2,
    63,
    64,
    2**31,
    2**53,
    2**53 - 1,
    -(2**53) + 1,
    2**62,
    2**63,
    2**64,
    -(2**63) - 1,
    10**400,
    0.5,
    -0.0,
    1e308,
    -1e308,
    5e-324,
    1e30,
    float("nan"),
    float("inf"),
    "",
    "0",
    "\x00",
    "\ud800",
    "\u202e",
    "x" * 1000,
    "7ff0000000000000",
    "7ff8000000000000",
    "0" * 16,
    "7fefffffffffffff",
    "0000000000000001",
    "8000000000000000",
    "nan",
    "1e400",
    "0x1p+1023",
    [],
    {},
    [[]],
    [0],
    [[0]],
    [-1],
    [2**63],
    {"": 0},
    DEEP,
]
"""What is put where something else belongs."""


def altered_json(content: bytes, random: Random) -> bytes:
    """The document with one to four changes; what is none is altered as bytes are."""
    try:
        document: Json = json.loads(content)
    except (ValueError, RecursionError):
        return altered_bytes(content, random, ("[", "]", "{", "}", ",", ":", '"', "null", "1e5"))
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        document = _changed(document, random)
    return _encoded(document, random)


def altered_json_lines(content: bytes, random: Random) -> bytes:
    """One line altered, or lines doubled, left out or exchanged."""
    lines = content.splitlines(keepends=True) or [b"\n"]
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(12):
        case 0:
            lines.insert(at, lines[other])
        case 1:
            del lines[at]
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] = altered_bytes(lines[at], random)
        case _:
            lines[at] = altered_json(lines[at], random).rstrip(b"\n") + b"\n"
    return b"".join(lines)


def _changed(document: Json, random: Random) -> Json:
    places = list(_places(document))
    if not places:
        return deepcopy(random.choice(HOSTILE))
    holder, at = random.choice(places)
    if isinstance(holder, dict):
        _change_object(holder, str(at), _replacement(holder[str(at)], places, random), random)
    else:
        _change_array(holder, int(at), _replacement(holder[int(at)], places, random), random)
    return document


def _change_object(holder: dict[str, Json], key: str, new: Json, random: Random) -> None:
    match random.randrange(8):
        case 0:
            del holder[key]
        case 1:
            holder[random.choice(("", "x", key.upper(), key + "\x00"))] = new
        case 2:
            holder[random.choice(list(holder))] = deepcopy(holder[key])
        case _:
            holder[key] = new


def _change_array(holder: list[Json], at: int, new: Json, random: Random) -> None:
    match random.randrange(8):
        case 0:
            del holder[at]
        case 1:
            holder.insert(at, deepcopy(holder[at]))
        case 2:
            del holder[at:]
        case 3:
            random.shuffle(holder)
        case 4:
            holder += [holder[at]] * random.choice((1, 7, 300))
        case _:
            holder[at] = new


def _replacement(old: Json, places: list[Place], random: Random) -> Json:
    """Something else: near the old value, of its type from elsewhere, or hostile."""
    kind = random.randrange(4)
    if kind == 0 and isinstance(old, int):
        return old + random.choice((-1, 1, 2, 1 << 20))
    if kind == 0 and isinstance(old, float):
        return old * random.choice((-1.0, 0.5, 1e10, 1e-320))
    if kind <= 2:
        found = [
            value for value in map(_value, random.choices(places, k=8)) if type(value) is type(old)
        ]
        return deepcopy(found[0]) if found else old
    return deepcopy(random.choice(HOSTILE))


def _value(place: Place) -> Json:
    holder, at = place
    return holder[str(at)] if isinstance(holder, dict) else holder[int(at)]


def _places(document: Json) -> Iterator[Place]:
    """Every value but the whole, by what holds it."""
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict):
            yield from ((holder, key) for key in holder)
            waiting += holder.values()
        elif isinstance(holder, list):
            yield from ((holder, at) for at in range(len(holder)))
            waiting += holder


def _encoded(document: Json, random: Random) -> bytes:
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=bool(random.randrange(4)))
    levels = random.choice(LEVELS)
    left, right = random.choice((("[", "]"), ('{"x":', "}")))
    middle = "" if left == "[" else "0"
    deep = left * levels + middle + right * levels
    text = text.replace(json.dumps(DEEP), deep).replace(f'"{DEEP}"', deep)
    return text.encode(errors="surrogatepass")
