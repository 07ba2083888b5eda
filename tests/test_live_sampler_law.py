"""The live sampler has the law of the live neurons of a whole network.

The rate of false alarms is that of `sampling_laws`: 1e-3 over the tests of all samplers.

Power: of 2^18 neurons (and of 2^20 drawn whole) with some 80,000 candidates and 70,000 live ones, a
live or candidate count whose mean is 3 % off is rejected with a probability of at least 0.99; so is
a count of 20,000 that is 5.1 % off, or a law of 20,000 scores whose distribution function is off by
0.031 somewhere (`test_three_percent…`, `test_a_law_that…`). Samplers that are wrong on purpose show
it: each is rejected by the comparisons that the right one passes.
"""

from collections.abc import Callable
from dataclasses import replace
from math import log, sqrt

import numpy as np
import numpy.typing as npt
import pytest
from scipy import special, stats

from reference.edges.networks import live_sampler
from reference.edges.networks.initial_network import stream
from reference.edges.networks.live_sampler import LARGEST_WIDTH, LiveDraws, draw_live
from tests.live_laws import (
    Case,
    Sampler,
    exact_comparisons,
    pair_comparisons,
    repeated_comparisons,
    whole_comparisons,
)
from tests.sampling_laws import (
    COMPARISONS,
    LEVEL,
    ArrayF,
    ArrayI,
    Comparison,
    binomial_count,
    rejected,
    same_rate,
    uniform,
)

pytestmark = pytest.mark.thorough

WIDE = 1 << 18
DRAWS = 1500


def cone(n: int, d: int, cosine: float) -> ArrayF:
    """n unit vectors in R^d, any two at this cosine."""
    gram = np.full((n, n), cosine) + (1 - cosine) * np.eye(n)
    return np.hstack([np.linalg.cholesky(gram), np.zeros((n, d - n))])


X, Y = np.eye(4)[:2]
LENGTHS = np.array([0.5, 0.8, 1.0, 1.3, 2.0])[:, None]
NEAR_LENGTHS = np.array([0.9, 0.95, 1.0, 1.05, 1.1])[:, None]

WIDE_CASES = {
    "one point": Case(cone(1, 3, 0), 0.5, WIDE),
    "orthogonal": Case(cone(5, 6, 0), 1.5, WIDE),
    "correlated": Case(cone(5, 6, 0.7), 1.4, WIDE),
    "Q near 1": Case(cone(3, 3, 0.4), 0.5, WIDE),
    "antipodal": Case(np.array([X, -X, Y, -Y, (X + Y) / sqrt(2)]), 1.3, WIDE),
    "of many lengths": Case(cone(5, 6, 0.5) * LENGTHS, 1.6, WIDE),
    "parallel, and zero": Case(np.array([X, 2 * X, X, 0 * X]), 1.2, WIDE),
    "all are candidates": Case(np.array([X, Y]), 0.0, WIDE),
}
HUGE_CASES = {
    "2^40": Case(cone(5, 6, 0.5), sqrt(2 * 0.6 * log(2**40)), 1 << 40),
    "2^40, of many lengths": Case(cone(5, 6, 0.9) * NEAR_LENGTHS, 6.1, 1 << 40),
    "2^62": Case(np.vstack([cone(10, 12, 0.5), -cone(2, 12, 0.2)]), 8.2, LARGEST_WIDTH),
}
MOST = {"wide": 90, "huge": 60, "repeated": 10, "far tails": 4, "gaps": 2, "others": 42}
"""Comparisons of a test of each kind, at most; the others are in other files."""


def wide(draw: Sampler, case: Case) -> list[Comparison]:
    """All comparisons of one draw that can also be made whole."""
    draws = draw(1, case.m, case.points, case.b)
    kinds = exact_comparisons, pair_comparisons, whole_comparisons
    return [one for kind in kinds for one in kind(case, draws)]


def test_no_more_comparisons_are_made_than_the_rate_of_false_alarms_is_for() -> None:
    times = {"wide": len(WIDE_CASES), "huge": len(HUGE_CASES)}
    assert sum(most * times.get(kind, 1) for kind, most in MOST.items()) <= COMPARISONS


@pytest.mark.parametrize("name", WIDE_CASES)
def test_it_is_the_live_part_of_a_whole_network(name: str) -> None:
    comparisons = wide(draw_live, WIDE_CASES[name])
    assert len(comparisons) <= MOST["wide"]
    assert rejected(comparisons) == []


