"""Every solver finds the g with (G + λ I) g = r, and says truly how near it came."""

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference.errors import AccuracyNotReached, SketchDependent
from reference.inner_products import inner_product
from reference.scalar import BINARY64, RATIONAL
from reference.solvers.conjugate_gradient import Accuracy, Iterate, conjugate_gradient
from reference.solvers.sketch import SketchKind
from tests.exact_algebra import (
    dot,
    plus_ridge,
    root_above,
    root_below,
    solution,
    times,
)
from tests.linear_systems import (
    CG,
    GRAM,
    SKETCHES,
    WAYS,
    Drawn,
    Way,
    one_neuron,
    regular_draws,
)
from tests.strategies import share

TINY = 1e-300
RIDGES = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(2)])


def off(drawn: Drawn, ridge: Fraction, g: Sequence[Fraction]) -> list[Fraction]:
    """r − (G + λ I) g."""
    images = times(plus_ridge(drawn.exact_gram, ridge), g)
    return [r - q for r, q in zip(drawn.exact_residual, images, strict=True)]


@share(4)
@given(regular_draws(), RIDGES, st.sampled_from(WAYS), st.integers(0, 9))
def test_in_rationals_every_solver_finds_the_solution_itself_in_at_most_n_rounds(
    drawn: Drawn, ridge: Fraction, way: Way, seed: int
) -> None:
    n = len(drawn.residual)
    try:
        found = way.of(RATIONAL, TINY, 6 * n, seed).solve(drawn.linear(RATIONAL), ridge)
    except SketchDependent:
        assert way in SKETCHES
        assert not ridge
        return
    assert found.g == solution(plus_ridge(drawn.exact_gram, ridge), drawn.exact_residual)
    assert found.accuracy == 0.0
    assert found.rounds <= (0 if way is GRAM else n)
    assert found.sweeps == (1 if found.rounds else 0)


@share(4)
@given(regular_draws(), RIDGES, st.sampled_from([CG, *SKETCHES]), st.sampled_from([0.75, 0.25]))
def test_in_rationals_the_accuracy_reported_is_the_one_reached(
    drawn: Drawn, ridge: Fraction, way: Way, wanted: float
) -> None:
    rows = 6 * len(drawn.residual)
    try:
        found = way.of(RATIONAL, wanted, rows).solve(drawn.linear(RATIONAL), ridge)
    except SketchDependent:
        assert not ridge
        return
    left, right = off(drawn, ridge, found.g), drawn.exact_residual
    square = dot(left, left) / dot(right, right) if any(right) else Fraction()
    assert square <= Fraction(wanted) ** 2
    assert found.accuracy == sqrt(float(square))


def gamma(operations: int) -> Fraction:
    """How much so many roundings in a row can change a number, as a share of it."""
    k = operations * Fraction(BINARY64.unit_roundoff)
    return k / (1 - k)


def rounding_of_the_residual(drawn: Drawn, ridge: Fraction, g: Sequence[Fraction]) -> Fraction:
    """Σ_i γ·(|r_i| + Σ_j (|J||J|ᵀ)_ij·|g_j| + λ|g_i|): more than ‖·‖ of what r − A g was off.

    No entry of it passes more roundings than there are factors and terms: two in a share, n in a
    row's combination, m in a point's, d in an inner product, and four for scale, ridge and r.
    """
    n, m, d = len(drawn.points), len(drawn.signs), len(drawn.points[0])
    sizes = [[abs(entry) for entry in row] for row in drawn.exact_jacobian]
    magnitudes = [abs(entry) for entry in g]
    through = [[dot(p, q) for q in sizes] for p in sizes]
    images = times(plus_ridge(through, ridge), magnitudes)
    entries = [abs(r) + q for r, q in zip(drawn.exact_residual, images, strict=True)]
    return gamma(n + m + d + 6) * sum(entries, Fraction())


def assert_true(drawn: Drawn, ridge: Fraction, floats: Sequence[float], accuracy: float) -> None:
    """The accuracy is ‖(G + λ I) g − r‖/‖r‖ but for what was rounded in finding it out."""
    g = [Fraction(entry) for entry in floats]
    left, right = off(drawn, ridge, g), drawn.exact_residual
    slack = rounding_of_the_residual(drawn, ridge, g)
    share_of_it, reported = gamma(2 * len(g) + 4), Fraction(accuracy)
    length = dot(right, right)
    assert reported * (1 + share_of_it) * root_above(length) >= root_below(dot(left, left)) - slack
    assert reported * (1 - share_of_it) * root_below(length) <= root_above(dot(left, left)) + slack


