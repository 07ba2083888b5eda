"""The laws that the live sampler is held against, its cost's bound, and checks that can fail."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import asin, log, pi, sqrt

import numpy as np
import pytest
from scipy import integrate, stats

from proofs.claims import drawn_live
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Fact
from proofs.measured import laws
from proofs.measured.laws import (
    Comparison,
    of_classes,
    of_count,
    of_numbers,
    of_pairs,
    of_spread,
    rejected,
    weakest,
)
from proofs.measured.live.live_exponents import LiveCost, exponents
from proofs.measured.live.sampler_law import (
    PAIRS,
    SIDES,
    WRONG,
    Pair,
    orthant,
    orthogonal_comparisons,
    pair_comparisons,
    pattern_counts,
    repeated_comparisons,
    wrong,
)
from proofs.measured.live.trainings_by_width import (
    TrainingsByWidth,
    reasons_to_stop,
    trainings_by_width,
)
from proofs.symbolic.live_bound import most_operations
from proofs.symbolic.sublinear_total import linear_in_the_candidates
from reference import closed_forms
from reference.counters import Counts
from reference.edges.networks import live_sampler
from reference.edges.networks.live_sampler import draw_live
from reference.edges.setup.configuration import Configuration

pytestmark = pytest.mark.plain

LEVEL = 1e-8

# ---- laws ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("pair", [*PAIRS, Pair(1, 1, -0.99, 0.1), Pair(1, 2, 0.3, 5.0)])
def test_orthants_are_integrals_of_the_normal_density(pair: Pair) -> None:
    """By quadrature along the first point."""
    low, other = pair.b / pair.first, pair.b / pair.second
    rest = sqrt(1 - pair.cosine**2)

    def density(z: float) -> float:
        return float(stats.norm.pdf(z) * stats.norm.sf((other - pair.cosine * z) / rest))

    found = integrate.quad(density, low, low + 12, epsabs=0, epsrel=1e-10)[0]
    assert pair.both == pytest.approx(found, rel=1e-8)


@pytest.mark.parametrize("cosine", [-0.5, 0.0, 0.8])
def test_orthants_have_their_known_values(cosine: float) -> None:
    assert orthant(1e-12, 1e-12, cosine) == pytest.approx(1 / 4 + asin(cosine) / (2 * pi))
    assert orthant(1.0, 2.0, 0.0) == pytest.approx(stats.norm.sf(1.0) * stats.norm.sf(2.0))


def test_points_of_a_pair_have_their_lengths_and_cosine() -> None:
    first, second = Pair(0.5, 2.0, -0.25, 1.0).points
    assert (np.linalg.norm(first), np.linalg.norm(second)) == pytest.approx((0.5, 2.0))
    assert first @ second == pytest.approx(-0.25)
    assert np.array_equal(SIDES @ SIDES.T, np.eye(4))


def test_patterns_are_counted_by_their_points() -> None:
    fires = np.array([[True, False], [True, True], [True, False], [False, False]])
    assert pattern_counts(fires, 10).tolist() == [7, 2, 0, 1]


@pytest.mark.parametrize(("n", "p"), [(1000, 0.3), (1 << 40, 1e-9)])
def test_a_count_is_as_unlikely_as_its_law_says_and_found_as_often(n: int, p: float) -> None:
    right = of_count("", round(n * p), n, p)
    assert right.p_value > 0.9
    off = right.finds(LEVEL)
    more = stats.binom(n, p * (1 + off)) if n < 1 << 30 else stats.poisson(n * p * (1 + off))
    often = more.rvs(150, random_state=np.random.default_rng(1))
    share = np.mean([of_count("", int(count), n, p).p_value < LEVEL for count in often])
    assert share >= 0.95
    assert of_count("", round(n * p * (1 + 1.5 * off)), n, p).p_value < LEVEL


def test_classes_numbers_pairs_and_spreads_are_found_when_they_are_off() -> None:
    chance = np.random.default_rng(2)
    masses = np.array([0.6, 0.3, 0.1])
    uniform, other = chance.random((2, 20_000))
    normal = chance.standard_normal(20_000)
    right = [
        of_classes("", chance.multinomial(20_000, masses), masses),
        of_numbers("", uniform),
        of_pairs("", uniform, other),
        of_spread("", normal),
    ]
    assert rejected(right, LEVEL) == []
    classes, numbers, _, spread = (one.finds(LEVEL) for one in right)
    moved = masses + np.array([-1, 0, 1]) * 0.1 * classes * 1.3
    assert len(
        rejected(
            [
                of_classes("", chance.multinomial(20_000, moved), masses),
                of_numbers("", np.clip(uniform + 1.3 * numbers, 0, 1)),
                of_pairs("", uniform, (uniform + 0.3 * other) % 1),
                of_spread("", normal * sqrt(1 + 1.3 * spread)),
            ],
            LEVEL,
        )
    ) == len(right)


def test_a_comparison_without_a_p_value_is_rejected() -> None:
    none = Comparison("", float("nan"), "count", lambda _: 0.5)
    assert rejected([none], LEVEL) == [none]
    assert weakest([none, replace(none, finds=lambda _: 0.25)], LEVEL) == {"count": 0.5}
    assert laws.least(lambda _: False) == 1.0


# ---- the sampler ---------------------------------------------------------------------------------


def test_wrong_samplers_are_rejected_and_the_right_one_is_not() -> None:
    assert rejected(orthogonal_comparisons(draw_live, 1, 1 << 16), LEVEL) == []
    for spoil in WRONG.values():
        assert rejected(orthogonal_comparisons(wrong(spoil), 1, 1 << 16), LEVEL)


RIGHT_PLACES = live_sampler._candidate_places


@pytest.mark.parametrize(
    ("part", "spoiled"),
    [
        ("_kept", lambda generator, cover: generator.random(len(cover)) < 0.9),
        ("_kept", lambda _, cover: np.ones(len(cover), np.bool_)),
        ("_tail", lambda generator, masses: np.abs(generator.standard_normal(len(masses)))),
        ("_chosen", lambda *given: np.zeros(given[2], np.int64)),
        ("_redirect", lambda *_: None),
        (
            "_candidate_places",
            lambda generator, m, total, size: RIGHT_PLACES(generator, m, 0.9 * total, size),
        ),
    ],
)
def test_a_part_that_is_wrong_fails_the_check(
    part: str, spoiled: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> list[Comparison]:
        return [*pair_comparisons(draw_live, 1, 1 << 15, PAIRS[0])]

    assert "comparisons" in drawn_live._has_the_law("here", found(), LEVEL).figures
    monkeypatch.setattr(live_sampler, part, spoiled)
    with pytest.raises(NotEstablished):
        drawn_live._has_the_law("here", found(), LEVEL)


def test_counts_that_do_not_vary_fail_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many candidates as are to be expected, each time."""

    def steady(
        generator: np.random.Generator, m: int, total: float, _: int
    ) -> list[live_sampler.ArrayI]:
        return [np.sort(generator.choice(m, round(m * total), replace=False))]

    assert rejected(repeated_comparisons(draw_live, range(60)), LEVEL) == []
    monkeypatch.setattr(live_sampler, "_candidate_places", steady)
    names = [one.name for one in rejected(repeated_comparisons(draw_live, range(60)), LEVEL)]
    assert "candidates, how it varies" in names


