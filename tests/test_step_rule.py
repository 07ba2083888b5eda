"""What each rule asks of the landscape, and which step it takes."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Generic

import pytest

from reference.counters import Counts
from reference.errors import SingularGram
from reference.ids import Point
from reference.jacobian import Jacobian
from reference.scalar import BINARY64, RATIONAL, S
from reference.solvers.conjugate_gradient import Accuracy, ConjugateGradientSolver
from reference.solvers.solver import GramSolver, Solution
from reference.solvers.system import System
from reference.training.step_rule import (
    DAMPINGS,
    HALVINGS,
    Backtracking,
    Damped,
    FullSteps,
    GradientSteps,
    StepRule,
    rule,
)

ZERO, ONE = Fraction(0), Fraction(1)
EXACT, ROUNDED = GramSolver(RATIONAL), GramSolver(BINARY64)


class Valley(Generic[S]):
    """A landscape of one's choice, where the first loss is `loss`; it remembers what was asked.

    Nothing here needs J, and there is none.
    """

    step = 0

    def __init__(
        self,
        gram: Sequence[Sequence[S]],
        residual: Sequence[S],
        loss: S,
        loss_after: Callable[[S, S], S],
    ) -> None:
        """The loss after a step is a function of the solution's first entry and the size."""
        self.gram: Sequence[Sequence[S]] = gram
        self.residual: Sequence[S] = residual
        self.loss: S = loss
        self.asked: list[tuple[S, S]] = []
        self._loss_after: Callable[[S, S], S] = loss_after

    @property
    def jacobian(self) -> Jacobian[S]:
        raise AssertionError

    @property
    def diagonal(self) -> list[S]:
        return [row[-1] for row in self.gram]

    def loss_after(self, g: Sequence[S], size: S) -> S:
        self.asked.append((g[0], size))
        return self._loss_after(g[0], size)


def valley(
    gram: list[list[int]], residual: list[int], loss_after: Callable[[Fraction, Fraction], Fraction]
) -> Valley[Fraction]:
    """One in rationals, where the loss is 1 so far."""
    lower = [[Fraction(entry) for entry in row] for row in gram]
    return Valley(lower, [Fraction(entry) for entry in residual], ONE, loss_after)


def flat(_solution: Fraction, _size: Fraction) -> Fraction:
    """No step changes the loss."""
    return ONE


def falling(_solution: Fraction, _size: Fraction) -> Fraction:
    """Every step lowers the loss."""
    return ONE / 2


def armijo(size: Fraction) -> Fraction:
    """The largest loss that backtracking takes: (1 − 2·10⁻⁴·η)·loss."""
    return 1 - Fraction(2, 10_000) * size


def test_a_full_step_solves_exactly_and_asks_nothing() -> None:
    plain = valley([[2], [1, 3]], [1, 2], flat)
    choice = FullSteps(RATIONAL, EXACT).choose(plain)
    assert choice.solution.g == [Fraction(1, 5), Fraction(3, 5)]
    assert (choice.size, choice.damping, choice.solves) == (ONE, ZERO, 1)
    assert choice.operations == choice.solution.operations == {"factorize": 1 + 1 + 4}
    assert (choice.rounds, choice.sweeps, choice.solution.accuracy) == (0, 0, 0.0)
    assert plain.asked == []


@pytest.mark.parametrize("halvings", [0, 1, 5, HALVINGS])
def test_backtracking_halves_until_the_loss_falls_as_demanded(halvings: int) -> None:
    """A loss exactly at the demand is enough, and one just above it is not."""
    enough = Fraction(1, 2**halvings)
    above = Fraction(1, 10**12)
    slope = valley([[4]], [8], lambda _, size: armijo(size) + (above if size > enough else 0))
    choice = Backtracking(RATIONAL, EXACT).choose(slope)
    assert choice is not None
    assert (choice.solution.g, choice.size, choice.damping) == ([Fraction(2)], enough, ZERO)
    assert [size for _, size in slope.asked] == [Fraction(1, 2**k) for k in range(halvings + 1)]


def test_backtracking_gives_up_after_its_last_halving() -> None:
    plain = valley([[1]], [1], flat)
    assert Backtracking(RATIONAL, EXACT).choose(plain) is None
    assert len(plain.asked) == HALVINGS + 1


@pytest.mark.parametrize("chooser", [FullSteps(RATIONAL, EXACT), Backtracking(RATIONAL, EXACT)])
def test_only_damping_can_step_where_gram_is_singular(
    chooser: FullSteps[Fraction] | Backtracking[Fraction],
) -> None:
    singular = valley([[1], [1, 1]], [1, 1], falling)
    with pytest.raises(SingularGram):
        chooser.choose(singular)
    assert Damped(RATIONAL, EXACT).choose(singular) is not None


def test_a_damped_step_solves_with_damping_times_the_mean_diagonal_added() -> None:
    choice = Damped(RATIONAL, EXACT, ONE).choose(valley([[1], [1, 3]], [4, 6], falling))
    assert choice is not None
    g, tenth = choice.solution.g, ONE / 10
    assert (choice.size, choice.damping, choice.solves) == (ONE, tenth, 1)
    assert [(1 + tenth * 2) * g[0] + g[1], g[0] + (3 + tenth * 2) * g[1]] == [4, 6]


