"""Where in the plane a neuron begins to fire on a point."""

from collections.abc import Sequence

Place = tuple[float, float]


def boundary(point: Sequence[float], shift: float) -> tuple[Place, Place]:
    """Two places of the line ⟨w, x⟩ = b of a point of length 1: the one next to 0, and another.

    >>> boundary((0.0, 1.0), 0.5)
    ((0.0, 0.5), (-1.0, 0.5))
    """
    foot = (shift * point[0], shift * point[1])
    return foot, (foot[0] - point[1], foot[1] + point[0])
