"""How long a step is: full, backtracking, or damped.

    full          g solves G g = r; W ← W − Jᵀg. The paper's. Along the gradient, g = r, the step
                  is η Jᵀg with the same η, the learning rate, every time.
    backtracking  the same g; W ← W − η Jᵀg with η = 1, ½, ¼, … until the loss falls enough
    damped        g solves (G + λ t I) g = r with t the mean of G's diagonal (Levenberg–Marquardt);
                  λ falls after a step that lowers the loss and rises until there is one

Full steps can fail where the paper's width does not hold, so the other two exist, and every record
of a run says which rule made the step. The other two never take a step after which no neuron fires
on some point: from there nothing could fit that point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol

from reference import closed_forms
from reference.counters import Counts
from reference.errors import Unsolved
from reference.scalar import Arithmetic, S
from reference.solvers.solver import Solution, Solver
from reference.solvers.system import System
from reference.training.learning_rate import largest_eigenvalue, largest_trace

HALVINGS = 30
"""Backtracking gives up at η = 2⁻³⁰."""

DAMPINGS = 30
"""Damping gives up after this many failures in one step."""

LEAST_DAMPING = 10**12
"""Damping falls no lower than one over this, from where DAMPINGS tens lead to any needed."""


class StepRule(Enum):
    """Which rule chooses the step."""

    FULL = "full"
    BACKTRACKING = "backtracking"
    DAMPED = "damped"


class Landscape(System[S], Protocol[S]):
    """What a rule may ask: the system, where the loss is, and what the loss would be."""

    @property
    def diagonal(self) -> Sequence[S]:
        """G_ii of every point."""

    @property
    def loss(self) -> S:
        """½‖f − y‖²."""

    def loss_after(self, g: Sequence[S], size: S) -> S | None:
        """The loss at W − size · Jᵀg; None if no neuron would fire on some point there."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[S]):
    """The step W ← W − size · Jᵀg, how g was found, and how often something like it was.

    `rounds`, `sweeps` and `operations` are those of all `solves` together; a solve that broke off
    at a singular matrix is not among them.
    """

    solution: Solution[S]
    size: S
    damping: S
    solves: int
    rounds: int
    sweeps: int
    operations: dict[str, int]


class Rule(Protocol[S]):
    """Chooses a step.

    `remembered` is the one number that a rule takes from step to step: its damping or its size.
    """

    name: StepRule
    remembered: S | None

    def choose(self, landscape: Landscape[S]) -> Choice[S] | None:
        """The step to take, or None if no step lowers the loss enough.

        Errors: the solver's, except when damped.
        """


class FullSteps(Generic[S]):
    """Every step is the whole Gauss-Newton step, wherever it leads."""

    name = StepRule.FULL
    remembered: S | None
    _arithmetic: Arithmetic[S]
    solver: Solver[S]

    def __init__(self, arithmetic: Arithmetic[S], solver: Solver[S]) -> None:
        self._arithmetic = arithmetic
        self.solver = solver
        self.remembered = None

    def choose(self, landscape: Landscape[S]) -> Choice[S]:
        """g = G⁻¹ r, and all of it."""
        zero = self._arithmetic.ratio(0)
        solution = self.solver.solve(landscape, zero)
        return _once(solution, self._arithmetic.ratio(1), zero)


class GradientSteps(Generic[S]):
    """Every step is η times the gradient Jᵀr: full steps of gradient descent.

    Without an η given, `begin` finds one at which no direction overshoots.
    """

    name = StepRule.FULL
    remembered: S | None
    _arithmetic: Arithmetic[S]
    _batch: int

    def __init__(self, arithmetic: Arithmetic[S], batch: int, size: S | None = None) -> None:
        """Steps for `batch` points at a time."""
        self._arithmetic = arithmetic
        self._batch = batch
        self.remembered = size

    def begin(self, landscape: Landscape[S]) -> Counts:
        """η is known, from G over all points; what that cost is returned."""
        if self._batch < len(landscape.residual):
            curvature = largest_trace(landscape.diagonal, self._batch)
            self.remembered = self._arithmetic.number(1.0 / curvature)
            return Counts()
        eigenvalue, rounds = largest_eigenvalue(landscape.gram)
        self.remembered = self._arithmetic.number(1.0 / eigenvalue)
        return closed_forms.gram_products(len(landscape.residual), rounds)

    def choose(self, landscape: Landscape[S]) -> Choice[S] | None:
        """g = r, and η of it; None before η is known."""
        if self.remembered is None:
            return None
        zero = self._arithmetic.ratio(0)
        return _once(Solution(list(landscape.residual), 0, 0, 0.0, {}), self.remembered, zero)


