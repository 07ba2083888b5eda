"""Firing sets need no search, dead neurons stay dead, and the live ones are the whole network."""

from fractions import Fraction

from proofs.smt.theorem import implies, theorem
from reference.specification.firing import (
    Coordinate,
    End,
    Flags,
    Neuron,
    Neurons,
    NoNeuron,
    NoPoint,
    NoScore,
    Point,
    Points,
    Score,
    Scores,
    Vector,
    added,
    dead,
    fires,
    fires_at,
    flags_of,
    inner,
    is_point,
    live,
    moved,
    output,
    rescored,
    step,
    stepped,
    touched,
)

# ---- parts, for hints ----------------------------------------------------------------------------


def rest_of(vector: Vector) -> Vector:
    """The vector without its first coordinate."""
    match vector:
        case End():
            return vector
        case Coordinate(_, rest):
            return rest


def weight_of(neurons: Neurons) -> Vector:
    """The first neuron's weight."""
    match neurons:
        case NoNeuron():
            return End()
        case Neuron(weight, _, _):
            return weight


def sign_of(neurons: Neurons) -> Fraction:
    """The first neuron's sign."""
    match neurons:
        case NoNeuron():
            return Fraction(0)
        case Neuron(_, sign, _):
            return sign


def x_of(points: Points) -> Vector:
    """The first point."""
    match points:
        case NoPoint():
            return End()
        case Point(x, _, _):
            return x


def coefficient_of(points: Points) -> Fraction:
    """The first point's coefficient."""
    match points:
        case NoPoint():
            return Fraction(0)
        case Point(_, coefficient, _):
            return coefficient


# ---- firing sets, kept ---------------------------------------------------------------------------


@theorem(by="scores", general=("place",), at=lambda place: ((place - 1,),))
def touching_is_looking_at_every_score(
    scores: Scores, place: int, value: Fraction, b: Fraction
) -> bool:
    """After a score has changed, the kept firing set is the one found anew."""
    return touched(flags_of(scores, b), place, value, b) == flags_of(
        rescored(scores, place, value), b
    )


def places(scores: Scores) -> int:
    """How many scores."""
    match scores:
        case NoScore():
            return 0
        case Score(_, rest):
            return 1 + places(rest)


@theorem(by="scores")
def places_are_natural(scores: Scores) -> bool:
    """Lengths are not negative."""
    return places(scores) >= 0


@theorem(by="scores", general=("place",), at=lambda place: ((place - 1,),))
def a_touched_flag_is_the_comparison(
    scores: Scores, place: int, value: Fraction, b: Fraction
) -> bool:
    """The neuron whose score has changed fires if and only if that is above b."""
    return implies(
        place >= 0 and place < places(scores),
        fires_at(touched(flags_of(scores, b), place, value, b), place) == (value > b),
    )


@theorem(
    by="flags",
    general=("place", "other"),
    at=lambda place, other: ((place - 1, other - 1),),
)
def no_other_flag_is_touched(
    flags: Flags, place: int, other: int, value: Fraction, b: Fraction
) -> bool:
    """Every other neuron fires as it did."""
    return implies(
        place != other, fires_at(touched(flags, place, value, b), other) == fires_at(flags, other)
    )


# ---- dead neurons --------------------------------------------------------------------------------


@theorem(by="points")
def without_firing_no_motion(
    points: Points, start: Vector, weight: Vector, factor: Fraction, b: Fraction
) -> bool:
    """A sum over the points that a dead neuron fires on is empty."""
    return implies(dead(weight, points, b), moved(start, weight, factor, points, b) == start)


@theorem(
    using=lambda points, weight, sign, scale, b: without_firing_no_motion(
        points, weight, weight, -scale * sign, b
    )
)
def dead_neurons_do_not_move(
    points: Points, weight: Vector, sign: Fraction, scale: Fraction, b: Fraction
) -> bool:
    """A step leaves a neuron that fires on no point as it is: Gauss-Newton's, or the gradient's."""
    return implies(dead(weight, points, b), stepped(weight, sign, scale, points, b) == weight)


