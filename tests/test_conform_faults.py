"""Faulty requests have one fault each, by a count that is not the judge's; right ones none."""

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from invariants.conformance.cases.case import DUMP, STEP, above, becomes, column, state
from invariants.conformance.drawn.faulty import faulty_requests
from invariants.conformance.judging.state import State, fault, inner, loaded
from invariants.conformance.protocol.messages import (
    AnyRequest,
    Bye,
    Code,
    Hello,
    Load,
    Query,
    Update,
    Vector,
)
from invariants.conformance.protocol.wire import (
    floats,
    in_bits,
    in_integers,
    rows_in_bits,
    rows_of_floats,
)
from tests.conform_ports import of_floats

STATES = [
    state([[1, 0], [0, 1]], [[3, 0], [0, 3], [1, 1], [-1, 1], [0, -2]], b=1),
    column(3),
    state([[1, 2, 3]], [[0, 0, 0]], b=0),
    of_floats([[0.5], [0.25], [0.125]], [[1.0], [2.0]]),
]

# ---- an own count of what is wrong ---------------------------------------------------------------


def faults(request: AnyRequest, held: State) -> list[str]:
    """Everything that is wrong with a request, each once."""
    match request:
        case Load():
            return _of_load(request)
        case Query():
            wrong = ["bad_index: point"] * (request.point not in range(held.n))
            return wrong + _of_numbers("threshold", request.threshold, 1)
        case Update():
            given = [part for part in (request.weight, request.delta) if part is not UNSET]
            wrong = ["bad_index: neuron"] * (request.neuron not in range(held.m))
            wrong += ["bad_shape: both or none"] * (len(given) != 1)
            return wrong + [each for part in given for each in _of_numbers("part", part, held.d)]
        case _:
            return []


def _of_numbers(name: str, numbers: Vector, length: int) -> list[str]:
    found = floats(numbers)
    wrong = [f"not_finite: {name}"] * (not all(map(isfinite, found)))
    return wrong + [f"bad_shape: {name}"] * (len(found) != length)


def _of_load(request: Load) -> list[str]:
    points, weights = rows_of_floats(request.points), rows_of_floats(request.weights)
    d = len(points[0]) if points else len(weights[0])
    wrong = [
        *["bad_shape: no points"] * (not points),
        *["bad_shape: no coordinates"] * (d == 0),
        *["bad_shape: no neurons"] * (not weights),
        *["bad_shape: points of another length"] * any(len(x) != d for x in points),
        *["bad_shape: weights of another length"] * any(len(w) != d for w in weights),
        *["bad_shape: signs"] * (len(request.signs) != len(weights)),
        *["bad_shape: no signs"] * any(sign not in (1, -1) for sign in request.signs),
    ]
    for name, lines in (("points", points), ("weights", weights)):
        numbers = [number for line in lines for number in line]
        wrong += [f"not_finite: {name}"] * (not all(map(isfinite, numbers)))
    wrong += _of_numbers("labels", request.labels, len(points))
    return wrong + _of_numbers("b", request.b, 1) + _of_numbers("scale", request.scale, 1)


# ---- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("load", STATES)
def test_each_faulty_request_has_exactly_one_fault_and_its_code(load: Load) -> None:
    held = loaded(load)
    for request in faulty_requests(held):
        (wrong,) = faults(request, held)
        assert fault(request, held) == wrong.split(":")[0], request


def test_every_kind_of_fault_is_among_them() -> None:
    held = loaded(STATES[0])
    wrong = {each for request in faulty_requests(held) for each in faults(request, held)}
    of_loads = ("points", "weights", "labels", "b")
    assert wrong == {
        *("bad_index: point", "bad_index: neuron"),
        *("not_finite: threshold", "not_finite: part"),
        *(f"not_finite: {part}" for part in of_loads),
        *("bad_shape: threshold", "bad_shape: part", "bad_shape: both or none"),
        *("bad_shape: no points", "bad_shape: no neurons", "bad_shape: no signs"),
        *("bad_shape: no coordinates", "not_finite: scale"),
        *("bad_shape: points of another length", "bad_shape: weights of another length"),
        *("bad_shape: labels", "bad_shape: signs", "bad_shape: b", "bad_shape: scale"),
    }


def test_indices_are_wrong_on_both_sides() -> None:
    held = loaded(STATES[0])
    requests = faulty_requests(held)
    assert {r.point for r in requests if isinstance(r, Query)} == {-1, 0, held.n}
    assert {r.neuron for r in requests if isinstance(r, Update)} == {-1, 0, held.m - 1, held.m}


@pytest.mark.parametrize("load", STATES)
def test_what_has_no_fault_has_no_code(load: Load) -> None:
    held = loaded(load)
    right: list[AnyRequest] = [
        load,
        above(-7, point=held.n - 1),
        becomes(held.m - 1, *[1] * held.d),
        Update(neuron=0, delta=in_bits([5e-324] * held.d)),
        STEP,
        DUMP,
        Hello(protocol=[1]),
        Bye(),
    ]
    assert [fault(request, held) for request in right] == [None] * len(right)
    assert all(faults(request, held) == [] for request in right)


def test_before_a_load_whatever_needs_a_state_has_a_bad_index() -> None:
    needing: Sequence[AnyRequest] = [above(0), becomes(0, 1), STEP, DUMP]
    assert {fault(request, None) for request in needing} == {"bad_index"}
    others: Sequence[AnyRequest] = [STATES[0], Hello(protocol=[]), Bye()]
    assert {fault(request, None) for request in others} == {None}


MORE: list[tuple[dict[str, object], Code]] = [
    ({"points": rows_in_bits([[], []])}, "bad_shape"),
    ({"points": rows_in_bits([[1.0, 0.0], [1.0]])}, "bad_shape"),
    ({"weights": rows_in_bits([[1.0, 0.0]] * 4 + [[1.0]])}, "bad_shape"),
    ({"labels": in_bits([])}, "bad_shape"),
    ({"signs": [1, 1, 1, 1, 2]}, "bad_shape"),
    ({"signs": [1, 1, 1, 1, 1, 1]}, "bad_shape"),
    ({"b": in_bits([])}, "bad_shape"),
    ({"scale": in_integers(0, 1, 1)}, "bad_shape"),
    ({"scale": in_bits([float("inf")])}, "not_finite"),
    ({"labels": in_bits([0.0, float("nan")])}, "not_finite"),
]


@pytest.mark.parametrize(("changes", "code"), MORE)
def test_a_load_is_looked_at_in_every_part(changes: dict[str, object], code: Code) -> None:
    assert fault(replace(STATES[0], **changes), None) == code


# ---- the state -----------------------------------------------------------------------------------


def test_a_state_is_what_was_loaded_with_a_weight_changed() -> None:
    held = loaded(STATES[0])
    assert (held.n, held.d, held.m) == (2, 2, 5)
    assert held.scale == Fraction(1, 4)
    assert [held.score(1, r) for r in range(held.m)] == [0, 3, 1, 1, -2]
    other = held.with_weight(3, (Fraction(7), Fraction(8)))
    assert [other.score(1, r) for r in range(held.m)] == [0, 3, 1, 8, -2]
    assert other.weights[:3] == held.weights[:3]
    assert other.weights[4:] == held.weights[4:]
    assert held.with_weights(other.weights) == other
    assert inner((), ()) == 0
