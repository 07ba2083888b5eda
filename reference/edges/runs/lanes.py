"""The two lanes at their start: the same draws and points, as floats or rounded to a dyadic grid.

The exact lane rounds every coordinate, label, weight and shift to the nearest multiple of 2^(−grid)
and computes with rationals from there on. Its rows have unit length only up to that rounding.

Where live neurons alone are held, they are found by a scan of the whole network, or drawn without
drawing the rest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Generic

from reference import closed_forms
from reference.counters import NO_COUNTS, Counts
from reference.edges.networks.initial_network import draw
from reference.edges.products.bulk_products import BulkInnerProducts
from reference.edges.products.exact_products import ExactInnerProducts
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.starts import Start, Watch, drawn_live, start_of, watched
from reference.inner_products import InnerProducts
from reference.matrix import Matrix
from reference.network import Network, Problem, network
from reference.scalar import BINARY64, RATIONAL, Arithmetic, S
from reference.training.live import Placement, live_network, live_neurons, restricted, rows_of
from reference.training.scores import columns_of
from reference.weights import ImplicitWeights, Reading, RewrittenWeights, Weights


@dataclass(frozen=True, slots=True)
class Lane(Generic[S]):
    """A kind of number, how bulk products of it are made, a problem and a network in it.

    `finding` is what it cost to find the neurons that the network holds.
    """

    arithmetic: Arithmetic[S]
    inner_products: InnerProducts[S]
    problem: Problem[S]
    network: Network[S]
    finding: Counts


def float_lane(config: Configuration, problem: Problem[float], watch: Watch) -> Lane[float]:
    """The problem as it is, and the network as it is drawn.

    Errors: `no-firing-neuron` if live neurons alone are held and a point has none.
    """
    if start_of(config, problem.points) is Start.DRAWN_LIVE:
        return _drawn_live(config, problem, watch)
    return _lane(config, BINARY64, BulkInnerProducts(), problem, _as_they_are, watch)


def exact_lane(config: Configuration, problem: Problem[float], watch: Watch) -> Lane[Fraction]:
    """Both rounded to the grid. Errors: `width-not-power-of-four`, and those of floats."""

    def rounded(values: Sequence[float]) -> list[Fraction]:
        return [on_grid(value, config.grid) for value in values]

    points = tuple(tuple(rounded(x)) for x in problem.points)
    exact = Problem(points, tuple(rounded(problem.labels)))
    return _lane(config, RATIONAL, ExactInnerProducts(), exact, rounded, watch)


def _as_they_are(values: Sequence[float]) -> Sequence[float]:
    return values


def on_grid(value: float, bits: int) -> Fraction:
    """The multiple of 2^(−bits) nearest to the value, ties to even.

    >>> on_grid(0.3, 2)
    Fraction(1, 4)
    """
    return Fraction(round(Fraction(value) * (1 << bits)), 1 << bits)


def _lane(
    config: Configuration,
    arithmetic: Arithmetic[S],
    inner_products: InnerProducts[S],
    problem: Problem[S],
    converted: Callable[[Sequence[float]], Sequence[S]],
    watch: Watch,
) -> Lane[S]:
    """The network of the configuration's seed, its numbers converted; or its live part."""
    draws = draw(config.seed, config.width, problem.d, config.bias_spread)
    matrix = Matrix(arithmetic, converted(draws.weights), problem.d)
    (shift,) = converted([config.shift])
    excess = converted(draws.excess)
    rows = RewrittenWeights(matrix)
    whole = network(arithmetic, rows, draws.signs, shift, config.activation, excess)
    if start_of(config, problem.points) is Start.WHOLE:
        weights = _weights(config, arithmetic, matrix, problem)
        held, finding = replace(whole, weights=weights), NO_COUNTS
    else:
        columns = columns_of(whole, inner_products, problem.points)
        live = live_neurons(whole, watched(columns, problem.n, watch))
        weights = _weights(config, arithmetic, rows_of(arithmetic, matrix, live), problem)
        held = restricted(whole, live, weights)
        finding = closed_forms.live_scan(whole.m, problem.n, problem.d)
    return Lane(arithmetic, inner_products, problem, held, finding)


def _drawn_live(config: Configuration, problem: Problem[float], watch: Watch) -> Lane[float]:
    """The live part, drawn without the rest."""
    n, d = problem.n, problem.d
    draws = drawn_live(config, problem.points, watch)
    matrix = Matrix(BINARY64, draws.weights.ravel().tolist(), d)
    weights = _weights(config, BINARY64, matrix, problem)
    placement = Placement(config.width, draws.places.tolist(), draws.dead_signs)
    signs: list[int] = draws.signs.tolist()
    live = live_network(BINARY64, weights, signs, config.shift, config.activation, placement)
    finding = closed_forms.live_draws(draws.candidates, n, d)
    return Lane(BINARY64, BulkInnerProducts(), problem, live, finding)


def _weights(
    config: Configuration, arithmetic: Arithmetic[S], matrix: Matrix[S], problem: Problem[S]
) -> Weights[S]:
    """Weights that start as these rows, kept as the configuration says."""
    if config.method.stores_scores and config.weights is Reading.IMPLICIT:
        return ImplicitWeights(arithmetic, matrix, problem.points)
    return RewrittenWeights(matrix)
