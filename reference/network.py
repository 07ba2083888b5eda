"""The two-layer network and the data it is trained on.

    f_i = m^(−1/2) · Σ_r a_r φ(⟨w_r, x_i⟩),    loss = ½ Σ_i (f_i − y_i)²

Only the first layer's weights w_r ∈ R^d are trained; the signs a_r ∈ {−1, +1} are frozen. Firing is
strict: neuron r fires on x_i if and only if ⟨w_r, x_i⟩ > b. A score equal to b does not fire.

Neurons may have shifts b_r of their own. Then their scores are reduced to one threshold b:
s_i,r = ⟨w_r, x_i⟩ − (b_r − b), which is above b exactly when ⟨w_r, x_i⟩ > b_r.

A network may hold fewer neurons than it is wide: those that fire on no training point are then left
out (see `live`). Each neuron held has a place among the m; scale and offset are those of all m.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from reference.activation import Activation
from reference.errors import BadShape
from reference.ids import Neuron, Point
from reference.scalar import Arithmetic, S
from reference.weights import Weights


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

    @property
    def indices(self) -> list[Point]:
        """All points."""
        return [Point(i) for i in range(self.n)]


@dataclass(frozen=True, slots=True)
class Network(Generic[S]):
    """Neurons: weights (a row each, the only part that training changes), signs, shift b ≥ 0.

    `places` are where the neurons held stand among all m, ascending: `range(m)` if it holds them
    all. `scale` is m^(−1/2). `offset` is what every output has on top of the fired neurons' sum: 0
    for the shifted activation, C = m^(−1/2)·Σ_r a_r·b_r for the printed one. `excess` is b_r − b of
    each neuron, or empty if all of them have the shift b.
    """

    weights: Weights[S]
    signs: Sequence[int]
    shift: S
    scale: S
    offset: S
    excess: Sequence[S]
    m: int
    places: Sequence[int]

    @property
    def held(self) -> list[Neuron]:
        """The neurons that the network holds."""
        return [Neuron(r) for r in range(len(self.places))]

    def reduced(self, column: Sequence[S], neurons: Sequence[Neuron] | None = None) -> Sequence[S]:
        """The scores with these inner products, of all neurons or of the ones named."""
        if not self.excess:
            return column
        excess = self.excess if neurons is None else [self.excess[r] for r in neurons]
        return [product - beyond for product, beyond in zip(column, excess, strict=True)]


def network(
    arithmetic: Arithmetic[S],
    weights: Weights[S],
    signs: Sequence[int],
    shift: S,
    activation: Activation,
    excess: Sequence[S] = (),
) -> Network[S]:
    """The whole network of these parts. Errors: `bad-shape`, and in the exact lane the width's."""
    m = weights.rows
    if len(signs) != m:
        raise BadShape("signs, one a neuron", m, len(signs))
    if len(excess) not in (0, m):
        raise BadShape("shifts, one a neuron", m, len(excess))
    scale = arithmetic.inverse_square_root(m)
    total = shift * scale * arithmetic.ratio(sum(signs))
    for a, beyond in zip(signs, excess, strict=False):
        total += a * (scale * beyond)
    offset = constant(arithmetic, activation, total)
    return Network(weights, signs, shift, scale, offset, excess, m, range(m))


def constant(arithmetic: Arithmetic[S], activation: Activation, printed: S) -> S:
    """C: what the printed activation adds to every output, and nothing for the shifted one."""
    match activation:
        case Activation.SHIFTED:
            return arithmetic.ratio(0)
        case Activation.PRINTED:
            return printed


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
