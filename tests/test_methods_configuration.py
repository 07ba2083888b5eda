"""A configuration's run is by its method, and the methods of a row of the table agree."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec
import pytest

from reference.edges.runs.lanes import on_grid
from reference.edges.runs.run_builder import build_exact_run, build_run
from reference.edges.setup.configuration import Configuration
from reference.gram import gram
from reference.ids import Point
from reference.network import Problem
from reference.structures.threshold_search import Structure
from reference.training.batches import Batches
from reference.training.iteration import query
from reference.training.learning_rate import largest_eigenvalue, largest_trace
from reference.training.method import Method
from reference.training.scores import FreshScores, RecomputedScores, StoredScores
from reference.training.step_rule import FullSteps, GradientSteps
from reference.weights import ImplicitWeights, Reading, RewrittenWeights
from tests.small_training import Diary, Moment
from tests.trainings import ended, seen

pytestmark = pytest.mark.plain

ROWS = [
    (Method.GAUSS_NEWTON, Method.SUBLINEAR, Method.LIVE),
    (
        Method.GRADIENT_DESCENT,
        Method.SUBLINEAR_GRADIENT_DESCENT,
        Method.LIVE_GRADIENT_DESCENT,
    ),
    (Method.SGD, Method.SUBLINEAR_SGD, Method.LIVE_SGD),
]
PROBLEM = Problem(((0.6, 0.8, 0.0), (0.0, 0.6, -0.8), (-0.8, 0.0, 0.6)), (1.0, -1.0, 1.0))


def configured(
    method: Method,
    structure: Structure = Structure.TOURNAMENT,
    reading: Reading = Reading.REWRITTEN,
    spread: float = 0.0,
    batch: int | None = None,
) -> Configuration:
    """Sixteen neurons on three points, two steps or epochs."""
    config = Configuration(
        points=3,
        width=16,
        bias=0.25,
        grid=4,
        steps=2,
        until=0.0,
        method=method,
        structure=structure,
        weights=reading,
        bias_spread=spread,
        batch=batch,
    )
    config.check()
    return config


def walked(config: Configuration) -> tuple[list[Moment[Fraction]], str, str]:
    """Its run in rationals: all that was seen, recorded and said."""
    diary: Diary[Fraction] = Diary()
    run = build_exact_run(config, PROBLEM, diary)
    end = ended(run)
    return diary.moments, repr(seen(run)), end


@pytest.mark.parametrize("spread", [0.0, 0.5])
@pytest.mark.parametrize(("dense", "stored", "live"), ROWS)
def test_the_methods_of_a_row_walk_the_same_exact_trajectory_from_one_configuration(
    dense: Method, stored: Method, live: Method, spread: float
) -> None:
    """A live method's records name neurons by their places; its firing sets do not, so `test_live`
    compares those.
    """
    moments, records, end = walked(configured(dense, spread=spread))
    assert end == "step-limit"
    for structure in Structure:
        for reading in Reading:
            assert walked(configured(stored, structure, reading, spread)) == (moments, records, end)
            found = walked(configured(live, structure, reading, spread))
            assert [moment.loss for moment in found[0]] == [moment.loss for moment in moments]
            assert found[1:] == (records, end)


@pytest.mark.parametrize(("dense", "stored", "live"), ROWS)
def test_a_method_has_the_scores_weights_and_rule_that_its_name_says(
    dense: Method, stored: Method, live: Method
) -> None:
    for method in (dense, stored, live):
        for reading in Reading:
            diary: Diary[float] = Diary()
            trainer = build_run(configured(method, reading=reading), PROBLEM, diary).trainer
            kept = None if method is dense else reading
            assert isinstance(trainer.scores, FreshScores) == (method is dense)
            assert isinstance(trainer.scores, RecomputedScores) == (kept is Reading.RECOMPUTED)
            assert isinstance(trainer.scores, StoredScores) == (method is not dense)
            assert (len(trainer.network.places) < 16) == (method is live)
            implicit = kept is Reading.IMPLICIT
            expected = ImplicitWeights if implicit else RewrittenWeights
            assert isinstance(trainer.network.weights, expected)
            solving = dense is Method.GAUSS_NEWTON
            assert isinstance(trainer.rule, FullSteps if solving else GradientSteps)


def test_the_table_of_methods_has_every_method_once_and_sorts_it_rightly() -> None:
    assert sorted(m.value for row in ROWS for m in row) == sorted(m.value for m in Method)
    for dense, stored, live in ROWS:
        assert [m.stores_scores for m in (dense, stored, live)] == [False, True, True]
        assert [m.keeps_the_live for m in (dense, stored, live)] == [False, False, True]
        for method in (dense, stored, live):
            assert method.solves == (dense is Method.GAUSS_NEWTON)
            assert method.takes_batches == (dense is Method.SGD)


def test_solved_steps_have_a_hundredth_of_the_patience_of_gradient_steps() -> None:
    for row in ROWS:
        for method in row:
            diary: Diary[float] = Diary()
            limits = build_run(configured(method), PROBLEM, diary).limits
            assert limits.patience == (10 if method.solves else 1000)


def test_live_methods_do_without_a_tree_unless_one_is_asked_for() -> None:
    for row in ROWS:
        for method in row:
            plain = configured(method)
            for engine, expected in (("plain", "incremental"), ("vectorized", "scan")):
                asked = msgspec.structs.replace(plain, engine=engine)
                assert asked.search is Structure.TOURNAMENT
                left_open = msgspec.structs.replace(asked, structure=None)
                live = method.keeps_the_live
                assert left_open.search.value == (expected if live else "tournament")


@pytest.mark.parametrize(("batch", "sizes"), [(None, [3]), (1, [1, 1, 1]), (2, [2, 1])])
def test_the_batches_of_a_run_are_as_large_as_asked_for(
    batch: int | None, sizes: list[int]
) -> None:
    """Eight points where nothing is asked for, but no more than there are."""
    batches = configured(Method.SGD, batch=batch).batches
    assert batches is not None
    assert [len(points) for points in batches.of_epoch(0)] == sizes
    assert configured(Method.SUBLINEAR).batches is None


@pytest.mark.parametrize("method", [Method.SGD, Method.SUBLINEAR_SGD, Method.LIVE_SGD])
@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_run_on_mini_batches_has_their_step_size(method: Method, batch: int) -> None:
    """One over the largest trace that a batch can have, or over λ_max if it has all points."""
    diary: Diary[Fraction] = Diary()
    run = build_exact_run(configured(method, batch=batch), PROBLEM, diary)
    problem, firing = run.trainer.problem, query(run.trainer, run.trainer.problem.indices)
    lower = gram(run.trainer.products, firing, 16)
    run.step()
    bound, _ = largest_eigenvalue(lower)
    if batch < problem.n:
        bound = largest_trace([row[-1] for row in lower], batch)
    assert run.trainer.rule.remembered == Fraction(1 / bound)
    steps = [moment.firing.asked for moment in diary.moments]
    assert [len(points) for points in steps[1:]] == [len(b) for b in batches_of_three(batch)]


def batches_of_three(size: int) -> list[list[Point]]:
    return Batches(3, size, 0).of_epoch(0)


def test_the_exact_lane_has_the_draws_of_the_float_lane_rounded_to_the_grid() -> None:
    """Shifts and their excess too."""
    config = configured(Method.SUBLINEAR, spread=0.5)
    nobody: Diary[float] = Diary()
    exactly_nobody: Diary[Fraction] = Diary()
    rounded = build_run(config, PROBLEM, nobody).trainer
    exact = build_exact_run(config, PROBLEM, exactly_nobody).trainer
    net, other = exact.network, rounded.network
    assert list(net.weights.matrix().values) == on(other.weights.matrix().values)
    assert list(net.excess) == on(other.excess)
    assert [net.shift] == on([other.shift])
    assert list(net.signs) == list(other.signs)
    assert list(exact.problem.labels) == on(rounded.problem.labels)
    for x, y in zip(exact.problem.points, rounded.problem.points, strict=True):
        assert list(x) == on(y)
    assert any(net.excess)
    assert max(map(abs, other.excess)) <= 0.5


def on(values: Sequence[float]) -> list[Fraction]:
    """Each rounded to sixteenths."""
    return [on_grid(value, 4) for value in values]


@pytest.mark.parametrize(
    ("value", "quarters"),
    [(0.3, 1), (0.125, 0), (0.375, 2), (-0.2, -1), (-0.375, -2), (7.0, 28)],
)
def test_the_grid_takes_the_nearest_multiple_and_ties_to_even(value: float, quarters: int) -> None:
    assert on_grid(value, 2) == Fraction(quarters, 4)
