"""What the live sampler draws, held against laws that are known exactly.

* **Orthogonal points** are fired on independently, each with probability q: among m neurons the
  counts of the 2^n patterns are multinomial with q^|F|·(1 − q)^(n − |F|). Given its pattern, a
  neuron's scores are independent normal numbers beyond b, or not beyond it; what is orthogonal to
  all points is normal. Score by score that makes uniform numbers.
* **Any two points** have patterns with bivariate normal probabilities, by Owen's T function. And
  given that a neuron fires on x, its score there is a normal number beyond b, whatever else; its
  score at y, less what that says of it, is normal. Every live neuron fires somewhere, so the counts
  of patterns and these conditional laws are the whole law.
* **Many small networks**: counts vary as they must, and not only their means are right.

No whole network is drawn. Comparisons, level and power are those of `laws`.

Claim beyond/live-sampler.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import log, sqrt

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from proofs.measured.laws import (
    ArrayF,
    ArrayI,
    Comparison,
    of_classes,
    of_count,
    of_numbers,
    of_pairs,
    of_spread,
)
from reference.edges.networks.initial_network import stream
from reference.edges.networks.live_sampler import LiveDraws, draw_live

ArrayB = npt.NDArray[np.bool_]

Sampler = Callable[[int, int, ArrayF, float], LiveDraws]
"""Draws the live ones: seed, m, points, b."""

OWN_STREAM = 100
"""Of the numbers that break ties between integers here."""

SIDES = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2
"""Orthonormal rows, exactly: three points, and a direction orthogonal to them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two points of these lengths at this cosine, and the shift b."""

    first: float
    second: float
    cosine: float
    b: float

    @property
    def points(self) -> ArrayF:
        """In R³. Shapes: 2×3."""
        sine = sqrt(1 - self.cosine**2)
        return np.array([[self.first, 0, 0], [self.second * self.cosine, self.second * sine, 0]])

    @property
    def both(self) -> float:
        """P(both fire)."""
        return orthant(self.b / self.first, self.b / self.second, self.cosine)


PAIRS = (
    Pair(1, 1, 0.5, 1.3),
    Pair(1, 1, 0.95, 1.1),
    Pair(1, 1, -0.6, 0.9),
    Pair(0.7, 1.4, 0.8, 1.0),
)
"""Near and far, and of unequal lengths."""

HUGE = 1 << 40
HUGE_PAIR = Pair(1, 1, 0.9, sqrt(2 * 0.5 * log(HUGE)))
"""At α = 0.5, where nobody could draw a whole network."""


def orthant(low: float, other: float, cosine: float) -> float:
    """P(Z > low, Z' > other) for standard normal numbers of this correlation.

    Domain: low, other > 0, |cosine| < 1.
    """
    rest = sqrt(1 - cosine**2)
    tails = special.ndtr(-low) + special.ndtr(-other)
    corners = special.owens_t(low, (other / low - cosine) / rest)
    corners += special.owens_t(other, (low / other - cosine) / rest)
    return float(tails / 2 - corners)


# ---- comparisons ---------------------------------------------------------------------------------


def orthogonal_comparisons(draw: Sampler, seed: int, m: int) -> Iterator[Comparison]:
    """Patterns, scores, places and signs at three orthogonal points."""
    b = 1.2
    draws = draw(seed, m, SIDES[:3], b)
    q = float(special.ndtr(-b))
    scores = draws.weights @ SIDES.T
    fires = scores[:, :3] > b
    sizes = np.array([pattern.bit_count() for pattern in range(8)])
    yield of_count("candidates", draws.candidates, m, 3 * q)
    yield of_count("live", len(draws.places), m, 1 - (1 - q) ** 3)
    yield of_classes("patterns", pattern_counts(fires, m), q**sizes * (1 - q) ** (3 - sizes))
    parts = [_part(scores[:, i], fires[:, i], b, q) for i in range(3)]
    parts.append(special.ndtr(scores[:, 3]))
    for i, part in enumerate(parts):
        yield of_numbers(f"coordinate {i}", part)
        for j in range(i):
            yield of_pairs(f"coordinates {i} and {j}", part, parts[j])
    yield from _places_and_signs(draws, m, fires[:, 0])


def pair_comparisons(draw: Sampler, seed: int, m: int, pair: Pair) -> Iterator[Comparison]:
    """Patterns at two points, and the scores of the neurons that fire on either."""
    draws = draw(seed, m, pair.points, pair.b)
    lengths = np.array([pair.first, pair.second])
    scores = draws.weights @ pair.points.T / lengths
    fires = scores > pair.b / lengths
    masses = special.ndtr(-pair.b / lengths)
    alone = [float(mass) - pair.both for mass in masses]
    dead = 1 - alone[0] - alone[1] - pair.both
    yield of_count("candidates", draws.candidates, m, float(masses.sum()))
    counts = pattern_counts(fires, m)
    named = {"only the first": alone[0], "only the second": alone[1], "both": pair.both}
    for pattern, (name, mass) in enumerate(named.items(), 1):
        yield of_count(name, int(counts[pattern]), m, mass)
    yield of_classes("patterns", counts, np.array([dead, *named.values()]))
    for i, j in ((0, 1), (1, 0)):
        here = fires[:, i]
        along = special.ndtr(-scores[here, i]) / masses[i]
        left = scores[here, j] - pair.cosine * scores[here, i]
        across = special.ndtr(left / sqrt(1 - pair.cosine**2))
        yield of_numbers(f"scores at {i}", along)
        yield of_numbers(f"scores at {j} of those that fire at {i}", across)
        yield of_pairs(f"both scores of those that fire at {i}", along, across)
        outside = special.ndtr(draws.weights[here, 2])
        yield of_numbers(f"off the points, of those that fire at {i}", outside)


def repeated_comparisons(draw: Sampler, seeds: range) -> Iterator[Comparison]:
    """Counts of many small networks, two orthogonal points, against all of their laws."""
    m, b = 300, 1.0
    q = float(special.ndtr(-b))
    drawn = [draw(seed, m, SIDES[:2], b) for seed in seeds]
    live = np.array([len(one.places) for one in drawn])
    half = np.array([int((one.places < m // 2).sum()) for one in drawn])
    candidates = np.array([one.candidates for one in drawn])
    chance = stream(seeds.start, OWN_STREAM).random((4, len(drawn)))
    mass = 1 - (1 - q) ** 2
    dead = (np.array([one.dead_signs for one in drawn]) + m - live) // 2
    laws = {
        "live": (live, stats.binom(m, mass)),
        "live in the first half": (half, stats.binom(m // 2, mass)),
        "candidates": (candidates, stats.binom(m, 2 * q)),
        "positive dead": (dead, stats.binom(m - live, 0.5)),
    }
    for (name, (counts, law)), part in zip(laws.items(), chance, strict=True):
        position = law.cdf(counts - 1) + part * law.pmf(counts)
        yield of_numbers(f"{name}, over all draws", position)
        yield of_spread(f"{name}, how it varies", special.ndtri(position))


def pattern_counts(fires: ArrayB, m: int) -> ArrayI:
    """How many of m neurons have which pattern, bit i for point i; those not drawn have none."""
    n = fires.shape[1]
    counts = np.bincount(fires @ (1 << np.arange(n)), minlength=1 << n)
    counts[0] = m - counts[1:].sum()
    return counts


def _part(scores: ArrayF, fires: ArrayB, b: float, q: float) -> ArrayF:
    """Each score as a part of its side of b: uniform."""
    beyond = special.ndtr(-scores) / q
    short = special.ndtr(scores) / special.ndtr(b)
    part: ArrayF = np.where(fires, beyond, short)
    return part


def _places_and_signs(draws: LiveDraws, m: int, some: ArrayB) -> Iterator[Comparison]:
    """Places are uniform and signs fair, also of some neurons that are chosen by their scores."""
    spread = (draws.places + stream(0, OWN_STREAM).random(len(draws.places))) / m
    positive = draws.signs > 0
    for whose, mine in (("", np.ones(len(some), np.bool_)), (" of some", some)):
        yield of_numbers("places" + whose, spread[mine])
        count, of = int(positive[mine].sum()), int(mine.sum())
        yield of_count("signs" + whose, count, of, 0.5)


# ---- samplers that are wrong on purpose ----------------------------------------------------------


def kept_by_the_square(draws: LiveDraws, fires: ArrayB) -> LiveDraws:
    """As if a candidate were kept with one over the square of its cover."""
    cover = np.count_nonzero(fires, axis=1)
    kept = stream(1, OWN_STREAM).random(len(cover)) * np.maximum(cover, 1) < 1
    return replace(
        draws,
        places=draws.places[kept],
        weights=draws.weights[kept],
        signs=draws.signs[kept],
    )


def drawn_too_far(draws: LiveDraws, _: ArrayB) -> LiveDraws:
    """Weights a twentieth too long."""
    return replace(draws, weights=draws.weights * 1.05)


def placed_by_score(draws: LiveDraws, _: ArrayB) -> LiveDraws:
    """Right places, right weights, and the further a neuron fires the later it stands."""
    return replace(draws, weights=draws.weights[np.argsort(draws.weights @ SIDES[0])])


def signed_by_pattern(draws: LiveDraws, fires: ArrayB) -> LiveDraws:
    """Signs that follow what fires, fair on the whole or nearly."""
    turned = stream(2, OWN_STREAM).random(len(draws.signs)) < 0.2
    signs = np.where(turned, np.where(fires[:, 0], 1, -1), draws.signs).astype(np.int8)
    return replace(draws, signs=signs)


WRONG: Mapping[str, Callable[[LiveDraws, ArrayB], LiveDraws]] = {
    "kept_by_the_square": kept_by_the_square,
    "weights_too_long": drawn_too_far,
    "places_by_score": placed_by_score,
    "signs_by_pattern": signed_by_pattern,
}
"""What each of them does to right draws, given who fires on which point."""


def wrong(spoil: Callable[[LiveDraws, ArrayB], LiveDraws]) -> Sampler:
    """The sampler that is wrong in this way."""

    def draw(seed: int, m: int, points: ArrayF, b: float) -> LiveDraws:
        draws = draw_live(seed, m, points, b)
        return spoil(draws, draws.weights @ points.T > b)

    return draw
