"""The parts of `firingtree bench`: ratios, crossings, labels, streams, processes, libraries."""

import gc
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from reference.edges.bench import library_rivals
from reference.edges.bench import stream as streams
from reference.edges.bench.contestants import Step
from reference.edges.bench.crossing import compared, crossings_of
from reference.edges.bench.iteration import DEPTH, AtWidth, Times, comparisons, loss_difference
from reference.edges.bench.library_rivals import Task, library_trained
from reference.edges.bench.machine import this_machine
from reference.edges.bench.measurement import ratio
from reference.edges.bench.own_process import Lost, Worked, in_own_process
from reference.edges.bench.picture_style import APART, apart
from reference.edges.bench.sorted_keys import SortedKeys
from reference.edges.bench.stream import Change, Stream, recorded
from reference.edges.bench.structure_race import (
    PEER,
    STRUCTURES,
    Answers,
    Held,
    builder,
    structure_race,
)
from reference.edges.bench.whole_training import Trained
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.errors import BadIndex
from reference.ids import Neuron, Point
from reference.network import Problem
from reference.training.method import Method
from tests.bench_work import held, killed, refused
from tests.dense_model import firing

pytestmark = pytest.mark.thorough

PROBLEM = Problem(((0.6, 0.8, 0.0), (0.0, 0.28, 0.96), (-0.48, 0.36, 0.8)), (1.0, -0.5, 0.3))
CONFIG = Configuration(points=3, width=32, bias=0.7, invariants="off", until=0.0)


@pytest.fixture(scope="module", autouse=True)
def small_heap() -> Iterator[None]:
    """What was there before is not looked through again by each collection of garbage."""
    gc.freeze()
    yield
    gc.unfreeze()


# ---- ratios and crossings ------------------------------------------------------------------------


def test_ratios_are_those_of_pairs_and_not_of_medians() -> None:
    found = ratio([2.0, 30.0, 1.0], [1.0, 10.0, 4.0])
    assert found is not None
    assert (found.median, found.least, found.most) == (2.0, 0.25, 3.0)
    assert ratio([], []) is None
    assert ratio([1.0], []) is None


def test_powers_of_m_cross_where_they_are_equal() -> None:
    """Quotients c·m^(−p) are 1 at m = c^(1/p), between whichever widths that is."""
    widths = [1 << k for k in range(8, 20, 3)]
    for p in (0.1, 0.24, 1.0):
        for place in (9.0, 10.5, 14.2, 16.9):
            quotients = [2.0 ** (p * place) * m**-p for m in widths]
            (found,) = crossings_of(widths, quotients)
            assert np.log2(found) == pytest.approx(place)


def test_who_is_equal_is_not_faster() -> None:
    assert crossings_of([4, 16], [2.0, 1.0]) == []
    assert crossings_of([4, 16], [1.0, 1.0]) == []
    assert crossings_of([4, 16, 64], [2.0, 1.0, 0.5]) == [16.0]


@pytest.mark.parametrize(
    ("widths", "quotients", "words"),
    [
        ([16, 64], [4.0, 2.0], "a does not beat b at any width measured (m = 2^4 … 2^6: 4 to 2 "),
        ([16, 64], [0.5, 0.25], "a is faster than b at every width measured (m = 2^4 … 2^6: 0.5"),
        ([16, 64], [2.0, 0.5], "a overtakes b at m ≈ 2^5 (m = 2^4 … 2^6: 2 to 0.5 times its"),
        ([16, 64], [0.5, 2.0], "a falls behind b at m ≈ 2^5 (m = 2^4 … 2^6"),
        ([16, 64, 256], [2.0, 0.5, 2.0], "a and b change places at m ≈ 2^5, 2^7 (m = 2^4 … 2^8"),
        ([16], [0.5], "a is faster than b at every width measured (m = 2^4: 0.5 times its"),
        ([16], [1.0], "a does not beat b at any width measured (m = 2^4: 1 times its seconds)"),
    ],
)
def test_who_is_faster_where_is_a_sentence(
    widths: list[int], quotients: list[float], words: str
) -> None:
    assert compared("a", "b", widths, quotients).words.startswith(words)


