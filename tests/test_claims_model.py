"""The checks of claims model/* rest on what they say: break that, and they establish nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import cosh, exp, pi, sqrt

import pytest
from scipy.integrate import quad
from sympy import exp as exp_of

import reference.network
from proofs.claims import model
from proofs.evidence.audit_errors import NotEstablished
from proofs.measured.networks import initial_outputs
from proofs.measured.networks.initial_outputs import digits, drawn_outputs, moment_at
from proofs.measured.trainings import derivatives, offsets, tie_rules
from proofs.measured.trainings.derivatives import (
    Dual,
    agreement,
    by_blocks,
    constant,
    dual_output,
    quotients,
)
from proofs.measured.trainings.small_trainings import (
    BATCH,
    Small,
    Way,
    drawn,
    inner,
    special,
    trained,
)
from proofs.reduction.threshold_instance import threshold
from proofs.symbolic import initial_outputs as moments
from reference.activation import Activation
from reference.counters import Counters
from reference.firing_sets import FiringSets, firing_sets
from reference.ids import Neuron, Point
from reference.jacobian import Jacobian
from reference.network import Network, Problem
from reference.scalar import Arithmetic
from reference.structures.flat_scan import FlatScan
from reference.structures.threshold_search import Answer
from reference.training.method import Method
from reference.training.scores import FreshScores
from reference.training.trainer import Trainer

NARROW = [drawn(seed, 4, 2) for seed in range(6)]
TIED = [small for small in NARROW if model._meeting(small)]


def lax_query(trainer: Trainer[Fraction], points: Sequence[Point]) -> FiringSets:
    """Who fires if ties do."""
    network, rows = trainer.network, trainer.problem.points
    by_point = [
        [r for r in network.held if inner(network.weights.row(r), x) >= network.shift] for x in rows
    ]
    return firing_sets(by_point, points)


# ---- small trainings -----------------------------------------------------------------------------


def test_small_trainings_are_the_same_each_time_and_have_ties_and_dead_neurons() -> None:
    assert drawn(7) == drawn(7) != drawn(8)
    some = [drawn(seed) for seed in range(10)]
    assert sum(bool(model._meeting(small)) for small in some) > 5
    fires = [trained(small, derivatives.DENSE, 0)[0].fires for small in some]
    everyone = {i for small in some for i in range(small.problem.n)}
    assert {i for pairs in fires for _, i in pairs} == everyone
    assert all(
        len({r for r, _ in pairs}) < small.m for small, pairs in zip(some, fires, strict=True)
    )


def test_moments_of_mini_batches_are_seen_too() -> None:
    small = next(s for s in map(drawn, range(20)) if s.problem.n == 3)
    asked = [len(moment.asked) for moment in trained(small, Way(Method.SGD), 1)]
    assert asked == [3, BATCH, 1, 3]


# ---- the Jacobian --------------------------------------------------------------------------------


def test_dual_numbers_differentiate_sums_multiples_and_maxima() -> None:
    x = Dual(Fraction(3), {0: Fraction(1)})
    y = Dual(Fraction(2), {0: Fraction(1), 1: Fraction(5)})
    total = x + y.scaled(Fraction(1, 2)) + constant(Fraction(7))
    assert total == Dual(Fraction(11), {0: Fraction(3, 2), 1: Fraction(5, 2)})
    assert total.at_least(Fraction(11, 2)) is total
    assert total.at_least(Fraction(12)) == constant(Fraction(12))


def test_difference_quotients_are_those_of_a_network_done_by_hand() -> None:
    """One neuron, 3·2 = 6 above b = 1: its slopes are the point's coordinates."""
    hand = special()
    rows = quotients(hand, Activation.SHIFTED, Fraction(1, 64))
    assert rows[0][:3] == [Fraction(1, 2), Fraction(1), 0]
    assert rows[3] == [0] * 12
    assert dual_output(hand, 0, Activation.PRINTED).slopes[1] == 1


