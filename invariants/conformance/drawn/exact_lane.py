"""Programs of the exact lane: integers times powers of two, so small that every sum is exact.

Random real numbers never tie; small integers tie all the time. Every other state has orthogonal
points of equal length with equally many neurons firing on each, since from there a step is exact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from hypothesis import strategies as st

from invariants.conformance.judging.state import State
from invariants.conformance.protocol.messages import Load, Vector
from invariants.conformance.protocol.wire import in_bits, in_integers, rows_in_integers
from invariants.exactness import extent
from invariants.number_format import power_of_two, trailing_zeros

MINUS_ZERO = in_bits([-0.0])
"""As a threshold, equal to 0."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large integers may be: three sums of three products each stay exact in so many bits."""

    bits: int
    weight: int
    coordinate: int
    exponent: int


def sizes_for(bits: int) -> Sizes:
    """For a port of which so many bits survive everywhere."""
    if bits <= 8:
        return Sizes(8, 3, 3, 2)
    if bits <= 11:
        return Sizes(11, 15, 5, 2)
    return Sizes(24, 127, 127, 20)


@dataclass(frozen=True, slots=True)
class ExactLane:
    """Draws loads, weights, deltas and thresholds within these sizes."""

    sizes: Sizes
    most_neurons: int
    exact: ClassVar[bool] = True
    name: ClassVar[str] = "exact"

    def loads(self) -> st.SearchStrategy[Load]:
        """Any small state, or one from which a step is exact."""
        return st.one_of(any_load(self.sizes, self.most_neurons), steppable_load(self.sizes))

    def weights(self, state: State) -> st.SearchStrategy[Vector]:
        """A new weight: any, or one that some neuron has already."""
        others = st.sampled_from(state.weights).map(as_integers)
        return st.one_of(self._rows(state), others)

    def deltas(self, state: State) -> st.SearchStrategy[Vector]:
        """A change on the grid of the weights; every other one changes nothing."""
        return st.one_of(self._rows(state), st.just(in_integers(0, *[0] * state.d)))

    def thresholds(self, state: State, point: int) -> st.SearchStrategy[Vector]:
        """Most often a score at the point or b, now and then their neighbours on the grid."""
        numbers = sorted({*(state.score(point, r) for r in range(state.m)), state.b})
        grain = power_of_two(finest(numbers))
        near = st.tuples(st.sampled_from(numbers), st.sampled_from([0, 0, 1, -1]))
        chosen = near.map(lambda pair: as_integers([self._near(pair[0], pair[1] * grain)]))
        return st.one_of(chosen, st.just(MINUS_ZERO)) if not all(numbers) else chosen

    def _near(self, number: Fraction, apart: Fraction) -> Fraction:
        """The neighbour, if the port can hold it; otherwise the number."""
        there = number + apart
        return there if extent([there]).bits <= self.sizes.bits else number

    def _rows(self, state: State) -> st.SearchStrategy[Vector]:
        grain = finest([w for row in state.weights for w in row])
        within = st.integers(-self.sizes.weight, self.sizes.weight)
        rows = st.lists(within, min_size=state.d, max_size=state.d)
        return rows.map(lambda row: in_integers(grain, *row))


@st.composite
def any_load(draw: st.DrawFn, sizes: Sizes, most_neurons: int) -> Load:
    """A small state without a plan."""
    n, d = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    m = draw(st.integers(1, most_neurons))
    exponents = st.integers(-sizes.exponent, sizes.exponent)
    of_points, of_weights = draw(exponents), draw(exponents)
    points = draw(_integers(n * d, sizes.coordinate))
    weights = draw(_integers(m * d, sizes.weight))
    return Load(
        points=rows_in_integers(of_points, _in_rows(points, d)),
        labels=in_integers(0, *draw(_integers(n, 3))),
        weights=rows_in_integers(of_weights, _in_rows(weights, d)),
        signs=draw(_signs(m)),
        b=in_integers(of_points + of_weights, draw(st.integers(0, sizes.weight))),
        scale=scale_for(m),
    )


@st.composite
def steppable_load(draw: st.DrawFn, sizes: Sizes) -> Load:
    """Points along the axes, of one length, with one or four neurons firing on each."""
    n = draw(st.integers(1, 3))
    d = draw(st.integers(n, 3))
    each = draw(st.sampled_from([1, 4]))
    m = draw(st.integers(each, each + 4))
    length, b = draw(st.integers(-1, 1)), draw(st.integers(0, sizes.weight // 2))
    rows = [draw(_integers(d, b)) for _ in range(m)]
    for i in range(n):
        for r in draw(st.permutations(range(m)))[:each]:
            rows[r][i] = b + draw(st.integers(1, 2))
    return Load(
        points=rows_in_integers(length, [[int(c == i) for c in range(d)] for i in range(n)]),
        labels=in_integers(0, *draw(_integers(n, 2))),
        weights=rows_in_integers(0, rows),
        signs=draw(_signs(m)),
        b=in_integers(length, b),
        scale=scale_for(m),
    )


def scale_for(m: int) -> Vector:
    """1/√M for the smallest power of four M that is at least m.

    >>> scale_for(5)
    Vector(exp=-2, int=[1], bits=UNSET)
    """
    return in_integers(-(((m - 1).bit_length() + 1) // 2), 1)


def grain_of(value: Fraction) -> int:
    """The largest e with the value a multiple of 2^e; 0 for 0.

    >>> grain_of(Fraction(12)), grain_of(Fraction(3, 8)), grain_of(Fraction(0))
    (2, -3, 0)
    """
    if not value:
        return 0
    return trailing_zeros(value.numerator) - (value.denominator.bit_length() - 1)


def finest(values: Iterable[Fraction]) -> int:
    """The largest e with every value a multiple of 2^e; 0 if all are 0.

    >>> finest([Fraction(0), Fraction(12), Fraction(8)])
    2
    """
    return min((grain_of(value) for value in values if value), default=0)


def as_integers(values: Sequence[Fraction]) -> Vector:
    """These dyadic numbers as a vector of integers."""
    grain = finest(values)
    return in_integers(grain, *(int(value / power_of_two(grain)) for value in values))


def _integers(count: int, most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(-most, most), min_size=count, max_size=count)


def _signs(count: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from([1, -1]), min_size=count, max_size=count)


def _in_rows(flat: Sequence[int], d: int) -> list[Sequence[int]]:
    return [flat[start : start + d] for start in range(0, len(flat), d)]