def at_width(width: int, seconds: dict[str, list[float]]) -> AtWidth:
    """Made-up times at a width."""
    methods = [
        Times(
            method=name,
            median=sorted(spent)[len(spent) // 2],
            wall_median=0.0,
            dense_over_this=None,
            seconds=spent,
            wall=spent,
            losses=[],
        )
        for name, spent in seconds.items()
    ]
    return AtWidth(
        width=width,
        shift=1.0,
        rounds=3,
        methods=methods,
        left_out=[],
        loss_difference=None,
        same_firing=None,
    )


def test_methods_are_compared_by_the_median_of_pairs_wherever_both_were() -> None:
    found = comparisons(
        [
            at_width(256, {"plain-tree": [1.0, 9.0, 9.0], "numpy-dense": [4.0, 18.0, 3.0]}),
            at_width(64, {"plain-tree": [8.0, 1.0, 8.0], "numpy-dense": [4.0, 1.0, 2.0]}),
            at_width(1024, {"plain-tree": [8.0, 1.0, 8.0], "plain-live": [4.0, 1.0, 2.0]}),
        ]
    )
    dense, live = found
    assert (dense.method, dense.other, dense.widths) == ("plain-tree", "numpy-dense", [64, 256])
    assert dense.quotients == [2.0, 0.5]
    assert dense.crossings == [128.0]
    assert (live.other, live.widths, live.quotients) == ("plain-live", [1024], [2.0])


def test_losses_are_compared_until_they_are_rounding() -> None:
    def step(loss: float) -> Step:
        return Step(loss, "", 1.0, 1.0)

    first = {"a": step(2.0), "b": step(2.0)}
    near = {"a": step(1e-3), "b": step(1.001e-3)}
    deep = {"a": step(2.0 * DEPTH), "b": step(1.0)}
    assert loss_difference([first, near], ["a", "b"]) == pytest.approx(0.001 / 1.001)
    assert loss_difference([first, near, deep], ["a", "b"]) == pytest.approx(0.001 / 1.001)


def test_labels_are_in_their_order_and_apart() -> None:
    random = np.random.default_rng(5)
    for _ in range(50):
        heights: list[float] = random.choice([0.1, 0.12, 0.3, 0.31, 0.5], 6).tolist()
        placed = apart(heights)
        order = sorted(range(6), key=lambda index: placed[index])
        assert [heights[index] for index in order] == sorted(heights)
        gaps = np.diff(sorted(placed))
        assert gaps.min() > APART * (1 - 1e-9)
    assert apart([0.2, 0.9]) == [0.2, 0.9]


# ---- the machine ---------------------------------------------------------------------------------


def test_the_machine_is_named_with_versions_and_every_blas() -> None:
    machine = this_machine()
    assert machine.cpu
    assert machine.cores >= 1
    assert machine.memory > 1 << 28
    for name in ("numpy", "scipy", "scikit-learn", "firingtree"):
        assert machine.packages[name] in machine.words
    assert machine.blas
    assert all("threads" in library for library in machine.blas)
    assert "numpy" in " ".join(machine.blas)
    assert "torch" not in machine.packages or library_rivals.is_installed("torch-lbfgs")


# ---- processes of their own ----------------------------------------------------------------------


def test_a_process_tells_its_own_peak_and_not_that_of_this_one() -> None:
    kept = bytearray(1 << 28)
    little, much = in_own_process(held, 1 << 20), in_own_process(held, 1 << 27)
    assert isinstance(little, Worked)
    assert isinstance(much, Worked)
    assert (little.answer, much.answer) == (1 << 20, 1 << 27)
    assert little.peak < len(kept)
    assert little.added < 1 << 25 <= (1 << 27) - (1 << 22) <= much.added < 1 << 28
    assert much.peak == much.before + much.added


def test_an_error_of_the_work_is_raised_here() -> None:
    with pytest.raises(BadIndex) as told:
        in_own_process(refused, 7)
    assert "7" in told.value.message


@pytest.mark.parametrize(
    ("status", "words"), [(3, "its process ended with status 3"), (-9, "was killed")]
)
def test_a_process_that_is_lost_says_how_it_ended(status: int, words: str) -> None:
    if status > 0:
        assert in_own_process(killed, status) == Lost(status)
    assert words in Lost(status).words


# ---- streams and structures ----------------------------------------------------------------------


def test_a_stream_is_what_training_asked_of_its_search() -> None:
    """Replayed on plain lists, it gives the recorded answers."""
    stream = recorded(CONFIG, PROBLEM, 3)
    assert len(stream.changes) == 3
    assert len(stream.answers) == 4
    columns = [list(column) for column in stream.columns]
    for index, answers in enumerate(stream.answers):
        assert [list(found) for found in answers] == [firing(c, 0.7) for c in columns]
        if index < 3:
            change = stream.changes[index]
            assert set(change.neurons) == {r for found in answers for r in found}
            for column, scores in zip(columns, change.columns, strict=True):
                for r, score in zip(change.neurons, scores, strict=True):
                    column[r] = score
    assert stream.moved == sum(len(change.neurons) for change in stream.changes)


TIES = Stream(
    columns=[[0.5, 0.25, 0.5, -0.0, 0.75], [0.25, 0.25, 0.25, 0.25, 0.25]],
    threshold=0.25,
    changes=[
        Change([Neuron(1), Neuron(4)], [[0.5, 0.25], [0.5, 0.25]]),
        Change([Neuron(0)], [[0.25], [0.75]]),
    ],
    answers=[
        [[Neuron(0), Neuron(2), Neuron(4)], []],
        [[Neuron(0), Neuron(1), Neuron(2)], [Neuron(1)]],
        [[Neuron(1), Neuron(2)], [Neuron(0), Neuron(1)]],
    ],
)
"""Scores that equal the threshold, that cross it both ways, that are all the same."""


def test_a_training_without_a_scan_has_no_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    dense = msgspec.structs.replace(CONFIG, method=Method.GAUSS_NEWTON)
    monkeypatch.setattr(streams, "build_run", lambda _, *rest: build_run(dense, *rest))
    with pytest.raises(TypeError, match="keeps its scores in one"):
        recorded(CONFIG, PROBLEM, 3)


@pytest.mark.parametrize("stream", [TIES, recorded(CONFIG, PROBLEM, 3)], ids=["ties", "training"])
def test_every_structure_gives_the_recorded_answers(stream: Stream) -> None:
    paces = structure_race(stream, STRUCTURES, 2, lambda: None)
    assert [pace.structure for pace in paces] == list(STRUCTURES)
    for pace in paces:
        assert pace.agrees
        assert len(pace.build) == len(pace.query) == len(pace.update) == 2
        assert min(pace.build + pace.query + pace.update) > 0
        assert pace.bytes_a_score >= 8


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_wrong_answer_is_seen(name: str) -> None:
    """If the recorded answers are others: at the start, or after the last change."""
    for place in (0, 2):
        answers = [list(found) for found in TIES.answers]
        answers[place] = [answers[place][0][:-1], answers[place][1]]
        (pace,) = structure_race(replace(TIES, answers=answers), [name], 1, lambda: None)
        assert not pace.agrees


def test_an_update_that_is_left_out_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    class Idle:
        def __init__(self, structure: Held) -> None:
            self._structure = structure

        def query(self) -> Callable[[], Answers]:
            return self._structure.query()

        def update(self, index: int) -> None:
            """Nothing."""

    def idle(name: str, stream: Stream) -> Callable[[], Held]:
        build = builder(name, stream)
        return lambda: Idle(build())

    monkeypatch.setattr("reference.edges.bench.structure_race.builder", idle)
    assert not any(pace.agrees for pace in structure_race(TIES, STRUCTURES, 1, lambda: None))


def test_memory_a_score_is_that_which_is_allocated() -> None:
    """8 bytes each in a list of doubles, 16 in a tree, and what typeguard remembers of the call."""
    columns = [[float(r % 7) for r in range(4096)] for _ in range(2)]
    empty: list[list[Sequence[Neuron]]] = [[firing(column, 5.5) for column in columns]]
    stream = Stream(columns, 5.5, [], empty)
    found = {
        pace.structure: pace.bytes_a_score
        for pace in structure_race(stream, STRUCTURES, 1, lambda: None)
    }
    for name, low, high in (
        ("scan", 8, 9.5),
        ("scan-arrays", 8, 9.5),
        ("tournament", 16, 17.5),
        ("tournament-arrays", 16, 17.5),
        ("ordered", 17, 20),
        ("incremental", 9, 24),
        (PEER, 24, 200),
    ):
        assert low <= found[name] <= high, name


def test_sorted_keys_answer_above_a_threshold_that_scores_equal() -> None:
    keys = SortedKeys([[0.0, -0.0, 1.0, 0.0]])
    assert keys.query(Point(0), 0.0) == [2]
    assert keys.query(Point(0), -0.5) == [0, 1, 2, 3]
    keys.replace([Neuron(2), Neuron(0)], [[0.0, 2.0]])
    assert keys.query(Point(0), 0.0) == [0]


# ---- libraries -----------------------------------------------------------------------------------

TASK = Task("sklearn-lbfgs", Configuration(points=3, width=16, until=1e-3), PROBLEM, 60.0)


def test_lbfgs_is_given_the_fewest_iterations_that_reach_the_loss() -> None:
    found = library_trained(TASK)
    assert found.reached
    assert found.loss <= 1e-3
    assert found.remark == ""

    def loss(iterations: int) -> float:
        x, y = np.array(PROBLEM.points), np.array(PROBLEM.labels)
        regressor = MLPRegressor(
            hidden_layer_sizes=(16,), solver="lbfgs", alpha=0, tol=0, random_state=0
        )
        regressor.set_params(max_iter=iterations)
        with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
            regressor.fit(x, y)
        return float(((regressor.predict(x) - y) ** 2).sum()) / 2

    assert loss(found.iterations) == pytest.approx(found.loss)
    assert loss(found.iterations - 1) > 1e-3
    known = library_trained(replace(TASK, known=found.iterations))
    assert (known.iterations, known.loss) == (found.iterations, found.loss)


def test_lbfgs_that_does_not_reach_the_loss_says_why() -> None:
    unreachable = Configuration(points=3, width=16, until=0.0)
    found = library_trained(replace(TASK, config=unreachable))
    assert not found.reached
    assert f"stopped after {found.iterations} iterations by its own tolerance" in found.remark
    late = library_trained(replace(TASK, config=unreachable, limit=0.0))
    assert (late.reached, late.iterations) == (False, 1)
    assert late.remark == "stopped after 1 iterations to keep to 0 s"


def test_adam_is_trained_until_the_loss_of_an_epoch_is_low_enough() -> None:
    """Its own loss is half the mean square: times n it is ours."""
    config = Configuration(points=3, width=16, until=1e-2, steps=5000)
    found = library_trained(replace(TASK, name="sklearn-adam", config=config))
    assert found.reached
    x, y = np.array(PROBLEM.points), np.array(PROBLEM.labels)
    regressor = MLPRegressor(
        hidden_layer_sizes=(16,),
        solver="adam",
        alpha=0,
        batch_size=3,
        shuffle=False,
        random_state=0,
    )
    losses: list[float] = []
    for _ in range(found.iterations):
        if losses:
            losses.append(float(((regressor.predict(x) - y) ** 2).sum()) / 2)
        else:
            losses.append(np.inf)
        regressor.partial_fit(x, y)
    assert losses[-1] == pytest.approx(found.loss)
    assert losses[-1] <= 1e-2 < min(losses[:-1])
    few = Configuration(points=3, width=16, steps=3)
    short = library_trained(replace(TASK, name="sklearn-adam", config=few))
    assert (short.iterations, short.remark) == (3, "stopped after 3 iterations")
    late = library_trained(replace(TASK, name="sklearn-adam", config=config, limit=1e-9))
    assert (late.iterations, late.remark) == (1, "stopped after 1e-09 s")


@pytest.mark.parametrize("name", ["torch-gradient", "torch-lbfgs"])
def test_torch_trains_our_network(name: str) -> None:
    """Where it is installed: gradient descent needs as many steps as numpy's, LBFGS fewer."""
    pytest.importorskip("torch")
    config = Configuration(points=3, width=64, bias=0.7, until=1e-3, steps=5000)
    found: Trained = library_trained(replace(TASK, name=name, config=config))
    assert found.reached
    assert found.loss <= 1e-3


@pytest.mark.parametrize("name", ["torch-gradient", "torch-lbfgs"])
def test_torch_stops_when_its_time_is_over(name: str) -> None:
    pytest.importorskip("torch")
    config = Configuration(points=3, width=64, bias=0.7, until=1e-3, steps=5000)
    late = library_trained(replace(TASK, name=name, config=config, limit=1e-9))
    assert (late.reached, late.remark) == (False, "stopped after 1e-09 s")
    assert late.iterations <= 1
