"""How the sums of an iteration are carried out, whatever the method.

The five steps of an iteration say what is computed and in which order; an engine says how the long
sums in it are made. The reference's own is plain Python. A faster one implements the same four
sums, the threshold search and the weights, and then everything else here drives it: every method,
step rule, counter and invariant (`ports.vectorized` does).
"""

from collections.abc import Sequence
from typing import ClassVar, Generic, Protocol

from reference.firing_sets import FiringSets
from reference.gram import gram
from reference.motion import ListedMotion, Motion
from reference.network import Network, Problem, output
from reference.scalar import Arithmetic, S
from reference.training.scores import Scores, displaced_scores


class Engine(Protocol[S]):
    """The sums of an iteration."""

    @property
    def keeps_the_order(self) -> bool:
        """Are its inner products summed as the reference's are, so that their bits agree?"""

    def residual(
        self, network: Network[S], problem: Problem[S], scores: Scores[S], firing: FiringSets
    ) -> list[S]:
        """f − y at the points asked about, 0 at the others. Cost: one multiply-add a pair."""

    def gram(self, products: Sequence[Sequence[S]], firing: FiringSets, m: int) -> list[list[S]]:
        """The lower triangle of G. Cost: see `gram`."""

    def motion(self, network: Network[S], firing: FiringSets, solution: Sequence[S]) -> Motion[S]:
        """The direction −Jᵀg. Cost: one coefficient a pair."""

    def residual_after(
        self,
        network: Network[S],
        problem: Problem[S],
        scores: Scores[S],
        motion: Motion[S],
        size: S,
        products: Sequence[Sequence[S]],
    ) -> tuple[list[S], list[int]]:
        """f − y after the network has moved by size × motion, and how many neurons fire then.

        Summed in the same order as `residual`. The motion's displacements are known. Cost: |U|·n
        multiply-adds, as many comparisons, and one multiply-add a pair that fires then.
        """


class PlainEngine(Generic[S]):
    """One number after another."""

    __slots__ = ("_zero",)

    keeps_the_order: ClassVar[bool] = True

    _zero: S

    def __init__(self, arithmetic: Arithmetic[S]) -> None:
        self._zero = arithmetic.ratio(0)

    def residual(
        self, network: Network[S], problem: Problem[S], scores: Scores[S], firing: FiringSets
    ) -> list[S]:
        """Each output summed over the neurons that fire, ascending."""
        residual = [self._zero] * problem.n
        for i in firing.asked:
            fired = firing.by_point[i]
            signs = [network.signs[r] for r in fired]
            found = output(network, signs, scores.at(i, fired), self._zero)
            residual[i] = found - problem.labels[i]
        return residual

    def gram(self, products: Sequence[Sequence[S]], firing: FiringSets, m: int) -> list[list[S]]:
        """From intersection counts."""
        return gram(products, firing, m)

    def motion(
        self, network: Network[S], firing: FiringSets, solution: Sequence[S]
    ) -> ListedMotion[S]:
        """Its shares as lists."""
        return ListedMotion(network.scale, network.signs, firing, solution)

    def residual_after(
        self,
        network: Network[S],
        problem: Problem[S],
        scores: Scores[S],
        motion: Motion[S],
        size: S,
        products: Sequence[Sequence[S]],
    ) -> tuple[list[S], list[int]]:
        """Each output summed over the moving neurons that fire then, ascending."""
        residual: list[S] = []
        counts: list[int] = []
        columns = displaced_scores(scores, motion, size, products)
        for column, y in zip(columns, problem.labels, strict=True):
            above = [
                (network.signs[r], score)
                for r, score in zip(motion.neurons, column, strict=True)
                if score > network.shift
            ]
            counts.append(len(above))
            signs, found = [a for a, _ in above], [score for _, score in above]
            residual.append(output(network, signs, found, self._zero) - y)
        return residual, counts
