"""What an answer to a query must be.

With v the true score, τ the threshold and δ the band of the stored score: v − τ > δ must be
answered, v − τ ≤ −δ must not, and between these the port decides. Of the port's own dumped leaves
there is no band: comparing rounds nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from msgspec import UNSET

from invariants.conformance.judging.arithmetic import products
from invariants.conformance.judging.checks import (
    FIRING_LEAVES,
    FIRING_THRESHOLD,
    QUERY_ASCENDING,
    QUERY_DISTINCT,
    QUERY_NEURONS,
    QUERY_REPEATED,
    QUERY_VISITS,
    Divergence,
)
from invariants.conformance.judging.knowledge import Knowledge
from invariants.conformance.judging.state import State
from invariants.conformance.judging.trees import Shape, canonical_visits, most_visits
from invariants.conformance.protocol.messages import Fired, Query
from invariants.conformance.protocol.wire import row

BOUNDARY = 16
"""Roundings between score and threshold that make a decision close."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Who must be answered at a point, and who may be."""

    point: int
    threshold: Fraction
    must: frozenset[int]
    may: frozenset[int]


def query_divergences(
    known: Knowledge, state: State, request: Query, answer: Fired
) -> list[Divergence]:
    """What is wrong with this answer, the most telling first."""
    (threshold,) = row(request.threshold)
    i, fired = request.point, answer.fired
    found = answer_divergences(known, state, i, threshold, fired)
    if not found:
        found = [*_repeated(known, i, threshold, fired), *_visits(known, state, request, answer)]
    known.answers[i, threshold] = fired
    return found


def answer_divergences(
    known: Knowledge, state: State, i: int, threshold: Fraction, fired: list[int]
) -> list[Divergence]:
    """What is wrong with these neurons as those above the threshold at this point."""
    place = f"point {i}"
    found = list_divergences(fired, state.m, place)
    if found:
        return found
    if known.certain:
        found = _threshold(known, state, decisions(known, state, i, threshold), fired)
    if known.leaves is not None and not found:
        own = [r for r, leaf in enumerate(known.leaves[i]) if leaf > threshold]
        if own != fired:
            numbers = {f"leaf {r}": show(known.leaves[i][r]) for r in sorted({*own} ^ {*fired})[:3]}
            found.append(
                FIRING_LEAVES.fails(place, own, fired, threshold=show(threshold), **numbers)
            )
    return found


def list_divergences(fired: Sequence[int], m: int, place: str) -> list[Divergence]:
    """A list of neurons names each once, ascending, and no other thing."""
    unknown = [r for r in fired if r >= m]
    if unknown:
        return [QUERY_NEURONS.fails(place, f"neurons 0 … {m - 1}", unknown)]
    if len(set(fired)) < len(fired):
        twice = [r for r, times in Counter(fired).items() if times > 1]
        return [QUERY_DISTINCT.fails(place, sorted(set(fired)), fired, twice=twice)]
    if sorted(fired) != fired:
        return [QUERY_ASCENDING.fails(place, sorted(fired), fired)]
    return []


def decisions(known: Knowledge, state: State, i: int, threshold: Fraction) -> Decisions:
    """Who must and who may be answered; each decision is tallied."""
    must, may = [], []
    tally, arithmetic = known.tally, known.arithmetic
    for r in range(state.m):
        terms = products(state, i, r)
        apart = sum(terms, Fraction(0)) - threshold
        band = arithmetic.decision(known.bands[i][r], terms, threshold)
        if apart > band:
            must.append(r)
        elif apart > -band:
            may.append(r)
        tally.decisions += 1
        tally.ties += not apart
        near = BOUNDARY * arithmetic.computed.unit * sum(map(abs, terms), Fraction(0))
        tally.boundary += abs(apart) <= near
    tally.free += len(may)
    return Decisions(i, threshold, frozenset(must), frozenset(may))


def _threshold(
    known: Knowledge, state: State, decided: Decisions, fired: Iterable[int]
) -> list[Divergence]:
    given = frozenset(fired)
    wrong = sorted((decided.must - given) | (given - decided.must - decided.may))
    if not wrong:
        return []
    r, i = wrong[0], decided.point
    return [
        FIRING_THRESHOLD.fails(
            f"point {i}, neuron {r}",
            "fires" if r in decided.must else "is silent",
            "fires" if r in given else "is silent",
            v=show(state.score(i, r)),
            threshold=show(decided.threshold),
            δ=show(known.bands[i][r]),
            must=sorted(decided.must),
            may=sorted(decided.may),
            came=sorted(given),
        )
    ]


def _repeated(known: Knowledge, i: int, threshold: Fraction, fired: list[int]) -> list[Divergence]:
    before = known.answers.get((i, threshold))
    if known.contract.choice == "free" or before is None or before == fired:
        return []
    return [QUERY_REPEATED.fails(f"point {i}, threshold {show(threshold)}", before, fired)]


def _visits(known: Knowledge, state: State, request: Query, answer: Fired) -> list[Divergence]:
    """`visited` comes if and only if it was declared, and lies within its bounds."""
    place, visited = f"point {request.point}", answer.visited
    if (visited is not UNSET) != known.contract.cost:
        told = "a count" if known.contract.cost else "no count: the contract has cost false"
        return [QUERY_VISITS.fails(place, told, visited)]
    if visited is UNSET:
        return []
    (threshold,) = row(request.threshold)
    least, most = _bounds(known, state, request.point, threshold, len(answer.fired))
    if least <= visited and (most is None or visited <= most):
        return []
    allowed = str(least) if least == most else f"{least} … {'' if most is None else most}"
    return [QUERY_VISITS.fails(place, allowed, visited, answers=len(answer.fired))]


def _bounds(
    known: Knowledge, state: State, i: int, threshold: Fraction, answers: int
) -> tuple[int, int | None]:
    """The least and the most nodes that a query with so many answers looks at."""
    if known.contract.tree_shape == "canonical":
        if known.leaves is not None:
            exactly = canonical_visits(known.leaves[i], threshold)
            return exactly, exactly
        if known.certain and not any(known.bands[i]):
            scores = [state.score(i, r) for r in range(state.m)]
            exactly = canonical_visits(scores, threshold)
            return exactly, exactly
        return max(1, answers), most_visits(Shape.canonical(state.m), answers)
    if known.dump is None or isinstance(known.dump.trees, type(UNSET)):
        return max(1, answers), None
    return max(1, answers), most_visits(Shape.of(known.dump.trees[i], state.m), answers)


def show(value: Fraction) -> str:
    """A number in full, and near enough to read.

    >>> show(Fraction(5, 16)), show(Fraction(1, 2**60))
    ('5/16', '2^-60')
    """
    if value.denominator <= 1 << 12 and abs(value.numerator) < 1 << 20:
        return str(value)
    if value.numerator == 1:
        return f"2^-{value.denominator.bit_length() - 1}"
    try:
        near = float(value)
    except OverflowError:
        exponent = abs(value.numerator).bit_length() - value.denominator.bit_length()
        return f"{'−' if value < 0 else ''}2^{exponent} or so"
    return f"{near!r} ({near.hex()}{'' if near == value else ', rounded'})"
