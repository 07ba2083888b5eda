"""Every check is broken on purpose, reply by reply, and is the headline.

A port is right but for one change to one of its answers; the judge must name what the change broke,
at the request that shows it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import nextafter

import pytest

from invariants.conformance.cases.case import DUMP, STEP, above, becomes, grows, state
from invariants.conformance.drawn.programs import run_program
from invariants.conformance.judging import checks
from invariants.conformance.judging.checks import (
    CHECKS,
    DUMP_FINITE,
    DUMP_INNER,
    DUMP_SHAPE,
    DUMP_TREE,
    ERROR_CODE,
    ERROR_UNCHANGED,
    ERROR_UNEXPECTED,
    FIRING_LEAVES,
    FIRING_THRESHOLD,
    LOAD_LEAVES,
    LOAD_WEIGHTS,
    QUERY_ASCENDING,
    QUERY_DISTINCT,
    QUERY_NEURONS,
    QUERY_REPEATED,
    QUERY_VISITS,
    STEP_LEAVES,
    STEP_RESIDUAL,
    STEP_SHAPE,
    STEP_SOLUTION,
    STEP_UNTOUCHED,
    STEP_WEIGHTS,
    UPDATE_LEAVES,
    UPDATE_UNTOUCHED,
    UPDATE_WEIGHTS,
    Check,
)
from invariants.conformance.judging.judge import request_named
from invariants.conformance.judging.query_checks import show
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.protocol.messages import AnyRequest, Bye, Hello, Query, Update
from invariants.conformance.protocol.wire import bits_of, in_bits
from tests.conform_ports import (
    Edit,
    QuaternaryPort,
    carry_out,
    cut,
    headline,
    of_floats,
    put,
    refuse,
    talk_to,
    tampered,
    uncounted,
    without_trees,
)

# ---- what is asked -------------------------------------------------------------------------------

EXACT = state(
    [[1, 0], [0, 1]], [[3, 0], [0, 3], [1, 1], [-1, 1], [0, -2]], b=1, labels=[1, -1], scale=-2
)
"""Neuron 0 fires on point 0 and neuron 1 on point 1, neuron 2 ties on both; G is 1/16 of I.

