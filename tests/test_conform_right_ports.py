"""Ports that are right by their own contract pass; the same ones under a stricter one do not."""

from collections.abc import Callable

import pytest

from invariants.conformance.answering.conversation import Conversation, Diverged
from invariants.conformance.answering.reference_port import ReferencePort
from invariants.conformance.cases.case import DUMP
from invariants.conformance.drawn.programs import run_program
from invariants.conformance.examination import first_divergence
from invariants.conformance.plan import Plan
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.protocol.messages import AnyRequest
from reference.structures.threshold_search import Structure
from tests.conform_ports import (
    Binary16Port,
    MovedAsSent,
    MovedAsStored,
    NarrowLeaves,
    NarrowPort,
    QuaternaryPort,
    UpwardPort,
    declaring,
    headline,
    of_floats,
    talk_to,
    without_trees,
)

pytestmark = pytest.mark.plain

FEW = Plan(exact=6, banded=3, boundary=8)
"""A hundred and fifty requests or so."""


def diverged(talk: Conversation) -> Diverged | None:
    """What the lanes find in a few programs."""
    for lane, programs in FEW.lanes(talk.judge.known.arithmetic):
        found = first_divergence(talk, lane, programs, 1, lambda: None)
        if found is not None:
            return found
    return None


def in_fewer_bits() -> TextbookPort:
    """More exact than it says."""
    return declaring(TextbookPort(), input_bits=24, accumulate_bits=24, leaf_bits=24, solve_bits=11)


RIGHT: list[Callable[[], object]] = [
    TextbookPort,
    without_trees,
    QuaternaryPort,
    MovedAsSent,
    MovedAsStored,
    NarrowPort,
    Binary16Port,
    UpwardPort,
    NarrowLeaves,
    in_fewer_bits,
    ReferencePort,
    lambda: ReferencePort(structure=Structure.ORDERED),
    lambda: ReferencePort("vectorized"),
]


@pytest.mark.parametrize("make", RIGHT)
def test_a_right_port_is_not_accused(make: Callable[[], object]) -> None:
    talk = talk_to(make())
    assert diverged(talk) is None
    assert talk.tally.decisions > 50
    assert talk.answered["step"] > 0


STRICTER: list[tuple[type[TextbookPort], dict[str, object], int, str]] = [
    (NarrowPort, {"accumulate_bits": 53, "leaf_bits": 53, "input_bits": 53}, -23, "load/leaves"),
    (Binary16Port, {"accumulate_bits": 24, "leaf_bits": 24}, -10, "load/leaves"),
    (UpwardPort, {"rounding": "nearest"}, -23, "load/leaves"),
    (NarrowLeaves, {"leaf_bits": 24}, -10, "load/leaves"),
    (QuaternaryPort, {"tree_shape": "canonical"}, 0, "dump/shape"),
]
"""What is claimed instead, and the e for which 1 + 2^e, a number of the port's, shows it."""


@pytest.mark.parametrize(("kind", "claims", "exponent", "check"), STRICTER)
def test_under_a_stricter_contract_it_is(
    kind: type[TextbookPort], claims: dict[str, object], exponent: int, check: str
) -> None:
    number = 1 + 2.0**exponent
    program: list[AnyRequest] = [of_floats([[number]], [[number]]), DUMP]
    assert headline(run_program(talk_to(kind()), program)) == ""
    assert headline(run_program(talk_to(declaring(kind(), **claims)), program)) == check
