"""What a step rule is told of the loss after a step is what is seen after the step."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import given

from reference.activation import Activation
from reference.errors import NoFiringNeuron
from reference.motion import Motion
from reference.network import Network, Problem
from reference.scalar import RATIONAL
from reference.solvers.solver import Solution
from reference.structures.threshold_search import Structure
from reference.training.engine import PlainEngine
from reference.training.iteration import advance
from reference.training.landscape import Surroundings
from reference.training.scores import Scores
from reference.training.step_rule import Choice, Landscape, StepRule
from tests.small_training import HALF_ALIVE, Setup, observe, trainer
from tests.strategies import ACTIVATIONS, setups, share


class Stubborn:
    """The rule that asks for the loss after its one step, and takes it whatever the answer."""

    name = StepRule.BACKTRACKING
    remembered: Fraction | None = None

    def __init__(self, solution: list[Fraction], size: Fraction) -> None:
        self.solution = solution
        self.size = size
        self.promised: Fraction | None = None

    def choose(self, landscape: Landscape[Fraction]) -> Choice[Fraction]:
        self.promised = landscape.loss_after(self.solution, self.size)
        solution = Solution(self.solution, 0, 0, 0.0, {})
        return Choice(solution, self.size, Fraction(0), 1, 0, 0, {})


@share(2)
@given(
    setups(),
    ACTIVATIONS,
    st.sampled_from([None, *Structure]),
    st.tuples(*[st.integers(-16, 16)] * 3),
    st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 8)]),
)
def test_the_loss_and_the_pairs_after_a_step_are_as_promised(
    given_setup: Setup,
    activation: Activation,
    structure: Structure | None,
    quarters: tuple[int, ...],
    size: Fraction,
) -> None:
    """The step is arbitrary, so that neurons cross b both ways and stop at it."""
    n = len(given_setup.points)
    stubborn = Stubborn([Fraction(q, 4) for q in quarters[:n]], size)
    plain = trainer(given_setup, RATIONAL, activation, StepRule.FULL, structure)
    parts = replace(plain, rule=stubborn)
    step = advance(parts, observe(parts), 0)
    assert step is not None
    assert step.trials == 1
    try:
        after = observe(parts)
    except NoFiringNeuron:
        assert stubborn.promised is None
        return
    assert after.loss == stubborn.promised
    assert after.firing.pairs == step.tried_pairs


@share(2)
@given(setups(), st.integers(1, 16), st.sampled_from([None, *Structure]))
def test_an_answer_does_not_depend_on_what_was_asked_before(
    given_setup: Setup, quarters: int, structure: Structure | None
) -> None:
    parts = trainer(given_setup, RATIONAL, Activation.SHIFTED, StepRule.FULL, structure)
    observation = observe(parts)
    asked, fresh = Surroundings(parts, observation, 0), Surroundings(parts, observation, 0)
    up = [Fraction(quarters, 4)] * parts.problem.n
    down = [-g for g in up]
    asked.loss_after(up, Fraction(1))
    before = asked.tried_pairs
    assert asked.loss_after(down, Fraction(1)) == fresh.loss_after(down, Fraction(1))
    assert (asked.trials, fresh.trials) == (2, 1)
    assert asked.tried_pairs == before + fresh.tried_pairs


class Looking(PlainEngine[Fraction]):
    """The plain engine, which remembers whether displacements were known when it needed them."""

    displaced: bool | None = None

    def residual_after(
        self,
        network: Network[Fraction],
        problem: Problem[Fraction],
        scores: Scores[Fraction],
        motion: Motion[Fraction],
        size: Fraction,
        products: Sequence[Sequence[Fraction]],
    ) -> tuple[list[Fraction], list[int]]:
        self.displaced = motion.displaced
        return super().residual_after(network, problem, scores, motion, size, products)


def test_an_engine_that_is_asked_for_a_loss_is_told_the_displacements_first() -> None:
    engine = Looking(RATIONAL)
    plain = trainer(HALF_ALIVE, RATIONAL, Activation.SHIFTED, StepRule.FULL, None)
    parts = replace(plain, engine=engine)
    Surroundings(parts, observe(parts), 0).loss_after([Fraction(1)] * 3, Fraction(1))
    assert engine.displaced is True
