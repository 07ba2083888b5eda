"""Steps in exact arithmetic: where no neuron crosses b, the outputs move as the Jacobian says.

Then f(W + ΔW) = f(W) + J ΔW, whatever ΔW is; and if ΔW = −Jᵀg with G g = f − y, that is y: the next
loss is 0, not merely small. In floats it is of the order of the rounding.

Claim convergence/finite.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from proofs.measured.networks.initial_outputs import digits
from proofs.measured.trainings.derivatives import by_blocks
from proofs.measured.trainings.small_trainings import Moment, Small, Way, inner, trained
from reference.edges.runs.run_builder import build_exact_run, build_run
from reference.edges.setup.configuration import Configuration
from reference.firing_sets import FiringSets
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.step_rule import StepRule
from reference.training.trainer import Observation, Trainer

EXACT_STEPS = Way(Method.GAUSS_NEWTON)

INEXACT_STEPS = (
    Way(Method.GAUSS_NEWTON, StepRule.DAMPED),
    Way(Method.GRADIENT_DESCENT),
)
"""Steps that do not solve G g = f − y."""


@dataclass(frozen=True, slots=True)
class Step:
    """Whether some neuron crossed b at some point, and what the losses were."""

    crossed: bool
    as_predicted: bool
    before: Fraction
    after: Fraction


def steps_of(small: Small, way: Way, steps: int) -> list[Step]:
    """The steps of a training, the first so many. `as_predicted`: f moved by J ΔW, exactly."""
    return [
        Step(
            earlier.fires != later.fires,
            _as_predicted(small, earlier, later),
            earlier.loss,
            later.loss,
        )
        for earlier, later in pairwise(trained(small, way, steps))
    ]


def _as_predicted(small: Small, earlier: Moment, later: Moment) -> bool:
    """Is the later residual r + J ΔW, with J as it was?"""
    rows = by_blocks(replace(small, weights=earlier.weights), small.signs)
    pairs = zip(earlier.weights, later.weights, strict=True)
    change = [new - old for before, after in pairs for old, new in zip(before, after, strict=True)]
    moved = zip(earlier.residual, rows, strict=True)
    return [r + inner(row, change) for r, row in moved] == list(later.residual)


# ---- real data -----------------------------------------------------------------------------------


class Losses(Nobody[Fraction]):
    """Writes losses, crossings and firing sets down: losses exactly, sets by their digests."""

    def __init__(self) -> None:
        self.losses: list[Fraction] = []
        self.crossings: list[int] = []
        self.digests: list[str] = []
        self._earlier: FiringSets | None = None

    def predicted(self, trainer: Trainer[Fraction], observation: Observation[Fraction]) -> None:
        """One loss more, and how many pairs have crossed since the last."""
        earlier, firing = self._earlier or observation.firing, observation.firing
        self.losses.append(observation.loss)
        self.crossings.append(firing.switched(earlier))
        self.digests.append(firing.digest(trainer.network.places))
        self._earlier = firing


def digits_in_rationals(n: int, m: int, method: Method = Method.GAUSS_NEWTON) -> Losses:
    """A training on digits and a network, both rounded to 2⁻⁶ and then exact; at most 20 steps."""
    chosen = Configuration(
        points=n,
        width=m,
        scalar="exact",
        grid=6,
        method=method,
        invariants="off",
        steps=20,
        until=0.0,
    )
    losses = Losses()
    run = build_exact_run(chosen, digits(n), losses)
    while run.reason is None:
        run.step()
    return losses


@dataclass(frozen=True, slots=True)
class Trace:
    """A training in floats: the loss at each step, and the pairs that crossed on the way there."""

    losses: Sequence[float]
    crossings: Sequence[int]


def digits_in_floats(n: int, m: int) -> Trace:
    """A training on digits until the loss is that of roundings; at most 30 steps."""
    chosen = Configuration(
        points=n,
        width=m,
        method=Method.LIVE,
        engine="vectorized",
        invariants="off",
        steps=30,
        until=1e-26,
    )
    run = build_run(chosen, digits(n), Nobody())
    while run.reason is None:
        run.step()
    records = run.records
    return Trace([each.loss for each in records], [each.switched for each in records])
