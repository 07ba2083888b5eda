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


def neurons_after(neurons: Neurons) -> Neurons:
    """The neurons without the first."""
    match neurons:
        case NoNeuron():
            return neurons
        case Neuron(_, _, rest):
            return rest


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


def rest_points(points: Points) -> Points:
    """The points without the first."""
    match points:
        case NoPoint():
            return points
        case Point(_, _, rest):
            return rest


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


@theorem()
def firing_is_strict(weight: Vector, x: Vector, b: Fraction) -> bool:
    """A neuron fires if and only if its score is strictly above b: at a tie it is silent."""
    return fires(weight, x, b) == (inner(weight, x) > b)


@theorem()
def outputs_add_up(weight: Vector, sign: Fraction, rest: Neurons, x: Vector, b: Fraction) -> bool:
    """A neuron that fires adds a·(s − b) to the output, one that is silent nothing."""
    above = sign * (inner(weight, x) - b)
    here = above if inner(weight, x) > b else Fraction(0)
    return output(Neuron(weight, sign, rest), x, b) == here + output(rest, x, b)


@theorem()
def no_neuron_no_output(x: Vector, b: Fraction) -> bool:
    """Without neurons the output is 0."""
    return output(NoNeuron(), x, b) == 0


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


# ---- how scores move -----------------------------------------------------------------------------


def as_long(points: Points, start: Vector) -> bool:
    """Every point has as many coordinates as the vector."""
    match points:
        case NoPoint():
            return True
        case Point(x, _, rest):
            return same_length(start, x) and as_long(rest, start)


def pull(points: Points, weight: Vector, x: Vector, b: Fraction) -> Fraction:
    """Σ g_i · ⟨x_i, x⟩ over the points that a neuron fires on."""
    match points:
        case NoPoint():
            return Fraction(0)
        case Point(here, g, rest):
            if fires(weight, here, b):
                return g * inner(here, x) + pull(rest, weight, x, b)
            return pull(rest, weight, x, b)


@theorem(
    by="left",
    general=("right", "third"),
    at=lambda right, third: ((rest_of(right), rest_of(third)),),
)
def sums_are_as_long_as_others(
    left: Vector, factor: Fraction, right: Vector, third: Vector
) -> bool:
    """What is as long as a vector is as long as its sums."""
    return same_length(added(left, factor, right), third) == same_length(left, third)


@theorem(
    by="points",
    using=lambda points, start, factor, other: sums_are_as_long_as_others(
        start, factor, other, x_of(points)
    ),
)
def sums_stay_as_long_as_points(
    points: Points, start: Vector, factor: Fraction, other: Vector
) -> bool:
    """After something is added, a vector is still as long as the points."""
    return as_long(points, added(start, factor, other)) == as_long(points, start)


@theorem()
def products_of_three(factor: Fraction, g: Fraction, product: Fraction, more: Fraction) -> bool:
    """(factor · g) · product + factor · more = factor · (g · product + more)."""
    return factor * g * product + factor * more == factor * (g * product + more)


@theorem(
    by="points",
    general=("start",),
    at=lambda points, start, factor: (
        (start,),
        (added(start, factor * coefficient_of(points), x_of(points)),),
    ),
    using=lambda points, start, weight, factor, x, b: (
        inner_products_are_linear(start, factor * coefficient_of(points), x_of(points), x)
        and sums_stay_as_long_as_points(
            rest_points(points), start, factor * coefficient_of(points), x_of(points)
        )
        and products_of_three(
            factor,
            coefficient_of(points),
            inner(x_of(points), x),
            pull(rest_points(points), weight, x, b),
        )
        and products_with_zero(factor)
    ),
    any_products=True,
)
def scores_move_by_kept_products(
    points: Points, start: Vector, weight: Vector, factor: Fraction, x: Vector, b: Fraction
) -> bool:
    """A moved neuron's score at x has moved by factor · Σ g_i ⟨x_i, x⟩.

    So REFRESH needs the kept ⟨x_i, x_j⟩ alone, and no factor d.
    """
    return implies(
        as_long(points, start),
        inner(moved(start, weight, factor, points, b), x)
        == inner(start, x) + factor * pull(points, weight, x, b),
    )


# ---- exact steps leave no residual ---------------------------------------------------------------


