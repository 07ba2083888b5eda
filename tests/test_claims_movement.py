"""How far and how many neurons move: the laws against brute force, and checks that can fail."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

import msgspec
import numpy as np
import pytest

from proofs.certified.enclosure import exactly
from proofs.claims import movement as claims
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.measured.trainings import unions as watching
from proofs.measured.trainings.movements import Movement, movement, smallest_eigenvalue
from proofs.measured.trainings.touched_neurons import (
    Written,
    orthogonal_share,
    touched,
    written,
    written_share,
)
from proofs.measured.trainings.trainings import live_training, orthonormal, trained
from proofs.measured.trainings.unions import Unions, unions
from proofs.symbolic import exponents
from reference.edges.setup.configuration import Configuration
from reference.firing_sets import firing_sets
from reference.ids import Neuron, Point
from reference.network import Problem
from reference.training.observer import Observer
from reference.training.training import Run

SMALL = live_training("digits", 8, 256)


@pytest.fixture(scope="module")
def moved() -> Movement:
    return movement(SMALL)


# ---- radius --------------------------------------------------------------------------------------


def test_the_farthest_neuron_is_found(moved: Movement) -> None:
    """In a training of one step the farthest is the longest change of a row."""
    one = movement(replace_steps(SMALL, 1))
    before, after = (trained(replace_steps(SMALL, k)).trainer.network.weights for k in (0, 1))
    rows = [(before.row(r), after.row(r)) for r in map(Neuron, range(before.rows))]
    longest = max(np.linalg.norm(np.subtract(new, old)) for old, new in rows)
    assert one.farthest == pytest.approx(float(longest), rel=1e-12)
    assert moved.farthest >= one.farthest / 2


def test_distances_are_measured_on_arrays_alone() -> None:
    with pytest.raises(TypeError, match="on the arrays of the vectorized engine"):
        movement(msgspec.structs.replace(SMALL, engine="reference", steps=0))


def replace_steps(config: Configuration, steps: int) -> Configuration:
    return msgspec.structs.replace(config, steps=steps)


def test_the_smallest_eigenvalue_of_a_known_matrix() -> None:
    assert smallest_eigenvalue([[2.0], [1.0, 2.0]]) == pytest.approx(1.0, rel=1e-14)


def test_the_radius_has_the_root(moved: Movement) -> None:
    assert moved.printed == 8 / moved.eigenvalue
    assert moved.radius == moved.printed / 16


def test_what_leaves_the_radius_is_seen(moved: Movement) -> None:
    claims._within_the_radius([moved])
    for wrong in (
        replace(moved, eigenvalue=100.0),
        replace(moved, of_step_bound=1.01),
        replace(moved, converged=False),
        replace(moved, farthest=1e9),
    ):
        with pytest.raises(NotEstablished):
            claims._within_the_radius([moved, wrong])


def test_a_radius_that_is_small_is_seen(moved: Movement) -> None:
    claims._printed_keeps_nobody_out([moved])
    with pytest.raises(NotEstablished):
        claims._printed_keeps_nobody_out([moved, replace(moved, eigenvalue=8 / SMALL.shift)])
    near = replace(moved, farthest=SMALL.shift)
    claims._radius_above_the_shift([near])
    for wrong in (replace(near, eigenvalue=1.0), replace(near, farthest=4 * SMALL.shift)):
        with pytest.raises(NotEstablished):
            claims._radius_above_the_shift([near, wrong])


def test_a_counterexample_that_is_none_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    near = Movement(SMALL, converged=True, eigenvalue=0.01, farthest=1.0, of_step_bound=0.1)
    monkeypatch.setattr(claims, "movement", lambda *_: near)
    with pytest.raises(NotEstablished):
        claims._beyond_the_radius(Effort.QUICK)


def test_best_data_in_a_wide_network_are_within_the_shift() -> None:
    claims._best_data(4, 1 << 8)
    with pytest.raises(NotEstablished):
        claims._best_data(4, 1 << 30)


# ---- small subset --------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 5])
def test_orthogonal_share_is_that_of_independent_events(n: int) -> None:
    p = Fraction(3, 16)
    some = sum(
        p ** sum(fired) * (1 - p) ** (n - sum(fired))
        for fired in product((0, 1), repeat=n)
        if any(fired)
    )
    found = orthogonal_share(exactly(p), n)
    assert found.low <= some <= found.high
    assert found.high - found.low < Fraction(1, 10**20)


@pytest.mark.parametrize(("height", "n"), [(0, 1), (1, 3), (3, 2)])
def test_written_share_is_that_of_all_touched_sets(height: int, n: int) -> None:
    p, m = 0.2, 1 << height
    touch = 1 - (1 - p) ** n
    mean = 0.0
    for leaves in product((False, True), repeat=m):
        chance = 1.0
        for leaf in leaves:
            chance *= touch if leaf else 1 - touch
        mean += chance * written_nodes(leaves)
    assert written_share(p, n, height) == pytest.approx(mean / (2 * m - 1), rel=1e-12)


def written_nodes(leaves: Sequence[bool]) -> int:
    level, count = list(leaves), sum(leaves)
    while len(level) > 1:
        level = [a or b for a, b in zip(level[::2], level[1::2], strict=True)]
        count += sum(level)
    return count


def test_counts_at_orthogonal_points_follow_the_law() -> None:
    found = touched(live_training("digits", 8, 1 << 10), orthonormal(8))
    assert found.lawful
    assert not replace(found, count=2 * found.count).lawful
    claims._as_the_law_says([found])
    with pytest.raises(NotEstablished):
        claims._as_the_law_says([found, replace(found, count=found.high + 1)])
    with pytest.raises(NotEstablished):
        claims._real_points_share([found])


def test_nodes_that_are_not_as_the_law_says_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    found = written(live_training("digits", 4, 1 << 9))
    assert abs(found.share - found.expected) <= found.room
    for wrong in (found.expected + 2 * found.room, 0.001):
        altered = Written(wrong, found.expected, found.room)
        monkeypatch.setattr(claims, "written", lambda *_, altered=altered: altered)
        with pytest.raises(NotEstablished):
            claims._nodes(Effort.QUICK)


def test_other_tails_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    claims._nearly_all()
    claims._hardly_any(1 << 20)
    monkeypatch.setattr(claims, "fires", lambda *_: exactly(Fraction(1, 1000)))
    with pytest.raises(NotEstablished):
        claims._nearly_all()
    with pytest.raises(NotEstablished):
        claims._hardly_any(1 << 20)


def test_a_narrow_network_is_touched_by_few_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "FEW_POINTS", 8)
    with pytest.raises(NotEstablished):
        claims._hardly_any_to_the_end(1 << 8)


def test_a_wrong_threshold_of_alpha_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    assert exponents.wide_networks_touch_few()
    monkeypatch.setattr(exponents, "EIGHTH", exponents.EIGHTH / 2)
    assert not exponents.wide_networks_touch_few()


# ---- monotone ------------------------------------------------------------------------------------


def test_newcomers_and_leavers_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """U goes from {1, 2} to {2, 3}; the pair (2, 0) ignites, and both of neuron 3."""
    looks = [[[1], [2]], [[2, 3], [2, 3]], [[2], []]]

    def played(
        _: Configuration, observer: Observer[float], __: Problem[float] | None
    ) -> Run[float]:
        run = trained(replace_steps(SMALL, 0), problem=orthonormal(8))
        two = replace(run.trainer, problem=orthonormal(2))
        for look in looks:
            fired = [[Neuron(r) for r in row] for row in look]
            observer.queried(two, firing_sets(fired, [Point(0), Point(1)]), None)
            observer.queried(two, firing_sets(fired, [Point(0)]), None)
        return run

    monkeypatch.setattr(watching, "trained", played)
    assert unions(SMALL) == Unions([2, 2, 1], newcomers=1, leavers=2, ignited=3)


def test_a_newcomer_is_seen() -> None:
    good = Unions([5, 4], newcomers=0, leavers=1, ignited=2)
    claims._no_newcomer([good], 8)
    claims._points_gain([good])
    for wrong in (replace(good, newcomers=1), replace(good, leavers=0)):
        with pytest.raises(NotEstablished):
            claims._no_newcomer([wrong], 8)
    with pytest.raises(NotEstablished):
        claims._points_gain([good, replace(good, ignited=0)])
