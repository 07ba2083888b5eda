"""Failing programs are made as short as can be, and fail for the same reason."""

from collections.abc import Sequence
from random import Random

import pytest

from invariants.conformance.answering.conversation import Conversation, Diverged, greet
from invariants.conformance.answering.object_port import Neurons, Numbers, Table
from invariants.conformance.cases.case import DUMP, STEP, above, becomes, column, grows
from invariants.conformance.drawn.programs import run_program, shortest, shortest_divergence
from invariants.conformance.planted.mutants import (
    ChangedAfterError,
    HeapOrder,
    NotStrict,
    StaleAncestor,
    TooManyVisits,
)
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.protocol.messages import AnyRequest, Load, Query
from tests.conform_ports import Tampered, headline, put, talk_to

LOAD = column(3, 1, 2)


def numbered(*thresholds: int) -> list[AnyRequest]:
    """A program that queries at these."""
    return [LOAD, *(above(threshold) for threshold in thresholds)]


def thresholds(program: Sequence[AnyRequest]) -> list[int]:
    """At what it queries."""
    return [(request.threshold.int or [])[0] for request in program if isinstance(request, Query)]


# ---- any failure ---------------------------------------------------------------------------------


def test_what_is_not_needed_is_left_out() -> None:
    """It fails as long as 3 comes before 7."""

    def fails(program: Sequence[AnyRequest]) -> bool:
        asked = thresholds(program)
        return 3 in asked and 7 in asked and asked.index(3) < asked.index(7)

    assert thresholds(shortest(numbered(1, 3, 5, 3, 7, 2, 7), fails)) == [3, 7]


def test_what_can_be_left_out_only_after_another_is_left_out_as_well() -> None:
    """1 is needed as long as 2 is there: to leave it out takes a second look."""

    def fails(program: Sequence[AnyRequest]) -> bool:
        return thresholds(program) in ([1, 2, 3], [1, 2], [1], [])

    assert thresholds(shortest(numbered(1, 2, 3), fails)) == []

    def fails_otherwise(program: Sequence[AnyRequest]) -> bool:
        return thresholds(program) in ([1, 2], [2], [])

    assert thresholds(shortest(numbered(1, 2), fails_otherwise)) == []


@pytest.mark.parametrize("seed", range(20))
def test_no_single_request_can_be_left_out_of_the_result(seed: int) -> None:
    """Whatever fails, by chance: also what is in no order."""
    random = Random(seed)
    program = numbered(*range(8))
    share = random.choice([0.2, 0.5, 0.8])
    known = {tuple(range(8)): True}
    runs = 0

    def fails(fewer: Sequence[AnyRequest]) -> bool:
        nonlocal runs
        runs += 1
        return known.setdefault(tuple(thresholds(fewer)), random.random() < share)

    found = shortest(program, fails)
    assert runs <= 8 * 9 // 2
    left = thresholds(found)
    assert known[tuple(left)]
    assert not any(known[tuple(left[:k] + left[k + 1 :])] for k in range(len(left)))


def test_the_loads_stay_and_the_requests_are_numbered_anew() -> None:
    program: list[AnyRequest] = [LOAD, DUMP, LOAD, above(1), STEP]
    found = shortest(program, lambda _: True)
    assert [(type(request), request.seq) for request in found] == [(Load, 1), (Load, 2)]
    kept = shortest(program, lambda _: False)
    assert [request.seq for request in kept] == [1, 2, 3, 4, 5]
    assert [type(request) for request in kept] == [type(request) for request in program]


# ---- the failures of ports -----------------------------------------------------------------------


def shrunk(talk: Conversation, program: Sequence[AnyRequest]) -> Diverged:
    """The shortest program of the same failure."""
    found = run_program(talk, program)
    assert found is not None
    return shortest_divergence(talk, found)


def kinds(found: Diverged) -> list[str]:
    """What the requests of its program are."""
    return [type(exchange.request).__name__.lower() for exchange in found.log]


LONG: list[AnyRequest] = [
    column(3, 1, 2, 0, 5),
    DUMP,
    above(4),
    becomes(4, 1),
    DUMP,
    grows(0, 1),
    becomes(1, 2, 3),
    DUMP,
    above(2),
    becomes(0, 9),
    above(9),
    above(-1),
]

SHRUNK = [
    (NotStrict, "firing/threshold", ["load", "query"]),
    (StaleAncestor, "dump/inner-node", ["load", "update", "dump"]),
    (HeapOrder, "query/ascending", ["load", "query"]),
    (TooManyVisits, "query/visits", ["load", "query"]),
    (ChangedAfterError, "error/unchanged", ["load", "update", "dump"]),
]


@pytest.mark.parametrize(("mutant", "check", "wanted"), SHRUNK)
def test_a_failure_is_shown_by_as_few_requests_as_can_be(
    mutant: type[TextbookPort], check: str, wanted: list[str]
) -> None:
    found = shrunk(talk_to(mutant()), LONG)
    assert headline(found) == check
    assert kinds(found) == wanted
    for k in range(1, len(found.log)):
        fewer = [exchange.request for exchange in [*found.log[:k], *found.log[k + 1 :]]]
        assert headline(run_program(talk_to(mutant()), fewer)) != check


def test_a_program_that_is_short_already_is_kept_with_its_replies() -> None:
    program: list[AnyRequest] = [column(3, 1), above(3)]
    talk = talk_to(NotStrict())
    first = run_program(talk, program)
    assert first is not None
    again = shortest_divergence(talk, first)
    assert kinds(again) == ["load", "query"]
    assert again.log[-1].reply.ok is not None
    assert again.divergences == first.divergences


class TwoMistakes(TextbookPort):
    """Answers twice after an update, and is not strict otherwise."""

    updated = False

    def load(
        self, points: Table, labels: Numbers, weights: Table, signs: Neurons, b: float, scale: float
    ) -> None:
        super().load(points, labels, weights, signs, b, scale)
        self.updated = False

    def update(self, neuron: int, weight: Numbers) -> None:
        super().update(neuron, weight)
        self.updated = True

    def query(self, point: int, threshold: float) -> Neurons:
        fired = list(super().query(point, threshold))
        return [*fired, *fired[:1]] if self.updated else fired

    def fires(self, score: float, threshold: float) -> bool:
        return score > threshold or (not self.updated and score == threshold)


def test_a_shorter_program_that_fails_another_check_is_not_taken() -> None:
    program: list[AnyRequest] = [column(3, 1, 2), becomes(0, 4), DUMP, above(2)]
    assert headline(run_program(talk_to(TwoMistakes()), program[:1] + program[3:])) == (
        "firing/threshold"
    )
    found = shrunk(talk_to(TwoMistakes()), program)
    assert headline(found) == "query/distinct"
    assert kinds(found) == ["load", "update", "query"]


def test_a_failure_that_does_not_come_again_is_shown_as_it_was_seen() -> None:
    """The second answer ever is wrong, and none after that."""
    talk = greet(Tampered(TextbookPort(), 2, put("fired", [])))
    found = run_program(talk, [column(3, 1, 2), above(2), DUMP])
    assert found is not None
    again = shortest_divergence(talk, found)
    assert again.divergences == found.divergences
    assert kinds(again) == ["load", "query"]


def test_shrinking_ends_with_what_has_been_tallied_still_counted() -> None:
    talk = talk_to(NotStrict())
    found = run_program(talk, [column(3, 1, 2), above(0), above(3)])
    assert found is not None
    before = talk.tally.decisions
    shortest_divergence(talk, found)
    assert talk.tally.decisions > before == 6
