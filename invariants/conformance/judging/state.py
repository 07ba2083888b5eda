"""The state that a port should hold, in rationals, and what the requests make of it.

What a faulty request must be answered with is decided here too: `fault` names the only error code
that fits, or says that there is none.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never

from msgspec import UNSET

from invariants.conformance.protocol.messages import (
    AnyRequest,
    Bye,
    Code,
    Dump,
    Hello,
    Load,
    Query,
    Step,
    Update,
)
from invariants.conformance.protocol.wire import NotANumber, Row, Rows, row, rows


@dataclass(frozen=True, slots=True)
class State:
    """n points in R^d, n labels, m weights in R^d, m signs, the shift b, the scale m^(−1/2)."""

    points: Rows
    labels: Row
    weights: Rows
    signs: tuple[int, ...]
    b: Fraction
    scale: Fraction

    @property
    def n(self) -> int:
        """How many points."""
        return len(self.points)

    @property
    def d(self) -> int:
        """How many coordinates."""
        return len(self.points[0])

    @property
    def m(self) -> int:
        """How many neurons."""
        return len(self.weights)

    def score(self, i: int, r: int) -> Fraction:
        """⟨w_r, x_i⟩."""
        return inner(self.weights[r], self.points[i])

    def with_weight(self, r: int, weight: Row) -> "State":
        """The same with another weight of one neuron."""
        return replace(self, weights=(*self.weights[:r], weight, *self.weights[r + 1 :]))

    def with_weights(self, weights: Rows) -> "State":
        """The same with other weights."""
        return replace(self, weights=weights)


def inner(left: Row, right: Row) -> Fraction:
    """⟨left, right⟩."""
    return sum((a * c for a, c in zip(left, right, strict=True)), Fraction(0))


def loaded(request: Load) -> State:
    """The state that this request, which has no fault, sets up."""
    (b,), (scale,) = row(request.b), row(request.scale)
    return State(
        rows(request.points),
        row(request.labels),
        rows(request.weights),
        tuple(request.signs),
        b,
        scale,
    )


def fault(request: AnyRequest, state: State | None) -> Code | None:
    """The error that the request must be answered with, if any."""
    try:
        match request:
            case Load():
                return _fault_of_load(request)
            case Query():
                return _fault_of_query(request, state)
            case Update():
                return _fault_of_update(request, state)
            case Step() | Dump():
                return "bad_index" if state is None else None
            case Hello() | Bye():
                return None
            case _:
                assert_never(request)
    except NotANumber:
        return "not_finite"


def _fault_of_load(request: Load) -> Code | None:
    points, weights = rows(request.points), rows(request.weights)
    if not points or not points[0] or not weights:
        return "bad_shape"
    d = len(points[0])
    fits = (
        all(len(line) == d for line in (*points, *weights))
        and len(row(request.labels)) == len(points)
        and len(request.signs) == len(weights)
        and all(sign in (-1, 1) for sign in request.signs)
        and len(row(request.b)) == len(row(request.scale)) == 1
    )
    return None if fits else "bad_shape"


def _fault_of_query(request: Query, state: State | None) -> Code | None:
    if state is None or not 0 <= request.point < state.n:
        return "bad_index"
    return None if len(row(request.threshold)) == 1 else "bad_shape"


def _fault_of_update(request: Update, state: State | None) -> Code | None:
    if state is None or not 0 <= request.neuron < state.m:
        return "bad_index"
    given = [numbers for numbers in (request.weight, request.delta) if numbers is not UNSET]
    if len(given) != 1:
        return "bad_shape"
    return None if len(row(given[0])) == state.d else "bad_shape"
