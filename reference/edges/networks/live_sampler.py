"""The neurons that fire, of a random network too wide to be drawn.

Of m independent neurons w ~ N(0, I), those are *live* that fire on one of n points at least:
⟨w, x_i⟩ > b. The others never move, so only their number and the sum of their signs matter. With
q_i = P(Z > b/‖x_i‖) and Q = Σ q_i ≤ 1, each neuron is a candidate with probability Q:

    neurons     · · · c · · · · · c · c · · · · · · c · · ·      geometric gaps from one to the next
    for each    point i with probability q_i/Q;  w ~ N(0, I), its component along x_i drawn anew
                from the normal tail beyond b/‖x_i‖;  kept with probability 1/|{j : ⟨w, x_j⟩ > b}|

The kept ones have the law of the live ones, places included: a neuron is kept at w, whose Gaussian
density be γ(w), with density Q · Σ_{i : ⟨w,x_i⟩>b} (q_i/Q) · γ(w)/q_i · 1/|{j : ⟨w,x_j⟩>b}|. As
many terms as the last factor counts make this γ(w) if w is live, and 0 if not; and each neuron is
kept independently of all others.

At rounding: uniform numbers are multiples of 2^−53, so no tail is drawn that has less than 2^−53 of
its point's probability, and gaps beyond 2^53 are doubles. Scores are sums of d rounded products; a
neuron within rounding of b may be counted on the wrong side of it, which changes its chance to be
kept. Its own point always counts, so a kept neuron may be found not to fire when its scores are
summed otherwise: it is then one more that never moves. The chance of such a neuron is about
√d · 2^−53 times the density at b. One seed gives the same bytes again on the same machine; another
machine may sum in another order.

Source: ours; the paper draws the whole network.
"""

from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from math import fsum, inf, log1p
from os import cpu_count

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from reference.edges.networks.binomial import binomial
from reference.edges.networks.initial_network import (
    DEAD_SIGNS_STREAM,
    LIVE_PLACES_STREAM,
    LIVE_SIGNS_STREAM,
    LIVE_WEIGHTS_STREAM,
    stream,
)
from reference.edges.networks.network_errors import LiveSumAboveOne

ArrayF = npt.NDArray[np.float64]
ArrayI = npt.NDArray[np.int64]

LARGEST_WIDTH = 1 << 62
"""The largest m: a place and the gap behind it then fit into 64 bits together."""

BLOCK = 1 << 13
"""Candidates at a time, at most."""

BLOCK_NUMBERS = 1 << 16
"""Weights or scores at a time, at most: 512 KiB, so that a block stays in the cache."""

AT_ONCE = 64
"""Blocks given to the cores at once. Each has a stream of its own, whichever core draws it."""

ONE_THREAD = 1 << 18
"""Up to so many multiply-adds OpenBLAS makes a product without a second thread."""


@dataclass(frozen=True, slots=True)
class LiveDraws:
    """The live ones of m neurons, in the order of their places among all, and what is left of all.

    Shapes: places L, from 0 to m − 1; weights L×d; signs L, each ±1. `dead_signs` is the sum of
    the signs of the m − L others. `candidates` is how many were drawn to keep these L.
    """

    places: ArrayI
    weights: ArrayF
    signs: npt.NDArray[np.int8]
    dead_signs: int
    candidates: int


@dataclass(frozen=True, slots=True)
class _HalfSpaces:
    """The w that fire on x_i: ⟨w, u_i⟩ > t_i, with u_i = x_i/‖x_i‖ and t_i = b/‖x_i‖.

    Shapes: directions n×d, thresholds n, masses n: the probabilities q_i.
    """

    directions: ArrayF
    thresholds: ArrayF
    masses: ArrayF


def firing_probabilities(points: ArrayF, b: float) -> ArrayF:
    """q_i = P(⟨w, x_i⟩ > b) for w ~ N(0, I); 0 for a point that is zero.

    Shapes: n×d, giving n. Domain: finite points, b ≥ 0.
    """
    return _half_spaces(points, b).masses


def expected_candidates(points: ArrayF, b: float, m: int) -> float:
    """m·Q, how many candidates `draw_live` is to expect; it keeps fewer.

    Shapes: n×d. Domain: as for `draw_live`.
    """
    return m * fsum(firing_probabilities(points, b))


