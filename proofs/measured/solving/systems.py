"""The linear system of a step whose Jacobian is given outright: by points, signs, and who fires.

    G g = r,    block (i, r) of J = m^(−1/2)·a_r·x_iᵀ if r ∈ S_i, else 0

No weights are behind it that would make these neurons fire; what solvers see of a step does not
show them. With one neuron that fires on all points J is the matrix of the points. In the rationals
the number of neurons is a power of four.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Generic

import numpy as np
import numpy.typing as npt

from reference.activation import Activation
from reference.firing_sets import ListedFiringSets, firing_sets
from reference.gram import gram, point_products
from reference.ids import Neuron, Point
from reference.jacobian import Jacobian
from reference.matrix import Matrix
from reference.network import network
from reference.scalar import RATIONAL, Arithmetic, S
from reference.weights import RewrittenWeights


@dataclass(frozen=True, slots=True)
class GivenSystem(Generic[S]):
    """G and r: implements `System`."""

    gram: Sequence[Sequence[S]]
    jacobian: Jacobian[S]
    residual: Sequence[S]
    step: int = 0


def system(
    arithmetic: Arithmetic[S],
    points: Sequence[Sequence[S]],
    fires: Sequence[Sequence[int]],
    signs: Sequence[int],
    residual: Sequence[S],
) -> GivenSystem[S]:
    """The system in which these neurons fire on each point."""
    m, d = len(signs), len(points[0])
    weights = RewrittenWeights(Matrix(arithmetic, [arithmetic.ratio(0)] * (m * d), d))
    net = network(arithmetic, weights, signs, arithmetic.ratio(0), Activation.SHIFTED)
    firing = _sets(fires)
    lower = gram(point_products(arithmetic, points), firing, m)
    return GivenSystem(lower, Jacobian(arithmetic, net, firing, points), residual)


def one_neuron(
    points: Sequence[Sequence[Fraction]], residual: Sequence[Fraction]
) -> GivenSystem[Fraction]:
    """The system whose J is the matrix of these points."""
    return system(RATIONAL, points, [[0]] * len(points), [1], residual)


def drawn(seed: int) -> GivenSystem[Fraction]:
    """One to four points of small whole numbers, four neurons, rows of J that are independent.

    Neuron 0 fires on all points, which are independent; the others on about half of them.
    """
    chance = Random(f"system/{seed}")
    n = chance.randint(1, 4)
    points = [
        [Fraction(chance.randint(-2, 2) if c < i else int(c == i)) for c in range(n)]
        for i in range(n)
    ]
    fires = [[0] + [r for r in (1, 2, 3) if chance.random() < 0.5] for _ in range(n)]
    signs = [chance.choice((-1, 1)) for _ in range(4)]
    residual = [Fraction(chance.randint(-4, 4), 2) for _ in range(n)]
    return system(RATIONAL, points, fires, signs, residual)


def in_full(lower: Sequence[Sequence[float]]) -> npt.NDArray[np.float64]:
    """The symmetric matrix with this lower triangle."""
    n = len(lower)
    return np.array([[lower[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)])


def condition(lower: Sequence[Sequence[float]]) -> float:
    """λ_max/λ_min of the matrix with this lower triangle."""
    values = np.linalg.eigvalsh(in_full(lower))
    return float(values[-1] / values[0])


def _sets(fires: Sequence[Sequence[int]]) -> ListedFiringSets:
    """These neurons on each point."""
    by_point = [[Neuron(r) for r in fired] for fired in fires]
    return firing_sets(by_point, [Point(i) for i in range(len(fires))])