@pytest.mark.parametrize("wrong", ["sign", "scale", "point"])
def test_a_wrong_jacobian_is_found(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Jacobian.transposed_times

    def transposed_times(self: Jacobian[Fraction], v: Sequence[Fraction]) -> list[list[Fraction]]:
        rows = right(self, v)
        if wrong == "scale":
            return [[2 * value for value in row] for row in rows]
        if wrong == "point":
            return [row[::-1] for row in rows]
        return [
            [self.signs[r] * value for value in row]
            for r, row in zip(self.signs, rows, strict=True)
        ]

    monkeypatch.setattr(Jacobian, "transposed_times", transposed_times)
    with pytest.raises(NotEstablished, match="difference quotients"):
        model._derivatives(NARROW[:2])


def test_a_jacobian_in_which_ties_fire_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derivatives, "query", lax_query)
    assert TIED
    found = [agreement(small, Activation.SHIFTED) for small in TIED[:2]]
    assert all(each.by_blocks and each.ties_not_one_sided for each in found)
    assert not any(each.by_quotients or each.by_duals for each in found)
    with pytest.raises(NotEstablished, match="ties included"):
        model._derivatives(TIED[:1])


def test_a_jacobian_that_lacks_columns_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        model, "by_reference", lambda small: [row[1:] for row in by_blocks(small, small.signs)]
    )
    with pytest.raises(NotEstablished, match="a column for each weight"):
        model._shape(NARROW[:1])


# ---- the Gram matrix -----------------------------------------------------------------------------


def test_a_gram_matrix_that_counts_one_too_many_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = derivatives.gram_by_reference

    def wrong(small: Small) -> list[list[Fraction]]:
        first, *others = right(small)
        return [[first[0] + Fraction(1, small.m)], *others]

    monkeypatch.setattr(model, "gram_by_reference", wrong)
    with pytest.raises(NotEstablished, match="intersection counts"):
        model._multiplied_out([NARROW[0]])
    with pytest.raises(NotEstablished, match="All choices of signs"):
        model._signs(NARROW[0])


# ---- the two activations -------------------------------------------------------------------------


def test_a_constant_that_is_dropped_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def dropped(
        arithmetic: Arithmetic[Fraction], activation: Activation, printed: Fraction
    ) -> Fraction:
        del activation, printed
        return arithmetic.ratio(0)

    unbalanced = next(small for small in NARROW if sum(small.signs))
    assert offsets.constant_of(unbalanced) != 0
    x = unbalanced.problem.points[0]
    shifted, printed = offsets.outputs_at(unbalanced, x)
    assert printed - shifted == offsets.constant_of(unbalanced)
    assert offsets.trained_on_moved_labels(unbalanced)
    monkeypatch.setattr(reference.network, "constant", dropped)
    assert printed - shifted != offsets.constant_of(unbalanced)


