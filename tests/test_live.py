"""The live part of a network walks the whole one's trajectory, and the rest is never touched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Generic

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference import closed_forms
from reference.activation import Activation
from reference.counters import Counts
from reference.errors import BadShape, NoFiringNeuron
from reference.firing_sets import ListedFiringSets, firing_sets
from reference.ids import Neuron, Point
from reference.inner_products import PlainInnerProducts
from reference.matrix import Matrix
from reference.network import Network, network
from reference.scalar import BINARY64, RATIONAL, Arithmetic, S
from reference.solvers.sketch import SketchKind
from reference.solvers.sketch_solver import Draws
from reference.solvers.solver import SolverName
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure
from reference.training.live import (
    Placement,
    live_network,
    live_neurons,
    restricted,
    rows_of,
    written_back,
)
from reference.training.method import Method
from reference.training.scores import (
    FreshScores,
    RecomputedScores,
    Scores,
    StoredScores,
    columns_of,
)
from reference.training.step_rule import Rule, StepRule, rule
from reference.training.stopping import Limits
from reference.training.trainer import Observation, Trainer
from reference.training.training import Run, prepare
from reference.weights import ImplicitWeights, Reading, RewrittenWeights, Weights
from tests import linear_systems
from tests.counted_fractions import counted
from tests.small_training import HALF_ALIVE, Diary, Moment, Setup, numbers, setup
from tests.strategies import ACTIVATIONS, STEP_RULES, setups, share
from tests.trainings import (
    DENSE,
    FAMILIES,
    READINGS,
    STORED,
    Journey,
    Way,
    batches_of,
    ended,
    excesses,
    journey,
    rule_of,
    seen,
    trained,
)

STEPS = 2
SIZES = st.integers(1, 3)

# ---- live trainers -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Live(Generic[S]):
    """The trainer of a live part, and the whole network's first weights."""

    trainer: Trainer[S]
    initial: Matrix[S]


def whole(
    given_setup: Setup,
    arithmetic: Arithmetic[S],
    activation: Activation = Activation.SHIFTED,
    excess: Sequence[Fraction] = (),
) -> Network[S]:
    """The network of the setup, all of it."""
    values = [w for row in given_setup.weights for w in numbers(arithmetic, row)]
    weights = RewrittenWeights(Matrix(arithmetic, values, len(given_setup.points[0])))
    (shift,) = numbers(arithmetic, (given_setup.shift,))
    beyond = numbers(arithmetic, tuple(excess))
    return network(arithmetic, weights, given_setup.signs, shift, activation, beyond)


def lived(
    given_setup: Setup,
    arithmetic: Arithmetic[S],
    chosen: Rule[S],
    way: Way,
    activation: Activation = Activation.SHIFTED,
    excess: Sequence[Fraction] = (),
) -> Live[S]:
    """The same training as `trained`, of the live part alone; without a structure, dense."""
    problem, products = given_setup.problem(arithmetic), PlainInnerProducts(arithmetic)
    net = whole(given_setup, arithmetic, activation, excess)
    initial = net.weights.matrix()
    live = live_neurons(net, columns_of(net, products, problem.points))
    rows = rows_of(arithmetic, initial, live)
    weights: Weights[S] = RewrittenWeights(rows)
    if way.reading is Reading.IMPLICIT:
        weights = ImplicitWeights(arithmetic, rows, problem.points)
    held = restricted(net, live, weights)
    scores: Scores[S] = FreshScores(products, problem)
    if way.structure is not None:
        columns = columns_of(held, products, problem.points)
        search = threshold_search(way.structure, arithmetic, columns, held.shift)
        scores = StoredScores(search)
        if way.reading is Reading.RECOMPUTED:
            scores = RecomputedScores(search, products, problem.points)
    finding = closed_forms.live_scan(net.m, problem.n, problem.d)
    parts = prepare(arithmetic, problem, held, scores, chosen, finding=finding)
    return Live(parts, initial)