The leaves at point 0 are 3, 0, 1, −1, 0; its inner nodes 3, 3, 1, 0; a step makes the weights of
neurons 0 and 1 (5, 0) and (0, −3).
"""

SINGULAR = state([[1, 0], [0, 1]], [[3, 0], [1, 1]], b=1)
"""No neuron fires on point 1."""

LEAF = 0.1 * 0.1 + 0.2 * 0.2 + 0.3 * 0.3
"""The score of neuron 0 below, as floats have it; in truth it is another."""

FLOATS = of_floats(
    [[0.1, 0.2, 0.3], [-0.6, 0.1, 0.1]],
    [[0.1, 0.2, 0.3], [-0.7, 0.1, 0.1], [0.6, 0.3, 0.7], [0.1, 0.9, 0.9]],
    b=0.01,
    labels=[0.7, -0.3],
    scale=5**-0.5,
)
"""Neurons 0, 2 and 3 fire on point 0, neurons 1 and 3 on point 1."""

CLOSE = of_floats([[0.1, 0.2, 0.3]], [[0.1, 0.2, 0.3], [0.6, 0.3, 0.7]], b=LEAF)
"""Whether neuron 0 fires the port decides; neuron 1 does."""

EITHER = of_floats([[0.1, 0.2, 0.3]], [[0.1, 0.2, 0.3], [0.0, 0.1, 0.0]], b=LEAF)
"""Whether anybody fires the port decides."""

AT_LEAF = Query(point=0, threshold=in_bits([LEAF]))
"""Neurons 2 and 3 fire; whether neuron 0 does the port decides."""

LOADED: list[AnyRequest] = [EXACT, DUMP]
UPDATED: list[AnyRequest] = [EXACT, DUMP, becomes(1, 2, 1), DUMP]
GROWN: list[AnyRequest] = [EXACT, DUMP, grows(1, 2, 1), DUMP]
TWICE: list[AnyRequest] = [EXACT, DUMP, becomes(1, 2, 1), becomes(3, 1, 2), DUMP]
RELOADED: list[AnyRequest] = [EXACT, DUMP, becomes(1, 2, 1), EXACT, DUMP]
STEPPED: list[AnyRequest] = [EXACT, DUMP, STEP, DUMP]
REFUSED: list[AnyRequest] = [EXACT, DUMP, becomes(1, 2, 1, 7), DUMP]

SAME = Update(neuron=0, weight=in_bits([0.1, 0.2, 0.3]))

LOW, ONE, NINE, NAN, INFINITY = (
    bits_of(value) for value in (-9.0, 1.0, 9.0, float("nan"), float("inf"))
)


def ulp(value: float) -> str:
    """The bits of the next number."""
    return bits_of(nextafter(value, 99.0))


# ---- what is changed -----------------------------------------------------------------------------

Make = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Break:
    """A program, the answer that is changed (the load's is 1), and the check that must fail."""

    check: Check
    what: str
    program: Sequence[AnyRequest]
    at: int
    edit: Edit
    held: Make = TextbookPort


def stepped(*fired: list[int]) -> Edit:
    """A step with these firing sets, and ones for all else."""
    return carry_out(fired=fired, residual=[ONE, ONE], solution=[ONE, ONE])


BREAKS = [
    # Who fires.
    Break(FIRING_THRESHOLD, "one is missing", [EXACT, above(1)], 2, put("fired", [])),
    Break(FIRING_THRESHOLD, "a tie fires", [EXACT, above(1)], 2, put("fired", [0, 2])),
    Break(FIRING_THRESHOLD, "a tie fires, dumped", [*LOADED, above(1)], 3, put("fired", [0, 2])),
    Break(FIRING_THRESHOLD, "a silent one fires", [EXACT, above(1)], 2, put("fired", [0, 4])),
    Break(FIRING_THRESHOLD, "at another threshold", [EXACT, above(0)], 2, put("fired", [0])),
    Break(FIRING_THRESHOLD, "at another point", [EXACT, above(2, 1)], 2, put("fired", [0])),
    Break(FIRING_THRESHOLD, "of floats", [FLOATS, AT_LEAF], 2, put("fired", [0, 2])),
    Break(
        FIRING_THRESHOLD, "of floats, dumped", [FLOATS, DUMP, AT_LEAF], 3, put("fired", [1, 2, 3])
    ),
    Break(FIRING_THRESHOLD, "in a step", [EXACT, STEP], 2, put("fired", 1, [1, 2])),
    Break(FIRING_THRESHOLD, "missing in a step", [EXACT, STEP], 2, put("fired", 0, [])),
    Break(FIRING_THRESHOLD, "nobody in a step", [EXACT, STEP], 2, refuse("singular")),
    Break(FIRING_THRESHOLD, "nobody, dumped", [*LOADED, STEP], 3, refuse("singular")),
    Break(FIRING_THRESHOLD, "nobody, one close", [CLOSE, STEP], 2, refuse("singular")),
    Break(FIRING_THRESHOLD, "where none does", [SINGULAR, STEP], 2, stepped([0], [1])),
    Break(FIRING_LEAVES, "its own leaf", [FLOATS, DUMP, AT_LEAF], 3, put("fired", [0, 2, 3])),
    Break(QUERY_NEURONS, "there is none", [EXACT, above(1)], 2, put("fired", [0, 5])),
    Break(QUERY_NEURONS, "none in a step", [EXACT, STEP], 2, put("fired", 0, [0, 5])),
    Break(QUERY_DISTINCT, "twice", [EXACT, above(1)], 2, put("fired", [0, 0])),
    Break(QUERY_DISTINCT, "twice in a step", [EXACT, STEP], 2, put("fired", 0, [0, 0])),
    Break(QUERY_ASCENDING, "descending", [EXACT, above(0)], 2, put("fired", [2, 0])),
    Break(QUERY_ASCENDING, "in a step", [FLOATS, STEP], 2, put("fired", 0, [2, 0, 3])),
    Break(QUERY_REPEATED, "otherwise", [FLOATS, AT_LEAF, AT_LEAF], 3, put("fired", [0, 2, 3])),
    # How many nodes were looked at.
    Break(QUERY_VISITS, "one too many", [EXACT, above(1)], 2, put("visited", 6)),
    Break(QUERY_VISITS, "one too few", [EXACT, above(1)], 2, put("visited", 4)),
    Break(QUERY_VISITS, "too many, dumped", [*LOADED, above(1)], 3, put("visited", 6)),
    Break(QUERY_VISITS, "too few, dumped", [*LOADED, above(1)], 3, put("visited", 4)),
    Break(QUERY_VISITS, "none told", [EXACT, above(1)], 2, cut("visited")),
    Break(QUERY_VISITS, "too many of floats", [FLOATS, above(9)], 2, put("visited", 2)),
    Break(QUERY_VISITS, "too few of floats", [FLOATS, above(-1)], 2, put("visited", 3)),
    Break(QUERY_VISITS, "told unasked", [EXACT, above(1)], 2, put("visited", 5), uncounted),
    Break(QUERY_VISITS, "none of any tree", [EXACT, above(9)], 2, put("visited", 0), without_trees),
    Break(
        QUERY_VISITS, "in its own tree", [*LOADED, above(1)], 3, put("visited", 10), QuaternaryPort
    ),
    Break(QUERY_VISITS, "nothing of it", [EXACT, above(9)], 2, put("visited", 0), QuaternaryPort),
    # What a dump has.
    Break(DUMP_SHAPE, "a neuron short", LOADED, 2, cut("weights", -1)),
    Break(DUMP_SHAPE, "a coordinate short", LOADED, 2, cut("weights", 4, -1)),
    Break(DUMP_SHAPE, "no weights", LOADED, 2, put("weights", [])),
    Break(DUMP_SHAPE, "a point short", LOADED, 2, cut("leaves", -1)),
    Break(DUMP_SHAPE, "a leaf short", LOADED, 2, cut("leaves", 1, -1)),
    Break(DUMP_SHAPE, "no trees", LOADED, 2, cut("trees")),
    Break(DUMP_SHAPE, "a tree short", LOADED, 2, cut("trees", -1)),
    Break(DUMP_SHAPE, "a node short", LOADED, 2, cut("trees", 1, "inner", -1)),
    Break(DUMP_SHAPE, "a node too many", LOADED, 2, put("trees", 1, "inner", [ONE] * 5)),
    Break(DUMP_SHAPE, "children told", LOADED, 2, put("trees", 1, "children", [[3, 4]] * 4)),
    Break(DUMP_SHAPE, "trees unasked", LOADED, 2, put("trees", []), without_trees),
    Break(DUMP_SHAPE, "whose children", LOADED, 2, cut("trees", 0, "children"), QuaternaryPort),
    Break(DUMP_SHAPE, "own, a node short", LOADED, 2, cut("trees", 0, "inner", 0), QuaternaryPort),
    Break(DUMP_FINITE, "a weight", LOADED, 2, put("weights", 4, 1, NAN)),
    Break(DUMP_FINITE, "a leaf", LOADED, 2, put("leaves", 1, 3, INFINITY)),
    Break(DUMP_FINITE, "an inner node", LOADED, 2, put("trees", 1, "inner", 3, NAN)),
    Break(
        DUMP_TREE,
        "a leaf left out",
        LOADED,
        2,
        put("trees", 1, "children", 0, [0, 1, 2]),
        QuaternaryPort,
    ),
    Break(
        DUMP_TREE, "a circle", LOADED, 2, put("trees", 0, "children", 2, [5, 6, 7]), QuaternaryPort
    ),
    Break(DUMP_INNER, "stale", UPDATED, 4, put("trees", 1, "inner", 0, bits_of(3.0))),
    Break(DUMP_INNER, "a leaf's neighbour", LOADED, 2, put("trees", 0, "inner", 3, ONE)),
    Break(DUMP_INNER, "by one unit", LOADED, 2, put("trees", 0, "inner", 0, ulp(3.0))),
    Break(DUMP_INNER, "own", LOADED, 2, put("trees", 0, "inner", 1, ONE), QuaternaryPort),
    # What a change makes of the state.
    Break(LOAD_WEIGHTS, "another", LOADED, 2, put("weights", 3, 0, NINE)),
    Break(LOAD_WEIGHTS, "by one unit", LOADED, 2, put("weights", 0, 0, ulp(3.0))),
    Break(LOAD_LEAVES, "another", LOADED, 2, put("leaves", 1, 3, NINE)),
    Break(LOAD_WEIGHTS, "a lower one", LOADED, 2, put("weights", 3, 0, LOW)),
    Break(LOAD_LEAVES, "a lower one", LOADED, 2, put("leaves", 1, 3, LOW)),
    Break(LOAD_LEAVES, "by one unit", LOADED, 2, put("leaves", 0, 0, ulp(3.0))),
    Break(LOAD_LEAVES, "of floats", [FLOATS, DUMP], 2, put("leaves", 0, 0, bits_of(LEAF + 1e-15))),
    Break(LOAD_LEAVES, "later", [*LOADED, above(1), DUMP], 4, put("leaves", 0, 0, ulp(3.0))),
    Break(LOAD_WEIGHTS, "after an update", RELOADED, 5, put("weights", 1, 0, NINE)),
    Break(LOAD_WEIGHTS, "after another's", RELOADED, 5, put("weights", 0, 0, NINE)),
    Break(LOAD_LEAVES, "after an update", RELOADED, 5, put("leaves", 0, 1, NINE)),
    Break(LOAD_LEAVES, "after another's", RELOADED, 5, put("leaves", 0, 0, NINE)),
    Break(UPDATE_WEIGHTS, "the first of two", TWICE, 5, put("weights", 1, 0, NINE)),
    Break(UPDATE_WEIGHTS, "the second of two", TWICE, 5, put("weights", 3, 0, NINE)),
    Break(UPDATE_WEIGHTS, "the old one", UPDATED, 4, put("weights", 1, 0, bits_of(0.0))),
    Break(UPDATE_WEIGHTS, "by one unit", UPDATED, 4, put("weights", 1, 1, ulp(1.0))),
    Break(UPDATE_WEIGHTS, "of a delta", GROWN, 4, put("weights", 1, 0, NINE)),
    Break(UPDATE_LEAVES, "another", UPDATED, 4, put("leaves", 1, 1, NINE)),
    Break(UPDATE_LEAVES, "of a delta", GROWN, 4, put("leaves", 0, 1, NINE)),
    Break(
        UPDATE_LEAVES, "never dumped", [EXACT, grows(1, 2, 1), DUMP], 3, put("leaves", 0, 1, NINE)
    ),
    Break(UPDATE_LEAVES, "the first of two", TWICE, 5, put("leaves", 0, 1, NINE)),
    Break(UPDATE_UNTOUCHED, "by two updates", TWICE, 5, put("leaves", 0, 4, NINE)),
    Break(UPDATE_UNTOUCHED, "a weight, by two", TWICE, 5, put("weights", 4, 0, NINE)),
    Break(UPDATE_UNTOUCHED, "another's weight", UPDATED, 4, put("weights", 2, 0, NINE)),
    Break(UPDATE_UNTOUCHED, "another's leaf", UPDATED, 4, put("leaves", 0, 4, ulp(0.0))),
    Break(
        UPDATE_UNTOUCHED,
        "its own leaf, later",
        [FLOATS, DUMP, SAME, DUMP, DUMP],
        5,
        put("leaves", 0, 0, ulp(LEAF)),
    ),
    Break(UPDATE_UNTOUCHED, "later", [*UPDATED, DUMP], 5, put("leaves", 0, 4, NINE)),
    # A step.
    Break(STEP_SHAPE, "a residual short", [EXACT, STEP], 2, cut("residual", 1)),
    Break(STEP_SHAPE, "a solution short", [EXACT, STEP], 2, cut("solution", 1)),
    Break(STEP_SHAPE, "a firing set short", [EXACT, STEP], 2, cut("fired", 1)),
    Break(STEP_SHAPE, "a firing set too many", [EXACT, STEP], 2, put("fired", [[0], [1], []])),
    Break(STEP_RESIDUAL, "another", [EXACT, STEP], 2, put("residual", 1, NINE)),
    Break(STEP_RESIDUAL, "a lower one", [EXACT, STEP], 2, put("residual", 1, LOW)),
    Break(STEP_RESIDUAL, "by one unit", [EXACT, STEP], 2, put("residual", 0, ulp(-0.5))),
    Break(STEP_RESIDUAL, "of floats", [FLOATS, STEP], 2, put("residual", 1, bits_of(0.51))),
    Break(STEP_SOLUTION, "another", [EXACT, STEP], 2, put("solution", 1, NINE)),
    Break(STEP_SOLUTION, "by one unit", [EXACT, STEP], 2, put("solution", 0, ulp(-8.0))),
    Break(STEP_SOLUTION, "of floats", [FLOATS, STEP], 2, put("solution", 0, NINE)),
    Break(STEP_SOLUTION, "not finite", [EXACT, STEP], 2, put("solution", 1, NAN)),
    Break(STEP_WEIGHTS, "another", STEPPED, 4, put("weights", 1, 0, NINE)),
    Break(STEP_WEIGHTS, "by one unit", STEPPED, 4, put("weights", 0, 0, ulp(5.0))),
    Break(STEP_WEIGHTS, "a lower one", STEPPED, 4, put("weights", 0, 0, LOW)),
    Break(STEP_LEAVES, "a lower one", STEPPED, 4, put("leaves", 0, 0, LOW)),
    Break(STEP_LEAVES, "another", STEPPED, 4, put("leaves", 0, 1, NINE)),
    Break(STEP_UNTOUCHED, "a silent one's weight", STEPPED, 4, put("weights", 4, 0, NINE)),
    Break(STEP_UNTOUCHED, "a silent one's leaf", STEPPED, 4, put("leaves", 1, 4, NINE)),
    # Refusals.
    Break(ERROR_CODE, "another code", REFUSED, 3, refuse("bad_index")),
    Break(ERROR_CODE, "done", REFUSED, 3, carry_out()),
    Break(ERROR_CODE, "a singular step", [SINGULAR, STEP], 2, refuse("internal")),
    Break(ERROR_CODE, "a step without a state", [STEP], 1, refuse("singular")),
    Break(ERROR_CODE, "a dump without a state", [DUMP], 1, refuse("internal")),
    Break(ERROR_CODE, "a query without a state", [above(0)], 1, carry_out(fired=[])),
    Break(ERROR_CODE, "a singular step, made", [SINGULAR, STEP], 2, stepped([0], [])),
    Break(ERROR_CODE, "of no points", [SINGULAR, STEP], 2, stepped()),
    Break(ERROR_CODE, "of three points", [SINGULAR, STEP], 2, stepped([0], [], [])),
    Break(ERROR_UNEXPECTED, "a load", [EXACT], 1, refuse("bad_shape")),
    Break(ERROR_UNEXPECTED, "a query", [EXACT, above(1)], 2, refuse("too_large")),
    Break(ERROR_UNEXPECTED, "an update", [EXACT, becomes(0, 1, 1)], 2, refuse("bad_index")),
    Break(ERROR_UNEXPECTED, "a dump", LOADED, 2, refuse("internal")),
    Break(ERROR_UNEXPECTED, "a step", [EXACT, STEP], 2, refuse("internal")),
    Break(ERROR_UNEXPECTED, "bye", [EXACT, Bye()], 2, refuse("unsupported")),
    Break(ERROR_UNCHANGED, "a weight", REFUSED, 4, put("weights", 1, 0, NINE)),
    Break(ERROR_UNCHANGED, "another's weight", REFUSED, 4, put("weights", 4, 0, NINE)),
    Break(ERROR_UNCHANGED, "a leaf", REFUSED, 4, put("leaves", 1, 1, NINE)),
    Break(
        ERROR_UNCHANGED, "never dumped", [EXACT, REFUSED[2], DUMP], 3, put("weights", 1, 0, NINE)
    ),
]


def named(broken: Break) -> str:
    """For a test's id."""
    return f"{broken.check.name}: {broken.what}"


# ---- what must come of it ------------------------------------------------------------------------


@pytest.mark.parametrize("broken", BREAKS, ids=named)
def test_what_was_broken_is_the_headline_where_it_shows(broken: Break) -> None:
    found = tampered(broken.program, broken.at, broken.edit, broken.held())
    assert found is not None
    assert headline(found) == broken.check.name
    assert [each.sentence for each in found.divergences] == [broken.check.sentence]
    assert found.log[-1].request.seq == broken.at


@pytest.mark.parametrize("broken", BREAKS, ids=named)
def test_the_same_program_without_the_change_passes(broken: Break) -> None:
    assert headline(run_program(talk_to(broken.held()), broken.program)) == ""


def test_every_check_is_broken_above() -> None:
    assert {broken.check for broken in BREAKS} == set(CHECKS)


def test_all_checks_are_listed_and_have_names_of_their_own() -> None:
    made = [value for value in vars(checks).values() if isinstance(value, Check)]
    assert sorted(check.name for check in CHECKS) == sorted(check.name for check in made)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


# ---- what is told of it --------------------------------------------------------------------------

TOLD: list[tuple[Sequence[AnyRequest], int, Edit, list[str]]] = [
    (
        [EXACT, above(1)],
        2,
        put("fired", [0, 2]),
        [
            "at        point 0, neuron 2",
            "expected  is silent",
            "found     fires",
            "v         1",
            "threshold 1",
            "δ         0",
            "must      [0]",
            "may       []",
            "came      [0, 2]",
        ],
    ),
    (
        [FLOATS, AT_LEAF],
        2,
        put("fired", [0, 2]),
        [
            "at        point 0, neuron 3",
            "expected  fires",
            "found     is silent",
            "must      [2, 3]",
            "may       [0]",
            "came      [0, 2]",
        ],
    ),
    (
        [FLOATS, DUMP, AT_LEAF],
        3,
        put("fired", [0, 2, 3]),
        ["expected  [2, 3]", "found     [0, 2, 3]", "leaf 0    0.14 (0x1.1eb851eb851ecp-3)"],
    ),
    ([EXACT, above(1)], 2, put("fired", [0, 5]), ["expected  neurons 0 … 4", "found     [5]"]),
    (
        [EXACT, above(0)],
        2,
        put("fired", [2, 0, 2]),
        ["expected  [0, 2]", "found     [2, 0, 2]", "twice     [2]"],
    ),
    ([EXACT, above(1)], 2, put("visited", 6), ["expected  5", "found     6", "answers   1"]),
    ([FLOATS, above(0)], 2, put("visited", 1), ["expected  3 … 13", "found     1"]),
    ([EXACT, above(1)], 2, cut("visited"), ["expected  a count", "found     UNSET"]),
    (
        LOADED,
        2,
        cut("weights", -1),
        ["at        weights", "expected  5 rows of 2", "found     4 rows of 2"],
    ),
    (
        LOADED,
        2,
        cut("leaves", 1, -1),
        ["at        leaves", "expected  2 rows of 5", "found     2 rows of 4, 5"],
    ),
    (
        LOADED,
        2,
        put("leaves", 0, 0, LOW),
        [
            "at        point 0, leaf of neuron 0",
            "expected  3",
            "found     -9",
            "off by    12",
            "δ         0",
        ],
    ),
    (
        LOADED,
        2,
        cut("trees"),
        ["at        trees", "expected  as tree_shape 'canonical' says", "found     none"],
    ),
    (LOADED, 2, cut("trees", -1), ["at        trees", "expected  2", "found     1"]),
    (LOADED, 2, put("trees", 1, "children", []), ["at        tree 1", "found     given"]),
    (UPDATED, 4, put("weights", 1, 0, NINE), ["at        neuron 1, weight 0", "off by    7"]),
    (
        LOADED,
        2,
        put("trees", 1, "inner", 0, NINE),
        ["at        tree 1, inner node 0, children [6, 7]", "expected  3", "found     9"],
    ),
    (
        [EXACT, STEP],
        2,
        put("residual", 1, NINE),
        ["at        point 1", "expected  3/2", "fired     [1]"],
    ),
    (
        [EXACT, STEP],
        2,
        put("solution", 0, NINE),
        ["at        point 0", "expected  -8", "found     9", "δ         0"],
    ),
    ([FLOATS, STEP], 2, put("solution", 0, NINE), ["at        all points", "relative  0.443"]),
    (
        [EXACT, STEP],
        2,
        refuse("singular"),
        [
            "at        step",
            "expected  some neuron fires on every point",
            "found     error singular: on some point none does",
        ],
    ),
    ([EITHER, STEP], 2, refuse("internal"), ["expected  ok or singular", "found     internal"]),
    (REFUSED, 3, refuse("internal"), ["expected  bad_shape", "found     internal"]),
    (
        REFUSED,
        3,
        carry_out(),
        ["at        update of neuron 1 by weight", "expected  error bad_shape", "found     ok"],
    ),
    (REFUSED, 4, put("weights", 1, 0, NINE), ["at        neuron 1, weight 0", "off by    9"]),
    ([EXACT, above(1)], 2, refuse("internal"), ["expected  ok", "found     error internal"]),
]


@pytest.mark.parametrize(("program", "at", "edit", "lines"), TOLD)
def test_a_divergence_tells_the_place_what_was_expected_and_the_numbers(
    program: Sequence[AnyRequest], at: int, edit: Edit, lines: list[str]
) -> None:
    told = [line.strip() for line in str(tampered(program, at, edit)).splitlines()]
    assert [line for line in lines if line not in told] == []


OF_OTHERS: list[tuple[Make, Sequence[AnyRequest], int, Edit, list[str]]] = [
    (
        uncounted,
        [EXACT, above(1)],
        2,
        put("visited", 5),
        ["expected  no count: the contract has cost false"],
    ),
    (without_trees, [EXACT, above(9)], 2, put("visited", 0), ["expected  1 …", "answers   0"]),
    (
        without_trees,
        LOADED,
        2,
        put("trees", []),
        ["at        trees", "expected  as tree_shape 'none' says", "found     some"],
    ),
    (
        QuaternaryPort,
        LOADED,
        2,
        cut("trees", 0, "children"),
        ["at        tree 0", "found     left out"],
    ),
]


@pytest.mark.parametrize(("held", "program", "at", "edit", "lines"), OF_OTHERS)
def test_so_does_a_divergence_of_a_port_with_another_contract(
    held: Make, program: Sequence[AnyRequest], at: int, edit: Edit, lines: list[str]
) -> None:
    told = [line.strip() for line in str(tampered(program, at, edit, held())).splitlines()]
    assert [line for line in lines if line not in told] == []


def test_of_many_leaves_that_decide_three_are_told() -> None:
    load = of_floats([[0.1, 0.2, 0.3]], [[0.1, 0.2, 0.3]] * 5, b=0.01)
    told = str(tampered([load, DUMP, AT_LEAF], 3, put("fired", [0, 1, 2, 3])))
    assert "firing/own-leaves" in told
    assert re.findall("leaf [0-9]", told) == ["leaf 0", "leaf 1", "leaf 2"]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Hello(protocol=[1]), "hello"),
        (EXACT, "load"),
        (above(1), "query of point 0"),
        (becomes(3, 1, 1), "update of neuron 3 by weight"),
        (grows(3, 1, 1), "update of neuron 3 by delta"),
        (STEP, "step"),
        (DUMP, "dump"),
        (Bye(), "bye"),
    ],
)
def test_requests_have_names(request_: AnyRequest, words: str) -> None:
    assert request_named(request_) == words


NUMBERS = [
    (Fraction(0), "0"),
    (Fraction(-3, 4096), "-3/4096"),
    (Fraction((1 << 20) - 1), "1048575"),
    (Fraction(1 << 20), "1048576.0 (0x1.0000000000000p+20)"),
    (Fraction(1, 1 << 13), "2^-13"),
    (Fraction(3, 1 << 13), "0.0003662109375 (0x1.8000000000000p-12)"),
    (Fraction(0.1), "0.1 (0x1.999999999999ap-4)"),
    (Fraction(0.1) + Fraction(1, 1 << 80), "0.1 (0x1.999999999999ap-4, rounded)"),
    (Fraction(10) ** 400, "2^1328 or so"),
    (-(Fraction(10) ** 400), "−2^1328 or so"),
]


@pytest.mark.parametrize(("number", "shown"), NUMBERS)
def test_numbers_are_shown_in_full_and_near_enough_to_read(number: Fraction, shown: str) -> None:
    assert show(number) == shown
