"""How much longer a checked step takes than an unchecked one.

Two runs of one configuration go side by side, step by step in turn; each pair of steps gives a
quotient. Checks are part of the time, which is that on the wall.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import msgspec

from reference.edges.bench.measurement import Ratio, ratio
from reference.edges.runs.observers import observer
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.edges.system.request_errors import OutOfRange
from reference.network import Problem
from reference.training.training import Run


class Overhead(msgspec.Struct, frozen=True, kw_only=True):
    """A level over `off` at one width: the quotients step by step, and the seconds at `off`."""

    width: int
    level: str
    off_seconds: float
    over_off: Ratio
    ratios: list[float]


def overhead(config: Configuration, problem: Problem[float], tick: Callable[[], None]) -> Overhead:
    """The configuration's level over `off`, for as long as it trains.

    Errors: those of building; `out-of-range` if it makes no step.
    """
    plain = build_run(config, problem, observer("off"))
    checked = build_run(config, problem, observer(config.invariants))
    unwatched, watched = [], []
    while plain.reason is None and checked.reason is None:
        off, on = _timed(plain), _timed(checked)
        tick()
        if plain.reason is None:
            unwatched.append(off)
            watched.append(on)
    over = ratio(watched, unwatched)
    if over is None:
        raise OutOfRange("--width", "a width at which a step can be made", str(config.width))
    return Overhead(
        width=config.width,
        level=config.invariants,
        off_seconds=median(unwatched),
        over_off=over,
        ratios=[on / off for on, off in zip(watched, unwatched, strict=True)],
    )


def _timed(run: Run[float]) -> float:
    """The seconds of one step, checks included."""
    began = perf_counter()
    run.step()
    return perf_counter() - began
