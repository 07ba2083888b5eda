"""When a run ends, and what it says then.

converged    the loss is at or below the one asked for
step-limit   all steps are made
stalled      no step lowers the loss, or ten steps have not lowered the best loss by 1 %
diverged     the loss is not finite, or a thousand times the first one
singular     the Gram matrix became singular on the way, or a point lost its last firing neuron
interrupted  somebody stopped it
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite

from reference.errors import INTERRUPTED, NOT_CONVERGED

PATIENCE = 10
"""Steps without progress before a run counts as stalled."""

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
    INTERRUPTED = "interrupted"

    @property
    def exit_status(self) -> int:
        """What the command line ends with."""
        match self:
            case Reason.CONVERGED | Reason.STEP_LIMIT:
                return 0
            case Reason.STALLED | Reason.DIVERGED | Reason.SINGULAR:
                return NOT_CONVERGED
            case Reason.INTERRUPTED:
                return INTERRUPTED


@dataclass(frozen=True, slots=True)
class Limits:
    """At most this many steps, until a loss of at most this."""

    steps: int
    until: float


def reason_to_stop(losses: Sequence[float], limits: Limits) -> Reason | None:
    """Why a run with these losses, oldest first, ends now; None if it goes on.

    >>> reason_to_stop([8.0, 1.0, 1e-30], Limits(30, 1e-20))
    <Reason.CONVERGED: 'converged'>
    """
    now = losses[-1]
    if now <= limits.until:
        return Reason.CONVERGED
    if not isfinite(now) or now > DIVERGENCE * losses[0]:
        return Reason.DIVERGED
    before = losses[:-PATIENCE]
    if before and min(losses[-PATIENCE:]) > PROGRESS * min(before):
        return Reason.STALLED
    if len(losses) > limits.steps:
        return Reason.STEP_LIMIT
    return None