@theorem(
    using=lambda points, weight, sign, scale, b: dead_neurons_do_not_move(
        points, weight, sign, scale, b
    )
)
def dead_neurons_stay_dead(
    points: Points, weight: Vector, sign: Fraction, scale: Fraction, b: Fraction
) -> bool:
    """So it fires on none afterwards."""
    return implies(
        dead(weight, points, b), dead(stepped(weight, sign, scale, points, b), points, b)
    )


@theorem(by="points")
def the_dead_are_silent(points: Points, weight: Vector, x: Vector, b: Fraction) -> bool:
    """A dead neuron does not fire on any of the points."""
    return implies(dead(weight, points, b) and is_point(x, points), not fires(weight, x, b))


@theorem(
    by="neurons",
    using=lambda neurons, points, x, b: the_dead_are_silent(points, weight_of(neurons), x, b),
)
def the_live_are_the_output(neurons: Neurons, points: Points, x: Vector, b: Fraction) -> bool:
    """On the training points the live neurons alone have the whole network's output."""
    return implies(
        is_point(x, points), output(live(neurons, points, b), x, b) == output(neurons, x, b)
    )


@theorem(
    by="neurons",
    using=lambda neurons, scale, points, b: dead_neurons_do_not_move(
        points, weight_of(neurons), sign_of(neurons), scale, b
    ),
)
def stepping_the_live_is_enough(
    neurons: Neurons, scale: Fraction, points: Points, b: Fraction
) -> bool:
    """The live neurons after a step of all are, up to those that died in it, the stepped live ones.

    Restricting and stepping commute: the network restricted to its live neurons walks the whole
    network's trajectory.
    """
    return live(step(live(neurons, points, b), scale, points, b), points, b) == live(
        step(neurons, scale, points, b), points, b
    )


@theorem(by="neurons")
def living_once_is_enough(neurons: Neurons, points: Points, b: Fraction) -> bool:
    """Restricting twice restricts no further."""
    return live(live(neurons, points, b), points, b) == live(neurons, points, b)


# ---- linearity -----------------------------------------------------------------------------------


def same_length(left: Vector, right: Vector) -> bool:
    """As many coordinates."""
    match left:
        case End():
            return right == End()
        case Coordinate(_, more):
            match right:
                case End():
                    return False
                case Coordinate(_, rest):
                    return same_length(more, rest)


def first_of(vector: Vector) -> Fraction:
    """The first coordinate, 0 if there is none."""
    match vector:
        case End():
            return Fraction(0)
        case Coordinate(value, _):
            return value


@theorem()
def products_distribute(
    p: Fraction, factor: Fraction, q: Fraction, x: Fraction, more: Fraction
) -> bool:
    """(p + factor · q) · x + factor · more = p · x + factor · (q · x + more)."""
    return (p + factor * q) * x + factor * more == p * x + factor * (q * x + more)


@theorem()
def products_with_zero(factor: Fraction) -> bool:
    """factor · 0 = 0."""
    return factor * Fraction(0) == 0


@theorem(
    by="left",
    general=("right", "x"),
    at=lambda right, x: ((rest_of(right), rest_of(x)),),
    using=lambda left, factor, right, x: (
        products_distribute(
            first_of(left), factor, first_of(right), first_of(x), inner(rest_of(right), rest_of(x))
        )
        and products_with_zero(factor)
    ),
    any_products=True,
)
def inner_products_are_linear(left: Vector, factor: Fraction, right: Vector, x: Vector) -> bool:
    """⟨left + factor · right, x⟩ = ⟨left, x⟩ + factor · ⟨right, x⟩."""
    return implies(
        same_length(left, right),
        inner(added(left, factor, right), x) == inner(left, x) + factor * inner(right, x),
    )


@theorem(by="left", general=("right",), at=lambda right: ((rest_of(right),),))
def inner_products_are_symmetric(left: Vector, right: Vector) -> bool:
    """⟨left, right⟩ = ⟨right, left⟩."""
    return inner(left, right) == inner(right, left)


@theorem(by="left", general=("right",), at=lambda right: ((rest_of(right),),))
def sums_are_as_long(left: Vector, factor: Fraction, right: Vector) -> bool:
    """left + factor · right is as long as left."""
    return same_length(added(left, factor, right), left)
