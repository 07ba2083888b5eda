"""Memory is estimated before anything is drawn: what does not fit is refused, what runs fits."""

import re
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.run_builder import build_exact_run, build_run
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.memory import LIBRARIES, check_memory, estimated_bytes
from reference.edges.setup.setup_errors import MemoryExceeded
from reference.network import Problem
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.weights import Reading
from tests.commands import DATA, assert_refused, call

pytestmark = pytest.mark.thorough

GIB = 1 << 30

# ---- what is refused -----------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)


def problem_of() -> Problem[float]:
    return choose_points(load_table("small.csv", None), 4, 0).problem


def so_much_is_free(patch: pytest.MonkeyPatch, free: int) -> None:
    patch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=free))


def nothing_can_be_drawn(patch: pytest.MonkeyPatch) -> None:
    for name in (
        "reference.edges.runs.lanes.draw",
        "reference.edges.runs.lanes.drawn_live",
        "reference.ports.vectorized.parts.drawn_network",
    ):
        patch.setattr(name, None)


def built(config: Configuration, problem: Problem[float]) -> object:
    """The run at its start."""
    if config.scalar == "exact":
        return build_exact_run(config, problem, Nobody())
    return build_run(config, problem, Nobody())


WAYS = [
    Configuration(data="small.csv", points=4, width=1 << 20, bias=1.5, steps=0),
    Configuration(data="small.csv", points=4, width=1 << 20, bias=1.5, scalar="exact", steps=0),
    Configuration(data="small.csv", points=4, width=1 << 20, bias=1.5, engine="vectorized"),
    Configuration(data="small.csv", points=4, width=1 << 20, bias=1.5, method=Method.LIVE),
    Configuration(
        data="small.csv", points=4, width=1 << 40, bias=2.5, method=Method.LIVE, init="live"
    ),
    Configuration(
        data="small.csv",
        points=4,
        width=1 << 62,
        bias=3.5,
        method=Method.LIVE,
        init="live",
        engine="vectorized",
    ),
]


@pytest.mark.parametrize("config", WAYS)
def test_a_byte_too_few_is_refused_before_anything_is_drawn(
    config: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what it would take, what is free, and the largest power of two that would fit."""
    problem = problem_of()
    needed = estimated_bytes(config, problem)
    nothing_can_be_drawn(monkeypatch)
    so_much_is_free(monkeypatch, needed)
    check_memory(config, problem)
    so_much_is_free(monkeypatch, needed - 1)
    with pytest.raises(MemoryExceeded) as caught:
        built(config, problem)
    error = caught.value
    assert (error.needed, error.free, error.width) == (needed, needed - 1, config.width)
    assert error.fitting.bit_count() == 1
    assert error.fitting < config.width
    fits, more = (
        estimated_bytes(msgspec.structs.replace(config, width=width), problem)
        for width in (error.fitting, 2 * error.fitting)
    )
    assert fits <= needed - 1 < more or 2 * error.fitting == config.width


def test_what_would_fit_is_found_far_below_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for config in WAYS:
        so_much_is_free(monkeypatch, LIBRARIES + (1 << 20))
        with pytest.raises(MemoryExceeded) as caught:
            check_memory(config, problem_of())
        width = caught.value.fitting
        assert 64 <= width < config.width
        for factor, fits in ((1, True), (2, False)):
            other = msgspec.structs.replace(config, width=factor * width)
            assert (estimated_bytes(other, problem_of()) <= LIBRARIES + (1 << 20)) is fits


@pytest.mark.parametrize("engine", ["plain", "vectorized"])
def test_the_command_tells_the_figures_and_a_way_out(
    engine: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    so_much_is_free(monkeypatch, GIB)
    nothing_can_be_drawn(monkeypatch)
    command = f"train --data small.csv --points 4 --width {10**9} --engine {engine}"
    words = [str(10**9), "1 GiB are free", "--width", "would fit", "--init live"]
    told = assert_refused(capsys, f"{command} --checkpoint new", "memory-exceeded", words)
    (figure,) = re.findall(r"would take about ([0-9.,e+]+) GiB", told.err)
    config = Configuration(data="small.csv", points=4, width=10**9)
    if engine == "vectorized":
        config = msgspec.structs.replace(config, engine="vectorized")
    exact = estimated_bytes(config, problem_of()) / GIB
    assert float(figure.replace(",", "")) == pytest.approx(exact, rel=0.01)


def test_where_nothing_fits_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    so_much_is_free(monkeypatch, LIBRARIES)
    command = "train --data small.csv --points 4 --width 64"
    assert_refused(capsys, command, "memory-exceeded", ["no --width would fit"])


def test_what_fits_by_the_estimate_alone_still_has_a_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As where somebody else takes the memory in between."""
    so_much_is_free(monkeypatch, 1 << 90)
    for options in (f"--width {2**60}", f"--width {2**45}", f"--width {2**45} --engine vectorized"):
        command = f"train --data small.csv --points 4 {options}"
        assert_refused(capsys, command, "out-of-memory", ["--width"])


def test_a_run_that_fits_is_not_told_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    so_much_is_free(monkeypatch, LIBRARIES + (1 << 24))
    told = call(capsys, "train --data small.csv --points 4 --width 64 --alpha 0.1 --steps 1")
    assert (told.status, "GiB" in told.out) == (0, False)


# ---- what the estimate knows ---------------------------------------------------------------------


def test_more_of_anything_is_never_estimated_lower() -> None:
    base = Configuration(data="small.csv", points=4, width=1 << 16, bias=2.0)
    for engine, method, init in product(
        ("plain", "vectorized"),
        (Method.SUBLINEAR, Method.LIVE, Method.GAUSS_NEWTON),
        ("whole", "live"),
    ):
        config = msgspec.structs.replace(base, engine=engine, method=method, init=init)
        here = estimated_bytes(config, problem_of())
        for more in ({"width": 1 << 17}, {"bias": 1.0}):
            assert estimated_bytes(msgspec.structs.replace(config, **more), problem_of()) > here
        unwatched = msgspec.structs.replace(config, invariants="off")
        assert estimated_bytes(unwatched, problem_of()) < here
        if method.stores_scores:
            lists = msgspec.structs.replace(config, structure=Structure.SCAN)
            trees = msgspec.structs.replace(config, structure=Structure.TOURNAMENT)
            assert estimated_bytes(lists, problem_of()) <= estimated_bytes(trees, problem_of())
            implicit = msgspec.structs.replace(config, weights=Reading.IMPLICIT)
            assert estimated_bytes(implicit, problem_of()) >= here


def test_rationals_are_estimated_at_several_times_the_floats() -> None:
    floats = Configuration(data="small.csv", points=4, width=1 << 16, bias=1.0, invariants="off")
    exact = msgspec.structs.replace(floats, scalar="exact")
    few, many = (estimated_bytes(config, problem_of()) - LIBRARIES for config in (floats, exact))
    assert many > 2.5 * few


def test_a_live_draw_is_estimated_by_its_live_neurons_alone() -> None:
    """At the same number of them, whatever the width."""
    narrow = Configuration(
        data="small.csv", points=4, width=1 << 20, bias=1.5, method=Method.LIVE, init="live"
    )
    wide = msgspec.structs.replace(narrow, width=1 << 40, bias=5.28)
    near, far = (estimated_bytes(c, problem_of()) - LIBRARIES for c in (narrow, wide))
    assert 0.5 < near / far < 2
    whole = msgspec.structs.replace(narrow, init="whole")
    assert estimated_bytes(whole, problem_of()) - LIBRARIES > 1.2 * near