@share(4)
@given(regular_draws(), RIDGES, st.sampled_from([CG, *SKETCHES]), st.integers(0, 9))
def test_in_floats_the_accuracy_reported_is_the_one_reached_but_for_rounding(
    drawn: Drawn, ridge: Fraction, way: Way, seed: int
) -> None:
    """64·det(G) is whole and G's trace at most 39, so cond(G) < 10⁶, far from 2⁵³."""
    dyadic = Fraction(float(ridge))
    solver = way.of(BINARY64, 2.0**-20, 6 * len(drawn.residual), seed)
    try:
        found = solver.solve(drawn.linear(BINARY64), float(ridge))
    except SketchDependent:
        assert way in SKETCHES
        assert not ridge
        return
    assert found.accuracy <= 2.0**-20
    assert_true(drawn, dyadic, found.g, found.accuracy)


@share(4)
@given(regular_draws())
def test_in_floats_a_refusal_names_the_residual_that_was_reached_but_for_rounding(
    drawn: Drawn,
) -> None:
    """No float is as exact as 10⁻³⁰, except exactly; the last product is with the g given up."""
    tried: list[Sequence[float]] = []
    matrix = [[float(q) for q in row] for row in drawn.exact_gram]

    def product(v: Sequence[float]) -> list[float]:
        tried.append(list(v))
        return [inner_product(row, v, 0.0) for row in matrix]

    right = [float(r) for r in drawn.residual]
    try:
        reached = conjugate_gradient(product, list, right, Accuracy(BINARY64, 1e-30)).accuracy
    except AccuracyNotReached as error:
        reached = error.reached
    assert_true(drawn, Fraction(), tried[-1] if tried else right, reached)


def test_a_recurrence_that_strayed_is_swept_again_until_the_true_residual_is_small() -> None:
    drawn = one_neuron([[27720, 13860], [13860, 9240]], [1, -1])
    found = CG.of(BINARY64, 1e-14, 0).solve(drawn.linear(BINARY64), 0.0)
    assert found.sweeps == 2
    assert found.accuracy <= 1e-14
    assert_true(drawn, Fraction(), found.g, found.accuracy)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ridge", [Fraction(0), Fraction(1)])
def test_nothing_to_solve_takes_no_round(way: Way, ridge: Fraction) -> None:
    drawn = one_neuron([[1, 0, 1], [1, 1, 0]], [0, 0])
    exact = way.of(RATIONAL, TINY, 12).solve(drawn.linear(RATIONAL), ridge)
    rounded = way.of(BINARY64, TINY, 12).solve(drawn.linear(BINARY64), float(ridge))
    assert exact.g == rounded.g == [0, 0]
    for found in (exact, rounded):
        assert (found.rounds, found.sweeps, found.accuracy) == (0, 0, 0.0)


def test_a_multiple_of_the_identity_takes_one_round() -> None:
    drawn = one_neuron([[2, 0, 0], [0, -2, 0], [0, 0, 2]], [1, 2, -1])
    found = CG.of(RATIONAL, TINY, 0).solve(drawn.linear(RATIONAL), Fraction(0))
    assert (found.rounds, found.sweeps) == (1, 1)
    assert found.g == [Fraction(1, 4), Fraction(1, 2), Fraction(-1, 4)]


def test_a_residual_of_exactly_the_accuracy_is_small_enough() -> None:
    """G has 1 and 3 on its diagonal: the first round leaves half of the residual."""

    def product(v: Sequence[Fraction]) -> list[Fraction]:
        return [v[0], 3 * v[1]]

    right = [Fraction(1), Fraction(1)]
    found = conjugate_gradient(product, list, right, Accuracy(RATIONAL, 0.5))
    assert found == Iterate([Fraction(1, 2)] * 2, rounds=1, sweeps=1, accuracy=0.5)


@share(8)
@given(regular_draws(), RIDGES)
def test_all_rows_of_the_transform_make_a_perfect_preconditioner_and_one_round(
    drawn: Drawn, ridge: Fraction
) -> None:
    padded = 4 * len(drawn.signs) * len(drawn.points[0])
    for way in SKETCHES:
        if way.kind is SketchKind.SRHT:
            found = way.of(RATIONAL, TINY, padded).solve(drawn.linear(RATIONAL), ridge)
            assert found.rounds == (1 if any(drawn.residual) else 0)
