"""What cannot be solved, or not as exactly as was asked, is refused with the reason."""

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference.errors import (
    AccuracyNotReached,
    SingularGram,
    SketchDependent,
    SketchTooFewRows,
    Unsolved,
)
from reference.inner_products import inner_product
from reference.scalar import BINARY64, RATIONAL
from reference.solvers.conjugate_gradient import SWEEPS, Accuracy, conjugate_gradient
from reference.solvers.sketch import OSNAP_NONZEROS, SketchKind
from tests.exact_algebra import Rows, dot, rank, times
from tests.linear_systems import (
    CG,
    GRAM,
    SKETCHES,
    Drawn,
    Way,
    attempted,
    draws,
    one_neuron,
)
from tests.strategies import share

TINY = 1e-300


def refused(drawn: Drawn, accuracy: float) -> AccuracyNotReached:
    """What conjugate gradients in floats say."""
    with pytest.raises(AccuracyNotReached) as caught:
        CG.of(BINARY64, accuracy, 0).solve(drawn.linear(BINARY64), 0.0)
    return caught.value


@pytest.mark.parametrize(("residual", "rounds"), [([1, -1], 4), ([1, 0], 8), ([3, 1], 8)])
def test_a_singular_system_without_solution_is_refused_with_the_residual_reached(
    residual: list[int], rounds: int
) -> None:
    """G is all ones. In its null space a sweep ends at once, elsewhere in its second round; every
    other sweep undoes the one before.
    """
    error = refused(one_neuron([[1], [1]], residual), 0.25)
    assert (error.reached, error.rounds, error.wanted) == (1.0, rounds, 0.25)
    assert f"reached ‖G g − r‖/‖r‖ = 1 after {rounds} rounds, not the 0.25 asked" in str(error)


@share(4)
@given(draws(n=4, d=2), st.sampled_from([0.5, 0.01]))
def test_the_residual_that_a_refusal_names_is_that_of_the_last_g(
    drawn: Drawn, wanted: float
) -> None:
    """The last product of all is with the g that is given up."""
    tried: list[Sequence[Fraction]] = []

    def product(v: Sequence[Fraction]) -> list[Fraction]:
        tried.append(list(v))
        return times(drawn.exact_gram, v)

    right = drawn.exact_residual
    try:
        found = conjugate_gradient(product, list, right, Accuracy(RATIONAL, wanted))
    except AccuracyNotReached as error:
        rounds, sweeps, reached = error.rounds, SWEEPS, error.reached
        assert reached > wanted
    else:
        rounds, sweeps, reached = found.rounds, found.sweeps, found.accuracy
        assert not tried or found.g == tried[-1]
    assert rounds + sweeps == len(tried)
    if tried:
        left = [p - q for p, q in zip(right, times(drawn.exact_gram, tried[-1]), strict=True)]
        assert reached == sqrt(float(dot(left, left) / dot(right, right)))


@share(4)
@given(draws(n=4, d=2))
def test_in_rationals_conjugate_gradients_solve_exactly_what_has_a_solution(drawn: Drawn) -> None:
    """A singular G with r in its range takes at most rank(G) rounds; no other r is solved."""
    gram = drawn.exact_gram
    extended = [[*row, r] for row, r in zip(gram, drawn.exact_residual, strict=True)]
    found = attempted(CG, drawn, Fraction(0), TINY, 0)
    if isinstance(found, Unsolved):
        assert isinstance(found, AccuracyNotReached)
        assert rank(extended) > rank(gram)
    else:
        assert times(gram, found.g) == drawn.exact_residual
        assert found.rounds <= rank(gram)


@share(2)
@given(draws(n=4, d=2), st.sampled_from([GRAM, *SKETCHES]))
def test_a_solver_that_factorizes_knows_a_singular_gram_matrix_and_where(
    drawn: Drawn, way: Way
) -> None:
    """A sketch's rows are combinations of those of Jᵀ, so what depends there depends here."""
    rows = drawn.exact_jacobian
    found = attempted(way, drawn, Fraction(0), TINY, 24)
    match found:
        case SingularGram():
            assert way is GRAM
            assert found.points[-1] == first_dependent(rows)
        case SketchDependent():
            assert way in SKETCHES
            assert found.point <= first_dependent(rows)
        case _:
            assert not isinstance(found, Unsolved)
            assert first_dependent(rows) == len(rows)


def first_dependent(rows: Rows) -> int:
    """The first row that is a combination of earlier ones; their number if there is none."""
    return next((k for k in range(len(rows)) if rank(rows[: k + 1]) == k), len(rows))


