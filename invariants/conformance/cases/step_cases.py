"""Steps whose every number is exact: G is a power of four times the identity."""

from invariants.conformance.cases.case import DUMP, STEP, Case, above, state

CASES = [
    Case(
        "one-point",
        ["step"],
        "One neuron fires on one point; the residual is gone after the step.",
        [state([[1]], [[3], [1]], b=1, labels=[4]), STEP, DUMP, STEP],
    ),
    Case(
        "negative-sign",
        ["step"],
        "A neuron of sign −1 moves the other way.",
        [state([[1]], [[3]], b=1, labels=[1], signs=[-1]), STEP, DUMP],
    ),
    Case(
        "four-fire",
        ["step", "tie"],
        "Four neurons share the step, one at b does not fire and does not move.",
        [
            state(
                [[1]],
                [[3], [2], [4], [5], [1]],
                b=1,
                labels=[1],
                signs=[1, -1, 1, 1, 1],
            ),
            STEP,
            DUMP,
            above(1),
        ],
    ),
    Case(
        "two-points",
        ["step", "points-disagree"],
        "Each point moves its own neuron, along its own axis.",
        [
            state([[1, 0], [0, 1]], [[2, 0], [0, 3], [-1, -1]], labels=[1, -1], scale=-1),
            STEP,
            DUMP,
            above(0),
            above(0, point=1),
        ],
    ),
    Case(
        "one-neuron-two-points",
        ["step"],
        "A neuron that fires on both points moves along both.",
        [state([[1, 0], [0, 1]], [[2, 3]], labels=[1, 1]), STEP, DUMP],
    ),
    Case(
        "nothing-to-learn",
        ["step", "no-effect"],
        "The residual is 0, so nothing moves.",
        [state([[1]], [[3], [0]], b=1, labels=[1]), STEP, DUMP],
    ),
    Case(
        "crosses-b",
        ["step", "crossing", "tie"],
        "After the step the neuron stands exactly at b and fires no more.",
        [
            state([[1], [2]], [[3], [-1]], b=1, labels=[0, 0]),
            above(1),
            state([[1]], [[3]], b=1, labels=[0]),
            STEP,
            DUMP,
            above(1),
        ],
    ),
    Case(
        "scale-of-more-neurons",
        ["step", "scale"],
        "Three neurons of sixteen are held: the scale is a quarter.",
        [state([[2]], [[2], [-1], [-3]], b=1, labels=[1], scale=-2), STEP, DUMP],
    ),
    Case(
        "scale-one-half",
        ["step", "scale", "odd-width"],
        "Three neurons, the scale is a half.",
        [
            state([[1, 0], [0, 2]], [[1, -1], [-1, 1], [0, 0]], labels=[0, 0], scale=-1),
            above(0),
            state([[1, 0], [0, 1]], [[1, -1], [-1, 1], [0, 0]], labels=[2, 1], scale=-1),
            STEP,
            DUMP,
        ],
    ),
    Case(
        "silent-neurons-stay",
        ["step"],
        "Neurons that fired on no point keep weights and scores, bit for bit.",
        [
            state([[1, 0]], [[2, 7], [-3, 5], [-1, -4], [0, 9]], labels=[-1], scale=-1),
            STEP,
            DUMP,
        ],
    ),
    Case(
        "points-not-on-axes",
        ["step", "points-disagree"],
        "Points (1, 1) and (1, −1), two neurons firing on each.",
        [
            state(
                [[1, 1], [1, -1]],
                [[3, 2], [2, 1], [2, -2], [1, -2]],
                b=2,
                labels=[0, 1],
                signs=[1, -1, 1, 1],
                scale=-1,
            ),
            above(2),
            above(2, point=1),
            STEP,
            DUMP,
        ],
    ),
    Case(
        "longer-point",
        ["step"],
        "A point of length 2: G_ii has its square.",
        [state([[2]], [[1], [-1]], b=1, labels=[3], scale=-1), STEP, DUMP, STEP, DUMP],
    ),
    Case(
        "two-steps",
        ["step"],
        "Nothing crosses b, so the second step finds a residual of 0.",
        [
            state([[1, 0], [0, 1]], [[4, 0], [0, 5]], b=1, labels=[2, 2]),
            STEP,
            STEP,
            DUMP,
        ],
    ),
]
