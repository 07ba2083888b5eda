"""No right port is accused: the judge with the bounds, in every corner where one once was."""

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import TypeAlias

import numpy as np
import pytest

from invariants.conformance.judging.judge import Judge
from invariants.conformance.judging.state import inner
from invariants.conformance.protocol.messages import (
    AnyRequest,
    Contract,
    Done,
    Dump,
    Dumped,
    Load,
    Step,
    Stepped,
    Update,
)
from invariants.conformance.protocol.wire import bits_of, in_bits, rows_in_bits
from invariants.number_format import format_of, power_of_two
from tests.simulated_ports import SAME, Bits, Port, Push, from_the_left, reply, stepped
from tests.soft_floats import Flush, Row, SoftFloats, Toward

Told: TypeAlias = tuple[AnyRequest, Done | Dumped | Stepped]


def accusations(contract: Contract, talk: Sequence[Told]) -> list[str]:
    """What the judge finds wrong with these answers, until there is something."""
    judge = Judge(contract)
    for request, answer in talk:
        found = judge.judge(request, reply(answer))
        if found:
            return [divergence.check for divergence in found]
    return []


def loading(x: Row, weights: Sequence[Row], scale: Fraction, y: Fraction = Fraction(0)) -> Told:
    """One point, all signs 1, b = 0."""
    request = Load(
        points=rows_in_bits([list(map(float, x))]),
        labels=in_bits([float(y)]),
        weights=rows_in_bits([list(map(float, w)) for w in weights]),
        signs=[1 for _ in weights],
        b=in_bits([0.0]),
        scale=in_bits([float(scale)]),
    )
    return request, Done()


def dumping(weights: Sequence[Row], leaves: Row) -> Told:
    """What is held of these neurons, at one point."""
    lines = [[bits_of(float(c)) for c in w] for w in weights]
    return Dump(), Dumped(weights=lines, leaves=[[bits_of(float(s)) for s in leaves]])


def stepping(fired: list[int], residual: Fraction, solution: Fraction) -> Told:
    """At one point."""
    answer = Stepped([fired], [bits_of(float(residual))], [bits_of(float(solution))])
    return Step(), answer


def updates(floats: SoftFloats, x: Row, weights: Sequence[Row], at_once: bool) -> list[Told]:
    """A neuron with one weight after another; its leaf is moved by ⟨w′ − w, x⟩, from the left: by
    the sum at once, or term by term."""
    w, leaf = weights[0], from_the_left(floats, Fraction(0), weights[0], x)
    talk = [loading(x, [w], Fraction(1)), dumping([w], [leaf])]
    for new in weights[1:]:
        apart = [floats.plus(a, -c) for a, c in zip(new, w, strict=True)]
        if at_once:
            leaf = floats.plus(leaf, from_the_left(floats, Fraction(0), apart, x))
        else:
            leaf = from_the_left(floats, leaf, apart, x)
        w = new
        talk.append((Update(neuron=0, weight=in_bits(list(map(float, w)))), Done()))
        talk.append(dumping([w], [leaf]))
    return talk


def declared(bits: Bits, toward: Toward = Toward.NEAREST, flush: Flush = Flush.NOTHING) -> Contract:
    return Port(bits, toward, flush, Random(0)).contract


@pytest.mark.parametrize("at_once", [True, False])
def test_no_port_is_accused_that_moves_scores_by_differences(at_once: bool) -> None:
    """40 programs of six updates of weights of binary64, by little."""
    source, floats = Random(0), SoftFloats(format_of(53))
    for _ in range(40):
        d = source.randint(1, 4)
        x = [Fraction(source.uniform(0.5, 2)) for _ in range(d)]
        weights = [[source.uniform(-1, 1) for _ in range(d)]]
        for _ in range(6):
            little = source.uniform(-1, 1) / 2 ** source.randint(5, 40)
            weights.append([w + source.uniform(-1, 1) * little for w in weights[-1]])
        rows = [list(map(Fraction, w)) for w in weights]
        assert accusations(declared((53, 53, 53)), updates(floats, x, rows, at_once)) == []


