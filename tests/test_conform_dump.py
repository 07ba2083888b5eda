"""What a dump may be: rounded as is declared, moved by differences, with trees of any shape."""

from collections.abc import Sequence
from fractions import Fraction
from math import nextafter
from random import Random

import pytest

from invariants.conformance.answering.reference_port import ReferencePort
from invariants.conformance.cases.case import DUMP, above, becomes, column, state
from invariants.conformance.drawn.programs import run_program
from invariants.conformance.judging.judge import Judge
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.protocol.messages import (
    AnyRequest,
    Done,
    Dumped,
    Query,
    Reply,
    Tree,
    Update,
)
from invariants.conformance.protocol.wire import bits_of, in_bits
from tests.conform_ports import (
    MovedAsSent,
    MovedAsStored,
    QuaternaryPort,
    declaring,
    headline,
    of_floats,
    put,
    talk_to,
    tampered,
)

ORIGIN = state([[1, 0], [0, 1]], [[3, 0], [0, 3], [1, 1], [-1, 1], [0, 0]], b=1, scale=-2)
"""Neuron 4 has the weight 0; at point 0 its leaf and the node above it are 0."""


def grown(neuron: int, *delta: float) -> Update:
    """A change by floats."""
    return Update(neuron=neuron, delta=in_bits(delta))


def set_to(neuron: int, *weight: float) -> Update:
    """A weight of floats."""
    return Update(neuron=neuron, weight=in_bits(weight))


def at(threshold: float) -> Query:
    """Who fires on point 0?"""
    return Query(point=0, threshold=in_bits([threshold]))


def verdict(held: object, program: Sequence[AnyRequest]) -> str:
    """The headline of this port on this program."""
    return headline(run_program(talk_to(held), program))


# ---- zeros ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [("weights", 0, 1), ("leaves", 0, 1), ("leaves", 1, 4), ("trees", 0, "inner", 3)]
)
def test_minus_zero_is_zero_wherever_it_stands_in_a_dump(path: tuple[str | int, ...]) -> None:
    program: list[AnyRequest] = [ORIGIN, DUMP, above(0), becomes(4, 0, 0), DUMP, above(0)]
    for at in (2, 5):
        assert headline(tampered(program, at, put(*path, bits_of(-0.0)))) == ""
        assert headline(tampered(program, at, put(*path, bits_of(5e-324)))) != ""


def test_minus_zero_may_be_sent_and_does_not_fire_above_zero() -> None:
    load = of_floats([[-0.0, 1.0]], [[1.0, -0.0], [2.0, 3.0]], b=-0.0)
    program: list[AnyRequest] = [load, DUMP, set_to(1, 1.0, -0.0), at(-0.0), DUMP, at(-0.0)]
    assert verdict(TextbookPort(), program) == ""
    assert headline(tampered(program, 4, put("fired", [0]))) == "firing/threshold"


