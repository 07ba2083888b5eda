"""What is true of every draw of live neurons, whatever its law."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import sympy

from reference.edges.networks import initial_network, live_sampler
from reference.edges.networks.initial_network import stream
from reference.edges.networks.live_sampler import (
    LARGEST_WIDTH,
    LiveDraws,
    draw_live,
    expected_candidates,
    firing_probabilities,
)
from reference.edges.networks.network_errors import LiveSumAboveOne
from tests.sampling_laws import ArrayF, binomial_count, rejected

pytestmark = pytest.mark.plain

AXES = np.eye(4)
SKEWED = np.array([[1.0, 0.5, 0.0], [0.3, -1.0, 0.2], [0.0, 0.0, 1.5], [0.0, 0.0, 0.0]])


def whole_of(draws: LiveDraws) -> tuple[bytes, bytes, bytes, int, int]:
    """All that was drawn, as bytes."""
    arrays = draws.places, draws.weights, draws.signs
    places, weights, signs = (array.tobytes() for array in arrays)
    return places, weights, signs, draws.dead_signs, draws.candidates


@pytest.mark.parametrize("m", [1, 2, 1000, 1 << 20])
def test_a_seed_gives_the_same_bytes_and_another_seed_others(m: int) -> None:
    again = [whole_of(draw_live(seed, m, SKEWED, 1.4)) for seed in (0, 1, 0, 1)]
    assert again[:2] == again[2:]
    assert m < 1000 or again[0] != again[1]


def test_a_seed_gives_the_same_bytes_in_another_process_with_other_threads() -> None:
    program = (
        "from hashlib import sha256; from reference.edges.networks.live_sampler import draw_live\n"
        "import numpy as np; points = np.eye(64)[:40] + 0.05\n"
        "print(sha256(draw_live(3, 1 << 18, points, 2.6).weights.tobytes()).hexdigest())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(answers) == 1


def test_every_purpose_and_every_block_has_a_stream_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    purposes = [which for name, which in vars(initial_network).items() if name.endswith("_STREAM")]
    assert sorted(purposes) == list(range(len(purposes)))
    asked: list[tuple[int, ...]] = []

    def recorded(seed: int, *which: int) -> np.random.Generator:
        asked.append(which)
        return stream(seed, *which)

    monkeypatch.setattr(live_sampler, "stream", recorded)
    monkeypatch.setattr(live_sampler, "BLOCK", 4)
    draw_live(0, 100, SKEWED, 1.4)
    blocks = [which[1] for which in asked if len(which) > 1]
    assert sorted(blocks) == list(range(len(blocks)))
    assert len(blocks) > 2
    assert sorted(asked) == sorted(
        [
            (initial_network.LIVE_PLACES_STREAM,),
            *[(initial_network.LIVE_WEIGHTS_STREAM, block) for block in blocks],
            (initial_network.LIVE_SIGNS_STREAM,),
            (initial_network.DEAD_SIGNS_STREAM,),
        ]
    )


@pytest.mark.parametrize("m", [1, 2, 17, 4096, 1 << 16])
@pytest.mark.parametrize("b", [1.3, 2.0])
def test_rows_are_live_neurons_in_the_order_of_their_places(m: int, b: float) -> None:
    for seed in range(10):
        draws = draw_live(seed, m, SKEWED, b)
        live = len(draws.places)
        assert draws.places.dtype == np.int64
        assert draws.weights.shape == (live, 3)
        assert draws.weights.dtype == np.float64
        assert draws.signs.dtype == np.int8
        assert draws.signs.shape == (live,)
        assert set(draws.signs.tolist()) <= {-1, 1}
        assert (np.diff(draws.places) > 0).all()
        assert all(0 <= place < m for place in draws.places.tolist())
        assert live <= draws.candidates <= m
        assert (draws.dead_signs - (m - live)) % 2 == 0
        assert (draws.weights @ SKEWED.T > b).any(axis=1).all()


@pytest.mark.parametrize("m", [1, 2, 100, (1 << 40) + 1, LARGEST_WIDTH - 1, LARGEST_WIDTH])
def test_dead_signs_add_up_to_a_sum_that_so_many_signs_can_have(m: int) -> None:
    for seed in range(20):
        draws = draw_live(seed, m, AXES, 9.0)
        dead = m - len(draws.places)
        assert abs(draws.dead_signs) <= dead
        assert (draws.dead_signs - dead) % 2 == 0
        assert -m < draws.dead_signs < m or m < 1000


class Extreme(np.random.Generator):
    """Its uniform numbers are all one number."""

    def __init__(self, number: float) -> None:
        super().__init__(np.random.PCG64(0))
        self.number = number

    def random(self, size: int) -> ArrayF:  # type: ignore[override]
        """The same number each time."""
        return np.full(size, self.number)


@pytest.mark.parametrize("number", [0.0, 1 - 2**-53])
def test_the_least_and_the_largest_uniform_number_are_good_for_all(number: float) -> None:
    masses = np.array([0.0, 0.3, 1e-300, 0.2, 0.0])
    chosen = live_sampler._chosen(Extreme(number), masses, 2)
    assert chosen.tolist() == ([1, 1] if number == 0 else [3, 3])
    tail = live_sampler._tail(Extreme(number), masses[1:4])
    assert np.isfinite(tail).all()
    kept = live_sampler._kept(Extreme(number), np.array([1, 2]))
    assert kept.tolist() == [True, number == 0]


def test_a_candidate_of_two_points_is_kept_by_less_than_one_half() -> None:
    assert live_sampler._kept(Extreme(0.5), np.array([1, 2])).tolist() == [True, False]


def test_a_score_equal_to_b_does_not_fire(monkeypatch: pytest.MonkeyPatch) -> None:
    """All scores are b, so that each candidate has its own point alone."""
    spaces = live_sampler._half_spaces(AXES, 1.0)
    monkeypatch.setattr(
        live_sampler, "_scores", lambda weights, _: np.tile(spaces.thresholds, (len(weights), 1))
    )
    _, kept = live_sampler._candidates(stream(0, 0), spaces, 100)
    assert kept.all()


def test_scores_of_points_too_long_for_any_slice_are_made_at_once() -> None:
    weights, directions = np.ones((3, (1 << 18) + 1)), np.ones((1, (1 << 18) + 1))
    assert live_sampler._scores(weights, directions).tolist() == [[(1 << 18) + 1]] * 3


def test_its_own_point_counts_even_where_it_does_not_fire_by_rounding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each candidate is put on the boundary of its point, where a parallel one fires on the other.

    So one that is of the shorter point is covered twice, on whichever side of b it is rounded.
    """
    points = np.array([[0.3, 0.7, 0.2], [0.6, 1.4, 0.4]])
    spaces = live_sampler._half_spaces(points, 1.5)
    monkeypatch.setattr(live_sampler, "_chosen", lambda _, __, count: np.zeros(count, np.int64))
    monkeypatch.setattr(
        live_sampler, "_tail", lambda _, masses: np.full(len(masses), spaces.thresholds[0])
    )
    weights, kept = live_sampler._candidates(stream(0, 0), spaces, 20_000)
    scores = live_sampler._scores(weights, spaces.directions)
    assert (scores[:, 0] <= spaces.thresholds[0]).sum() > 2000
    assert (scores[:, 1] > spaces.thresholds[1]).all()
    assert rejected([binomial_count("kept", int(kept.sum()), 20_000, 0.5)]) == []