def crosses(
    weight: Vector, sign: Fraction, scale: Fraction, points: Points, x: Vector, b: Fraction
) -> bool:
    """The step carries a neuron's score at x across b."""
    after = stepped(weight, sign, scale, points, b)
    return fires(after, x, b) != fires(weight, x, b)


def none_crosses(neurons: Neurons, scale: Fraction, points: Points, x: Vector, b: Fraction) -> bool:
    """No neuron does, all signs are ±1, and all weights are as long as the points."""
    match neurons:
        case NoNeuron():
            return True
        case Neuron(weight, sign, rest):
            simple = sign * sign == 1 and as_long(points, weight)
            stays = not crosses(weight, sign, scale, points, x, b)
            return simple and stays and none_crosses(rest, scale, points, x, b)


def pulls(neurons: Neurons, points: Points, x: Vector, b: Fraction) -> Fraction:
    """Σ over the neurons that fire on x of what moves their scores there: (G g)_x / scale²."""
    match neurons:
        case NoNeuron():
            return Fraction(0)
        case Neuron(weight, _, rest):
            here = pull(points, weight, x, b) if fires(weight, x, b) else Fraction(0)
            return here + pulls(rest, points, x, b)


@theorem()
def signs_cancel(
    sign: Fraction,
    scale: Fraction,
    score: Fraction,
    moved_by: Fraction,
    b: Fraction,
    more: Fraction,
) -> bool:
    """With a² = 1, a·(s − scale·a·p − b) − scale·q = a·(s − b) − scale·(p + q)."""
    return implies(
        sign * sign == 1,
        sign * (score + -scale * sign * moved_by - b) - scale * more
        == sign * (score - b) - scale * (moved_by + more),
    )


@theorem()
def sum_with_zero(scale: Fraction, more: Fraction) -> bool:
    """scale · (0 + q) = scale · q."""
    return scale * (Fraction(0) + more) == scale * more


@theorem()
def residuals_move(scale: Fraction, before: Fraction, moved_by: Fraction, label: Fraction) -> bool:
    """scale · (f − scale · p) − y = (scale · f − y) − scale · scale · p."""
    return (
        scale * (before - scale * moved_by) - label
        == (scale * before - label) - scale * scale * moved_by
    )


@theorem(
    by="neurons",
    using=lambda neurons, scale, points, x, b: (
        scores_move_by_kept_products(
            points,
            weight_of(neurons),
            weight_of(neurons),
            -scale * sign_of(neurons),
            x,
            b,
        )
        and signs_cancel(
            sign_of(neurons),
            scale,
            inner(weight_of(neurons), x),
            pull(points, weight_of(neurons), x, b),
            b,
            pulls(neurons_after(neurons), points, x, b),
        )
        and products_with_zero(scale)
        and sum_with_zero(scale, pulls(neurons_after(neurons), points, x, b))
    ),
    any_products=True,
    fuel=2,
)
def outputs_move_by_the_gram_matrix(
    neurons: Neurons, scale: Fraction, points: Points, x: Vector, b: Fraction
) -> bool:
    """Where no neuron crosses b, the output at x moves by −scale · Σ_r Σ_i g_i ⟨x_i, x⟩."""
    return implies(
        none_crosses(neurons, scale, points, x, b),
        output(step(neurons, scale, points, b), x, b)
        == output(neurons, x, b) - scale * pulls(neurons, points, x, b),
    )


@theorem(
    using=lambda neurons, scale, points, x, b, label: (
        outputs_move_by_the_gram_matrix(neurons, scale, points, x, b)
        and residuals_move(scale, output(neurons, x, b), pulls(neurons, points, x, b), label)
    ),
    any_products=True,
    fuel=0,
)
def exact_steps_leave_no_residual(
    neurons: Neurons, scale: Fraction, points: Points, x: Vector, b: Fraction, label: Fraction
) -> bool:
    """If no neuron crosses b at x and G g equals the residual there, the next residual is 0."""
    residual = scale * output(neurons, x, b) - label
    after = scale * output(step(neurons, scale, points, b), x, b) - label
    gram_times_g = scale * scale * pulls(neurons, points, x, b)
    return implies(
        none_crosses(neurons, scale, points, x, b) and gram_times_g == residual, after == 0
    )


