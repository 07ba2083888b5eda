"""What the judge accepts, and what it still knows: close decisions, refusals, skips, lost sight.

That everything else is a divergence, and which, `test_conform_checks_broken` shows.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import nextafter

import pytest
from msgspec.structs import replace

from invariants.conformance.answering.conversation import greet
from invariants.conformance.answering.object_port import Neurons, Numbers, Table
from invariants.conformance.cases.case import DUMP, STEP, above, becomes, column, grows, state
from invariants.conformance.drawn.faulty import faulty_loads, faulty_requests
from invariants.conformance.drawn.programs import run_program
from invariants.conformance.judging.judge import Judge, least_pivot
from invariants.conformance.judging.state import loaded
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.protocol.messages import (
    AnyRequest,
    Bye,
    Code,
    Done,
    Fired,
    Hello,
    Load,
    Query,
    Refusal,
    Reply,
    Stepped,
    Update,
)
from invariants.conformance.protocol.wire import bits_of, in_bits, rows_in_bits
from tests.conform_ports import (
    Tampered,
    declaring,
    headline,
    of_floats,
    put,
    refuse,
    skip,
    talk_to,
    tampered,
    uncounted,
)

LEAF = 0.1 * 0.1 + 0.2 * 0.2 + 0.3 * 0.3
"""A score in floats; the true one is within a unit of its last place, and the band 1.7 of them."""

FLOATS = of_floats([[0.1, 0.2, 0.3]], [[0.1, 0.2, 0.3], [-0.1, 0.2, 0.0]], b=0.05)
"""Neuron 0 scores about 0.14, neuron 1 about 0.03."""

CROWD = state([[1, 0], [0, 1]], [[3, 0], [0, 3], [1, 1], [-1, 1], [0, -2]], b=1, scale=-2)


def at(threshold: float) -> Query:
    """Who fires on point 0?"""
    return Query(point=0, threshold=in_bits([threshold]))


def apart(units: int) -> float:
    """So many units in the last place above the leaf, or below it."""
    found = LEAF
    for _ in range(abs(units)):
        found = nextafter(found, units * 9.0)
    return found


def grown(neuron: int, *delta: float) -> Update:
    """A change that rounds."""
    return Update(neuron=neuron, delta=in_bits(delta))


def answered(program: Sequence[AnyRequest], number: int, fired: Sequence[int]) -> str:
    """The headline if request `number` is answered with these."""
    return headline(tampered(program, number, put("fired", list(fired)), uncounted()))


# ---- close decisions -----------------------------------------------------------------------------


@pytest.mark.parametrize("fired", [[], [0]])
@pytest.mark.parametrize("units", [-1, 0, 1])
def test_within_the_band_either_answer_is_right(units: int, fired: list[int]) -> None:
    assert answered([FLOATS, at(apart(units))], 2, fired) == ""


@pytest.mark.parametrize(("units", "right", "wrong"), [(-3, [0], []), (3, [], [0])])
def test_beyond_the_band_one_answer_is_right(
    units: int, right: list[int], wrong: list[int]
) -> None:
    assert answered([FLOATS, at(apart(units))], 2, right) == ""
    assert answered([FLOATS, at(apart(units))], 2, wrong) == "firing/threshold"


def test_the_band_is_open_below_and_closed_above() -> None:
    """v − τ = δ may fire, v − τ = −δ must not; numbers so small that δ has few bits."""
    held = declaring(uncounted(), accumulate_bits=8)
    small = of_floats([[129 * 2.0**-62]], [[129 * 2.0**-62]])
    judge = Judge(held.contract)
    assert judge.judge(small, Reply(seq=0, ok=Done())) == []
    ((delta,),), v = judge.known.bands, loaded(small).score(0, 0)
    assert delta > 0
    least = Fraction(1, 1 << 140)
    fires, silent = {(): False, (0,): True}, {(): True, (0,): False}
    either = {(): True, (0,): True}
    edges = ((delta + least, fires), (delta, either), (least - delta, either), (-delta, silent))
    for gap, right in edges:
        threshold = float(v - gap)
        assert Fraction(threshold) == v - gap
        for fired, accepted in right.items():
            found = tampered([small, at(threshold)], 2, put("fired", list(fired)), held)
            assert headline(found) == ("" if accepted else "firing/threshold")


def test_scores_that_no_float_holds_are_told_all_the_same() -> None:
    for sign in (1.0, -1.0):
        load = of_floats([[1e200]], [[sign * 1e200]])
        found = tampered([load, at(0.0)], 2, put("fired", [0] * (sign < 0)), uncounted())
        assert headline(found) == "firing/threshold"
        assert f"{'−' * (sign < 0)}2^1328 or so" in str(found)


def test_a_free_choice_may_differ_between_equal_queries_and_a_fixed_one_may_not() -> None:
    program: list[AnyRequest] = [FLOATS, at(LEAF), at(LEAF)]
    free = declaring(uncounted(), choice="free")
    assert headline(tampered(program, 3, put("fired", [0]), free)) == ""
    assert answered(program, 3, [0]) == "query/repeated"


def test_after_a_change_or_at_another_threshold_the_choice_is_a_new_one() -> None:
    same = Update(neuron=0, weight=in_bits([0.1, 0.2, 0.3]))
    programs: list[list[AnyRequest]] = [
        [FLOATS, at(LEAF), at(apart(1))],
        [FLOATS, at(LEAF), same, at(LEAF)],
        [FLOATS, at(LEAF), FLOATS, at(LEAF)],
    ]
    for program in programs:
        assert answered(program, len(program), [0]) == ""


def test_a_refusal_is_no_reason_to_choose_otherwise() -> None:
    program: list[AnyRequest] = [FLOATS, at(LEAF), at(float("nan")), at(LEAF)]
    assert answered(program, 4, [0]) == "query/repeated"


def test_a_dump_is_no_reason_to_choose_otherwise() -> None:
    program: list[AnyRequest] = [FLOATS, at(LEAF), DUMP, at(LEAF)]
    assert answered(program, 2, [0]) == "query/repeated"
    assert answered(program, 4, [0]) == "firing/own-leaves"


def test_a_port_that_chose_once_may_step_as_it_chose() -> None:
    """b is the leaf, so each choice makes another firing set; both are followed."""

    class Lenient(TextbookPort):
        """Lets a tie fire, where rounding lets it choose."""

        def fires(self, score: float, threshold: float) -> bool:
            return score >= threshold

    crossing = of_floats([[0.1, 0.2, 0.3]], [[0.1, 0.2, 0.3], [0.5, 0.5, 0.5]], b=LEAF)
    program: list[AnyRequest] = [crossing, at(LEAF), STEP]
    for held in (TextbookPort(), declaring(Lenient(), tree_shape="none", cost=False)):
        assert headline(run_program(talk_to(held), program)) == ""


def test_who_fires_where_rounding_decides_alone_may_be_nobody() -> None:
    alone = of_floats([[0.1, 0.2, 0.3]], [[0.1, 0.2, 0.3]], b=LEAF)
    judge = Judge(TextbookPort.contract)
    assert judge.judge(alone, Reply(seq=0, ok=Done())) == []
    assert judge.judge(STEP, Reply(seq=1, error=Refusal("singular"))) == []
    assert judge.judge(STEP, Reply(seq=1, error=Refusal("internal"))) != []
    made = Stepped(fired=[[0]], residual=[bits_of(0.0)], solution=[bits_of(0.0)])
    assert judge.judge(STEP, Reply(seq=1, ok=made)) == []


def test_where_one_point_may_be_silent_a_step_may_be_refused_or_made() -> None:
    two = of_floats([[0.1, 0.2, 0.3], [1.0, 0.0, 0.0]], [[0.1, 0.2, 0.3], [1.0, -9.0, 0.0]], b=LEAF)
    for order in (two, replace(two, points=rows_in_bits([[1.0, 0.0, 0.0], [0.1, 0.2, 0.3]]))):
        judge = Judge(TextbookPort.contract)
        assert judge.judge(order, Reply(seq=0, ok=Done())) == []
        assert judge.judge(STEP, Reply(seq=1, error=Refusal("singular"))) == []
        assert judge.well_conditioned()


# ---- refusals ------------------------------------------------------------------------------------

CODES: tuple[Code, ...] = (
    "bad_shape",
    "not_finite",
    "bad_index",
    "singular",
    "unsupported",
    "too_large",
    "internal",
)

EXPECTED: list[Code] = [
    *("bad_index", "bad_index", "not_finite", "not_finite", "bad_shape"),
    *("bad_index", "bad_index", "bad_shape", "not_finite", "not_finite"),
    *("bad_index", "bad_shape", "not_finite", "bad_shape", "bad_shape"),
    *("bad_shape", "bad_shape", "bad_shape", "not_finite", "bad_shape", "not_finite"),
    *("bad_shape", "bad_shape", "bad_shape", "not_finite", "bad_shape"),
    *("bad_shape", "not_finite", "bad_shape", "bad_shape", "not_finite"),
]
"""Of the faulty requests, in their order."""


FAULTY = list(zip(faulty_requests(loaded(CROWD)), EXPECTED, strict=True))


@pytest.mark.parametrize(("request_made", "code"), FAULTY)
def test_a_fault_has_one_code_and_any_other_is_a_divergence(
    request_made: AnyRequest, code: Code
) -> None:
    for given in CODES:
        accepted = given == code or (given == "too_large" and isinstance(request_made, Load))
        found = tampered([CROWD, request_made], 2, refuse(given))
        assert headline(found) == ("" if accepted else "error/code")


@pytest.mark.parametrize("load", [CROWD, *faulty_loads()])
def test_any_load_may_be_too_large_and_leaves_what_was(load: Load) -> None:
    judge = Judge(TextbookPort.contract)
    assert judge.judge(column(3, 1), Reply(seq=0, ok=Done())) == []
    assert judge.judge(load, Reply(seq=1, error=Refusal("too_large"))) == []
    assert judge.judge(above(1), Reply(seq=2, ok=Fired(fired=[0], visited=3))) == []


def test_after_a_refusal_queries_and_dumps_are_judged_by_what_was_before() -> None:
    faulty: list[AnyRequest] = [grows(1, 2, 1, 7), above(1, point=5), at(float("inf"))]
    for refused in faulty:
        program: list[AnyRequest] = [CROWD, above(1), refused, above(1), DUMP, refused, DUMP]
        assert headline(run_program(talk_to(TextbookPort()), program)) == ""


def test_a_change_after_a_refusal_is_judged_as_a_change() -> None:
    program: list[AnyRequest] = [CROWD, DUMP, grows(1, 2), becomes(1, 4, 4), DUMP]
    wrong = put("weights", 1, 0, bits_of(9.0))
    assert headline(tampered(program, 5, wrong)) == "update/weights"


def test_before_a_load_everything_but_hello_load_and_bye_is_a_bad_index() -> None:
    for request in (above(0), becomes(0, 1), STEP, DUMP):
        judge = Judge(TextbookPort.contract)
        for code in CODES:
            found = judge.judge(request, Reply(seq=0, error=Refusal(code)))
            assert [each.check for each in found] == ["error/code"] * (code != "bad_index")
        assert judge.judge(request, Reply(seq=0, ok=Done()))[0].check == "error/code"
    for free in (Hello(protocol=[1]), CROWD, Bye()):
        assert Judge(TextbookPort.contract).judge(free, Reply(seq=0, ok=Done())) == []


# ---- skips ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_made", [above(1), DUMP, at(float("nan")), becomes(0, 1, 2, 3)])
def test_what_is_skipped_is_not_judged_and_the_run_goes_on(request_made: AnyRequest) -> None:
    program = [CROWD, request_made, above(1), DUMP]
    assert headline(tampered(program, 2, skip)) == ""


def test_a_change_that_was_skipped_has_changed_nothing() -> None:
    class WithoutUpdates(TextbookPort):
        """Not built."""

        def update(self, neuron: int, weight: object) -> None:
            raise NotImplementedError

    program: list[AnyRequest] = [CROWD, becomes(0, 0, 0), above(1), DUMP]
    assert headline(run_program(talk_to(WithoutUpdates()), program)) == ""


def test_skips_are_counted_by_reason_and_link() -> None:
    class Choosy(TextbookPort):
        """Does not answer above 3."""

        def query(self, point: int, threshold: float) -> Neurons:
            if threshold > 3:
                raise NotImplementedError("too high")
            return super().query(point, threshold)

    talk = talk_to(Choosy())
    assert run_program(talk, [CROWD, above(4), above(1), above(5)]) is None
    assert talk.skips == {("too high", ""): 2}


class OneCoordinate(TextbookPort):
    """Loads points of one coordinate alone, and keeps what it has otherwise."""

    refusal: Exception = NotImplementedError("of one coordinate only")

    def load(
        self, points: Table, labels: Numbers, weights: Table, signs: Neurons, b: float, scale: float
    ) -> None:
        if points and len(points[0]) > 1:
            raise self.refusal
        super().load(points, labels, weights, signs, b, scale)


class OneNumber(OneCoordinate):
    """Has no room for more, and says so."""

    refusal = MemoryError()


@pytest.mark.parametrize("kind", [OneCoordinate, OneNumber])
def test_after_a_load_that_was_not_made_the_port_still_holds_an_earlier_program(
    kind: type[TextbookPort],
) -> None:
    talk = talk_to(kind())
    assert run_program(talk, [CROWD, above(1), DUMP]) is None
    assert run_program(talk, [column(3, 1), above(2), DUMP]) is None
    asked: list[AnyRequest] = [above(1), becomes(0, 7), STEP, DUMP, grows(0, 1, 1), above(9)]
    assert run_program(talk, [CROWD, *asked]) is None
    assert run_program(talk, [CROWD, *asked, column(3, 1), above(2), DUMP]) is None


def test_after_a_load_that_was_not_made_the_next_one_is_judged() -> None:
    program: list[AnyRequest] = [CROWD, above(1), column(3, 1), above(2)]
    assert answered(program, 4, [0]) == ""
    talk = greet(Tampered(OneCoordinate(), 4, put("fired", [])))
    assert headline(run_program(talk, program)) == "firing/threshold"
    assert headline(tampered([CROWD, Bye()], 2, refuse("internal"), OneCoordinate())) == (
        "error/unexpected"
    )


def test_after_a_load_that_was_not_made_within_a_program_its_state_stays() -> None:
    program: list[AnyRequest] = [column(3, 1), CROWD, above(2)]
    assert headline(run_program(talk_to(OneCoordinate()), program)) == ""
    wrong = put("fired", [1])
    assert headline(tampered(program, 3, wrong, OneCoordinate())) == "firing/threshold"


# ---- what is out of sight ------------------------------------------------------------------------

TWINS = state([[1], [1]], [[2], [-1]], b=1)
"""Two equal points, so that G is not invertible."""

ROUNDED: list[AnyRequest] = [grown(0, 0.7, 0.01, 0.1), grown(0, 0.3, 0.01, 0.7)]
"""Two changes after which the weight depends on how they were rounded."""


class Loses(TextbookPort):
    """Makes of an ill-conditioned step whatever it likes."""

    def step(self) -> tuple[Sequence[Neurons], list[float], list[float]]:
        self.weights[0] = [-7.5]
        self.refresh(0)
        return [[0], [0]], [1.0, 2.0], [1e300, -1e300]


@pytest.mark.parametrize(
    "before", [[TWINS], [TWINS, DUMP], [TWINS, above(1)], [TWINS, DUMP, above(1)]]
)
def test_an_ill_conditioned_step_may_do_anything(before: list[AnyRequest]) -> None:
    after: list[AnyRequest] = [above(1), DUMP, above(1), STEP, becomes(0, 4), above(1), DUMP]
    assert headline(run_program(talk_to(Loses()), [*before, STEP, *after])) == ""


@pytest.mark.parametrize("code", CODES)
def test_an_ill_conditioned_step_may_be_refused_and_changes_nothing_then(code: Code) -> None:
    judge = Judge(TextbookPort.contract)
    assert judge.judge(TWINS, Reply(seq=0, ok=Done())) == []
    assert judge.judge(STEP, Reply(seq=1, error=Refusal(code))) == []
    assert judge.judge(above(1), Reply(seq=2, ok=Fired(fired=[], visited=1))) != []


def test_after_two_uncertain_changes_any_answer_is_right_until_the_next_load() -> None:
    program = [FLOATS, *ROUNDED, at(0.1), FLOATS, at(0.1)]
    for fired in ([], [0], [1], [0, 1]):
        assert answered(program, 4, fired) == ""
    assert answered(program, 6, [0, 1]) == "firing/threshold"


@pytest.mark.parametrize("fired", [[0, 2], [1, 1], [1, 0]])
def test_out_of_sight_an_answer_is_still_a_list_of_neurons(fired: list[int]) -> None:
    program = [FLOATS, *ROUNDED, at(0.1)]
    assert answered(program, 4, fired).startswith("query/")


def test_out_of_sight_a_dump_is_still_a_tree_over_its_leaves() -> None:
    program = [FLOATS, *ROUNDED, DUMP, at(0.1)]
    other, nine = put("weights", 1, 0, bits_of(9.0)), bits_of(9.0)
    assert headline(tampered(program, 4, other)) == ""
    assert headline(tampered(program, 4, put("trees", 0, "inner", 0, nine))) == "dump/inner-node"
    assert answered(program, 5, [0, 1]) == ""


def test_one_uncertain_change_is_known_again_from_the_dump() -> None:
    program = [FLOATS, ROUNDED[0], at(0.1), DUMP, at(0.1), ROUNDED[1], DUMP, at(0.1)]
    assert headline(run_program(talk_to(TextbookPort()), program)) == ""
    assert answered(program[:3], 3, [0, 1]) == ""
    for number in (5, 8):
        assert answered(program, number, [0, 1]) == "firing/threshold"


def test_changes_that_round_nothing_need_no_dump() -> None:
    program: list[AnyRequest] = [CROWD, grows(0, 1, 1), becomes(1, 2, 2), grows(1, 3, 0), above(4)]
    assert headline(run_program(talk_to(TextbookPort()), program)) == ""
    assert answered(program, 5, [0]) == "firing/threshold"


# ---- what may be asked ---------------------------------------------------------------------------


def judged(load: Load) -> Judge:
    """A judge after this load."""
    judge = Judge(TextbookPort.contract)
    assert judge.judge(load, Reply(seq=0, ok=Done())) == []
    return judge


def test_a_step_is_well_conditioned_unless_points_are_nearly_parallel() -> None:
    assert not Judge(TextbookPort.contract).well_conditioned()
    assert judged(CROWD).well_conditioned()
    assert not judged(TWINS).well_conditioned()


@pytest.mark.parametrize(
    ("declared", "exponent", "well"),
    [(53, -8, True), (53, -9, False), (24, -3, True), (24, -4, False)],
)
def test_a_pivot_may_be_as_small_as_a_third_of_the_bits(
    declared: int, exponent: int, well: bool
) -> None:
    """Of [[1, 1], [1, 1 + t²]] the second pivot is t²/(1 + t²) of its diagonal."""
    near = of_floats([[1.0, 0.0], [1.0, 2.0**exponent]], [[2.0, 0.0]], b=1.0)
    for part in ("accumulate_bits", "solve_bits"):
        judge = Judge(replace(TextbookPort.contract, **{part: declared}))
        assert judge.judge(near, Reply(seq=0, ok=Done())) == []
        assert judge.well_conditioned() == well


def test_a_step_on_which_some_point_is_silent_may_be_asked() -> None:
    assert judged(state([[1, 0], [0, 1]], [[3, 0], [1, 1]], b=1)).well_conditioned()


@pytest.mark.parametrize("load", [state([[0]], [[1]], b=-1), state([[1], [0]], [[1], [2]], b=-1)])
def test_a_zero_vector_that_fires_makes_a_step_ill_conditioned(load: Load) -> None:
    assert not judged(load).well_conditioned()


def test_a_point_so_short_that_its_square_underflows_makes_a_step_ill_conditioned() -> None:
    for points in ([[1e-170, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1e-170]]):
        assert not judged(of_floats(points, [[1.0, 1.0]])).well_conditioned()
    assert judged(of_floats([[1e-100, 0.0], [0.0, 1.0]], [[1.0, 1.0]])).well_conditioned()


def test_the_least_pivot_is_relative_and_zero_for_a_singular_matrix() -> None:
    def of(*lines: tuple[int, ...]) -> Fraction:
        return least_pivot([[Fraction(value) for value in line] for line in lines])

    assert of((4,)) == of((2, 0), (0, 9)) == 1
    assert of((4, 2), (2, 2)) == Fraction(1, 2)
    assert of((100, 0, 0), (0, 4, 2), (0, 2, 3)) == Fraction(2, 3)
    assert of((1, 1), (1, 1)) == of((0,)) == of((1, 0), (0, 0)) == 0


def test_a_request_is_exact_if_it_leaves_nothing_rounded() -> None:
    judge = judged(CROWD)
    exact: list[AnyRequest] = [grows(0, 1, 1), becomes(3, 5, 5), STEP, DUMP, above(1)]
    assert all(judge.exactly(request) for request in exact)
    assert judge.exactly(grows(9, 1, 1))
    assert not judge.exactly(grown(0, 0.1, 0.1))
    uneven = judged(state([[1, 0], [0, 1]], [[3, 0], [0, 3], [0, 2]], b=1, scale=-1))
    assert not uneven.exactly(STEP)
    assert judge.state == loaded(CROWD)
    assert judge.known.exact


def test_a_step_is_not_exact_if_the_weights_it_leaves_are_not() -> None:
    """Residual 2^−21 and G = 4 are exact, and so is g = 2^−23; 2^30 − 2^−23 has 54 bits."""
    large = 2.0**30
    load = of_floats([[1.0] * 4], [[large, 2.0**-21 - large, 0.0, 0.0]])
    assert judged(load).known.exact
    assert not judged(load).exactly(STEP)


def test_what_is_known_is_exact_if_every_score_and_every_weight_is() -> None:
    third = 1 / 3
    exact = of_floats([[1.0, 0.0], [0.0, 1.0]], [[1.0, 3.0], [5.0, third]])
    assert judged(exact).known.exact
    one_off = of_floats([[1.0, 0.0], [0.1, 1.0]], [[1.0, 0.0], [3.0, third]])
    assert not judged(one_off).known.exact
    hidden = judged(of_floats([[1.0, 0.0]], [[1.0, third]]))
    assert hidden.judge(grown(0, 0.0, 0.7), Reply(seq=1, ok=Done())) == []
    assert not any(map(any, hidden.known.bands))
    assert not hidden.known.exact
    assert not hidden.known.certain


def test_a_singular_step_is_exact_and_leaves_what_was() -> None:
    assert judged(state([[1, 0], [0, 1]], [[3, 0], [1, 1]], b=1)).exactly(STEP)


def test_decisions_are_tallied_by_how_close_they_are() -> None:
    talk = talk_to(TextbookPort())
    assert run_program(talk, [FLOATS, at(apart(0)), at(apart(7)), at(5.0)]) is None
    tally = talk.tally
    assert (tally.decisions, tally.boundary, tally.ties, tally.free) == (6, 2, 0, 1)
    talk.begin()
    assert run_program(talk, [CROWD, above(1), above(1)]) is None
    tally = talk.tally
    assert (tally.decisions, tally.boundary, tally.ties, tally.free) == (16, 4, 2, 1)


def test_sixteen_roundings_are_close_and_seventeen_are_not() -> None:
    for units, close in ((-17, 0), (-16, 1), (16, 1), (18, 0)):
        talk = talk_to(TextbookPort())
        assert run_program(talk, [column(1), at(1 + units * 2.0**-53)]) is None
        assert talk.tally.boundary == close


# ---- ties, and neurons that may ------------------------------------------------------------------


def test_a_leaf_that_ties_with_b_does_not_fire_in_a_step() -> None:
    tied = state([[1]], [[3]], b=3)
    assert headline(run_program(talk_to(TextbookPort()), [tied, DUMP, STEP])) == ""
    assert headline(tampered([tied, DUMP, STEP], 3, refuse("internal"))) == "error/code"


def test_one_neuron_that_may_fire_is_enough_to_let_the_port_decide() -> None:
    """The other one cannot."""
    load = of_floats([[0.1, 0.2, 0.3]], [[0.1, 0.2, 0.3], [0.0, 0.1, 0.0]], b=LEAF)
    assert headline(run_program(talk_to(TextbookPort()), [load, STEP])) == ""
    assert headline(tampered([load, STEP], 2, refuse("singular"))) == ""


def test_one_score_that_rounds_leaves_the_count_of_visits_open() -> None:
    """Neuron 0 scores 1/10 as floats have it, exactly; neuron 1 rounds."""
    load = of_floats([[0.1, 0.2, 0.3]], [[1.0, 0.0, 0.0], [0.1, 0.2, 0.3]])
    assert headline(tampered([load, above(0)], 2, put("visited", 2))) == ""
    exact = of_floats([[0.1, 0.2, 0.3]], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    assert headline(tampered([exact, above(0)], 2, put("visited", 2))) == "query/visits"