class Outside(Diary[S]):
    """Writes down what the live part's run is in terms of the whole network."""

    _initial: Matrix[S]

    def __init__(self, initial: Matrix[S]) -> None:
        super().__init__()
        self._initial = initial

    def predicted(self, trainer: Trainer[S], observation: Observation[S]) -> None:
        back = written_back(trainer.arithmetic, self._initial, trainer.network)
        firing = placed(observation, trainer.network.places)
        self.moments.append(Moment(observation.loss, firing, list(back.values)))


def placed(observation: Observation[S], places: Sequence[int]) -> ListedFiringSets:
    """The firing sets, by the neurons' places among all."""
    firing = observation.firing
    by_point = [[Neuron(places[r]) for r in fired] for fired in firing.by_point]
    return firing_sets(by_point, firing.asked)


def from_outside(live: Live[S], family: Method, given_setup: Setup, size: int = 1) -> Journey[S]:
    """The journey of the live part, seen as one of the whole network."""
    diary = Outside(live.initial)
    batches = batches_of(family, given_setup, size)
    run = Run(live.trainer, Limits(STEPS, 0.0), diary, batches=batches)
    end = ended(run)
    return Journey(diary.moments, seen(run), end)


def whole_journey(
    given_setup: Setup,
    arithmetic: Arithmetic[S],
    family: Method,
    way: Way,
    size: int,
    activation: Activation = Activation.SHIFTED,
    excess: Sequence[Fraction] = (),
) -> Journey[S]:
    """The journey of the whole network."""
    chosen = rule_of(family, arithmetic, batch_of(family, given_setup, size))
    parts = trained(given_setup, arithmetic, chosen, way, activation, excess)
    return journey(parts, STEPS, batches_of(family, given_setup, size))


def batch_of(family: Method, given_setup: Setup, size: int) -> int:
    """The points of a step."""
    batches = batches_of(family, given_setup, size)
    return len(given_setup.points) if batches is None else batches.size


def live_journey(
    given_setup: Setup,
    arithmetic: Arithmetic[S],
    family: Method,
    way: Way,
    size: int,
    activation: Activation = Activation.SHIFTED,
    excess: Sequence[Fraction] = (),
) -> Journey[S]:
    """The same of the live part."""
    chosen = rule_of(family, arithmetic, batch_of(family, given_setup, size))
    live = lived(given_setup, arithmetic, chosen, way, activation, excess)
    return from_outside(live, family, given_setup, size)


# ---- in rationals --------------------------------------------------------------------------------


@share(20)
@given(setups(), FAMILIES, SIZES, ACTIVATIONS, st.data())
def test_the_live_part_walks_the_exact_trajectory_of_the_whole_network(
    given_setup: Setup, family: Method, size: int, activation: Activation, data: st.DataObject
) -> None:
    """Losses, firing sets, digests and weights, on every structure and reading, and dense."""
    excess = data.draw(st.one_of(st.just(()), excesses(given_setup)))
    expected = whole_journey(given_setup, RATIONAL, family, DENSE, size, activation, excess)
    assert expected.moments
    for way in (DENSE, *STORED):
        found = live_journey(given_setup, RATIONAL, family, way, size, activation, excess)
        assert found == expected


SOLVERS = [
    linear_systems.GRAM,
    linear_systems.CG,
    *(linear_systems.Way(SolverName.SKETCH, kind, draws) for kind in SketchKind for draws in Draws),
]


@share(8)
@given(setups(), STEP_RULES, st.sampled_from(SOLVERS), st.sampled_from(STORED), ACTIVATIONS)
def test_by_every_solver_and_step_rule_too(
    given_setup: Setup,
    step_rule: StepRule,
    solving: linear_systems.Way,
    way: Way,
    activation: Activation,
) -> None:
    """A sketch is hashed by place, so rounds, what a sketch loses, and the accuracies of solvers
    that stop long before they are exact, are the same.
    """

    def chosen() -> Rule[Fraction]:
        solver = solving.of(RATIONAL, 0.5, 4 * len(given_setup.points))
        return rule(step_rule, RATIONAL, solver)

    expected = journey(trained(given_setup, RATIONAL, chosen(), way, activation), STEPS)
    live = lived(given_setup, RATIONAL, chosen(), way, activation)
    assert from_outside(live, Method.GAUSS_NEWTON, given_setup) == expected