@pytest.mark.parametrize("name", HUGE_CASES)
def test_widths_that_nobody_could_draw_whole_have_the_exact_law(name: str) -> None:
    case = HUGE_CASES[name]
    draws = draw_live(1, case.m, case.points, case.b)
    comparisons = exact_comparisons(case, draws)
    if name == "2^40":
        comparisons += pair_comparisons(case, draws)
    assert len(draws.places) > 1000
    assert len(comparisons) <= MOST["huge"]
    assert rejected(comparisons) == []


def test_counts_of_many_draws_are_binomial() -> None:
    comparisons = repeated_comparisons(draw_live, DRAWS)
    assert len(comparisons) <= MOST["repeated"]
    assert rejected(comparisons) == []


def far_tails() -> list[Comparison]:
    """Numbers beyond b, the sampler's own, against the law by scipy's logarithm of it."""
    found = []
    for b in (4.0, 10.5, 20.0, 37.0):
        tail = live_sampler._tail(stream(1, 0), np.full(20_000, stats.norm.sf(b)))
        found.append(uniform(f"b = {b}", np.exp(stats.norm.logsf(tail) - stats.norm.logsf(b))))
    return found


def test_tails_are_exact_down_to_the_smallest_floats() -> None:
    comparisons = far_tails()
    assert len(comparisons) <= MOST["far tails"]
    assert rejected(comparisons) == []


def test_rare_candidates_among_the_most_neurons_have_their_rate() -> None:
    """About 46 a walk, at gaps of 1e17: their number is Poisson, their gaps exponential."""
    q, walks = 1e-17, 200
    places = [
        np.concatenate([*live_sampler._candidate_places(stream(s, 0), LARGEST_WIDTH, q, 64)])
        for s in range(walks)
    ]
    total = sum(map(len, places))
    gaps = np.concatenate([np.diff(one) for one in places]).astype(np.float64)
    found = [binomial_count("candidates", total, walks * LARGEST_WIDTH, q)]
    found.append(uniform("places", np.concatenate(places) / LARGEST_WIDTH))
    assert gaps.min() > 0
    assert len(found) <= MOST["gaps"]
    assert rejected(found) == []


# Power


def test_three_percent_off_a_count_are_found_with_a_probability_of_0_99() -> None:
    q = float(stats.norm.sf(WIDE_CASES["orthogonal"].b))
    live = 1 - (1 - q) ** 5
    there = round(4 * WIDE * live)

    def candidates(count: int) -> Comparison:
        return binomial_count("candidates", count, WIDE, 5 * q)

    def live_ones(count: int) -> Comparison:
        return same_rate("live", count, WIDE, there, 4 * WIDE)

    for mean, compare in ((5 * q, candidates), (live, live_ones)):
        middle, step = round(WIDE * mean), round(WIDE * mean * 0.0005)
        counts = range(middle - 60 * step, middle + 61 * step, step)
        passed = [count for count in counts if not rejected([compare(count)])]
        assert counts[0] < passed[0] < middle < passed[-1] < counts[-1]
        for wrong in (0.97 * mean, 1.03 * mean):
            law = stats.binom(WIDE, wrong)
            assert law.cdf(passed[-1] + step) - law.cdf(passed[0] - step) <= 0.01


def test_a_law_that_is_off_by_0_031_is_found_with_a_probability_of_0_99() -> None:
    """At a point where the distribution function is off by so much, it is a binomial that is."""
    n = 20_000
    least = special.kolmogi(LEVEL) / sqrt(n)
    assert stats.norm.sf((0.0310 - least) / sqrt(0.25 / n)) <= 0.01


# Samplers that are wrong on purpose


def all_kept(_: np.random.Generator, cover: ArrayI) -> npt.NDArray[np.bool_]:
    return np.ones(len(cover), np.bool_)


def kept_by_the_square(generator: np.random.Generator, cover: ArrayI) -> npt.NDArray[np.bool_]:
    kept: npt.NDArray[np.bool_] = generator.random(len(cover)) * cover * cover < 1
    return kept


def half_of_all(generator: np.random.Generator, masses: ArrayF) -> ArrayF:
    return np.abs(generator.standard_normal(len(masses)))


def tail_of_a_unit_point(generator: np.random.Generator, masses: ArrayF) -> ArrayF:
    return RIGHT_TAIL(generator, np.full(len(masses), masses.mean()))


def tail_by_one_minus(generator: np.random.Generator, masses: ArrayF) -> ArrayF:
    tail: ArrayF = special.ndtri(1 - (1 - generator.random(len(masses))) * masses)
    return tail


