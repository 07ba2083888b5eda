"""Gauss-Newton, gradient descent and SGD from one network to one loss.

Gradient descent is given several multiples of its own η = 1/λ_max(G(0)), SGD several sizes of
mini-batches besides; each is judged by its best. Live neurons alone are held, so operations are
those of the cheapest way to train by each.

Claim cost/first-order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import msgspec

from proofs.measured.trainings.movements import eigenvalues
from proofs.measured.trainings.trainings import problem_of, trained
from reference.edges.comparison.comparison import Course, course
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.training.iteration import query
from reference.training.method import Method
from reference.training.step_rule import GradientSteps
from reference.training.training import Run


@dataclass(frozen=True, slots=True)
class Race:
    """Who took how long: Gauss-Newton's course, and those of first order that reached the loss.

    `failed` counts the others; `condition` is λ_max/λ_min of G(0).
    """

    data: str
    gauss_newton: Course
    descents: Sequence[Course]
    mini_batches: Sequence[Course]
    failed: int
    condition: float

    @property
    def first_order(self) -> Sequence[Course]:
        """All that reached the loss."""
        return [*self.descents, *self.mini_batches]

    @property
    def times_the_iterations(self) -> float:
        """The fewest updates of weights by any of them, over Gauss-Newton's; 0 if there is none."""
        fewest = min((each.iterations[-1] for each in self.first_order), default=0)
        return fewest / self.gauss_newton.iterations[-1]

    @property
    def times_the_operations(self) -> float:
        """The fewest counted operations by any of them, over Gauss-Newton's; 0 if there is none."""
        fewest = min((each.operations[-1] for each in self.first_order), default=0)
        return fewest / self.gauss_newton.operations[-1]


def race(
    config: Configuration,
    factors: Sequence[float],
    batches: Sequence[int],
    problem: Problem[float] | None = None,
) -> Race:
    """All of them from one network, on the configuration's data or on these.

    Errors: those of step 0.
    """
    whole = msgspec.structs.replace(config, init="whole")
    chosen = problem_of(whole) if problem is None else problem
    descents = _tuned(whole, Method.LIVE_GRADIENT_DESCENT, factors, [None], chosen)
    mini_batches = _tuned(whole, Method.LIVE_SGD, factors, batches, chosen)
    reached = [each.reached for each in (*descents, *mini_batches)]
    return Race(
        config.data,
        course(config.data, config.method.value, trained(whole, problem=chosen)),
        [each for each in descents if each.reached],
        [each for each in mini_batches if each.reached],
        reached.count(False),
        _condition(trained(msgspec.structs.replace(whole, steps=0), problem=chosen)),
    )


def _tuned(
    config: Configuration,
    method: Method,
    factors: Sequence[float],
    batches: Sequence[int | None],
    problem: Problem[float],
) -> Sequence[Course]:
    """Every batch at every multiple of the η that it finds for itself."""
    courses = []
    for batch, factor in product(batches, factors):
        here = msgspec.structs.replace(config, method=method, batch=batch)
        rate = factor * _own_rate(here, problem)
        run = trained(msgspec.structs.replace(here, learning_rate=rate), problem=problem)
        courses.append(course(config.data, method.value, run))
    return courses


def _own_rate(config: Configuration, problem: Problem[float]) -> float:
    """The η that a run finds before its first step."""
    rule = trained(msgspec.structs.replace(config, steps=1), problem=problem).trainer.rule
    if not isinstance(rule, GradientSteps) or rule.remembered is None:
        raise TypeError("only steps along the gradient have a rate")
    return float(rule.remembered)


def _condition(run: Run[float]) -> float:
    """λ_max/λ_min of G at the start of a run that has made no step."""
    trainer = run.trainer
    firing = query(trainer, trainer.problem.indices)
    found = eigenvalues(trainer.engine.gram(trainer.products, firing, trainer.network.m))
    return float(found[-1] / found[0])
