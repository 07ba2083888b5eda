"""The two printed forms of the shifted rectifier.

    shifted   φ(z) = max(z − b, 0)
    printed   φ(z) = max(z, b) = max(z − b, 0) + b

They have the same derivative, 1 if z > b and 0 otherwise, hence the same Jacobian and the same
steps. Their outputs differ by the constant C = b·m^(−1/2)·Σ_r a_r on every input, fired or not: a
forward pass that sums fired neurons only must add it (`network.offset`).

Source: the paper prints max(z, b); claim model/offset.
"""

from enum import Enum


class Activation(Enum):
    """Which form the network computes."""

    SHIFTED = "shifted"
    PRINTED = "printed"
