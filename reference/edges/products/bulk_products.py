"""Inner products of many neurons at once, in numpy, with the bits of the plain core.

Products and sums are separate elementwise operations, one coordinate after another from the left
starting at zero, in the order of `inner_products.inner_product`. Elementwise IEEE operations have
one right answer, so the bits agree on every machine. (A BLAS product would be faster still, but
sums in an order of its own.) Neurons go in blocks that fit a processor's cache.
"""

from array import array
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from reference.matrix import Matrix

BLOCK = 8192
"""Neurons at a time: 64 KiB a vector."""


class BulkInnerProducts:
    """Implements `InnerProducts[float]`, bit for bit equal to `PlainInnerProducts`."""

    def columns(
        self, weights: Matrix[float], points: Sequence[Sequence[float]]
    ) -> Iterator[Sequence[float]]:
        """For each point in turn, its inner products with all rows of the weights."""
        by_coordinate = np.ascontiguousarray(_as_array(weights).T)
        for x in points:
            yield _combined(by_coordinate, x).tolist()

    def of_rows(
        self, rows: Sequence[Sequence[float]], points: Sequence[Sequence[float]]
    ) -> list[Sequence[float]]:
        """For each point, its inner products with these rows."""
        shape = len(rows), len(points[0])
        by_coordinate = np.ascontiguousarray(np.array(rows, np.float64).reshape(shape).T)
        return [_combined(by_coordinate, x).tolist() for x in points]


def _as_array(weights: Matrix[float]) -> npt.NDArray[np.float64]:
    """The matrix as an m×d array, sharing its memory where it has the layout."""
    values = weights.values
    flat = np.frombuffer(values) if isinstance(values, array) else np.array(values, np.float64)
    return flat.reshape(weights.rows, weights.columns)


def _combined(
    by_coordinate: npt.NDArray[np.float64], x: Sequence[float]
) -> npt.NDArray[np.float64]:
    """Σ_c x_c · by_coordinate[c], summed from the left. Shapes: d×m, d, giving m."""
    m = by_coordinate.shape[1]
    total = np.zeros(m)
    product = np.empty(min(BLOCK, m))
    for start in range(0, m, BLOCK):
        part = total[start : start + BLOCK]
        room = product[: len(part)]
        for coordinate, factor in zip(by_coordinate[:, start : start + BLOCK], x, strict=True):
            np.multiply(coordinate, factor, out=room)
            np.add(part, room, out=part)
    return total