def test_the_example_leaves_neurons_out_and_trains() -> None:
    """So that the tests above are not about networks that are all alive, or runs that end."""
    for family in (Method.GAUSS_NEWTON, Method.GRADIENT_DESCENT, Method.SGD):
        live = lived(HALF_ALIVE, RATIONAL, rule_of(family, RATIONAL, 3), STORED[0])
        assert list(live.trainer.network.places) == list(range(8))
        assert live.trainer.network.m == 16
        found = live_journey(HALF_ALIVE, RATIONAL, family, STORED[0], 2)
        assert found == whole_journey(HALF_ALIVE, RATIONAL, family, DENSE, 2)
        assert len({record["loss"] for record in found.records}) == STEPS + 1


REORDERED = replace(
    HALF_ALIVE,
    weights=HALF_ALIVE.weights[8:12] + HALF_ALIVE.weights[:8] + HALF_ALIVE.weights[12:],
)
"""The live neurons are 4 to 11."""


@pytest.mark.parametrize("solving", SOLVERS[2:], ids=str)
def test_a_sketch_of_the_live_part_is_that_of_the_whole_network(
    solving: linear_systems.Way,
) -> None:
    """Where the live ones do not stand first; three rounds would be exact by any sketch."""

    def chosen() -> Rule[Fraction]:
        return rule(StepRule.FULL, RATIONAL, solving.of(RATIONAL, 0.5, 12))

    expected = journey(trained(REORDERED, RATIONAL, chosen(), STORED[0]), STEPS)
    live = lived(REORDERED, RATIONAL, chosen(), STORED[0])
    assert list(live.trainer.network.places) == list(range(4, 12))
    assert from_outside(live, Method.GAUSS_NEWTON, REORDERED) == expected
    assert all(record["accuracy"] for record in expected.records[:-1])


# ---- in floats -----------------------------------------------------------------------------------


def rough(given_setup: Setup) -> Setup:
    """Thirds, so that nothing is representable and every order of summation shows."""
    thirds = tuple(tuple(w / 3 for w in row) for row in given_setup.weights)
    return replace(given_setup, weights=thirds, shift=given_setup.shift / 3)


@share(16)
@given(setups(), FAMILIES, SIZES, READINGS, ACTIVATIONS)
def test_in_floats_it_walks_the_trees_trajectory_bit_for_bit(
    given_setup: Setup, family: Method, size: int, reading: Reading, activation: Activation
) -> None:
    """It makes the same sums in the same order."""
    given_setup = rough(given_setup)
    tree = Way(Structure.TOURNAMENT, reading)
    expected = whole_journey(given_setup, BINARY64, family, tree, size, activation)
    for structure in Structure:
        way = Way(structure, reading)
        found = live_journey(given_setup, BINARY64, family, way, size, activation)
        assert repr(found) == repr(expected)


@share(8)
@given(setups(), STEP_RULES, READINGS)
def test_in_floats_every_step_rule_takes_the_same_steps(
    given_setup: Setup, step_rule: StepRule, reading: Reading
) -> None:
    def chosen() -> Rule[float]:
        return rule(step_rule, BINARY64, linear_systems.GRAM.of(BINARY64, 0.0, 0))

    given_setup, way = rough(given_setup), Way(Structure.TOURNAMENT, reading)
    expected = journey(trained(given_setup, BINARY64, chosen(), way), STEPS)
    live = lived(given_setup, BINARY64, chosen(), Way(Structure.INCREMENTAL, reading))
    assert repr(from_outside(live, Method.GAUSS_NEWTON, given_setup)) == repr(expected)


# ---- what it rests on ----------------------------------------------------------------------------


