"""Programs of the banded lane: numbers of the port's own format that no exact sum connects.

The general part draws Gaussian weights and points, and thresholds anywhere among the scores. The
boundary part aims: sums with cancelling terms and mixed exponents, and thresholds at the edges of
a score's band, since random numbers never come near one.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import frexp, ldexp, sqrt
from random import Random
from typing import ClassVar

from hypothesis import strategies as st

from invariants.conformance.judging.arithmetic import Arithmetic
from invariants.conformance.judging.state import State
from invariants.conformance.protocol.messages import Load, Vector
from invariants.conformance.protocol.wire import in_bits, rows_in_bits
from invariants.number_format import NumberFormat

EDGES = (-32, -16, -8, -5, -4, -3, 0, 3, 4, 5, 8, 16, 32)
"""Quarters of a band: its middle, just inside of it, on it, just outside, and farther away."""


@dataclass(frozen=True, slots=True)
class BandedLane:
    """Draws loads, weights, deltas and thresholds in a port's format."""

    arithmetic: Arithmetic
    most_neurons: int
    aimed: bool
    exact: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The part's."""
        return "boundary" if self.aimed else "banded"

    def loads(self) -> st.SearchStrategy[Load]:
        """A state whose numbers come from one drawn seed; its sizes shrink."""
        return random_load(self.held, self.most_neurons, self.aimed)

    def weights(self, state: State) -> st.SearchStrategy[Vector]:
        """A new weight."""
        return _seeds().map(lambda seed: in_bits(self._numbers(seed, state.d)))

    def deltas(self, state: State) -> st.SearchStrategy[Vector]:
        """A change, of about the size of the weights."""
        return self.weights(state)

    def thresholds(self, state: State, point: int) -> st.SearchStrategy[Vector]:
        """Among the scores at the point; where the lane aims, at the edges of a score's band."""
        neurons = st.integers(0, state.m - 1)
        if self.aimed:
            return st.tuples(neurons, st.sampled_from(EDGES)).map(
                lambda pair: in_bits([self._beside(state, point, *pair)])
            )
        shares = st.sampled_from([1, 2, 3, 5, 6, 7])
        return st.tuples(neurons, shares).map(
            lambda pair: in_bits(
                [nearest(float(state.score(point, pair[0])) * pair[1] / 4, self.held)]
            )
        )

    @property
    def held(self) -> NumberFormat:
        """What numbers are sent in."""
        return self.arithmetic.held.kept

    def _beside(self, state: State, point: int, r: int, quarters: int) -> float:
        """A number so many quarters of the band away from a score, and at least as many units."""
        band = self.arithmetic.score(state.weights[r], state.points[point])
        score = state.score(point, r)
        aimed = neighbour(score + band * quarters / 4, 0, self.held)
        return neighbour(score, quarters, self.held) if aimed == float(score) else aimed

    def _numbers(self, seed: int, count: int) -> list[float]:
        return numbers(Random(seed), count, self.held, self.aimed)


@st.composite
def random_load(draw: st.DrawFn, held: NumberFormat, most_neurons: int, aimed: bool) -> Load:
    """n ≤ 4 points in R^d, d ≤ 6, m neurons, b so that some fire."""
    n, d = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    m = draw(st.integers(1, most_neurons))
    random = Random(draw(_seeds()))
    points = [numbers(random, d, held, aimed) for _ in range(n)]
    weights = [numbers(random, d, held, aimed) for _ in range(m)]
    return Load(
        points=rows_in_bits(points),
        labels=in_bits(numbers(random, n, held, False)),
        weights=rows_in_bits(weights),
        signs=[random.choice([1, -1]) for _ in range(m)],
        b=in_bits([nearest(random.choice([0.0, 0.25, 0.5]), held)]),
        scale=in_bits([nearest(1 / sqrt(m), held)]),
    )


def numbers(random: Random, count: int, held: NumberFormat, spread: bool) -> list[float]:
    """Gaussian numbers of the format; with a spread, of various sizes.

    Then every other time the two largest come first and are equal or opposite: where one is an
    equal pair and the other an opposite one, their products cancel.
    """
    found = [nearest(random.gauss(0, 1), held) for _ in range(count)]
    if not spread:
        return found
    wide = min(12, -held.normal // 4)
    found = [ldexp(value, random.randint(-wide, wide // 4)) for value in found]
    if count > 1 and random.random() < 0.5:
        found.sort(key=abs, reverse=True)
        found[1] = random.choice([1, -1]) * found[0]
    return found


def nearest(value: float, held: NumberFormat) -> float:
    """The normal number of the format nearest to the value.

    >>> from invariants.number_format import format_of
    >>> nearest(1.005, format_of(8)), nearest(0.0, format_of(8))
    (1.0078125, 0.0)
    """
    share, exponent = frexp(value)
    if exponent <= held.normal:
        return 0.0
    return ldexp(round(ldexp(share, held.bits)), exponent - held.bits)


def neighbour(score: Fraction, steps: int, held: NumberFormat) -> float:
    """The number so many units in the last place from the one nearest to the score."""
    near = nearest(float(score), held)
    _, exponent = frexp(near)
    unit = ldexp(1.0, max(exponent - held.bits, held.subnormal))
    return nearest(near + steps * unit, held)


def _seeds() -> st.SearchStrategy[int]:
    return st.integers(0, (1 << 32) - 1)
