"""Bytes and text with parts left out, doubled, exchanged, or replaced by what is seldom seen."""

from collections.abc import Sequence
from random import Random

from tests.fuzz.target import Mutation

NUMBERS = (
    "0",
    "-0",
    "-1",
    "1",
    "2",
    "0.5",
    "1e308",
    "-1e308",
    "1e309",
    "5e-324",
    "1e-400",
    "nan",
    "inf",
    "-Infinity",
    "1_0",
    "0x10",
    "9007199254740993",
    "18446744073709551616",
    "1" * 400,
    "1" * 5000,
    "\u0664\u0662",
    "+3",
    "1.",
    ".5",
    "1e",
    "--1",
    "1,5",
    "2^62",
    "2^63",
    "0..9",
    "9..0",
    "0..1e99",
)
"""Written numbers, and what might be taken for some."""

STRANGE = ("", " ", "\x00", "\ufeff", "\x1b[2J", "\u202e", "\U0010ffff", "a" * 70_000, "'", '"')
"""Other text."""


def altered_bytes(content: bytes, random: Random, tokens: Sequence[str] = ()) -> bytes:
    """A few places altered; tokens of the format are put in among others."""
    found = content
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        start = random.randint(0, len(found))
        end = min(len(found), start + random.choice((0, 0, 1, 1, 2, 8, 64)))
        kind = random.randrange(6)
        if kind == 0:
            put = bytes([random.randrange(256)])
        elif kind == 1:
            put = random.choice((*tokens, *NUMBERS, *STRANGE)).encode()
        elif kind == 2:
            put = found[start:end] * random.choice((2, 3, 1000))
        elif kind == 3:
            there = random.randint(0, len(found))
            put = found[there : there + random.choice((1, 8, 64))]
        else:
            put = random.choice(tokens or NUMBERS).encode() if kind == 4 else b""
        found = found[:start] + put + found[end:]
    return found if random.randrange(20) else found[: random.randint(0, len(found))]


def text_of(*tokens: str) -> Mutation:
    """Alterations of a text in which these tokens mean something."""

    def mutated(content: bytes, random: Random) -> bytes:
        return altered_bytes(content, random, tokens)

    return mutated


def altered_cells(content: bytes, random: Random) -> bytes:
    """A table with a cell, a row or a column altered."""
    rows = [line.split(b",") for line in content.split(b"\n")]
    row = random.choice(rows)
    match random.randrange(6):
        case 0 | 1:
            row[random.randrange(len(row))] = random.choice((*NUMBERS, *STRANGE)).encode()
        case 2:
            rows.insert(random.randint(0, len(rows)), list(random.choice(rows)))
        case 3:
            rows = [[*each, random.choice(NUMBERS).encode()] for each in rows]
        case 4:
            del row[random.randrange(len(row)) :]
        case _:
            return altered_bytes(content, random, (",", "\n", "\r\n", '"', '""'))
    return b"\n".join(b",".join(row) for row in rows)


def altered_lines(content: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    """Lines doubled, left out or exchanged, or what is within one."""
    lines = content.split(b"\n")
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(5):
        case 0:
            lines.insert(at, lines[other])
        case 1:
            del lines[at]
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = altered_bytes(lines[at], random, tokens)
    return b"\n".join(lines)
