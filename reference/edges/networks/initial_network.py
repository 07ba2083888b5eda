"""The network before training: w_r ~ N(0, I) and signs ±1, drawn from the seed.

Each thing drawn has a stream of its own (PCG64, split by `SeedSequence`), so that drawing more of
one does not change another. The exact lane has the same draws, rounded to a dyadic grid.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from math import sqrt

import numpy as np
import numpy.typing as npt

WEIGHTS_STREAM, SIGNS_STREAM, POINTS_STREAM, SHIFTS_STREAM = range(4)
LIVE_PLACES_STREAM, LIVE_WEIGHTS_STREAM, LIVE_SIGNS_STREAM, DEAD_SIGNS_STREAM = range(4, 8)

FIFTY_DIGITS = Context(prec=50)


def stream(seed: int, *which: int) -> np.random.Generator:
    """The random numbers of this seed for one purpose, or for a part of one."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=which)))


def shift_for(alpha: float, m: int) -> float:
    """b = √(2·α·ln m), at which a unit-norm input fires about m^(1−α) neurons or fewer.

    The logarithm is the float nearest to ln m, which a mathematics library need not find: at
    m = 9170 glibc's is the next one.

    Source: the paper's √(0.48 ln m) is α = 0.24; claim sparsity/076.
    """
    return sqrt(2.0 * alpha * float(Decimal(m).ln(FIFTY_DIGITS)))


@dataclass(frozen=True, slots=True)
class InitialDraws:
    """Weights row by row (m·d), signs ±1 (m), and each b_r − b (m, or none if all are 0)."""

    weights: Sequence[float]
    signs: Sequence[int]
    excess: Sequence[float]


def draw_signs(seed: int, m: int) -> npt.NDArray[np.int8]:
    """m fair signs."""
    signs: npt.NDArray[np.int8] = 2 * stream(seed, SIGNS_STREAM).integers(0, 2, m, np.int8) - 1
    return signs


def draw(seed: int, m: int, d: int, spread: float) -> InitialDraws:
    """m neurons in R^d: independent standard normal weights, fair signs, shifts around b.

    b_r − b is uniform between −spread and +spread. Errors: `MemoryError` if they do not fit.
    """
    weights, excess = array("d"), array("d")
    try:
        weights.frombytes(stream(seed, WEIGHTS_STREAM).standard_normal((m, d)).tobytes())
    except ValueError as more_bytes_than_addresses:
        raise MemoryError from more_bytes_than_addresses
    signs = array("b")
    signs.frombytes(draw_signs(seed, m).tobytes())
    if spread:
        excess.frombytes(stream(seed, SHIFTS_STREAM).uniform(-spread, spread, m).tobytes())
    return InitialDraws(weights, signs, excess)
