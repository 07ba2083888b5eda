"""The methods walk one trajectory: exactly in rationals, bit for bit where sums are shared."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import given

from reference.activation import Activation
from reference.ids import Neuron
from reference.inner_products import PlainInnerProducts
from reference.scalar import BINARY64, RATIONAL
from reference.structures.threshold_search import Structure
from reference.training.scores import StoredScores
from reference.training.step_rule import StepRule
from reference.training.trainer import Trainer
from tests.dense_model import stored
from tests.small_training import Diary, Setup, observe, trainer, walk
from tests.strategies import ACTIVATIONS, STEP_RULES, setups, share

STEPS = 3


@share(8)
@given(setups(), STEP_RULES, ACTIVATIONS)
def test_every_structure_and_the_dense_method_walk_the_same_exact_trajectory(
    given_setup: Setup, step_rule: StepRule, activation: Activation
) -> None:
    ways = [
        walk(trainer(given_setup, RATIONAL, activation, step_rule, structure), STEPS)
        for structure in (None, *Structure)
    ]
    (dense, dense_run, dense_end), *others = ways
    for diary, run, end in others:
        assert diary.moments == dense.moments
        assert end == dense_end
        without = [record.as_dict() | {"operations": {}} for record in run.records]
        assert without == [record.as_dict() | {"operations": {}} for record in dense_run.records]


@share(8)
@given(setups(), STEP_RULES, ACTIVATIONS)
def test_all_structures_walk_the_same_float_trajectory_bit_for_bit(
    given_setup: Setup, step_rule: StepRule, activation: Activation
) -> None:
    """Thirds for weights, so that nothing is representable and every order of summation shows."""
    thirds = tuple(tuple(w / 3 for w in row) for row in given_setup.weights)
    rough = Setup(
        given_setup.points, given_setup.labels, thirds, given_setup.signs, given_setup.shift / 3
    )
    first, *others = [
        walk(trainer(rough, BINARY64, activation, step_rule, structure), STEPS)
        for structure in Structure
    ]
    for diary, _, end in others:
        assert repr(diary.moments) == repr(first[0].moments)
        assert end == first[2]


def exact_scores(parts: Trainer[Fraction]) -> list[Sequence[Fraction]]:
    products = PlainInnerProducts(RATIONAL)
    return list(products.columns(parts.network.weights.matrix(), parts.problem.points))


@share(8)
@given(setups(), STEP_RULES)
def test_stored_scores_stay_the_inner_products(given_setup: Setup, step_rule: StepRule) -> None:
    for structure in Structure:
        parts = trainer(given_setup, RATIONAL, Activation.SHIFTED, step_rule, structure)
        walk(parts, STEPS)
        assert isinstance(parts.scores, StoredScores)
        assert stored(parts.scores.search) == exact_scores(parts)


def weights_of(diary: Diary[Fraction], step: int, neuron: Neuron, d: int) -> list[Fraction]:
    return diary.moments[step].weights[neuron * d : (neuron + 1) * d]


@share(8)
@given(setups(), STEP_RULES, ACTIVATIONS)
def test_the_union_never_grows_and_who_is_outside_it_never_moves(
    given_setup: Setup, step_rule: StepRule, activation: Activation
) -> None:
    parts = trainer(given_setup, RATIONAL, activation, step_rule, Structure.TOURNAMENT)
    diary, _, _ = walk(parts, STEPS)
    for step in range(1, len(diary.moments)):
        assert diary.union(step) <= diary.union(step - 1)
    outside = set(map(Neuron, range(parts.network.m))) - diary.union(0)
    for r in outside:
        assert weights_of(diary, -1, r, parts.problem.d) == list(given_setup.weights[r])


@share(8)
@given(setups(), st.sampled_from([None, *Structure]))
def test_a_full_step_in_which_no_neuron_crosses_leaves_no_loss(
    given_setup: Setup, structure: Structure | None
) -> None:
    """The labels are 2⁻⁶⁰ off the outputs and no score is near b, so nobody can cross."""
    clear = replace(given_setup, shift=given_setup.shift + Fraction(1, 32))
    start = observe(trainer(clear, RATIONAL, Activation.PRINTED, StepRule.FULL, None))
    near = Fraction(1, 2**60)
    labels = tuple(y + r + near for y, r in zip(clear.labels, start.residual, strict=True))
    fitted = replace(clear, labels=labels)
    diary, _, end = walk(trainer(fitted, RATIONAL, Activation.PRINTED, StepRule.FULL, structure), 3)
    if "singular" in end:
        assert len(clear.points) > len(clear.points[0])
    else:
        before, after = diary.moments
        assert after.firing == before.firing
        assert before.loss > 0
        assert after.loss == 0
        assert end == "converged"
