"""Closed forms on symbols, orders and recurrences: against known values, and made to fail."""

from collections.abc import Callable
from fractions import Fraction
from types import ModuleType

import pytest
import sympy

from proofs.measured.costs.iteration_costs import iteration as first_iteration
from proofs.measured.trainings.trainings import orthonormal, trained
from proofs.symbolic import cost_orders, counts, recurrences
from proofs.symbolic.cost_orders import limit, limit_agrees
from proofs.symbolic.costs import (
    COORDINATES,
    DENSE,
    FIRING,
    GROWTH,
    LOG,
    MOVED,
    PAPERS,
    POINTS,
    ROUNDS,
    TREE,
    WIDTH,
    Way,
    at_most_polynomial,
    iteration,
    whole,
)
from proofs.symbolic.orders import (
    ALPHA,
    KAPPA,
    NU,
    UPSILON,
    Order,
    Point,
    at_most,
    below,
    exactly_where,
    follows,
    orders,
    within,
    within_at,
)
from proofs.symbolic.proof import all_proofs
from proofs.symbolic.sizes import Size, naturals, same, triangle, turns, vanishes
from reference import closed_forms
from reference.counters import Counts, Label
from reference.edges.setup.configuration import Configuration
from reference.solvers.solver import SolverName
from reference.training.method import Method

pytestmark = pytest.mark.plain

N, D = naturals("n d")
Broken = Callable[..., Counts]
HALF = Fraction(1, 2)

# ---- sizes ---------------------------------------------------------------------------------------


def test_a_closed_form_of_sizes_is_an_expression() -> None:
    assert closed_forms.scores(Size(N), 3, Size(D)).multiply_adds == Size(3 * N * D)
    assert closed_forms.point_products(Size(N), 1) != Counts(Size(N * (N + 1) / 2))
    assert same(closed_forms.point_products(Size(N), 1), Counts(Size(N * (N + 1) / 2)))


def test_a_size_decides_nothing() -> None:
    size = Size(N)
    decisions: list[Callable[[], object]] = [
        lambda: size < 3,
        lambda: bool(size),
        lambda: size % 2,
        lambda: float(size),
    ]
    for decide in decisions:
        with pytest.raises(TypeError):
            decide()
    assert Size(sympy.Symbol("k", positive=True))


def test_sizes_are_equal_as_expressions_are() -> None:
    assert Size(N) + 1 - 1 == Size(N) == Size(Size(N))
    assert Size(N) != Size(D)
    assert Size(N) != 0
    assert 2 - Size(N) == -(Size(N) - 2)
    assert hash(Size(N)) == hash(Size(N) * 1)


def test_loops_are_counted_by_sums() -> None:
    for n in range(4):
        pairs = [(i, j) for i in range(n) for j in range(i)]
        assert triangle(Size(N), lambda j: j + 1).expression.subs(N, n) == sum(
            j + 1 for _, j in pairs
        )
    assert turns(Size(N), 3, Size(D)) == Size(3 * N * D)


def test_a_quotient_that_comes_out_uneven_does_not_vanish() -> None:
    assert vanishes(sympy.floor(N * (N + 1) / 2) - N * (N + 1) / 2)
    assert not vanishes(sympy.floor(N / 2) - N / 2)
    assert not vanishes(sympy.floor(N * (N + 1) / 2) - N * (N + 1) / 2 + 1)


# ---- closed forms that are wrong -----------------------------------------------------------------

PROOFS = {
    "tournament_build": "tournament_nodes",
    "ordered_build": "other_builds",
    "scan_build": "other_builds",
    "incremental_build": "other_builds",
    "tournament_query": "query_visits",
    "ordered_query": "ordered_query_visits",
    "tournament_replace": "tournament_change",
    "scan_query": "scan",
    "scan_replace": "scan",
    "incremental_query": "incremental",
    "incremental_replace": "incremental",
    "scores": "scores_and_products",
    "point_products": "scores_and_products",
    "dense_query": "dense",
    "live_scan": "dense",
    "live_draws": "live_draws",
    "predict": "predicting",
    "rewrite": "rewriting",
    "collect": "collecting",
    "displacement": "displacing",
    "displace": "displacing",
    "trial": "trying",
    "gram": "gram_entries",
    "factorized_solve": "solver_operations",
    "conjugate_gradient": "rounds_of_conjugate_gradients",
    "gram_products": "full_products",
    "substitutions": "full_products",
    "ridge_products": "full_products",
    "jacobian_products": "jacobian_products",
    "embedding": "embeddings",
    "hashes": "embeddings",
    "hadamard": "transforms",
    "orthogonalization": "orthogonalizing",
}
"""Each closed form, and a proof that it has to fail if it is wrong."""

