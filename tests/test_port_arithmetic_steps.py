"""Residuals and solutions of right ports are within the bounds."""

from collections.abc import Callable
from fractions import Fraction
from math import sqrt
from random import Random
from typing import TypeAlias

import numpy as np
import pytest

from invariants.conformance.judging.arithmetic import Arithmetic
from invariants.conformance.judging.judge import least_pivot
from invariants.conformance.judging.state import State, inner
from invariants.conformance.judging.step_checks import Equations
from invariants.conformance.protocol.messages import (
    Significand,
)
from invariants.number_format import format_of, power_of_two
from invariants.rounding import rounding_of
from tests.simulated_ports import (
    EACH,
    SAME,
    Bits,
    Port,
    Shares,
    Vector,
    above,
    below,
    every_format,
    inner_in_order,
    integers,
    of,
    ports,
    residual,
    score_bound,
    total,
)
from tests.soft_floats import Flush, SoftFloats, Toward


@every_format
def test_a_residual_of_scores_that_are_off_is_within_its_bound(bits: Bits) -> None:
    """Scores that are off move it, and are rounded in its sums."""
    shares = Shares()
    for port in ports(bits):
        for trial in port.trials():
            fired = 1 + trial % 5
            b, y = port.row(2, -1, 1)
            signs = [Fraction(port.source.choice((1, -1))) for _ in range(fired)]
            scale = SoftFloats(port.held.kept).rounded(Fraction(1 / sqrt(fired + trial % 3)))
            pairs = [(port.row(2, -1, 2), port.row(2, -1, 1)) for _ in range(fired)]
            leaves = [port.score(w, x) for w, x in pairs]
            scores = [inner(tuple(w), tuple(x)) for w, x in pairs]
            terms = [part for a, s in zip(signs, scores, strict=True) for part in (a * s, -a * b)]
            stored = total([score_bound(port, w, x) for w, x in pairs])
            bound = port.arithmetic.residual(terms, scale, y, stored)
            found = residual(port, leaves, signs, b, scale, y)
            shares.add(found - scale * total(terms) + y, bound)
    assert shares.reach(Fraction(1, 16), bits)


@every_format
def test_a_residual_of_exact_scores_is_within_its_own_bound(bits: Bits) -> None:
    shares = Shares()
    for port in ports(bits):
        for trial in port.trials():
            fired = 1 + trial % 3
            (b,), (y,) = port.row(1, -1, 1), port.row(1, -1, 5)
            scores = [port.kept.rounded(s) for s in port.row(fired, -1, 2)]
            signs = [Fraction(port.source.choice((1, -1))) for _ in range(fired)]
            scale = SoftFloats(port.held.kept).rounded(Fraction(1 / sqrt(fired + trial % 3)))
            terms = [part for a, s in zip(signs, scores, strict=True) for part in (a * s, -a * b)]
            bound = port.arithmetic.residual(terms, scale, y)
            found = residual(port, scores, signs, b, scale, y)
            shares.add(found - scale * total(terms) + y, bound)
    assert shares.reach(Fraction(1, 16), bits)


@pytest.mark.parametrize("bits", SAME)
def test_some_residuals_are_off_by_a_third_of_their_bound(bits: Bits) -> None:
    """Three roundings, of seven that it allows: of s − b, by the scale, of the label's difference.

    b and the label are less than a unit of what they are taken off.
    """
    source, reached = Random(bits[0]), Fraction(0)
    port, unit = Port(bits, Toward.ZERO, Flush.NOTHING, source), power_of_two(1 - bits[0])
    for _ in range(20 * EACH):
        leaf, scale = 1 + source.randint(1, 20) * unit, 1 - source.randint(1, 20) * unit
        b, y = unit / 8, unit / 16
        found = residual(port, [leaf], [Fraction(1)], b, scale, y)
        bound = port.arithmetic.residual([leaf, -b], scale, y)
        error = abs(found - scale * (leaf - b) + y)
        assert error <= bound
        reached = max(reached, error / bound)
    assert reached > Fraction(1, 4)


@every_format
def test_a_residual_whose_bound_is_zero_is_exact(bits: Bits) -> None:
    shares = Shares()
    for port in ports(bits):
        for trial in port.trials():
            fired = 1 + trial % 4
            scores, signs = integers(port.source, fired, 7), [Fraction(1), Fraction(-1)] * 2
            (b, y), scale = integers(port.source, 2, 3), power_of_two(-(trial % 3))
            terms = [part for a, s in zip(signs, scores, strict=False) for part in (a * s, -a * b)]
            assert port.arithmetic.residual(terms, scale, y) == 0
            found = residual(port, scores, signs[:fired], b, scale, y)
            shares.add(found - scale * total(terms) + y, Fraction(0))
    assert shares.exact == len(ports(bits)) * EACH


