"""The bounds on a trajectory are nearly reached: each by a run that rounds as badly as can be."""

from dataclasses import dataclass
from math import sqrt

import pytest

from reference.scalar import BINARY64
from reference.solver import SolverName
from reference.weights import Reading
from tests.test_trajectory_error import Start, Way, check, largest_share, watched

U = 2.0**-53
SWALLOWED = 0.98 * U
"""Added to 1 it is lost."""

MANY = 100
ROOT = sqrt(SWALLOWED)
ALMOST_ONE = [1.0] + [ROOT] * MANY
"""A point whose square is rounded to 1, and is more than that by 98 u."""


def descent(margin: float) -> Start:
    """A neuron that steps of `SWALLOWED` should move down towards b, and that never moves."""
    weight = 1 + 2 * U
    return Start([[1.0]], [-1.0], [[weight]], [1], weight - margin * U)


MANY_SCORES = Start([[1.0]], [0.0], [[1.0]] + [[SWALLOWED]] * 255, [1] * 256, 0.0)
"""A score of 1, and 255 that are lost in the sum of all."""

LONG_AND_SHORT = Start([[1.0, 0.0], [0.0, 2.0**-6]], [0.5, 1 - 5e-4], [[1.0, 64.0]], [1], shift=0.0)
"""G has the eigenvalues 1 and 2^(−12), and the residual is nearly along the first."""

OVERSHOOTING = Start(
    [[0.0, 0.0, 0.0, 1.0], [2.0, -2.0, 2.0, 0.0]],
    [0.25, 2.0**-9 - 0.7 * U],
    [[1.0, 1.0, 2.0**-10, 1.0]],
    [1],
    shift=0.0,
)
"""G has the eigenvalues 1 and 12. Only one of the three weights that the second point should move
does so: in floats its residual of 0.7 u vanishes, without rounding it grows.
"""


def at_point_almost_one(neurons: int) -> Start:
    """So many neurons in the point's own direction."""
    return Start([ALMOST_ONE], [1.0], [ALMOST_ONE] * neurons, [1] * neurons, 0.0)


@dataclass(frozen=True)
class Extreme:
    """A run, and how much of one bound it reaches at least."""

    story: str
    start: Start
    way: Way
    steps: int
    bound: str
    share: float


ALONG = Way(None, None, rate=SWALLOWED)
ALONG_STORED = Way(Reading.REWRITTEN, None, rate=SWALLOWED)

# fmt: off
EXTREMES = [
    Extreme("weights stand still", descent(40), ALONG, 30, "weights", 0.97),
    Extreme("and so do scores computed afresh", descent(40), ALONG, 30, "score", 0.93),
    Extreme("and outputs", descent(40), ALONG, 30, "output", 0.73),
    Extreme("weights stand still beside stored scores", descent(40), ALONG_STORED, 12,
            "weights", 0.97),
    Extreme("coordinates are lost in a score", at_point_almost_one(1), Way(), 0, "score", 0.95),
    Extreme("and in an output", at_point_almost_one(4), Way(), 0, "output", 0.8),
    Extreme("a residual of lost coordinates is gone along",
            at_point_almost_one(4), Way(None, None, rate=0.5), 1, "weights", 0.75),
    Extreme("scores are lost in an output", MANY_SCORES, Way(), 0, "output", 0.48),
    Extreme("a residual without them is solved for", MANY_SCORES, Way(), 1, "weights", 0.42),
    Extreme("coordinates are lost in G",
            Start([ALMOST_ONE], [2.0], [[2.0**-10] + [0.0] * MANY], [1], 0.0), Way(), 1,
            "weights", 0.39),
    Extreme("a solver stops early where G is small", LONG_AND_SHORT,
            Way(None, SolverName.CG, accuracy=1e-2), 1, "weights", 0.94),
    Extreme("gradient steps overshoot", OVERSHOOTING, Way(None, None, rate=3.7 / 12), 12,
            "weights", 0.006),
]
# fmt: on


@pytest.mark.parametrize("extreme", EXTREMES, ids=lambda extreme: extreme.story)
def test_a_bound_is_nearly_reached_and_not_passed(extreme: Extreme) -> None:
    distances = watched(extreme.start, extreme.way, extreme.steps, BINARY64)
    assert check(distances) == 0
    assert largest_share(distances, extreme.bound) >= extreme.share


# ---- decisions -----------------------------------------------------------------------------------

EARLIEST = {None: 2, Reading.RECOMPUTED: 2, Reading.REWRITTEN: 14, Reading.IMPLICIT: 14}
"""By how many steps a decision may be borderline too early. A stored score is given three times
the roundings of a weight that stands still.
"""


@pytest.mark.parametrize("reading", EARLIEST)
def test_a_decision_is_borderline_shortly_before_it_falls_differently(
    reading: Reading | None,
) -> None:
    distances = watched(descent(20), Way(reading, None, rate=SWALLOWED), 24, BINARY64)
    borderline = [distance.bound("borderline") == 1 for distance in distances]
    parted = [distance.parted for distance in distances].index(True)
    assert parted - EARLIEST[reading] <= borderline.index(True) <= parted
    assert all(borderline[borderline.index(True) :])
    check(distances)


@pytest.mark.parametrize(
    ("shift", "borderline"), [(1 - 2 * U, 0), (1 - U, 1), (1.0, 1), (1 + 2 * U, 0), (1.5, 0)]
)
@pytest.mark.parametrize("reading", EARLIEST)
def test_a_decision_within_a_rounding_of_b_is_borderline(
    shift: float, borderline: int, reading: Reading | None
) -> None:
    """The second neuron fires in any case."""
    start = Start([[1.0]], [0.0], [[1.0], [2.0]], [1, 1], shift)
    (only,) = watched(start, Way(reading), 0, BINARY64)
    assert only.bound("decisions") == 2
    assert only.bound("borderline") == borderline
    assert not only.parted


@pytest.mark.parametrize(("batch", "later"), [(None, 2), (1, 4)])
def test_the_dead_are_decided_once(batch: int | None, later: int) -> None:
    """Three of four neurons die at once, one of them exactly on b."""
    weights = [[2.0, 1.0], [-1.0, -1.0], [0.5, 0.25], [-3.0, 0.0]]
    start = Start([[1.0, 0.0], [0.0, 1.0]], [3.0, 2.0], weights, [1] * 4, 0.5)
    distances = watched(start, Way(None, None, batch=batch, rate=0.125), 2, BINARY64)
    decisions = [distance.bound("decisions") for distance in distances]
    borderline = [distance.bound("borderline") for distance in distances]
    inner = 0 if batch is None else 2
    assert decisions == [8 + inner, 2 + inner, 2]
    assert later == decisions[1]
    assert borderline == [1, 0, 0]
