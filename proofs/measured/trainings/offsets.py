"""The constant between the printed activation and the shifted one, and how to lose it.

    shifted   Σ a_r max(s_r − b, 0)/√m           printed   Σ a_r max(s_r, b)/√m

Both are computed by their definitions here, every neuron asked, at any input.

Claim model/offset.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import isqrt

from proofs.measured.trainings.small_trainings import Small, Way, inner, trained
from reference.activation import Activation
from reference.network import Problem
from reference.training.method import Method


def constant_of(small: Small) -> Fraction:
    """C, as the reference's network carries it."""
    return small.network(Activation.PRINTED).offset


def outputs_at(small: Small, x: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """The output at x: shifted, printed."""
    b = small.shift
    scores = [inner(row, x) for row in small.weights]
    shifted = inner(small.signs, [max(s - b, Fraction()) for s in scores])
    printed = inner(small.signs, [max(s, b) for s in scores])
    return shifted / isqrt(small.m), printed / isqrt(small.m)


def fired_alone(small: Small, x: Sequence[Fraction]) -> Fraction:
    """What is left of the printed output if silent neurons are not asked."""
    scores = [inner(row, x) for row in small.weights]
    fired = [a * s for a, s in zip(small.signs, scores, strict=True) if s > small.shift]
    return sum(fired, Fraction()) / isqrt(small.m)


def trained_on_moved_labels(small: Small) -> bool:
    """Does the printed form on y + C walk the trajectory of the shifted form on y?"""
    labels = tuple(y + constant_of(small) for y in small.problem.labels)
    moved = replace(small, problem=Problem(small.problem.points, labels))
    way = Way(Method.SUBLINEAR)
    shifted = trained(small, way, 2)
    printed = trained(moved, replace(way, activation=Activation.PRINTED), 2)
    return len(shifted) > 0 and shifted == printed


def share_of_the_silent(small: Small, x: Sequence[Fraction]) -> Fraction:
    """b·m^(−1/2)·Σ a_r over the neurons that do not fire at x."""
    rows = zip(small.signs, small.weights, strict=True)
    silent = sum(a for a, row in rows if inner(row, x) <= small.shift)
    return small.shift * silent / isqrt(small.m)