# ---- trees ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("m", range(1, 10))
def test_quaternary_trees_with_single_children_are_trees(m: int) -> None:
    load = state([[1], [-1]], [[(7 * r) % m] for r in range(m)], b=m // 2)
    program: list[AnyRequest] = [load, above(m // 2), DUMP, above(m // 2), above(-m, point=1)]
    program += [becomes(0, -m), DUMP, above(0), above(m)]
    assert verdict(QuaternaryPort(), program) == ""


def test_a_single_neuron_needs_no_inner_node() -> None:
    class Leaf(TextbookPort):
        """A tree of its own that is a leaf."""

        contract = QuaternaryPort.contract

        def children(self) -> list[list[list[int]]]:
            return [[] for _ in self.points]

    program: list[AnyRequest] = [column(3), DUMP, above(2), above(3), becomes(0, 1), DUMP, above(2)]
    assert verdict(Leaf(), program) == verdict(TextbookPort(), program) == ""


def test_a_shape_may_change_from_dump_to_dump() -> None:
    class Turning(QuaternaryPort):
        """Its trees are chains over leaves in another order after each dump."""

        turns = 0

        def shape(self) -> list[list[int]]:
            m = len(self.weights)
            order = [(r + self.turns) % m for r in range(m)]
            return [[order[0]], *([m + k, order[k + 1]] for k in range(m - 1))]

        def children(self) -> list[list[list[int]]]:
            found = super().children()
            self.turns += 1
            return found

    program: list[AnyRequest] = [column(3, 1, 2, 5), DUMP, above(1), DUMP, becomes(0, 1), DUMP]
    assert verdict(Turning(), program) == ""


def test_visits_are_bounded_by_the_tree_last_dumped_and_from_below_by_the_answers() -> None:
    program: list[AnyRequest] = [column(9, 1, 8, 2, 7), DUMP, above(5)]
    for visited, accepted in ((2, False), (3, True), (25, True), (26, False)):
        found = tampered(program, 3, put("visited", visited), QuaternaryPort())
        assert headline(found) == ("" if accepted else "query/visits")
    for unknown in (program[::2], [*program[:2], becomes(1, 1), program[2]]):
        found = tampered(unknown, len(unknown), put("visited", 26), QuaternaryPort())
        assert headline(found) == ""


def test_without_trees_visits_are_bounded_from_below_alone() -> None:
    program: list[AnyRequest] = [column(9, 1, 8, 2, 7), DUMP, above(5)]
    for visited, accepted in ((2, False), (3, True), (1000, True)):
        held = declaring(TextbookPort(), tree_shape="none")
        found = tampered(program, 3, put("visited", visited), held)
        assert headline(found) == ("" if accepted else "query/visits")


def test_canonical_visits_of_scores_that_rounding_leaves_open_are_bounded() -> None:
    load = of_floats([[0.1, 0.7]], [[0.3, 0.9], [0.1, 0.1], [0.9, 0.7]])
    program: list[AnyRequest] = [load, above(0)]
    for visited, accepted in ((2, False), (3, True), (13, True), (14, False)):
        found = tampered(program, 2, put("visited", visited))
        assert headline(found) == ("" if accepted else "query/visits")
    assert headline(tampered([load, DUMP, above(0)], 3, put("visited", 3))) != ""


# ---- leaves that are moved -----------------------------------------------------------------------


def deltas(seed: int) -> list[AnyRequest]:
    """A load, and changes of all sizes that each round, with dumps between most of them."""
    random = Random(seed)
    n, d, m = 2, 3, 3

    def line() -> list[float]:
        return [random.gauss(0, 1) * 2.0 ** random.randint(-8, 2) for _ in range(d)]

    program: list[AnyRequest] = [
        of_floats([line() for _ in range(n)], [line() for _ in range(m)], b=0.1),
        DUMP,
    ]
    for k in range(6):
        change = set_to if k % 3 == 2 else grown
        program += [change(random.randrange(m), *line()), DUMP, above(0), DUMP]
    return program


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", [MovedAsSent, MovedAsStored, TextbookPort, ReferencePort])
def test_leaves_may_be_moved_as_sent_or_as_stored(kind: type, seed: int) -> None:
    assert verdict(kind(), deltas(seed)) == ""


@pytest.mark.parametrize("kind", [MovedAsSent, MovedAsStored])
def test_moved_leaves_under_a_contract_of_computed_ones_are_noticed(kind: type) -> None:
    held = declaring(kind(), leaf_update="recompute")
    assert any(verdict(held, deltas(seed)) == "update/leaves" for seed in range(8))


def test_a_leaf_may_be_off_by_its_own_rounding_and_by_its_weight_s() -> None:
    """1 + 9u is kept as 1 + 8u, which scores 5 + 40u; 5 + 45u as 5 + 48u (u = 2^−53)."""
    program: list[AnyRequest] = [of_floats([[5.0]], [[1.0]]), DUMP, grown(0, 9 * 2.0**-53), DUMP]
    assert verdict(MovedAsSent(), program) == ""
    assert verdict(MovedAsStored(), program) == ""
    assert verdict(declaring(MovedAsSent(), leaf_update="recompute"), program) == "update/leaves"
    off = put("leaves", 0, 0, bits_of(5 + 64 * 2.0**-53))
    assert headline(tampered(program, 4, off, MovedAsSent())) == "update/leaves"


def test_errors_of_moves_add_up_and_end_with_a_load() -> None:
    load = of_floats([[0.1, 0.7]], [[0.3, 0.9]])
    judge = Judge(MovedAsSent.contract)
    assert judge.judge(load, Reply(seq=0, ok=Done())) == []
    bands = [judge.known.bands[0][0]]
    for _ in range(3):
        judge.judge(set_to(0, 0.7, 0.1), Reply(seq=0, ok=Done()))
        judge.judge(set_to(0, 0.3, 0.9), Reply(seq=0, ok=Done()))
        bands.append(judge.known.bands[0][0])
    assert bands == sorted(set(bands))
    assert judge.judge(load, Reply(seq=0, ok=Done())) == []
    assert judge.known.bands[0][0] == bands[0]


def test_a_move_between_weights_next_to_each_other_may_round_nothing() -> None:
    """From 2^53 − 1 to 2^53 − 2 the move is −1, and 2^53 − 1 + 1 has as few bits as they may be."""
    judge = Judge(MovedAsSent.contract)
    load = state([[1]], [[(1 << 53) - 1]])
    assert judge.judge(load, Reply(seq=0, ok=Done())) == []
    assert judge.judge(becomes(0, (1 << 53) - 2), Reply(seq=0, ok=Done())) == []
    assert judge.known.exact
    assert judge.judge(becomes(0, 2 - (1 << 53)), Reply(seq=0, ok=Done())) == []
    assert not judge.known.exact


def test_a_dump_tells_how_far_off_a_moved_leaf_is() -> None:
    held = MovedAsSent()
    talk = talk_to(held)
    assert run_program(talk, deltas(1)) is None
    state_now = talk.judge.state
    assert state_now is not None
    for i in range(state_now.n):
        for r in range(state_now.m):
            leaf = Fraction(held.trees[i][state_now.m + r])
            assert talk.judge.known.bands[i][r] == abs(leaf - state_now.score(i, r))


def test_computed_leaves_are_as_close_as_ever_after_any_number_of_changes() -> None:
    judge = Judge(TextbookPort.contract)
    load = of_floats([[0.1, 0.7]], [[0.3, 0.9]])
    assert judge.judge(load, Reply(seq=0, ok=Done())) == []
    before = judge.known.bands[0][0]
    for _ in range(3):
        judge.judge(set_to(0, 0.7, 0.1), Reply(seq=0, ok=Done()))
        judge.judge(set_to(0, 0.3, 0.9), Reply(seq=0, ok=Done()))
    assert judge.known.bands[0][0] == before


@pytest.mark.parametrize("place", [0, 1])
def test_a_weight_may_round_in_one_coordinate_alone(place: int) -> None:
    delta = [1.0, 1.0]
    delta[place] = 2.0**-60
    program: list[AnyRequest] = [of_floats([[1.0, 1.0]], [[1.0, 1.0]]), grown(0, *delta), DUMP]
    assert verdict(MovedAsSent(), program) == ""
    talk = talk_to(TextbookPort())
    assert run_program(talk, program) is None
    assert talk.judge.known.exact


def told(number: float) -> Reply[Dumped]:
    """A dump of one neuron on the point 1."""
    bits = bits_of(number)
    return Reply(seq=0, ok=Dumped(weights=[[bits]], leaves=[[bits]], trees=[Tree(inner=[])]))


def test_a_rounding_once_dumped_is_the_state() -> None:
    down = 1 / 3 + 0.7
    up = nextafter(down, 2.0)
    for weight, other in ((down, up), (up, down)):
        judge = Judge(TextbookPort.contract)
        assert judge.judge(of_floats([[1.0]], [[1 / 3]]), Reply(seq=0, ok=Done())) == []
        assert judge.judge(grown(0, 0.7), Reply(seq=0, ok=Done())) == []
        assert judge.judge(DUMP, told(weight)) == []
        assert judge.state is not None
        assert judge.state.weights == ((Fraction(weight),),)
        assert judge.judge(DUMP, told(weight)) == []
        assert judge.judge(DUMP, told(other))[0].check == "update/weights"
