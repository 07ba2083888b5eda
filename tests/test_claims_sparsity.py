"""Tails and counts against brute force; the checks of sparsity fail when what they rest on does."""

from collections.abc import Sequence
from fractions import Fraction
from math import comb, exp, log, pi, sqrt

import numpy as np
import pytest
import sympy
from scipy import special, stats

from proofs.certified.binomial_tail import log_tail, most
from proofs.certified.enclosure import enclosed, exactly
from proofs.certified.normal_tail import convergent, fires, fires_above, mills_ratio, share, shift
from proofs.claims import sparsity as checks
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.measured.networks import firing_counts
from proofs.measured.networks.firing_counts import counted, largest_counts
from proofs.measured.trainings.firing_over_time import Course, alike, course, digits
from proofs.symbolic import tails
from reference.edges.networks.initial_network import draw, shift_for
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.training.observer import Nobody

pytestmark = pytest.mark.plain

ALPHA = Fraction(6, 25)


# ---- the numbers ---------------------------------------------------------------------------------


def test_enclosures_hold_the_number() -> None:
    root = enclosed(sympy.sqrt(2))
    assert root.low**2 < 2 < root.high**2
    assert (root * root).low < 2 < (root * root).high
    assert (root / root).low < 1 < (root / root).high
    near = root.rounded()
    assert near.low <= root.low <= root.high <= near.high
    assert near.high - near.low < Fraction(1, 2**94)


@pytest.mark.parametrize("t", [Fraction(1, 2), Fraction(3), Fraction(71, 7)])
def test_convergents_are_the_continued_fraction_cut_off(t: Fraction) -> None:
    for order in range(1, 9):
        nested = t
        for k in range(order - 1, 0, -1):
            nested = t + k / nested
        assert convergent(order, t) == 1 / nested


@pytest.mark.parametrize("t", [0.7, 1.0, 2.5, 6.0, 40.0])
def test_convergents_alternate_around_mills_ratio(t: float) -> None:
    known = sqrt(pi / 2) * float(special.erfcx(t / sqrt(2)))
    values = [float(convergent(k, Fraction(t))) for k in range(1, 12)]
    assert all(value > known * (1 - 1e-15) for value in values[::2])
    assert all(value < known * (1 + 1e-15) for value in values[1::2])
    around = mills_ratio(exactly(Fraction(t)))
    assert float(around.low) <= known * (1 + 1e-15)
    assert float(around.high) >= known * (1 - 1e-15)


@pytest.mark.parametrize("m", [2**10, 10**6, 2**40])
def test_the_chance_to_fire_is_the_normal_tail(m: int) -> None:
    b = shift_for(float(ALPHA), m)
    known = pytest.approx(float(special.ndtr(-b)), rel=1e-9)
    assert fires(ALPHA, m).middle == known
    assert fires_above(b).middle == known
    assert share(ALPHA, m).middle == pytest.approx(float(special.ndtr(-b)) * m**0.24, rel=1e-9)
    assert shift(ALPHA, m).middle == pytest.approx(b)


@pytest.mark.parametrize(("m", "k"), [(30, 9), (30, 20), (200, 60)])
def test_log_tail_encloses_the_exact_sum(m: int, k: int) -> None:
    p = Fraction(1, 5)
    terms = [comb(m, j) * p**j * (1 - p) ** (m - j) for j in range(k + 1, m + 1)]
    found = log_tail(m, k, exactly(p))
    assert found.low <= log(sum(terms, Fraction())) <= found.high
    assert found.high - found.low < 1


def test_most_is_a_count_that_is_seldom_exceeded() -> None:
    for m, failure in ((1000, 1e-3), (10**5, 1e-12)):
        p = fires(ALPHA, m)
        k = most(m, p, failure)
        assert stats.binom.sf(k, m, p.middle) <= failure < stats.binom.sf(k - 2, m, p.middle)


def test_counted_counts_scores_above_the_shift() -> None:
    count = counted(0.24, 1 << 10, 2)
    b, x = shift_for(0.24, 1 << 10), firing_counts.DIRECTION
    scores = [np.reshape(draw(seed, 1 << 10, 4, 0.0).weights, (-1, 4)) @ x for seed in (0, 1)]
    assert count.fired == sum(int((column > b).sum()) for column in scores)
    assert count.mean == count.fired / 2
    assert count.low < count.fired / (2 << 10) < count.high


def test_largest_counts_are_those_that_a_run_sees() -> None:
    problem = digits(4)
    config = Configuration(points=4, width=1 << 8, steps=0, engine="vectorized")
    record = build_run(config, problem, Nobody()).step()
    assert record is not None
    assert list(largest_counts(problem, 0.24, 1 << 8, 1)) == [max(record.fired)]


def test_points_alike_are() -> None:
    points = np.array(alike(5, 0.2, 1.0).points)
    products = points @ points.T
    assert np.abs(products - (0.8 * np.eye(5) + 0.2)).max() < 1e-15


def test_a_course_tells_of_its_training() -> None:
    found = course(digits(8), 1 << 12, 0.24, 20)
    assert found.losses[-1] < 1e-20 < found.losses[0]
    assert found.unions[0] == max(found.unions) >= max(found.most)
    assert found.reach == found.shift * found.radius > 0
    assert found.bound == pytest.approx((1 << 12) ** 0.76)
    assert course(digits(8), 1 << 12, 0.24, 0).radius == 0


