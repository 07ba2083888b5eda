"""One iteration of Gauss-Newton training, in its five labelled steps.

    QUERY    the firing sets S_i
    PREDICT  outputs f_i, residual f − y, loss ½‖f − y‖²
    SOLVE    g with G g = f − y (or what the step rule makes of it)
    MOVE     W ← W − η Jᵀ g: the neurons that fired, and no others
    REFRESH  what is stored of their scores

`query` and `predict` are the first two, `advance` the other three. A run ends with a prediction.

Source: the paper's Algorithm 1, as reconstructed, with the exact Gram matrix in place of a sketch.
"""

from reference import closed_forms
from reference.counters import Label
from reference.errors import NoFiringNeuron
from reference.firing_sets import FiringSets
from reference.ids import Point
from reference.landscape import Surroundings
from reference.network import half_square, output
from reference.scalar import S
from reference.trainer import Advance, Observation, Trainer


def query(trainer: Trainer[S]) -> FiringSets:
    """Who fires where, under the network's present weights."""
    trainer.clock.start()
    # QUERY
    firing = trainer.scores.query(trainer.network, trainer.counters)
    trainer.clock.lap(Label.QUERY)
    return firing


def predict(trainer: Trainer[S], firing: FiringSets) -> Observation[S]:
    """Where the network with these firing sets stands.

    Errors: `no-firing-neuron`, naming every point on which none fires.
    """
    network, problem = trainer.network, trainer.problem
    if firing.silent_points:
        raise NoFiringNeuron(firing.silent_points, network.m, float(network.shift))
    trainer.clock.start()
    # PREDICT
    zero = trainer.arithmetic.ratio(0)
    residual: list[S] = []
    for i, (fired, y) in enumerate(zip(firing.by_point, problem.labels, strict=True)):
        signs = [network.signs[r] for r in fired]
        residual.append(output(network, signs, trainer.scores.at(Point(i), fired), zero) - y)
    trainer.counters.add(Label.PREDICT, closed_forms.predict(firing.pairs))
    trainer.clock.lap(Label.PREDICT)
    return Observation(firing, residual, half_square(residual, zero))


def advance(trainer: Trainer[S], observation: Observation[S]) -> Advance[S] | None:
    """One step down from there; None, and nothing changed, if the rule finds none.

    Errors: `singular-gram`; nothing has changed then.
    """
    network, problem = trainer.network, trainer.problem
    trainer.clock.start()
    # SOLVE
    surroundings = Surroundings(trainer, observation)
    choice = trainer.rule.choose(surroundings)
    trainer.clock.lap(Label.SOLVE)
    if choice is None:
        return None
    trainer.counters.add(Label.SOLVE, choice.cost)
    # MOVE
    motion = surroundings.motion_along(choice.solution)
    displacements = motion.weight_displacements(problem.points)
    for r, displacement in zip(motion.neurons, displacements, strict=True):
        row = network.weights.row(r)
        moved = [w + choice.size * step for w, step in zip(row, displacement, strict=True)]
        network.weights.replace_row(r, moved)
    work = closed_forms.move(observation.firing.pairs, len(motion.neurons), problem.d)
    trainer.counters.add(Label.MOVE, work)
    trainer.clock.lap(Label.MOVE)
    # REFRESH
    trainer.scores.refresh(motion, choice.size, trainer.products, trainer.counters)
    trainer.clock.lap(Label.REFRESH)
    return Advance(motion, choice, surroundings.trials, surroundings.tried_pairs)
