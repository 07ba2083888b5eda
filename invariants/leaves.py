"""What must be true of stored scores: each is the inner product that it stands for."""

from collections.abc import Sequence

from invariants.invariant import Invariant
from reference.ids import Neuron
from reference.scalar import S
from reference.violation import Violation

INNER_PRODUCT = Invariant(
    "leaves/inner-product",
    "Every stored score equals ⟨w_r, x_i⟩: exactly, or within what its roundings can add up to.",
    touched="the scores of the neurons that moved, at every point",
    full="every score",
)


def scores_equal_inner_products(
    neurons: Sequence[Neuron],
    stored: Sequence[S],
    recomputed: Sequence[S],
    bounds: Sequence[float],
    path: str,
) -> list[Violation]:
    """INNER_PRODUCT at one point: each stored score is within its bound of the recomputed one.

    A bound of 0 demands equality. NaN is within no bound. Cost: one subtraction a score.
    """
    return [
        INNER_PRODUCT.violated(
            f"{path} / neuron {r}",
            f"{there!r}" if bound == 0 else f"{there!r} within {bound:.3g}",
            repr(score),
        )
        for r, score, there, bound in zip(neurons, stored, recomputed, bounds, strict=True)
        if not abs(score - there) <= bound
    ]
