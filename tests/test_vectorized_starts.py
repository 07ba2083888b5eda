"""Networks on arrays, drawn and scanned a few neurons at a time, start as the plain engine's."""

from collections.abc import Iterator

import msgspec
import numpy as np
import pytest

from reference.activation import Activation
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.starts import Watch, unwatched
from reference.errors import NoFiringNeuron
from reference.ids import Point
from reference.network import Problem
from reference.ports.vectorized import start_arrays
from reference.ports.vectorized.arrays import Floats
from reference.ports.vectorized.weight_arrays import ImplicitWeightArrays
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.trainer import Trainer
from reference.weights import Reading
from tests.test_vectorized_trajectories import PROBLEM

pytestmark = pytest.mark.plain

CONFIG = Configuration(points=3, width=64, bias=0.7, activation=Activation.PRINTED)


@pytest.fixture(autouse=True)
def five_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_arrays, "ROWS", 5)


def at_its_start(config: Configuration, watch: Watch = unwatched) -> Trainer[float]:
    """The trainer of this configuration, before any step."""
    return build_run(config, PROBLEM, Nobody(), watch=watch).trainer


def on_arrays(config: Configuration) -> Configuration:
    """The same with the vectorized engine."""
    return msgspec.structs.replace(config, engine="vectorized")


@pytest.mark.parametrize("method", [Method.SUBLINEAR, Method.LIVE, Method.GAUSS_NEWTON])
def test_a_whole_network_starts_with_the_plain_engine_s_bits(method: Method) -> None:
    config = msgspec.structs.replace(CONFIG, method=method)
    plain, arrays = at_its_start(config), at_its_start(on_arrays(config))
    assert list(arrays.network.weights.matrix().values) == list(
        plain.network.weights.matrix().values
    )
    for name in ("signs", "places"):
        assert list(getattr(arrays.network, name)) == list(getattr(plain.network, name))
    assert arrays.finding == plain.finding
    for name in ("m", "scale", "offset"):
        assert getattr(arrays.network, name) == getattr(plain.network, name)
    assert plain.network.offset != 0


@pytest.mark.parametrize("method", [Method.SUBLINEAR, Method.LIVE])
def test_who_watches_is_told_the_share_that_is_drawn(method: Method) -> None:
    told: list[float] = []
    at_its_start(on_arrays(msgspec.structs.replace(CONFIG, method=method)), told.append)
    assert told == [min(1.0, drawn / 64) for drawn in range(5, 69, 5)]


@pytest.mark.parametrize(("method", "all_held"), [(Method.SUBLINEAR, True), (Method.LIVE, False)])
def test_coefficients_lie_neuron_by_neuron_where_all_are_held_and_else_point_by_point(
    method: Method, all_held: bool
) -> None:
    config = msgspec.structs.replace(CONFIG, method=method, weights=Reading.IMPLICIT)
    weights = start_arrays.drawn_network(config, PROBLEM, unwatched).weights
    assert isinstance(weights, ImplicitWeightArrays)
    assert weights._coefficients.flags.c_contiguous == all_held


def silent(config: Configuration) -> tuple[list[Point], str]:
    """The points without a firing neuron, and what is said of them; nothing if it starts."""
    try:
        at_its_start(config)
    except NoFiringNeuron as error:
        return list(error.points), error.message
    return [], ""


def test_points_on_which_nobody_fires_are_those_of_the_plain_engine() -> None:
    """Seeds with none, with some, with others in another block."""
    found: list[int] = []
    for seed in range(6):
        config = msgspec.structs.replace(CONFIG, method=Method.LIVE, bias=2.4, seed=seed)
        points, said = silent(config)
        assert silent(on_arrays(config)) == (points, said)
        found.append(len(points))
    assert {0, 1, 2} <= {*found}


def test_a_neuron_at_the_threshold_is_not_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def rows(*_: object) -> Iterator[tuple[int, Floats]]:
        yield 0, np.array([[0.5], [0.75]])
        yield 2, np.array([[1.0], [0.5]])

    monkeypatch.setattr(start_arrays, "_rows", rows)
    problem = Problem(((1.0,),), (1.0,))
    config = msgspec.structs.replace(CONFIG, points=1, width=4, bias=0.5)
    kept, places = start_arrays._scanned(config, problem, unwatched)
    assert (kept.tolist(), places.tolist()) == ([[0.75], [1.0]], [1, 2])
