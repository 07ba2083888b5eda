"""From nothing to a loss of 1e-20: ours and the dense rival in turn, set-up included."""

from collections.abc import Callable
from statistics import median

import msgspec

from reference.edges.bench.contestants import DENSE
from reference.edges.bench.measurement import Ratio, ratio
from reference.edges.bench.whole_training import Trained, trained
from reference.edges.setup.configuration import Configuration
from reference.network import Problem

OURS = "vectorized-live"

LOSS, STEPS, LIMIT = 1e-20, 100, 600.0
"""Where training ends: at this loss, or without it after so many steps, or seconds."""


class EndToEnd(msgspec.Struct, frozen=True, kw_only=True):
    """Both at one width, repeat by repeat; `dense_over_ours` compares their totals in pairs."""

    width: int
    dense: list[Trained]
    ours: list[Trained]
    dense_over_ours: Ratio | None

    @property
    def words(self) -> str:
        """Both in a sentence."""
        times = "" if self.dense_over_ours is None else f": {self.dense_over_ours.words} times"
        return (
            f"end to end at m = {self.width:,}: {_told(OURS, self.ours)}; "
            f"{_told(DENSE, self.dense)}{times}"
        )


def measure_whole(
    config: Configuration, problem: Problem[float], repeats: int, tick: Callable[[], None]
) -> EndToEnd:
    """So many trainings of both, in turn. Errors: those of building."""
    here = msgspec.structs.replace(config, until=LOSS, steps=STEPS)
    found: dict[str, list[Trained]] = {OURS: [], DENSE: []}
    for repeat in range(repeats):
        for name in (OURS, DENSE) if repeat % 2 == 0 else (DENSE, OURS):
            found[name].append(trained(name, here, problem, LIMIT))
            tick()
    ours, dense = found[OURS], found[DENSE]
    over = ratio([each.total for each in dense], [each.total for each in ours])
    return EndToEnd(width=config.width, dense=dense, ours=ours, dense_over_ours=over)


def _told(name: str, found: list[Trained]) -> str:
    setup, steps = median(each.setup for each in found), median(each.seconds for each in found)
    last = found[-1]
    reached = "" if last.reached else f", loss {last.loss:.1e} only"
    return f"{name} {setup:.3g} s of set-up + {steps:.3g} s for {last.iterations} steps{reached}"
