"""How trainings end over α, the width and the data, and at which width they first all converge.

A point of unit norm has no firing neuron with probability (1 − p)^m, p = P(Z > b), whatever the
other points; then a training does not begin.

Claims convergence/regime, convergence/width.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import exp, log1p

from scipy.special import ndtr

from proofs.measured.trainings.trainings import CONVERGED, live_training, outcome
from reference.edges.networks.initial_network import shift_for
from reference.edges.setup.configuration import Configuration

SILENT = "no firing neuron"
"""The outcome of a training that does not begin, as `firingtree sweep` calls it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A training and how it ended."""

    config: Configuration
    kind: str

    @property
    def converged(self) -> bool:
        """Did it reach its loss?"""
        return self.kind == CONVERGED

    @property
    def silent(self) -> float:
        """The probability that no neuron fires on the first point."""
        return silence(self.config.alpha, self.config.width)

    @property
    def cell(self) -> tuple[int, float]:
        """log₂ m, and α."""
        return self.config.width.bit_length() - 1, self.config.alpha


def silence(alpha: float, m: int) -> float:
    """(1 − P(Z > b))^m.

    >>> silence(0.5, 1)
    0.5
    """
    return exp(m * log1p(-float(ndtr(-shift_for(alpha, m)))))


def endings(
    data: str, n: int, alphas: Sequence[float], powers: Sequence[int], seeds: int, most: float
) -> Sequence[Ending]:
    """Every cell's trainings, cells with more than `most` firing pairs left out."""
    cells = [
        live_training(data, n, 1 << power, alpha, seed)
        for alpha, power, seed in product(alphas, powers, range(seeds))
        if n * (1 << power) * float(ndtr(-shift_for(alpha, 1 << power))) <= most
    ]
    return [Ending(config, outcome(config)) for config in cells]


def kinds(seen: Sequence[Ending]) -> Mapping[str, int]:
    """How many ended how, the commonest first."""
    return dict(Counter(ending.kind for ending in seen).most_common())


def first_power(data: str, n: int, alpha: float, seeds: int) -> int | None:
    """The least k from 4 to 20 at which so many trainings of 2^k neurons all converge."""
    powers = (
        power
        for power in range(4, 21)
        if all(
            outcome(live_training(data, n, 1 << power, alpha, seed)) == CONVERGED
            for seed in range(seeds)
        )
    )
    return next(powers, None)
