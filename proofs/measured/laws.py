"""Samples held against laws: how unlikely what was found is, and what would have been found.

A comparison has a p-value and a power: the least deviation that it finds with probability `FOUND`
at a given level. Of a count or a variance, that is a share of it; of counts of several classes, a
share of any one class's mean; of numbers, a distance between distribution functions.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special, stats

ArrayF = npt.NDArray[np.float64]
ArrayI = npt.NDArray[np.int64]

FOUND = 0.99
"""The probability with which the stated deviation is found."""

RARE = 2.0**-20
"""Events that are rarer have a count that is compared as Poisson, which is as near to binomial."""

Kind = Literal["count", "class", "distribution", "variance"]
"""What a deviation is of."""

CELLS = 5
"""Of either coordinate, where pairs of numbers are compared."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, how likely the right law is to be as far off, and the power by level.

    `finds` is the least deviation, of the kind stated, that is found at a level.
    """

    name: str
    p_value: float
    kind: Kind
    finds: Callable[[float], float]


def rejected(comparisons: Iterable[Comparison], level: float) -> list[Comparison]:
    """Those that the right law would hardly show; one without a p-value is among them."""
    return [one for one in comparisons if not one.p_value >= level]


def weakest(comparisons: Iterable[Comparison], level: float) -> Mapping[Kind, float]:
    """Of each kind of deviation the least that every one of these comparisons finds."""
    found: dict[Kind, float] = {}
    for one in comparisons:
        found[one.kind] = max(found.get(one.kind, 0.0), one.finds(level))
    return found


def of_count(name: str, count: int, n: int, p: float) -> Comparison:
    """A count against Binomial(n, p), both sides."""
    law = _law(n, p)
    p_value = min(1.0, 2 * min(float(law.cdf(count)), float(law.sf(count - 1))))

    def finds(level: float) -> float:
        low, high = float(law.ppf(level / 2)), float(law.isf(level / 2))

        def found(share: float) -> bool:
            more, less = _law(n, min(1.0, p * (1 + share))), _law(n, p * (1 - share))
            return min(float(more.sf(high)), float(less.cdf(low - 1))) >= FOUND

        return least(found)

    return Comparison(name, p_value, "count", finds)


def of_classes(name: str, counts: ArrayI, masses: ArrayF) -> Comparison:
    """Counts of classes against Multinomial, by χ². Domain: masses that add up to 1.

    The deviation is of any one class, the largest class taking up the difference.
    """
    n, largest = int(counts.sum()), float(masses.max())
    expected = masses * n
    square = float(((counts - expected) ** 2 / expected).sum())
    freedom, rarest = len(masses) - 1, float(masses.min())
    moved = n * rarest**2 * (1 / rarest + 1 / largest)

    def finds(level: float) -> float:
        critical = float(stats.chi2.isf(level, freedom))
        return least(
            lambda share: bool(stats.ncx2.sf(critical, freedom, moved * share**2) >= FOUND)
        )

    return Comparison(name, float(stats.chi2.sf(square, freedom)), "class", finds)


def of_numbers(name: str, sample: ArrayF) -> Comparison:
    """Numbers against the uniform law on [0, 1], by Kolmogorov and Smirnov.

    Where a distribution function is off by δ, the empirical one is a binomial share around it, with
    a standard deviation of at most ½/√n.
    """
    n = len(sample)
    p_value = float(stats.kstest(sample, "uniform", method="asymp").pvalue)

    def finds(level: float) -> float:
        distance = special.kolmogi(level) + stats.norm.ppf(FOUND) / 2
        return float(distance / n**0.5)

    return Comparison(name, p_value, "distribution", finds)


def of_pairs(name: str, one: ArrayF, other: ArrayF) -> Comparison:
    """Two numbers of each draw, uniform and independent, by χ² on a grid of equal cells."""
    cells = np.minimum((np.stack([one, other]) * CELLS).astype(np.int64), CELLS - 1)
    counts = np.bincount(cells[0] * CELLS + cells[1], minlength=CELLS**2)
    return of_classes(name, counts, np.full(CELLS**2, 1 / CELLS**2))


def of_spread(name: str, sample: ArrayF) -> Comparison:
    """Standard normal numbers' sum of squares, by χ². The deviation is of the variance."""
    law = stats.chi2(len(sample))
    square = float((sample * sample).sum())
    p_value = min(1.0, 2 * min(float(law.cdf(square)), float(law.sf(square))))

    def finds(level: float) -> float:
        low, high = float(law.ppf(level / 2)), float(law.isf(level / 2))

        def found(share: float) -> bool:
            more, less = law.sf(high / (1 + share)), law.cdf(low / (1 - share))
            return min(float(more), float(less)) >= FOUND

        return least(found)

    return Comparison(name, p_value, "variance", finds)


def least(found: Callable[[float], bool]) -> float:
    """The least deviation that is found, to a thousandth of itself; 1 if none below 1 is."""
    low, high = 0.0, 1.0
    if not found(high * (1 - 1e-9)):
        return high
    while high - low > high / 1000:
        middle = (low + high) / 2
        low, high = (low, middle) if found(middle) else (middle, high)
    return high


def _law(n: int, p: float) -> stats.distributions.rv_frozen:
    """Of how many of n independent events of probability p happen."""
    return stats.poisson(float(n) * p) if p < RARE else stats.binom(n, p)
