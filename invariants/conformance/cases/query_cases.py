"""Who scores above a threshold."""

from msgspec.structs import replace

from invariants.conformance.cases.case import DUMP, Case, above, column, state
from invariants.conformance.protocol.messages import Query
from invariants.conformance.protocol.wire import in_bits, rows_in_bits

MINUS_ZERO = in_bits([-0.0])

CASES = [
    Case(
        "tie-is-silent",
        ["tie"],
        "Firing is strict: a score equal to the threshold does not fire.",
        [column(1, 2, 3), above(2), above(1), above(3)],
    ),
    Case(
        "tie-in-the-last-bit",
        ["tie"],
        "Neighbours of a tie on the grid fall to either side.",
        [column(4, 5, 6, 7), above(9, exp=-1), above(10, exp=-1), above(11, exp=-1)],
    ),
    Case(
        "equal-scores-together",
        ["equal-scores", "tie"],
        "Neurons of one score fire together or not at all.",
        [column(2, 2, 2, 1, 2), above(1), above(2)],
    ),
    Case(
        "all-fire-in-order",
        ["all-fire", "odd-width"],
        "In a complete tree of six leaves the heap order is not the neurons' order.",
        [column(3, 1, 4, 1, 5, 9), above(0)],
    ),
    Case(
        "all-fire-sixteen",
        ["all-fire"],
        "A full tree.",
        [column(*range(16, 0, -1)), above(0), above(8)],
    ),
    Case(
        "none-fires", ["none-fires"], "The root says so.", [column(1, 2, 3, 4), above(4), above(5)]
    ),
    Case(
        "one-neuron",
        ["one-neuron", "tie"],
        "The root is a leaf.",
        [column(1), above(0), above(1), above(2)],
    ),
    Case(
        "two-neurons",
        [],
        "One inner node.",
        [column(1, 2), above(0), above(1), above(2)],
    ),
    *(
        Case(
            f"only-neuron-{r}-of-{m}",
            ["odd-width"],
            "Each leaf can be reached alone.",
            [column(*(int(k == r) for k in range(m))), above(0)],
        )
        for m, r in ((3, 0), (3, 1), (3, 2), (5, 0), (5, 2), (5, 3), (5, 4), (7, 5), (7, 6), (9, 8))
    ),
    Case(
        "both-siblings",
        [],
        "After one child of a node is answered, the other still is looked at.",
        [column(2, 2, 0, 0, 0, 0, 2, 2), above(1)],
    ),
    Case(
        "right-sibling-only",
        [],
        "The left child is below the threshold, the right one above.",
        [column(0, 3, 0, 2, 0, 1, 0, 4), above(0), above(1), above(2)],
    ),
    Case(
        "all-negative",
        ["negative", "none-fires", "odd-width"],
        "Padding with 0 would answer, or stand above the real maximum.",
        [column(-3, -1, -2), above(0), above(-2), above(-3), above(-4)],
    ),
    Case(
        "zero-point",
        ["zero-vector", "tie"],
        "Every score is 0.",
        [state([[0, 0]], [[1, 2], [-3, 4], [5, -6]]), above(0), above(-1), above(1)],
    ),
    Case(
        "zero-weights",
        ["zero-vector", "equal-scores"],
        "Every score is 0.",
        [state([[1, 2], [-1, 1]], [[0, 0], [0, 0]]), above(0), above(-1, point=1)],
    ),
    Case(
        "minus-zero-threshold",
        ["minus-zero", "tie"],
        "−0 equals 0, so scores of 0 are not above it.",
        [column(0, 1, -1), Query(point=0, threshold=MINUS_ZERO), above(0)],
    ),
    Case(
        "minus-zero-weights",
        ["minus-zero", "tie"],
        "Scores of −0 are not above 0, nor below it.",
        [
            replace(column(0, 0, 1), weights=rows_in_bits([[-0.0], [0.0], [1.0]])),
            above(0),
            Query(point=0, threshold=MINUS_ZERO),
            above(-1),
        ],
    ),
    Case(
        "two-points-disagree",
        ["points-disagree"],
        "Each point has its own order of the neurons.",
        [
            state([[1, 0], [0, 1]], [[3, 0], [0, 3], [2, 1], [1, 2]]),
            above(1),
            above(1, point=1),
            above(2),
            above(2, point=1),
        ],
    ),
    Case(
        "opposite-points",
        ["points-disagree", "negative"],
        "Whoever fires on x is silent on −x.",
        [state([[1, 2], [-1, -2]], [[1, 1], [-2, 1], [1, -3]]), above(0), above(0, point=1)],
    ),
    Case(
        "sums-cancel-to-a-tie",
        ["tie", "cancellation"],
        "Terms cancel and leave the threshold exactly.",
        [state([[3, -2, 1]], [[2, 3, 1], [4, 6, 2], [1, 1, 0]]), above(1), above(0), above(2)],
    ),
    Case(
        "seven-bits",
        ["tie"],
        "The largest integers that fit bfloat16, alone.",
        [column(127, -127, 126, 64), above(126), above(-127), above(64)],
    ),
    Case(
        "twenty-four-bits",
        ["tie"],
        "The largest integers of binary32.",
        [column(16777215, 16777214, -16777215), above(16777214), above(-16777215)],
    ),
    Case(
        "fifty-three-bits",
        ["tie"],
        "The largest integers of binary64.",
        [column(9007199254740991, 9007199254740990), above(9007199254740990)],
    ),
    Case(
        "far-exponents",
        ["wide-range", "tie"],
        "Everything is small, and nothing is lost.",
        [state([[1, 1]], [[1, 2], [3, 0]], exp=-60), above(3, exp=-60), above(2, exp=-60)],
    ),
    Case(
        "many-dimensions",
        ["tie"],
        "Sixteen terms, of which fifteen cancel.",
        [
            state([[1] * 16], [[1, -1] * 8, [1] * 16, [1, -1] * 7 + [1, 0]]),
            above(0),
            above(16),
            above(1),
        ],
    ),
    Case(
        "dumped-as-loaded",
        ["odd-width"],
        "Leaves are inner products, inner nodes the larger child.",
        [state([[1, -1], [2, 1]], [[3, 1], [0, 2], [-1, 5], [4, 4], [2, 0]]), DUMP, above(0)],
    ),
    Case(
        "loaded-anew",
        [],
        "Nothing of an earlier state is left.",
        [column(1, 2, 3, 4, 5), column(5, 4), above(0), DUMP],
    ),
]