def test_where_nothing_fires_nothing_is_drawn() -> None:
    for points, b in ((AXES, 50.0), (0 * AXES, 0.0), (0 * AXES, 1.0)):
        draws = draw_live(0, LARGEST_WIDTH, points, b)
        assert draws.weights.shape == (0, 4)
        assert draws.places.shape == draws.signs.shape == (0,)
        assert draws.candidates == 0


def test_where_every_neuron_fires_every_neuron_is_there() -> None:
    """Half-spaces on either side of zero: the sum of the probabilities is 1, no more."""
    for m in (1, 3, 50_000):
        draws = draw_live(0, m, np.array([[0.3, 0.4], [-0.6, -0.8]]), 0.0)
        assert draws.candidates == m
        assert draws.places.tolist() == list(range(m))
        assert draws.dead_signs == 0


@pytest.mark.parametrize("total", [0.01, 0.5, 1.0])
def test_candidates_do_not_depend_on_the_size_of_a_block(total: float) -> None:
    def walk(size: int) -> list[int]:
        blocks = live_sampler._candidate_places(stream(0, 0), 2000, total, size)
        return [place for block in blocks for place in block.tolist()]

    assert walk(1) == walk(7) == walk(2000) == walk(1 << 16) != []


@pytest.mark.parametrize("m", [LARGEST_WIDTH, LARGEST_WIDTH - 1, (1 << 60) + 1, 1])
@pytest.mark.parametrize("total", [5e-324, 1e-300, 1e-30])
def test_a_gap_beyond_all_neurons_meets_none(m: int, total: float) -> None:
    for seed in range(20):
        walk = live_sampler._candidate_places(stream(seed, 0), m, total, 64)
        assert [place for block in walk for place in block.tolist()] == []


