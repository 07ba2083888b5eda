"""Programs drawn for ports that die, that hold nothing, and that are wrong only once."""

from collections.abc import Callable
from itertools import count

import pytest

from invariants.conformance.answering.conversation import Conversation, greet
from invariants.conformance.answering.object_port import ObjectPort
from invariants.conformance.answering.port_errors import PortEnded
from invariants.conformance.examination import first_divergence
from invariants.conformance.plan import Plan
from invariants.conformance.planted.textbook import TextbookPort

pytestmark = pytest.mark.plain

Answer = Callable[[bytes, str], bytes]


class Port:
    """Answers in this way."""

    def __init__(self, answer: Answer) -> None:
        self.exchange = answer


def talk_with(answer: Answer) -> Conversation:
    return greet(Port(answer))


class Full(TextbookPort):
    """Has no room for any state."""

    def load(self, *_: object) -> None:
        """Errors: MemoryError."""
        raise MemoryError


def found(talk: Conversation, begun: Callable[[], None] = lambda: None) -> str:
    """The check that some programs fail, or nothing."""
    for lane, programs in Plan(6, 2, 2).lanes(talk.judge.known.arithmetic):
        divergence = first_divergence(talk, lane, programs, 1, begun)
        if divergence is not None:
            return divergence.divergences[0].check
    return ""


def test_a_port_that_can_hold_nothing_is_asked_nothing_more() -> None:
    port = ObjectPort(Full())
    assert found(talk_with(port.exchange)) == ""


def test_a_port_that_dies_is_told_of_at_once() -> None:
    """What Hypothesis would shrink cannot be tried again."""
    port, sent = ObjectPort(TextbookPort()), count()
    programs: list[None] = []

    def dies(line: bytes, request: str) -> bytes:
        if next(sent) == 4:
            raise PortEnded(request=request, how="ended")
        return port.exchange(line)

    with pytest.raises(PortEnded, match="the port ended instead of answering"):
        found(talk_with(dies), lambda: programs.append(None))
    assert len(programs) <= 4


def test_what_is_wrong_only_once_is_told_as_it_was() -> None:
    """Hypothesis, which cannot have it again, would only say that it was not steady."""
    port, wrong = ObjectPort(TextbookPort()), count()

    def wrong_once(line: bytes, request: str) -> bytes:
        answer = port.exchange(line, request)
        if b'"visited"' in answer and next(wrong) == 0:
            return answer.replace(b'"visited":', b'"visited":9')
        return answer

    assert found(talk_with(wrong_once)) == "query/visits"


def test_an_error_of_ours_is_no_divergence() -> None:
    def fail() -> None:
        raise RuntimeError("ours")

    with pytest.raises(RuntimeError, match="ours"):
        found(talk_with(ObjectPort(TextbookPort()).exchange), fail)
