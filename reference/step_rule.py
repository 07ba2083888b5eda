"""How long a step is: full, backtracking, or damped.

    full          g solves G g = r; W ← W − Jᵀg. The paper's.
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
from reference.errors import SingularGram
from reference.factorization import factorize
from reference.scalar import Arithmetic, S

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


class Landscape(Protocol[S]):
    """What a rule may ask: where the loss is, what G is, and what the loss would be."""

    @property
    def gram(self) -> Sequence[Sequence[S]]:
        """The lower triangle of G."""

    @property
    def residual(self) -> Sequence[S]:
        """f − y."""

    @property
    def loss(self) -> S:
        """½‖f − y‖²."""

    def loss_after(self, solution: Sequence[S], size: S) -> S | None:
        """The loss at W − size · Jᵀ solution; None if no neuron would fire on some point there."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[S]):
    """The step W ← W − size · Jᵀ solution, and how it was found."""

    solution: list[S]
    size: S
    damping: S
    solves: int
    cost: Counts


class Rule(Protocol[S]):
    """Chooses a step; remembers at most its damping."""

    name: StepRule
    damping: S

    def choose(self, landscape: Landscape[S]) -> Choice[S] | None:
        """The step to take, or None if no step lowers the loss enough.

        Errors: `singular-gram`, except when damped.
        """


class FullSteps(Generic[S]):
    """Every step is the whole Gauss-Newton step, wherever it leads."""

    name = StepRule.FULL
    damping: S
    _arithmetic: Arithmetic[S]

    def __init__(self, arithmetic: Arithmetic[S]) -> None:
        self._arithmetic = arithmetic
        self.damping = arithmetic.ratio(0)

    def choose(self, landscape: Landscape[S]) -> Choice[S]:
        """g = G⁻¹ r, and all of it."""
        solution = factorize(self._arithmetic, landscape.gram).solve(landscape.residual)
        cost = closed_forms.factorized_solve(len(solution))
        return Choice(solution, self._arithmetic.ratio(1), self.damping, 1, cost)


class Backtracking(Generic[S]):
    """The longest of the steps 1, ½, ¼, … that lowers the loss by 10⁻⁴ of what its slope promises.

    Along −Jᵀg the loss starts to fall with slope −rᵀG g = −‖r‖² = −2·loss, so the demand is
    loss(η) ≤ (1 − 2·10⁻⁴·η)·loss (Armijo).
    """

    name = StepRule.BACKTRACKING
    damping: S
    _arithmetic: Arithmetic[S]

    def __init__(self, arithmetic: Arithmetic[S]) -> None:
        self._arithmetic = arithmetic
        self.damping = arithmetic.ratio(0)

    def choose(self, landscape: Landscape[S]) -> Choice[S] | None:
        """g = G⁻¹ r, and as much of it as lowers the loss."""
        solution = factorize(self._arithmetic, landscape.gram).solve(landscape.residual)
        cost = closed_forms.factorized_solve(len(solution))
        one, share = self._arithmetic.ratio(1), self._arithmetic.ratio(2, 10_000)
        for halvings in range(HALVINGS + 1):
            size = self._arithmetic.ratio(1, 1 << halvings)
            after = landscape.loss_after(solution, size)
            if after is not None and after <= (one - share * size) * landscape.loss:
                return Choice(solution, size, self.damping, 1, cost)
        return None


class Damped(Generic[S]):
    """Levenberg–Marquardt: the damping of the last success, ten times less, then up by tens."""

    name = StepRule.DAMPED
    damping: S
    _arithmetic: Arithmetic[S]

    def __init__(self, arithmetic: Arithmetic[S], damping: S | None = None) -> None:
        self._arithmetic = arithmetic
        self.damping = arithmetic.ratio(1, 100) if damping is None else damping

    def choose(self, landscape: Landscape[S]) -> Choice[S] | None:
        """g = (G + λ t I)⁻¹ r with the least λ tried that lowers the loss."""
        one, ten = self._arithmetic.ratio(1), self._arithmetic.ratio(10)
        damping = max(self.damping / ten, self._arithmetic.ratio(1, LEAST_DAMPING))
        cost = Counts()
        for solves in range(1, DAMPINGS + 1):
            cost += closed_forms.factorized_solve(len(landscape.residual))
            solution = self._solved(_with_ridge(landscape.gram, damping), landscape.residual)
            after = None if solution is None else landscape.loss_after(solution, one)
            if solution is not None and after is not None and after < landscape.loss:
                self.damping = damping
                return Choice(solution, one, damping, solves, cost)
            damping *= ten
        return None

    def _solved(self, matrix: Sequence[Sequence[S]], residual: Sequence[S]) -> list[S] | None:
        """The solution; None if so little damping is lost in the rounding of a singular matrix."""
        try:
            return factorize(self._arithmetic, matrix).solve(residual)
        except SingularGram:
            return None


def rule(name: StepRule, arithmetic: Arithmetic[S], damping: S | None = None) -> Rule[S]:
    """The rule of this name; a damped one goes on from the given damping."""
    match name:
        case StepRule.FULL:
            return FullSteps(arithmetic)
        case StepRule.BACKTRACKING:
            return Backtracking(arithmetic)
        case StepRule.DAMPED:
            return Damped(arithmetic, damping)


def _with_ridge(matrix: Sequence[Sequence[S]], damping: S) -> list[list[S]]:
    """The lower triangle with damping × the mean diagonal added to the diagonal."""
    trace = matrix[0][0]
    for row in matrix[1:]:
        trace += row[-1]
    ridge = damping * trace / len(matrix)
    return [list(row[:-1]) + [row[-1] + ridge] for row in matrix]