def test_comparisons_that_find_nothing_fail_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_live, "WRONG", {"as_it_is": lambda draws, _: draws})
    with pytest.raises(NotEstablished, match="rejections_as_it_is 0"):
        drawn_live._wrong_samplers_are_found(1 << 12, LEVEL)


# ---- the whole training --------------------------------------------------------------------------


def test_every_training_is_within_the_bound() -> None:
    made = trainings_by_width([1 << 9, 1 << 12, 1 << 15], 1, points=6, alpha=0.35, until=1e-6)
    assert made.left_out == 0
    assert made.powers == (9, 15)
    assert all(cost.whole <= made.most(cost) for cost in made.costs)


def test_the_bound_is_what_it_takes_if_all_candidates_live_and_fire_everywhere() -> None:
    """One candidate, one point: every term by hand."""
    d = 5
    set_up = (2 * d + d + 1) + d + 1 + d
    look, solve = 2 + 1, (1 + 1) + 1
    assert most_operations(1, 1, d, 0) == set_up + look
    assert most_operations(1, 1, d, 3) == set_up + 4 * look + 3 * (solve + 2 * d + 1 + 1 + 1)


def test_a_cost_that_is_not_linear_is_not_proved_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closed_forms, "scan_build", lambda m: Counts(node_writes=m * m))
    assert not linear_in_the_candidates()


