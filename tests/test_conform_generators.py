"""What the lanes draw: every rare branch, numbers that fit, decisions that are worth making.

A lane drives the textbook port, and what is asked is looked at. Seeds are fixed, and each number of
programs below is the one within which everything must have appeared.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from invariants.conformance.answering.conversation import Conversation, greet
from invariants.conformance.answering.object_port import ObjectPort
from invariants.conformance.drawn.banded_lane import nearest, numbers
from invariants.conformance.drawn.exact_lane import ExactLane, as_integers, finest, sizes_for
from invariants.conformance.drawn.machine import Lane
from invariants.conformance.examination import first_divergence
from invariants.conformance.judging.arithmetic import arithmetic_of, products
from invariants.conformance.judging.state import State, fault, loaded
from invariants.conformance.plan import MOST_FREE, Plan
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.protocol.messages import (
    AnyReply,
    AnyRequest,
    Done,
    Fired,
    Load,
    Matrix,
    Query,
    Step,
    Stepped,
    Update,
    Vector,
)
from invariants.conformance.protocol.wire import bits_of, in_integers, row, rows, rows_in_integers
from invariants.number_format import FORMATS, NumberFormat, format_of, power_of_two
from tests.conform_ports import in_bits_of
from tests.strategies import share

pytestmark = pytest.mark.plain

EXACT, BANDED, BOUNDARY = Plan(120, 30, 80).lanes(arithmetic_of(TextbookPort.contract))
"""The lanes, and how many programs of each are looked at."""

# ---- what is looked at ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """A request, its reply, the state before and after, and whether all is exact, or lost, then."""

    request: AnyRequest
    reply: AnyReply
    before: State | None
    after: State | None
    exact: bool
    lost: bool
    bands: Sequence[Sequence[Fraction]]


@dataclass
class Listening(Conversation):
    """A conversation of which each program is kept."""

    programs: list[list[Seen]] = field(default_factory=list)

    def ask(self, request: AnyRequest) -> AnyReply:
        before = self.judge.state
        bands = [list(line) for line in self.judge.known.bands]
        reply = super().ask(request)
        known = self.judge.known
        told = (known.state, known.exact, known.out_of_sight)
        self.programs[-1].append(Seen(request, reply, before, *told, bands))
        return reply

    def begin(self) -> None:
        super().begin()
        self.programs.append([])


def listened(lane_and_programs: tuple[Lane, int]) -> Listening:
    """The textbook port on so many programs of the lane, none of which diverges."""
    port = ObjectPort(TextbookPort())
    greeted = greet(port)
    talk = Listening(port, greeted.hailed, greeted.judge)
    assert first_divergence(talk, *lane_and_programs, 1, lambda: None) is None
    return talk


Program = Sequence[Seen]


def queries(program: Program) -> Iterator[tuple[Seen, State, int, Fraction, list[int]]]:
    """Each query that was answered: its state, point, threshold and answer."""
    for seen in program:
        if isinstance(seen.reply.ok, Fired) and isinstance(seen.request, Query) and seen.before:
            (threshold,) = row(seen.request.threshold)
            yield seen, seen.before, seen.request.point, threshold, seen.reply.ok.fired


def updates(program: Program) -> Iterator[tuple[Update, State, State]]:
    """Each update that was made."""
    for seen in program:
        made = seen.reply.ok is not UNSET and seen.before and seen.after
        if isinstance(seen.request, Update) and made and seen.before and seen.after:
            yield seen.request, seen.before, seen.after


def loads(program: Program) -> Iterator[State]:
    """Each state that was loaded."""
    for seen in program:
        if isinstance(seen.request, Load) and isinstance(seen.reply.ok, Done):
            yield loaded(seen.request)


def steps(program: Program) -> list[Stepped]:
    """What steps were made."""
    return [seen.reply.ok for seen in program if isinstance(seen.reply.ok, Stepped)]


# ---- the exact lane ------------------------------------------------------------------------------


def lowers_the_maximum(request: Update, before: State, after: State) -> bool:
    """The neuron alone had the highest score at some point, and has a lower one now."""
    r = request.neuron
    for i in range(before.n):
        others = [before.score(i, other) for other in range(before.m) if other != r]
        if before.score(i, r) > max([*others, after.score(i, r)]):
            return True
    return False


def points_disagree(state: State) -> bool:
    """Some neuron fires on one point, and not on another."""
    return any(
        len({state.score(i, r) > state.b for i in range(state.n)}) > 1 for r in range(state.m)
    )


FACTS: dict[str, Callable[[Program], bool]] = {
    "a tie": lambda program: any(
        threshold in [state.score(i, r) for r in range(state.m)]
        for _, state, i, threshold, _ in queries(program)
    ),
    "a tie with b": lambda program: any(
        state.b in [state.score(i, r) for r in range(state.m)]
        for state in loads(program)
        for i in range(state.n)
    ),
    "equal scores": lambda program: any(
        len({state.score(0, r) for r in range(state.m)}) < state.m for state in loads(program)
    ),
    "a threshold that is neither a score nor b": lambda program: any(
        threshold not in {state.b, *(state.score(i, r) for r in range(state.m))}
        for _, state, i, threshold, _ in queries(program)
    ),
    "both signs": lambda program: any(set(state.signs) == {1, -1} for state in loads(program)),
    "all fire": lambda program: any(
        state.m > 2 and len(fired) == state.m for _, state, _, _, fired in queries(program)
    ),
    "none fires": lambda program: any(
        state.m > 2 and not fired for _, state, _, _, fired in queries(program)
    ),
    "some fire": lambda program: any(
        1 < len(fired) < state.m for _, state, _, _, fired in queries(program)
    ),
    "one neuron": lambda program: any(state.m == 1 for state in loads(program)),
    "a width that is no power of two": lambda program: any(
        state.m.bit_count() > 1 for state in loads(program)
    ),
    "eight neurons or nine": lambda program: any(state.m > 7 for state in loads(program)),
    "three points in three dimensions": lambda program: any(
        state.n == state.d == 3 for state in loads(program)
    ),
    "a zero vector": lambda program: any(
        not any(x) for state in loads(program) for x in (*state.points, *state.weights)
    ),
    "two points that disagree": lambda program: any(map(points_disagree, loads(program))),
    "a lowered maximum": lambda program: any(
        lowers_the_maximum(*update) for update in updates(program)
    ),
    "a neuron updated again": lambda program: any(
        first.neuron == second.neuron
        for (first, _, _), (second, _, _) in pairwise(updates(program))
    ),
    "an update without effect": lambda program: any(
        before == after for _, before, after in updates(program)
    ),
    "an update to another's weight": lambda program: any(
        after.weights[request.neuron] in after.weights[: request.neuron]
        for request, _, after in updates(program)
    ),
    "an update by a delta": lambda program: any(
        request.weight is UNSET and before != after for request, before, after in updates(program)
    ),
    "a step": lambda program: bool(steps(program)),
    "a second step": lambda program: len(steps(program)) > 1,
    "a step that moves": lambda program: any(
        set(step.solution) - {bits_of(0.0), bits_of(-0.0)} for step in steps(program)
    ),
    "a step on two points": lambda program: any(len(step.fired) > 1 for step in steps(program)),
    "a step on which four fire": lambda program: any(
        len(fired) == 4 for step in steps(program) for fired in step.fired
    ),
    "a singular step": lambda program: any(
        isinstance(seen.request, Step) and seen.reply.error is not UNSET for seen in program
    ),
    "minus zero": lambda program: any(
        isinstance(seen.request, Query) and seen.request.threshold.bits == [bits_of(-0.0)]
        for seen in program
    ),
    "the same query again": lambda program: any(
        first.request.point == second.request.point
        and first.request.threshold == second.request.threshold
        for first, second in pairwise(program)
        if isinstance(first.request, Query) and isinstance(second.request, Query)
    ),
}


def codes(talk: Listening) -> set[str]:
    """Why requests were refused."""
    replies = [seen.reply for program in talk.programs for seen in program]
    return {reply.error.code for reply in replies if reply.error is not UNSET}


def test_the_exact_lane_reaches_every_rare_branch_certifies_all_and_leaves_no_choice() -> None:
    """One run for all of this: it is the dearest part."""
    talk = listened(EXACT)
    unreached = [fact for fact, shows in FACTS.items() if not any(map(shows, talk.programs))]
    assert unreached == []
    assert talk.tally.free == 0
    assert talk.tally.decisions > 300
    assert all(seen.exact for program in talk.programs for seen in program if seen.after)
    assert codes(talk) == {"bad_shape", "bad_index", "not_finite", "singular"}


# ---- the banded lane -----------------------------------------------------------------------------


def test_the_general_part_rounds_everywhere_and_leaves_less_than_a_hundredth_free() -> None:
    talk = listened(BANDED)
    assert talk.tally.decisions > 200
    assert talk.tally.free < MOST_FREE * talk.tally.decisions
    assert not any(seen.exact for program in talk.programs for seen in program if seen.after)
    assert sum(len(steps(program)) for program in talk.programs) > 3
    assert not any(seen.lost for program in talk.programs for seen in program)
    assert any(FACTS["both signs"](program) for program in talk.programs)
    assert codes(talk) >= {"bad_shape", "bad_index", "not_finite"}
    asked = [(state.m, fired) for p in talk.programs for _, state, _, _, fired in queries(p)]
    assert any(m > 9 and not fired for m, fired in asked)
    assert any(1 < len(fired) < m for m, fired in asked)


def close(program: Program) -> Iterator[tuple[bool, bool, bool]]:
    """Of each decision within 16 roundings: it must fire, it must not, it did."""
    for seen, state, i, threshold, fired in queries(program):
        for r in range(state.m):
            terms = products(state, i, r)
            gap = sum(terms, Fraction(0)) - threshold
            band = seen.bands[i][r]
            if abs(gap) <= 16 * power_of_two(-53) * sum(map(abs, terms), Fraction(0)):
                yield gap > band, gap <= -band, r in fired


def test_the_boundary_part_reaches_close_decisions_of_every_kind() -> None:
    talk = listened(BOUNDARY)
    assert not any(seen.lost for program in talk.programs for seen in program)
    reached = [one for program in talk.programs for one in close(program)]
    assert len(reached) == talk.tally.boundary > 40
    assert sum(must for must, _, _ in reached) > 5
    assert sum(must_not for _, must_not, _ in reached) > 5
    free = [did for must, must_not, did in reached if not must and not must_not]
    assert len(free) == talk.tally.free > 5
    assert {True, False} <= set(free)
    assert codes(talk) >= {"bad_shape", "bad_index", "not_finite"}


@pytest.mark.parametrize("held", FORMATS, ids=str)
def test_the_boundary_part_has_sums_that_cancel_and_of_mixed_sizes(held: NumberFormat) -> None:
    cancel = mixed = 0
    for number in range(400):
        random = Random(number)
        w, x = numbers(random, 6, held, True), numbers(random, 6, held, True)
        sizes = [abs(a * c) for a, c in zip(w, x, strict=True)]
        cancel += 20 * abs(sum(a * c for a, c in zip(w, x, strict=True))) < sum(sizes)
        mixed += max(sizes) > 100 * min(sizes)
    assert cancel > 20
    assert mixed > 200


# ---- numbers -------------------------------------------------------------------------------------


def numbers_of(request: AnyRequest) -> list[Fraction]:
    """All numbers of a request without fault."""
    found: list[Fraction] = []
    for name in request.__struct_fields__:
        value: object = getattr(request, name)
        if isinstance(value, Vector):
            found += row(value)
        elif isinstance(value, Matrix):
            found += [number for line in rows(value) for number in line]
    return found


def lanes() -> Iterator[tuple[str, NumberFormat, Lane]]:
    """All three for each format, with subnormals and without."""
    for held in FORMATS:
        for subnormals in ("kept", "flushed"):
            contract = in_bits_of(held.bits, subnormals=subnormals)
            for lane, _ in Plan(1, 1, 1).lanes(arithmetic_of(contract)):
                yield f"{lane.name}-{held.bits}-{subnormals}", held, lane


LANES = list(lanes())


def drawn(lane: Lane, data: st.DataObject) -> list[AnyRequest]:
    """A load, and after one update of it one request of each kind that has numbers."""
    load = data.draw(lane.loads())
    state = loaded(load)
    r, i = data.draw(st.integers(0, state.m - 1)), data.draw(st.integers(0, state.n - 1))
    update = Update(neuron=r, weight=data.draw(lane.weights(state)))
    assert update.weight is not UNSET
    state = state.with_weight(r, row(update.weight))
    threshold = data.draw(lane.thresholds(state, i))
    delta = Update(neuron=r, delta=data.draw(lane.deltas(state)))
    return [load, update, Query(point=i, threshold=threshold), delta]


@pytest.mark.parametrize(
    ("held", "lane"), [one[1:] for one in LANES], ids=[one[0] for one in LANES]
)
@share(8)
@given(data=st.data())
def test_what_is_drawn_fits_the_format_has_no_fault_and_needs_no_subnormals(
    held: NumberFormat, lane: Lane, data: st.DataObject
) -> None:
    requests = drawn(lane, data)
    assert isinstance(requests[0], Load)
    state = loaded(requests[0])
    assert [fault(request, state) for request in requests] == [None] * len(requests)
    assert state.scale**2 <= Fraction(1, state.m) * (1 + power_of_two(2 - held.bits))
    for request in requests:
        assert all(abs(integer) < 1 << 53 for integer in integers_of(request))
        for number in numbers_of(request):
            assert held.holds(number)
            assert not number or abs(number) >= power_of_two(held.normal)


def integers_of(request: AnyRequest) -> Iterator[int]:
    """All integers with an exponent."""
    for name in request.__struct_fields__:
        value: object = getattr(request, name)
        if isinstance(value, Vector) and value.int is not UNSET:
            yield from value.int
        elif isinstance(value, Matrix) and value.int is not UNSET:
            for line in value.int:
                yield from line


@share(5)
@given(data=st.data())
def test_thresholds_beside_large_scores_fit_as_well(data: st.DataObject) -> None:
    """A score of 0 has no grain, and that of b is far too fine for the scores."""
    load = Load(
        points=rows_in_integers(16, [[84]]),
        labels=in_integers(0, 0),
        weights=rows_in_integers(12, [[-83], [0], [83]]),
        signs=[1, 1, 1],
        b=in_integers(data.draw(st.sampled_from([-4, 28])), 1),
        scale=in_integers(-1, 1),
    )
    (threshold,) = row(data.draw(ExactLane(sizes_for(24), 9).thresholds(loaded(load), 0)))
    assert format_of(24).holds(threshold)


def test_integers_are_as_few_bits_as_can_be() -> None:
    assert as_integers([Fraction(0), Fraction(12), Fraction(-8)]) == in_integers(2, 0, 3, -2)
    assert as_integers([Fraction(0), Fraction(0)]) == in_integers(0, 0, 0)
    assert as_integers([Fraction(3, 8), Fraction(1)]) == in_integers(-3, 3, 8)
    assert finest([Fraction(1 << 40), Fraction(0)]) == 40


@pytest.mark.parametrize("held", FORMATS, ids=str)
def test_the_nearest_number_is_nearest(held: NumberFormat) -> None:
    least = 2.0**held.normal
    for value in (1 / 3, 1.005, -2.7, 0.999999, 3e-4, least, least * 1.7):
        found = Fraction(nearest(value, held))
        assert held.holds(found)
        assert abs(found - Fraction(value)) <= power_of_two(-held.bits) * abs(Fraction(value))
    assert nearest(least * 0.7, held) == 0
