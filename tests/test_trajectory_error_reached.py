"""The bounds on a trajectory are nearly reached: each by a run that rounds as badly as can be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import sqrt

import pytest

from invariants.monitor import float_monitor
from reference.inner_products import inner_product
from reference.scalar import BINARY64, RATIONAL
from reference.solvers.solver import SolverName
from reference.training.step_rule import StepRule
from reference.training.stopping import Limits
from reference.training.training import Run
from reference.weights import Reading
from tests.lockstep import Start, Way, check, watched

pytestmark = pytest.mark.plain

U = 2.0**-53
SWALLOWED = 0.98 * U
"""Added to 1 it is lost."""

MANY = 100
ROOT = sqrt(SWALLOWED)
ALMOST_ONE = [1.0] + [ROOT] * MANY
"""A point whose square is rounded to 1, and is more than that by 98 u."""


def descent(margin: float, others: int = 0, length: float = 1.0) -> Start:
    """A neuron that steps of `SWALLOWED` should move down towards b, and that never moves; beside
    it others that do not fire, of which there are as many as make 1/√m exact.
    """
    weight, m = 1 + 2 * U, 1 + others
    weights = [[weight]] + [[-1.0]] * others
    shift = length * (weight - margin * U)
    return Start([[length]], [-sqrt(m) / length], weights, [1] * m, shift)


MANY_SCORES = Start([[1.0]], [0.0], [[1.0]] + [[SWALLOWED]] * 255, [1] * 256, 0.0)
"""A score of 1, and 255 that are lost in the sum of all."""

LOST_IN_EXCESS = Start([[1.0]], [0.0], [[SWALLOWED]], [1], 0.0, excess=[-1.0])
"""A weight that is lost when its score is reduced."""

MOVES_AWAY = Start([ALMOST_ONE], [2.0 - 2.0**10], [[1.0] + [0.0] * MANY], [1], 0.0)
"""A weight of 1 that a small rate and a large residual make 2^(−10), and whose score loses 98 u."""

LARGE = 2.0**20
COEFFICIENT_STANDS_STILL = Start([[1.0]], [2.0], [[1.0]], [1], 0.0, coefficients=[[LARGE]])
"""A weight of 1 that is kept as a large coefficient, beside which its stored score moves."""

LOST_IN_G = Start([ALMOST_ONE], [2.0], [[2.0**-10] + [0.0] * MANY], [1], 0.0)
"""The only entry of G is 1 instead of 98 u more."""


def long_and_short(along: float) -> Start:
    """G has the eigenvalues 1 and 2^(−12), and the residual is nearly along the first."""
    labels = [1 - along, 1 - along / 1000]
    return Start([[1.0, 0.0], [0.0, 2.0**-6]], labels, [[1.0, 64.0]], [1], 0.0)


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


def almost_one(neurons: int, length: float = 1.0) -> Start:
    """So many neurons in the direction of the one point."""
    point = [length * c for c in ALMOST_ONE]
    return Start([point], [1.0], [ALMOST_ONE] * neurons, [1] * neurons, 0.0)


@dataclass(frozen=True)
class Extreme:
    """A run, and how much of one bound it has reached at its end, at least."""

    story: str
    start: Start
    way: Way
    steps: int
    bound: str
    share: float


ALONG = Way(None, None, rate=SWALLOWED)
ALONG_STORED = Way(Reading.REWRITTEN, None, rate=SWALLOWED)
ALONG_IMPLICIT = Way(Reading.IMPLICIT, None, rate=LARGE * SWALLOWED)
EARLY = Way(None, SolverName.CG, accuracy=1e-2)

# fmt: off
EXTREMES = [
    Extreme("weights stand still", descent(40), ALONG, 30, "weights", 0.97),
    Extreme("and so do scores computed afresh", descent(40), ALONG, 30, "score", 0.93),
    Extreme("and scores at a shorter point", descent(40, length=0.25), ALONG, 30, "score", 0.93),
    Extreme("and outputs", descent(40), ALONG, 30, "output", 0.73),
    Extreme("and outputs of a quarter of the neurons", descent(150, 3), ALONG, 120, "output", 0.75),
    Extreme("weights stand still beside stored scores", descent(40), ALONG_STORED, 12,
            "weights", 0.97),
    Extreme("coefficients stand still", COEFFICIENT_STANDS_STILL, ALONG_IMPLICIT, 30,
            "weights", 0.97),
    Extreme("a score is lost in its excess", LOST_IN_EXCESS, Way(), 0, "score", 0.97),
    Extreme("coordinates are lost in a score", almost_one(1), Way(), 0, "score", 0.95),
    Extreme("and in an output", almost_one(4), Way(), 0, "output", 0.8),
    Extreme("coordinates are lost in a kept product", MOVES_AWAY,
            Way(Reading.REWRITTEN, None, rate=2.0**-10), 1, "score", 0.43),
    Extreme("a residual of lost coordinates is gone along", almost_one(4, 2.0),
            Way(None, None, rate=0.125), 1, "weights", 0.75),
    Extreme("scores are lost in an output", MANY_SCORES, Way(), 0, "output", 0.48),
    Extreme("a residual without them is solved for", MANY_SCORES, Way(), 1, "weights", 0.42),
    Extreme("coordinates are lost in G", LOST_IN_G, Way(), 1, "weights", 0.39),
    Extreme("a solver stops early where G is small", long_and_short(0.5), EARLY, 1,
            "weights", 0.94),
    Extreme("and a quarter of its step is taken", long_and_short(2.0),
            replace(EARLY, rule=StepRule.BACKTRACKING), 1, "weights", 0.94),
    Extreme("gradient steps overshoot", OVERSHOOTING, Way(None, None, rate=3.7 / 12), 12,
            "weights", 0.006),
]
# fmt: on


@pytest.mark.parametrize("extreme", EXTREMES, ids=lambda extreme: extreme.story)
def test_a_bound_is_nearly_reached_and_not_passed(extreme: Extreme) -> None:
    distances = watched(extreme.start, extreme.way, extreme.steps, BINARY64)
    assert check(distances) == 0
    assert distances[-1].shares()[extreme.bound] >= extreme.share


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


@pytest.mark.parametrize("batch", [None, 1])
def test_the_dead_are_decided_once(batch: int | None) -> None:
    """Three of four neurons die at once, one of them exactly on b. An epoch decides twice, once
    for all points and once for each batch.
    """
    weights = [[2.0, 1.0], [-1.0, -1.0], [0.5, 0.25], [-3.0, 0.0]]
    start = Start([[1.0, 0.0], [0.0, 1.0]], [3.0, 2.0], weights, [1] * 4, 0.5)
    distances = watched(start, Way(None, None, batch=batch, rate=0.125), 2, BINARY64)
    inner = 0 if batch is None else 2
    assert [distance.bound("decisions") for distance in distances] == [8 + inner, 2 + inner, 2]
    assert [distance.bound("borderline") for distance in distances] == [1, 0, 0]


# ---- the matrix ----------------------------------------------------------------------------------

LOST_IN_TRACE = Start([[1.0, 0.0]] + [[0.0, ROOT]] * 40, [-1.0] * 41, [[1.0, 1.0]], [1], shift=0.0)
"""The first point has nearly all of G's trace; the others have 39.2 u of it, which are lost."""


