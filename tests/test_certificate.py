"""What a monitor reports of each step is what its formulas say of what it saw, and little more.

The floats are said to round to 2⁻¹², so that every term counts; they do not, so nothing is
violated. The formulas are those of `score_error`, `step` and `trajectory_error`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import sqrt

import pytest

from invariants.certificate import Certificate
from invariants.definiteness import smallest_eigenvalue_at_least
from invariants.monitor import Monitor, float_monitor
from invariants.running_error import RunningError
from reference.activation import Activation
from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.scalar import BINARY64, Binary64
from reference.structures.threshold_search import Structure
from reference.training.iteration import advance
from reference.training.method import Method
from reference.training.step_rule import GradientSteps
from reference.training.trainer import Advance, Observation, Trainer
from reference.weights import Reading
from tests.small_training import HALF_ALIVE, observe, setup
from tests.trainings import Way, rule_of, trained

U = 2.0**-12
COARSE = Binary64(unit_roundoff=U)
N, D = 3, 2
XI, KAPPA, LAMBDA = 2.0, 5.0, 3.0
"""Of the points (1, 0), (0, 1), (1, 2)."""

NEAR = Fraction(4, 3) - Fraction(1, 4096)
"""Some scores are 4/3 at first, so near to this that they are borderline."""


def of(k: int) -> float:
    """γ_k."""
    return k * U / (1 - k * U)


def norm(values: Sequence[float]) -> float:
    return sqrt(sum(value * value for value in values))


class Expected:
    """What should be reported of two steps of a training whose scores are stored and moved."""

    def __init__(self, parts: Trainer[float]) -> None:
        self.parts = parts
        self.own: dict[Neuron, float] = {}
        self.weights = 0.0
        self.residuals: list[float] = []
        self.report: dict[str, float] = {}

    def length(self, r: Neuron) -> float:
        """‖w_r‖₁."""
        return sum(map(abs, self.parts.network.weights.row(r)))

    def apart(self, r: Neuron) -> float:
        """C: the sum of the coefficients of implicit weights."""
        return sum(map(abs, self.parts.network.weights.coefficients(r)))

    def excess(self, r: Neuron) -> float:
        """|β|."""
        excess = self.parts.network.excess
        return abs(excess[r]) if excess else 0.0

    def computed(self, r: Neuron, length: float) -> float:
        """What computing a score from weights of this length rounds."""
        excess = self.excess(r)
        reduced = U * (XI * length + excess) if excess else 0.0
        return of(D) * XI * length + reduced

    def of_score(self, r: Neuron) -> float:
        """e_r."""
        return self.own.get(r, self.computed(r, self.length(r)))

    def seen(self, observation: Observation[float], alive: Sequence[Neuron]) -> None:
        """QUERY, by which only these neurons are decided about, and PREDICT."""
        parts = self.parts
        b, scale = parts.network.shift, parts.network.scale
        lengths = [sqrt(parts.products[i][i]) for i in range(N)]
        borderline = 0
        for i in parts.problem.indices:
            for r, score in zip(alive, parts.scores.at(i, alive), strict=True):
                borderline += abs(score - b) <= self.of_score(r) + self.weights * lengths[i]
        largest = max(map(self.of_score, alive))
        self.report = {
            "decisions": len(alive) * N,
            "borderline": borderline,
            "score_error": largest + self.weights * max(lengths),
        }
        self.residuals = []
        outputs: list[float] = []
        for i in parts.problem.indices:
            fired = observation.firing.by_point[i]
            sizes = [abs(score - b) for score in parts.scores.at(i, fired)]
            size = scale * sum(sizes) + abs(parts.network.offset) + abs(parts.problem.labels[i])
            error = of(2 * len(fired) + 6) * size + scale * sum(map(self.of_score, fired))
            self.residuals.append(error)
            apart = self.weights * lengths[i] * sqrt(len(fired) / parts.network.m)
            outputs.append(error + apart)
        self.report["output_error"] = max(outputs)

    def solved(self, observation: Observation[float], step: Advance[float]) -> None:
        """The solution is off by what is left of the equation."""
        gram = self.gram(observation.firing)
        g, size = step.choice.solution.g, step.choice.size
        least = smallest_eigenvalue_at_least([row[: i + 1] for i, row in enumerate(gram)], 0.0)
        roots = [sqrt(row[i]) for i, row in enumerate(gram)]
        weight = sum(root * abs(value) for root, value in zip(roots, g, strict=True))
        left: list[float] = []
        right = observation.residual
        for i, row in enumerate(gram):
            found = sum(entry * value for entry, value in zip(row, g, strict=True)) - right[i]
            left.append(abs(found))
        terms = [root * weight + abs(r) for root, r in zip(roots, right, strict=True)]
        defects = [
            defect + of(2 * N + D + 8) * term + error
            for defect, term, error in zip(left, terms, self.residuals, strict=True)
        ]
        self.report["condition"] = max(sum(map(abs, row)) for row in gram) / least
        self.report["solve_residual"] = norm(left) / norm(right)
        self.weights += abs(size) * norm(defects) / sqrt(least)

    def slid(self, observation: Observation[float], step: Advance[float]) -> None:
        """Along the gradient."""
        most = max(sum(map(abs, row)) for row in self.gram(observation.firing))
        size = step.choice.size
        self.weights *= max(1.0, size * most - 1.0)
        self.weights += abs(size) * sqrt(most) * norm(self.residuals)

    def gram(self, firing: FiringSets) -> list[list[float]]:
        sets = [set(fired) for fired in firing.by_point]
        products, m = self.parts.products, self.parts.network.m
        return [[products[i][j] * len(sets[i] & sets[j]) / m for j in range(N)] for i in range(N)]

    def moved(self, step: Advance[float]) -> None:
        """Weights and scores have been rounded."""
        size = abs(step.choice.size)
        rounded: list[float] = []
        for r, shares in zip(step.motion.neurons, step.motion.coefficients, strict=True):
            push, k = sum(map(abs, shares)), len(shares)
            length, apart = self.length(r), self.apart(r)
            before = self.own.get(r, self.computed(r, length + size * push * LAMBDA))
            added = U * (2 * XI * length + 2 * self.excess(r) + KAPPA * apart)
            added += size * push * KAPPA * (2 * of(k + 1) + of(D))
            self.own[r] = before * (1 + 4 * U) + added
            away = U * (length + sqrt(KAPPA) * apart)
            rounded.append(away + of(k + 3) * size * push * sqrt(KAPPA))
        self.weights += norm(rounded)
        self.report["weight_error_after"] = self.weights


def watched(parts: Trainer[float], monitor: Monitor[float]) -> list[Mapping[str, float]]:
    """Two steps; what is expected to be reported of them."""
    expected = Expected(parts)
    monitor.built(parts, {})
    reports: list[Mapping[str, float]] = []
    alive = parts.network.held
    earlier: FiringSets | None = None
    for number in range(2):
        parts.counters.take()
        observation = observe(parts)
        monitor.queried(parts, observation.firing, earlier)
        monitor.predicted(parts, observation)
        expected.seen(observation, alive)
        step = advance(parts, observation, number)
        assert step is not None
        monitor.advanced(parts, observation, step)
        if isinstance(parts.rule, GradientSteps):
            expected.slid(observation, step)
        else:
            expected.solved(observation, step)
        expected.moved(step)
        monitor.recorded()
        reports.append(expected.report)
        earlier = observation.firing
        alive = list(earlier.by_neuron)
    return reports


@pytest.mark.parametrize("family", [Method.GAUSS_NEWTON, Method.GRADIENT_DESCENT])
@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize("shift", [Fraction(1), NEAR])
@pytest.mark.parametrize("reading", [Reading.REWRITTEN, Reading.IMPLICIT])
@pytest.mark.parametrize("excess", [[], [Fraction(1, 64)] * 16])
def test_reports_are_what_the_formulas_say(
    family: Method,
    activation: Activation,
    shift: Fraction,
    reading: Reading,
    excess: list[Fraction],
) -> None:
    rule = rule_of(family, COARSE, 3, 0.25)
    given_setup = replace(HALF_ALIVE, shift=shift - (excess[0] if excess else 0))
    way = Way(Structure.SCAN, reading)
    parts = trained(given_setup, COARSE, rule, way, activation, excess)
    monitor = float_monitor("touched")
    expected = watched(parts, monitor)
    assert (expected[0]["borderline"] > 0) == (shift == NEAR)
    for found, wanted in zip(monitor.reports(), expected, strict=True):
        assert found.keys() == wanted.keys()
        for name, value in wanted.items():
            assert value <= found[name] * (1 + 1e-9)
            assert found[name] <= value * 1.01


class QuarterOff(RunningError[float]):
    """Every score may be off by a quarter."""

    def against_weights(self, r: Neuron) -> float:
        return 0.25


@pytest.mark.parametrize(("weight", "borderline"), [(1.25, 1), (1.5, 0), (0.75, 1)])
def test_a_score_as_far_from_b_as_it_may_be_off_is_borderline(
    weight: float, borderline: int
) -> None:
    """b = 1, and so is the point; a second neuron lets it fire."""
    given_setup = setup([[1]], [0], [[Fraction(weight)], [Fraction(2)]] * 2, [1] * 4, 1)
    parts = trained(given_setup, BINARY64, rule_of(Method.GAUSS_NEWTON, BINARY64, 1))
    certificate: Certificate[float] = Certificate()
    firing = observe(parts).firing
    certificate.queried(parts, QuarterOff(parts, {}), firing, parts.network.held)
    certificate.error.recorded()
    (report,) = certificate.error.reports
    assert (report["borderline"], report["decisions"]) == (2 * borderline, 4)
    assert report["score_error"] == 0.25


def test_nothing_to_solve_leaves_no_residual_of_the_equation() -> None:
    """The only neuron's output is the label already."""
    given_setup = setup([[1]], [1], [[Fraction(2)]], [1], 1)
    parts = trained(given_setup, BINARY64, rule_of(Method.GAUSS_NEWTON, BINARY64, 1))
    monitor = float_monitor("touched")
    monitor.built(parts, {})
    parts.counters.take()
    observation = observe(parts)
    monitor.queried(parts, observation.firing, None)
    monitor.predicted(parts, observation)
    step = advance(parts, observation, 0)
    assert step is not None
    monitor.advanced(parts, observation, step)
    monitor.recorded()
    (report,) = monitor.reports()
    assert (observation.loss, report["solve_residual"]) == (0.0, 0.0)
