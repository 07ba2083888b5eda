"""The rivals in numpy do what ours does: each step against rationals, each trajectory against ours.

A rival's step is compared with the exact step from the same floats. How far apart they may be
follows from the roundings: γ_k = k·u/(1 − k·u) bounds a sum of k products (Higham, Accuracy and
Stability, 3.5), and Cholesky solves (G + ΔG) g = r with ‖ΔG‖ ≤ 2n·γ_{3n+1}·‖G‖ (ibid., 10.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from reference.edges.bench.contestants import ALL, GRADIENT, configured, start
from reference.edges.bench.iteration import loss_difference, played
from reference.edges.bench.numpy_rivals import (
    DenseGaussNewton,
    DenseGradientDescent,
    DenseNetwork,
    estimated_bytes,
)
from reference.edges.bench.whole_training import trained
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.networks.initial_network import draw
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.training.observer import Nobody
from tests.exact_algebra import dot, solution

pytestmark = pytest.mark.plain

U = Fraction(1, 1 << 53)
PROBLEM = Problem(((0.6, 0.8, 0.0), (0.0, 0.28, 0.96), (-0.48, 0.36, 0.8)), (1.0, -0.5, 0.3))
CONFIG = Configuration(points=3, width=64, bias=0.7, invariants="off", until=0.0, steps=1 << 30)


def gamma(k: int) -> Fraction:
    return k * U / (1 - k * U)


def exact(values: Sequence[float]) -> list[Fraction]:
    return [Fraction(value) for value in values]


@dataclass(frozen=True)
class ExactStep:
    """The step from a rival's weights, and how far a rival's may be from it, entry by entry."""

    flags: list[list[bool]]
    loss: Fraction
    loss_bound: Fraction
    weights: list[list[Fraction]]
    weight_bounds: list[list[Fraction]]


def exact_step(rival: DenseNetwork, rate: float | None) -> ExactStep:
    """By definition, in rationals; along the gradient if there is a rate."""
    points = [exact(row) for row in rival.points.tolist()]
    weights = [exact(row) for row in rival.weights.tolist()]
    labels, signs = exact(rival.labels.tolist()), exact(rival.signs.tolist())
    n, d, m = len(points), len(points[0]), len(weights)
    scale, b = Fraction(1, round(sqrt(m))), Fraction(rival.shift)
    scores = [[dot(x, w) for w in weights] for x in points]
    flags = [[score > b for score in row] for row in scores]
    residual, errors = [], []
    for x, row, y in zip(points, scores, labels, strict=True):
        output, error = Fraction(), Fraction()
        for w, score, a in zip(weights, row, signs, strict=True):
            off = gamma(d) * dot([abs(p) for p in x], [abs(q) for q in w])
            assert abs(score - b) > 2 * off
            if score > b:
                output += scale * a * (score - b)
                error += scale * (off + gamma(m + 2) * (score - b + off))
        residual.append(output - y)
        errors.append(2 * error + U * abs(output - y))
    if rate is None:
        g, off_by = _solved(points, flags, residual, errors, m)
    else:
        g = [Fraction(rate) * r for r in residual]
        off_by = [
            Fraction(rate) * (e + U * (abs(r) + e)) for r, e in zip(residual, errors, strict=True)
        ]
    after, bounds = [], []
    for k, (w, a) in enumerate(zip(weights, signs, strict=True)):
        row, bound = list(w), [Fraction()] * d
        for i in range(n):
            if flags[i][k]:
                for c in range(d):
                    row[c] -= scale * a * g[i] * points[i][c]
                    most = abs(g[i]) + off_by[i]
                    bound[c] += scale * abs(points[i][c]) * (off_by[i] + gamma(n + 3) * most)
        after.append(row)
        bounds.append([2 * off + U * abs(q) for off, q in zip(bound, row, strict=True)])
    loss = dot(residual, residual) / 2
    loss_bound = sum(
        (abs(r) * e + e * e for r, e in zip(residual, errors, strict=True)), Fraction()
    )
    loss_bound = 2 * loss_bound + gamma(n + 1) * (loss + loss_bound)
    return ExactStep(flags, loss, loss_bound, after, bounds)


def _solved(
    points: list[list[Fraction]],
    flags: list[list[bool]],
    residual: list[Fraction],
    errors: list[Fraction],
    m: int,
) -> tuple[list[Fraction], list[Fraction]]:
    """g with G g = r, and how far the solution in floats may be from it."""
    n, d = len(points), len(points[0])
    sizes = [[abs(q) for q in x] for x in points]
    common = [
        [sum(p and q for p, q in zip(mine, others, strict=True)) for others in flags]
        for mine in flags
    ]
    gram = [[dot(points[i], points[j]) * common[i][j] / m for j in range(n)] for i in range(n)]
    rounded = [
        gamma(d + 1) * dot(sizes[i], sizes[j]) * common[i][j] / m
        for i in range(n)
        for j in range(n)
    ]
    g = solution(gram, residual)
    units = [[Fraction(i == j) for j in range(n)] for i in range(n)]
    columns = [solution(gram, unit) for unit in units]
    assert g is not None
    inverse = sum(abs(q) for column in columns if column is not None for q in column)
    change = 2 * n * gamma(3 * n + 1) * sum(gram[i][i] for i in range(n)) + sum(rounded)
    assert inverse * change < Fraction(1, 2)
    length = sum(abs(q) for q in g)
    off = inverse * (change * 2 * length + sum(errors, Fraction()))
    return g, [off] * n


def assert_steps_are_exact(rival: DenseGaussNewton | DenseGradientDescent, steps: int) -> None:
    rate = rival.rate if isinstance(rival, DenseGradientDescent) else None
    for _ in range(steps):
        expected = exact_step(rival, rate)
        loss = rival.step()
        assert rival.flags.tolist() == expected.flags
        assert abs(Fraction(loss) - expected.loss) <= expected.loss_bound
        for row, exactly, bounds in zip(
            rival.weights.tolist(), expected.weights, expected.weight_bounds, strict=True
        ):
            for q, p, bound in zip(exact(row), exactly, bounds, strict=True):
                assert abs(q - p) <= bound


# ---- steps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_gauss_newton_step_is_the_exact_one_but_for_its_roundings(seed: int) -> None:
    here = configured("numpy-dense", CONFIG)
    config = Configuration(points=3, width=64, bias=0.7, seed=seed, method=here.method)
    assert_steps_are_exact(DenseGaussNewton(config, PROBLEM), 3)


@pytest.mark.parametrize("seed", range(4))
def test_a_gradient_step_is_the_exact_one_but_for_its_roundings(seed: int) -> None:
    config = Configuration(points=3, width=64, bias=0.7, seed=seed)
    assert_steps_are_exact(DenseGradientDescent(config, PROBLEM), 3)


def test_the_rate_is_one_over_the_largest_eigenvalue_of_the_gram_matrix() -> None:
    rival = DenseGradientDescent(CONFIG, PROBLEM)
    again = DenseNetwork(CONFIG, PROBLEM)
    again.residual()
    largest = np.linalg.eigvalsh(again.gram())[-1]
    assert rival.rate * largest == pytest.approx(1, abs=1e-12)
    assert np.array_equal(rival.weights, again.weights)


@pytest.mark.parametrize("kind", [DenseGaussNewton, DenseGradientDescent])
def test_at_the_loss_asked_for_no_step_is_made(
    kind: type[DenseGaussNewton] | type[DenseGradientDescent],
) -> None:
    rival = kind(CONFIG, PROBLEM)
    before = rival.weights.copy()
    loss = rival.step(until=1e9)
    assert np.array_equal(rival.weights, before)
    assert rival.step(until=loss) == loss
    assert np.array_equal(rival.weights, before)
    assert rival.step(until=np.nextafter(loss, 0)) == loss
    assert not np.array_equal(rival.weights, before)


def test_it_starts_from_the_reference_s_own_draws() -> None:
    rival, draws = DenseNetwork(CONFIG, PROBLEM), draw(CONFIG.seed, 64, 3, 0.0)
    assert rival.weights.ravel().tolist() == list(draws.weights)
    assert rival.signs.tolist() == list(draws.signs)


def test_its_memory_is_that_of_its_arrays() -> None:
    rival = DenseNetwork(CONFIG, PROBLEM)
    arrays = (rival.weights, rival._change, rival._scores, rival.flags, rival.signs)
    assert sum(array.nbytes for array in arrays) <= estimated_bytes(64, 3, 3)
    assert estimated_bytes(64, 3, 3) <= 64 + sum(array.nbytes for array in arrays)


# ---- trajectories --------------------------------------------------------------------------------


def test_all_contestants_walk_one_trajectory_but_gradient_descent() -> None:
    """On real data, five steps: the same firing sets, as digests, and losses a rounding apart."""
    problem = choose_points(load_table("digits", None), 8, 0).problem
    config = Configuration(points=8, width=512, invariants="off", until=0.0, steps=1 << 30)
    rounds = list(played(config, problem, ALL, 5))
    assert len(rounds) == 5
    walkers = [name for name in ALL if name != GRADIENT]
    run = build_run(configured("plain-tree", config), problem, Nobody())
    for found in rounds:
        record = run.step()
        assert record is not None
        assert {found[name].digest for name in walkers} == {record.firing_digest}
        assert found["plain-tree"].loss == record.loss
        assert all(found[name].wall >= found[name].seconds > 0 for name in ALL)
    assert loss_difference(rounds, walkers) < 1e-9
    assert rounds[-1][GRADIENT].loss > rounds[-1]["numpy-dense"].loss
    assert rounds[0][GRADIENT].digest == rounds[0]["numpy-dense"].digest


@pytest.mark.parametrize("name", ALL)
def test_a_training_ends_at_its_loss_its_steps_or_its_seconds(name: str) -> None:
    config = Configuration(points=3, width=64, bias=0.7, invariants="off", until=1e-3, steps=500)
    found = trained(name, config, PROBLEM, 60.0)
    assert found.reached
    assert found.loss <= 1e-3
    assert found.remark == ""
    assert found.total == found.setup + found.seconds > 0
    contestant = start(name, config, PROBLEM)
    losses = []
    while (step := contestant.step()) is not None and step.loss > 1e-3:
        losses.append(step.loss)
    assert found.iterations == len(losses)
    few = Configuration(points=3, width=64, bias=0.7, invariants="off", until=0.0, steps=2)
    broken_off = trained(name, few, PROBLEM, 60.0)
    assert (broken_off.iterations, broken_off.reached) == (2, False)
    late = trained(name, config, PROBLEM, 0.0)
    assert not late.reached
    assert late.remark == "stopped after 0 s"
