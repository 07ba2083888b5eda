"""Requests with exactly one fault, for a state that a port holds."""

from math import inf, nan

from msgspec import UNSET
from msgspec.structs import replace

from invariants.conformance.judging.state import State
from invariants.conformance.protocol.messages import AnyRequest, Load, Query, Update, Vector
from invariants.conformance.protocol.wire import (
    in_bits,
    in_integers,
    rows_in_bits,
    rows_in_integers,
)


def faulty_requests(state: State) -> list[AnyRequest]:
    """One of each kind. None of them may change anything."""
    n, m, d = state.n, state.m, state.d
    zero, zeros = in_integers(0, 0), in_integers(0, *[0] * d)
    longer = in_integers(0, *[1] * (d + 1))
    return [
        Query(point=n, threshold=zero),
        Query(point=-1, threshold=zero),
        Query(point=0, threshold=in_bits([nan])),
        Query(point=0, threshold=in_bits([inf])),
        Query(point=0, threshold=in_integers(0, 0, 0)),
        Update(neuron=m, weight=zeros),
        Update(neuron=-1, weight=zeros),
        Update(neuron=0, weight=longer),
        Update(neuron=m - 1, weight=_with_one(nan, d)),
        Update(neuron=m - 1, weight=_with_one(-inf, d)),
        Update(neuron=m, delta=zeros),
        Update(neuron=0, delta=longer),
        Update(neuron=m - 1, delta=_with_one(inf, d)),
        Update(neuron=0, weight=zeros, delta=zeros),
        Update(neuron=0, weight=UNSET),
        *faulty_loads(),
    ]


def faulty_loads() -> list[Load]:
    """Loads of 1 point and 2 neurons in R², each with one fault."""
    right = Load(
        points=rows_in_integers(0, [[1, 1]]),
        labels=in_integers(0, 1),
        weights=rows_in_integers(0, [[1, 2], [3, 4]]),
        signs=[1, -1],
        b=in_integers(0, 1),
        scale=in_integers(-1, 1),
    )
    return [
        replace(right, points=rows_in_integers(0, [[1, 1], [1]]), labels=in_integers(0, 1, 1)),
        replace(right, points=rows_in_integers(0, []), labels=in_integers(0)),
        replace(right, points=rows_in_integers(0, [[]]), weights=rows_in_integers(0, [[], []])),
        replace(right, points=rows_in_bits([[1.0, nan]])),
        replace(right, labels=in_integers(0, 1, 2)),
        replace(right, labels=in_bits([inf])),
        replace(right, weights=rows_in_integers(0, [[1, 2], [3]])),
        replace(right, weights=rows_in_integers(0, [[1, 2, 3], [3, 4, 5]])),
        replace(right, weights=rows_in_integers(0, []), signs=[]),
        replace(right, weights=rows_in_bits([[1.0, 2.0], [-inf, 4.0]])),
        replace(right, signs=[1]),
        replace(right, signs=[1, 0]),
        replace(right, b=in_bits([nan])),
        replace(right, b=in_integers(0, 1, 1)),
        replace(right, scale=in_integers(0)),
        replace(right, scale=in_bits([inf])),
    ]


def _with_one(value: float, d: int) -> Vector:
    """Ones, and this value last."""
    return in_bits([1.0] * (d - 1) + [value])
