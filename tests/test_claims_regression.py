"""What solving rests on, against brute force and known values; and the checks of it can fail."""

from fractions import Fraction
from math import cos, pi

import numpy as np
import pytest
import sympy

from proofs.claims import regression
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.measured.costs.first_steps import Work, first_step, solved
from proofs.measured.solving import block_inversion, exact_rounds, readings, solver_rounds
from proofs.measured.solving.block_inversion import Counted, inverted
from proofs.measured.solving.exact_rounds import chebyshev, rounds, spectrum
from proofs.measured.solving.readings import solutions
from proofs.measured.solving.solver_rounds import bent, most_rounds
from proofs.measured.solving.systems import condition, drawn, in_full, one_neuron
from proofs.measured.trainings.small_trainings import inner
from proofs.symbolic import cheaper_solver, least_squares, without_cubes
from proofs.symbolic import rounds as proved_rounds
from reference import closed_forms
from reference.counters import Counts
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.scalar import RATIONAL
from reference.solvers.conjugate_gradient import ConjugateGradientSolver
from reference.solvers.solver import GramSolver, Solution, Solver, SolverName
from reference.solvers.system import System
from reference.training.observer import Nobody

pytestmark = pytest.mark.plain

QUICK = Effort.QUICK

# ---- systems -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_a_drawn_system_has_the_gram_matrix_of_its_jacobian(seed: int) -> None:
    system = drawn(seed)
    n = len(system.residual)
    for j in range(n):
        axis = [Fraction(i == j) for i in range(n)]
        column = system.jacobian.gram_times(axis)
        assert [system.gram[max(i, j)][min(i, j)] for i in range(n)] == column


def test_one_neuron_makes_the_points_the_jacobian() -> None:
    points = [[Fraction(1), Fraction(2)], [Fraction(0), Fraction(3)]]
    system = one_neuron(points, [Fraction(1), Fraction(1)])
    assert system.jacobian.times([[Fraction(1), Fraction(10)]]) == [21, 30]


def test_the_condition_is_the_quotient_of_the_extreme_eigenvalues() -> None:
    assert condition([[2.0], [1.0, 2.0]]) == pytest.approx(3)
    assert in_full([[2.0], [1.0, 5.0]]).tolist() == [[2, 1], [1, 5]]


@pytest.mark.parametrize("name", SolverName)
def test_a_first_step_takes_what_the_run_counts(name: SolverName) -> None:
    problem = choose_points(load_table("diabetes", None), 3, 0).problem
    config = Configuration(
        data="diabetes", points=3, width=64, invariants="off", steps=1, solver=name
    )
    record = build_run(config, problem, Nobody()).step()
    assert record is not None
    work = solved(first_step(config), name)
    assert dict(work.operations) == record.solver_operations
    assert work.rounds == record.rounds


# ---- the target ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_what_is_added_to_a_step_is_not_seen_by_the_jacobian(seed: int) -> None:
    system = drawn(seed)
    v = readings._kept_still(system, seed)
    d = system.jacobian.d
    rows = [v[start : start + d] for start in range(0, len(v), d)]
    assert not any(system.jacobian.times(rows))
    assert any(v) or len(v) == len(system.residual)


class OffByOne:
    """A solver whose last coefficient is 1 too large."""

    def solve(self, system: System[Fraction], ridge: Fraction) -> Solution[Fraction]:
        found = GramSolver(RATIONAL).solve(system, ridge)
        found.g[-1] += 1
        return found


