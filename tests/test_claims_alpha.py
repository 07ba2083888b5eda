"""The second factor n, the ranges of α, and first order: against brute force; checks can fail."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import msgspec
import pytest

from proofs.certified.enclosure import exactly
from proofs.claims import alpha, first_order
from proofs.claims.alpha import Range
from proofs.claims.first_order import Sizes
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.measured.costs.second_factor import Updates, updates
from proofs.measured.trainings import first_order as measured_races
from proofs.measured.trainings.first_order import Race, race
from proofs.measured.trainings.trainings import live_training, orthonormal, trained
from proofs.symbolic import exponents
from proofs.symbolic.orders import NU
from reference.counters import Counts
from reference.edges.comparison.comparison import Course

# ---- the second factor n -------------------------------------------------------------------------


def test_absorbed_is_what_the_largest_powers_say() -> None:
    """The condition that is proved, against the two sums, on a grid of exponents."""
    steps = [Fraction(k, 6) for k in range(1, 7)]
    for saved, sparse, nu, kappa in product(steps[:5], steps[:5], steps, steps):
        if saved <= sparse:
            cost = max(2 * nu + 1 - sparse + kappa, 2 * nu + 1 - sparse)
            bound = max(1 - saved + nu + kappa, 3 * nu)
            assert (cost <= bound) == (nu <= sparse - saved or 1 - sparse + kappa <= nu)


PROOFS = ("when_the_extra_factor_is_absorbed", "wide_networks_have_one_way", "half_open_range")


@pytest.mark.parametrize("proof", PROOFS)
def test_without_the_factor_nothing_is_proved(proof: str, monkeypatch: pytest.MonkeyPatch) -> None:
    once = [replace(order, power=order.power - NU) for order in exponents.UPDATES]
    monkeypatch.setattr(exponents, "UPDATES", once)
    assert not getattr(exponents, proof)()


def test_a_forgotten_logarithm_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = [replace(order, logs=0) for order in exponents.UPDATES]
    monkeypatch.setattr(exponents, "UPDATES", bare)
    assert not exponents.when_the_extra_factor_is_absorbed()


def test_a_width_of_the_fiftieth_power_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exponents, "PAPER", exponents.PAPER - exponents.PAPER / 100)
    assert not exponents.half_open_range()


@pytest.fixture(scope="module")
def counted() -> Updates:
    return updates("digits", 8, 256, 0.5, orthonormal(8))


def test_updates_are_those_of_every_moved_neuron(counted: Updates) -> None:
    assert counted.as_claimed
    assert counted.refresh.multiply_adds == counted.moved * 8 * 8
    assert counted.factor == 8 * counted.moved / counted.pairs
    more = counted.refresh + Counts(multiply_adds=1)
    nodes = counted.refresh + Counts(node_writes=counted.moved * 8 * 9)
    for wrong in (more, nodes, Counts()):
        assert not replace(counted, refresh=wrong).as_claimed
        with pytest.raises(NotEstablished):
            alpha._as_claimed([counted, replace(counted, refresh=wrong)])


def test_a_factor_that_is_less_is_seen(counted: Updates) -> None:
    whole = replace(counted, moved=counted.pairs)
    digits = replace(whole, moved=whole.pairs // 2)
    alpha._factor([whole], [digits])
    for orthogonal, real in ((digits, digits), (whole, whole), (whole, replace(whole, moved=0))):
        with pytest.raises(NotEstablished):
            alpha._factor([orthogonal], [real])


def test_where_many_fire_the_union_is_not_tight(monkeypatch: pytest.MonkeyPatch) -> None:
    alpha._union_is_tight()
    monkeypatch.setattr(alpha, "fires", lambda *_: exactly(Fraction(1, 100)))
    with pytest.raises(NotEstablished):
        alpha._union_is_tight()


# ---- the ranges of α -----------------------------------------------------------------------------


def test_ends_belong_to_closed_ranges_alone() -> None:
    low, middle, high = Fraction(1, 4), Fraction(1, 3), Fraction(1, 2)
    held = {
        (below, above): [end in Range(low, high, below, above) for end in (low, middle, high)]
        for below, above in product((True, False), repeat=2)
    }
    assert held == {
        (True, True): [True, True, True],
        (True, False): [True, True, False],
        (False, True): [False, True, True],
        (False, False): [False, True, False],
    }


def test_ranges_that_agree_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    alpha._three_ranges()
    alpha._mostly_excluded()
    monkeypatch.setattr(alpha, "RANGES", (alpha.ABSTRACT, alpha.CLOSED, alpha.CLOSED))
    with pytest.raises(NotEstablished):
        alpha._three_ranges()
    monkeypatch.setattr(alpha, "QUARTER", Fraction(1, 5))
    with pytest.raises(NotEstablished):
        alpha._mostly_excluded()


def test_trainings_that_fail_there_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alpha, "outcome", lambda _: "diverged")
    with pytest.raises(NotEstablished):
        alpha._trains_there(Effort.QUICK)


# ---- first order ---------------------------------------------------------------------------------

TINY = Sizes(8, 1 << 8, 1e-1, (1.0, 2.0), (4,))


@pytest.fixture(scope="module")
def tiny() -> Race:
    return TINY.race("wine")


def test_all_start_from_one_network_and_reach_one_loss(tiny: Race) -> None:
    courses = [tiny.gauss_newton, *tiny.first_order]
    assert len({course.losses[0] for course in courses}) == 1
    assert all(course.losses[-1] <= TINY.loss < course.losses[-2] for course in courses)
    assert len(tiny.descents) + len(tiny.mini_batches) + tiny.failed == 4


def test_gauss_newton_is_the_live_method(tiny: Race) -> None:
    config = msgspec.structs.replace(live_training("wine", 8, 1 << 8), until=TINY.loss)
    run = trained(msgspec.structs.replace(config, init="whole"))
    assert tiny.gauss_newton.losses == [record.loss for record in run.records]


def test_the_condition_of_equal_diagonals_is_one() -> None:
    """One orthonormal point: G is a number."""
    config = msgspec.structs.replace(live_training("digits", 1, 64), until=1e-3, steps=50)
    assert race(config, (1.0,), (), orthonormal(1)).condition == 1


def taking(course: Course, iterations: int, operations: int) -> Course:
    return msgspec.structs.replace(
        course, iterations=[0, iterations], operations=[0, operations], losses=[1.0, 0.0]
    )


def test_a_short_lead_is_seen(tiny: Race) -> None:
    ours = taking(tiny.gauss_newton, 3, 100)
    far = replace(
        tiny,
        gauss_newton=ours,
        descents=[taking(ours, 15, 101)],
        mini_batches=[taking(ours, 20, 200)],
    )
    assert (far.times_the_iterations, far.times_the_operations) == (5, 1.01)
    first_order._iterations([far], TINY)
    first_order._operations([far])
    near = replace(far, mini_batches=[taking(ours, 14, 99)])
    with pytest.raises(NotEstablished):
        first_order._iterations([far, near], TINY)
    with pytest.raises(NotEstablished):
        first_order._operations([far, near])


def test_a_method_that_never_gets_there_is_seen(tiny: Race) -> None:
    for wrong in (replace(tiny, descents=[]), replace(tiny, mini_batches=[])):
        with pytest.raises(NotEstablished):
            first_order._iterations([wrong], TINY)
    with pytest.raises(NotEstablished):
        first_order._nearly_even(replace(tiny, descents=[], mini_batches=[], condition=1.0))


def test_a_method_that_solves_has_no_rate() -> None:
    config = msgspec.structs.replace(live_training("digits", 1, 64), steps=1)
    with pytest.raises(TypeError, match="only steps along the gradient"):
        measured_races._own_rate(config, orthonormal(1))


def test_a_long_lead_at_orthogonal_points_is_seen(tiny: Race) -> None:
    ours = taking(tiny.gauss_newton, 3, 100)
    near = replace(
        tiny, gauss_newton=ours, descents=[taking(ours, 8, 1)], mini_batches=[], condition=1.2
    )
    first_order._nearly_even(near)
    for wrong in (replace(near, condition=2.5), replace(near, descents=[taking(ours, 9, 1)])):
        with pytest.raises(NotEstablished):
            first_order._nearly_even(wrong)
