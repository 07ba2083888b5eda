"""A wrong prediction, a wrong solution and a wrong move are named, whatever the structures say."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

from invariants import step
from invariants.invariant import Invariant
from invariants.monitor import Level, Monitor, float_monitor
from reference.activation import Activation
from reference.firing_sets import FiringSets, firing_sets
from reference.gram import gram
from reference.ids import Neuron
from reference.inner_products import PlainInnerProducts
from reference.motion import ListedMotion
from reference.network import output
from reference.scalar import BINARY64, RATIONAL, Arithmetic, S
from reference.structures.threshold_search import Structure
from reference.training.observer import Observer
from reference.training.step_rule import StepRule
from reference.training.stopping import Limits
from reference.training.training import Run
from reference.violation import InvariantViolated
from tests.small_training import Setup, trainer

ONE, TWO = Fraction(1), Fraction(2)
SETUP = Setup(
    points=((ONE, Fraction(0)), (Fraction(3, 5), Fraction(4, 5)), (Fraction(0), ONE)),
    labels=(ONE, -ONE, Fraction(1, 2)),
    weights=((TWO, ONE), (TWO, -ONE), (ONE, TWO), (-ONE, -ONE)),
    signs=(1, -1, 1, -1),
    shift=Fraction(1, 4),
)

Fault = Callable[[pytest.MonkeyPatch], None]


def outputs_are_off(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "reference.training.engine.output", lambda *given: output(*given) + Fraction(1, 1 << 30)
    )


def the_diagonal_is_doubled(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "reference.training.engine.gram",
        lambda *given: [row[:-1] + [2 * row[-1]] for row in gram(*given)],
    )


def signs_are_ignored(patch: pytest.MonkeyPatch) -> None:
    right = ListedMotion.__init__

    def unsigned(
        self: ListedMotion[S],
        scale: S,
        signs: Sequence[int],
        firing: FiringSets,
        solution: Sequence[S],
    ) -> None:
        right(self, scale, signs, firing, solution)
        self.coefficients = [[abs(c) for c in shares] for shares in self.coefficients]

    patch.setattr(ListedMotion, "__init__", unsigned)


FAULTS: list[tuple[Fault, Invariant]] = [
    (outputs_are_off, step.RESIDUAL),
    (the_diagonal_is_doubled, step.EQUATION),
    (signs_are_ignored, step.SHARES),
]


def run(arithmetic: Arithmetic[S], observer: Observer[S], rule: StepRule) -> None:
    """Two steps of the small problem under the observer."""
    parts = trainer(SETUP, arithmetic, Activation.PRINTED, rule, Structure.TOURNAMENT)
    observer.built(parts, {})
    going = Run(parts, Limits(2, 0.0), observer)
    while going.reason is None:
        going.step()


@pytest.mark.parametrize("rule", StepRule)
def test_right_steps_violate_nothing(rule: StepRule) -> None:
    run(BINARY64, float_monitor("touched"), rule)
    run(RATIONAL, Monitor(Level.TOUCHED, PlainInnerProducts(RATIONAL)), rule)


@pytest.mark.parametrize("level", ["touched", "full"])
@pytest.mark.parametrize(("fault", "invariant"), FAULTS, ids=lambda part: getattr(part, "name", ""))
def test_in_floats_the_fault_is_named(
    fault: Fault, invariant: Invariant, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    with pytest.raises(InvariantViolated) as caught:
        run(BINARY64, float_monitor(level), StepRule.FULL)
    assert caught.value.violations[0].name == invariant.name


@pytest.mark.parametrize(("fault", "invariant"), FAULTS, ids=lambda part: getattr(part, "name", ""))
def test_in_rationals_the_fault_is_named(
    fault: Fault, invariant: Invariant, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    monitor = Monitor(Level.TOUCHED, PlainInnerProducts(RATIONAL))
    with pytest.raises(InvariantViolated) as caught:
        run(RATIONAL, monitor, StepRule.FULL)
    assert caught.value.violations[0].name == invariant.name


def test_every_invariant_of_a_step_has_its_fault() -> None:
    assert {invariant for _, invariant in FAULTS} == {step.RESIDUAL, step.EQUATION, step.SHARES}


def test_a_neuron_that_should_move_and_does_not_is_named_and_one_that_should_not_and_does() -> None:
    """Neuron 1 fires and neuron 2 moves in its place; the scale is ½, and both signs are right."""
    parts = trainer(SETUP, RATIONAL, Activation.SHIFTED, StepRule.FULL, None)
    first, second, third = (Neuron(r) for r in range(3))
    fired = firing_sets([[first, second], [second], []], parts.problem.indices)
    moving = firing_sets([[first, third], [third], []], parts.problem.indices)
    g = [ONE, TWO, TWO]
    motion = ListedMotion(parts.network.scale, parts.network.signs, moving, g)
    named = step.neurons_move_by_their_shares(parts.network, fired, motion, g)
    halves = [Fraction(1, 2), ONE]
    assert [(found.path, found.expected, found.found) for found in named] == [
        ("neuron 1", str(halves), "no move"),
        ("neuron 2", "no move", str([-share for share in halves])),
    ]