def test_places_reach_to_the_very_end_and_never_beyond() -> None:
    """The rate is such that a walk of 64 gaps comes about as far as the widest network."""
    last = []
    for seed in range(300):
        walk = live_sampler._candidate_places(
            stream(seed, 0), LARGEST_WIDTH, 64 / LARGEST_WIDTH, 64
        )
        places = [place for block in walk for place in block.tolist()]
        assert places == sorted(set(places))
        assert 0 <= places[0] <= places[-1] < LARGEST_WIDTH
        last.append(places[-1])
    assert max(last) > LARGEST_WIDTH * 0.999


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e30, 1e200])
def test_scaling_points_and_shift_together_changes_nothing_but_rounding(scale: float) -> None:
    plain = draw_live(5, 1 << 14, SKEWED, 1.4)
    scaled = draw_live(5, 1 << 14, SKEWED * scale, 1.4 * scale)
    assert scaled.candidates == plain.candidates
    assert scaled.places.tolist() == plain.places.tolist()
    assert scaled.signs.tolist() == plain.signs.tolist()


@pytest.mark.parametrize("b", [0.0, 0.5, 4.0, 10.5, 37.0])
def test_probabilities_are_those_of_the_tail(b: float) -> None:
    """To 8 roundings of q and of t = b/‖x‖, one of which changes P(Z > t) by a factor 1 ± t²u."""
    points = np.array([[1.0, 0.0], [3.0, 4.0], [-0.5, 1.0], [0.0, 0.0]])
    found = firing_probabilities(points, b).tolist()
    assert found[3] == 0
    for q, (x, y) in zip(found[:3], points[:3].tolist(), strict=True):
        t = sympy.Rational(b) / sympy.sqrt(sympy.Rational(x) ** 2 + sympy.Rational(y) ** 2)
        tail = sympy.N(sympy.erfc(t / sympy.sqrt(2)) / 2, 50)
        roundings = abs(sympy.Rational(q) / tail - 1) * 2**53
        assert roundings <= 8 * (1 + t * t)


def test_candidates_are_expected_at_the_sum_of_the_probabilities() -> None:
    assert expected_candidates(np.eye(2), 0.0, 10) == 10.0
    assert expected_candidates(np.zeros((1, 2)), 1.0, LARGEST_WIDTH) == 0.0
    assert expected_candidates(AXES, 1.0, 100) == 100 * 4 * firing_probabilities(AXES, 1.0)[0]


def test_a_sum_above_one_is_refused_with_what_to_do() -> None:
    with pytest.raises(LiveSumAboveOne) as caught:
        draw_live(0, 10, np.eye(3), 0.25)
    error = caught.value
    assert error.code == "live-sum-above-one"
    assert (error.points, error.shift) == (3, 0.25)
    assert "at most 1, found 1.204 for 3 points and b = 0.25" in error.message
    assert "--init whole" in error.message
    with pytest.raises(LiveSumAboveOne):
        draw_live(0, 10, np.array([[1.0], [-1.0], [1e-300]]), 0.0)


def test_the_watcher_sees_the_walk_and_may_end_it() -> None:
    seen: list[int] = []
    draws = draw_live(0, 1 << 18, SKEWED, 1.4, seen.append)
    assert seen == sorted(set(seen))
    assert len(seen) > 10
    assert draws.places[-1] < seen[-1] <= 1 << 18

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_live(0, 1 << 18, SKEWED, 1.4, stop)


def test_memory_is_that_of_the_kept_neurons_and_one_block() -> None:
    """A list of kept blocks, made one array at the end, would need twice the weights."""
    points = np.eye(128)[:16]
    tracemalloc.start()
    draws = draw_live(0, 1 << 17, points, 2.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    kept = draws.weights.nbytes + draws.places.nbytes
    spare = kept / 16
    block = 8 * live_sampler.BLOCK_NUMBERS
    assert kept > 40 * block
    assert peak < kept + spare + 10 * block
