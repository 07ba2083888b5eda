"""The Gram matrix of the Jacobian, from intersection counts.

    G = J Jᵀ,    G_ij = ⟨x_i, x_j⟩ · |S_i ∩ S_j| / m

This is exact, and the signs a_r do not enter (claim model/gram). Block (i, r) of J ∈ R^(n×md) is
m^(−1/2)·a_r·1[r ∈ S_i]·x_iᵀ; J itself is never formed.
"""

from collections.abc import Sequence

from reference.firing_sets import FiringSets
from reference.inner_products import inner_product
from reference.scalar import Arithmetic, S


def point_products(arithmetic: Arithmetic[S], points: Sequence[Sequence[S]]) -> list[list[S]]:
    """⟨x_i, x_j⟩ for all pairs of points. Cost: n(n + 1)/2 · d multiply-adds."""
    zero = arithmetic.ratio(0)
    n = len(points)
    products = [[zero] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            products[i][j] = products[j][i] = inner_product(points[i], points[j], zero)
    return products


def intersections(firing: FiringSets) -> list[list[int]]:
    """|S_i ∩ S_j| for j ≤ i, row i having i + 1 entries.

    Cost: one increment for each neuron and each pair of points it fires on.
    """
    counts = [[0] * (i + 1) for i in range(len(firing.by_point))]
    for points in firing.by_neuron.values():
        for last, i in enumerate(points, 1):
            row = counts[i]
            for j in points[:last]:
                row[j] += 1
    return counts


def gram(products: Sequence[Sequence[S]], firing: FiringSets, m: int) -> list[list[S]]:
    """The lower triangle of G: row i has the entries G_i0 … G_ii."""
    return [
        [product * count / m for product, count in zip(row, counts, strict=False)]
        for row, counts in zip(products, intersections(firing), strict=True)
    ]
