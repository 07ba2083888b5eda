"""The file of a trained network gives its outputs, and with W(0) the whole network."""

from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import pytest

from reference.edges.command_line import status_of
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.networks.initial_network import draw
from reference.edges.networks.network_errors import NetworkMismatch
from reference.edges.runs.network_file import network_file, whole_weights
from reference.edges.runs.run_builder import build_exact_run, build_run
from reference.edges.setup.configuration import Configuration, Engine, Init
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.training import Run
from tests.commands import DATA

pytestmark = pytest.mark.plain

SMALL = Configuration(
    data="small.csv", points=4, width=256, alpha=0.2, steps=4, until=0.0, invariants="off"
)
"""Wide enough that most neurons never move."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)


def finished(config: Configuration) -> Run[float]:
    problem = choose_points(load_table("small.csv", None), config.points, 0).problem
    run = build_run(config, problem, Nobody())
    while run.reason is None:
        run.step()
    return run


@pytest.mark.parametrize("engine", ["plain", "vectorized"])
@pytest.mark.parametrize("init", ["whole", "live"])
@pytest.mark.parametrize("method", [Method.SUBLINEAR, Method.LIVE, Method.GAUSS_NEWTON])
def test_the_file_alone_gives_the_outputs_on_the_training_points(
    engine: Engine, init: Init, method: Method
) -> None:
    run = finished(msgspec.structs.replace(SMALL, engine=engine, init=init, method=method))
    with np.load(BytesIO(network_file(run))) as file:
        scores = np.array(run.trainer.problem.points) @ file["weights"].T - file["shift"]
        outputs = file["scale"] * (np.maximum(scores, 0) @ file["signs"]) + file["offset"]
        assert file["width"] == 256
        assert 0 < len(file["places"]) < 200
        assert (np.diff(file["places"]) > 0).all()
    loss = 0.5 * ((outputs - np.array(run.trainer.problem.labels)) ** 2).sum()
    assert abs(loss - run.records[-1].loss) <= 2.0**-40


@pytest.mark.parametrize("method", [Method.SUBLINEAR, Method.LIVE])
@pytest.mark.parametrize("engine", ["plain", "vectorized"])
def test_with_the_initial_weights_it_is_the_whole_network(method: Method, engine: Engine) -> None:
    config = msgspec.structs.replace(SMALL, method=method, engine=engine)
    dense = finished(msgspec.structs.replace(SMALL, method=Method.GAUSS_NEWTON))
    rows = np.array(draw(0, 256, 3, 0.0).weights).reshape(256, 3)
    found = whole_weights(network_file(finished(config)), rows)
    expected = np.array(dense.trainer.network.weights.matrix().values).reshape(256, 3)
    untouched = (expected == rows).all(axis=1)
    assert untouched.any()
    assert (found[untouched] == rows[untouched]).all()
    assert np.abs(found - expected).max() <= 2.0**-40


def test_initial_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(NetworkMismatch, match=r"shape \(256, 3\), found \(255, 3\)"):
        whole_weights(network_file(finished(SMALL)), np.zeros((255, 3)))


def test_the_same_run_gives_the_same_bytes_and_the_exact_lane_its_nearest_floats() -> None:
    assert network_file(finished(SMALL)) == network_file(finished(SMALL))
    config = msgspec.structs.replace(SMALL, scalar="exact")
    problem = choose_points(load_table("small.csv", None), 4, 0).problem
    exact = build_exact_run(config, problem, Nobody())
    exact.step()
    with np.load(BytesIO(network_file(exact))) as file:
        rows = [
            exact.trainer.network.weights.row(r)
            for r in sorted(exact.trainer.network.weights.moved)
        ]
        assert file["weights"].tolist() == [[float(w) for w in row] for row in rows]


def test_the_command_writes_it_and_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    options = "--data small.csv --points 4 --width 256 --alpha 0.2 --method live --steps 2"
    assert status_of(f"train {options} --network trained.npz".split()) == 0
    assert "written: trained.npz" in capsys.readouterr().out
    with np.load("trained.npz") as file:
        assert file["weights"].shape == (len(file["places"]), 3)


def test_an_output_in_no_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["train", "--data", "small.csv", "--network", "nowhere/a.npz"]) == 2
    assert "output-folder-missing" in capsys.readouterr().err
