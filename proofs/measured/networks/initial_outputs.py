"""Outputs of random networks before training, drawn, beside their exact moments.

Points are digits of unit length; weights are standard normal and signs fair, b = √(2α·ln m). Each
draw is a network of its own, so draws are independent, and the mean of ‖f(0)‖²/n over them has a
normal law to a good approximation; within a draw the points share their neurons.

Claim model/residual.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
import sympy

from proofs.symbolic.initial_outputs import second_moment
from reference.activation import Activation
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.networks.initial_network import SIGNS_STREAM, WEIGHTS_STREAM, shift_for, stream
from reference.network import Problem

ALPHA = 0.24
"""The paper's b = √(0.48·ln m)."""

ArrayF = npt.NDArray[np.float64]


def digits(n: int) -> Problem[float]:
    """So many images of a 3 or an 8, of unit length, with labels −1 and +1."""
    return points_of("digits", n)


def points_of(data: str, n: int) -> Problem[float]:
    """So many rows of a bundled data set, of unit length."""
    return choose_points(load_table(data, None), n, 0).problem


def moment_at(m: int, form: Activation) -> float:
    """E f_i² at this width, to all digits of a float: computed with thirty."""
    b = sympy.sqrt(2 * sympy.Rational(str(ALPHA)) * sympy.log(m))
    return float(sympy.N(second_moment(b, form), 30))


@dataclass(frozen=True, slots=True)
class Outputs:
    """Of every draw ‖f(0)‖²/n and ‖f(0) − y‖²/n, for one activation at one width."""

    m: int
    form: Activation
    squares: Sequence[float]
    residuals: Sequence[float]

    @property
    def mean(self) -> float:
        """Of ‖f(0)‖²/n."""
        return sum(self.squares) / len(self.squares)

    @property
    def error(self) -> float:
        """The standard error of that mean, from how much the draws differ."""
        spread = sum((square - self.mean) ** 2 for square in self.squares)
        return sqrt(spread / (len(self.squares) - 1) / len(self.squares))

    @property
    def deviation(self) -> float:
        """How many standard errors the mean is from E f_i²."""
        return abs(self.mean - moment_at(self.m, self.form)) / self.error

    @property
    def size(self) -> float:
        """The root of the mean of ‖f(0) − y‖²/n."""
        return sqrt(sum(self.residuals) / len(self.residuals))


def drawn_outputs(problem: Problem[float], m: int, draws: int) -> Sequence[Outputs]:
    """Both activations' outputs of the same networks."""
    points, labels = np.array(problem.points), np.array(problem.labels)
    found: dict[Activation, list[ArrayF]] = {form: [] for form in Activation}
    for draw in range(draws):
        weights = stream(draw, WEIGHTS_STREAM, m).standard_normal((m, problem.d))
        signs: ArrayF = 2.0 * stream(draw, SIGNS_STREAM, m).integers(0, 2, m).astype(np.float64) - 1
        for form, outputs in _outputs(weights @ points.T, signs, shift_for(ALPHA, m)).items():
            found[form].append(outputs)
    return [
        Outputs(m, form, [_square(f) for f in outputs], [_square(f - labels) for f in outputs])
        for form, outputs in found.items()
    ]


def _outputs(scores: ArrayF, signs: ArrayF, b: float) -> dict[Activation, ArrayF]:
    """f(0), by its definition. Shapes: scores m×n."""
    scale = 1.0 / sqrt(len(signs))
    shifted: ArrayF = scale * (signs @ np.maximum(scores - b, 0.0))
    printed: ArrayF = scale * (signs @ np.maximum(scores, b))
    return {Activation.SHIFTED: shifted, Activation.PRINTED: printed}


def _square(values: ArrayF) -> float:
    """‖values‖²/n."""
    return float(values @ values) / len(values)