# ---- proofs that do not hold ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wrong", "proofs"),
    [
        ("TAIL", sympy.erfc(tails.T / sympy.sqrt(2)), ["half_the_bell"]),
        ("BELL", sympy.exp(-(tails.T**2)), ["half_the_bell"]),
        ("DENSITY", tails.BELL, ["mills_both_sides"]),
        ("PAPER", sympy.Rational(1, 5), ["exponents_by_base", "norm_two"]),
    ],
)
def test_proofs_of_something_else_fail(
    name: str, wrong: object, proofs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tails, name, wrong)
    assert not any(getattr(tails, proof)() for proof in proofs)


def test_an_exact_order_of_another_tail_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tails, "TAIL", 2 * tails.TAIL)
    assert not tails.exact_order(tails.PAPER)


@pytest.mark.parametrize("lemma", ["half_the_bell", "bell_is_a_power", "rare_from_twice_the_mean"])
def test_all_inputs_and_all_times_rest_on_each_lemma(
    lemma: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tails, lemma, lambda: False)
    assert not tails.all_inputs_at_once()
    assert not tails.all_times_at_once()
    assert not tails.never_more_than_once_lived()


# ---- checks that fail ----------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_expectation_fails_of_another_shift(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing_counts, "shift_for", lambda *of: factor * shift_for(*of))
    with pytest.raises(NotEstablished, match="networks as they are drawn"):
        checks.expectation(Effort.QUICK)


def test_expectation_fails_of_weights_that_are_not_standard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(firing_counts, "DIRECTION", 1.05 * firing_counts.DIRECTION)
    with pytest.raises(NotEstablished, match="networks as they are drawn"):
        checks.check_076(Effort.QUICK)


def test_rates_fail_of_a_share_that_does_not_fall(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = share(ALPHA, 10**6)
    monkeypatch.setattr(checks, "share", lambda *_: fixed)
    with pytest.raises(NotEstablished, match="a smaller one"):
        checks.check_080(Effort.QUICK)


def test_rates_fail_if_the_base_did_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "fires", lambda _, m: fires(ALPHA, m))
    with pytest.raises(NotEstablished, match="logarithm to base"):
        checks.check_076(Effort.QUICK)


def test_norms_fails_if_the_norm_did_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "fires", lambda _, m: fires(ALPHA, m))
    with pytest.raises(NotEstablished, match="an input of norm"):
        checks.norms(Effort.QUICK)
    monkeypatch.undo()
    monkeypatch.setattr(checks, "counted", lambda a, m, k, _: counted(a, m, k, 1.0))
    with pytest.raises(NotEstablished, match="networks as they are drawn"):
        checks.norms(Effort.QUICK)


def test_all_inputs_fails_of_larger_chances(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "fires", lambda _, m: fires(Fraction(1, 10), m))
    with pytest.raises(NotEstablished, match="the chance that any input fires"):
        checks.all_inputs(Effort.QUICK)


def test_all_inputs_fails_of_larger_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        checks, "largest_counts", lambda *of: [2 * found for found in largest_counts(*of)]
    )
    with pytest.raises(NotEstablished, match="in no network drawn"):
        checks._largest_drawn(Effort.QUICK)


def some_course(
    most: Sequence[int] = (99, 2592), unions: Sequence[int] = (5135, 2592), radius: float = 2000.0
) -> Course:
    """One of points that are alike."""
    return Course(1 << 34, 0.7, 5.7, most, unions, [1.0, 0.5], radius)


@pytest.mark.parametrize(
    ("most_fired", "unions", "radii"),
    [
        ((5, 10**6), (90, 80), (3.0, 2.0)),
        ((5, 6), (90, 95), (3.0, 2.0)),
        ((5, 6), (90, 80), (3.0, 0.01)),
        ((5, 6), (90, 80), (3.0, 3.0)),
    ],
)
def test_all_times_fails_of_other_trainings(
    most_fired: tuple[int, int],
    unions: tuple[int, int],
    radii: tuple[float, float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counts above the bound; living neurons that become more; radii that are small, or equal."""
    courses = iter([some_course(most_fired, unions, radius) for radius in radii])
    monkeypatch.setattr(checks, "course", lambda *_: next(courses))
    with pytest.raises(NotEstablished, match=r"16 digits, .* trained"):
        checks._trained_digits(Effort.QUICK)


@pytest.mark.parametrize("most_fired", [[99, 2000], [1000, 2592]])
def test_all_times_fails_of_firing_sets_that_hardly_grow(most_fired: list[int]) -> None:
    courses = {64: some_course(most=most_fired)}
    with pytest.raises(NotEstablished, match="without a small radius"):
        checks._grows_with_points(courses)


def test_all_times_fails_if_width_did_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "course", lambda *_: some_course())
    with pytest.raises(NotEstablished, match="nor does width help"):
        checks._grows_with_width()


def test_the_union_bound_is_that_of_the_proof() -> None:
    """(√e/2)^A, in the check's own form: e^(A·(½ − ln 2))."""
    assert exp(0.5 - log(2)) == pytest.approx(sqrt(exp(1)) / 2)
