"""When a sample is held not to have its law, and at which rate that is a false alarm.

The tests of all samplers together make at most `COMPARISONS` comparisons. Each is rejected where
its p-value is below `FALSE_ALARMS / COMPARISONS` = 1e-6 (4.9 standard deviations, two-sided): of
right samplers at most one in a thousand test runs with fresh seeds would have a rejection anywhere.
Seeds are fixed, so the one run there is always ends the same way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

ArrayF = npt.NDArray[np.float64]
ArrayI = npt.NDArray[np.int64]

FALSE_ALARMS = 1e-3
COMPARISONS = 1000
LEVEL = FALSE_ALARMS / COMPARISONS

LEAST_EXPECTED = 20
"""Of a class of a χ² comparison; rarer values are put together."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, and how likely a right sampler is to be as far off."""

    name: str
    p_value: float


def rejected(comparisons: Iterable[Comparison]) -> list[Comparison]:
    """Those that no right sampler would show; NaN is one."""
    return [one for one in comparisons if not one.p_value >= LEVEL]


def binomial_count(name: str, count: int, n: int, p: float) -> Comparison:
    """A count against Binomial(n, p), exactly; against Poisson(n·p) where n is beyond all sums."""
    law = stats.binom(n, p) if n <= 1 << 40 else stats.poisson(float(n) * p)
    return Comparison(name, min(1.0, 2 * min(law.cdf(count), law.sf(count - 1))))


def same_rate(name: str, first: int, n: int, second: int, k: int) -> Comparison:
    """Counts out of n and out of k, given their sum: Fisher's exact comparison."""
    law = stats.hypergeom(n + k, n, first + second)
    return Comparison(name, min(1.0, 2 * min(law.cdf(first), law.sf(first - 1))))


def uniform(name: str, sample: ArrayF) -> Comparison:
    """Numbers against the uniform law on [0, 1], by Kolmogorov and Smirnov."""
    return Comparison(name, stats.kstest(sample, "uniform", method="asymp").pvalue)


def same_law(name: str, first: ArrayF, second: ArrayF) -> Comparison:
    """Two samples, by Kolmogorov and Smirnov."""
    return Comparison(name, stats.ks_2samp(first, second, method="asymp").pvalue)


def values(name: str, sample: Sequence[int] | ArrayI, masses: ArrayF) -> Comparison:
    """Values 0, 1, … against their probabilities, by χ²; neighbours that are rare go together."""
    expected = masses * len(sample)
    found = np.bincount(sample, minlength=len(masses))
    if len(found) > len(masses):
        return Comparison(name, 0.0)
    groups = (np.cumsum(expected) / LEAST_EXPECTED).astype(np.int64)
    groups = np.minimum(groups, groups[-1] - 1)
    observed, mean = (np.bincount(groups, counts) for counts in (found, expected))
    inhabited = mean > 0
    square = ((observed - mean)[inhabited] ** 2 / mean[inhabited]).sum()
    return Comparison(name, stats.chi2.sf(square, inhabited.sum() - 1))


def standard_normal(name: str, sample: ArrayF) -> list[Comparison]:
    """Law, mean and variance of numbers that should be standard normal."""
    mean = 2 * stats.norm.sf(abs(sample.sum()) / np.sqrt(len(sample)))
    law = stats.chi2(len(sample))
    square = (sample * sample).sum()
    return [
        uniform(f"{name}: law", stats.norm.cdf(sample)),
        Comparison(f"{name}: mean", mean),
        Comparison(f"{name}: variance", 2 * min(law.cdf(square), law.sf(square))),
    ]