@share(8)
@given(setups(), FAMILIES, SIZES, STEP_RULES, st.data())
def test_the_union_never_grows_and_the_dead_are_never_touched(
    given_setup: Setup, family: Method, size: int, step_rule: StepRule, data: st.DataObject
) -> None:
    """Of the whole network, by every method, step rule, structure and reading."""
    excess = data.draw(st.one_of(st.just(()), excesses(given_setup)))
    way = data.draw(st.sampled_from([DENSE, *STORED]))
    chosen = rule_of(family, RATIONAL, batch_of(family, given_setup, size))
    if family.solves:
        chosen = rule(step_rule, RATIONAL, linear_systems.GRAM.of(RATIONAL, 0.0, 0))
    parts = trained(given_setup, RATIONAL, chosen, way, excess=excess)
    found = journey(parts, STEPS, batches_of(family, given_setup, size))
    d = len(given_setup.points[0])
    alive = {Neuron(r) for r in range(len(given_setup.signs))}
    for moment in found.moments:
        fired = set(moment.firing.by_neuron)
        assert fired <= alive
        if len(moment.firing.asked) == len(given_setup.points):
            alive = fired
    dead = set(range(len(given_setup.signs))) - set(found.moments[0].firing.by_neuron)
    for r in dead:
        assert found.moments[-1].weights[r * d : (r + 1) * d] == list(given_setup.weights[r])


# ---- finding them --------------------------------------------------------------------------------


@share(4)
@given(setups(), st.data())
def test_the_scan_finds_the_neurons_above_b_and_no_others(
    given_setup: Setup, data: st.DataObject
) -> None:
    """Strictly above; its cost is that of its closed form."""
    excess = data.draw(st.one_of(st.just(()), excesses(given_setup)))
    net = whole(given_setup, RATIONAL, excess=excess)
    points = given_setup.problem(RATIONAL).points
    columns = list(columns_of(net, PlainInnerProducts(RATIONAL), points))
    expected = [r for r in range(net.m) if any(column[r] > net.shift for column in columns)]
    assert live_neurons(net, columns) == expected


@share(8)
@given(setups())
def test_setting_up_costs_its_closed_forms(given_setup: Setup) -> None:
    net, problem = whole(given_setup, RATIONAL), given_setup.problem(RATIONAL)
    with counted() as done:
        live = live_neurons(net, columns_of(net, PlainInnerProducts(RATIONAL), problem.points))
    n, d = problem.n, problem.d
    scan = closed_forms.live_scan(net.m, n, d)
    assert scan == Counts(multiply_adds=done["*"], comparisons=done["<"])
    chosen = rule_of(Method.GAUSS_NEWTON, RATIONAL, n)
    for structure in Structure:
        parts = lived(given_setup, RATIONAL, chosen, Way(structure)).trainer
        assert isinstance(parts.scores, StoredScores)
        spent = scan + closed_forms.point_products(n, d) + closed_forms.scores(len(live), n, d)
        assert journey_counts(parts) == spent + parts.scores.search.build_cost


def journey_counts(parts: Trainer[S]) -> Counts:
    """What INIT has cost so far."""
    return next(counts for label, counts in parts.counters.take().items() if label.value == "init")


SILENT = setup(
    points=[[1, 0], [0, 1], [-1, -1], [0, -1]],
    labels=[1, -1, 2, 0],
    weights=[[Fraction(2), Fraction(0)], [Fraction(1), Fraction(1)]] * 2,
    signs=[1, -1, 1, 1],
    shift=1,
)
"""The first point's neurons fire; at the second one's they score b; at the others less."""


def test_points_without_a_live_neuron_are_named_together() -> None:
    net = whole(SILENT, RATIONAL)
    columns = columns_of(net, PlainInnerProducts(RATIONAL), SILENT.points)
    with pytest.raises(NoFiringNeuron, match="points 1, 2, 3") as caught:
        live_neurons(net, columns)
    assert caught.value.points == [Point(1), Point(2), Point(3)]