def test_a_forward_pass_over_fired_neurons_lacks_what_silent_ones_add(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inputs = [(small, x) for small in NARROW for x in (*small.problem.points, model._zero(small))]
    assert model._fired_alone(inputs).figures["networks"] == len(NARROW)
    monkeypatch.setattr(model, "share_of_the_silent", lambda *_: Fraction(0))
    with pytest.raises(NotEstablished, match="lacks what silent ones add"):
        model._fired_alone(inputs)


# ---- the residual --------------------------------------------------------------------------------


def density(z: float) -> float:
    return exp(-z * z / 2) / sqrt(2 * pi)


@pytest.mark.parametrize("b", [0.0, 1.0, 2.5])
@pytest.mark.parametrize("form", list(Activation))
def test_second_moments_are_integrals(b: float, form: Activation) -> None:
    lift = b if form is Activation.PRINTED else 0.0
    above, _ = quad(lambda z: (z - b + lift) ** 2 * density(z), b, 12, epsabs=1e-12)
    below, _ = quad(lambda z: lift**2 * density(z), -12, b, epsabs=1e-12)
    assert float(moments.second_moment(moments.B, form).subs(moments.B, b)) == pytest.approx(
        above + below, abs=1e-10
    )


@pytest.mark.parametrize(
    ("b", "m", "t"), [(0.0, 1, 1.0), (0.0, 4, 3.0), (0.5, 2, 2.0), (2.0, 9, 5.0)]
)
def test_outputs_are_as_sub_gaussian_as_is_proved(b: float, m: int, t: float) -> None:
    """The mean of cosh(t·φ(Z)/√m) to the m-th power, by quadrature."""
    s = t / sqrt(m)
    mean, _ = quad(lambda z: cosh(s * max(z - b, 0)) * density(z), -12, 12 + s, limit=200)
    assert 1 <= mean**m <= exp(t * t / 2)


@pytest.mark.parametrize(
    ("name", "broken", "proof"),
    [
        ("second_moment", lambda b, _: b, moments.printed_moment),
        ("excess", lambda b: b, moments.shifted_moment),
        ("tail_bound", lambda t: exp_of(-t * t / 4), moments.residual_tail),
        ("density", lambda b: exp_of(-b * b), moments.outputs_are_sub_gaussian),
    ],
)
def test_a_wrong_closed_form_is_not_proved(
    name: str, broken: object, proof: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moments, name, broken)
    assert not proof()


def test_moments_that_are_off_are_told_from_drawn_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    found = drawn_outputs(digits(16), 64, 60)
    assert all(each.deviation < 4 for each in found)
    right = {m: moment_at(m, Activation.SHIFTED) for m in (64,)}
    monkeypatch.setattr(initial_outputs, "moment_at", lambda m, _: 2 * right[m])
    with pytest.raises(NotEstablished, match="within four standard errors"):
        model._as_drawn(found)


def test_a_tail_that_is_off_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = drawn_outputs(digits(4), 16, 3)
    assert model._with_confidence(found).figures["t"] == 4.4505
    right: Callable[[object], float] = moments.tail_bound
    monkeypatch.setattr(model, "tail_bound", lambda t: 2 * right(t))
    with pytest.raises(NotEstablished, match="the proved tail"):
        model._with_confidence(found)
    with pytest.raises(NotEstablished, match="no constant serves all widths"):
        model._no_constant_will_do()


# ---- ties ----------------------------------------------------------------------------------------


def test_a_structure_in_which_ties_fire_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = FlatScan.query

    def lax(self: FlatScan[Fraction], point: Point, threshold: Fraction) -> Answer:
        above = [Neuron(r) for r, s in enumerate(self.lists[point]) if s >= threshold]
        return Answer(above, right(self, point, threshold).cost)

    monkeypatch.setattr(FlatScan, "query", lax)
    with pytest.raises(NotEstablished, match="Every column of scores"):
        model._structures(1)
    with pytest.raises(NotEstablished, match="the same firing sets"):
        model._networks(TIED)


def test_fresh_scores_in_which_ties_fire_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def lax(
        self: FreshScores[Fraction],
        network: Network[Fraction],
        points: Sequence[Point],
        counters: Counters,
    ) -> FiringSets:
        del counters
        rows = [self._points[i] for i in points]
        by_point = [
            [r for r in network.held if inner(network.weights.row(r), x) >= network.shift]
            for x in rows
        ]
        return firing_sets(by_point, points)

    monkeypatch.setattr(FreshScores, "query", lax)
    with pytest.raises(NotEstablished, match="the same firing sets"):
        model._networks(TIED)


def test_rules_that_do_not_differ_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert model._consequences(TIED)[1].figures["networks_with_ties"] == len(TIED)
    strict = {id(small): tie_rules.firing_by(small, "strict") for small in TIED}
    monkeypatch.setattr(tie_rules, "firing_by", lambda small, _: strict[id(small)])
    with pytest.raises(NotEstablished, match="another trajectory"):
        model._consequences(TIED)


def test_a_reduction_with_another_threshold_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = threshold
    monkeypatch.setattr(
        tie_rules, "threshold", lambda arithmetic, d: right(arithmetic, d) - Fraction(1, 8)
    )
    with pytest.raises(NotEstablished, match="reduction from orthogonal vectors"):
        model._reduction(2)


def test_where_a_rule_makes_g_singular_nothing_is_compared() -> None:
    """The first two points of `special` are the same."""
    small = special()
    twice = Problem(small.problem.points[:2], small.problem.labels[:2])
    assert tie_rules.consequences(replace(small, problem=twice)) is None


def test_a_small_training_that_cannot_begin_has_no_moments() -> None:
    """On the zero point of `special` no neuron fires."""
    assert trained(special(), Way(Method.GAUSS_NEWTON), 3) == []
