"""When a run ends, and what it says then.

converged    the loss is at or below the one asked for
step-limit   all steps are made
stalled      no step lowers the loss, or so many steps have not lowered the best loss by 1 %: ten
             where steps solve for g, a thousand along the gradient
diverged     the loss is not finite, or a thousand times the first one
singular     the Gram matrix became singular on the way, or a point lost its last firing neuron
unsolved     the solver did not reach its accuracy, or its sketch lost a dimension
interrupted  somebody stopped it
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import inf, isfinite

from reference.errors import INTERRUPTED, NOT_CONVERGED

PATIENCE, GRADIENT_PATIENCE = 10, 1000
"""Steps without progress before a run counts as stalled: solved steps, and along the gradient."""

PROGRESS = 0.99
"""Progress is a best loss of at most this share of the one before."""

DIVERGENCE = 1000.0
"""A loss of this many times the first one is divergence."""


class Reason(Enum):
    """Why a run ended."""

    CONVERGED = "converged"
    STEP_LIMIT = "step-limit"
    STALLED = "stalled"
    DIVERGED = "diverged"
    SINGULAR = "singular"
    UNSOLVED = "unsolved"
    INTERRUPTED = "interrupted"

    @property
    def exit_status(self) -> int:
        """What the command line ends with."""
        match self:
            case Reason.CONVERGED | Reason.STEP_LIMIT:
                return 0
            case Reason.STALLED | Reason.DIVERGED | Reason.SINGULAR | Reason.UNSOLVED:
                return NOT_CONVERGED
            case Reason.INTERRUPTED:
                return INTERRUPTED


@dataclass(frozen=True, slots=True)
class Limits:
    """At most this many steps, until a loss of at most this, with this patience."""

    steps: int
    until: float
    patience: int = PATIENCE


def diverged(loss: float, first: float) -> bool:
    """Is the loss of all points or of some so far beyond the first one that it is lost?"""
    return not isfinite(loss) or loss > DIVERGENCE * first


class Stopping:
    """The losses of a run so far, and what they say about going on.

    >>> stopping = Stopping(Limits(30, 1e-20))
    >>> [stopping.reason(loss) for loss in (8.0, 1.0, 1e-30)]
    [None, None, <Reason.CONVERGED: 'converged'>]
    """

    def __init__(self, limits: Limits, losses: Iterable[float] = ()) -> None:
        self._limits = limits
        self._first: float | None = None
        self._recent: deque[float] = deque()
        self._best_before = inf
        self._seen = 0
        for loss in losses:
            self._note(loss)

    def reason(self, loss: float) -> Reason | None:
        """Why the run ends now that it has seen this loss; None if it goes on.

        Cost: a comparison for each step of the patience.
        """
        first = self._note(loss)
        if loss <= self._limits.until:
            return Reason.CONVERGED
        if diverged(loss, first):
            return Reason.DIVERGED
        if min(self._recent) > PROGRESS * self._best_before:
            return Reason.STALLED
        if self._seen > self._limits.steps:
            return Reason.STEP_LIMIT
        return None

    def _note(self, loss: float) -> float:
        """The loss is among those seen; the first of them."""
        if self._first is None:
            self._first = loss
        self._seen += 1
        self._recent.append(loss)
        if len(self._recent) > self._limits.patience:
            self._best_before = min(self._best_before, self._recent.popleft())
        return self._first
