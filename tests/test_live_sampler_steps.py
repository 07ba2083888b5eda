"""The sampler of live neurons does what its page says, number by number; so do its parts."""

from dataclasses import dataclass
from math import fsum, log1p, sqrt

import msgspec
import numpy as np
import pytest
import sympy
from scipy.special import ndtr, ndtri

from reference.edges.networks import initial_network
from reference.edges.networks.binomial import binomial
from reference.edges.networks.initial_network import (
    DEAD_SIGNS_STREAM,
    LIVE_PLACES_STREAM,
    LIVE_SIGNS_STREAM,
    LIVE_WEIGHTS_STREAM,
    SHIFTS_STREAM,
    SIGNS_STREAM,
    WEIGHTS_STREAM,
    draw,
    draw_signs,
    shift_for,
    stream,
)
from reference.edges.networks.live_sampler import LiveDraws, draw_live, expected_candidates
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.starts import drawn_live, watched
from tests.sampling_laws import ArrayF, ArrayI

pytestmark = pytest.mark.plain

SKEWED = np.array([[1.0, 0.5, 0.0], [0.3, -1.0, 0.2], [0.0, 0.0, 1.5], [0.0, 0.0, 0.0]])
BROAD = np.eye(100)[:3] * 0.9
LONG = np.ones((1, 40_000))


@dataclass(frozen=True)
class Parts:
    """Unit vectors, thresholds along them, and the probabilities to be beyond."""

    directions: ArrayF
    thresholds: ArrayF
    masses: ArrayF


def parts_of(points: ArrayF, b: float) -> Parts:
    lengths = np.linalg.norm(points, axis=1)
    there = lengths > 0
    directions = np.where(there[:, None], points, 0.0) / np.where(there, lengths, 1.0)[:, None]
    thresholds = np.where(there, b / np.where(there, lengths, 1.0), np.inf)
    return Parts(directions, thresholds, ndtr(-thresholds))


def candidates(seed: int, m: int, total: float, most: int) -> ArrayI:
    """Places by geometric gaps from one to the next."""
    exponential = stream(seed, LIVE_PLACES_STREAM).standard_exponential(most)
    gaps = 1 + np.floor(exponential / -log1p(-total)).astype(np.int64)
    places = np.cumsum(gaps) - 1
    assert places[-1] >= m
    found: ArrayI = places[places < m]
    return found


def kept_of(seed: int, block: int, count: int, parts: Parts) -> tuple[ArrayF, ArrayI]:
    """So many candidates' weights, and which of them are kept."""
    generator = stream(seed, LIVE_WEIGHTS_STREAM, block)
    sums = np.cumsum(parts.masses)
    chosen = np.searchsorted(sums, generator.random(count) * sums[-1], side="right")
    along = -ndtri((1 - generator.random(count)) * parts.masses[chosen])
    weights = generator.standard_normal((count, parts.directions.shape[1]))
    own = parts.directions[chosen]
    weights += (along - (weights * own).sum(axis=1))[:, None] * own
    fires = weights @ parts.directions.T > parts.thresholds
    fires[np.arange(count), chosen] = True
    kept = generator.random(count) * fires.sum(axis=1) < 1
    return weights, np.flatnonzero(kept)


