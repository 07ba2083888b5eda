"""LAPACK solves what is clearly definite; everything else is for the reference to judge."""

from fractions import Fraction
from math import sqrt

import hypothesis.strategies as st
import pytest
from hypothesis import given

from invariants.score_error import gamma
from reference.errors import SingularGram
from reference.ids import Point
from reference.ports.vectorized.lapack_solver import LapackSolver
from reference.scalar import BINARY64
from reference.solvers.solver import GramSolver, Solution, with_ridge
from tests.linear_systems import Drawn, Linear, draws, one_neuron, regular_draws
from tests.strategies import share

JACOBIAN = one_neuron([[1]], [1]).jacobian(BINARY64)
"""Nobody looks at it."""


def system(gram: list[list[float]], residual: list[float]) -> Linear[float]:
    """The system of this lower triangle."""
    return Linear(gram, JACOBIAN, residual, 0)


def verdict(
    solver: LapackSolver | GramSolver[float], posed: Linear[float], ridge: float
) -> Solution[float] | list[Point]:
    """The solution, or the points that depend on each other."""
    try:
        return solver.solve(posed, ridge)
    except SingularGram as error:
        return list(error.points)


def assert_alike(posed: Linear[float], ridge: float = 0.0) -> bool:
    """The same verdict; if it is a solution, one within the bound. Was it solved?"""
    found = verdict(LapackSolver(), posed, ridge)
    expected = verdict(GramSolver(BINARY64), posed, ridge)
    if not isinstance(expected, Solution):
        assert found == expected
        return False
    assert isinstance(found, Solution)
    for solution in (found, expected):
        assert_solves(posed, ridge, solution.g)
    assert (found.rounds, found.sweeps, found.accuracy) == (0, 0, 0.0)
    assert found.operations == expected.operations
    return True


def assert_solves(posed: Linear[float], ridge: float, g: list[float]) -> None:
    """|(G + λI) g − r|_i ≤ γ_{5n+10}·(√D_i·Σ_j √D_j·|g_j| + |r_i|), in rationals."""
    lower, n = with_ridge(posed.gram, ridge), len(g)
    full = [[Fraction(lower[max(i, j)][min(i, j)]) for j in range(n)] for i in range(n)]
    roots = [sqrt(lower[i][i]) for i in range(n)]
    weight = sum(root * abs(value) for root, value in zip(roots, g, strict=True))
    for row, root, right in zip(full, roots, posed.residual, strict=True):
        defect = sum(q * Fraction(v) for q, v in zip(row, g, strict=True)) - Fraction(right)
        bound = gamma(5 * n + 10, BINARY64.unit_roundoff) * (root * weight + abs(right))
        assert abs(defect) <= bound


RIDGES = st.sampled_from([0.0, 0.25, 2.0**-30, 2.0**-52])


@share(2)
@given(draws(n=4), RIDGES)
def test_any_matrix_has_the_reference_s_verdict(drawn: Drawn, ridge: float) -> None:
    """Singular ones too, with the points that the reference names."""
    assert_alike(drawn.linear(BINARY64), ridge)


@share(2)
@given(regular_draws(n=4))
def test_definite_matrices_are_solved(drawn: Drawn) -> None:
    assert assert_alike(drawn.linear(BINARY64))


@pytest.mark.parametrize("k", range(8, 60, 2))
@pytest.mark.parametrize("scale", [1.0, 2.0**-40, 3e100])
def test_nearly_singular_matrices_have_the_reference_s_verdict(k: int, scale: float) -> None:
    """Two points at an angle of 2^(−k/2), and a third beside them."""
    near = 1.0 + 2.0**-k
    gram = [[scale], [scale, scale * near], [scale / 2, scale / 2, scale]]
    assert assert_alike(system(gram, [1.0, -1.0, 0.5])) == (k <= 48)


def test_a_clearly_definite_matrix_never_sees_the_reference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(GramSolver, "solve", None)
    found = LapackSolver().solve(system([[4.0], [2.0, 3.0]], [1.0, 2.0]), 0.0)
    assert found.g == pytest.approx([-1 / 8, 3 / 4], rel=1e-15)
    assert found.operations == {"factorize": 6}
    other = LapackSolver().solve(system([[3.0], [2.0, 2.0]], [1.0, 2.0]), 1.0)
    assert other.g == found.g


@pytest.mark.parametrize("k", [28, 40, 44])
def test_what_is_not_clearly_definite_has_the_reference_s_bits(k: int) -> None:
    posed = system([[1.0], [1.0 - 2.0**-k, 1.0]], [1.0, 1 / 3])
    assert LapackSolver().solve(posed, 0.0) == GramSolver(BINARY64).solve(posed, 0.0)


@pytest.mark.parametrize("gram", [[[1.0], [0.0, 1e-9]], [[1e-9], [0.0, 1.0]]])
def test_points_whose_sizes_alone_differ_far_are_the_reference_s_to_judge(
    gram: list[list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    posed = system(gram, [1.0, 1.0])
    answer = GramSolver(BINARY64).solve(posed, 0.0)
    judged: list[object] = []

    def judge(_solver: GramSolver[float], *asked: object) -> Solution[float]:
        judged.append(asked)
        return answer

    monkeypatch.setattr(GramSolver, "solve", judge)
    assert LapackSolver().solve(posed, 0.0) is answer
    assert judged == [(posed, 0.0)]


def test_the_size_of_entries_alone_does_not_matter() -> None:
    """The condition does: this one is a million times the identity, or a millionth of it."""
    for size in (1e-6, 1e6):
        posed = system([[size], [size / 3, size]], [1.0, -1.0])
        assert assert_alike(posed)
        assert LapackSolver().solve(posed, 0.0).g[0] == pytest.approx(1.5 / size)


def test_indefinite_and_zero_matrices_are_the_reference_s_to_judge() -> None:
    """No run has the former; where one did, it would end as it does plainly."""
    for gram in ([[1.0], [2.0, 1.0]], [[0.0], [0.0, 0.0]], [[1.0], [0.0, 0.0]]):
        posed = system(gram, [1.0, 1.0])
        expected = verdict(GramSolver(BINARY64), posed, 0.0)
        assert verdict(LapackSolver(), posed, 0.0) == expected
