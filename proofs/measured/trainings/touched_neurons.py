"""Which share of the neurons an iteration touches, and which share of the trees' nodes.

A neuron is touched if it fires on some point. At n orthogonal points of unit norm its scores are n
independent standard normal numbers, so it is touched with probability 1 − (1 − p)^n, p = P(Z > b),
exactly; and how many of m are touched is binomial. In a tree over m = 2^h neurons the node with 2^j
leaves below it is written if one of them is touched.

Claim movement/small-subset.
"""

from dataclasses import dataclass
from math import expm1, log, log1p, sqrt

import msgspec
from scipy import stats

from proofs.certified.enclosure import Enclosure
from proofs.certified.normal_tail import fires_above
from proofs.measured.trainings.trainings import by, orthonormal, problem_of, trained
from reference.counters import Label
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.structures.threshold_search import Structure
from reference.training.method import Method

FALSE_ALARMS = 1e-6
"""How often a count is outside its interval though its law is the right one."""


@dataclass(frozen=True, slots=True)
class Touched:
    """How many of m neurons fire on some of n points at the start.

    `expected` is the share by the law of orthogonal points; a count of that law is from `low` to
    `high`, but for one in a million.
    """

    n: int
    m: int
    count: int
    expected: float
    low: int
    high: int

    @property
    def share(self) -> float:
        """Of the neurons."""
        return self.count / self.m

    @property
    def lawful(self) -> bool:
        """Is the count where the law of orthogonal points has it?"""
        return self.low <= self.count <= self.high


@dataclass(frozen=True, slots=True)
class Written:
    """Which share of a tree's nodes one iteration writes, and what the law of it says.

    Another draw of one neuron changes at most h + 1 nodes, so by McDiarmid's inequality the share
    is further than `room` from `expected` at most once in a million.
    """

    share: float
    expected: float
    room: float


def orthogonal_share(p: Enclosure, n: int) -> Enclosure:
    """1 − (1 − p)^n, which grows with p.

    >>> from fractions import Fraction
    >>> from proofs.certified.enclosure import exactly
    >>> orthogonal_share(exactly(Fraction(1, 2)), 3).low
    Fraction(7, 8)
    """
    near = p.rounded()
    low, high = (1 - (1 - end) ** n for end in (near.low, near.high))
    return Enclosure(low, high).rounded()


def written_share(p: float, n: int, height: int) -> float:
    """Of the 2·2^height − 1 nodes of a tree, those at or above a touched leaf, in the mean.

    >>> written_share(0.5, 1, 1)
    0.5833333333333334
    """
    leaves_below = [1 << j for j in range(height + 1)]
    chances = [-expm1(n * below * log1p(-p)) for below in leaves_below]
    nodes = [(1 << height) / below for below in leaves_below]
    written = sum(count * chance for count, chance in zip(nodes, chances, strict=True))
    return written / ((2 << height) - 1)


def touched(config: Configuration, problem: Problem[float] | None = None) -> Touched:
    """What the first iteration touches. Errors: those of step 0."""
    m, n = config.width, config.points
    chosen = problem_of(config) if problem is None else problem
    run = trained(msgspec.structs.replace(config, steps=0), problem=chosen)
    expected = orthogonal_share(fires_above(config.shift), n).middle
    low, high = stats.binom.interval(1 - FALSE_ALARMS, m, expected)
    return Touched(n, m, run.records[0].union, expected, int(low), int(high))


def written(config: Configuration) -> Written:
    """What the first iteration writes at orthogonal points. Domain: m = 2^h."""
    m, n = config.width, config.points
    one = by(config, Method.SUBLINEAR, structure=Structure.TOURNAMENT, steps=1)
    run = trained(one, problem=orthonormal(n))
    writes = run.records[0].operations[Label.REFRESH.value]["node_writes"]
    height = m.bit_length() - 1
    nodes = 2 * m - 1
    expected = written_share(fires_above(config.shift).middle, n, height)
    room = (height + 1) * sqrt(m * log(2 / FALSE_ALARMS) / 2) / nodes
    return Written(writes / (n * nodes), expected, room)
