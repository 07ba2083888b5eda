"""The vectorized engine for a configuration: network, scores and engine, ready for a trainer."""

from dataclasses import dataclass

import numpy as np

from reference.counters import Counts
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.starts import Watch
from reference.network import Network, Problem
from reference.ports.vectorized.array_engine import ArrayEngine
from reference.ports.vectorized.arrays import over_blocks
from reference.ports.vectorized.scan_arrays import ScanArrays
from reference.ports.vectorized.score_arrays import FreshScoreArrays, StoredScoreArrays
from reference.ports.vectorized.start_arrays import drawn_network
from reference.ports.vectorized.tournament_arrays import TournamentArrays
from reference.ports.vectorized.weight_arrays import WeightArrays
from reference.structures.threshold_search import Structure


@dataclass(frozen=True, slots=True)
class ArrayParts:
    """What a trainer of this engine is made of; `finding` is what finding its neurons cost."""

    network: Network[float]
    scores: StoredScoreArrays | FreshScoreArrays
    engine: ArrayEngine
    finding: Counts


def array_parts(config: Configuration, problem: Problem[float], watch: Watch) -> ArrayParts:
    """The parts at the start of a run. Cost: m·n·d, less where live neurons are drawn.

    Errors: `no-firing-neuron` if live neurons alone are held and a point has none.
    """
    drawn = drawn_network(config, problem, watch)
    scores: StoredScoreArrays | FreshScoreArrays
    if config.method.stores_scores:
        scores = StoredScoreArrays(_stored(config, problem, drawn.weights))
    else:
        scores = FreshScoreArrays(drawn.weights, problem)
    return ArrayParts(drawn.network, scores, ArrayEngine(scores, problem), drawn.finding)


def _stored(
    config: Configuration, problem: Problem[float], weights: WeightArrays
) -> ScanArrays | TournamentArrays:
    """The scores of all neurons held, in the configuration's structure."""
    points, k = np.array(problem.points, np.float64), weights.rows
    trees = config.search is Structure.TOURNAMENT
    values = np.empty((2 * k, problem.n)) if trees else np.empty((problem.n, k))
    scores = values[k:].T if trees else values

    def score(block: slice) -> None:
        scores[:, block] = points @ weights.values[block].T

    over_blocks(k, score)
    return TournamentArrays(values) if trees else ScanArrays(values)
