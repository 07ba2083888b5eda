"""Ports that compute in simulated formats, and how near their errors come to the bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from invariants.conformance.judging.arithmetic import Arithmetic, arithmetic_of
from invariants.conformance.judging.changes import step
from invariants.conformance.judging.judge import Judge
from invariants.conformance.protocol.messages import (
    AnyReply,
    Contract,
    Done,
    Dumped,
    Load,
    Reply,
    Significand,
    Stepped,
)
from invariants.conformance.protocol.wire import bits_of, in_bits, rows_in_bits
from invariants.number_format import format_of, power_of_two
from tests.soft_floats import Flush, Row, SoftFloats, Sums, Toward, drawn

EACH = 4
"""How many sums a test makes in each arithmetic."""


WEIGHT_ROUNDINGS = 3
"""Of a term scale · a_r · g_i · x_ic of a moved weight, as `changes` has it."""


Bits: TypeAlias = tuple[Significand, Significand, Significand]


SAME: list[Bits] = [(8, 8, 8), (11, 11, 11), (24, 24, 24), (53, 53, 53)]


MIXED: list[Bits] = [
    (8, 24, 8),
    (11, 11, 8),
    (24, 24, 11),
    (24, 8, 24),
    (24, 53, 24),
    (53, 24, 53),
]
"""Of inputs, of sums, of leaves."""


@dataclass(frozen=True, slots=True)
class Port:
    """How some port computes: what it holds numbers in, sums in, and keeps scores in."""

    bits: Bits
    toward: Toward
    flush: Flush
    source: Random

    @property
    def contract(self) -> Contract:
        """What it declares."""
        held, computed, kept = self.bits
        return Contract(
            input_bits=held,
            accumulate_bits=computed,
            leaf_bits=kept,
            solve_bits=computed,
            rounding="nearest" if self.toward is Toward.NEAREST else "other",
            subnormals="kept" if self.flush is Flush.NOTHING else "flushed",
            leaf_update="delta",
            choice="fixed",
            tree_shape="none",
            cost=False,
        )

    @property
    def arithmetic(self) -> Arithmetic:
        """The bounds for it."""
        return arithmetic_of(self.contract)

    @property
    def held(self) -> SoftFloats:
        return SoftFloats(format_of(self.bits[0]), self.toward, self.flush)

    @property
    def floats(self) -> SoftFloats:
        return SoftFloats(format_of(self.bits[1]), self.toward, self.flush)

    @property
    def kept(self) -> SoftFloats:
        return SoftFloats(format_of(self.bits[2]), self.toward, self.flush)

    @property
    def sums(self) -> Sums:
        return Sums(self.floats, self.source)

    def row(self, d: int, low: int, high: int) -> list[Fraction]:
        """So many numbers that it can hold."""
        return [drawn(self.source, self.held.kept, low, high) for _ in range(d)]

    def way(self, ways: int) -> int:
        """One of so many ways to compute."""
        return self.source.randrange(ways)

    def trials(self) -> list[int]:
        """Numbers that say which case is tried."""
        return [self.source.randrange(3600) for _ in range(EACH)]

    def score(self, w: Row, x: Row) -> Fraction:
        """A stored ⟨w, x⟩."""
        return self.kept.rounded(self.sums.inner(w, x))


def ports(bits: Bits) -> list[Port]:
    """Of every rounding and flushing; where formats differ, without those that flush by halves."""
    source = Random(sum(bits))
    flushes = list(Flush) if bits in SAME else [Flush.NOTHING, Flush.BOTH]
    return [Port(bits, toward, flush, source) for toward in Toward for flush in flushes]


def of(w: Row, x: Row) -> list[Fraction]:
    return [a * c for a, c in zip(w, x, strict=True)]


def total(terms: Sequence[Fraction]) -> Fraction:
    return sum(terms, Fraction(0))


@dataclass(slots=True)
class Shares:
    """How much of their bounds errors are; where a bound is 0, so is the error."""

    worst: Fraction = Fraction(0)
    exact: int = 0

    def reach(self, share: Fraction, bits: Bits) -> bool:
        """Some error was as large a share of its bound; where formats differ, it need not be.

        The shares that tests name are half or less of what more sums reach: 0.8 to 1.0 (scores,
        moved or not), 0.5 (weights plus a delta), 0.3 (weights of a step), 0.14 (residuals).
        """
        return self.worst >= share or bits in MIXED

    def add(self, error: Fraction, bound: Fraction) -> None:
        assert abs(error) <= bound
        if bound:
            self.worst = max(self.worst, abs(error) / bound)
        else:
            self.exact += 1


every_format = pytest.mark.parametrize("bits", [*SAME, *MIXED])


def score_bound(port: Port, w: Row, x: Row) -> Fraction:
    return port.arithmetic.score(tuple(w), tuple(x))


def integers(source: Random, count: int, most: int, e: int = 0) -> list[Fraction]:
    return [source.randint(-most, most) * power_of_two(e) for _ in range(count)]


@dataclass(frozen=True, slots=True)
class Push:
    """A step's share of one neuron: scale · a_r, and g_i x_i of the points that it fired on."""

    scale: Fraction
    solution: list[Fraction]
    points: list[list[Fraction]]

    @property
    def moves(self) -> list[list[Fraction]]:
        """What each point adds to the weight."""
        return [
            [self.scale * g * c for c in x] for g, x in zip(self.solution, self.points, strict=True)
        ]


