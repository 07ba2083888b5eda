"""U(t), the neurons that fire on some training point, along a training.

Claim movement/monotone.
"""

from dataclasses import dataclass
from itertools import pairwise

from proofs.measured.trainings.trainings import trained
from reference.edges.setup.configuration import Configuration
from reference.firing_sets import FiringSets
from reference.network import Problem
from reference.training.observer import Nobody
from reference.training.trainer import Trainer

Pairs = frozenset[tuple[int, int]]
"""(neuron, point) pairs that fire."""


@dataclass(frozen=True, slots=True)
class Unions:
    """|U(t)| wherever all points were asked about, and what came and went from one to the next.

    `newcomers` counts neurons that were in U(t + 1) and not in U(t), `leavers` the contrary;
    `ignited` counts pairs that began to fire: S_i(t + 1) may well be larger than S_i(t).
    """

    sizes: list[int]
    newcomers: int
    leavers: int
    ignited: int


def unions(config: Configuration, problem: Problem[float] | None = None) -> Unions:
    """Along the training of this configuration, which holds all neurons, to its end.

    Errors: those of step 0.
    """
    watch = _Watch()
    trained(config, watch, problem)
    every = [{r for r, _ in fired} for fired in watch.seen]
    steps = list(pairwise(every))
    return Unions(
        [len(union) for union in every],
        sum(len(after - before) for before, after in steps),
        sum(len(before - after) for before, after in steps),
        sum(len(after - before) for before, after in pairwise(watch.seen)),
    )


class _Watch(Nobody[float]):
    """Keeps who fired on what."""

    def __init__(self) -> None:
        self.seen: list[Pairs] = []

    def queried(
        self, trainer: Trainer[float], firing: FiringSets, earlier: FiringSets | None
    ) -> None:
        """Looks where all points were asked about: at each step, or between epochs."""
        if len(firing.asked) == trainer.problem.n:
            fired = firing.by_neuron.items()
            self.seen.append(frozenset((r, i) for r, points in fired for i in points))