# ---- putting them together -----------------------------------------------------------------------


@share(4)
@given(setups(), ACTIVATIONS)
def test_a_live_network_made_of_its_parts_is_the_restricted_one(
    given_setup: Setup, activation: Activation
) -> None:
    """Scale and C are those of all neurons: C counts the signs of those left out."""
    net = whole(given_setup, RATIONAL, activation)
    columns = columns_of(net, PlainInnerProducts(RATIONAL), given_setup.points)
    live = live_neurons(net, columns)
    weights = RewrittenWeights(rows_of(RATIONAL, net.weights.matrix(), live))
    held = restricted(net, live, weights)
    signs = [given_setup.signs[r] for r in live]
    dead = sum(given_setup.signs) - sum(signs)
    made = live_network(
        RATIONAL, weights, signs, net.shift, activation, Placement(net.m, list(live), dead)
    )
    assert (held.m, held.scale, held.offset) == (net.m, net.scale, net.offset)
    assert made == held
    assert held.held == list(range(len(live)))


def test_a_part_of_a_part_stands_where_it_stood_in_the_whole() -> None:
    net = whole(HALF_ALIVE, RATIONAL, excess=[Fraction(r) for r in range(16)])
    matrix = net.weights.matrix()
    some = [Neuron(r) for r in (1, 3, 5, 9)]
    first = restricted(net, some, RewrittenWeights(rows_of(RATIONAL, matrix, some)))
    fewer = [Neuron(1), Neuron(3)]
    rows = rows_of(RATIONAL, first.weights.matrix(), fewer)
    second = restricted(first, fewer, RewrittenWeights(rows))
    assert list(second.places) == [3, 9]
    assert list(second.excess) == [3, 9]
    assert list(second.signs) == [HALF_ALIVE.signs[3], HALF_ALIVE.signs[9]]
    assert second.m == 16
    assert second.weights.row(Neuron(1)) == list(HALF_ALIVE.weights[9])


def test_rows_are_copied_and_written_back_where_they_belong() -> None:
    net = whole(HALF_ALIVE, RATIONAL)
    initial = net.weights.matrix()
    chosen = [Neuron(2), Neuron(15)]
    held = restricted(net, chosen, RewrittenWeights(rows_of(RATIONAL, initial, chosen)))
    held.weights.restore(Neuron(1), [Fraction(7), Fraction(8)])
    back = written_back(RATIONAL, initial, held)
    assert back.row(Neuron(15)) == [7, 8]
    assert [back.row(Neuron(r)) for r in range(15)] == list(map(list, HALF_ALIVE.weights[:15]))
    assert initial.row(Neuron(15)) == list(HALF_ALIVE.weights[15])


def matrix(rows: int) -> Matrix[Fraction]:
    return Matrix(RATIONAL, [Fraction(1)] * (2 * rows), 2)


@pytest.mark.parametrize(
    ("signs", "places", "what"), [(2, 3, "signs"), (4, 3, "signs"), (3, 2, "places")]
)
def test_signs_and_places_are_one_a_neuron_held(signs: int, places: int, what: str) -> None:
    placement = Placement(16, list(range(places)), 0)
    with pytest.raises(BadShape, match=f"{what}, one a neuron held: expected 3, found"):
        live_network(
            RATIONAL,
            RewrittenWeights(matrix(3)),
            [1] * signs,
            Fraction(),
            Activation.SHIFTED,
            placement,
        )


def test_other_shapes_that_do_not_fit_are_refused() -> None:
    net = whole(HALF_ALIVE, RATIONAL)
    with pytest.raises(BadShape, match="weights, a row a neuron held: expected 2, found 3"):
        restricted(net, [Neuron(0), Neuron(1)], RewrittenWeights(matrix(3)))
    held = restricted(net, [Neuron(0)], RewrittenWeights(matrix(1)))
    with pytest.raises(BadShape, match=r"rows of W\(0\), one a neuron: expected 16, found 15"):
        written_back(RATIONAL, matrix(15), held)
