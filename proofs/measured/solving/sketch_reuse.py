"""One sketch S for a whole training, or a fresh one a step.

    walked          a training with this solver, step by step
    alike           trajectories of exact solvers, whatever preconditions them
    Reuse           how often S fails at each step, when later Jacobians depend on it and when not
    blinded         a network that is chosen after S, and that S cannot see

The sketch only preconditions. An exact solve gives the same g whatever it was preconditioned by, so
then no Jacobian of the trajectory depends on S, and what is guaranteed of a fixed Jacobian holds of
each. Solves to an accuracy let S into the trajectory; how much is measured with a coarse one.

Claim regression/adaptive.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import numpy as np
from threadpoolctl import threadpool_limits

from proofs.measured.solving.orthonormal_sketches import Share
from proofs.measured.solving.sketch_failures import condition_left
from proofs.measured.solving.systems import system
from proofs.measured.trainings.small_trainings import Small, Way, trainer_of
from proofs.measured.trainings.trainings import problem_of
from proofs.symbolic.rounds import CONDITION
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.errors import NoFiringNeuron, SketchDependent, Unsolved
from reference.gram import gram
from reference.jacobian import Jacobian
from reference.network import Problem
from reference.scalar import BINARY64, RATIONAL, S
from reference.solvers.conjugate_gradient import Accuracy
from reference.solvers.sketch import SketchChoice, SketchKind, sketched
from reference.solvers.sketch_solver import Draws, SketchSolver
from reference.solvers.solver import GramSolver, Solver
from reference.training.iteration import advance, predict, query
from reference.training.landscape import Surroundings
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.step_rule import FullSteps
from reference.training.trainer import Observation, Trainer

EXACT = 1e-300
"""An accuracy that rationals reach by the exact solution alone."""

COARSE = 0.5
"""An accuracy that lets S into the trajectory: half of the residual may be left."""


def walked(trainer: Trainer[S], solver: Solver[S], steps: int) -> Iterator[Observation[S]]:
    """What is seen before each of so many full steps; fewer if it cannot go on."""
    walking = replace(trainer, rule=FullSteps(trainer.arithmetic, solver))
    try:
        for step in range(steps):
            seen = predict(walking, query(walking, walking.problem.indices))
            yield seen
            advance(walking, seen, step)
    except (NoFiringNeuron, Unsolved):
        return


# ---- exactly -------------------------------------------------------------------------------------

ROWS_IN_RATIONALS = 24
"""Of a sketch, for at most three points."""

Trajectory = Sequence[tuple[Sequence[Fraction], str, Sequence[Sequence[Fraction]]]]
"""Residual, firing sets and weights before each step."""


def in_rationals(small: Small, solver: Solver[Fraction], steps: int) -> Trajectory:
    """The trajectory by this solver; it ends where the solver cannot go on."""
    trainer = trainer_of(small, Way(Method.GAUSS_NEWTON))
    network = trainer.network
    found = []
    for moment in walked(trainer, solver, steps):
        weights = network.weights.matrix()
        rows = [tuple(weights.row(r)) for r in network.held]
        found.append((tuple(moment.residual), moment.firing.digest(network.places), rows))
    return found


def factorized() -> Solver[Fraction]:
    """The solver without a sketch."""
    return GramSolver(RATIONAL)


def sketched_exactly(kind: SketchKind, seeds: int) -> Iterator[Solver[Fraction]]:
    """By sketches of this kind, drawn anew or once, from so many seeds."""
    accuracy = Accuracy(RATIONAL, EXACT)
    for seed in range(seeds):
        for draws in Draws:
            yield SketchSolver(accuracy, SketchChoice(kind, ROWS_IN_RATIONALS, seed), draws)


@dataclass(frozen=True, slots=True)
class Alike:
    """Trajectories by sketches: made, cut short by a singular S Jᵀ, other than the one without."""

    made: int
    cut: int
    others: int


def alike(small: Small, seeds: int, steps: int) -> Alike:
    """By all kinds of sketches, drawn anew or once."""
    true = in_rationals(small, factorized(), steps)
    made = [
        in_rationals(small, solver, steps)
        for kind in SketchKind
        for solver in sketched_exactly(kind, seeds)
    ]
    cut = sum(len(each) < len(true) for each in made)
    return Alike(len(made), cut, sum(each != true[: len(each)] for each in made))


# ---- in floats -----------------------------------------------------------------------------------


def digests(config: Configuration, solver: Solver[float], steps: int) -> Sequence[str]:
    """The firing sets before each step of a training by this solver."""
    trainer = _trainer(config)
    places = trainer.network.places
    return [moment.firing.digest(places) for moment in walked(trainer, solver, steps)]


def by_factors() -> Solver[float]:
    """The solver without a sketch."""
    return GramSolver(BINARY64)


def by_sketch(config: Configuration, draws: Draws, seed: int, accuracy: float) -> Solver[float]:
    """The solver with an S of this seed, whatever seed the network has."""
    choice = replace(config.sketch_choice, seed=seed)
    return SketchSolver(Accuracy(BINARY64, accuracy), choice, draws)


@dataclass(frozen=True, slots=True)
class Reuse:
    """At each step, in how many trainings S left a condition above 3; in how many it ever did."""

    draws: Draws
    at_step: Sequence[Share]
    ever: Share
    trajectories: int


def reuse(config: Configuration, draws: Draws, trainings: int, steps: int) -> Reuse:
    """Trainings from one network by coarse solves, each with an S of its own.

    A training that ends early counts as failed at the steps that it does not make.
    """
    failed, told = [], set()
    with threadpool_limits(limits=1, user_api="blas"):
        for seed in range(trainings):
            conditions, digest = _conditions(config, draws, seed, steps)
            failed.append([left > CONDITION for left in conditions])
            told.add(digest)
    shares = [Share(sum(each[step] for each in failed), trainings) for step in range(steps)]
    return Reuse(draws, shares, Share(sum(map(any, failed)), trainings), len(told))


def _conditions(
    config: Configuration, draws: Draws, seed: int, steps: int
) -> tuple[Sequence[float], str]:
    """cond(M⁻¹G) at each step of one training, and the firing sets that it ended with."""
    trainer = _trainer(config)
    choice = replace(config.sketch_choice, seed=seed)
    found, digest = [], ""
    for step, seen in enumerate(walked(trainer, by_sketch(config, draws, seed, COARSE), steps)):
        jacobian = Surroundings(trainer, seen, step).jacobian
        made = sketched(BINARY64, jacobian, choice, step if draws is Draws.FRESH else 0)
        lower = gram(trainer.products, seen.firing, trainer.network.m)
        found.append(condition_left(lower, np.array(made.columns), made.weight))
        digest = seen.firing.digest(trainer.network.places)
    return [*found, *[float("inf")] * (steps - len(found))], digest


def _trainer(config: Configuration) -> Trainer[float]:
    with threadpool_limits(limits=1, user_api="blas"):
        return build_run(config, problem_of(config), Nobody()).trainer


# ---- chosen after S ------------------------------------------------------------------------------

Place = tuple[int, int]
"""A neuron and a coordinate: a row of Jᵀ."""


@dataclass(frozen=True, slots=True)
class Blinded:
    """A network and two orthonormal points that a given S does not tell apart."""

    small: Small
    gram: Sequence[Sequence[Fraction]]
    told: bool

    @property
    def shown(self) -> bool:
        """G is a multiple of the identity, as well-conditioned as can be, and S Jᵀ is singular."""
        multiple = [[self.gram[0][0]], [Fraction(0), self.gram[0][0]]]
        return not self.told and [list(row) for row in self.gram] == multiple


def blinded(seed: int, rows: int, m: int, d: int) -> Blinded | None:
    """For the CountSketch of this seed, from two rows of Jᵀ that it adds up in one.

    Domain: m a power of four. None if it has no two such rows of different coordinates.
    """
    choice = SketchChoice(SketchKind.COUNTSKETCH, rows, seed)
    met = _met(_rows_of(choice, m, d))
    if met is None:
        return None
    small = _firing_alone(met, m, d)
    trainer = trainer_of(small, Way(Method.GAUSS_NEWTON))
    seen = predict(trainer, query(trainer, trainer.problem.indices))
    surroundings = Surroundings(trainer, seen, 0)
    solver = SketchSolver(Accuracy(RATIONAL, EXACT), choice, Draws.ONCE)
    try:
        solver.solve(surroundings, Fraction(0))
    except SketchDependent:
        return Blinded(small, surroundings.gram, False)
    return Blinded(small, surroundings.gram, True)


def _rows_of(choice: SketchChoice, m: int, d: int) -> Mapping[Place, int]:
    """Where the sketch puts each row of Jᵀ."""
    found = {}
    for r in range(m):
        jacobian = _on_axes(r, m, d)
        for c, column in enumerate(sketched(RATIONAL, jacobian, choice, 0).columns):
            found[r, c] = next(row for row, value in enumerate(column) if value)
    return found


def _on_axes(r: int, m: int, d: int) -> Jacobian[Fraction]:
    """Neuron r alone fires, on each of the d axes."""
    axes = [[Fraction(c == i) for c in range(d)] for i in range(d)]
    return system(RATIONAL, axes, [[r]] * d, [1] * m, [Fraction(1)] * d).jacobian


def _met(rows: Mapping[Place, int]) -> tuple[Place, Place] | None:
    """Two places of different coordinates in one row."""
    for one, other in combinations(rows, 2):
        if rows[one] == rows[other] and one[1] != other[1]:
            return one, other
    return None


def _firing_alone(met: tuple[Place, Place], m: int, d: int) -> Small:
    """Each of the two neurons fires on its own axis, with a score of 2 above b = 1."""
    weights = [[Fraction(0)] * d for _ in range(m)]
    points = []
    for r, c in met:
        weights[r][c] = Fraction(2)
        points.append(tuple(Fraction(c == i) for i in range(d)))
    problem = Problem(tuple(points), (Fraction(1), Fraction(-1)))
    return Small(problem, tuple(map(tuple, weights)), (1,) * m, Fraction(1))
