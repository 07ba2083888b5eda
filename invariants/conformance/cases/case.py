"""A case: a name, a program, and what it is about; and short words to write programs in."""

from collections.abc import Sequence
from dataclasses import dataclass

from invariants.conformance.drawn.exact_lane import scale_for
from invariants.conformance.protocol.messages import AnyRequest, Dump, Load, Query, Step, Update
from invariants.conformance.protocol.wire import in_integers, rows_in_integers


@dataclass(frozen=True, slots=True)
class Case:
    """One program. `source` says why it is here; `bits` the format of a banded one's numbers."""

    slug: str
    flags: Sequence[str]
    source: str
    requests: Sequence[AnyRequest]
    bits: int | None = None


DUMP = Dump()
STEP = Step()


def state(
    points: Sequence[Sequence[int]],
    weights: Sequence[Sequence[int]],
    b: int = 0,
    *,
    labels: Sequence[int] = (),
    signs: Sequence[int] = (),
    exp: int = 0,
    scale: int | None = None,
) -> Load:
    """A load of integers; weights and b times 2^exp, the scale 2^scale, labels 0, signs 1."""
    m = len(weights)
    return Load(
        points=rows_in_integers(0, points),
        labels=in_integers(0, *(labels or [0] * len(points))),
        weights=rows_in_integers(exp, weights),
        signs=list(signs or [1] * m),
        b=in_integers(exp, b),
        scale=scale_for(m) if scale is None else in_integers(scale, 1),
    )


def column(*scores: int) -> Load:
    """One point of one coordinate, so that the weights are the scores."""
    return state([[1]], [[score] for score in scores])


def above(threshold: int, point: int = 0, exp: int = 0) -> Query:
    """Who scores above this?"""
    return Query(point=point, threshold=in_integers(exp, threshold))


def becomes(neuron: int, *weight: int) -> Update:
    """A new weight."""
    return Update(neuron=neuron, weight=in_integers(0, *weight))


def grows(neuron: int, *delta: int) -> Update:
    """A change of weight."""
    return Update(neuron=neuron, delta=in_integers(0, *delta))