def test_a_residual_is_exact_only_if_it_is_so_before_and_after_scaling() -> None:
    """In binary16: a sum beyond the range that is scaled back; one whose scaled bits do not fit."""
    for port in ports((11, 11, 11)):
        half, one = power_of_two(15), Fraction(1)
        assert port.arithmetic.residual([half, half / 2], Fraction(1, 2), Fraction(0)) == 0
        assert port.arithmetic.residual([half, half], Fraction(1, 2), Fraction(0)) > 0
        assert port.arithmetic.residual([one], power_of_two(-9), one) == 0
        assert port.arithmetic.residual([one], power_of_two(-12), one) > 0
        assert port.arithmetic.residual([one, power_of_two(-11)], one, Fraction(0)) > 0


def test_a_residual_is_never_taken_for_exact_where_the_scale_is_rounded() -> None:
    for port in ports((53, 53, 53)):
        terms, y = [Fraction(3)], Fraction(1)
        assert port.arithmetic.residual(terms, Fraction(1, 2), y) == 0
        assert port.arithmetic.residual(terms, Fraction(3, 4), y) > 0
        assert port.arithmetic.residual(terms, Fraction(1 / sqrt(3)), y) > 0


Solver: TypeAlias = Callable[[Vector, Vector], Vector]


def by_cholesky(gram: Vector, right: Vector) -> Vector:
    factor = np.linalg.cholesky(gram)
    return above(factor.T, below(factor, right))


def by_ldl(gram: Vector, right: Vector) -> Vector:
    """L D Lᵀ, row by row."""
    n = len(right)
    factor, diagonal = np.eye(n, dtype=gram.dtype), np.zeros_like(right)
    for i in range(n):
        for j in range(i):
            scaled = factor[i, :j] * diagonal[:j]
            factor[i, j] = (gram[i, j] - inner_in_order(scaled, factor[j, :j])) / diagonal[j]
        squares = inner_in_order(factor[i, :i] * diagonal[:i], factor[i, :i])
        diagonal[i] = gram[i, i] - squares
    return above(factor.T, below(factor, right) / diagonal)


def by_elimination(gram: Vector, right: Vector) -> Vector:
    """Gaussian elimination without a pivot."""
    upper, found = gram.copy(), right.copy()
    for k in range(len(right)):
        for i in range(k + 1, len(right)):
            part = upper[i, k] / upper[k, k]
            upper[i, k:] -= part * upper[k, k:]
            found[i] -= part * found[k]
    return above(np.triu(upper), found)


def by_pivots(gram: Vector, right: Vector) -> Vector:
    """LAPACK's LU with partial pivots."""
    return np.asarray(np.linalg.solve(gram, right), dtype=gram.dtype)


def by_householder(gram: Vector, right: Vector) -> Vector:
    """LAPACK's QR."""
    q, r = np.linalg.qr(gram)
    return above(r, q.T @ right)


SOLVERS = [by_cholesky, by_ldl, by_elimination, by_pivots, by_householder]


KINDS: list[tuple[type[np.floating], Significand]] = [(np.float32, 24), (np.float64, 53)]


def random_state(source: Random, kind: type[np.floating], n: int, near: float) -> State:
    """Gaussian points of a few dimensions, of which each is near the one before; neurons that fire
    on about half of them."""
    d, m = source.randint(1, 6), source.randint(1, 9)

    def exactly(value: float) -> Fraction:
        return Fraction(float(kind(value)))

    points = [[exactly(source.gauss(0, 1)) for _ in range(d)]]
    while len(points) < n:
        points.append([exactly(float(c) + source.gauss(0, near)) for c in points[-1]])
    weights = tuple(tuple(exactly(source.gauss(0, 1)) for _ in range(d)) for _ in range(m))
    rows = tuple(map(tuple, points))
    ones = tuple(1 for _ in weights)
    return State(rows, rows[0], weights, ones, Fraction(0), exactly(1 / sqrt(m)))


def in_floats(equations: Equations, kind: type[np.floating]) -> Vector:
    """G as a port computes it."""
    state, sets = equations.state, [frozenset(fired) for fired in equations.fired]
    points = [np.array([float(c) for c in x], dtype=kind) for x in state.points]
    scale = kind(float(state.scale))
    lines = [
        [
            scale * scale * inner_in_order(x, y) * kind(len(here & there))
            for y, there in zip(points, sets, strict=True)
        ]
        for x, here in zip(points, sets, strict=True)
    ]
    return np.array(lines, dtype=kind)


