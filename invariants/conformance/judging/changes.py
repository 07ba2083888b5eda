"""What a request makes of the state, and how far off the port's own may be afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from msgspec import UNSET

from invariants.conformance.judging.arithmetic import Arithmetic, products
from invariants.conformance.judging.knowledge import Expected, Knowledge
from invariants.conformance.judging.state import State, loaded
from invariants.conformance.protocol.messages import Load, Stepped, Update, Vector
from invariants.conformance.protocol.wire import Row, number, row

NOTHING = Vector(bits=[])

STEP_ROUNDINGS = 6
"""Of a term of a step, scale · a_r · g_i · x_ic · x_jc, beside those of its sum."""


def load(known: Knowledge, request: Load) -> None:
    """The port has been given this state. Cost: m·n·d."""
    state = loaded(request)
    bands = [[known.arithmetic.score(w, x) for w in state.weights] for x in state.points]
    known.begin(state, bands)


@dataclass(frozen=True, slots=True)
class Moves:
    """A weight's changes: each a vector, the products that it is made of, and their roundings.

    `factors` are what each change is the product of, before the coordinates of its point: none for
    a change that was sent.
    """

    changes: Sequence[Row]
    factors: Sequence[Row]
    points: Sequence[Row]

    def spilt(self, arithmetic: Arithmetic, c: int, *more: Fraction) -> Fraction:
        """What underflows on the way to coordinate c, and is multiplied by more."""
        return sum(
            (
                arithmetic.spilt(*factors, x[c], *more)
                for factors, x in zip(self.factors, self.points, strict=True)
            ),
            Fraction(0),
        )


def update(known: Knowledge, state: State, request: Update) -> None:
    """The port has been given a neuron's new weight, or its change. Cost: n·d."""
    r, before = request.neuron, state.weights[request.neuron]
    if request.weight is not UNSET:
        weight = row(request.weight)
        delta = tuple(new - old for new, old in zip(weight, before, strict=True))
        bands: Row = tuple(Fraction(0) for _ in weight)
    else:
        delta = row(request.delta or NOTHING)
        weight, bands = _moved_weight(known, before, Moves([delta], (), ()), roundings=0)
    _move_bands(known, state, r, weight, Moves([delta], (), ()), roundings=1)
    known.expect("update", Expected(state, {r: weight}, {r: bands}))


def step(known: Knowledge, state: State, answer: Stepped) -> None:
    """The port has moved along the solution that it gave. Cost: P·n·d."""
    solution = list(map(number, answer.solution))
    weights: dict[int, Row] = {}
    bands: dict[int, Row] = {}
    for r, points in _points_of(answer.fired).items():
        factors = [(-state.scale * state.signs[r], solution[i]) for i in points]
        moved = [state.points[i] for i in points]
        changes = [
            tuple(scale * g * c for c in x) for (scale, g), x in zip(factors, moved, strict=True)
        ]
        moves = Moves(changes, factors, moved)
        weights[r], bands[r] = _moved_weight(known, state.weights[r], moves, roundings=3)
        _move_bands(known, state, r, weights[r], moves, STEP_ROUNDINGS)
    known.expect("step", Expected(state, weights, bands))


def _points_of(fired: Sequence[Sequence[int]]) -> dict[int, list[int]]:
    """For each neuron that fired, the points it fired on."""
    points: dict[int, list[int]] = {}
    for i, neurons in enumerate(fired):
        for r in neurons:
            points.setdefault(r, []).append(i)
    return points


def _moved_weight(known: Knowledge, before: Row, moves: Moves, roundings: int) -> tuple[Row, Row]:
    """A weight after these moves, each made by so many roundings, and its bands."""
    weight, bands = [], []
    for c, terms in enumerate(zip(before, *moves.changes, strict=True)):
        value = sum(terms, Fraction(0))
        weight.append(value)
        spilt = moves.spilt(known.arithmetic, c)
        bands.append(known.arithmetic.weight(value, terms, roundings, spilt))
    return tuple(weight), tuple(bands)


def _move_bands(
    known: Knowledge, state: State, r: int, weight: Row, moves: Moves, roundings: int
) -> None:
    """The bands of a neuron's scores, its weight having been moved."""
    arithmetic = known.arithmetic
    for i, x in enumerate(state.points):
        band = arithmetic.score(weight, x)
        if known.contract.leaf_update == "delta":
            terms = products(state, i, r)
            shifts = [a * c for move in moves.changes for a, c in zip(move, x, strict=True)]
            spilt = sum((arithmetic.drowned(move, x) for move in moves.changes), Fraction(0))
            spilt += sum((moves.spilt(arithmetic, c, x[c]) for c in range(state.d)), Fraction(0))
            for c, together in enumerate(zip(*moves.changes, strict=True)):
                spilt += arithmetic.flushed_sum(together) * abs(x[c])
            for (scale, g), moved_along in zip(moves.factors, moves.points, strict=True):
                kept = [a * c for a, c in zip(moved_along, x, strict=True)]
                spilt += arithmetic.flushed_sum(kept) * abs(scale * g)
            before = known.bands[i][r]
            band = max(band, arithmetic.moved_score(before, terms, shifts, roundings, spilt))
        known.bands[i][r] = band