def test_a_leaf_that_was_off_is_rounded_again_when_an_exact_difference_is_added() -> None:
    """The score of (−2, 0, 1) is off by 3 units of its own; that of (−3, 0, 0) has units four times
    as large, so that it is off by 4."""
    first = [0.40785091416691865, -0.548912685144965, -0.9598792664376563]
    weights = [list(map(Fraction, w)) for w in (first, (-2, 0, 1), (-3, 0, 0))]
    talk = updates(SoftFloats(format_of(53)), [Fraction(3)] * 3, weights, at_once=True)
    assert accusations(declared((53, 53, 53)), talk) == []


@pytest.mark.parametrize("flush", [Flush.RESULTS, Flush.OPERANDS])
@pytest.mark.parametrize("bits", SAME)
def test_the_difference_of_two_weights_may_be_flushed(bits: Bits, flush: Flush) -> None:
    """And be multiplied by a large coordinate, were it not: the leaf stays where it is."""
    kept = format_of(bits[0])
    old, x = power_of_two(kept.normal), power_of_two(-kept.normal - 4)
    talk = updates(SoftFloats(kept, flush=flush), [x], [[old], [old * 3 / 2]], at_once=True)
    assert accusations(declared(bits, flush=flush), talk) == []


@pytest.mark.parametrize("bits", [(24, 24, 11), (11, 24, 11), (11, 24, 24)])
def test_a_subnormal_number_is_flushed_in_the_format_that_it_is_in(bits: Bits) -> None:
    """2^−20, a weight or a leaf of binary16, though sums are in binary32."""
    port = Port(bits, Toward.NEAREST, Flush.BOTH, Random(0))
    w, x = power_of_two(-20), Fraction(1)
    leaf = port.kept.rounded(port.floats.times(port.held.operand(w), x))
    talk = [loading([x], [[w]], Fraction(1)), dumping([[w]], [leaf])]
    assert leaf == 0
    assert accusations(port.contract, talk) == []


def test_a_product_of_a_step_may_underflow_on_the_way() -> None:
    """scale · g = 2^−26, which binary16 has not, times x = 2^7: the weight stays where it is."""
    floats = SoftFloats(format_of(11))
    x, scale, w = power_of_two(7), power_of_two(-7), power_of_two(-10)
    y = w - power_of_two(-19)
    score = floats.times(w, x)
    residual = floats.plus(floats.times(scale, score), -y)
    solution = residual / floats.times(floats.times(scale, scale), floats.times(x, x))
    moved = floats.plus(w, -floats.times(scale, solution, x))
    talk = [
        loading([x], [[w]], scale, y),
        dumping([[w]], [score]),
        stepping([0], residual, solution),
        dumping([[moved]], [floats.times(moved, x)]),
    ]
    assert (residual, moved) == (power_of_two(-19), w)
    assert accusations(declared((11, 11, 11)), talk) == []


def test_a_residual_of_scores_that_are_off_is_rounded_again() -> None:
    """1 + a little, and 1024: rounded up, by a unit of 1024, though both true scores and their sum
    are exact."""
    floats = SoftFloats(format_of(53), Toward.UP)
    third = Fraction(1 / 3)
    x = [third, -third, Fraction(1)]
    w, other = [third, third, Fraction(1)], [Fraction(0), Fraction(0), Fraction(1024)]
    leaf = floats.plus(floats.plus(floats.times(third, third), Fraction(1)), -third * third)
    residual = floats.times(Fraction(1, 2), floats.plus(leaf, Fraction(1024)))
    solution = floats.rounded(residual / (inner(tuple(x), tuple(x)) / 2))
    talk = [loading(x, [w, other], Fraction(1, 2)), stepping([0, 1], residual, solution)]
    assert accusations(declared((53, 53, 53), Toward.UP), talk) == []


