"""The two-layer network and the data it is trained on.

    f_i = m^(−1/2) · Σ_r a_r φ(⟨w_r, x_i⟩),    loss = ½ Σ_i (f_i − y_i)²

Only the first layer's weights w_r ∈ R^d are trained; the signs a_r ∈ {−1, +1} are frozen. Firing is
strict: neuron r fires on x_i if and only if ⟨w_r, x_i⟩ > b. A score equal to b does not fire.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from reference.activation import Activation
from reference.errors import BadShape
from reference.matrix import Matrix
from reference.scalar import Arithmetic, S


@dataclass(frozen=True, slots=True)
class Problem(Generic[S]):
    """The training data: n points in R^d, of unit norm in the paper, and n labels."""

    points: tuple[tuple[S, ...], ...]
    labels: tuple[S, ...]

    def __post_init__(self) -> None:
        if not self.points:
            raise BadShape("points, at least one", 1, 0)
        if len(self.points) != len(self.labels):
            raise BadShape("labels, one a point", len(self.points), len(self.labels))
        for x in self.points:
            if len(x) != self.d:
                raise BadShape("coordinates of a point", self.d, len(x))

    @property
    def n(self) -> int:
        """How many points."""
        return len(self.points)

    @property
    def d(self) -> int:
        """How many coordinates a point has."""
        return len(self.points[0])


@dataclass(frozen=True, slots=True)
class Network(Generic[S]):
    """m neurons: weights (m×d, the only part that training changes), signs, shift b ≥ 0.

    `scale` is m^(−1/2). `offset` is what every output has on top of the fired neurons' sum: 0 for
    the shifted activation, C = b·m^(−1/2)·Σ_r a_r for the printed one.
    """

    weights: Matrix[S]
    signs: Sequence[int]
    shift: S
    scale: S
    offset: S

    @property
    def m(self) -> int:
        """The width."""
        return self.weights.rows


def network(
    arithmetic: Arithmetic[S],
    weights: Matrix[S],
    signs: Sequence[int],
    shift: S,
    activation: Activation,
) -> Network[S]:
    """The network of these parts. Errors: `bad-shape`, and in the exact lane the width's."""
    if len(signs) != weights.rows:
        raise BadShape("signs, one a neuron", weights.rows, len(signs))
    scale = arithmetic.inverse_square_root(weights.rows)
    match activation:
        case Activation.SHIFTED:
            offset = arithmetic.ratio(0)
        case Activation.PRINTED:
            offset = shift * scale * arithmetic.ratio(sum(signs))
    return Network(weights, signs, shift, scale, offset)


def output(
    network: Network[S], fired_signs: Sequence[int], fired_scores: Sequence[S], zero: S
) -> S:
    """f_i, from the neurons that fire on x_i alone, summed in the order given.

    Cost: one multiply-add a fired neuron.
    """
    total = zero
    for a, s in zip(fired_signs, fired_scores, strict=True):
        total += a * (s - network.shift)
    return network.scale * total + network.offset


def half_square(residual: Sequence[S], zero: S) -> S:
    """½‖residual‖², summed from the left: the loss."""
    total = zero
    for value in residual:
        total += value * value
    return total / 2
