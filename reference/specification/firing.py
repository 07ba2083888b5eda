"""Firing, training and their premises as values: neurons in a list, points in a list.

A step moves each neuron by a combination of the points it fires on: −scale · a · g_i for each,
with g the solution of G g = r for Gauss-Newton, and g = η·r along the gradient. So the same
function is the step of every method here, for the coefficients that the method finds.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class End:
    """No more coordinates."""


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A coordinate, and the rest."""

    value: Fraction
    rest: "Vector"


Vector: TypeAlias = End | Coordinate


@dataclass(frozen=True, slots=True)
class NoPoint:
    """No more points."""


@dataclass(frozen=True, slots=True)
class Point:
    """A training point, its coefficient in a step, and the rest."""

    x: Vector
    coefficient: Fraction
    rest: "Points"


Points: TypeAlias = NoPoint | Point


@dataclass(frozen=True, slots=True)
class NoNeuron:
    """No more neurons."""


@dataclass(frozen=True, slots=True)
class Neuron:
    """A neuron's weight, its sign, and the rest."""

    weight: Vector
    sign: Fraction
    rest: "Neurons"


Neurons: TypeAlias = NoNeuron | Neuron


@dataclass(frozen=True, slots=True)
class NoScore:
    """No more scores."""


@dataclass(frozen=True, slots=True)
class Score:
    """A score, and the rest."""

    value: Fraction
    rest: "Scores"


Scores: TypeAlias = NoScore | Score


@dataclass(frozen=True, slots=True)
class NoFlag:
    """No more flags."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Whether a neuron fires, and the rest."""

    fires: bool
    rest: "Flags"


Flags: TypeAlias = NoFlag | Flag


# ---- vectors -------------------------------------------------------------------------------------


def inner(left: Vector, right: Vector) -> Fraction:
    """⟨left, right⟩, over the shorter one's coordinates."""
    match left:
        case End():
            return Fraction(0)
        case Coordinate(p, more):
            match right:
                case End():
                    return Fraction(0)
                case Coordinate(q, rest):
                    return p * q + inner(more, rest)


def added(left: Vector, factor: Fraction, right: Vector) -> Vector:
    """left + factor · right, as long as left is."""
    match left:
        case End():
            return left
        case Coordinate(p, more):
            match right:
                case End():
                    return left
                case Coordinate(q, rest):
                    return Coordinate(p + factor * q, added(more, factor, rest))


# ---- firing sets, kept ---------------------------------------------------------------------------


def flags_of(scores: Scores, b: Fraction) -> Flags:
    """Who fires, found by looking at every score."""
    match scores:
        case NoScore():
            return NoFlag()
        case Score(value, rest):
            return Flag(value > b, flags_of(rest, b))


def rescored(scores: Scores, place: int, value: Fraction) -> Scores:
    """The score at a place is another."""
    match scores:
        case NoScore():
            return scores
        case Score(old, rest):
            if place == 0:
                return Score(value, rest)
            return Score(old, rescored(rest, place - 1, value))


def touched(flags: Flags, place: int, value: Fraction, b: Fraction) -> Flags:
    """The firing set after one score has changed: nothing else is looked at."""
    match flags:
        case NoFlag():
            return flags
        case Flag(old, rest):
            if place == 0:
                return Flag(value > b, rest)
            return Flag(old, touched(rest, place - 1, value, b))


def fires_at(flags: Flags, place: int) -> bool:
    """Whether the neuron at a place fires."""
    match flags:
        case NoFlag():
            return False
        case Flag(fires, rest):
            return fires if place == 0 else fires_at(rest, place - 1)


# ---- a step --------------------------------------------------------------------------------------


def fires(weight: Vector, x: Vector, b: Fraction) -> bool:
    """Strictly above the shift."""
    return inner(weight, x) > b


def dead(weight: Vector, points: Points, b: Fraction) -> bool:
    """The neuron fires on none of the points."""
    match points:
        case NoPoint():
            return True
        case Point(x, _, rest):
            return not fires(weight, x, b) and dead(weight, rest, b)


def moved(start: Vector, weight: Vector, factor: Fraction, points: Points, b: Fraction) -> Vector:
    """start + factor · Σ g_i x_i over the points that `weight` fires on."""
    match points:
        case NoPoint():
            return start
        case Point(x, g, rest):
            if fires(weight, x, b):
                return moved(added(start, factor * g, x), weight, factor, rest, b)
            return moved(start, weight, factor, rest, b)


def stepped(weight: Vector, sign: Fraction, scale: Fraction, points: Points, b: Fraction) -> Vector:
    """A neuron's weight after a step."""
    return moved(weight, weight, -scale * sign, points, b)


def step(neurons: Neurons, scale: Fraction, points: Points, b: Fraction) -> Neurons:
    """All neurons after a step."""
    match neurons:
        case NoNeuron():
            return neurons
        case Neuron(weight, sign, rest):
            after = stepped(weight, sign, scale, points, b)
            return Neuron(after, sign, step(rest, scale, points, b))


def live(neurons: Neurons, points: Points, b: Fraction) -> Neurons:
    """The neurons that fire on some point, in their order."""
    match neurons:
        case NoNeuron():
            return neurons
        case Neuron(weight, sign, rest):
            if dead(weight, points, b):
                return live(rest, points, b)
            return Neuron(weight, sign, live(rest, points, b))


def output(neurons: Neurons, x: Vector, b: Fraction) -> Fraction:
    """Σ a_r φ(⟨w_r, x⟩), before the scale."""
    match neurons:
        case NoNeuron():
            return Fraction(0)
        case Neuron(weight, sign, rest):
            here = sign * (inner(weight, x) - b) if fires(weight, x, b) else Fraction(0)
            return here + output(rest, x, b)


def is_point(x: Vector, points: Points) -> bool:
    """x is one of the points."""
    match points:
        case NoPoint():
            return False
        case Point(here, _, rest):
            return x == here or is_point(x, rest)
