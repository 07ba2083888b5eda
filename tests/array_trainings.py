"""Parts of the vectorized engine beside those of the plain one, from the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import hypothesis.strategies as st
import numpy as np

from reference.activation import Activation
from reference.inner_products import PlainInnerProducts
from reference.network import Network
from reference.ports.vectorized.array_engine import ArrayEngine
from reference.ports.vectorized.arrays import Floats
from reference.ports.vectorized.scan_arrays import ScanArrays
from reference.ports.vectorized.score_arrays import FreshScoreArrays, StoredScoreArrays
from reference.ports.vectorized.tournament_arrays import TournamentArrays
from reference.ports.vectorized.weight_arrays import ImplicitWeightArrays, WeightArrays
from reference.scalar import BINARY64
from reference.structures.flat_scan import FlatScan
from reference.structures.threshold_search import Structure
from reference.structures.tournament_tree import TournamentTrees
from reference.training.batches import Batches
from reference.training.live import Placement, live_network
from reference.training.scores import columns_of
from reference.training.step_rule import Rule
from reference.training.trainer import Trainer
from reference.training.training import prepare
from reference.weights import Reading
from tests.small_training import Setup, numbers
from tests.strategies import columns, dyadic
from tests.trainings import Way

Columns = Sequence[Sequence[float]]
"""The scores of all neurons, one column a point."""

ARRAY_WAYS = [
    Way(None),
    *(
        Way(structure, reading)
        for structure in (Structure.TOURNAMENT, Structure.SCAN)
        for reading in (Reading.REWRITTEN, Reading.IMPLICIT)
    ),
]
"""Where the vectorized engine can keep scores and weights."""


def tournament_arrays(scores: Columns) -> TournamentArrays:
    """Trees over these scores."""
    return TournamentArrays(np.concatenate([np.full_like(laid(scores).T, np.nan), laid(scores).T]))


def scan_arrays(scores: Columns) -> ScanArrays:
    """Lists of these scores."""
    return ScanArrays(laid(scores))


def laid(scores: Columns) -> Floats:
    """Shapes: n×m."""
    return np.array([list(column) for column in scores], np.float64)


@dataclass(frozen=True)
class Both:
    """The structure on arrays, and the reference's, over the same scores."""

    arrays: TournamentArrays | ScanArrays
    plain: TournamentTrees[float] | FlatScan[float]


def both(structure: Structure, scores: Columns) -> Both:
    """The two structures."""
    if structure is Structure.TOURNAMENT:
        return Both(tournament_arrays(scores), TournamentTrees(BINARY64, scores))
    return Both(scan_arrays(scores), FlatScan(BINARY64, scores))


@st.composite
def many_columns(draw: st.DrawFn) -> list[list[float]]:
    """Scores of 1 to 40 neurons at one to three points: quarters, with ties and −0."""
    return draw(columns(BINARY64, n=3, m=40))


def quarters(count: int) -> st.SearchStrategy[list[float]]:
    """So many of them."""
    return st.lists(dyadic(BINARY64), min_size=count, max_size=count)


def array_weights(given: Setup, reading: Reading) -> WeightArrays:
    """The weights of the setup."""
    points = given.problem(BINARY64).points
    values = np.array([numbers(BINARY64, row) for row in given.weights])
    if reading is Reading.IMPLICIT:
        return ImplicitWeightArrays(values, points, "C")
    return WeightArrays(values)


def array_trainer(
    given: Setup,
    chosen: Rule[float],
    way: Way,
    activation: Activation = Activation.SHIFTED,
) -> Trainer[float]:
    """The same training as `trained`, on arrays."""
    problem, m = given.problem(BINARY64), len(given.signs)
    weights = array_weights(given, way.reading)
    (shift,) = numbers(BINARY64, (given.shift,))
    placement = Placement(m, range(m), 0)
    net: Network[float] = live_network(BINARY64, weights, given.signs, shift, activation, placement)
    scores: StoredScoreArrays | FreshScoreArrays = FreshScoreArrays(weights, problem)
    if way.structure is not None:
        stored = list(columns_of(net, PlainInnerProducts(BINARY64), problem.points))
        scores = StoredScoreArrays(both(way.structure, stored).arrays)
    engine = ArrayEngine(scores, problem)
    return prepare(BINARY64, problem, net, scores, chosen, engine=engine)


def on_a_line(scores: Sequence[int], label: Fraction, signs: Sequence[int] = ()) -> Setup:
    """One point, 1, so that the weights are the scores; b = 1, and every number is dyadic."""
    weights = tuple((Fraction(s),) for s in scores)
    return Setup(
        ((Fraction(1),),), (label,), weights, tuple(signs) or (1,) * len(scores), Fraction(1)
    )


def all_batches(n: int, size: int | None) -> Batches | None:
    """Mini-batches of so many points, if any."""
    return None if size is None else Batches(n, size, 0)
