"""The first step of a training, its system solved by any solver, and what that takes.

Claims regression/sketch-cost, regression/exact-gram, regression/inner-iterations, regression/n3.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from threadpoolctl import threadpool_limits

from proofs.measured.trainings.trainings import problem_of
from reference import closed_forms
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.scalar import BINARY64
from reference.solvers.conjugate_gradient import Accuracy, ConjugateGradientSolver
from reference.solvers.sketch_solver import SketchSolver
from reference.solvers.solver import GramSolver, Solver, SolverName
from reference.training.iteration import predict, query
from reference.training.landscape import Surroundings
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.trainer import Observation, Trainer


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Where a training of this configuration begins."""

    config: Configuration
    trainer: Trainer[float]
    observation: Observation[float]

    @property
    def pairs(self) -> int:
        """P, the (neuron, point) pairs that fire."""
        return self.observation.firing.pairs

    @property
    def nonzeros(self) -> int:
        """The entries of J that are not zero: P·d."""
        return self.pairs * self.trainer.problem.d

    @property
    def system(self) -> Surroundings[float]:
        """G g = f − y, of which nothing has been computed yet."""
        return Surroundings(self.trainer, self.observation, 0)


@dataclass(frozen=True, slots=True)
class Work:
    """Operations by what they were for, the Gram matrix's among them; rounds of an iteration."""

    operations: Mapping[str, int]
    rounds: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.operations.values())


def first_step(config: Configuration) -> FirstStep:
    """The step, up to SOLVE; scores are computed afresh, since no structure is asked twice.

    Errors: `no-firing-neuron`.
    """
    fresh = msgspec.structs.replace(config, method=Method.GAUSS_NEWTON)
    with threadpool_limits(limits=1, user_api="blas"):
        problem = problem_of(config)
        trainer = build_run(fresh, problem, Nobody()).trainer
        observation = predict(trainer, query(trainer, problem.indices))
    return FirstStep(config, trainer, observation)


def solved(step: FirstStep, name: SolverName) -> Work:
    """What this solver takes, to the configuration's accuracy. Errors: the solver's."""
    system = step.system
    found = _solver(step.config, name).solve(system, 0.0)
    return Work(system.operations | found.operations, found.rounds)


def factorizing(step: FirstStep) -> int:
    """What factorizing takes, by its closed form; the Gram matrix is no part of it."""
    return closed_forms.factorized_solve(step.trainer.problem.n).solver_operations


def _solver(config: Configuration, name: SolverName) -> Solver[float]:
    accuracy = Accuracy(BINARY64, config.accuracy)
    match name:
        case SolverName.GRAM:
            return GramSolver(BINARY64)
        case SolverName.CG:
            return ConjugateGradientSolver(accuracy)
        case SolverName.SKETCH:
            return SketchSolver(accuracy, config.sketch_choice, config.sketch_draws)
