"""Networks for the vectorized engine: the draws of the reference, in blocks of neurons.

Weights are drawn row by row from the same stream, so W(0) has the reference's bits. A scan keeps a
block's live neurons and lets the rest go: its memory is that of the live part.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from reference import closed_forms
from reference.counters import NO_COUNTS, Counts
from reference.edges.networks.initial_network import WEIGHTS_STREAM, draw_signs, stream
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.starts import Start, Watch, drawn_live, start_of
from reference.errors import NoFiringNeuron
from reference.ids import Point
from reference.network import Network, Problem
from reference.ports.vectorized.arrays import Flags, Floats, Ints, behind
from reference.ports.vectorized.weight_arrays import ImplicitWeightArrays, WeightArrays
from reference.scalar import BINARY64
from reference.training.live import Placement, live_network
from reference.weights import Reading

ROWS = 8192
"""Neurons drawn at a time."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A network, its weights as arrays, and what it cost to find the neurons that it holds."""

    network: Network[float]
    weights: WeightArrays
    finding: Counts


def drawn_network(config: Configuration, problem: Problem[float], watch: Watch) -> Drawn:
    """The network that the configuration asks for; `watch` is told which share of it is drawn.

    Errors: `no-firing-neuron` if live neurons alone are held and a point has none.
    """
    m, n, d = config.width, problem.n, problem.d
    match start_of(config, problem.points):
        case Start.DRAWN_LIVE:
            draws = drawn_live(config, problem.points, watch)
            values, signs, places = draws.weights, draws.signs, draws.places
            dead_signs, finding = draws.dead_signs, closed_forms.live_draws(draws.candidates, n, d)
        case Start.SCANNED:
            values, places = _scanned(config, problem, watch)
            signs, dead_signs = _split(draw_signs(config.seed, m), places)
            finding = closed_forms.live_scan(m, n, d)
        case Start.WHOLE:
            values = np.empty((m, d))
            for start, rows in _rows(config, d, watch):
                values[start : start + len(rows)] = rows
            signs, places = draw_signs(config.seed, m), np.arange(m)
            dead_signs, finding = 0, NO_COUNTS
    weights = WeightArrays(values)
    if config.method.stores_scores and config.weights is Reading.IMPLICIT:
        order: Literal["C", "F"] = "C" if len(places) == m else "F"
        weights = ImplicitWeightArrays(values, problem.points, order)
    placement = Placement(m, array("q", places.astype("=i8").tobytes()), dead_signs)
    compact = array("b", signs.tobytes())
    held = live_network(BINARY64, weights, compact, config.shift, config.activation, placement)
    return Drawn(held, weights, finding)


def _rows(config: Configuration, d: int, watch: Watch) -> Iterator[tuple[int, Floats]]:
    """W(0), some rows at a time, with the number of the first."""
    generator = stream(config.seed, WEIGHTS_STREAM)
    for start in range(0, config.width, ROWS):
        yield start, generator.standard_normal((min(ROWS, config.width - start), d))
        watch(min(1.0, (start + ROWS) / config.width))


def _scanned(config: Configuration, problem: Problem[float], watch: Watch) -> tuple[Floats, Ints]:
    """The live neurons' weights and their places. Errors: `no-firing-neuron`."""
    points = np.array(problem.points, np.float64)

    def scan(drawn: tuple[int, Floats]) -> tuple[Flags, Ints, Floats]:
        start, rows = drawn
        flags: Flags = points @ rows.T > config.shift
        live = np.flatnonzero(flags.any(axis=0))
        return flags[:, live], start + live, rows[live]

    fired = np.zeros(problem.n, np.bool_)
    places: list[Ints] = []
    kept: list[Floats] = []
    for flags, where, rows in behind(_rows(config, problem.d, watch), scan):
        fired |= flags.any(axis=1)
        places.append(where)
        kept.append(rows)
    if not fired.all():
        silent = [Point(i) for i in np.flatnonzero(~fired).tolist()]
        raise NoFiringNeuron(silent, config.width, config.shift)
    return np.concatenate(kept), np.concatenate(places)


def _split(
    signs: npt.NDArray[np.int8],
    places: Ints,
) -> tuple[npt.NDArray[np.int8], int]:
    """The signs at these places, and the sum of all others."""
    chosen = signs[places]
    return chosen, int(signs.sum(dtype=np.int64)) - int(chosen.sum(dtype=np.int64))
