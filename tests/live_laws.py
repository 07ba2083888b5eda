"""What live neurons look like: compared with whole networks, and with exact probabilities.

A whole network is drawn plainly, w ~ N(0, I), and what does not fire is thrown away. It shares no
line with the sampler.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from scipy import integrate, stats

from reference.edges.networks.initial_network import stream
from reference.edges.networks.live_sampler import LiveDraws
from tests.sampling_laws import (
    ArrayF,
    ArrayI,
    Comparison,
    binomial_count,
    same_law,
    same_rate,
    standard_normal,
    uniform,
    values,
)

Sampler = Callable[[int, int, ArrayF, float], LiveDraws]


@dataclass(frozen=True, slots=True)
class Case:
    """Points, a shift and a width."""

    points: ArrayF
    b: float
    m: int


@dataclass(frozen=True, slots=True)
class Live:
    """Live neurons however they were drawn: places among m, weights, and scores at all points."""

    m: int
    places: ArrayI
    weights: ArrayF
    scores: ArrayF
    b: float

    def at(self, *points: int) -> ArrayI:
        """The rows of those that fire on all of these points."""
        rows: ArrayI = np.flatnonzero((self.scores[:, list(points)] > self.b).all(axis=1))
        return rows


@cache
def whole(seed: int, m: int, shape: tuple[int, int], flat: tuple[float, ...], b: float) -> Live:
    """The live ones of a whole network."""
    points = np.array(flat).reshape(shape)
    weights = stream(seed, 99).standard_normal((m, shape[1]))
    scores = weights @ points.T
    live = np.flatnonzero((scores > b).any(axis=1))
    return Live(m, live, weights[live], scores[live], b)


def probability(points: ArrayF, b: float, i: int, j: int) -> float:
    """P(⟨w, x_i⟩ > b and ⟨w, x_j⟩ > b), by quadrature along x_i unless they are parallel."""
    lengths = [float(np.linalg.norm(points[k])) for k in (i, j)]
    if not all(lengths):
        return 0.0
    cosine = float(points[i] @ points[j]) / (lengths[0] * lengths[1])
    return _orthant(b / lengths[0], b / lengths[1], cosine)


@cache
def _orthant(low: float, other: float, cosine: float) -> float:
    """P(Z > low and Z' > other) for standard normal numbers of this correlation."""
    if abs(cosine) > 1 - 1e-12:
        return float(stats.norm.sf(max(low, other))) if cosine > 0 else 0.0
    rest = (1 - cosine * cosine) ** 0.5

    def density(z: float) -> float:
        return float(stats.norm.pdf(z) * stats.norm.sf((other - cosine * z) / rest))

    return float(integrate.quad(density, low, low + 12, epsabs=0, epsrel=1e-10)[0])


def exact_comparisons(case: Case, draws: LiveDraws) -> list[Comparison]:
    """Counts, tails, places, signs and directions, against what is known of them."""
    points, b, m = case.points, case.b, case.m
    live = Live(m, draws.places, draws.weights, draws.weights @ points.T, b)
    found = [
        binomial_count("signs", int((draws.signs > 0).sum()), len(draws.signs), 0.5),
        uniform("places", (live.places + stream(0, 98).random(len(live.places))) / m),
    ]
    outside = _outside(points)
    if outside.size:
        found += standard_normal("off the points", (draws.weights @ outside).ravel())
    masses = [probability(points, b, i, i) for i in range(len(points))]
    found.append(binomial_count("candidates", draws.candidates, m, sum(masses)))
    for i, mass in enumerate(masses):
        mine = live.at(i)
        found.append(binomial_count(f"|S_{i}|", len(mine), m, mass))
        if not len(mine):
            continue
        # By log sf, so that what is compared does not come from the function that drew it.
        length = np.linalg.norm(points[i])
        tail = stats.norm.logsf(live.scores[mine, i] / length) - stats.norm.logsf(b / length)
        found += [
            uniform(f"tail at x_{i}", np.exp(tail)),
            uniform(f"places in S_{i}", (live.places[mine] + 0.5) / m),
            binomial_count(f"signs in S_{i}", int((draws.signs[mine] > 0).sum()), len(mine), 0.5),
        ]
    return found


def pair_comparisons(case: Case, draws: LiveDraws) -> list[Comparison]:
    """Counts of neurons that fire on two points, against orthants of bivariate normals."""
    live = Live(case.m, draws.places, draws.weights, draws.weights @ case.points.T, case.b)
    return [
        binomial_count(
            f"|S_{i} ∩ S_{j}|",
            len(live.at(i, j)),
            case.m,
            probability(case.points, case.b, i, j),
        )
        for i, j in combinations(range(len(case.points)), 2)
    ]


def whole_comparisons(case: Case, draws: LiveDraws) -> list[Comparison]:
    """Counts, scores and gaps, against a whole network four times as wide."""
    points, n = case.points, len(case.points)
    live = Live(case.m, draws.places, draws.weights, draws.weights @ points.T, case.b)
    flat = tuple(points.ravel().tolist())
    shape = points.shape[0], points.shape[1]
    real = whole(1, 4 * case.m, shape, flat, case.b)
    sets = [which for size in (1, 2, 3) for which in combinations(range(n), size)]
    found = [same_rate("live", len(live.places), live.m, len(real.places), real.m)]
    found += [
        same_rate(f"fires on {which}", len(live.at(*which)), live.m, len(real.at(*which)), real.m)
        for which in sets
    ]
    found += [
        same_law(f"score at x_{j} in S_{i}", live.scores[mine, j], real.scores[there, j])
        for i in range(n)
        if len(mine := live.at(i)) and len(there := real.at(i))
        for j in range(n)
    ]
    lengths = [(one.weights * one.weights).sum(axis=1) for one in (live, real)]
    gaps = [np.diff(one.places).astype(np.float64) for one in (live, real)]
    return found + [same_law("lengths", *lengths), same_law("gaps", *gaps)]


def repeated_comparisons(draw: Sampler, draws: int) -> list[Comparison]:
    """Counts of many small networks against binomial laws: not only their means, all of them."""
    points, b, m = np.eye(2), 1.0, 300
    q = float(stats.norm.sf(b))
    live = 1 - (1 - q) ** 2
    drawn = [draw(seed, m, points, b) for seed in range(draws)]
    rows = [
        (
            len(one.places),
            one.candidates,
            int((one.weights[:, 0] > b).sum()),
            int((one.places < m // 2).sum()),
            int((one.signs > 0).sum()),
            (one.dead_signs + m - len(one.places)) // 2,
        )
        for one in drawn
    ]
    lengths, candidates, fired, half, positive, dead_positive = np.array(rows).T
    dead = stats.binom(m - lengths, 0.5)
    part = stream(0, 97).random(draws)
    position = dead.cdf(dead_positive - 1) + part * dead.pmf(dead_positive)
    numbers = np.arange(m + 1)
    return [
        values("live", lengths, stats.binom.pmf(numbers, m, live)),
        values("candidates", candidates, stats.binom.pmf(numbers, m, 2 * q)),
        values("|S_0|", fired, stats.binom.pmf(numbers, m, q)),
        values("live in the first half", half, stats.binom.pmf(numbers, m // 2, live)),
        *standard_normal("dead signs", stats.norm.ppf(position)),
        binomial_count("signs", positive.sum(), lengths.sum(), 0.5),
    ]


def _outside(points: ArrayF) -> ArrayF:
    """An orthonormal basis of what is orthogonal to all points: n×d, giving d×(d − rank)."""
    _, sizes, rows = np.linalg.svd(points)
    rank = int((sizes > 1e-9 * sizes[0]).sum())
    basis: ArrayF = rows[rank:].T
    return basis