def moved_weight(port: Port, w: Fraction, pushed: Push, c: int) -> Fraction:
    """One weight after a step: the scale first, last, or anywhere."""
    column = [x[c] for x in pushed.points]
    floats, sums = port.floats, port.sums
    match port.way(4):
        case 0:
            shares = [floats.times(pushed.scale, g) for g in pushed.solution]
            found = sums.of([w, *zip(shares, column, strict=True)])
        case 1:
            found = floats.plus(w, floats.times(pushed.scale, sums.inner(pushed.solution, column)))
        case 2:
            found = floats.fused(pushed.scale, sums.inner(pushed.solution, column), w)
        case _:
            terms = [
                sums.product([pushed.scale, g, x])
                for g, x in zip(pushed.solution, column, strict=True)
            ]
            found = sums.of([w, *terms])
    return port.held.rounded(found)


def difference(port: Port, pushed: Push, x: Row) -> Fraction:
    """⟨Δw, x⟩ of a step: by kept ⟨x_i, x⟩ or by differences of weights; the scale anywhere."""
    floats, sums = port.floats, port.sums
    shares = [floats.times(pushed.scale, g) for g in pushed.solution]
    match port.way(5):
        case 0:
            return sums.inner(shares, [sums.inner(y, x) for y in pushed.points])
        case 1:
            inners = [sums.inner(y, x) for y in pushed.points]
            return floats.times(pushed.scale, sums.inner(pushed.solution, inners))
        case 2:
            apart = [sums.inner(shares, [y[c] for y in pushed.points]) for c in range(len(x))]
            return sums.inner(apart, x)
        case 3:
            apart = [
                floats.times(
                    pushed.scale, sums.inner(pushed.solution, [y[c] for y in pushed.points])
                )
                for c in range(len(x))
            ]
            return sums.inner(apart, x)
        case _:
            terms = [
                sums.product([pushed.scale, g, y[c], x[c]])
                for g, y in zip(pushed.solution, pushed.points, strict=True)
                for c in range(len(x))
            ]
            return sums.of(terms)


