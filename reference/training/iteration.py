"""One iteration of training, in its five labelled steps.

    QUERY    the firing sets S_i
    PREDICT  outputs f_i, residual f − y, loss ½‖f − y‖²
    SOLVE    g with G g = f − y (or what the step rule makes of it); along the gradient, g = f − y
    MOVE     W ← W − η Jᵀ g: the neurons that fired, and no others
    REFRESH  what is stored of their scores

`query` and `predict` are the first two, `advance` the other three. A run ends with a prediction.
All of it can be done for a mini-batch: then nothing is asked about the other points, their firing
sets are empty and their residuals 0.

Source: the paper's Algorithm 1, as reconstructed.
"""

from collections.abc import Sequence

from reference import closed_forms
from reference.counters import Counts, Label
from reference.errors import NoFiringNeuron
from reference.firing_sets import FiringSets
from reference.ids import Point
from reference.network import half_square
from reference.scalar import S
from reference.training.landscape import Surroundings
from reference.training.trainer import Advance, Observation, Trainer


def query(trainer: Trainer[S], points: Sequence[Point]) -> FiringSets:
    """Who fires on these points, under the network's present weights."""
    trainer.clock.start()
    # QUERY
    firing = trainer.scores.query(trainer.network, points, trainer.counters)
    trainer.clock.lap(Label.QUERY)
    return firing


def predict(trainer: Trainer[S], firing: FiringSets) -> Observation[S]:
    """Where the network with these firing sets stands, at the points asked about.

    Errors: `no-firing-neuron`, naming every point on which none fires.
    """
    network, problem = trainer.network, trainer.problem
    if firing.silent_points:
        raise NoFiringNeuron(firing.silent_points, network.m, float(network.shift))
    trainer.clock.start()
    # PREDICT
    residual = trainer.engine.residual(network, problem, trainer.scores, firing)
    trainer.counters.add(Label.PREDICT, closed_forms.predict(firing.pairs))
    trainer.clock.lap(Label.PREDICT)
    return Observation(firing, residual, half_square(residual, trainer.arithmetic.ratio(0)))


def advance(trainer: Trainer[S], observation: Observation[S], step: int) -> Advance[S] | None:
    """One step down from there; None, and nothing changed, if the rule finds none.

    Errors: the solver's; nothing has changed then.
    """
    network, problem = trainer.network, trainer.problem
    trainer.clock.start()
    # SOLVE
    surroundings = Surroundings(trainer, observation, step)
    choice = trainer.rule.choose(surroundings)
    trainer.clock.lap(Label.SOLVE)
    if choice is None:
        return None
    for work in choice.operations.values():
        trainer.counters.add(Label.SOLVE, Counts(solver_operations=work))
    # MOVE
    motion = surroundings.motion_along(choice.solution.g)
    moving = network.weights.move(motion, choice.size, problem.points)
    trainer.counters.add(Label.MOVE, moving)
    trainer.clock.lap(Label.MOVE)
    # REFRESH
    trainer.scores.refresh(network, motion, choice.size, trainer.products, trainer.counters)
    trainer.clock.lap(Label.REFRESH)
    return Advance(
        motion, choice, surroundings.trials, surroundings.tried_pairs, surroundings.operations
    )
