"""How fast, from which width and where training converges: against brute force; checks can fail."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import msgspec
import pytest

from proofs.certified.least_widths import demanded, enough, within_the_shift
from proofs.certified.normal_tail import fires, shift
from proofs.claims import convergence, widths
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.measured.trainings import regimes
from proofs.measured.trainings.regimes import SILENT, Ending, endings, first_power, kinds, silence
from proofs.measured.trainings.trainings import (
    CONVERGED,
    contractions,
    live_training,
    losses,
    trained,
)
from proofs.symbolic import exponents, width
from proofs.symbolic.orders import NU, at_most
from proofs.symbolic.width import at_lower_end, at_upper_end, largest_constant, least_width
from reference.edges.setup.configuration import Configuration
from reference.training.training import Run

TENTH = Fraction(1, 10)


# ---- linear --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def narrow() -> Run[float]:
    """One of its steps raises the loss."""
    return trained(live_training("digits", 16, 1 << 6))


@pytest.fixture(scope="module")
def wide() -> Run[float]:
    return trained(live_training("wine", 16, 1 << 10))


def test_contractions_are_quotients_of_losses(wide: Run[float]) -> None:
    seen, ratios = losses(wide), contractions(wide)
    assert len(ratios) == len(seen) - 1 == len(wide.records) - 1
    assert all(seen[k + 1] == pytest.approx(seen[k] * ratios[k]) for k in range(len(ratios)))


def test_a_step_that_does_not_halve_is_seen(wide: Run[float], narrow: Run[float]) -> None:
    convergence._halved([wide], 16, 1 << 10)
    for wrong in (narrow, trained(msgspec.structs.replace(live_training("wine", 16, 64), steps=1))):
        with pytest.raises(NotEstablished):
            convergence._halved([wide, wrong], 16, 1 << 10)


def test_a_fall_that_is_only_linear_is_seen(wide: Run[float]) -> None:
    convergence._superlinear([wide])
    early = trained(msgspec.structs.replace(live_training("wine", 16, 1 << 10), steps=2))
    with pytest.raises(NotEstablished):
        convergence._superlinear([early])


def test_steps_that_always_halve_are_no_counterexample(monkeypatch: pytest.MonkeyPatch) -> None:
    convergence._not_halved()
    monkeypatch.setattr(convergence, "contractions", lambda _: [0.1, 0.1])
    with pytest.raises(NotEstablished):
        convergence._not_halved()
    monkeypatch.setattr(convergence, "trained", lambda _: None)
    with pytest.raises(NotEstablished):
        convergence._wider_is_faster(Effort.QUICK)


# ---- demanded widths -----------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [Fraction(0), TENTH, Fraction(1, 8), Fraction(1, 5)])
@pytest.mark.parametrize("bound", [1, 2, Fraction(7, 3), 3])
def test_least_width_is_the_first_that_is_enough(alpha: Fraction, bound: Fraction | int) -> None:
    """By trying all of them."""
    q, degree = alpha.denominator, alpha.denominator - 4 * alpha.numerator
    m = 1
    while m**degree < Fraction(bound) ** q:
        m += 1
    assert least_width(alpha, bound) == m


def test_widths_at_both_ends_of_lambda() -> None:
    assert at_upper_end(64) == 2**600
    assert at_lower_end(10) == 10**500
    assert at_lower_end(10, delta_to_the_fourth=4) == 10**500 // 4**25
    assert at_upper_end(8, TENTH) == 2**20


@pytest.mark.parametrize("m", [1 << 62, 1000, 1])
def test_no_larger_constant_fits(m: int) -> None:
    """At c a little above, m < c·λ⁻⁴·n⁴ with λ = m^(−6/25): m^(1/25) < c·n⁴."""
    c = largest_constant(64, m) * Fraction(1000001, 1000000)
    assert m < (c * 64**4) ** 25


@pytest.mark.parametrize(("n", "alpha"), [(2, TENTH), (3, Fraction(1, 100)), (8, TENTH)])
def test_demanded_and_enough_enclose_the_width(n: int, alpha: Fraction) -> None:
    low, high = demanded(n, alpha), enough(n, alpha)
    assert low <= high <= low + 3
    assert (1 << high) * fires(alpha, 1 << high).low ** 4 >= n**4
    for below in (2, 1 << (low // 2), (1 << low) - 1):
        assert below * fires(alpha, below).high ** 4 < n**4


@pytest.mark.parametrize("n", [2, 5])
def test_below_that_width_the_radius_is_above_the_shift(n: int) -> None:
    power = within_the_shift(n, TENTH)
    for m in (2, 3, 1 << (power // 2), (1 << power) - 1):
        assert m * (fires(TENTH, m).high * shift(TENTH, m).high) ** 2 < n**2
    wider = 4 << power
    assert wider * (fires(TENTH, wider).low * shift(TENTH, wider).low) ** 2 >= n**2


@pytest.mark.parametrize("proof", ["no_alpha_from_a_quarter_on", "demanded_exponents"])
def test_another_width_is_not_proved(proof: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """λ⁻³ in place of λ⁻⁴, or no sparsity."""
    three = at_most(3 * exponents.DEPTH + 4 * NU, 1)
    monkeypatch.setattr(exponents, "WIDE", three)
    monkeypatch.setattr(exponents, "SPARSE", at_most(0, exponents.DEPTH))
    assert not getattr(exponents, proof)()


def test_another_alpha_has_no_hundredth_power(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(width, "PAPER", Fraction(1, 5))
    assert not width.paper_exponents()


def test_widths_that_could_exist_are_not_vacuous(monkeypatch: pytest.MonkeyPatch) -> None:
    widths._demanded_at_paper()
    widths._no_constant_helps()
    monkeypatch.setattr(widths, "at_upper_end", lambda n: n**20)
    with pytest.raises(NotEstablished):
        widths._demanded_at_paper()
    monkeypatch.setattr(widths, "largest_constant", lambda *_: Fraction(1, 1000))
    with pytest.raises(NotEstablished):
        widths._no_constant_helps()
    monkeypatch.setattr(widths, "demanded", lambda *_: 40)
    with pytest.raises(NotEstablished):
        widths._smaller_alphas()


# ---- how trainings end ---------------------------------------------------------------------------


def ending(kind: str, power: int = 10, alpha: float = 0.24) -> Ending:
    return Ending(live_training("digits", 16, 1 << power, alpha), kind)


def test_silence_is_a_power() -> None:
    p = float(fires(TENTH, 100).middle)
    assert silence(0.1, 100) == pytest.approx((1 - p) ** 100, rel=1e-9)


def test_endings_say_what_the_runs_say() -> None:
    seen = endings("digits", 8, (0.1, 0.9), (5,), 1, 1e6)
    assert [each.config.alpha for each in seen] == [0.1, 0.9]
    assert seen[1].kind == SILENT
    assert kinds([*seen, seen[1]])[SILENT] >= 2
    assert not endings("digits", 8, (0.1,), (5,), 1, 1.0)


def test_first_power_is_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(config: Configuration) -> str:
        return CONVERGED if config.width >= 1 << (6 + config.seed) else "stalled"

    monkeypatch.setattr(regimes, "outcome", ends)
    assert first_power("digits", 8, 0.24, 3) == 8
    monkeypatch.setattr(regimes, "outcome", lambda _: "stalled")
    assert first_power("digits", 8, 0.24, 3) is None


def test_trainings_that_fail_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = ending(CONVERGED), ending("stalled")
    widths._inside([good] * 4 + [bad])
    with pytest.raises(NotEstablished):
        widths._inside([good] * 3 + [bad])
    widths._beyond_a_quarter([ending(CONVERGED, alpha=0.5)])
    with pytest.raises(NotEstablished):
        widths._beyond_a_quarter([good, ending("stalled", alpha=0.5)])
    monkeypatch.setattr(widths, "outcome", lambda _: "stalled")
    with pytest.raises(NotEstablished):
        widths._converges(Effort.QUICK)


def test_a_silent_point_where_there_cannot_be_one_is_seen() -> None:
    good: Sequence[Ending] = [ending(CONVERGED, 16), ending(SILENT, 4, 0.8)]
    widths._silent(good)
    with pytest.raises(NotEstablished):
        widths._silent([*good, replace(good[0], kind=SILENT)])
    with pytest.raises(NotEstablished):
        widths._silent(good[:1])


def test_a_safe_width_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (CONVERGED, "stalled"):
        monkeypatch.setattr(widths, "outcome", lambda _, kind=kind: kind)
        with pytest.raises(NotEstablished):
            widths._wider_is_not_safer(Effort.QUICK)


def test_endings_of_one_kind_are_one_mark_and_of_two_stand_side_by_side() -> None:
    seen = [ending(CONVERGED), ending(CONVERGED), ending(SILENT), ending(CONVERGED, 12)]
    one, other = sorted(widths._diagram(seen, 16).curves, key=lambda curve: len(curve.x))[::-1]
    assert (one.name, one.x) == (CONVERGED, [10.0, 12.0])
    assert (other.name, other.x) == (SILENT, [10.3])