def moved_score(port: Port, leaf: Fraction, pushed: Push, x: Row) -> Fraction:
    """leaf + ⟨Δw, x⟩: the difference at once, or point by point, or all of its terms."""
    floats, sums = port.floats, port.sums
    shares = [floats.times(pushed.scale, g) for g in pushed.solution]
    match port.way(4):
        case 0:
            inners = [sums.inner(y, x) for y in pushed.points]
            return sums.of([leaf, *zip(shares, inners, strict=True)])
        case 1:
            parts = [
                (floats.times(share, c), e)
                for share, y in zip(shares, pushed.points, strict=True)
                for c, e in zip(y, x, strict=True)
            ]
            return sums.of([leaf, *parts])
        case _:
            return floats.plus(leaf, difference(port, pushed, x))


def stepped(
    port: Port, w: Row, pushed: Push, silent: Sequence[Row] = ()
) -> tuple[Row, Sequence[Row]]:
    """The bounds that the judge has after a step of one neuron that fires on all points but some
    silent ones: of its weights and, point by point, of its score."""
    judge = Judge(port.contract)
    points = [*pushed.points, *silent]
    floats = [list(map(float, x)) for x in points]
    labels = in_bits([0.0] * len(points))
    request = Load(
        points=rows_in_bits(floats),
        labels=labels,
        weights=rows_in_bits([list(map(float, w))]),
        signs=[-1],
        b=in_bits([0.0]),
        scale=in_bits([float(pushed.scale)]),
    )
    judge.judge(request, reply(Done()))
    state = judge.state
    assert state is not None
    nothing = [bits_of(0.0) for _ in points]
    solution = [bits_of(float(g)) for g in (*pushed.solution, *(0 for _ in silent))]
    fired = [*([0] for _ in pushed.points), *(list[int]() for _ in silent)]
    step(judge.known, state, Stepped(fired, nothing, solution))
    uncertain = judge.known.uncertain
    bands = [Fraction(0) for _ in w] if uncertain is None else uncertain.bands[0]
    return bands, [line[:1] for line in judge.known.bands]


def residual(
    port: Port, leaves: Row, signs: Row, b: Fraction, scale: Fraction, y: Fraction
) -> Fraction:
    """scale · Σ a_r (s_r − b) − y: the shift taken off each or all, the scale first or last."""
    floats, sums = port.floats, port.sums
    match port.way(4):
        case 0:
            above = [floats.plus(s, -b) for s in leaves]
            return floats.plus(floats.times(scale, sums.inner(signs, above)), -y)
        case 1:
            added = sums.of([*of(signs, leaves), *(-a * b for a in signs)])
            return floats.fused(scale, added, -y)
        case 2:
            above = [a * floats.plus(s, -b) for a, s in zip(signs, leaves, strict=True)]
            return sums.of([*((scale, part) for part in above), -y])
        case _:
            added = floats.plus(sums.inner(signs, leaves), -floats.times(b, total(signs)))
            return floats.plus(floats.times(added, scale), -y)


Vector: TypeAlias = NDArray[np.floating]


def inner_in_order(a: Vector, c: Vector) -> np.floating:
    found = a.dtype.type(0)
    for p, q in zip(a, c, strict=True):
        found = found + p * q
    return found


def below(lower: Vector, right: Vector) -> Vector:
    """The solution of a lower triangular system."""
    found = np.zeros_like(right)
    for i in range(len(right)):
        found[i] = (right[i] - inner_in_order(lower[i, :i], found[:i])) / lower[i, i]
    return found


def above(upper: Vector, right: Vector) -> Vector:
    """The solution of an upper triangular one."""
    return below(upper[::-1, ::-1], right[::-1])[::-1]


def reply(answer: Done | Dumped | Stepped) -> AnyReply:
    match answer:
        case Done():
            return Reply(seq=0, ok=answer)
        case Dumped():
            return Reply(seq=0, ok=answer)
        case Stepped():
            return Reply(seq=0, ok=answer)


def from_the_left(floats: SoftFloats, start: Fraction, w: Row, x: Row) -> Fraction:
    for a, c in zip(w, x, strict=True):
        start = floats.plus(start, floats.times(a, c))
    return start