@pytest.mark.parametrize(
    ("points", "b", "m", "block", "blocks"),
    [
        (SKEWED, 1.4, 1000, 8192, 1),
        (SKEWED, 0.9, 60_000, 8192, 5),
        (BROAD, 1.0, 9000, 655, 6),
        (LONG, 0.0, 20, 1, 8),
    ],
)
def test_a_draw_is_made_as_the_page_says(
    points: ArrayF, b: float, m: int, block: int, blocks: int
) -> None:
    """A block has 2¹³ candidates, or as many as have 2¹⁶ weights; each has a stream of its own."""
    parts = parts_of(points, b)
    found = draw_live(3, m, points, b)
    places = candidates(3, m, fsum(parts.masses), m)
    assert found.candidates == len(places)
    assert -(-len(places) // block) == blocks
    rows: list[ArrayF] = []
    expected: list[int] = []
    for number, start in enumerate(range(0, len(places), block)):
        mine = places[start : start + block]
        weights, kept = kept_of(3, number, len(mine), parts)
        rows.append(weights[kept])
        expected += mine[kept].tolist()
    assert found.places.tolist() == expected
    assert np.abs(found.weights - np.vstack(rows)).max() < 1e-12
    check_signs(found, m)


def test_where_no_neuron_is_a_candidate_none_is_drawn_however_long_the_points_are() -> None:
    """The threshold is at six standard deviations, and there are twenty neurons."""
    found = draw_live(3, 20, LONG, 6 * 200.0)
    assert (found.candidates, found.weights.shape) == (0, (0, 40_000))


def check_signs(found: LiveDraws, m: int) -> None:
    """Those of the live ones, and the sum of the others'."""
    live = len(found.places)
    bits = stream(3, LIVE_SIGNS_STREAM).integers(0, 2, live, dtype=np.int8)
    assert found.signs.tolist() == [1 if bit else -1 for bit in bits.tolist()]
    positive = int(stream(3, DEAD_SIGNS_STREAM).binomial(m - live, 0.5))
    assert found.dead_signs == positive - (m - live - positive)


def test_as_many_candidates_are_expected_as_there_are_tails() -> None:
    parts = parts_of(SKEWED, 1.4)
    assert expected_candidates(SKEWED, 1.4, 1000) == pytest.approx(1000 * fsum(parts.masses))


# ---- a binomial number ---------------------------------------------------------------------------


FEW = 1 << 16


@pytest.mark.parametrize("p", [0.499, 0.501])
@pytest.mark.parametrize("seed", range(30))
def test_up_to_two_to_the_sixteen_numpy_is_asked_and_beyond_half_is_decided_first(
    p: float, seed: int
) -> None:
    """By the middle one of so many uniform numbers, or the lower one of the two middle ones."""
    assert binomial(stream(seed, 0), FEW, p) == stream(seed, 0).binomial(FEW, p)
    middle = FEW // 2 + 1
    for above in (middle - 1, middle):
        generator = stream(seed, 0)
        split = generator.beta(middle, above + 1)
        if split <= p:
            expected = middle + generator.binomial(above, (p - split) / (1 - split))
        else:
            expected = generator.binomial(middle - 1, p / split)
        assert binomial(stream(seed, 0), middle + above, p) == expected


def test_a_number_that_is_p_itself_is_not_above_it() -> None:
    """Then the middle one and all below it happen, and none above it."""
    middle = FEW // 2 + 1
    p = stream(0, 0).beta(middle, middle)
    assert binomial(stream(0, 0), FEW + 1, p) == middle


# ---- the whole network ---------------------------------------------------------------------------


def test_a_whole_network_has_a_stream_for_each_thing_drawn() -> None:
    found = draw(5, 6, 2, 0.25)
    normal = stream(5, WEIGHTS_STREAM).standard_normal((6, 2))
    assert list(found.weights) == normal.ravel().tolist()
    bits = stream(5, SIGNS_STREAM).integers(0, 2, 6, np.int8).tolist()
    assert list(found.signs) == draw_signs(5, 6).tolist() == [2 * bit - 1 for bit in bits]
    assert list(found.excess) == stream(5, SHIFTS_STREAM).uniform(-0.25, 0.25, 6).tolist()
    assert list(draw(5, 6, 2, 0.0).excess) == []


def test_streams_are_numbered_by_what_they_are_for() -> None:
    """Whoever has a seed draws the same again."""
    names = [
        *("WEIGHTS", "SIGNS", "POINTS", "SHIFTS"),
        *("LIVE_PLACES", "LIVE_WEIGHTS", "LIVE_SIGNS", "DEAD_SIGNS"),
    ]
    assert [vars(initial_network)[f"{name}_STREAM"] for name in names] == list(range(8))


def test_what_no_machine_can_hold_is_not_begun() -> None:
    for m, d in ((2**62, 4), (2**40, 2**40)):
        with pytest.raises(MemoryError):
            draw(0, m, d, 0.0)


@pytest.mark.parametrize("m", [1, 2, 9170])
def test_the_shift_is_the_root_of_twice_alpha_times_the_nearest_logarithm(m: int) -> None:
    """At m = 9170 a mathematics library may have another one."""
    nearest = float(sympy.log(m).evalf(40))
    assert shift_for(0.24, m) == sqrt(2 * 0.24 * nearest)


# ---- how a run is told of it ---------------------------------------------------------------------


def test_each_column_that_goes_by_is_told_as_a_share_of_all() -> None:
    told: list[float] = []
    columns = [[1.0], [2.0], [3.0], [4.0]]
    assert list(watched(iter(columns), 4, told.append)) == columns
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_a_draw_is_told_as_a_share_of_all_neurons() -> None:
    told: list[float] = []
    config = Configuration(points=4, width=60_000, bias=0.9, seed=3)
    points = SKEWED.tolist()
    draws = drawn_live(config, points, told.append)
    same = drawn_live(msgspec.structs.replace(config, seed=3), points, lambda _: None)
    assert draws.places.tolist() == same.places.tolist()
    assert told == sorted(set(told))
    assert len(told) > 1
    assert 0.99 < told[-1] <= 1.0
