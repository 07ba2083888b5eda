"""What the bounds are computed with, and what is said where nothing can be proven."""

from collections.abc import Sequence
from math import inf, nan, sqrt

import pytest

from invariants.definiteness import smallest_eigenvalue_at_least
from invariants.monitor import float_monitor
from invariants.score_error import norm
from invariants.trajectory_error import BOUNDLESS, TrajectoryError
from reference.scalar import BINARY64
from reference.solvers.solver import SolverName
from reference.training.stopping import Limits
from reference.training.training import Run
from reference.weights import Reading
from tests.lockstep import Start, Way, check, watched

STAR = [[3.0], [1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]]
"""Its largest eigenvalue is 4, its largest row sum 6."""


@pytest.mark.parametrize(
    ("values", "length"),
    [
        ([3.0, -4.0], 5.0),
        ([3e-200, 4e-200], 5e-200),
        ([-3e200, 4e200], 5e200),
        ([1.0] * 100, 10.0),
        ([5e-324], 5e-324),
    ],
)
def test_a_norm_is_rounded_up_and_loses_no_square(values: Sequence[float], length: float) -> None:
    assert length <= norm(values) <= length * 1.002


@pytest.mark.parametrize(("values", "length"), [([], 0.0), ([0.0], 0.0), ([1.0, -inf], inf)])
def test_a_norm_is_zero_of_nothing_and_infinite_of_infinity(
    values: Sequence[float], length: float
) -> None:
    assert norm(values) == length


def test_along_the_gradient_an_error_grows_with_the_largest_eigenvalue() -> None:
    error = TrajectoryError()
    error.stepped_along_gradient(STAR, 0.0, defect=1.0, size=1.0)
    assert 2 <= error.weights <= 2.5  # √4 and √6
    error = TrajectoryError()
    error.rounded(1.0)
    error.stepped_along_gradient(STAR, 0.0, defect=0.0, size=1.0)
    assert 3 <= error.weights <= 5.1  # 4 − 1 and 6 − 1


def test_a_matrix_that_is_blurred_has_an_eigenvalue_as_much_larger() -> None:
    """4 and a quarter of it: the step is 5 − 1 times what was, and √5 times the defect."""
    error = TrajectoryError()
    error.rounded(1.0)
    error.stepped_along_gradient([[4.0]], 0.25, defect=2.0, size=1.0)
    assert 4 + 2 * sqrt(5) <= error.weights <= (4 + 2 * sqrt(5)) * 1.002
    error.solved([[4.0]], 0.25, 0.0, size=1.0, relative=0.0)
    error.recorded()
    least = smallest_eigenvalue_at_least([[4.0]], 0.25)
    assert 5.0 <= error.reports[0]["condition"] * least <= 5.01


def test_what_adds_nothing_leaves_the_bound_as_it_is() -> None:
    error = TrajectoryError()
    error.rounded(1.0)
    before = error.weights
    error.rounded(0.0)
    assert error.weights == before


@pytest.mark.parametrize(
    ("lower", "defect"), [([[1.0], [1.0, 1.0]], 1.0), ([[1.0]], inf), ([[1.0]], nan)]
)
def test_a_bound_that_is_no_number_is_boundless(
    lower: Sequence[Sequence[float]], defect: float
) -> None:
    error = TrajectoryError()
    error.solved(lower, 0.0, defect, size=1.0, relative=defect)
    error.solved([[1.0]], 0.0, 0.0, size=1.0, relative=0.25)
    error.recorded()
    (report,) = error.reports
    assert report["weight_error_after"] == BOUNDLESS
    assert report["solve_residual"] == (1.0 if defect == 1.0 else BOUNDLESS)


def test_what_underflows_is_not_lost() -> None:
    """At this learning rate weights move by a third of the smallest float, that is not at all."""
    start = Start([[1.0]], [-1 / 3], [[2.0**-1040]], [1], 0.0)
    distances = watched(start, Way(None, None, rate=2.0**-1074), 2, BINARY64)
    assert distances[-1].weights_squared > 0
    check(distances)


@pytest.mark.parametrize("reading", [None, *Reading])
def test_a_singular_matrix_leaves_every_later_decision_borderline(
    reading: Reading | None,
) -> None:
    """Two equal points with equal labels can be fitted, by an iteration that never factorizes."""
    point = [0.6, 0.8]
    start = Start([point, point], [3.0, 3.0], [[1.0, 1.0], [2.0, 0.5]], [1, 1], 0.1)
    run = Run(
        Way(reading, SolverName.CG).trainer(start, BINARY64),
        Limits(1, 0.0),
        float_monitor("touched"),
    )
    first, second = run.step(), run.step()
    assert first is not None
    assert second is not None
    assert second.loss < first.loss
    before, after = run.observer.reports()
    assert before["borderline"] == 0
    assert before["weight_error_after"] == BOUNDLESS
    assert after["score_error"] == after["output_error"] == BOUNDLESS
    assert after["borderline"] == after["decisions"] == 4
