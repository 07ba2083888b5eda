"""What an estimate of memory counts: so many bytes a neuron, so many more a live one."""

import re
from math import sqrt
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from reference.edges.setup import memory
from reference.edges.setup.configuration import Configuration, Scalar
from reference.edges.setup.memory import LIBRARIES, check_memory, estimated_bytes, peak_bytes
from reference.edges.setup.setup_errors import MemoryExceeded
from reference.network import Problem
from reference.solvers.sketch import SketchKind
from reference.solvers.solver import SolverName
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.step_rule import StepRule
from reference.weights import Reading

pytestmark = pytest.mark.plain

PROBLEM = Problem(((1.0, 0.0, 0.0), (0.0, 0.6, 0.8)), (1.0, -1.0))
"""Two points in three coordinates."""

SILENT = Configuration(points=2, width=1000, bias=30.0, invariants="off")
"""Nobody fires, so four neurons are taken to be live."""


def test_blas_is_taken_to_need_sixty_four_mebibytes() -> None:
    assert LIBRARIES == 64 * 2**20


def bytes_of(config: Configuration) -> tuple[int, int]:
    """A neuron's that never moves, and a live one's."""
    more = msgspec.structs.replace(config, width=2 * config.width)
    here = estimated_bytes(config, PROBLEM) - LIBRARIES
    neuron, rest = divmod(estimated_bytes(more, PROBLEM) - LIBRARIES - here, config.width)
    live, other = divmod(here - neuron * config.width, 4)
    assert (rest, other) == (0, 0)
    return neuron, live


