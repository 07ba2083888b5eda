"""Seconds of an iteration against m: all contestants from one W(0), one step each in turn.

    round 1   plain-tree → vectorized-live → numpy-dense
    round 2   vectorized-live → numpy-dense → plain-tree
    …

So whatever else the machine does, it does to all of them alike, and a quotient is one of two steps
made within seconds of each other from the same weights. Whoever goes first in a round goes last in
the next: each finds the caches as another left them. When the trajectory ends before all rounds
are made, all start again.
"""

from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from statistics import median

import msgspec

from reference.edges.bench.contestants import DENSE, GRADIENT, Step, start
from reference.edges.bench.crossing import Comparison, compared
from reference.edges.bench.measurement import Ratio, ratio
from reference.edges.bench.room import LeftOut, fitting
from reference.edges.setup.configuration import Configuration
from reference.edges.system.request_errors import OutOfRange
from reference.network import Problem

DEPTH = 1e-12
"""Losses are compared while they are above this share of the first: below, they are rounding."""

PAIRS = (
    ("plain-tree", DENSE),
    ("vectorized-tree", DENSE),
    ("vectorized-live", DENSE),
    ("vectorized-tree", "vectorized-dense"),
    ("plain-tree", "plain-live"),
    ("vectorized-tree", "vectorized-live"),
)
"""Who is set against whom: trees and live ones against dense, trees against live ones."""

Round = dict[str, Step]
"""One step of each contestant, from the same weights."""


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """What a contestant's steps took, round by round.

    `dense_over_this` are the dense rival's seconds over these, pair by pair; it and the rest of the
    medians leave bookkeeping out, `wall` has it.
    """

    method: str
    median: float
    wall_median: float
    dense_over_this: Ratio | None
    seconds: list[float]
    wall: list[float]
    losses: list[float]


class AtWidth(msgspec.Struct, frozen=True, kw_only=True):
    """All contestants at one width.

    `loss_difference` is the largest relative difference of two losses of one round, of those that
    walk the Gauss-Newton trajectory, while it is above 1e-12 of the first loss; `same_firing` tells
    whether their firing sets were the same in every round. None if fewer than two walk it.
    """

    width: int
    shift: float
    rounds: int
    methods: list[Times]
    left_out: list[LeftOut]
    loss_difference: float | None
    same_firing: bool | None

    def times(self, method: str) -> Times | None:
        """Those of this contestant, if it was there."""
        return next((each for each in self.methods if each.method == method), None)


def measure_width(
    config: Configuration,
    problem: Problem[float],
    names: Sequence[str],
    rounds: int,
    tick: Callable[[], None],
) -> AtWidth:
    """So many rounds of those that fit. Errors: `out-of-range` if no step can be made.

    Those of building too.
    """
    kept, left = fitting(names, config, problem, together=True)
    made: list[Round] = []
    for found in played(config, problem, kept, rounds) if kept else ():
        made.append(found)
        tick()
    if kept and not made:
        expected = "a width at which every method can make a step"
        raise OutOfRange("--width", expected, str(config.width))
    walkers = [name for name in kept if name != GRADIENT]
    several = len(walkers) > 1
    return AtWidth(
        width=config.width,
        shift=config.shift,
        rounds=len(made),
        methods=[_times(name, made) for name in kept],
        left_out=left,
        loss_difference=loss_difference(made, walkers) if several else None,
        same_firing=_same_firing(made, walkers) if several else None,
    )


def played(
    config: Configuration, problem: Problem[float], names: Sequence[str], rounds: int
) -> Iterator[Round]:
    """So many rounds; fewer only if no step can be made from W(0)."""
    count = 0
    while count < rounds:
        contestants = {name: start(name, config, problem) for name in names}
        before = count
        while count < rounds:
            turn = count % len(names)
            steps = {name: contestants[name].step() for name in (*names[turn:], *names[:turn])}
            found = {name: step for name, step in steps.items() if step is not None}
            if len(found) < len(names) or not all(isfinite(step.loss) for step in found.values()):
                break
            count += 1
            yield {name: found[name] for name in names}
        if count == before:
            return


def _times(name: str, made: Sequence[Round]) -> Times:
    seconds = [found[name].seconds for found in made]
    wall = [found[name].wall for found in made]
    dense = [found[DENSE].seconds for found in made if DENSE in found]
    return Times(
        method=name,
        median=median(seconds),
        wall_median=median(wall),
        dense_over_this=ratio(dense, seconds),
        seconds=seconds,
        wall=wall,
        losses=[found[name].loss for found in made],
    )


def loss_difference(made: Sequence[Round], walkers: Sequence[str]) -> float:
    """The largest relative difference of two losses of one round, while losses tell anything."""
    largest = 0.0
    first = max(found[name].loss for found in made for name in walkers)
    for found in made:
        losses = [found[name].loss for name in walkers]
        if min(losses) > DEPTH * first:
            largest = max(largest, (max(losses) - min(losses)) / max(losses))
    return largest


def _same_firing(made: Sequence[Round], walkers: Sequence[str]) -> bool:
    return all(len({found[name].digest for name in walkers}) == 1 for found in made)


def comparisons(found: Sequence[AtWidth]) -> list[Comparison]:
    """Who is faster than whom from which width on, wherever both were there."""
    told = []
    for method, other in PAIRS:
        widths, quotients = [], []
        for at in sorted(found, key=lambda each: each.width):
            mine, theirs = at.times(method), at.times(other)
            between = ratio(mine.seconds, theirs.seconds) if mine and theirs else None
            if between is not None:
                widths.append(at.width)
                quotients.append(between.median)
        if widths:
            told.append(compared(method, other, widths, quotients))
    return told
