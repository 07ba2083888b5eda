"""The methods of a family walk one trajectory, whatever holds the scores and the weights."""

from dataclasses import replace
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import given

from reference.activation import Activation
from reference.ids import Neuron
from reference.scalar import BINARY64, RATIONAL, Arithmetic, S
from reference.solvers.sketch import SketchKind
from reference.solvers.sketch_solver import Draws
from reference.solvers.solver import SolverName
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.step_rule import FullSteps
from reference.weights import Reading
from tests import linear_systems
from tests.small_training import HALF_ALIVE, Setup
from tests.strategies import ACTIVATIONS, setups, share
from tests.trainings import (
    DENSE,
    FAMILIES,
    READINGS,
    STORED,
    Journey,
    Way,
    batches_of,
    excesses,
    journey,
    rule_of,
    trained,
)

STEPS = 2
SIZES = st.integers(1, 3)


def walked(
    given_setup: Setup,
    arithmetic: Arithmetic[S],
    family: Method,
    way: Way,
    size: int = 1,
    activation: Activation = Activation.SHIFTED,
    excess: tuple[Fraction, ...] = (),
) -> Journey[S]:
    """So many steps of a family, or epochs of mini-batches of this size."""
    batches = batches_of(family, given_setup, size)
    batch = len(given_setup.points) if batches is None else batches.size
    chosen = rule_of(family, arithmetic, batch)
    parts = trained(given_setup, arithmetic, chosen, way, activation, excess)
    return journey(parts, STEPS, batches)


@share(20)
@given(setups(), FAMILIES, SIZES, ACTIVATIONS, st.data())
def test_every_structure_and_reading_and_the_dense_method_walk_the_same_exact_trajectory(
    given_setup: Setup, family: Method, size: int, activation: Activation, data: st.DataObject
) -> None:
    """Mini-batches, and shifts of the neurons' own, included."""
    excess = data.draw(st.one_of(st.just(()), excesses(given_setup)))
    dense = walked(given_setup, RATIONAL, family, DENSE, size, activation, excess)
    assert dense.moments
    for way in STORED:
        found = walked(given_setup, RATIONAL, family, way, size, activation, excess)
        assert found == dense


def rough(given_setup: Setup) -> Setup:
    """Thirds, so that nothing is representable and every order of summation shows."""
    thirds = tuple(tuple(w / 3 for w in row) for row in given_setup.weights)
    return replace(given_setup, weights=thirds, shift=given_setup.shift / 3)


@share(10)
@given(setups(), FAMILIES, SIZES, READINGS, st.data())
def test_all_structures_walk_the_same_float_trajectory_bit_for_bit(
    given_setup: Setup, family: Method, size: int, reading: Reading, data: st.DataObject
) -> None:
    excess = data.draw(st.one_of(st.just(()), excesses(given_setup)))
    first, *others = [
        walked(rough(given_setup), BINARY64, family, Way(structure, reading), size, excess=excess)
        for structure in Structure
    ]
    for other in others:
        assert repr(other) == repr(first)


@share(10)
@given(setups(), FAMILIES, SIZES)
def test_implicit_and_rewritten_weights_share_every_bit_of_scores_and_losses(
    given_setup: Setup, family: Method, size: int
) -> None:
    """Scores move by the same products; only the weights that nobody reads are rounded apart."""
    implicit, rewritten = (
        walked(rough(given_setup), BINARY64, family, Way(Structure.SCAN, reading), size)
        for reading in (Reading.IMPLICIT, Reading.REWRITTEN)
    )
    assert repr(implicit.records) == repr(rewritten.records)
    assert implicit.end == rewritten.end
    for left, right in zip(implicit.moments, rewritten.moments, strict=True):
        assert (repr(left.loss), left.firing) == (repr(right.loss), right.firing)


def test_the_example_trains_by_every_family_until_the_steps_run_out() -> None:
    """So that the tests above are not about runs that end at once."""
    for family in (Method.GAUSS_NEWTON, Method.GRADIENT_DESCENT, Method.SGD):
        found = walked(HALF_ALIVE, RATIONAL, family, DENSE)
        assert found.end == "step-limit"
        losses = [record["loss"] for record in found.records]
        assert len(losses) == STEPS + 1
        assert len(set(losses)) == STEPS + 1


@share(10)
@given(
    setups(),
    st.sampled_from(SketchKind),
    st.sampled_from(Draws),
    st.sampled_from([DENSE, Way(Structure.TOURNAMENT, Reading.IMPLICIT)]),
)
def test_exact_solvers_walk_the_trajectory_of_the_factorized_gram_matrix(
    given_setup: Setup, kind: SketchKind, draws: Draws, way: Way
) -> None:
    """A sketch may lose a dimension, and then says so; up to there the way is the same."""
    expected = walked(given_setup, RATIONAL, Method.GAUSS_NEWTON, way)
    for solving in (
        linear_systems.CG,
        linear_systems.Way(SolverName.SKETCH, kind, draws),
    ):
        solver = solving.of(RATIONAL, 1e-300, 8 * len(given_setup.points))
        found = journey(trained(given_setup, RATIONAL, FullSteps(RATIONAL, solver), way), STEPS)
        shared = len(found.moments)
        assert found.moments == expected.moments[:shared]
        if "depend" not in found.end and "Gram" not in found.end:
            assert shared == len(expected.moments)


@share(10)
@given(setups(), st.sampled_from([Method.GRADIENT_DESCENT, Method.SGD]), SIZES, st.data())
def test_a_neuron_that_fires_on_no_point_never_moves_along_a_gradient(
    given_setup: Setup, family: Method, size: int, data: st.DataObject
) -> None:
    excess = data.draw(st.one_of(st.just(()), excesses(given_setup)))
    way = data.draw(st.sampled_from([DENSE, *STORED]))
    found = walked(given_setup, RATIONAL, family, way, size, excess=excess)
    first, d = found.moments[0], len(given_setup.points[0])
    for r, row in enumerate(given_setup.weights):
        if Neuron(r) not in first.firing.by_neuron:
            for moment in found.moments:
                assert moment.weights[r * d : (r + 1) * d] == list(row)
                assert Neuron(r) not in moment.firing.by_neuron


@share(20)
@given(setups(), st.sampled_from([DENSE, *STORED]))
def test_mini_batches_of_all_points_are_gradient_descent(given_setup: Setup, way: Way) -> None:
    """With the same step size, found in the same way; an epoch looks first, then again to step."""
    n = len(given_setup.points)
    descent = walked(given_setup, RATIONAL, Method.GRADIENT_DESCENT, way)
    epochs = walked(given_setup, RATIONAL, Method.SGD, way, n)
    assert epochs.moments[0::2] == descent.moments
    assert epochs.moments[1::2] == descent.moments[: len(epochs.moments) // 2]
    assert epochs.records == descent.records
    assert epochs.end == descent.end