NOT_OF_SIZES = {"sorting", "coincidences", "ordered_height_at_most", "ordered_replace_at_most"}
"""What has tests of its own: `sorting` is the definition of what is charged."""


def proof(name: str) -> Callable[[], bool]:
    (found,) = [each.holds for each in all_proofs() if each.holds.__name__ == name]
    return found


def test_every_closed_form_has_a_proof() -> None:
    public = {
        name
        for name, value in vars(closed_forms).items()
        if callable(value) and getattr(value, "__module__", "") == closed_forms.__name__
    }
    assert public == set(PROOFS) | NOT_OF_SIZES


@pytest.mark.parametrize("name", PROOFS)
def test_a_closed_form_off_by_one_is_not_proved(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right: Broken = getattr(closed_forms, name)
    one = Counts(1, 1, 1, 1, 1)
    monkeypatch.setattr(closed_forms, name, lambda *sizes: right(*sizes) + one)
    assert not proof(PROOFS[name])()


@pytest.mark.parametrize("name", ["rewrite", "displacement", "scores", "jacobian_products"])
def test_a_closed_form_that_is_doubled_is_not_proved(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right: Broken = getattr(closed_forms, name)
    monkeypatch.setattr(closed_forms, name, lambda *sizes: right(*sizes).times(2))
    assert not proof(PROOFS[name])()


def test_a_bound_of_ordered_changes_that_is_too_low_is_not_proved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_low(leaves: int, height: int) -> Counts:
        path = 2 * leaves * height
        return Counts(comparisons=path, node_visits=2 * path, node_writes=3 * path)

    assert counts.ordered_change()
    monkeypatch.setattr(closed_forms, "ordered_replace_at_most", too_low)
    assert not counts.ordered_change()


# ---- recurrences ---------------------------------------------------------------------------------


def test_the_bound_of_a_query_is_chosen_at_the_right_level() -> None:
    """Level ⌊log₂ k⌋ + 1 keeps it for all sizes; level ⌊log₂ k⌋ does not, for 7 of 9 neurons."""

    def at(m: int, k: int, level: int) -> tuple[int, float]:
        height = (m - 1).bit_length()
        values = {recurrences.ANSWERS: k, recurrences.WIDTH: m}
        visits = recurrences.from_level(min(level, height), height, k)
        return int(visits), float(recurrences.BOUND.subs(values))

    for m in range(1, 13):
        for k in range(1, m + 1):
            visits, most = at(m, k, k.bit_length())
            assert visits <= most + 1e-9
    visits, most = at(9, 7, 2)
    assert visits > most


def test_a_smaller_bound_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    less = 1 + 2 * recurrences.ANSWERS * (sympy.log(recurrences.WIDTH / recurrences.ANSWERS, 2) + 1)
    monkeypatch.setattr(recurrences, "BOUND", less)
    assert not recurrences.bound_for_all()
    assert not recurrences.evenly_spread()


def test_a_wrong_height_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closed_forms, "ordered_height_at_most", lambda m: m.bit_length())
    assert not recurrences.fewest_solved()


def test_the_fewest_nodes_of_a_balanced_tree() -> None:
    found = recurrences.fewest_nodes()
    numbers = [sympy.simplify(found.subs(recurrences.HEIGHT, h)) for h in range(7)]
    assert numbers == [0, 1, 2, 4, 7, 12, 20]


# ---- orders --------------------------------------------------------------------------------------


def point(alpha: Fraction, nu: Fraction, kappa: Fraction, upsilon: Fraction) -> Point:
    names = (ALPHA, NU, KAPPA, UPSILON)
    values = (alpha, nu, kappa, upsilon)
    return {
        name: sympy.Rational(value.numerator, value.denominator)
        for name, value in zip(names, values, strict=True)
    }


EVEN = point(Fraction(1, 4), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))


def test_orders_are_those_of_the_monomials() -> None:
    found = orders(3 * WIDTH * POINTS**2 + LOG * FIRING - COORDINATES, GROWTH)
    assert set(found) == {Order(1 + 2 * NU), Order(1 - ALPHA, 1)}


def test_orders_compare_by_power_and_then_by_logarithms() -> None:
    small, large = [Order(NU, 3)], [Order(NU + KAPPA)]
    assert within_at(small, large, EVEN)
    assert not within_at(large, small, EVEN)
    assert within_at([Order(NU, 1)], [Order(NU, 2)], EVEN)
    assert not within_at([Order(NU, 2)], [Order(NU, 1)], EVEN)


