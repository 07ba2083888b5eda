"""The bounds that a port's declared arithmetic leaves to each of its sums.

Everything that has a tolerance at all has it from here. A bound of 0 means that the sum is
certified to come out exactly (`exactness`), so that equality is demanded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from invariants.conformance.messages import Contract
from invariants.conformance.state import State
from invariants.conformance.wire import Row
from invariants.exactness import extent
from invariants.number_format import power_of_two
from invariants.rounding import Rounding, rounding_of

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How a port holds what it is sent, computes, and keeps scores."""

    held: Rounding
    computed: Rounding
    kept: Rounding
    solve_bits: int

    @property
    def bits(self) -> int:
        """The p of E(p): how many bits survive everywhere."""
        return min(part.kept.bits for part in (self.held, self.computed, self.kept))

    def exact(self, *sums: Sequence[Fraction]) -> bool:
        """Each of these sums comes out exactly, and can be held and kept."""
        narrowest = (self.held, self.computed, self.kept)
        return all(part.exact(terms) for terms in sums for part in narrowest)

    def score(self, w: Row, x: Row) -> Fraction:
        """Of a stored score computed from the weights."""
        band = self.computed.of_product(w, x)
        value = sum((a * c for a, c in zip(w, x, strict=True)), ZERO)
        return band + self._storing(self.kept, value, band)

    def decision(self, band: Fraction, terms: Sequence[Fraction], threshold: Fraction) -> Fraction:
        """Of score − threshold: where subnormals are flushed, so may be the difference."""
        if not self.computed.flushed or extent([*terms, threshold]).grain >= (
            self.computed.kept.normal
        ):
            return band
        return band + self.computed.lost

    def moved_score(
        self, before: Fraction, terms: Sequence[Fraction], moves: Sequence[Fraction], roundings: int
    ) -> Fraction:
        """Of a score moved by a sum of `moves`, each of so many roundings; it was off by `before`.

        `terms` are the products that the score was the sum of.
        """
        if self.exact([*terms, *moves]):
            return before
        value = abs(sum(terms, ZERO) + sum(moves, ZERO))
        band = before + self.computed.of_sum(moves, roundings)
        band += self.computed.of_storing(value + band)
        return band + self._storing(self.kept, value, band)

    def weight(self, value: Fraction, terms: Sequence[Fraction], roundings: int) -> Fraction:
        """Of a weight that is the sum of these terms, each of so many roundings."""
        if self.held.exact(terms) and self.computed.exact(terms):
            return ZERO
        band = self.computed.of_sum(terms, roundings)
        return band + self._storing(self.held, value, band)

    def residual(self, terms: Sequence[Fraction], scale: Fraction, label: Fraction) -> Fraction:
        """Of scale · Σ terms − label; 0 only if the scale is a power of two."""
        scaled = [scale * term for term in terms]
        if scale.numerator == 1 and self.exact(terms, [*scaled, label]):
            return ZERO
        return self.computed.of_sum([*scaled, label], 4)

    def solve(self, n: int, d: int) -> Fraction:
        """Of ‖G g − r‖ relative to tr(G)·‖g‖ + ‖r‖: Cholesky, LDLᵀ and Householder QR keep it."""
        return (8 * n * n + d + 16) * power_of_two(-self.solve_bits)

    def _storing(self, into: Rounding, value: Fraction, band: Fraction) -> Fraction:
        """Of rounding a computed number into a format, if that format does not hold every one."""
        narrower = (
            into.kept.bits < self.computed.kept.bits
            or into.kept.subnormal > self.computed.kept.subnormal
        )
        if not narrower or (not band and into.kept.holds(value)):
            return ZERO
        return into.of_storing(abs(value) + band)


def arithmetic_of(contract: Contract) -> Arithmetic:
    """What this contract declares."""
    nearest, flushed = contract.rounding == "nearest", contract.subnormals == "flushed"
    return Arithmetic(
        rounding_of(contract.input_bits, nearest, flushed),
        rounding_of(contract.accumulate_bits, nearest, flushed),
        rounding_of(contract.leaf_bits, nearest, flushed),
        contract.solve_bits,
    )


def products(state: State, i: int, r: int) -> list[Fraction]:
    """The terms w_rc·x_ic that a score is the sum of."""
    return [a * c for a, c in zip(state.weights[r], state.points[i], strict=True)]