class Backtracking(Generic[S]):
    """The longest of the steps 1, ½, ¼, … that lowers the loss by 10⁻⁴ of what its slope promises.

    Along −Jᵀg the loss starts to fall with slope −rᵀG g = −‖r‖² = −2·loss, so the demand is
    loss(η) ≤ (1 − 2·10⁻⁴·η)·loss (Armijo).
    """

    name = StepRule.BACKTRACKING
    remembered: S | None
    _arithmetic: Arithmetic[S]
    solver: Solver[S]

    def __init__(self, arithmetic: Arithmetic[S], solver: Solver[S]) -> None:
        self._arithmetic = arithmetic
        self.solver = solver
        self.remembered = None

    def choose(self, landscape: Landscape[S]) -> Choice[S] | None:
        """g = G⁻¹ r, and as much of it as lowers the loss."""
        zero = self._arithmetic.ratio(0)
        solution = self.solver.solve(landscape, zero)
        one, share = self._arithmetic.ratio(1), self._arithmetic.ratio(2, 10_000)
        for halvings in range(HALVINGS + 1):
            size = self._arithmetic.ratio(1, 1 << halvings)
            after = landscape.loss_after(solution.g, size)
            if after is not None and after <= (one - share * size) * landscape.loss:
                return _once(solution, size, zero)
        return None


class Damped(Generic[S]):
    """Levenberg–Marquardt: the damping of the last success, ten times less, then up by tens."""

    name = StepRule.DAMPED
    remembered: S | None
    _arithmetic: Arithmetic[S]
    solver: Solver[S]

    def __init__(
        self, arithmetic: Arithmetic[S], solver: Solver[S], damping: S | None = None
    ) -> None:
        self._arithmetic = arithmetic
        self.solver = solver
        self.remembered = arithmetic.ratio(1, 100) if damping is None else damping

    def choose(self, landscape: Landscape[S]) -> Choice[S] | None:
        """g = (G + λ t I)⁻¹ r with the least λ tried that lowers the loss."""
        one, ten = self._arithmetic.ratio(1), self._arithmetic.ratio(10)
        least = self._arithmetic.ratio(1, LEAST_DAMPING)
        damping = max((self.remembered or least) / ten, least)
        mean = _mean(landscape.diagonal)
        solves, rounds, sweeps = 0, 0, 0
        operations: dict[str, int] = {}
        for _ in range(DAMPINGS):
            solution = self._solved(landscape, damping * mean)
            if solution is not None:
                solves += 1
                rounds, sweeps = rounds + solution.rounds, sweeps + solution.sweeps
                for part, count in solution.operations.items():
                    operations[part] = operations.get(part, 0) + count
                after = landscape.loss_after(solution.g, one)
                if after is not None and after < landscape.loss:
                    self.remembered = damping
                    return Choice(solution, one, damping, solves, rounds, sweeps, operations)
            damping *= ten
        return None

    def _solved(self, landscape: Landscape[S], ridge: S) -> Solution[S] | None:
        """The solution; None if so little damping is lost in the rounding of a singular matrix."""
        try:
            return self.solver.solve(landscape, ridge)
        except Unsolved:
            return None


def rule(
    name: StepRule, arithmetic: Arithmetic[S], solver: Solver[S], remembered: S | None = None
) -> Rule[S]:
    """The rule of this name for a solver; it goes on from what it remembers."""
    match name:
        case StepRule.FULL:
            return FullSteps(arithmetic, solver)
        case StepRule.BACKTRACKING:
            return Backtracking(arithmetic, solver)
        case StepRule.DAMPED:
            return Damped(arithmetic, solver, remembered)


def _once(solution: Solution[S], size: S, damping: S) -> Choice[S]:
    """The choice of the only solution there was."""
    return Choice(solution, size, damping, 1, solution.rounds, solution.sweeps, solution.operations)


def _mean(values: Sequence[S]) -> S:
    """The mean, summed from the left."""
    total = values[0]
    for value in values[1:]:
        total += value
    return total / len(values)