def test_a_residual_that_is_not_zero_is_not_reported_as_zero() -> None:
    """What is left is 10⁻⁴⁰⁰ of it, which no float is."""

    def product(v: Sequence[Fraction]) -> list[Fraction]:
        return [v[0], 2 * v[1]]

    right = [Fraction(1), Fraction(1, 10**400)]
    found = conjugate_gradient(product, list, right, Accuracy(RATIONAL, TINY))
    assert product(found.g) != right
    assert found.accuracy > 0


def test_an_accuracy_that_no_float_has_is_refused() -> None:
    error = refused(one_neuron([[3, 1, 0], [1, 3, 1], [0, 1, 3]], [1, 1, -1]), 1e-30)
    assert 0 < error.reached < 1e-15
    assert "no float is that exact" in str(error)


def test_a_map_that_is_not_positive_definite_is_refused_although_there_is_a_solution() -> None:
    """Each of four sweeps ends at its first direction, with nothing done."""

    def negative(v: Sequence[Fraction]) -> list[Fraction]:
        return [-entry for entry in v]

    with pytest.raises(AccuracyNotReached) as caught:
        conjugate_gradient(negative, list, [Fraction(1), Fraction(2)], Accuracy(RATIONAL, 0.5))
    assert (caught.value.rounds, caught.value.reached) == (4, 1.0)


def test_no_more_than_twenty_rounds_a_point_are_made() -> None:
    """Of rows 27720/(1 + i + j), so nearly dependent that rounding hides the way."""
    hilbert = [[27720 // (1 + i + j) for j in range(6)] for i in range(6)]
    drawn = one_neuron(hilbert, [1, -1, 1, -1, 1, -1])
    matrix = [[float(q) for q in row] for row in drawn.exact_gram]
    preconditioned: list[Sequence[float]] = []

    def counting(v: Sequence[float]) -> list[float]:
        preconditioned.append(v)
        return list(v)

    def product(v: Sequence[float]) -> list[float]:
        return [inner_product(row, v, 0.0) for row in matrix]

    right = [float(r) for r in drawn.residual]
    with pytest.raises(AccuracyNotReached) as caught:
        conjugate_gradient(product, counting, right, Accuracy(BINARY64, 1e-9))
    assert caught.value.rounds == len(preconditioned) == 20 * 6


# ---- sketches ------------------------------------------------------------------------------------

THREE_AXES = one_neuron([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], [1, 2, 3])


@pytest.mark.parametrize("way", SKETCHES)
def test_a_sketch_of_fewer_rows_than_points_is_refused(way: Way) -> None:
    with pytest.raises(SketchTooFewRows, match="of 3 points needs at least 3 rows, not 2"):
        way.of(RATIONAL, TINY, 2).solve(THREE_AXES.linear(RATIONAL), Fraction(0))


@pytest.mark.parametrize("way", SKETCHES)
def test_a_sketch_of_as_many_rows_as_points_can_do(way: Way) -> None:
    found = [attempted(way, THREE_AXES, Fraction(0), TINY, 3, seed) for seed in range(40)]
    solved = [answer.g for answer in found if not isinstance(answer, Unsolved)]
    assert solved
    assert solved == [[1, 2, 3]] * len(solved)


def test_a_sketch_that_adds_two_columns_into_one_row_is_refused_naming_the_second() -> None:
    drawn = one_neuron([[1, 0], [0, 1]], [1, 1])
    way = next(way for way in SKETCHES if way.kind is SketchKind.COUNTSKETCH)
    found = [attempted(way, drawn, Fraction(0), TINY, 2, seed) for seed in range(20)]
    said = {str(answer) for answer in found if isinstance(answer, SketchDependent)}
    assert len(said) == 1
    assert "in 2 rows lost a dimension: the column of point 1 depends" in said.pop()


@pytest.mark.parametrize("kind", SketchKind)
def test_a_fresh_sketch_depends_on_the_step_and_one_drawn_once_does_not(kind: SketchKind) -> None:
    """Far from exact solutions show what preconditioned them."""
    drawn = one_neuron([[1, 2, 0, 1, 1], [0, 1, 1, 2, 1], [1, 0, 2, 1, -1]], [1, -2, 1])

    def found(way: Way, step: int) -> tuple[Fraction, ...]:
        solver = way.of(RATIONAL, 0.99, OSNAP_NONZEROS)
        return tuple(solver.solve(drawn.linear(RATIONAL, step), Fraction(1)).g)

    fresh, once = (way for way in SKETCHES if way.kind is kind)
    steps = range(4)
    assert {found(once, step) for step in steps} == {found(fresh, 0)}
    assert len({found(fresh, step) for step in steps}) > 1