def made_up(exponent: float, steps: Callable[[int], int], left_out: int = 0) -> TrainingsByWidth:
    """Trainings whose live costs are this power of the width."""
    costs = [
        LiveCost(
            width=1 << power,
            seed=power,
            steps=steps(power),
            loss=0.0,
            candidates=round(1000 * 2.0 ** (power * exponent)),
            live=1,
            pairs=round(1000 * 2.0 ** (power * exponent)),
            set_up=round(1e6 * 2.0 ** (power * exponent)),
            iteration=1e6 * 2.0 ** (power * exponent),
            data_term=1e6 * 2.0 ** (power * exponent),
            whole=round(1e6 * 2.0 ** (power * exponent)),
            dense_iteration=1e9 * 2.0**power,
            dense_whole=10**9 << power,
        )
        for power in range(12, 29, 4)
    ]
    config = Configuration(points=16, alpha=0.5, until=1e-20)
    return TrainingsByWidth(config, 64, costs, exponents(costs, 0.5), left_out)


RIGHT = made_up(0.5, lambda _: 6)


@pytest.mark.parametrize(
    ("fact", "wrong_one"),
    [
        (drawn_live._exponents_hold, made_up(0.56, lambda _: 6)),
        (drawn_live._exponents_hold, made_up(0.5, lambda _: 6, left_out=1)),
        (drawn_live._steps_grow_slowly, made_up(0.5, lambda power: 2 ** (power // 8))),
        (drawn_live._steps_grow_slowly, made_up(0.5, lambda power: 3 if power == 12 else 8)),
        (drawn_live._within_the_bound, replace(RIGHT, d=0, config=Configuration(points=2))),
    ],
)
def test_trainings_that_grow_otherwise_fail_the_check(
    fact: Callable[[Mapping[str, TrainingsByWidth]], Fact], wrong_one: TrainingsByWidth
) -> None:
    fact({"digits": RIGHT, "wine": RIGHT})
    with pytest.raises(NotEstablished):
        fact({"digits": RIGHT, "wine": wrong_one})


def test_a_dense_method_that_is_not_linear_fails_the_check() -> None:
    drawn_live._dense_is_linear(RIGHT)
    for wrong_one in (
        replace(RIGHT, lines=[replace(one, most=0.5) for one in RIGHT.lines]),
        replace(RIGHT, costs=[replace(one, dense_whole=one.whole) for one in RIGHT.costs]),
    ):
        with pytest.raises(NotEstablished):
            drawn_live._dense_is_linear(wrong_one)


@pytest.mark.parametrize("reasons", [[], ["stalled", ""], ["one-class-only"]])
def test_a_loss_that_is_reached_after_all_fails_the_check(
    reasons: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn_live, "reasons_to_stop", lambda *_: ["stalled"])
    assert drawn_live._some_reach_nothing(Effort.QUICK).figures["trainings"] == 1
    monkeypatch.setattr(drawn_live, "reasons_to_stop", lambda *_: reasons)
    with pytest.raises(NotEstablished):
        drawn_live._some_reach_nothing(Effort.QUICK)


def test_why_a_training_stopped_is_told() -> None:
    assert reasons_to_stop("digits", 6, 0.35, [1 << 12], 1) == [""]
    assert reasons_to_stop("digits", 6, 0.7, [1 << 7], 1) == ["no-firing-neuron"]


def test_the_chart_shows_every_training_and_the_line() -> None:
    dense, live, set_up, line = drawn_live._whole_chart(RIGHT).curves
    assert [len(curve.x) for curve in (dense, live, set_up)] == [5, 5, 5]
    slope = log(line.y[1] / line.y[0]) / log(line.x[1] / line.x[0])
    assert slope == pytest.approx(0.5, abs=1e-6)