# ---- the Gram matrix by intersection counts ------------------------------------------------------


def both(neurons: Neurons, one: Vector, other: Vector, b: Fraction) -> Fraction:
    """|S_i ∩ S_j|: how many neurons fire on both points."""
    match neurons:
        case NoNeuron():
            return Fraction(0)
        case Neuron(weight, _, rest):
            here = fires(weight, one, b) and fires(weight, other, b)
            return (Fraction(1) if here else Fraction(0)) + both(rest, one, other, b)


def gram_row(neurons: Neurons, points: Points, x: Vector, b: Fraction) -> Fraction:
    """Σ_i g_i · (⟨x_i, x⟩ · |S_i ∩ S_x|): a row of G / scale², times g."""
    match points:
        case NoPoint():
            return Fraction(0)
        case Point(here, g, rest):
            entry = inner(here, x) * both(neurons, here, x, b)
            return g * entry + gram_row(neurons, rest, x, b)


@theorem()
def counts_add_up(g: Fraction, product: Fraction, count: Fraction) -> bool:
    """g · (p · (1 + c)) = g · p + g · (p · c), and with 0 for 1 it is the last alone."""
    return (
        g * (product * (Fraction(1) + count)) == g * product + g * (product * count)
        and g * (product * (Fraction(0) + count)) == g * (product * count)
        and g * (product * Fraction(0)) == 0
    )


@theorem(
    by="points",
    using=lambda points, x: counts_add_up(
        coefficient_of(points), inner(x_of(points), x), Fraction(0)
    ),
    any_products=True,
)
def no_neuron_no_gram_matrix(points: Points, x: Vector, b: Fraction) -> bool:
    """Without neurons G is 0."""
    return gram_row(NoNeuron(), points, x, b) == 0


@theorem(
    by="points",
    using=lambda points, rest, x, b: counts_add_up(
        coefficient_of(points), inner(x_of(points), x), both(rest, x_of(points), x, b)
    ),
    any_products=True,
)
def a_neuron_adds_its_pull(
    points: Points, weight: Vector, sign: Fraction, rest: Neurons, x: Vector, b: Fraction
) -> bool:
    """One neuron more adds its pull to (G g)_x if it fires on x, and nothing otherwise."""
    added_to = pull(points, weight, x, b) if fires(weight, x, b) else Fraction(0)
    return gram_row(Neuron(weight, sign, rest), points, x, b) == added_to + gram_row(
        rest, points, x, b
    )


@theorem(
    by="neurons",
    using=lambda neurons, points, x, b: (
        no_neuron_no_gram_matrix(points, x, b)
        and a_neuron_adds_its_pull(
            points, weight_of(neurons), sign_of(neurons), neurons_after(neurons), x, b
        )
    ),
    fuel=1,
)
def gram_matrix_by_intersection_counts(
    neurons: Neurons, points: Points, x: Vector, b: Fraction
) -> bool:
    """(G g)_x is Σ_i ⟨x_i, x⟩ · |S_i ∩ S_x| · g_i: G_ij = scale² · ⟨x_i, x_j⟩ · |S_i ∩ S_j|."""
    return pulls(neurons, points, x, b) == gram_row(neurons, points, x, b)


@theorem(
    by="neurons",
    using=lambda neurons, points, x, b: the_dead_are_silent(points, weight_of(neurons), x, b),
)
def the_live_are_the_gram_matrix(
    neurons: Neurons, points: Points, x: Vector, other: Vector, b: Fraction
) -> bool:
    """No dead neuron is in S_x for a training point x: the live ones alone make up G."""
    return implies(
        is_point(x, points),
        both(live(neurons, points, b), x, other, b) == both(neurons, x, other, b),
    )


# ---- the live fire -------------------------------------------------------------------------------


def all_fire(neurons: Neurons, points: Points, b: Fraction) -> bool:
    """Each neuron fires on some point."""
    match neurons:
        case NoNeuron():
            return True
        case Neuron(weight, _, rest):
            return not dead(weight, points, b) and all_fire(rest, points, b)


@theorem(by="neurons")
def the_live_fire(neurons: Neurons, points: Points, b: Fraction) -> bool:
    """Every live neuron fires on some point."""
    return all_fire(live(neurons, points, b), points, b)
