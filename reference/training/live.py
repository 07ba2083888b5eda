"""The live part of a network: the neurons that fire on some training point.

A neuron outside U(0) = ∪_i S_i(0) fires nowhere, so its gradient is zero, so it does not move, so
it fires nowhere after the step either. Step by step U(t) ⊆ U(0), and what is outside U(0) is never
read and never changes. So the network restricted to U(0) walks the whole one's trajectory, whatever
the step is made of: G⁻¹r, r, or r on some of the points (claims beyond/dead-neurons,
beyond/live-equals-dense). One scan finds U(0), m·n·d; after it no step knows m, and no tree is
needed.

What this rests on, and what would break it:

* A step is a combination of the rows of J. *Weight decay* is not: it moves dead neurons too. (With
  b ≥ 0 they stay dead, so outputs would still agree; but the weights left out would be wrong.)
* The training points are all there is. On a *new point* dead neurons may fire: to train there, scan
  again; to predict there, write the live weights back into the whole network (`written_back`).
* The first layer alone is trained. With a *trained second layer* or trained shifts a dead neuron is
  not at rest: max(z, b) is b where it is dead, so its sign has a gradient; a falling b revives it.

None of these is an option of this package, and none may become one for the live methods.

The live part of a random network can also be drawn without drawing the rest: the sampler is in
`edges.live_sampler`, and `live_network` makes a network of what it drew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reference.activation import Activation
from reference.errors import BadShape, NoFiringNeuron
from reference.ids import Neuron, Point
from reference.matrix import Matrix
from reference.network import Network, constant
from reference.scalar import Arithmetic, S
from reference.weights import Weights


def live_neurons(network: Network[S], columns: Iterable[Sequence[S]]) -> list[Neuron]:
    """The neurons whose score is above b at some point, ascending.

    Shapes: a column of scores a point. Errors: `no-firing-neuron`, naming every point on which none
    is. Cost: one comparison a score; memory for one column at a time.
    """
    live: set[Neuron] = set()
    silent: list[Point] = []
    for i, column in enumerate(columns):
        fired = [Neuron(r) for r, score in enumerate(column) if score > network.shift]
        live.update(fired)
        if not fired:
            silent.append(Point(i))
    if silent:
        raise NoFiringNeuron(silent, network.m, float(network.shift))
    return sorted(live)


def rows_of(arithmetic: Arithmetic[S], matrix: Matrix[S], neurons: Sequence[Neuron]) -> Matrix[S]:
    """The rows of these neurons. Cost: a copy of them."""
    values = (value for r in neurons for value in matrix.row(r))
    return Matrix(arithmetic, values, matrix.columns)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where live neurons stand among the m of a network, and Σ a_r of all those left out."""

    m: int
    places: Sequence[int]
    dead_signs: int


def live_network(
    arithmetic: Arithmetic[S],
    weights: Weights[S],
    signs: Sequence[int],
    shift: S,
    activation: Activation,
    placement: Placement,
) -> Network[S]:
    """The network of these live neurons, which all have the shift b. Errors: `bad-shape`."""
    for what, found in (("signs", len(signs)), ("places", len(placement.places))):
        if found != weights.rows:
            raise BadShape(f"{what}, one a neuron held", weights.rows, found)
    scale = arithmetic.inverse_square_root(placement.m)
    total = arithmetic.ratio(sum(signs) + placement.dead_signs)
    offset = constant(arithmetic, activation, shift * scale * total)
    return Network(weights, signs, shift, scale, offset, (), placement.m, placement.places)


def restricted(network: Network[S], neurons: Sequence[Neuron], weights: Weights[S]) -> Network[S]:
    """The network that holds these neurons alone, ascending, with these as their weights.

    Its width, scale and offset are those of the whole one. Errors: `bad-shape`.
    """
    if weights.rows != len(neurons):
        raise BadShape("weights, a row a neuron held", len(neurons), weights.rows)
    return Network(
        weights,
        [network.signs[r] for r in neurons],
        network.shift,
        network.scale,
        network.offset,
        [network.excess[r] for r in neurons] if network.excess else (),
        network.m,
        [network.places[r] for r in neurons],
    )


def written_back(arithmetic: Arithmetic[S], initial: Matrix[S], live: Network[S]) -> Matrix[S]:
    """The whole network's weights after training, from W(0) and the live part.

    Shapes: m×d. Errors: `bad-shape`. Cost: a copy.
    """
    if initial.rows != live.m:
        raise BadShape("rows of W(0), one a neuron", live.m, initial.rows)
    whole = Matrix(arithmetic, initial.values, initial.columns)
    for r in live.held:
        whole.replace_row(live.places[r], live.weights.row(r))
    return whole