KINDS: dict[str, tuple[Configuration, tuple[int, int]]] = {
    "plain": (SILENT, (240, 556)),
    "plain, watched": (
        msgspec.structs.replace(SILENT, invariants="touched"),
        (590, 1026),
    ),
    "ordered": (msgspec.structs.replace(SILENT, structure=Structure.ORDERED), (252, 556)),
    "scan": (msgspec.structs.replace(SILENT, structure=Structure.SCAN), (224, 556)),
    "incremental": (msgspec.structs.replace(SILENT, structure=Structure.INCREMENTAL), (232, 556)),
    "implicit": (msgspec.structs.replace(SILENT, weights=Reading.IMPLICIT), (264, 556)),
    "exact": (msgspec.structs.replace(SILENT, scalar="exact"), (640, 2336)),
    "dense": (msgspec.structs.replace(SILENT, method=Method.GAUSS_NEWTON), (296, 556)),
    "dense, implicit in name": (
        msgspec.structs.replace(SILENT, method=Method.GAUSS_NEWTON, weights=Reading.IMPLICIT),
        (296, 556),
    ),
    "scanned": (msgspec.structs.replace(SILENT, method=Method.LIVE), (192, 556)),
    "scanned, exact": (
        msgspec.structs.replace(SILENT, method=Method.LIVE, scalar="exact"),
        (552, 2336),
    ),
    "drawn live": (msgspec.structs.replace(SILENT, method=Method.LIVE, init="live"), (0, 556)),
}
ARRAYS = msgspec.structs.replace(SILENT, engine="vectorized")
KINDS |= {
    "arrays": (ARRAYS, (60, 204)),
    "arrays, watched": (msgspec.structs.replace(ARRAYS, invariants="touched"), (718, 862)),
    "arrays, scan": (msgspec.structs.replace(ARRAYS, structure=Structure.SCAN), (44, 172)),
    "arrays, implicit": (msgspec.structs.replace(ARRAYS, weights=Reading.IMPLICIT), (76, 220)),
    "arrays, steps tried": (
        msgspec.structs.replace(ARRAYS, step_rule=StepRule.BACKTRACKING),
        (60, 236),
    ),
    "arrays, dense": (msgspec.structs.replace(ARRAYS, method=Method.GAUSS_NEWTON), (48, 204)),
    "arrays, dense, watched": (
        msgspec.structs.replace(ARRAYS, method=Method.GAUSS_NEWTON, invariants="full"),
        (398, 554),
    ),
    "arrays, scanned": (msgspec.structs.replace(ARRAYS, method=Method.LIVE), (2, 172)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_neuron_is_counted_by_what_is_kept_of_it(kind: str) -> None:
    config, expected = KINDS[kind]
    assert bytes_of(config) == expected


@pytest.mark.parametrize(
    ("more", "numbers"),
    [
        (SILENT, 0),
        (msgspec.structs.replace(SILENT, solver=SolverName.SKETCH), 0),
        (msgspec.structs.replace(SILENT, sketch=SketchKind.SRHT), 0),
        (msgspec.structs.replace(SILENT, solver=SolverName.SKETCH, sketch=SketchKind.SRHT), 4096),
    ],
)
@pytest.mark.parametrize(("scalar", "times"), [("float", 1), ("exact", 6)])
def test_a_hadamard_transform_is_of_the_next_power_of_two(
    more: Configuration, numbers: int, scalar: Scalar, times: int
) -> None:
    """There are 3,000 weights."""
    plain = msgspec.structs.replace(SILENT, scalar=scalar)
    more = msgspec.structs.replace(more, scalar=scalar)
    taken = estimated_bytes(more, PROBLEM) - estimated_bytes(plain, PROBLEM)
    assert taken == 220 * numbers * times
    odd = msgspec.structs.replace(more, width=43)  # 129 weights
    plain = msgspec.structs.replace(plain, width=43)
    taken = estimated_bytes(odd, PROBLEM) - estimated_bytes(plain, PROBLEM)
    assert taken == 220 * (numbers // 16) * times
    power = msgspec.structs.replace(more, width=1024)
    one = Problem(((1.0,), (1.0,)), (1.0, -1.0))
    plain = msgspec.structs.replace(plain, width=1024)
    taken = estimated_bytes(power, one) - estimated_bytes(plain, one)
    assert taken == 220 * (numbers // 4) * times


# ---- how many will be live -----------------------------------------------------------------------


THREE = Problem((*PROBLEM.points, (1.0, 0.0, 0.0)), (1.0, -1.0, 1.0))
"""At a low threshold the sampler would draw more candidates than there are neurons."""


@pytest.mark.parametrize(
    ("problem", "bias", "width", "live", "size"),
    [
        (PROBLEM, 2.5, 4096, 51, 4096),
        (PROBLEM, 2.5, 1 << 18, 3298, 1 << 18),
        (PROBLEM, 2.5, 1 << 20, 4145, 329808),
        (PROBLEM, 0.0, 4096, 3017, 4096),
        (THREE, 0.1, 100, 2909, 4096),
    ],
)
def test_live_neurons_are_counted_in_a_pilot_and_a_few_more(
    problem: Problem[float], bias: float, width: int, live: int, size: int
) -> None:
    config = msgspec.structs.replace(SILENT, bias=bias, width=width)
    assert memory._live_share(config, problem) == (live + 4 * sqrt(live) + 4) / size


def test_no_more_neurons_are_taken_to_be_live_than_there_are() -> None:
    config = msgspec.structs.replace(SILENT, width=2)
    assert memory._live_share(config, PROBLEM) == 1.0


# ---- what is free, and what was taken ------------------------------------------------------------


def test_what_was_taken_at_most_is_what_the_system_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Path("/proc/self/status").read_text()
    monkeypatch.setattr("resource.getrusage", None)
    (least,) = re.findall(r"VmHWM:\s+(\d+) kB", told)
    assert 1024 * int(least) <= peak_bytes() <= 1024 * (int(least) + 10_000)
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmPeak:\t  9999 kB\nVmHWM:\t   123 kB\nVmRSS:\t 100 kB\n")
    monkeypatch.setattr(memory, "Path", lambda _: status)
    monkeypatch.setattr("resource.getrusage", lambda who: SimpleNamespace(ru_maxrss=50_000 + who))
    assert peak_bytes() == 123 * 1024
    status.write_text("Name:\tpython\n")
    assert peak_bytes() == 50_000 * 1024
    status.unlink()
    assert peak_bytes() == 50_000 * 1024
    monkeypatch.setattr("sys.platform", "darwin")
    assert peak_bytes() == 50_000


def test_what_would_fit_is_the_next_power_of_two_below(monkeypatch: pytest.MonkeyPatch) -> None:
    for width, fitting in ((1024, 512), (1025, 1024), (1023, 512), (1, 0)):
        config = msgspec.structs.replace(SILENT, width=width)
        free = estimated_bytes(config, PROBLEM) - 1
        if width == 1023:
            free = estimated_bytes(msgspec.structs.replace(SILENT, width=512), PROBLEM)
        monkeypatch.setattr(
            "psutil.virtual_memory", lambda free=free: SimpleNamespace(available=free)
        )
        with pytest.raises(MemoryExceeded) as caught:
            check_memory(config, PROBLEM)
        assert caught.value.fitting == fitting
