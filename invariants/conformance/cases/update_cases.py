"""Weights that change, and what stands above them."""

from invariants.conformance.cases.case import DUMP, Case, above, becomes, column, grows, state
from invariants.conformance.protocol.messages import Update
from invariants.conformance.protocol.wire import in_bits

CASES = [
    Case(
        "raises-the-maximum",
        [],
        "The new score reaches the root.",
        [column(1, 2, 3, 4), becomes(1, 9), DUMP, above(4)],
    ),
    Case(
        "lowers-the-maximum",
        ["lowers-maximum"],
        "Every ancestor falls to the next largest.",
        [column(1, 2, 9, 4), becomes(2, 0), DUMP, above(3), above(4)],
    ),
    Case(
        "lowers-below-all",
        ["lowers-maximum", "negative"],
        "The largest becomes the smallest.",
        [column(5, 1, 2), becomes(0, -7), DUMP, above(0), above(-8)],
    ),
    Case(
        "lowers-but-stays",
        ["lowers-maximum"],
        "The largest falls and is still the largest.",
        [column(1, 9, 2, 3), becomes(1, 5), DUMP, above(4), above(5)],
    ),
    Case(
        "without-effect",
        ["no-effect"],
        "The same weight again.",
        [column(3, 1, 2), becomes(1, 1), DUMP, above(1), above(0)],
    ),
    Case(
        "below-the-sibling",
        ["no-effect"],
        "A leaf changes and no inner node does.",
        [column(5, 1, 4, 2), becomes(1, 3), DUMP, above(2), above(3)],
    ),
    Case(
        "to-a-tie",
        ["tie", "equal-scores"],
        "The new score equals the threshold and its sibling.",
        [column(5, 2, 4, 1), becomes(1, 5), above(5), above(4), DUMP],
    ),
    Case(
        "one-neuron-often",
        ["repeated", "lowers-maximum"],
        "Up, down, up: only the last weight counts.",
        [column(2, 1, 3), becomes(1, 9), becomes(1, -9), becomes(1, 4), DUMP, above(3)],
    ),
    Case(
        "every-neuron-once",
        ["odd-width"],
        "All leaves change, one after another.",
        [column(1, 2, 3, 4, 5), *(becomes(r, 5 - r) for r in range(5)), DUMP, above(2)],
    ),
    Case(
        "the-last-leaf",
        ["odd-width"],
        "The path from the last leaf of five.",
        [column(1, 2, 3, 4, 0), becomes(4, 9), DUMP, above(4), becomes(4, 0), DUMP, above(3)],
    ),
    Case(
        "one-neuron-of-one",
        ["one-neuron", "tie"],
        "There is nothing above the leaf.",
        [column(1), becomes(0, 3), above(2), above(3), DUMP],
    ),
    Case(
        "all-points-follow",
        ["points-disagree"],
        "Every tree has the new score.",
        [
            state([[1, 0], [0, 1], [1, 1]], [[1, 1], [2, 2], [0, 3]]),
            becomes(0, 5, -4),
            DUMP,
            above(2),
            above(0, point=1),
            above(2, point=2),
        ],
    ),
    Case(
        "points-move-apart",
        ["points-disagree", "lowers-maximum"],
        "One update raises a score and lowers another.",
        [
            state([[1, 0], [0, 1]], [[4, 4], [1, 1], [2, 2]]),
            becomes(0, 6, 0),
            DUMP,
            above(5),
            above(1, point=1),
        ],
    ),
    Case(
        "to-zero",
        ["zero-vector", "lowers-maximum"],
        "A weight becomes 0.",
        [state([[1, 2]], [[3, 1], [1, 1]]), becomes(0, 0, 0), DUMP, above(0), above(-1)],
    ),
    Case(
        "to-minus-zero",
        ["minus-zero", "tie"],
        "A weight becomes −0, and its score is not above 0.",
        [column(2, -1), Update(neuron=0, weight=in_bits([-0.0])), above(0), above(-1)],
    ),
    Case(
        "exchange",
        ["equal-scores"],
        "Two neurons exchange their weights.",
        [column(1, 8), becomes(0, 8), becomes(1, 1), DUMP, above(1)],
    ),
    Case(
        "all-equal",
        ["equal-scores"],
        "One after another they become equal.",
        [column(3, 1, 2), becomes(1, 3), becomes(2, 3), above(2), above(3), DUMP],
    ),
    Case(
        "grows",
        ["delta"],
        "A difference is added to the weight.",
        [column(1, 2, 3), grows(0, 4), DUMP, above(4), above(5)],
    ),
    Case(
        "shrinks-the-maximum",
        ["delta", "lowers-maximum"],
        "A difference lowers the largest score.",
        [column(1, 2, 9), grows(2, -8), DUMP, above(1), above(2)],
    ),
    Case(
        "grows-by-nothing",
        ["delta", "no-effect"],
        "A difference of 0.",
        [column(1, 2, 3), grows(1, 0), DUMP, above(1)],
    ),
    Case(
        "grows-and-shrinks",
        ["delta", "repeated", "tie"],
        "Differences that add up to 0 leave the score where it was.",
        [column(2, 4, 1), grows(0, 7), grows(0, -3), grows(0, -4), DUMP, above(2), above(1)],
    ),
    Case(
        "grows-at-all-points",
        ["delta", "points-disagree"],
        "The difference has another product with each point.",
        [
            state([[1, 0], [-1, 2]], [[1, 1], [2, 2]]),
            grows(1, 1, -1),
            DUMP,
            above(2),
            above(0, point=1),
        ],
    ),
    Case(
        "grows-orthogonally",
        ["delta", "no-effect"],
        "The weight changes and its score does not.",
        [state([[1, 1]], [[2, 3], [1, 1]]), grows(0, 5, -5), DUMP, above(4), above(5)],
    ),
    Case(
        "weight-then-delta",
        ["delta", "repeated"],
        "The difference is added to the new weight.",
        [column(1, 2), becomes(0, 10), grows(0, -3), DUMP, above(6), above(7)],
    ),
]