@pytest.mark.parametrize("first", [True, False])
def test_a_solver_that_is_wrong_is_seen(first: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    right: list[Solver[Fraction]] = [GramSolver(RATIONAL)]
    wrong: list[Solver[Fraction]] = [OffByOne()]
    solvers = wrong + right if first else right + wrong
    monkeypatch.setattr(readings, "_solvers", lambda _: solvers)
    found = solutions(drawn(1), 1)
    assert (found.one, found.solves) == (False, not first)
    monkeypatch.setattr(regression, "solutions", lambda *_: found)
    with pytest.raises(NotEstablished):
        regression._every_solver(QUICK)


def test_a_reading_that_fits_as_well_would_not_be_another_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = readings.over_weights()
    same = readings.OtherStep(found.steps, found.images, (found.residuals[0], found.residuals[0]))
    monkeypatch.setattr(regression, "over_weights", lambda: same)
    with pytest.raises(NotEstablished):
        list(regression._other_problems())


@pytest.mark.parametrize("proof", ["least_norm", "gauss_newton"])
def test_half_of_a_mixed_term_is_not_enough(proof: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(least_squares, "twice", lambda left, right: left.T * right)
    assert not getattr(least_squares, proof)()


# ---- rounds --------------------------------------------------------------------------------------


def test_chebyshev_polynomials_have_their_values() -> None:
    assert list(map(int, chebyshev(Fraction(2), 5))) == [1, 2, 7, 26, 97]
    x = sympy.Symbol("x")
    expected = [sympy.chebyshevt(k, x).subs(x, sympy.Rational(3, 7)) for k in range(8)]
    assert [sympy.Rational(v) for v in chebyshev(Fraction(3, 7), 8)] == expected
    assert [float(v) for v in chebyshev(Fraction(1, 2), 4)] == pytest.approx(
        [cos(k * pi / 3) for k in range(4)]
    )


def test_a_spectrum_begins_and_ends_where_it_is_told_to() -> None:
    values = spectrum(3, 6)
    assert min(values) == values[0] == Fraction(2, 3)
    assert max(values) == values[-1] == 2
    assert len(values) == 6


def test_equal_eigenvalues_take_one_round_and_two_of_them_two() -> None:
    assert len(rounds(0, [Fraction(1)] * 4).left) == 1
    found = rounds(0, [Fraction(2, 3), Fraction(2), Fraction(2)])
    assert len(found.left) == 2
    assert found.left[0] == 1
    assert found.orthogonal


def test_the_bound_is_met_with_equality_at_its_worst() -> None:
    """Two eigenvalues, one round: some right side leaves 1/T_1(2)² = 1/4 of the square at most."""
    found = [rounds(seed, [Fraction(2, 3), Fraction(2)]).left for seed in range(20)]
    worst = max(left[1] for left in found if len(left) > 1)
    assert Fraction(1, 5) < worst <= Fraction(1, 4)


def test_most_rounds_falls_short_exactly_where_the_bound_is_reached() -> None:
    often = most_rounds(100.0, 3.0, 1e-6)
    assert 2 * 10 * (2 + 3**0.5) ** -often == pytest.approx(1e-6)


def test_bent_points_are_as_near_to_dependent_as_asked_for() -> None:
    conditions = [condition(bent(6, spread).gram) for spread in (0, 4, 8)]
    assert conditions[0] < 20
    assert 20 < conditions[1] / conditions[0] < conditions[2] / conditions[0] / 20


def test_polynomials_that_grow_faster_would_be_seen_to_be_too_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = rounds(1, spectrum(1, 4))
    assert found.within(Fraction(3))
    monkeypatch.setattr(
        exact_rounds, "chebyshev", lambda x, count: [(3 * x) ** k for k in range(count)]
    )
    assert not found.within(Fraction(3))
    monkeypatch.setattr(regression, "rounds", lambda *_: found)
    with pytest.raises(NotEstablished):
        next(regression._in_rationals(QUICK))


def test_a_smaller_bound_is_exceeded(monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(solver_rounds.counted(6, 6, [1e-2, 1e-4], 1))
    assert regression._within_the_bound(found, 6, 1).figures["counts"] == 2
    monkeypatch.setattr(solver_rounds, "most_rounds", lambda *_: most_rounds(1.5, 1.5, 0.1))
    with pytest.raises(NotEstablished):
        regression._within_the_bound(found, 6, 1)


def test_an_accuracy_that_was_not_reached_is_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver_rounds, "rounds_of", lambda *_: None)
    found = list(solver_rounds.counted(6, 6, [1e-2], 1))
    with pytest.raises((NotEstablished, ValueError)):
        regression._within_the_bound(found, 6, 1)


@pytest.mark.parametrize(
    ("name", "wrong", "proof"),
    [
        ("CONDITION", 2, "kept_lengths"),
        ("CONDITION", 4, "rounds_at_condition_three"),
        ("gamma", lambda condition: condition / (condition - 1), "chebyshev"),
        ("ratio", lambda condition: sympy.sqrt(condition), "chebyshev"),
        ("ratio", lambda condition: sympy.sqrt(condition) + 1, "rounds_without_preconditioner"),
    ],
)
def test_a_wrong_rate_is_not_proved(
    name: str, wrong: object, proof: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proved_rounds, name, wrong)
    assert not getattr(proved_rounds, proof)()


# ---- the cheaper solver --------------------------------------------------------------------------


def operations(work: Counts) -> int:
    return work.solver_operations


def exactly(n: int, increments: int) -> int:
    return operations(closed_forms.gram(increments, n) + closed_forms.factorized_solve(n))


def by_sketch(n: int, d: int, pairs: int, union: int, q: int, t: int) -> int:
    """With n rows, t − 1 rounds and one sweep."""
    return operations(
        closed_forms.hashes(union * d, q)
        + closed_forms.embedding(pairs, d, q)
        + closed_forms.orthogonalization(n, n)
        + closed_forms.jacobian_products(pairs, n, d, t)
        + closed_forms.substitutions(n, t - 1)
        + closed_forms.conjugate_gradient(n, t - 1, 1)
    )


def test_the_inequality_is_seen_at_sizes_on_both_sides_of_it() -> None:
    """d = 1, q = 1, t = 2: cheaper up to n = 17, and not at 21 if all fire everywhere."""
    neurons = 10**6
    for n in (1, 2, 9, 17, 21, 40):
        pairs = n * neurons
        everywhere = neurons * n * (n + 1) // 2
        cheaper = exactly(n, everywhere) <= by_sketch(n, 1, pairs, neurons, 1, 2)
        assert cheaper == (n < 21)


@pytest.mark.parametrize(
    ("closed_form", "wrong", "proof"),
    [
        ("gram", lambda c, _: Counts(solver_operations=2 * c), "exact_is_cheaper"),
        ("orthogonalization", lambda *_: Counts(), "exact_is_cheaper"),
        ("gram_products", lambda n, t: Counts(solver_operations=4 * t * n * n), "few_rounds"),
        ("embedding", lambda p, d, _: Counts(solver_operations=2 * p * d), "sketch_is_cheaper"),
        ("hadamard", lambda n, N: Counts(solver_operations=n * N), "transform_costs_more"),
    ],
)
def test_a_wrong_closed_form_is_not_proved_cheaper(
    closed_form: str, wrong: object, proof: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closed_forms, closed_form, wrong)
    assert not getattr(cheaper_solver, proof)()


def test_a_dear_gram_matrix_would_not_be_established_as_cheap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(closed_forms, "gram", lambda c, _: Counts(solver_operations=10**4 * c))
    with pytest.raises(NotEstablished):
        regression._counted_on("diabetes", 6, 256)


# ---- without n³ ----------------------------------------------------------------------------------


@pytest.mark.parametrize("levels", [0, 1, 2, 3])
def test_seven_products_make_the_product(levels: int) -> None:
    n = 1 << levels
    left = [[Fraction(i * n + j % 3 - 2) for j in range(n)] for i in range(n)]
    right = [[Fraction((i - 2 * j) % 5, 3) for j in range(n)] for i in range(n)]
    counting = Counted()
    columns = block_inversion.transposed(right)
    assert counting.product(left, right) == [[inner(r, c) for c in columns] for r in left]
    assert counting.operations == int(without_cubes.PRODUCT.subs(without_cubes.LEVELS, levels))


def test_the_inverse_is_numpys() -> None:
    matrix = [[Fraction(2 if i == j else 1, 1 + abs(i - j)) for j in range(4)] for i in range(4)]
    found = np.array(Counted().inverse(matrix), dtype=float)
    expected = np.linalg.inv(np.array(matrix, dtype=float))
    assert found == pytest.approx(expected)
    assert inverted(2).right


@pytest.mark.parametrize("name", ["PRODUCT", "INVERSE"])
def test_a_wrong_count_is_neither_proved_nor_established(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = getattr(without_cubes, name) + 4**without_cubes.LEVELS
    monkeypatch.setattr(without_cubes, name, wrong)
    assert not without_cubes.below_cubes()
    if name == "INVERSE":
        monkeypatch.setattr(block_inversion, name, wrong)
        with pytest.raises(NotEstablished):
            regression._by_halves(QUICK)


def test_rounds_that_grow_with_n_give_a_cube() -> None:
    sizes = [8, 16, 32, 64]
    squares, cubes = (
        [(9.0, Work({"gram": 5, "products": n**p}, 1), n**3) for n in sizes] for p in (2, 3)
    )
    assert regression._growing("diabetes", sizes, squares).figures["exponent"] == 2
    slow = [(kappa, Work({"gram": 0, "products": 2 * w.total}, 1), n) for kappa, w, n in cubes]
    with pytest.raises(NotEstablished):
        regression._growing("diabetes", sizes, slow)
    with pytest.raises(NotEstablished):
        regression._below_the_factorization(sizes, slow)


def test_a_solver_that_needs_no_rounds_would_refute_the_case_against_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_once: Solution[float] = Solution([], 1, 1, 0.0, {})
    monkeypatch.setattr(ConjugateGradientSolver, "solve", lambda *_: at_once)
    with pytest.raises(NotEstablished):
        regression._against_it(QUICK)


def test_a_sketch_that_is_dependent_is_counted_as_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "ROWS_A_POINT", 1)
    found = [solutions(drawn(seed), seed) for seed in range(8)]
    assert any(each.refused for each in found)
    assert all(each.one and each.solves for each in found)


def test_two_points_that_differ_are_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the check of a point twice would see a solver that takes anything."""
    points = [[Fraction(1), Fraction(0)], [Fraction(0), Fraction(1)]]
    monkeypatch.setattr(readings, "one_neuron", lambda _, residual: one_neuron(points, residual))
    assert not readings.repeated().refused