def test_both_solvers_know_where_logarithms_matter() -> None:
    logs, none = [Order(NU, 1)], [Order(KAPPA)]
    assert exactly_where(within(logs, none), below(NU, KAPPA), [])
    assert exactly_where(within(logs, none, logs=False), at_most(NU, KAPPA), [])
    assert not exactly_where(within(logs, none), at_most(NU, KAPPA), [])
    assert follows([at_most(2 * NU, 1)], below(NU, 1))
    assert not follows([at_most(NU, 1)], below(NU, 1))


def test_limits_are_those_that_are_known() -> None:
    """With sympy's symbolic exponents the second would be 1 (its issue 22893)."""
    one = POINTS * FIRING * LOG + POINTS**3
    known = point(HALF, Fraction(1, 5), Fraction(0), HALF)
    assert limit(one, one, known) == 1
    assert limit(one, POINTS * FIRING * LOG**2 + POINTS**3, known) == 0
    assert limit(POINTS**3 / 3, POINTS**3, known) == sympy.Rational(1, 3)
    assert limit(WIDTH, FIRING, known) == sympy.oo


def test_limits_and_orders_part_where_one_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limit_agrees(whole(TREE), PAPERS, EVEN)
    monkeypatch.setattr(cost_orders, "grown", lambda _: [Order(sympy.Integer(1))])
    assert not limit_agrees(WIDTH * POINTS, POINTS, EVEN)


@pytest.mark.parametrize(
    ("module", "name", "wrong", "proof_name"),
    [
        (cost_orders, "PAPERS", FIRING * POINTS * COORDINATES, "papers_iteration"),
        (cost_orders, "PAPERS", FIRING * POINTS**2 + POINTS**3, "kept_products"),
        (cost_orders, "PAPERS", WIDTH * POINTS * COORDINATES + POINTS**3, "scanning"),
        (cost_orders, "PAPERS", FIRING * POINTS * COORDINATES, "spreading"),
        (cost_orders, "DENSE_BOUND", WIDTH * POINTS * COORDINATES, "dense_with_a_sketch"),
        (cost_orders, "DENSE_BOUND", FIRING * POINTS * COORDINATES, "dense_with_gram"),
        (cost_orders, "SCAN", TREE, "tree_and_scan"),
        (cost_orders, "SETS", DENSE, "sets_and_both"),
    ],
)
def test_what_is_proved_of_another_bound_is_not(
    module: ModuleType,
    name: str,
    wrong: object,
    proof_name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, name, wrong)
    assert not proof(proof_name)()


@pytest.mark.parametrize(
    ("name", "wrong", "proof_name"),
    [
        ("scores", lambda m, _n, d: Counts(m * d), "never_sublinear"),
        ("dense_query", lambda m, n, d: Counts(2 * m * n * d), "gain"),
        ("collect", lambda pairs: Counts(pairs * Size(COORDINATES)), "free_of_coordinates"),
        ("displace", lambda moved, n: Counts(moved * n * n), "displacing_or_recomputing"),
        ("tournament_replace", lambda _, a: Counts(node_writes=a * a), "update_bound"),
        ("tournament_build", lambda m: Counts(node_writes=4 * m), "setting_up"),
        ("factorized_solve", lambda n: Counts(solver_operations=n * n), "dense_at_least"),
    ],
)
def test_what_is_proved_of_the_costs_is_not_proved_of_others(
    name: str, wrong: Broken, proof_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert proof(proof_name)()
    monkeypatch.setattr(closed_forms, name, wrong)
    assert not proof(proof_name)()


# ---- costs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "way"), [(Method.SUBLINEAR, TREE), (Method.GAUSS_NEWTON, DENSE)]
)
def test_a_run_counts_no_more_than_the_polynomials(method: Method, way: Way) -> None:
    """Label by label, with the run's own sizes in place of the symbols."""
    config = Configuration(points=8, width=500, method=method, invariants="off", steps=1)
    found = first_iteration(config, orthonormal(8))
    values = {
        WIDTH: found.m,
        POINTS: found.n,
        COORDINATES: found.d,
        FIRING: max(found.firing),
        MOVED: found.moved,
        LOG: (found.m - 1).bit_length(),
    }
    for label, expected in iteration(way).items():
        most = at_most_polynomial(expected).subs(values)
        assert found.counted[label].total <= most
    assert found.counted[Label.QUERY].total > 0


def test_conjugate_gradients_count_no_more_than_the_polynomial_in_their_rounds() -> None:
    config = Configuration(points=8, width=500, solver=SolverName.CG, invariants="off", steps=1)
    (record, *_) = trained(config, problem=orthonormal(8)).records
    counted = Counts(**record.operations[Label.SOLVE.value])
    values = {POINTS: 8, FIRING: max(record.fired), ROUNDS: record.rounds}
    most = at_most_polynomial(iteration(Way(None, solver=SolverName.CG))[Label.SOLVE])
    assert 0 < counted.total <= most.subs(values)
