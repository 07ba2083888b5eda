"""The two lanes at their start: the same draws and points, as floats or rounded to a dyadic grid.

The exact lane rounds every coordinate, label, weight and shift to the nearest multiple of 2^(−grid)
and computes with rationals from there on. Its rows have unit length only up to that rounding.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic

from reference.edges.bulk_products import BulkInnerProducts
from reference.edges.configuration import Configuration
from reference.edges.exact_products import ExactInnerProducts
from reference.edges.initial_network import draw
from reference.inner_products import InnerProducts
from reference.matrix import Matrix
from reference.network import Network, Problem, network
from reference.scalar import BINARY64, RATIONAL, Arithmetic, S
from reference.weights import ImplicitWeights, Reading, RewrittenWeights, Weights


@dataclass(frozen=True, slots=True)
class Lane(Generic[S]):
    """A kind of number, how bulk products of it are made, a problem and a network in it."""

    arithmetic: Arithmetic[S]
    inner_products: InnerProducts[S]
    problem: Problem[S]
    network: Network[S]


def float_lane(config: Configuration, problem: Problem[float]) -> Lane[float]:
    """The problem as it is, and the network as it is drawn."""
    network = _network(config, BINARY64, problem, list)
    return Lane(BINARY64, BulkInnerProducts(), problem, network)


def exact_lane(config: Configuration, problem: Problem[float]) -> Lane[Fraction]:
    """Both rounded to the grid. Errors: `width-not-power-of-four`."""

    def rounded(values: Iterable[float]) -> list[Fraction]:
        return [on_grid(value, config.grid) for value in values]

    points = tuple(tuple(rounded(x)) for x in problem.points)
    exact = Problem(points, tuple(rounded(problem.labels)))
    network = _network(config, RATIONAL, exact, rounded)
    return Lane(RATIONAL, ExactInnerProducts(), exact, network)


def on_grid(value: float, bits: int) -> Fraction:
    """The multiple of 2^(−bits) nearest to the value, ties to even.

    >>> on_grid(0.3, 2)
    Fraction(1, 4)
    """
    return Fraction(round(Fraction(value) * (1 << bits)), 1 << bits)


def _network(
    config: Configuration,
    arithmetic: Arithmetic[S],
    problem: Problem[S],
    converted: Callable[[Iterable[float]], Sequence[S]],
) -> Network[S]:
    """The network of the configuration's seed, its numbers converted."""
    draws = draw(config.seed, config.width, problem.d, config.bias_spread)
    matrix = Matrix(arithmetic, converted(draws.weights), problem.d)
    weights: Weights[S]
    if config.method.stores_scores and config.weights is Reading.IMPLICIT:
        weights = ImplicitWeights(arithmetic, matrix, problem.points)
    else:
        weights = RewrittenWeights(matrix)
    (shift,) = converted([config.shift])
    excess = converted(draws.excess)
    return network(arithmetic, weights, draws.signs, shift, config.activation, excess)
