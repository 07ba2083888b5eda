"""The kernel's certified numbers against brute force; its checks fail with what they rest on."""

from collections.abc import Callable
from fractions import Fraction
from math import exp, pi, sqrt

import numpy as np
import pytest
import sympy
from scipy import special

from proofs.certified import angles, kernel_bounds, kernel_matrix
from proofs.certified.angles import ArrayF, Between, one_alone
from proofs.certified.enclosure import Enclosure, enclosed
from proofs.certified.kernel_bounds import crossing, orthonormal, stated, window_bound
from proofs.certified.kernel_matrix import (
    Eigenvalue,
    at_sixths,
    kernel,
    separation,
    smallest_eigenvalue,
)
from proofs.claims import kernel as checks
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.measured.networks import kernel_samples
from proofs.measured.networks.kernel_samples import drawn, sought
from proofs.symbolic import kernel as symbolic

pytestmark = pytest.mark.plain

SHIFTS = (0.05, 0.5, 1.0, 1.7320508, 3.0, 8.0)
ANGLES = np.array([0.0, 1e-4, 0.1, 1.0, 1.5, 2.0, 3.0, 3.14, np.pi])


# ---- the numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("b", SHIFTS)
def test_one_alone_encloses_owens_function(b: float) -> None:
    """D·e^(−b²/2) is 2T(b, tan(θ/2)), with T another integral, which scipy knows."""
    found, known = one_alone(ANGLES, b), 2 * special.owens_t(b, np.tan(ANGLES / 2))
    assert (found.low * exp(-b * b / 2) <= known).all()
    assert (known <= found.high * exp(-b * b / 2)).all()
    assert (found.high - found.low).max() < 1e-4


def test_without_a_shift_one_alone_fires_by_the_angle() -> None:
    found = one_alone(ANGLES, 0.0)
    assert (found.low <= ANGLES / (2 * pi)).all()
    assert (found.high >= ANGLES / (2 * pi)).all()


@pytest.mark.parametrize("b", [*SHIFTS, 30.0, 113.0])
def test_opposite_points_make_the_tail(b: float) -> None:
    """Two enclosures of P(Z > b)·e^(b²/2), by the integral and by the continued fraction."""
    integral, fraction = one_alone(np.array([np.pi]), b), orthonormal(Fraction(b))
    assert integral.low[0] <= fraction.high
    assert fraction.low <= integral.high[0]


@pytest.mark.parametrize("b", [0.3, 1.0, 5.0])
def test_rules_on_the_wrong_side_of_the_inflection_enclose_nothing(
    b: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    concave = np.array([2 * angles.inflection(b)])
    known = 2 * float(special.owens_t(b, np.tan(concave[0] / 2))) * exp(b * b / 2)
    monkeypatch.setattr(angles, "inflection", lambda _: 0.0)
    found = one_alone(concave, b)
    assert not found.low[0] <= known <= found.high[0]


def test_the_smallest_eigenvalue_of_two_points() -> None:
    """p − |c|·P(both fire), both by the bivariate normal."""
    for b in SHIFTS:
        for angle in (0.3, 1.2, 2.0, 3.0):
            points = np.array([[1.0, 0.0], [np.cos(angle), np.sin(angle)]])
            p = float(special.ndtr(-b))
            both = p - 2 * float(special.owens_t(b, np.tan(angle / 2)))
            known = (p - abs(float(np.cos(angle))) * both) * exp(b * b / 2)
            found = smallest_eigenvalue(points, b)
            assert found.low <= known <= found.high


def test_the_kernel_is_what_gram_matrices_of_random_neurons_tend_to() -> None:
    """Each entry within five standard deviations of the mean of 200,000 neurons."""
    generator = np.random.default_rng(5)
    points = np.array([[1.0, 0.0], [0.6, 0.8], [-0.8, 0.6]])
    fired = (generator.standard_normal((200_000, 2)) @ points.T > 0.7).astype(np.float64)
    both = fired.T @ fired / len(fired)
    matrix, error = kernel(points, 0.7)
    known = matrix * exp(-0.7 * 0.7 / 2)
    room = 5 * np.sqrt(both / len(fired)) + error
    assert (np.abs(points @ points.T * both - known) <= room).all()


def test_sixths_are_the_kernel_without_a_shift() -> None:
    places = np.pi / 3 * np.arange(6)
    matrix, error = kernel(np.stack([np.cos(places), np.sin(places)], axis=1), 0.0)
    assert np.abs(matrix - np.array(at_sixths(range(6)), np.float64)).max() <= error + 1e-15


def test_separation_reads_both_ways() -> None:
    points = np.array([[1.0, 0.0], [-0.96, 0.28], [0.0, 1.0]])
    assert separation(points, False) == pytest.approx(sqrt(0.96**2 + 0.72**2))
    assert separation(points, True) == pytest.approx(sqrt(0.04**2 + 0.28**2))


def test_the_stated_bound_crosses_where_it_is_said_to() -> None:
    last = crossing(2, enclosed(sympy.sqrt(2)))
    assert last == Fraction(112829, 1000)
    known = [special.erfcx(b / sqrt(2)) / 2 / stated(2, sqrt(2)) for b in (112.829, 112.83)]
    assert known[0] > 1 > known[1]


def test_the_window_bound_is_the_stated_one_at_least_while_it_reaches() -> None:
    for n in (2, 3, 10, 1000):
        for apart in (0.01, 1.0, 2.0):
            assert window_bound(n, apart, 16 * n / apart) >= stated(n, apart)
            assert window_bound(n, apart, 0.0) >= stated(n, apart)
    assert window_bound(1000, 2.0, 17 * 500.0) < stated(1000, 2.0)


def test_drawn_kernels_have_the_sizes_that_are_promised() -> None:
    samples = list(drawn(60, 0))
    assert {sample.n for sample in samples} == {2, 3, 4, 5, 6}
    assert all(sample.b * sample.apart <= 16 * sample.n * (1 + 1e-12) for sample in samples)
    assert {sample.b == 0 for sample in samples} == {True, False}
    assert any(sample.plainly > 10 * sample.apart for sample in samples)


def test_a_walk_ends_no_higher_than_it_began() -> None:
    assert sought(3, 30, 2.0, 1).over_stated <= sought(3, 0, 2.0, 1).over_stated


# ---- proofs that do not hold ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constant", "wrong"), [("REACH", 17), ("STATED", 98), ("WINDOW", 4), ("WINDOW", 7)]
)
def test_the_stated_bound_is_not_proved_of_other_constants(
    constant: str, wrong: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symbolic, constant, wrong)
    assert not symbolic.stated_bound_within_reach()