@pytest.mark.parametrize(
    ("start", "way", "share"),
    [
        (LOST_IN_G, Way(), 0.89),
        (LOST_IN_TRACE, Way(rule=StepRule.DAMPED, damping=1e6), 0.75),
    ],
)
def test_the_matrix_is_known_up_to_its_blur(
    start: Start, way: Way, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of its entries is off by blur·√(M_ii·M_jj) at most."""
    seen: list[tuple[Sequence[Sequence[float]], float]] = []

    def least(lower: Sequence[Sequence[float]], blur: float) -> float:
        seen.append((lower, blur))
        return 1.0

    monkeypatch.setattr("invariants.trajectory_error.smallest_eigenvalue_at_least", least)
    run = Run(way.trainer(start, BINARY64), Limits(1, 0.0), float_monitor("touched"))
    made = run.step()
    assert made is not None
    ((lower, blur),) = seen
    true = exact_matrix(start.problem(RATIONAL).points, Fraction(made.damping))
    apart = [
        (Fraction(entry) - true[i][j]) ** 2 / (true[i][i] * true[j][j])
        for i, row in enumerate(lower)
        for j, entry in enumerate(row)
    ]
    assert share <= sqrt(max(apart)) / blur <= 1


def exact_matrix(points: Sequence[Sequence[Fraction]], damping: Fraction) -> list[list[Fraction]]:
    """G + μI where one neuron fires everywhere."""
    gram = [[inner_product(x, y, Fraction()) for y in points] for x in points]
    trace = sum((row[i] for i, row in enumerate(gram)), Fraction())
    for i, row in enumerate(gram):
        row[i] += damping * trace / len(gram)
    return gram
