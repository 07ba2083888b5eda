"""From which width on one method is faster than another.

Between two widths the logarithm of the quotient of their seconds is taken as linear in log m, as it
is for powers of m. Where it is 0, they cross.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import log2

import msgspec

from reference.edges.bench.measurement import figure


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """The seconds of one method over those of another at each width, ascending.

    `crossings` are the widths at which the quotient passes 1.
    """

    method: str
    other: str
    widths: list[int]
    quotients: list[float]
    crossings: list[float]
    words: str


def compared(
    method: str, other: str, widths: Sequence[int], quotients: Sequence[float]
) -> Comparison:
    """How the method stands to the other. Domain: widths ascending, at least one."""
    crossings = crossings_of(widths, quotients)
    return Comparison(
        method=method,
        other=other,
        widths=list(widths),
        quotients=list(quotients),
        crossings=crossings,
        words=_in_words(method, other, widths, quotients, crossings),
    )


def crossings_of(widths: Sequence[int], quotients: Sequence[float]) -> list[float]:
    """The widths between which the quotient passes 1, interpolated. A 1 counts as not faster.

    >>> crossings_of([4, 16, 64], [4.0, 2.0, 0.5])
    [32.0]
    """
    found = []
    for (m, above), (wider, below) in pairwise(zip(widths, quotients, strict=True)):
        if (above < 1) != (below < 1):
            part = log2(above) / (log2(above) - log2(below))
            found.append(2 ** (log2(m) + part * (log2(wider) - log2(m))))
    return found


def power(width: float) -> str:
    """The width as a power of two.

    >>> power(4096), power(5000)
    ('2^12', '2^12.3')
    """
    return f"2^{log2(width):.1f}".removesuffix(".0")


def _in_words(
    method: str,
    other: str,
    widths: Sequence[int],
    quotients: Sequence[float],
    crossings: Sequence[float],
) -> str:
    """Who is faster where, in a sentence."""
    most, least = figure(max(quotients)), figure(min(quotients))
    times = f"{most} times" if len(quotients) == 1 else f"{most} to {least} times"
    reach = power(widths[0]) if len(widths) == 1 else f"{power(widths[0])} … {power(widths[-1])}"
    if not crossings:
        wins = quotients[0] < 1
        told = f"is faster than {other} at every" if wins else f"does not beat {other} at any"
        verdict = f"{told} width measured"
    elif len(crossings) == 1:
        verb = "overtakes" if quotients[-1] < 1 else "falls behind"
        verdict = f"{verb} {other} at m ≈ {power(crossings[0])}"
    else:
        places = ", ".join(power(m) for m in crossings)
        verdict = f"and {other} change places at m ≈ {places}"
    return f"{method} {verdict} (m = {reach}: {times} its seconds)"