def test_a_wider_claim_of_the_tail_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbolic, "half_the_bell", lambda: False)
    assert not symbolic.diagonal_is_above()
    assert not symbolic.close_points_are_nearly_singular()


@pytest.mark.parametrize(
    "step", ["jump", "crossing_width", "far_crossings_are_rare", "window_mass"]
)
def test_each_step_of_the_window_bound_is_needed(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symbolic, step, lambda: False)
    assert not symbolic.window_steps()
    assert not symbolic.distinct_points_are_enough()
    assert not symbolic.stated_bound_within_reach()


# ---- checks that fail ----------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough to see a check fail."""
    monkeypatch.setattr(checks, "drawn", lambda *_, seed: drawn(60, seed))


def scaled(factor: float) -> Callable[[ArrayF, float], Between]:
    """D, so many times too large."""

    def wrong(at: ArrayF, b: float) -> Between:
        right = one_alone(at, b)
        return Between(right.low * factor, right.high * factor)

    return wrong


def test_upper_fails_of_a_kernel_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_matrix, "one_alone", scaled(1.01))
    with pytest.raises(NotEstablished, match="none of the kernels drawn"):
        checks.upper(Effort.QUICK)


def test_upper_fails_of_a_loose_bound_that_is_not_loose(monkeypatch: pytest.MonkeyPatch) -> None:
    half = Enclosure(Fraction(1, 2), Fraction(1, 2))
    monkeypatch.setattr(checks, "share", lambda *_: half)
    with pytest.raises(NotEstablished, match="so many times"):
        checks.upper(Effort.QUICK)


def test_lower_fails_if_the_bound_were_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    """δ/(10n²) in place of δ/(100n²), and of the walks, which end far above that, δ/(2n²)."""
    monkeypatch.setattr(kernel_bounds, "STATED", 10)
    with pytest.raises(NotEstablished, match="without a limit"):
        checks.lower(Effort.QUICK)
    with pytest.raises(NotEstablished, match="each of the kernels drawn"):
        checks._holds_of_drawn(Effort.QUICK)
    with pytest.raises(NotEstablished, match="between what is proved"):
        checks._two_points_beyond(Effort.QUICK)
    monkeypatch.setattr(kernel_bounds, "STATED", 2)
    with pytest.raises(NotEstablished, match="walks that make"):
        checks._holds_of_sought(Effort.QUICK)


def test_lower_fails_if_the_window_bound_were_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_samples, "window_bound", lambda *sizes: 6 * window_bound(*sizes))
    with pytest.raises(NotEstablished, match="within the bounds proved"):
        checks._holds_of_drawn(Effort.QUICK)


def test_lower_fails_of_a_reach_that_a_width_exceeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "REACH", 15)
    with pytest.raises(NotEstablished, match="at every width"):
        checks._reached_by_every_width()


def test_duplicates_fails_of_other_cosines(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**kernel_matrix.COSINES, 1: Fraction(1, 3)}
    monkeypatch.setattr(kernel_matrix, "COSINES", wrong)
    with pytest.raises(NotEstablished, match="regular hexagon"):
        checks.duplicates(Effort.QUICK)


@pytest.mark.parametrize(
    ("eigenvalue", "fact"),
    [(Eigenvalue(0.1, 0.2), "two of them equal"), (Eigenvalue(-0.1, 0.1), "of the same hexagon")],
)
def test_duplicates_fails_of_other_eigenvalues(
    eigenvalue: Eigenvalue, fact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "smallest_eigenvalue", lambda *_: eigenvalue)
    with pytest.raises(NotEstablished, match=fact):
        checks.duplicates(Effort.QUICK)


def test_duplicates_fails_if_opposite_points_did_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel of |⟨x_i, x_j⟩| in place of D(π) − D: nearly opposite points become nearly equal."""

    def folded(points: ArrayF, b: float) -> Eigenvalue:
        return smallest_eigenvalue(np.sign(points[:, :1]) * points, b)

    monkeypatch.setattr(checks, "smallest_eigenvalue", folded)
    with pytest.raises(NotEstablished, match="nearly opposite"):
        checks._nearly_opposite(Effort.QUICK)
