"""What making S Jᵀ takes at the first step of trainings, against the width.

By the closed forms, from the firing sets of real networks: no sketch is made here. Each width has
several networks, each seed its own points.

Claim regression/sketch-cost.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from proofs.measured.costs.exponents import Fit, fitted
from proofs.measured.costs.first_steps import FirstStep, first_step
from reference import closed_forms
from reference.edges.setup.configuration import Configuration
from reference.solvers.sketch import OSNAP_NONZEROS, SketchKind

NONZEROS: Mapping[SketchKind, int] = {SketchKind.COUNTSKETCH: 1, SketchKind.OSNAP: OSNAP_NONZEROS}
"""The entries of a column of S."""


@dataclass(frozen=True, slots=True)
class Making:
    """The operations of each sketch at this width, beside nnz(J) and the dense method's m·n·d."""

    width: int
    operations: Mapping[SketchKind, int]
    nonzeros: int
    dense: int


def making(step: FirstStep, kind: SketchKind) -> int:
    """The operations of making S Jᵀ, hashing included."""
    jacobian = step.system.jacobian
    n, d, union = jacobian.n, jacobian.d, jacobian.firing.union
    if kind is SketchKind.SRHT:
        padded = 1 << (jacobian.m * d - 1).bit_length()
        work = closed_forms.hashes(union * d, 1) + closed_forms.hadamard(n, padded)
    else:
        nonzeros = NONZEROS[kind]
        work = closed_forms.hashes(union * d, nonzeros)
        work += closed_forms.embedding(step.pairs, d, nonzeros)
    return work.solver_operations


def makings(config: Configuration, widths: Sequence[int], seeds: int) -> Iterator[Making]:
    """At each width, of so many networks."""
    for width in widths:
        for seed in range(seeds):
            here = msgspec.structs.replace(config, width=width, seed=seed)
            step = first_step(here)
            problem = step.trainer.problem
            operations = {kind: making(step, kind) for kind in SketchKind}
            dense = closed_forms.scores(width, problem.n, problem.d).multiply_adds
            yield Making(width, operations, step.nonzeros, dense)


def exponent(found: Sequence[Making], kind: SketchKind) -> Fit:
    """The line through the logarithms of its operations and of the widths."""
    widths = [each.width for each in found]
    return fitted(widths, [each.operations[kind] for each in found])
