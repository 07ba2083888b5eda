"""The closed forms of an iteration are the multiplications and divisions that really happen."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given

from reference import closed_forms
from reference.activation import Activation
from reference.counters import Counters, Counts, Label
from reference.errors import SingularGram
from reference.gram import point_products
from reference.inner_products import PlainInnerProducts
from reference.motion import ListedMotion
from reference.network import output
from reference.scalar import RATIONAL
from reference.solvers.factorization import factorize
from reference.structures.threshold_search import Structure
from reference.training.iteration import advance
from reference.training.step_rule import StepRule
from tests.counted_fractions import counted
from tests.small_training import Setup, observe, trainer
from tests.strategies import ACTIVATIONS, setups, share

pytestmark = pytest.mark.plain


def made(done: Counter[str]) -> int:
    """The products and quotients."""
    return done["*"] + done["/"]


@pytest.mark.parametrize("n", range(1, 6))
def test_a_factorized_solve_takes_as_many_operations_as_its_closed_form(n: int) -> None:
    matrix = [[Fraction(1, 1 + i + j) for j in range(i + 1)] for i in range(n)]
    with counted() as factoring:
        factors = factorize(RATIONAL, matrix)
    shares = n * (n - 1) * (n - 2) // 6
    assert factoring["*"] == (n**3 - n) // 6 + shares
    assert factoring["/"] == n * (n - 1) // 2
    with counted() as solving:
        factors.solve([Fraction(1)] * n)
    assert closed_forms.factorized_solve(n) == Counts(
        solver_operations=made(factoring) + made(solving)
    )


@share(4)
@given(setups())
def test_scores_and_point_products_take_d_products_each(given_setup: Setup) -> None:
    problem = given_setup.problem(RATIONAL)
    network = given_setup.network(RATIONAL, Activation.SHIFTED)
    with counted() as done:
        list(PlainInnerProducts(RATIONAL).columns(network.weights.matrix(), problem.points))
    assert Counts(made(done)) == closed_forms.scores(network.m, problem.n, problem.d)
    with counted() as done:
        point_products(RATIONAL, problem.points)
    assert Counts(made(done)) == closed_forms.point_products(problem.n, problem.d)


@share(4)
@given(setups())
def test_a_motion_takes_the_products_of_its_closed_forms(given_setup: Setup) -> None:
    parts = trainer(given_setup, RATIONAL, Activation.SHIFTED, StepRule.FULL, Structure.TOURNAMENT)
    firing, problem = observe(parts).firing, parts.problem
    motion = ListedMotion(
        parts.network.scale, parts.network.signs, firing, [Fraction(1, 3)] * problem.n
    )
    with counted() as done:
        moving = parts.network.weights.move(motion, Fraction(1, 2), problem.points)
    assert Counts(made(done)) == moving
    assert moving == closed_forms.rewrite(firing.pairs, firing.union, problem.d)
    with counted() as done:
        motion.score_displacements(parts.products)
    assert Counts(made(done)) == closed_forms.displacement(firing.pairs, problem.n)
    with counted() as done:
        parts.scores.refresh(parts.network, motion, Fraction(1, 2), parts.products, Counters())
    assert Counts(made(done)) == closed_forms.displace(firing.union, problem.n)


def test_an_output_takes_one_product_a_fired_neuron_and_one_to_scale() -> None:
    given_setup = Setup(
        ((Fraction(1),),), (Fraction(0),), ((Fraction(2),),) * 4, (1,) * 4, Fraction(1)
    )
    network = given_setup.network(RATIONAL, Activation.PRINTED)
    with counted() as done:
        output(network, (1, -1, 1), [Fraction(2)] * 3, Fraction())
    assert Counts(made(done) - 1) == closed_forms.predict(3)


@given(setups())
def test_gram_counts_are_those_of_all_intersections(given_setup: Setup) -> None:
    parts = trainer(given_setup, RATIONAL, Activation.SHIFTED, StepRule.FULL, None)
    firing, n = observe(parts).firing, parts.problem.n
    common = [
        len(set(firing.by_point[i]) & set(firing.by_point[j]))
        for i in range(n)
        for j in range(i + 1)
    ]
    per_neuron = map(len, firing.by_neuron.values())
    assert closed_forms.gram(closed_forms.coincidences(per_neuron), n) == Counts(
        solver_operations=sum(common) + len(common)
    )


@share(4)
@given(setups(), ACTIVATIONS)
def test_a_full_step_charges_each_label_its_closed_forms(
    given_setup: Setup, activation: Activation
) -> None:
    parts = trainer(given_setup, RATIONAL, activation, StepRule.FULL, None)
    m, n, d = parts.network.m, parts.problem.n, parts.problem.d
    assert parts.counters.take()[Label.INIT] == closed_forms.point_products(n, d)
    observation = observe(parts)
    firing = observation.firing
    assert parts.counters.of(Label.QUERY) == Counts(m * n * d, m * n)
    assert parts.counters.of(Label.PREDICT) == Counts(firing.pairs)
    try:
        step = advance(parts, observation, 0)
    except SingularGram:
        return
    assert step is not None
    per_neuron = map(len, firing.by_neuron.values())
    solving = closed_forms.gram(
        closed_forms.coincidences(per_neuron), n
    ) + closed_forms.factorized_solve(n)
    assert parts.counters.of(Label.SOLVE) == solving
    assert parts.counters.of(Label.MOVE) == Counts((firing.pairs + firing.union) * d)
    assert parts.counters.of(Label.REFRESH) == Counts()


def test_the_closed_forms_of_known_sizes_are_these_whole_numbers() -> None:
    known = [
        (closed_forms.tournament_build(7), Counts(0, 6, 13, 13)),
        (closed_forms.tournament_query(7), Counts(0, 15, 15)),
        (closed_forms.tournament_replace(5, 7), Counts(0, 7, 12, 12)),
        (closed_forms.ordered_build(7), Counts(0, 21, 7, 7)),
        (closed_forms.ordered_query(5, 7), Counts(0, 12 + 15, 12)),
        (closed_forms.ordered_replace_at_most(3, 4), Counts(0, 30, 60, 90)),
        (closed_forms.scan_build(7), Counts(0, 0, 0, 7)),
        (closed_forms.scan_query(7), Counts(0, 7, 7)),
        (closed_forms.scan_replace(5), Counts(0, 0, 0, 5)),
        (closed_forms.incremental_build(7), Counts(0, 7, 0, 7)),
        (closed_forms.incremental_query(5), Counts(0, 15, 5)),
        (closed_forms.incremental_replace(5), Counts(0, 5, 0, 5)),
        (closed_forms.scores(7, 5, 3), Counts(105)),
        (closed_forms.point_products(5, 3), Counts(45)),
        (closed_forms.live_scan(7, 5, 3), Counts(105, 35)),
        (closed_forms.live_draws(7, 5, 3), Counts(7 * (6 + 15), 35)),
        (closed_forms.dense_query(7, 5, 3), Counts(105, 35)),
        (closed_forms.predict(11), Counts(11)),
        (closed_forms.gram(closed_forms.coincidences([1, 2, 3]), 5), Counts(0, 0, 0, 0, 10 + 15)),
        (closed_forms.factorized_solve(5), Counts(0, 0, 0, 0, 40 + 25)),
        (closed_forms.conjugate_gradient(5, 3, 2), Counts(0, 0, 0, 0, 3 * 32 - 2 + 5)),
        (closed_forms.gram_products(5, 3), Counts(0, 0, 0, 0, 75)),
        (closed_forms.jacobian_products(11, 5, 3, 2), Counts(0, 0, 0, 0, 2 * (11 * 8 + 5 * 4))),
        (closed_forms.substitutions(5, 3), Counts(0, 0, 0, 0, 75)),
        (closed_forms.ridge_products(5, 3), Counts(0, 0, 0, 0, 15)),
        (closed_forms.hashes(7, 4), Counts(0, 0, 0, 0, 28)),
        (closed_forms.embedding(11, 3, 4), Counts(0, 0, 0, 0, 132)),
        (closed_forms.hadamard(5, 16), Counts(0, 0, 0, 0, 320)),
        (closed_forms.orthogonalization(9, 5), Counts(0, 0, 0, 0, 9 * 40 + 10)),
        (closed_forms.rewrite(11, 7, 3), Counts(18 * 3)),
        (closed_forms.collect(11), Counts(11)),
        (closed_forms.displacement(11, 5), Counts(55)),
        (closed_forms.displace(7, 5), Counts(35)),
        (closed_forms.trial(7, 5, 11), Counts(35 + 11, 35)),
    ]
    for found, expected in known:
        assert repr(found) == repr(expected)


def test_sorting_is_charged_its_length_times_the_binary_digits_of_its_last_place() -> None:
    assert [closed_forms.sorting(k) for k in range(10)] == [0, 0, 2, 6, 8, 15, 18, 21, 24, 36]


def test_a_higher_avl_tree_has_more_nodes_than_these() -> None:
    """The fewest of heights 1 to 5 are 1, 2, 4, 7 and 12."""
    found = [closed_forms.ordered_height_at_most(m) for m in range(13)]
    assert found == [0, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 5]
