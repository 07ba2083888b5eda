"""The monitor's count of SOLVE is right for every solver, sketch and rule, at awkward sizes."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from invariants.monitor import float_monitor
from reference.activation import Activation
from reference.scalar import BINARY64
from reference.solvers.conjugate_gradient import Accuracy, ConjugateGradientSolver
from reference.solvers.sketch import SketchChoice, SketchKind
from reference.solvers.sketch_solver import Draws, SketchSolver
from reference.solvers.solver import GramSolver, Solver
from reference.structures.threshold_search import Structure
from reference.training.step_rule import StepRule, rule
from reference.training.stopping import Limits
from reference.training.training import Run
from tests.small_training import HALF_ALIVE, Setup, setup, trainer

pytestmark = pytest.mark.plain

ALONE = setup([[1]], [3], [[Fraction(2)]], [1], 1)
"""One neuron, one point, one coordinate: m·d = 1, a power of two, and m·d − 1 = 0."""

FIVE = setup([[1]], [3], [[Fraction(2)], *[[Fraction(k)] for k in range(-4, 0)]], [1] * 5, 1)
"""m·d = 5, one more than a power of two."""

JUMPY = setup(
    [[1], [-30]],
    [-10, 0],
    [[Fraction(2)], [Fraction(2)], [Fraction(-1, 20)], [Fraction(0)]],
    [1, -1, 1, 1],
    1,
)
"""A long step carries a neuron far above b on the second point: shorter ones have to be tried."""

EXACT = Accuracy(BINARY64, 1e-6)


def solvers(rows: int) -> Iterator[Solver[float]]:
    """Every one; the sketches have so many rows."""
    yield GramSolver(BINARY64)
    yield ConjugateGradientSolver(EXACT)
    for kind in SketchKind:
        yield SketchSolver(EXACT, SketchChoice(kind, rows, 1), Draws.FRESH)


@pytest.mark.parametrize("step_rule", StepRule)
@pytest.mark.parametrize(
    ("given_setup", "rows"),
    [(ALONE, 1), (ALONE, 3), (FIVE, 3), (FIVE, 9), (JUMPY, 6), (HALF_ALIVE, 37)],
)
def test_what_solving_costs_is_what_its_closed_forms_say(
    given_setup: Setup, rows: int, step_rule: StepRule
) -> None:
    tried = 0
    for solver in solvers(rows):
        chosen = rule(step_rule, BINARY64, solver)
        plain = trainer(given_setup, BINARY64, Activation.SHIFTED, step_rule, Structure.SCAN)
        parts = replace(plain, rule=chosen)
        monitor = float_monitor("touched")
        monitor.built(parts, {})
        run = Run(parts, Limits(2, 0.0), monitor)
        while run.reason is None:
            run.step()
        tried = max(tried, *(entry.trials for entry in run.records))
        assert len(run.records) > 1
    assert tried > 1 or given_setup is not JUMPY or step_rule is not StepRule.DAMPED
