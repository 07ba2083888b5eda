"""The orthogonal vectors problem: does some vector of A share no 1 with some vector of B?

Conjectured (OVC): for every ε > 0 there is a c such that no algorithm decides it for N against N
vectors in dimension c·log N in time N^(2 − ε). It follows from SETH (see `satisfiability`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

Bits = tuple[int, ...]
"""A vector of zeros and ones."""

Pair = tuple[int, int]
"""An index into A and one into B."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A and B, sequences of vectors of one dimension; repetitions do no harm. B is not empty."""

    left: Sequence[Bits]
    right: Sequence[Bits]

    @property
    def dimension(self) -> int:
        """How many coordinates."""
        return len(self.right[0])


def product(a: Bits, b: Bits) -> int:
    """How many ones a and b have in common."""
    return sum(p * q for p, q in zip(a, b, strict=True))


def pairs_at(instance: Instance, common: int) -> frozenset[Pair]:
    """The pairs that have so many ones in common. Cost: |A|·|B| products."""
    return frozenset(
        (j, i)
        for j, a in enumerate(instance.left)
        for i, b in enumerate(instance.right)
        if product(a, b) == common
    )


def orthogonal_pairs(instance: Instance) -> frozenset[Pair]:
    """The pairs that have none in common, by the definition."""
    return pairs_at(instance, 0)
