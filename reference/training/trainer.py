"""Everything that one iteration works on, and what it sees and does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic

from reference.counters import NO_COUNTS, Counters, Counts
from reference.firing_sets import FiringSets
from reference.motion import Motion
from reference.network import Network, Problem
from reference.scalar import Arithmetic, S
from reference.training.clock import Clock
from reference.training.engine import Engine
from reference.training.scores import Scores
from reference.training.step_rule import Choice, Rule


@dataclass(frozen=True, slots=True)
class Trainer(Generic[S]):
    """The parts of a run. Inside them the weights, the scores and what the rule remembers change.

    `products` are the points' inner products ⟨x_i, x_j⟩, n×n; `finding` is what it cost to find the
    neurons that the network holds, if it does not hold all.
    """

    arithmetic: Arithmetic[S]
    problem: Problem[S]
    network: Network[S]
    scores: Scores[S]
    products: Sequence[Sequence[S]]
    rule: Rule[S]
    engine: Engine[S]
    finding: Counts = NO_COUNTS
    counters: Counters = field(default_factory=Counters)
    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True, slots=True)
class Observation(Generic[S]):
    """Where the network stands: who fires, how far the outputs are off.

    The loss is that of the points asked about.
    """

    firing: FiringSets
    residual: list[S]
    loss: S


@dataclass(frozen=True, slots=True)
class Advance(Generic[S]):
    """A step that was made: the direction, how far along it, and what finding out took.

    `trials` is how often the rule asked for a loss, `tried_pairs` how many pairs fired in these
    trials together, `operations` what the system's parts cost beside the choice's own.
    """

    motion: Motion[S]
    choice: Choice[S]
    trials: int
    tried_pairs: int
    operations: dict[str, int]
