"""What a solver says it did is what instrumented rationals saw it do, and its closed form."""

from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference import closed_forms
from reference.counters import Counts
from reference.errors import SketchDependent
from reference.scalar import RATIONAL
from reference.solvers.orthogonalization import orthogonalize
from reference.solvers.sketch import OSNAP_NONZEROS, SketchChoice, SketchKind, sketched
from tests.counted_fractions import counted
from tests.linear_systems import CG, GRAM, SKETCHES, Drawn, Way, one_neuron, regular_draws
from tests.strategies import share

RIDGES = st.sampled_from([Fraction(0), Fraction(1, 3)])
ACCURACIES = st.sampled_from([0.5, 1e-3, 1e-300])
NONZEROS = {SketchKind.COUNTSKETCH: 1, SketchKind.OSNAP: OSNAP_NONZEROS}

GOAL = 2
"""Products that say how small a residual is small enough: not counted, once a solve."""

TOLD = 1
"""The quotient that says how small it is, if it is not 0: not counted, once a solve."""


@share(2)
@given(regular_draws(n=4), RIDGES)
def test_factorizing_does_what_it_says(drawn: Drawn, ridge: Fraction) -> None:
    system = drawn.linear(RATIONAL)
    with counted() as done:
        found = GRAM.of(RATIONAL, 0.5, 0).solve(system, ridge)
    assert found.operations == {"factorize": done["*"] + done["/"]}


@share(4)
@given(regular_draws(n=4), RIDGES, ACCURACIES)
def test_conjugate_gradients_do_what_they_say(
    drawn: Drawn, ridge: Fraction, accuracy: float
) -> None:
    n, solver, system = len(drawn.residual), CG.of(RATIONAL, accuracy, 0), drawn.linear(RATIONAL)
    with counted() as done:
        found = solver.solve(system, ridge)
    told = TOLD if found.accuracy else 0
    assert sum(found.operations.values()) == done["*"] + done["/"] - GOAL - told
    products = closed_forms.gram_products(n, found.rounds + found.sweeps)
    vectors = closed_forms.conjugate_gradient(n, found.rounds, found.sweeps)
    assert found.operations == {
        "products": products.solver_operations,
        "iterate": vectors.solver_operations,
    }


@share(4)
@given(regular_draws(), RIDGES, ACCURACIES, st.sampled_from(SKETCHES))
def test_a_sketched_solve_does_what_it_says(
    drawn: Drawn, ridge: Fraction, accuracy: float, way: Way
) -> None:
    """And besides: a sign for each of the P·d entries, and n tests of dependence."""
    n, d = len(drawn.residual), len(drawn.points[0])
    solver, system = way.of(RATIONAL, accuracy, 16 * n), drawn.linear(RATIONAL)
    try:
        with counted() as done:
            found = solver.solve(system, ridge)
    except SketchDependent:
        assert not ridge
        return
    pairs = system.jacobian.firing.pairs
    told = TOLD if found.accuracy else 0
    apart = pairs * d + n + GOAL + told
    multiplied = dict(found.operations)
    added = {part: multiplied.pop(part) for part in ("hash", "sketch")}
    assert sum(multiplied.values()) == done["*"] + done["/"] - apart
    assert added == sketched(RATIONAL, system.jacobian, choice(way.kind, 16 * n), 0).operations
    assert set(multiplied) == {"qr", "products", "precondition", "iterate"}
    times = found.rounds + found.sweeps
    products = closed_forms.jacobian_products(pairs, n, d, times)
    products += closed_forms.ridge_products(n, times if ridge else 0)
    assert multiplied["products"] == products.solver_operations
    once = closed_forms.substitutions(n, found.rounds)
    assert multiplied["precondition"] == once.solver_operations
    vectors = closed_forms.conjugate_gradient(n, found.rounds, found.sweeps)
    assert multiplied["iterate"] == vectors.solver_operations


def choice(kind: SketchKind, rows: int) -> SketchChoice:
    return SketchChoice(kind, rows, 0)


@share(2)
@given(regular_draws(), st.sampled_from(SketchKind), st.integers(1, 20))
def test_a_sketch_adds_as_often_as_it_says(drawn: Drawn, kind: SketchKind, rows: int) -> None:
    """An embedding adds every entry once a block; a transform of N values makes N·log₂N sums."""
    n, m, d = len(drawn.points), len(drawn.signs), len(drawn.points[0])
    jacobian = drawn.jacobian(RATIONAL)
    with counted() as done:
        made = sketched(RATIONAL, jacobian, choice(kind, rows), 0)
    firing = jacobian.firing
    if kind is SketchKind.SRHT:
        padded = next(1 << k for k in range(9) if 1 << k >= m * d)
        adding, hashed = closed_forms.hadamard(n, padded), firing.union * d
    else:
        adding = closed_forms.embedding(firing.pairs, d, NONZEROS[kind])
        hashed = firing.union * d * NONZEROS[kind]
    assert made.operations == {"hash": hashed, "sketch": done["+"]}
    assert adding == Counts(solver_operations=done["+"])
    assert closed_forms.hashes(firing.union * d, NONZEROS.get(kind, 1)).solver_operations == hashed


@pytest.mark.parametrize("n", range(1, 5))
@pytest.mark.parametrize("spare", [0, 3])
def test_orthogonalizing_takes_its_closed_form_and_a_test_a_column(n: int, spare: int) -> None:
    columns = [[Fraction(1, 1 + i + k) for k in range(n + spare)] for i in range(n)]
    with counted() as done:
        factors = orthogonalize(RATIONAL, columns, [Fraction(1, 2)] * (n + spare))
    work = closed_forms.orthogonalization(n + spare, n)
    assert work == Counts(solver_operations=done["*"] + done["/"] - n)
    with counted() as done:
        factors.solve([Fraction(1)] * n)
    assert closed_forms.substitutions(n, 1) == Counts(solver_operations=done["*"] + done["/"])


@share(2)
@given(regular_draws(n=4))
def test_a_product_with_g_by_way_of_the_jacobian_takes_its_closed_form(drawn: Drawn) -> None:
    n, d, jacobian = len(drawn.points), len(drawn.points[0]), drawn.jacobian(RATIONAL)
    with counted() as done:
        jacobian.gram_times([Fraction(1, 3)] * n)
    expected = closed_forms.jacobian_products(jacobian.firing.pairs, n, d, 1)
    assert expected == Counts(solver_operations=done["*"])


def test_the_closed_forms_of_a_known_solve() -> None:
    """G = 4·I in one round and one sweep: n = 3, so 2·9 for two products, 6·3 + 2 − 1 + 3 else."""
    drawn = one_neuron([[2, 0, 0], [0, -2, 0], [0, 0, 2]], [1, 2, -1])
    found = CG.of(RATIONAL, 1e-300, 0).solve(drawn.linear(RATIONAL), Fraction(0))
    assert (found.rounds, found.sweeps) == (1, 1)
    assert found.operations == {"products": 18, "iterate": 22}
