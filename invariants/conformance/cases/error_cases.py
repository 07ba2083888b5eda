"""Requests with one fault: refused by its code, and nothing has changed."""

from collections.abc import Sequence

from invariants.conformance.cases.case import DUMP, STEP, Case, above, becomes, grows, state
from invariants.conformance.drawn.faulty import faulty_loads, faulty_requests
from invariants.conformance.judging.state import loaded
from invariants.conformance.protocol.messages import AnyRequest

BEFORE = state([[1, 2], [2, -1]], [[3, 1], [0, 2], [1, 1]], b=1)
"""What is there before the fault, and must be there after it."""

SLUGS = [
    "query-point-beyond",
    "query-point-negative",
    "query-threshold-nan",
    "query-threshold-infinite",
    "query-two-thresholds",
    "update-neuron-beyond",
    "update-neuron-negative",
    "update-weight-too-long",
    "update-weight-nan",
    "update-weight-infinite",
    "delta-neuron-beyond",
    "delta-too-long",
    "delta-infinite",
    "update-both",
    "update-neither",
    "load-ragged-points",
    "load-no-points",
    "load-no-coordinates",
    "load-point-nan",
    "load-labels-too-many",
    "load-label-infinite",
    "load-ragged-weights",
    "load-weights-too-long",
    "load-no-neurons",
    "load-weight-infinite",
    "load-signs-too-few",
    "load-sign-zero",
    "load-b-nan",
    "load-two-b",
    "load-no-scale",
    "load-scale-infinite",
]
"""Of `faulty_requests`, in its order."""


def refused(slug: str, fault: AnyRequest) -> Case:
    """A state, a look at it, the fault, and a second look."""
    program: Sequence[AnyRequest] = [BEFORE, DUMP, fault, DUMP, above(1)]
    return Case(slug, ["refusal"], "One fault, and nothing changes.", program)


CASES = [
    *(
        refused(slug, fault)
        for slug, fault in zip(SLUGS, faulty_requests(loaded(BEFORE)), strict=True)
    ),
    Case(
        "step-where-a-point-is-silent",
        ["refusal", "step", "none-fires"],
        "G has a row of zeros, so there is no step.",
        [state([[1, 0], [0, 1]], [[2, 0], [1, 0]], b=1, labels=[1, 1]), DUMP, STEP, DUMP],
    ),
    Case(
        "goes-on-after-a-refusal",
        ["refusal", "delta"],
        "What comes after a fault is carried out.",
        [BEFORE, becomes(9, 1, 1), becomes(1, 4, 4), grows(1, 1), grows(1, 1, 0), DUMP, above(3)],
    ),
    Case(
        "load-after-a-refused-load",
        ["refusal"],
        "A fault leaves nothing behind.",
        [BEFORE, faulty_loads()[0], state([[1]], [[2], [5]]), DUMP, above(2)],
    ),
]
