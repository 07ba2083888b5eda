"""The network before training: w_r ~ N(0, I) and signs ±1, drawn from the seed.

Each thing drawn has a stream of its own (PCG64, split by `SeedSequence`), so that drawing more of
one does not change another.
"""

import sys
from array import array
from math import log, sqrt

import numpy as np

from reference.activation import Activation
from reference.matrix import Matrix
from reference.network import Network, network
from reference.scalar import BINARY64

WEIGHTS_STREAM, SIGNS_STREAM, POINTS_STREAM = range(3)


def stream(seed: int, which: int) -> np.random.Generator:
    """The random numbers of this seed for one purpose."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(which,))))


def shift_for(alpha: float, m: int) -> float:
    """b = √(2·α·ln m), at which a unit-norm input fires about m^(1−α) neurons or fewer.

    Source: the paper's √(0.48 ln m) is α = 0.24; claim sparsity/076.
    """
    return sqrt(2.0 * alpha * log(m))


def initial_network(
    seed: int, m: int, d: int, shift: float, activation: Activation
) -> Network[float]:
    """m neurons in R^d with independent standard normal weights and fair signs.

    Errors: `MemoryError` if the weights do not fit.
    """
    if m * d > sys.maxsize // 8:
        raise MemoryError
    weights = array("d")
    weights.frombytes(stream(seed, WEIGHTS_STREAM).standard_normal((m, d)).tobytes())
    signs = array("b")
    signs.frombytes((2 * stream(seed, SIGNS_STREAM).integers(0, 2, m, dtype=np.int8) - 1).tobytes())
    return network(BINARY64, Matrix(BINARY64, weights, d), signs, shift, activation)
