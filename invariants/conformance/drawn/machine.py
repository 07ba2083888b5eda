"""A state machine that drives a port: Hypothesis chooses what is asked, the judge what is right.

Each run of it is a program: a load, then queries, updates, steps, and requests with a fault in
them. Whatever changes the state is followed by a dump, where the port has one, so that the next
request is judged from what the port really holds.
"""

from collections.abc import Callable
from typing import Protocol

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from invariants.conformance.answering.conversation import Conversation, Diverged
from invariants.conformance.answering.port_errors import PortError
from invariants.conformance.drawn.faulty import faulty_requests
from invariants.conformance.judging.state import State
from invariants.conformance.protocol.messages import (
    AnyRequest,
    Dump,
    Load,
    Query,
    Step,
    Update,
    Vector,
)


class Lane(Protocol):
    """Where numbers come from."""

    @property
    def name(self) -> str:
        """In reports."""

    @property
    def exact(self) -> bool:
        """Nothing is asked that could not be answered exactly."""

    def loads(self) -> st.SearchStrategy[Load]:
        """States to begin with."""

    def weights(self, state: State) -> st.SearchStrategy[Vector]:
        """New weights of a neuron."""

    def deltas(self, state: State) -> st.SearchStrategy[Vector]:
        """Changes of a neuron's weight."""

    def thresholds(self, state: State, point: int) -> st.SearchStrategy[Vector]:
        """Thresholds at a point."""


class Broken(BaseException):
    """A port that cannot be asked any more. No exception that Hypothesis would try to shrink."""

    def __init__(self, error: PortError) -> None:
        super().__init__(error)
        self.error = error


def machine_for(
    talk: Conversation, lane: Lane, begun: Callable[[], None], seen: list[Diverged]
) -> type[RuleBasedStateMachine]:
    """The machine that asks this port with numbers from this lane.

    `begun` hears of each program; every divergence is added to those seen.
    """

    class Programs(RuleBasedStateMachine):
        """One program."""

        def __init__(self) -> None:
            super().__init__()
            self.last: Query | None = None
            talk.begin()
            begun()

        @initialize(data=st.data())
        def load(self, data: st.DataObject) -> None:
            """A state."""
            _ask(data.draw(lane.loads()))
            _ask(Dump())

        @rule(data=st.data())
        def query(self, data: st.DataObject) -> None:
            """Who fires at a point?"""
            state = talk.judge.state
            if state is None:
                return
            point = data.draw(st.integers(0, state.n - 1))
            threshold = data.draw(lane.thresholds(state, point))
            self.last = Query(point=point, threshold=threshold)
            _ask(self.last)

        @rule()
        def query_again(self) -> None:
            """The same as last time."""
            if self.last is not None:
                _ask(self.last)

        @rule(data=st.data())
        def update(self, data: st.DataObject) -> None:
            """A neuron's weight is another."""
            state = talk.judge.state
            if state is not None:
                neuron = data.draw(st.integers(0, state.m - 1))
                _change(Update(neuron=neuron, weight=data.draw(lane.weights(state))))

        @rule(data=st.data())
        def delta(self, data: st.DataObject) -> None:
            """A neuron's weight has grown."""
            state = talk.judge.state
            if state is not None:
                neuron = data.draw(st.integers(0, state.m - 1))
                _change(Update(neuron=neuron, delta=data.draw(lane.deltas(state))))

        @rule()
        def step(self) -> None:
            """A step, where one is defined."""
            if talk.judge.well_conditioned():
                _change(Step())

        @rule(data=st.data())
        def refused(self, data: st.DataObject) -> None:
            """A request with a fault, and a look whether anything has changed."""
            state = talk.judge.state
            if state is not None:
                _change(data.draw(st.sampled_from(faulty_requests(state))))

    def _ask(request: AnyRequest) -> None:
        if not talk.may(request):
            return
        try:
            talk.ask(request)
        except Diverged as found:
            seen.append(found)
            raise
        except PortError as error:
            raise Broken(error) from error

    def _change(request: AnyRequest) -> None:
        if lane.exact and not talk.judge.exactly(request):
            return
        if talk.may(request) and talk.may_follow(request):
            _ask(request)
            _ask(Dump())

    return Programs


def settings_for(programs: int) -> settings:
    """So many programs of at most eight requests beside their loads and dumps."""
    return settings(
        max_examples=programs,
        stateful_step_count=8,
        database=None,
        deadline=None,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=tuple(HealthCheck),
        verbosity=Verbosity.quiet,
    )