def any_point(generator: np.random.Generator, masses: ArrayF, count: int) -> ArrayI:
    return generator.integers(0, len(masses), count)


def added(weights: ArrayF, directions: ArrayF, along: ArrayF) -> None:
    weights += along[:, None] * directions


def left_in_part(weights: ArrayF, directions: ArrayF, along: ArrayF) -> None:
    RIGHT_REDIRECT(weights, directions, along)
    weights[:, -1] *= 0.97


def fewer(generator: np.random.Generator, m: int, total: float, size: int) -> list[ArrayI]:
    return list(RIGHT_PLACES(generator, m, 0.97 * total, size))


def more(generator: np.random.Generator, m: int, total: float, size: int) -> list[ArrayI]:
    return list(RIGHT_PLACES(generator, m, 1.03 * total, size))


def as_many_as_expected(
    generator: np.random.Generator, m: int, total: float, _: int
) -> list[ArrayI]:
    count = round(m * total)
    return [np.sort(generator.choice(m, count, replace=False))] if count else []


def evenly_spaced(generator: np.random.Generator, m: int, total: float, _: int) -> list[ArrayI]:
    count = generator.binomial(m, total)
    return [np.arange(count) * m // count] if count else []


RIGHT_TAIL = live_sampler._tail
RIGHT_REDIRECT = live_sampler._redirect
RIGHT_PLACES = live_sampler._candidate_places

PLANTED: dict[str, list[Callable[..., object]]] = {
    "_kept": [all_kept, kept_by_the_square],
    "_tail": [half_of_all, tail_of_a_unit_point],
    "_chosen": [any_point],
    "_redirect": [added, left_in_part],
    "_candidate_places": [fewer, more, evenly_spaced],
}


@pytest.mark.parametrize(
    ("part", "wrong"), [(part, wrong) for part, wrongs in PLANTED.items() for wrong in wrongs]
)
def test_a_part_that_is_wrong_is_rejected(
    monkeypatch: pytest.MonkeyPatch, part: str, wrong: Callable[..., object]
) -> None:
    monkeypatch.setattr(live_sampler, part, wrong)
    assert rejected(wide(draw_live, WIDE_CASES["of many lengths"]))


@pytest.mark.parametrize("wrong", [as_many_as_expected, evenly_spaced])
def test_counts_that_do_not_vary_as_they_should_are_rejected(
    monkeypatch: pytest.MonkeyPatch, wrong: Callable[..., object]
) -> None:
    monkeypatch.setattr(live_sampler, "_candidate_places", wrong)
    assert rejected(repeated_comparisons(draw_live, DRAWS))


def test_a_tail_by_one_minus_is_right_near_by_and_rejected_far_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_sampler, "_tail", tail_by_one_minus)
    assert [one.name for one in rejected(far_tails())] == ["b = 10.5", "b = 20.0", "b = 37.0"]


def biased(draws: LiveDraws) -> LiveDraws:
    """1.5 % of all signs become positive."""
    turned = stream(0, 96).random(len(draws.signs)) < 0.03
    return replace(draws, signs=np.where(turned, np.int8(1), draws.signs))


def of_the_first_point(draws: LiveDraws) -> LiveDraws:
    """Signs follow what fires, fair though they are on the whole."""
    positive = draws.weights[:, 0] > np.median(draws.weights[:, 0])
    return replace(draws, signs=np.where(positive, np.int8(1), np.int8(-1)))


def in_the_order_of_scores(draws: LiveDraws) -> LiveDraws:
    """Right places, right weights, but not independent."""
    return replace(draws, weights=draws.weights[np.argsort(draws.weights[:, 0])])


@pytest.mark.parametrize("spoil", [biased, of_the_first_point, in_the_order_of_scores])
def test_signs_and_places_that_are_wrong_are_rejected(
    spoil: Callable[[LiveDraws], LiveDraws],
) -> None:
    def draw(seed: int, m: int, points: ArrayF, b: float) -> LiveDraws:
        return spoil(draw_live(seed, m, points, b))

    assert rejected(wide(draw, WIDE_CASES["of many lengths"]))


def test_dead_signs_of_the_wrong_number_are_rejected() -> None:
    def draw(seed: int, m: int, points: ArrayF, b: float) -> LiveDraws:
        draws = draw_live(seed, m, points, b)
        return replace(draws, dead_signs=draws.dead_signs + 4)

    assert rejected(repeated_comparisons(draw, DRAWS))