def missed(equations: Equations, right: Vector, solution: Vector) -> Fraction:
    """‖G g − r‖² / ((tr G)²·‖g‖² + ‖r‖²), exactly."""
    gram = equations.gram()
    g, r = ([Fraction(float(value)) for value in part] for part in (solution, right))
    apart = [inner(tuple(line), tuple(g)) - value for line, value in zip(gram, r, strict=True)]
    trace = total([line[i] for i, line in enumerate(gram)])
    return total(of(apart, apart)) / (trace**2 * total(of(g, g)) + total(of(r, r)))


@pytest.mark.parametrize("near", [1.0, 0.05])
@pytest.mark.parametrize(("kind", "bits"), KINDS)
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_direct_solution_is_within_its_bound(
    solver: Solver, kind: type[np.floating], bits: Significand, near: float
) -> None:
    """Up to 6 points, G well conditioned or as badly as a step is asked for. Errors of G included,
    since the residual is of the exact G. Measured: 0.05 to 0.09 of the bound."""
    source, worst, solved = Random(bits), Fraction(0), 0
    port = Port((bits, bits, bits), Toward.NEAREST, Flush.NOTHING, source)
    while solved < 10:
        n = source.randint(1, 6)
        state = random_state(source, kind, n, near)
        fired = [[r for r in range(state.m) if state.score(i, r) > state.b] for i in range(n)]
        equations = Equations(state, fired)
        if not all(fired) or least_pivot(equations.gram()) < Fraction(1, 1 << bits // 3):
            continue
        right = np.array([source.gauss(0, 1) for _ in range(n)], dtype=kind)
        square = missed(equations, right, solver(in_floats(equations, kind), right))
        bound = port.arithmetic.solve(n, state.d)
        assert square <= bound**2
        worst = max(worst, square / bound**2)
        solved += 1
    assert worst > Fraction(1, 300) ** 2


def test_a_solution_in_single_precision_is_not_within_the_bound_of_double() -> None:
    source, caught = Random(1), 0
    arithmetic = Port((53, 53, 53), Toward.NEAREST, Flush.NOTHING, source).arithmetic
    for _ in range(20):
        state = random_state(source, np.float32, 1, 1.0)
        equations = Equations(state, [list(range(state.m))])
        right = np.array([source.gauss(0, 1)], dtype=np.float32)
        found = missed(equations, right, right / in_floats(equations, np.float32)[0])
        caught += found > arithmetic.solve(1, state.d) ** 2
    assert caught > 15


@pytest.mark.parametrize("bits", SAME)
def test_ordinary_lengths_are_resolved_and_squares_near_the_smallest_number_are_not(
    bits: Bits,
) -> None:
    """What underflows in a sum of d squares is then less than a quarter of a rounding of it."""
    kept = format_of(bits[0])
    arithmetic = Port(bits, Toward.ZERO, Flush.NOTHING, Random(0)).arithmetic
    assert arithmetic.resolves(Fraction(1), 6, 4)
    assert not arithmetic.resolves(power_of_two(kept.normal), 6, 4)
    for d in (1, 6, 50):
        least = 4 * (d + 1) * power_of_two(kept.subnormal + kept.bits)
        assert arithmetic.resolves(least, d, 1)
        assert not arithmetic.resolves(least - power_of_two(kept.subnormal), d, 1)
        assert d * power_of_two(kept.subnormal) < least * arithmetic.computed.unit / 4


@pytest.mark.parametrize("bits", SAME)
def test_a_solution_loses_a_few_smallest_numbers_of_its_own_and_of_its_sums(bits: Bits) -> None:
    """Half of one a number, multiplied by G, and as much a sum; not more than ten times that."""
    for port in ports(bits):
        lost = port.arithmetic.computed.lost
        for n, trace in ((1, Fraction(1, 50)), (1, Fraction(9, 4)), (6, Fraction(20))):
            least = n * (trace + n) * lost / 2
            assert least <= port.arithmetic.underflow(trace, n) <= 10 * least


def test_the_bound_of_a_solution_grows_with_points_and_halves_with_each_bit() -> None:
    for bits in (1, 24, 53):
        part = rounding_of(53, True, False)
        arithmetic = Arithmetic(part, part, part, bits)
        assert arithmetic.solve(1, 1) == 25 * power_of_two(-bits)
        assert arithmetic.solve(4, 6) == 150 * power_of_two(-bits)
