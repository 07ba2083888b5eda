"""Which neurons a network holds when training starts, and how it comes by them.

    whole        all m are drawn and held
    scanned      all m are drawn, one scan finds those that fire, and these are held
    drawn-live   those that fire are drawn, the rest never: needs Σ_i P(Z > b/‖x_i‖) ≤ 1

Where that sum is above 1 the sampler would draw more candidates than there are neurons, so the
network is drawn whole and scanned instead.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from fractions import Fraction

import numpy as np

from reference.edges.networks.live_sampler import LiveDraws, draw_live, firing_probabilities
from reference.edges.setup.configuration import Configuration
from reference.errors import NoFiringNeuron
from reference.ids import Point
from reference.scalar import S

Watch = Callable[[float], None]
"""Is told which share of the set-up is done, from 0 to 1."""


def unwatched(share: float) -> None:
    """Nobody is told."""


def watched(columns: Iterator[Sequence[S]], n: int, watch: Watch) -> Iterator[Sequence[S]]:
    """The same n columns; after each one it is told how many have gone by."""
    for i, column in enumerate(columns, 1):
        yield column
        watch(i / n)


class Start(Enum):
    """How a network comes by the neurons that it holds."""

    WHOLE = "whole"
    SCANNED = "scanned"
    DRAWN_LIVE = "drawn-live"


def start_of(
    config: Configuration, points: Sequence[Sequence[float]] | Sequence[Sequence[Fraction]]
) -> Start:
    """What the configuration asks for, as far as these points allow it."""
    if config.init == "live" and candidate_share(config, points) <= 1:
        return Start.DRAWN_LIVE
    if config.init == "live" or config.method.keeps_the_live:
        return Start.SCANNED
    return Start.WHOLE


def candidate_share(
    config: Configuration, points: Sequence[Sequence[float]] | Sequence[Sequence[Fraction]]
) -> float:
    """Σ_i P(Z > b/‖x_i‖): the share of the m neurons that the sampler draws."""
    rows = np.array(points, np.float64)
    return float(firing_probabilities(rows, config.shift).sum())


def drawn_live(config: Configuration, points: Sequence[Sequence[float]], watch: Watch) -> LiveDraws:
    """The live neurons of the configuration's network, and no others.

    Errors: `no-firing-neuron` if there are none at all.
    """
    m, b = config.width, config.shift
    draws = draw_live(config.seed, m, np.array(points, np.float64), b, lambda done: watch(done / m))
    if not len(draws.places):
        raise NoFiringNeuron([Point(i) for i in range(len(points))], m, b)
    return draws
