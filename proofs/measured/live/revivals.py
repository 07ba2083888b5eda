"""What wakes dead neurons, or moves them: gradient descent with something added, in rationals.

    momentum         v ← μ·v + gradient, and the step is along v
    decay            weights shrink by a share of themselves at each step
    trained signs    the second layer goes down its gradient too
    trained shift    b goes down its gradient too, one for all neurons

Each training here is a few neurons on a line or in a plane, so that it can be followed by hand.

Claims beyond/dead-neurons, beyond/live-equals-dense.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt

from proofs.measured.trainings.small_trainings import Small, Vector, inner
from reference.activation import Activation
from reference.network import Problem

ZERO, ONE, HALF = Fraction(0), Fraction(1), Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Added:
    """What is added to plain gradient descent, nothing unless it is said."""

    momentum: Fraction = ZERO
    decay: Fraction = ZERO
    trains_signs: bool = False
    trains_shift: bool = False
    form: Activation = Activation.SHIFTED
    rate: Fraction = ONE


PLAIN = Added()


@dataclass(frozen=True, slots=True)
class State:
    """A network on the way: signs are numbers now, and each weight has a velocity."""

    weights: tuple[Vector, ...]
    signs: Vector
    shift: Fraction
    velocity: tuple[Vector, ...]

    def fires(self, r: int, x: Vector) -> bool:
        """Strictly above the shift."""
        return inner(self.weights[r], x) > self.shift

    def alive(self, points: Sequence[Vector]) -> set[int]:
        """The neurons that fire on some of these points."""
        neurons = range(len(self.weights))
        return {r for r in neurons if any(self.fires(r, x) for x in points)}

    def output(self, x: Vector, form: Activation, m: int) -> Fraction:
        """The output of these neurons, as of a network of width m."""
        return inner(self.signs, [self.activation(r, x, form) for r in range(len(self.signs))]) / (
            isqrt(m)
        )

    def activation(self, r: int, x: Vector, form: Activation) -> Fraction:
        """φ of the score, in this form."""
        above = max(inner(self.weights[r], x) - self.shift, ZERO)
        return above + self.shift if form is Activation.PRINTED else above


def start(small: Small) -> State:
    """The network before training, at rest."""
    at_rest = tuple((ZERO,) * small.problem.d for _ in small.weights)
    signs = tuple(Fraction(a) for a in small.signs)
    return State(small.weights, signs, small.shift, at_rest)


def descended(state: State, problem: Problem[Fraction], added: Added, m: int) -> State:
    """The state after one step on these points, of a network of width m."""
    form = added.form
    residual = [
        state.output(x, form, m) - y for x, y in zip(problem.points, problem.labels, strict=True)
    ]
    pulls = list(zip(residual, problem.points, strict=True))
    velocity = tuple(
        tuple(
            added.momentum * v + added.rate * slope
            for v, slope in zip(old, _slope(state, r, pulls, m), strict=True)
        )
        for r, old in enumerate(state.velocity)
    )
    weights = tuple(
        tuple((1 - added.decay) * w - v for w, v in zip(row, moving, strict=True))
        for row, moving in zip(state.weights, velocity, strict=True)
    )
    after = replace(state, weights=weights, velocity=velocity)
    if added.trains_signs:
        slopes = [_sign_slope(state, r, pulls, form, m) for r in range(len(state.signs))]
        moved = zip(state.signs, slopes, strict=True)
        after = replace(after, signs=tuple(a - added.rate * slope for a, slope in moved))
    if added.trains_shift:
        after = replace(after, shift=state.shift - added.rate * _shift_slope(state, pulls, form, m))
    return after


Pulls = Sequence[tuple[Fraction, Vector]]
"""A residual and its point, for every point."""


def _slope(state: State, r: int, pulls: Pulls, m: int) -> Vector:
    """The loss by w_r."""
    fired = [(g, x) for g, x in pulls if state.fires(r, x)]
    total = [sum((g * x[c] for g, x in fired), ZERO) for c in range(len(state.weights[r]))]
    return tuple(state.signs[r] * value / isqrt(m) for value in total)


def _sign_slope(state: State, r: int, pulls: Pulls, form: Activation, m: int) -> Fraction:
    """The loss by a_r."""
    return sum((g * state.activation(r, x, form) for g, x in pulls), ZERO) / isqrt(m)


def _shift_slope(state: State, pulls: Pulls, form: Activation, m: int) -> Fraction:
    """The loss by b. With b, max(z − b, 0) falls if it fires, max(z, b) rises if it does not."""
    total = ZERO
    for g, x in pulls:
        for r, a in enumerate(state.signs):
            if form is Activation.SHIFTED and state.fires(r, x):
                total -= g * a
            elif form is Activation.PRINTED and not state.fires(r, x):
                total += g * a
    return total / isqrt(m)


def walk(small: Small, added: Added, steps: int) -> list[State]:
    """The states of so many steps, the first one included."""
    states = [start(small)]
    for _ in range(steps):
        states.append(descended(states[-1], small.problem, added, small.m))
    return states


def revived(small: Small, added: Added, steps: int) -> set[int]:
    """The neurons that fire somewhere after having fired nowhere."""
    alive = [state.alive(small.problem.points) for state in walk(small, added, steps)]
    everyone = set(range(small.m))
    return {
        r
        for time, now in enumerate(alive)
        for r in now
        if any(r in everyone - before for before in alive[:time])
    }


def outputs_alone(small: Small, added: Added, steps: int) -> list[list[Fraction]]:
    """The outputs, state by state, of the neurons that fire at first, trained without the others.

    What the others add at first, nothing or their share of C, is kept as a constant.
    """
    whole, points = start(small), small.problem.points
    live = sorted(whole.alive(points))
    alone = State(
        tuple(whole.weights[r] for r in live),
        tuple(whole.signs[r] for r in live),
        whole.shift,
        tuple(whole.velocity[r] for r in live),
    )
    kept = [
        whole.output(x, added.form, small.m) - alone.output(x, added.form, small.m) for x in points
    ]
    lower = tuple(y - more for y, more in zip(small.problem.labels, kept, strict=True))
    told = []
    for _ in range(steps + 1):
        outputs = [alone.output(x, added.form, small.m) for x in points]
        told.append([output + more for output, more in zip(outputs, kept, strict=True)])
        alone = descended(alone, Problem(points, lower), added, small.m)
    return told


def live_part_differs(small: Small, added: Added, steps: int) -> bool:
    """Does the live part, trained alone, come to other outputs than the whole network?"""
    states = walk(small, added, steps)
    whole = [
        [state.output(x, added.form, small.m) for x in small.problem.points] for state in states
    ]
    return whole != outputs_alone(small, added, steps)


# ---- trainings to follow by hand -----------------------------------------------------------------


def on_a_line(
    points: Sequence[Fraction | int],
    labels: Sequence[Fraction | int],
    weights: Sequence[Fraction | int],
    shift: Fraction,
) -> Small:
    """A training in R¹, all signs +1."""
    return Small(
        Problem(tuple((Fraction(x),) for x in points), tuple(map(Fraction, labels))),
        tuple((Fraction(w),) for w in weights),
        (1,) * len(weights),
        shift,
    )


TURNED = on_a_line([1, -1], [Fraction(-3, 10), 0], [1], HALF)
"""One neuron, at 1, fires on the point 1 and is pushed to 1/5, where it fires on neither point.
With momentum it goes on to the other side, and fires on the point −1."""

LOWERED = on_a_line([1], [2], [2, Fraction(3, 4), -1, -1], ONE)
"""The first neuron fires and should give more: so a trained shift falls, below the second one."""

SINKING = on_a_line([1], [0], [-HALF], Fraction(-1, 4))
"""A shift below 0, and a score below it: shrinking weights bring it up."""

RESTING = on_a_line([1], [1], [2, HALF, -1, -1], ONE)
"""One neuron fires, the others do not."""
