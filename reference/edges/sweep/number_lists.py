"""Numbers as a grid's options take them: with commas between them, and as ranges.

    16,32  0..9  16..64:16        integers, and every one (or every sixteenth) between two
    4096  2^12  2^12..2^30:2      widths, and every (or every other) power of two between two
    0.2,0.3  0.2..0.6:0.05        decimal numbers, and those between two that are so far apart

Both ends of a range belong to it if its steps meet them. A number that is there twice counts once.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from reference.edges.system.option_lists import between_commas
from reference.edges.system.request_errors import OutOfRange

MOST = 100_000
"""The most runs of a grid, and so the most numbers of an option."""

LARGEST_EXPONENT = 62
"""Of a width."""

DECIMAL = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?"

T = TypeVar("T", int, float)


def integers(option: str, text: str) -> list[int]:
    """The integers of a list such as `16,32` or `0..9`. Errors: `out-of-range`.

    >>> integers("--points", "8,16..64:16")
    [8, 16, 32, 48, 64]
    """
    return _listed(option, text, "integers like 8, 0..9 or 16..64:16", _integers)


def widths(option: str, text: str) -> list[int]:
    """The widths of a list such as `4096,2^14` or `2^12..2^30:2`. Errors: `out-of-range`.

    >>> widths("--width", "1000,2^3..2^9:3")
    [1000, 8, 64, 512]
    """
    return _listed(option, text, "widths like 4096, 2^12 or 2^12..2^30:2, up to 2^62", _widths)


def decimals(option: str, text: str) -> list[float]:
    """The numbers of a list such as `0.2,0.3` or `0.2..0.6:0.05`. Errors: `out-of-range`.

    >>> decimals("--alpha", "0.2..0.4:0.1,0.24")
    [0.2, 0.3, 0.4, 0.24]
    """
    return _listed(option, text, "numbers like 0.24 or 0.2..0.6:0.05", _decimals)


def _listed(
    option: str, text: str, expected: str, entry: Callable[[str, str, str], Iterable[T]]
) -> list[T]:
    """The numbers of all entries, each once; an entry is given as its low end, high end and step.

    Errors: `out-of-range`.
    """
    found: list[T] = []
    for part in between_commas(option, text):
        ends, colon, step = part.partition(":")
        low, dots, high = ends.partition("..")
        try:
            if (dots and not high) or (colon and not (dots and step)):
                raise ValueError
            found += islice(entry(low, high, step), MOST + 1)
        except ValueError as error:
            raise OutOfRange(option, expected, _begun(part)) from error
        if len(found) > MOST:
            raise OutOfRange(option, f"at most {MOST:,} numbers", _begun(part))
    return list(dict.fromkeys(found))


def _begun(part: str) -> str:
    """The entry as far as it fits a line."""
    return f"{part!r}"[:80]


def _integers(low: str, high: str, step: str) -> Iterable[int]:
    if not high:
        return [_integer(low)]
    return _between(_integer(low), _integer(high), _integer(step or "1"))


def _widths(low: str, high: str, step: str) -> Iterable[int]:
    if not high:
        exponent = _exponent(low) if "^" in low else None
        return [_integer(low) if exponent is None else 1 << exponent]
    exponents = _between(_exponent(low), _exponent(high), _integer(step or "1"))
    return [1 << exponent for exponent in exponents]


def _decimals(low: str, high: str, step: str) -> Iterable[float]:
    if not high:
        return [float(_decimal(low))]
    first, last, apart = _decimal(low), _decimal(high), _decimal(step)
    if apart <= 0 or first > last:
        raise ValueError
    steps = int((last - first) / apart)
    return (float(first + index * apart) for index in range(steps + 1))


def _between(first: int, last: int, step: int) -> Iterable[int]:
    """From the first to the last."""
    if step < 1 or first > last:
        raise ValueError
    return range(first, last + 1, step)


def _integer(text: str) -> int:
    """Digits and nothing else. (Python would take 1_0 for ten.)"""
    if not re.fullmatch("[0-9]{1,30}", text):
        raise ValueError
    return int(text)


def _exponent(text: str) -> int:
    """k of 2^k, or of 2^k written out."""
    if text.startswith("2^"):
        exponent = _integer(text[2:])
    else:
        width = _integer(text)
        exponent = width.bit_length() - 1
        if width.bit_count() != 1:
            raise ValueError
    if exponent > LARGEST_EXPONENT:
        raise ValueError
    return exponent


def _decimal(text: str) -> Decimal:
    """A number as it is written, without blanks and underscores, of a size that can be counted."""
    if len(text) > 30 or not re.fullmatch(DECIMAL, text):
        raise ValueError
    return Decimal(text)
