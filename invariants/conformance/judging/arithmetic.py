"""The bounds that a port's declared arithmetic leaves to each of its sums.

Everything that has a tolerance at all has it from here. A bound of 0 means that the sum is
certified to come out exactly (`exactness`), so that equality is demanded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from invariants.conformance.judging.state import State
from invariants.conformance.protocol.messages import Contract
from invariants.conformance.protocol.wire import Row
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
        band = self.computed.of_product(w, x, self._normal)
        value = sum((a * c for a, c in zip(w, x, strict=True)), ZERO)
        return band + self._storing(self.kept, value, band)

    def drowned(self, left: Row, right: Row) -> Fraction:
        """Products that are lost because a factor is subnormal, held or computed, and flushed."""
        return self.computed.drowned(left, right, self._normal)

    def spilt(self, *factors: Fraction) -> Fraction:
        """Of a product of factors in any order: what underflows on the way, times what follows.

        0 if no product of some of them can be below the normal numbers.
        """
        if not all(factors):
            return ZERO
        exponents = [
            abs(factor.numerator).bit_length() - factor.denominator.bit_length()
            for factor in factors
        ]
        if sum(min(0, exponent - 1) for exponent in exponents) >= self._normal:
            return ZERO
        largest = sum(max(0, exponent + 1) for exponent in exponents)
        return self.computed.lost * power_of_two(len(factors) + largest)

    def flushed_sum(self, terms: Sequence[Fraction]) -> Fraction:
        """What a sum of numbers loses where its partial sums are subnormal, and flushed."""
        if not self.computed.flushed or extent(terms).grain >= self.computed.kept.normal:
            return ZERO
        return len(terms) * self.computed.lost

    @property
    def _normal(self) -> int:
        """The exponent of the smallest number that is normal wherever it is held or computed."""
        return max(self.held.kept.normal, self.computed.kept.normal)

    def decision(self, band: Fraction, terms: Sequence[Fraction], threshold: Fraction) -> Fraction:
        """Of score − threshold: where subnormals are flushed, so may be the difference."""
        if not self.computed.flushed or extent([*terms, threshold]).grain >= (
            self.computed.kept.normal
        ):
            return band
        return band + self.computed.lost

    def moved_score(
        self,
        before: Fraction,
        terms: Sequence[Fraction],
        moves: Sequence[Fraction],
        roundings: int,
        spilt: Fraction = ZERO,
    ) -> Fraction:
        """Of a score moved by a sum of `moves`, each of so many roundings; it was off by `before`.

        `terms` are the products that the score was the sum of; `spilt` is what the moves lost on
        the way. A score that was off is rounded again even where its true value would not be, and
        the moves may be added to it one by one.
        """
        if not before and not spilt and self.exact([*terms, *moves]):
            return ZERO
        value = abs(sum(terms, ZERO) + sum(moves, ZERO))
        start = abs(sum(terms, ZERO)) + before
        band = before + self.computed.of_sum([start, *moves], roundings) + spilt
        return band + self._storing(self.kept, value, band)

    def weight(
        self, value: Fraction, terms: Sequence[Fraction], roundings: int, spilt: Fraction = ZERO
    ) -> Fraction:
        """Of a weight that is the sum of these terms, each of so many roundings."""
        if not spilt and self.held.exact(terms) and self.computed.exact(terms):
            return ZERO
        band = self.computed.of_sum(terms, roundings) + spilt
        return band + self._storing(self.held, value, band)

    def residual(
        self, terms: Sequence[Fraction], scale: Fraction, label: Fraction, stored: Fraction = ZERO
    ) -> Fraction:
        """Of scale · Σ terms − label, where the scores in it are off by `stored` together.

        0 only if they are exact, and the scale is a power of two.
        """
        scaled = [scale * term for term in terms]
        simple = scale.numerator == 1 and not stored
        if simple and self.exact(terms, [*scaled, label]):
            return ZERO
        off = 2 * scale * stored
        return self.computed.of_sum([*scaled, label, off], 4) + off

    def underflow(self, trace: Fraction, n: int) -> Fraction:
        """Of ‖G g − r‖: what the n numbers of g, and as many sums, lose by underflow."""
        return 4 * n * (trace + n) * self.computed.lost

    def resolves(self, square: Fraction, d: int, n: int) -> bool:
        """A squared length or an entry of G this large is not blurred by underflow."""
        return square >= 4 * (d + n) * self.computed.lost * power_of_two(self.computed.kept.bits)

    def solve(self, n: int, d: int) -> Fraction:
        """Of ‖G g − r‖ relative to tr(G)·‖g‖ + ‖r‖: Cholesky, LDLᵀ and Householder QR keep it."""
        return (8 * n * n + d + 16) * power_of_two(-self.solve_bits)

    def _storing(self, into: Rounding, value: Fraction, band: Fraction) -> Fraction:
        """Of rounding a computed number into a format, if that format does not hold every one."""
        narrower = (
            into.kept.bits < self.computed.kept.bits
            or into.kept.subnormal > self.computed.kept.subnormal
        )
        least = power_of_two(into.kept.normal) if into.flushed else ZERO
        flushed = bool(value or band) and abs(value) - band < least
        exact = not band and into.kept.holds(value)
        if not flushed and (exact or not narrower):
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
