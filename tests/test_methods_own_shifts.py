"""Neurons with shifts of their own are those of a network written down by its definition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference.activation import Activation
from reference.errors import BadShape
from reference.ids import Neuron
from reference.matrix import Matrix
from reference.network import network
from reference.scalar import BINARY64, RATIONAL
from reference.solvers.solver import GramSolver
from reference.training.method import Method
from reference.training.step_rule import FullSteps, GradientSteps, Rule
from reference.weights import RewrittenWeights
from tests.exact_algebra import Rows, dot, inner_products, solution
from tests.small_training import Setup, observe, setup
from tests.strategies import ACTIVATIONS, setups, share
from tests.trainings import DENSE, STORED, Journey, Way, excesses, journey, trained

STEPS, RATE = 2, Fraction(1, 8)
SCALES = {4: Fraction(1, 2), 16: Fraction(1, 4)}
SOLVING = st.sampled_from([Method.GAUSS_NEWTON, Method.GRADIENT_DESCENT])


@dataclass
class Plain:
    """f_i = m^(−1/2) Σ_r a_r φ_r(⟨w_r, x_i⟩) with φ_r(z) = max(z − b_r, 0), or max(z, b_r)."""

    points: Sequence[Sequence[Fraction]]
    labels: Sequence[Fraction]
    weights: Rows
    signs: Sequence[int]
    shifts: Sequence[Fraction]
    activation: Activation

    @property
    def scale(self) -> Fraction:
        """m^(−1/2)."""
        return SCALES[len(self.signs)]

    def value(self, r: int, x: Sequence[Fraction]) -> Fraction:
        """φ_r(⟨w_r, x⟩)."""
        z, b = dot(self.weights[r], x), self.shifts[r]
        return max(z, b) if self.activation is Activation.PRINTED else max(z - b, Fraction())

    def output(self, x: Sequence[Fraction]) -> Fraction:
        """Every neuron asked."""
        neurons = range(len(self.signs))
        return self.scale * sum((self.signs[r] * self.value(r, x) for r in neurons), Fraction())

    @property
    def residual(self) -> list[Fraction]:
        """f − y."""
        return [self.output(x) - y for x, y in zip(self.points, self.labels, strict=True)]

    @property
    def firing(self) -> list[list[int]]:
        """Who has ⟨w_r, x_i⟩ > b_r."""
        m = range(len(self.signs))
        return [[r for r in m if dot(self.weights[r], x) > self.shifts[r]] for x in self.points]

    @property
    def jacobian(self) -> Rows:
        """One row a point."""
        return [
            [self.scale * a * c * (r in fired) for r, a in enumerate(self.signs) for c in x]
            for x, fired in zip(self.points, self.firing, strict=True)
        ]

    def step(self, family: Method) -> bool:
        """W ← W − Jᵀ g, or nothing if there is no g."""
        rows, r = self.jacobian, self.residual
        g = [RATE * entry for entry in r]
        if family.solves:
            found = solution(inner_products(rows, rows), r)
            if found is None:
                return False
            g = found
        d = len(self.points[0])
        for neuron, row in enumerate(self.weights):
            for c in range(d):
                row[c] -= dot([entries[neuron * d + c] for entries in rows], g)
        return True


def plain(given_setup: Setup, excess: Sequence[Fraction], activation: Activation) -> Plain:
    return Plain(
        given_setup.points,
        given_setup.labels,
        [list(row) for row in given_setup.weights],
        given_setup.signs,
        [given_setup.shift + beyond for beyond in excess],
        activation,
    )


def rule_of(family: Method) -> Rule[Fraction]:
    if family.solves:
        return FullSteps(RATIONAL, GramSolver(RATIONAL))
    return GradientSteps(RATIONAL, 1, RATE)


@share(5)
@given(setups(), SOLVING, ACTIVATIONS, st.sampled_from([DENSE, *STORED]), st.data())
def test_reduced_scores_walk_the_way_of_the_network_by_its_definition(
    given_setup: Setup, family: Method, activation: Activation, way: Way, data: st.DataObject
) -> None:
    """Points are not of unit length, b is often 0, and a score often one of the shifts."""
    excess = data.draw(excesses(given_setup))
    parts = trained(given_setup, RATIONAL, rule_of(family), way, activation, excess)
    model = plain(given_setup, excess, activation)
    found = journey(parts, STEPS)
    assert found.moments
    going = True
    for moment in found.moments:
        residual = model.residual
        assert [list(fired) for fired in moment.firing.by_point] == model.firing
        assert moment.loss == dot(residual, residual) / 2
        assert moment.weights == [w for row in model.weights for w in row]
        going = model.step(family)
    if len(found.moments) <= STEPS:
        ended = found.end in ("converged", "diverged")
        assert ended or not going or not all(model.firing)


@share(8)
@given(setups(), SOLVING, st.sampled_from([DENSE, *STORED]), st.data())
def test_the_two_forms_differ_by_a_constant_that_labels_can_take_up(
    given_setup: Setup, family: Method, way: Way, data: st.DataObject
) -> None:
    """C = m^(−1/2)·Σ a_r·b_r, on every output and at every step; nothing else differs."""
    excess = data.draw(st.one_of(st.just(()), excesses(given_setup)))
    shifts = [given_setup.shift + beyond for beyond in excess or [Fraction()] * m_of(given_setup)]
    constant = dot([Fraction(a) for a in given_setup.signs], shifts) * SCALES[len(shifts)]
    lifted = replace(given_setup, labels=tuple(y + constant for y in given_setup.labels))

    def walked(start: Setup, form: Activation) -> Journey[Fraction]:
        return journey(trained(start, RATIONAL, rule_of(family), way, form, excess), STEPS)

    assert walked(lifted, Activation.PRINTED) == walked(given_setup, Activation.SHIFTED)
    shifted, printed = (
        observe(trained(given_setup, RATIONAL, rule_of(family), way, form, excess)).residual
        for form in (Activation.SHIFTED, Activation.PRINTED)
    )
    assert [q - p for p, q in zip(shifted, printed, strict=True)] == [constant] * len(shifted)


def m_of(given_setup: Setup) -> int:
    return len(given_setup.signs)


LONG = setup(
    points=[[3, 4], [0, -2]],
    labels=[1, 1],
    weights=[[Fraction(1), Fraction(0)], [Fraction(0), Fraction(-1)]] * 2,
    signs=[1, 1, -1, 1],
    shift=0,
)
"""b = 0, points of length 5 and 2. Products: 3, −4, 3, −4 at the first, 0, 2, 0, 2 at the other."""


@pytest.mark.parametrize("way", [DENSE, *STORED])
def test_a_product_equal_to_a_neurons_own_shift_does_not_fire(way: Way) -> None:
    excess = [Fraction(3), Fraction(2), Fraction(3) - Fraction(1, 2**80), Fraction(-4)]
    for activation in Activation:
        chosen = rule_of(Method.GAUSS_NEWTON)
        parts = trained(LONG, RATIONAL, chosen, way, activation, excess)
        seen = observe(parts)
        assert seen.firing.by_point == [[2], [3]]
        model = plain(LONG, excess, activation)
        assert seen.firing.by_point == model.firing
        assert seen.residual == model.residual


def test_without_shifts_of_their_own_nothing_is_reduced() -> None:
    parts = trained(LONG, BINARY64, FullSteps(BINARY64, GramSolver(BINARY64)))
    column = [1.0, 2.0, 3.0, 4.0]
    assert parts.network.reduced(column) is column
    assert parts.network.reduced(column[:1], [Neuron(3)]) == [1.0]


def test_named_neurons_are_reduced_by_their_own_excess() -> None:
    excess = [Fraction(k, 4) for k in range(4)]
    net = trained(LONG, RATIONAL, rule_of(Method.GAUSS_NEWTON), DENSE, excess=excess).network
    ones = [Fraction(1)] * 4
    assert net.reduced(ones) == [1, Fraction(3, 4), Fraction(1, 2), Fraction(1, 4)]
    assert net.reduced(ones[:2], [Neuron(3), Neuron(1)]) == [Fraction(1, 4), Fraction(3, 4)]


@pytest.mark.parametrize("count", [1, 3, 5])
def test_every_neuron_has_a_shift_or_none_has(count: int) -> None:
    weights = RewrittenWeights(Matrix(BINARY64, [1.0] * 4, 1))
    with pytest.raises(BadShape, match=f"shifts, one a neuron: expected 4, found {count}"):
        network(BINARY64, weights, [1] * 4, 0.0, Activation.SHIFTED, [0.0] * count)