def draw_live(
    seed: int, m: int, points: ArrayF, b: float, watch: Callable[[int], None] | None = None
) -> LiveDraws:
    """The live ones of m independent neurons N(0, I) with fair signs, in exactly their law.

    `watch` is told, block by block, how many of the m neurons have been decided.

    Shapes: n×d. Domain: 1 ≤ m ≤ `LARGEST_WIDTH`, n and d at least 1, finite points of any norms,
    b ≥ 0 and finite. A score equal to b does not fire.
    Cost: m·Q candidates of n·d multiply-adds, expected; memory for the kept ones and one block.
    Errors: `live-sum-above-one` if Q > 1; `MemoryError` if the kept ones do not fit.
    """
    spaces = _half_spaces(points, b)
    total = fsum(spaces.masses)
    if total > 1:
        raise LiveSumAboveOne(total, len(points), b)
    size = max(1, min(BLOCK, BLOCK_NUMBERS // max(points.shape)))
    places, weights, candidates = array("q"), array("d"), 0
    blocks = enumerate(_candidate_places(stream(seed, LIVE_PLACES_STREAM), m, total, size))

    def drawn(numbered: tuple[int, ArrayI]) -> tuple[ArrayI, ArrayI, ArrayF]:
        number, block = numbered
        generator = stream(seed, LIVE_WEIGHTS_STREAM, number)
        candidates, kept = _candidates(generator, spaces, len(block))
        return block, block[kept], candidates[kept]

    with ThreadPoolExecutor(cpu_count()) as pool:
        while group := list(islice(blocks, AT_ONCE)):
            for block, kept, rows in pool.map(drawn, group):
                places.frombytes(kept.tobytes())
                weights.frombytes(rows.tobytes())
                candidates += len(block)
                if watch:
                    watch(int(block[-1]) + 1)
    live = len(places)
    signs = 2 * stream(seed, LIVE_SIGNS_STREAM).integers(0, 2, live, dtype=np.int8) - 1
    dead = m - live
    positive = binomial(stream(seed, DEAD_SIGNS_STREAM), dead, 0.5)
    matrix = np.frombuffer(weights).reshape(live, points.shape[1])
    return LiveDraws(
        np.frombuffer(places, np.int64), matrix, signs, 2 * positive - dead, candidates
    )


def _half_spaces(points: ArrayF, b: float) -> _HalfSpaces:
    """By way of rows with largest entry 1, so that no square overflows or vanishes."""
    largest = np.abs(points).max(axis=1)
    zero = largest == 0
    scaled = points / np.where(zero, 1.0, largest)[:, None]
    lengths = np.where(zero, 1.0, np.sqrt((scaled * scaled).sum(axis=1)))
    with np.errstate(over="ignore"):
        thresholds = b / lengths / np.where(zero, 1.0, largest)
    thresholds[zero] = inf
    return _HalfSpaces(scaled / lengths[:, None], thresholds, ndtr(-thresholds))


def _candidate_places(
    generator: np.random.Generator, m: int, total: float, size: int
) -> Iterator[ArrayI]:
    """Ascending numbers below m, each of them there with probability `total`; no block is empty.

    A gap is 1 + ⌊E/λ⌋, E exponential, λ = −ln(1 − total): it exceeds k with probability e^(−kλ).
    """
    if total == 0:
        return
    rate = inf if total == 1 else -log1p(-total)
    decided = 0
    while decided < m:
        with np.errstate(over="ignore"):
            skipped = np.minimum(generator.standard_exponential(size) / rate, LARGEST_WIDTH)
        gaps = skipped.astype(np.uint64) + 1
        gaps[0] += decided
        # Up to the first place beyond m no sum reaches 2^64; what comes after it is not looked at.
        places = np.cumsum(gaps) - 1
        beyond = np.flatnonzero(places >= m)
        count = int(beyond[0]) if len(beyond) else size
        if count:
            yield places[:count].astype(np.int64)
        decided = m if len(beyond) else int(places[-1]) + 1


def _candidates(
    generator: np.random.Generator, spaces: _HalfSpaces, count: int
) -> tuple[ArrayF, npt.NDArray[np.bool_]]:
    """So many candidates' weights, and which of them are kept."""
    chosen = _chosen(generator, spaces.masses, count)
    tail = _tail(generator, spaces.masses[chosen])
    weights = generator.standard_normal((count, spaces.directions.shape[1]))
    _redirect(weights, spaces.directions[chosen], tail)
    fires = _scores(weights, spaces.directions) > spaces.thresholds
    fires[np.arange(count), chosen] = True
    return weights, _kept(generator, np.count_nonzero(fires, axis=1))


def _chosen(generator: np.random.Generator, masses: ArrayF, count: int) -> ArrayI:
    """Points, each with probability in proportion to its mass; never one of mass 0."""
    sums = np.cumsum(masses)
    # 1 − 2^−53 times a double rounds to less than the double, so every number has a point.
    chosen: ArrayI = np.searchsorted(sums, generator.random(count) * sums[-1], side="right")
    return chosen


def _tail(generator: np.random.Generator, masses: ArrayF) -> ArrayF:
    """Standard normal numbers, each given that it is in the upper tail of this mass.

    By the inverse of the survival function at a part in (0, 1] of the mass: exact for any tail,
    where 1 − Φ would have lost all digits beyond Z = 8.
    """
    tail: ArrayF = -ndtri((1 - generator.random(len(masses))) * masses)
    return tail


def _redirect(weights: ArrayF, directions: ArrayF, along: ArrayF) -> None:
    """Each row's component along its direction becomes this. Shapes: k×d, k×d unit rows, k."""
    change = along - np.einsum("kd,kd->k", weights, directions)
    weights += change[:, None] * directions


def _scores(weights: ArrayF, directions: ArrayF) -> ArrayF:
    """⟨w, u_i⟩ for k rows w. Shapes: k×d, n×d, giving k×n.

    Small products go in slices that one thread makes: two that wait for each other are slower than
    one wherever the processor is shared, on a busy machine ten times.
    """
    slice_rows = ONE_THREAD // directions.size
    rows = slice_rows if slice_rows >= 16 else len(weights)
    scores = np.empty((len(weights), len(directions)))
    for start in range(0, len(weights), rows):
        np.matmul(weights[start : start + rows], directions.T, out=scores[start : start + rows])
    return scores


def _kept(generator: np.random.Generator, cover: ArrayI) -> npt.NDArray[np.bool_]:
    """True with probability 1/cover."""
    kept: npt.NDArray[np.bool_] = generator.random(len(cover)) * cover < 1
    return kept
