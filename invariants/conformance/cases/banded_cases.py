"""Scores and thresholds within a few roundings of each other, in numbers of each format.

Where a sum has one term, its rounding decides nothing beyond one unit in the last place; where
terms cancel, a port that keeps fewer bits than it says is seen.
"""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from invariants.conformance.cases.case import DUMP, Case
from invariants.conformance.drawn.banded_lane import nearest, neighbour
from invariants.conformance.protocol.messages import AnyRequest, Load, Query
from invariants.conformance.protocol.wire import in_bits, rows_in_bits
from invariants.number_format import format_of


def floats(points: Sequence[Sequence[float]], weights: Sequence[Sequence[float]]) -> Load:
    """A load of floats without a shift."""
    return Load(
        points=rows_in_bits(points),
        labels=in_bits([0.0] * len(points)),
        weights=rows_in_bits(weights),
        signs=[1] * len(weights),
        b=in_bits([0.0]),
        scale=in_bits([1.0]),
    )


def at(threshold: float, point: int = 0) -> Query:
    """Who scores above this float?"""
    return Query(point=point, threshold=in_bits([threshold]))


def one_term(bits: int) -> Case:
    """One product: two units away from it there is nothing to round."""
    held = format_of(bits)
    w, x = nearest(1 / 3, held), nearest(10 / 7, held)
    product = Fraction(w) * Fraction(x)
    near = [at(neighbour(product, steps, held)) for steps in (-2, -1, 0, 1, 2)]
    program: list[AnyRequest] = [floats([[x]], [[w], [-w], [w / 2]]), DUMP, *near]
    why = "One product, and thresholds within two units in the last place."
    return Case(f"one-term-{bits}", ["boundary"], why, program, bits)


def sum_of(bits: int, d: int) -> Case:
    """A sum of d products, thresholds around it."""
    held, random = format_of(bits), Random(bits * 100 + d)
    w = [nearest(random.gauss(0, 1), held) for _ in range(d)]
    x = [nearest(random.gauss(0, 1), held) for _ in range(d)]
    score = sum((Fraction(a) * Fraction(c) for a, c in zip(w, x, strict=True)), Fraction(0))
    near = [at(neighbour(score, steps, held)) for steps in (-64, -8, -1, 0, 1, 8, 64)]
    program: list[AnyRequest] = [floats([x], [w, [-a for a in w]]), DUMP, *near]
    why = f"A sum of {d} products, and thresholds around it."
    return Case(f"sum-of-{d}-{bits}", ["boundary"], why, program, bits)


def cancelling(bits: int) -> Case:
    """Two large products cancel; what remains is far above what p bits lose, not what fewer do."""
    held = format_of(bits)
    large, small = 2.0 ** (bits // 2), nearest(2.0 ** -(bits // 4) / 3, held)
    w, x = [large, -large, small], [1.0, 1.0, 1.0]
    program: list[AnyRequest] = [
        floats([x], [w, [-a for a in w]]),
        DUMP,
        at(0.0),
        at(small / 2),
        at(small * 2),
    ]
    why = "Large terms cancel and leave a small one."
    return Case(f"cancelling-{bits}", ["boundary", "cancellation"], why, program, bits)


CASES = [
    *(one_term(bits) for bits in (8, 11, 24, 53)),
    *(sum_of(bits, d) for bits in (11, 24, 53) for d in (2, 3, 8)),
    *(cancelling(bits) for bits in (24, 53)),
    Case(
        "subnormal-weights-24",
        ["subnormal"],
        "Weights at the lower end of binary32, not flushed to 0.",
        [floats([[1.0]], [[2.0**-149], [2.0**-140], [0.0]]), DUMP, at(0.0), at(2.0**-149)],
        24,
    ),
    Case(
        "subnormal-products-53",
        ["subnormal"],
        "Products at the lower end of binary64.",
        [floats([[2.0**-500]], [[2.0**-574], [2.0**-560]]), DUMP, at(0.0), at(2.0**-1074)],
        53,
    ),
    Case(
        "wide-range-53",
        ["wide-range", "cancellation"],
        "Terms of 2^50, 1 and −2^50 in one sum.",
        [floats([[1.0, 1.0, 1.0]], [[2.0**50, 1.0, -(2.0**50)]]), DUMP, at(0.0), at(0.5), at(2.0)],
        53,
    ),
]