@pytest.mark.parametrize(("length", "scale"), [(2**-10.4, 1.0), (200.0, 2600.0**-1)])
def test_no_step_is_judged_whose_gram_matrix_underflows(length: float, scale: float) -> None:
    """⟨x, x⟩, or scale² for a point as long as 200, is a few units of the smallest number of
    binary16, so that g is off by a twentieth."""
    x, part = np.float16(length), np.float16(scale)
    residual = part * x
    solution = residual / (part * part * (x * x))
    point, factor, right, found = (
        Fraction(float(value)) for value in (x, part, residual, solution)
    )
    load = loading([point], [[Fraction(1)]], factor)
    contract = declared((11, 11, 11))
    judge = Judge(contract)
    judge.judge(load[0], reply(load[1]))
    if judge.well_conditioned():
        assert accusations(contract, [load, stepping([0], right, found)]) == []


def test_a_solution_may_underflow() -> None:
    """r = 2^−22 and G = 9/4, so that g lies between two of the smallest numbers of binary16."""
    floats = SoftFloats(format_of(11))
    w, x, y = power_of_two(-12), Fraction(3, 2), 3 * power_of_two(-13) - power_of_two(-22)
    residual = floats.plus(floats.times(w, x), -y)
    solution = floats.rounded(residual / (x * x))
    load = loading([x], [[w]], Fraction(1), y)
    assert (residual, solution) == (power_of_two(-22), power_of_two(-23))
    contract = declared((11, 11, 11))
    assert accusations(contract, [load, stepping([0], residual, solution)]) == []


@pytest.mark.parametrize("pairs", [1, 2])
@pytest.mark.parametrize("bits", SAME[1:])
def test_a_flushed_sum_may_be_multiplied_by_a_large_coordinate(bits: Bits, pairs: int) -> None:
    """Moves of ordinary size all but cancel, two and two, so that Δw is flushed, though
    ⟨Δw, x⟩ = Δw · 2^8 would not be."""
    port = Port(bits, Toward.NEAREST, Flush.RESULTS, Random(0))
    normal, one = power_of_two(port.floats.kept.normal), Fraction(1)
    apart = normal - power_of_two(port.floats.kept.normal + 6 - bits[0])
    moves = [48 * normal, apart - 48 * normal] * pairs
    w, x = [8 * normal], [-power_of_two(8)]
    pushed = Push(one / 2, [2 * move for move in moves], [[one]] * len(moves))
    _, scores = stepped(port, w, pushed, [x])
    moved = from_the_left(port.floats, Fraction(0), moves, [one] * len(moves))
    leaf = port.floats.plus(port.floats.times(w[0], x[0]), port.floats.times(moved, x[0]))
    assert moved == 0
    assert abs(leaf - (w[0] + pairs * apart) * x[0]) <= scores[-1][0]


@pytest.mark.parametrize("bits", SAME[1:])
def test_a_flushed_inner_product_may_be_multiplied_by_a_large_share(bits: Bits) -> None:
    """The kept ⟨x_i, x_j⟩ all but cancels and is flushed, though 2^8 times it would not be."""
    port = Port(bits, Toward.NEAREST, Flush.RESULTS, Random(0))
    normal, share = power_of_two(port.floats.kept.normal), power_of_two(8)
    apart = normal - power_of_two(port.floats.kept.normal + 6 - bits[0])
    w, ones, x = [Fraction(1, 8)] * 2, [Fraction(1)] * 2, [48 * normal, apart - 48 * normal]
    _, scores = stepped(port, w, Push(Fraction(1), [share], [ones]), [x])
    kept = from_the_left(port.floats, Fraction(0), ones, x)
    leaf = port.floats.plus(
        from_the_left(port.floats, Fraction(0), w, x), port.floats.times(share, kept)
    )
    assert kept == 0
    assert abs(leaf - (share + w[0]) * apart) <= scores[1][0]
