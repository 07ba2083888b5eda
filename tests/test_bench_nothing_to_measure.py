"""`firingtree bench` where there is nothing to measure: no step, no processor's name, no room."""

import signal
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np
import pytest
from matplotlib.figure import Figure

from reference.edges.bench import (
    bar_pictures,
    iteration,
    iteration_picture,
    machine,
    own_process,
    request,
    rivals_command,
    whole_training,
)
from reference.edges.bench.contestants import DENSE, RivalRun
from reference.edges.bench.crossing import compared
from reference.edges.bench.iteration import measure_width, played
from reference.edges.bench.level_overhead import overhead
from reference.edges.bench.machine import this_machine
from reference.edges.bench.numpy_rivals import DenseGaussNewton
from reference.edges.bench.own_process import in_own_process
from reference.edges.bench.room import LeftOut
from reference.edges.bench.stream import _Recorder
from reference.edges.system.request_errors import OutOfRange
from reference.edges.system.terminal import Terminal
from reference.ids import Point
from reference.scalar import BINARY64
from reference.structures.flat_scan import FlatScan
from tests.commands import call
from tests.test_bench_parts import CONFIG, PROBLEM, at_width

pytestmark = pytest.mark.plain


def singular(*_: object) -> float:
    """A step of a rival whose Gram matrix is singular."""
    raise np.linalg.LinAlgError


# ---- steps ---------------------------------------------------------------------------------------


def test_a_rival_whose_matrix_is_singular_makes_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DenseGaussNewton, "step", singular)
    assert RivalRun(DenseGaussNewton(CONFIG, PROBLEM)).step() is None
    found = whole_training.trained("numpy-dense", CONFIG, PROBLEM, 9.0)
    assert (found.reached, found.remark) == (False, "its Gram matrix became singular")


class Stuck:
    """A contestant that makes no step."""

    def step(self) -> None:
        """None is made."""


def test_where_no_step_can_be_made_there_is_no_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iteration, "start", lambda *_: Stuck())
    assert list(played(CONFIG, PROBLEM, [DENSE], 3)) == []
    with pytest.raises(OutOfRange, match="a width at which every method can make a step"):
        measure_width(CONFIG, PROBLEM, [DENSE], 3, lambda: None)


def test_the_overhead_of_a_run_without_steps_is_not_measured() -> None:
    done = msgspec.structs.replace(CONFIG, until=1e9)
    with pytest.raises(OutOfRange, match="a width at which a step can be made"):
        overhead(done, PROBLEM, lambda: None)


# ---- the machine ---------------------------------------------------------------------------------


@pytest.mark.parametrize("told", [None, "processor : 0\n", "model name : a fast one \n"])
def test_a_processor_has_a_name_wherever_it_is_told(
    told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cpuinfo"
    if told is not None:
        file.write_text(told)
    monkeypatch.setattr(machine, "Path", lambda _: file)
    name = this_machine().cpu
    assert name
    assert (name == "a fast one") == ("fast" in (told or ""))


def test_a_package_that_is_not_there_has_no_version() -> None:
    assert machine._version("firingtree-of-nobody") == ""


@pytest.mark.parametrize("load", [0.0, 99.0])
def test_other_work_is_told_and_none_is_not(
    load: float, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = msgspec.structs.replace(this_machine(), load=load, cores=1)
    monkeypatch.setattr(request, "this_machine", lambda: found)
    assert request.begun(Terminal(), "a title") is found
    assert ("other work is going on here" in capsys.readouterr().out) == (load > 0)


class NotStarted:
    """A process that cannot be started."""

    pid = None

    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        """There are too many."""
        raise BlockingIOError("too many processes")


def test_a_process_that_cannot_be_started_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_context("spawn"), "Process", NotStarted)
    with pytest.raises(BlockingIOError):
        in_own_process(str, 3)


def test_ctrl_c_while_a_process_is_started_comes_when_it_is() -> None:
    lines: list[str] = []

    def started() -> None:
        with own_process._undisturbed():
            signal.raise_signal(signal.SIGINT)
            lines.append("still here")
        lines.append("not reached")

    with pytest.raises(KeyboardInterrupt):
        started()
    assert lines == ["still here"]


# ---- pictures and words --------------------------------------------------------------------------


def test_a_ring_stands_on_the_dense_line_where_a_method_crosses_it() -> None:
    seconds: Mapping[int, float] = {64: 1.0, 256: 4.0, 1024: 16.0}
    found = [at_width(m, {DENSE: [spent] * 3}) for m, spent in seconds.items()]
    axes = Figure().subplots()
    crossing = compared("plain-tree", DENSE, [64, 256, 1024], [4.0, 2.0, 0.5])
    other = compared("plain-tree", "plain-live", [64, 256], [2.0, 0.5])
    iteration_picture._mark_crossings(axes, found, [other, crossing])
    (ring,) = axes.lines
    assert np.allclose(ring.get_xydata(), [[512.0, 8.0]])
    (word,) = axes.texts
    assert word.get_text() == "2^9"
    assert iteration_picture._height(iteration_picture._course(found, DENSE), 4096.0) == 16.0


def test_no_bars_have_no_scale() -> None:
    axes = Figure().subplots()
    bar_pictures._bars(axes, [], [], [], [])
    assert (axes.get_xscale(), len(axes.patches)) == ("linear", 0)


def test_who_does_not_fit_is_told_and_the_others_race(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    left = [LeftOut(method=DENSE, width=64, needed=1 << 40, free=1 << 30)]
    monkeypatch.setattr(rivals_command, "fitting", lambda *_, **__: ([], left))
    monkeypatch.setattr(rivals_command, "race", lambda *_: [])
    told = call(capsys, f"bench rivals --width 64 --points 3 --methods {DENSE}")
    assert told.status == 0
    assert "left out at m = 64: numpy-dense takes about 1,024 GiB, and 1 GiB are free" in told.out


def test_a_recorded_scan_is_a_scan() -> None:
    scan = FlatScan(BINARY64, [[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])
    seen = _Recorder(scan)
    assert (seen.m, seen.n, seen.shape()) == (scan.m, scan.n, scan.shape())
    assert (seen.build_cost, seen.stored_bytes) == (scan.build_cost, scan.stored_bytes)
    assert seen.query(Point(0), 1.5) == scan.query(Point(0), 1.5)
    assert seen.answers == [[[1, 2]]]