def test_damping_rises_by_tens_until_the_loss_is_lower_and_starts_there_next_time() -> None:
    """With G = 1 and r = 1 the solution is 1/(1 + λ); it must be at most ½, so λ ≥ 1."""
    slope = valley([[1]], [1], lambda g, _: ONE if g > ONE / 2 else ONE / 2)
    damped = Damped(RATIONAL, EXACT)
    choice = damped.choose(slope)
    assert choice is not None
    assert (choice.damping, choice.solves, damped.remembered) == (ONE, 4, ONE)
    assert choice.operations == {"factorize": 4}
    tried = [1 / g - 1 for g, _ in slope.asked]
    assert tried == [Fraction(1, 1000), Fraction(1, 100), Fraction(1, 10), ONE]
    slope.asked.clear()
    damped.choose(slope)
    assert [1 / g - 1 for g, _ in slope.asked] == [Fraction(1, 10), ONE]


def test_damping_gives_up_where_no_step_lowers_the_loss_and_forgets_its_failures() -> None:
    plain = valley([[1]], [1], flat)
    damped = Damped(RATIONAL, EXACT)
    assert damped.choose(plain) is None
    assert len(plain.asked) == DAMPINGS
    assert damped.remembered == Fraction(1, 100)


def one_point_twice() -> Valley[float]:
    """In floats: G alone is singular."""
    return Valley([[1.0], [1.0, 1.0]], [1.0, 1.0], 1.0, lambda _, __: 0.5)


@pytest.mark.parametrize("damping", [1.0, 1e-2, 1e-14])
def test_damping_is_never_singular(damping: float) -> None:
    assert Damped(BINARY64, ROUNDED, damping).choose(one_point_twice()) is not None


def test_a_gradient_step_is_its_size_of_the_residual_and_solves_nothing() -> None:
    plain = valley([[2], [1, 3]], [1, 2], flat)
    choice = GradientSteps(RATIONAL, 2, Fraction(1, 8)).choose(plain)
    assert choice is not None
    assert choice.solution.g == [1, 2]
    assert (choice.size, choice.damping) == (Fraction(1, 8), ZERO)
    assert (choice.solves, choice.rounds, choice.sweeps) == (1, 0, 0)
    assert (choice.solution.accuracy, choice.operations) == (0.0, {})


def test_damping_is_never_singular_however_small_it_has_become() -> None:
    assert Damped(BINARY64, ROUNDED, 1e-17).choose(one_point_twice()) is not None


@pytest.mark.parametrize("name", StepRule)
def test_every_rule_has_its_name_and_a_damped_one_goes_on_from_its_damping(name: StepRule) -> None:
    made = rule(name, RATIONAL, EXACT, Fraction(3))
    assert made.name is name
    assert made.remembered == (3 if name is StepRule.DAMPED else None)


def test_damping_goes_from_one_over_ten_to_the_twelve_to_ten_to_the_seventeen() -> None:
    least = ONE / 10**12
    for start in (least, 2 * least, ZERO):
        choice = Damped(RATIONAL, EXACT, start).choose(valley([[1]], [1], falling))
        assert choice is not None
        assert choice.damping == least
    plain = valley([[1]], [1], flat)
    assert Damped(RATIONAL, EXACT, least).choose(plain) is None
    assert [1 / g - 1 for g, _ in plain.asked] == [least * 10**k for k in range(30)]


def test_a_damped_step_took_the_rounds_of_all_its_solves() -> None:
    """G = 1, so each takes one; only the fourth lowers the loss."""
    slope = valley([[1]], [1], lambda g, _: ONE if g > ONE / 2 else ONE / 2)
    iterative = ConjugateGradientSolver(Accuracy(RATIONAL, 1e-300))
    choice = Damped(RATIONAL, iterative).choose(slope)
    assert choice is not None
    assert (choice.solves, choice.rounds, choice.sweeps) == (4, 4, 4)
    assert (choice.solution.rounds, choice.solution.sweeps) == (1, 1)


@pytest.mark.parametrize(("batch", "size", "operations"), [(1, 1 / 2, 0), (2, 1 / 4, 3 * 2 * 2)])
def test_a_gradients_step_size_is_one_over_the_curvature_of_its_points(
    batch: int, size: float, operations: int
) -> None:
    """G has the trace 2 at each point; over both its eigenvalue is 4, found in three rounds."""
    plain = Valley([[2.0], [-2.0, 2.0]], [1.0, 1.0], 1.0, lambda _, __: 1.0)
    chosen = GradientSteps(BINARY64, batch)
    assert chosen.begin(plain) == Counts(solver_operations=operations)
    assert chosen.remembered == size


class Reluctant:
    """Solves what has enough added to it."""

    def solve(self, system: System[Fraction], ridge: Fraction) -> Solution[Fraction]:
        """Errors: SingularGram below 1/10."""
        if ridge < Fraction(1, 10):
            raise SingularGram([Point(0)], 0.0)
        return EXACT.solve(system, ridge)


def test_a_damping_at_which_nothing_is_solved_is_passed_over() -> None:
    plain = valley([[1]], [1], falling)
    choice = Damped(RATIONAL, Reluctant(), Fraction(1, 100)).choose(plain)
    assert choice is not None
    assert (choice.damping, choice.solves) == (Fraction(1, 10), 1)
