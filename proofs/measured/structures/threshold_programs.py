"""Programs for threshold search, drawn: weights change, and every structure is asked who fires.

Weights are multiples of ¼ and points are whole, so scores are exact in floats too, and a quarter of
a unit decides: ties with the threshold are frequent. What is expected is the definition, computed
apart in whole numbers:

    query(i, τ) = {r : ⟨w_r, x_i⟩ > τ}

after any sequence of updates, at any threshold (at one, for the sets that are kept at it).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from reference.ids import Neuron, Point
from reference.scalar import BINARY64, RATIONAL, Arithmetic, S
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure, ThresholdSearch

Vector = tuple[int, ...]

QUARTERS, LONGEST = 8, 3
"""Weights go from −2 to 2 by quarters; points have at most so many coordinates, from −2 to 2."""


@dataclass(frozen=True, slots=True)
class Programs:
    """So many updates and answers; how many answers had a tie, and how many were wrong."""

    updates: int
    answers: int
    ties: int
    wrong: int

    def __add__(self, other: "Programs") -> "Programs":
        return Programs(
            self.updates + other.updates,
            self.answers + other.answers,
            self.ties + other.ties,
            self.wrong + other.wrong,
        )


class World:
    """Weights and points in whole numbers, and what they say."""

    def __init__(self, chance: Random, most: int) -> None:
        d = chance.randint(1, LONGEST)
        self.chance = chance
        self.points = [_drawn(chance, d, 2) for _ in range(chance.randint(1, 3))]
        self.weights = [_drawn(chance, d, QUARTERS) for _ in range(chance.randint(1, most))]
        self.threshold = chance.randint(-QUARTERS, QUARTERS)

    def scores(self, r: int) -> list[int]:
        """Four times the scores of a neuron, one a point."""
        weight = self.weights[r]
        return [sum(w * c for w, c in zip(weight, x, strict=True)) for x in self.points]

    def updated(self) -> list[int]:
        """Some neurons have new weights: these."""
        m = len(self.weights)
        changed = sorted(self.chance.sample(range(m), self.chance.randint(1, min(m, 3))))
        for r in changed:
            self.weights[r] = _drawn(self.chance, len(self.points[0]), QUARTERS)
        return changed


def _drawn(chance: Random, d: int, most: int) -> Vector:
    return tuple(chance.randint(-most, most) for _ in range(d))


def programs(count: int, updates: int, most: int, seed: int = 0) -> Programs:
    """So many programs of so many updates over at most so many neurons."""
    done = Programs(0, 0, 0, 0)
    for number in range(count):
        done += program(World(Random(f"threshold/{seed}/{number}"), most), updates)
    return done


def program(world: World, updates: int) -> Programs:
    """One program, followed by every structure in both lanes and asked after each update."""
    exact = [_built(RATIONAL, structure, world) for structure in Structure]
    floats = [_built(BINARY64, structure, world) for structure in Structure]
    done = Programs(0, 0, 0, 0)
    for _ in range(updates):
        changed = world.updated()
        for one in exact:
            _update(RATIONAL, one, world, changed)
        for another in floats:
            _update(BINARY64, another, world, changed)
        other = world.chance.randint(-QUARTERS, QUARTERS)
        i = world.chance.randrange(len(world.points))
        done += _asked(RATIONAL, exact, world, i, other) + _asked(BINARY64, floats, world, i, other)
    return done + Programs(updates, 0, 0, 0)


def _built(arithmetic: Arithmetic[S], structure: Structure, world: World) -> ThresholdSearch[S]:
    rows = [world.scores(r) for r in range(len(world.weights))]
    columns = [[arithmetic.ratio(row[i], 4) for row in rows] for i in range(len(world.points))]
    return threshold_search(structure, arithmetic, columns, arithmetic.ratio(world.threshold, 4))


def _update(
    arithmetic: Arithmetic[S], search: ThresholdSearch[S], world: World, changed: Sequence[int]
) -> None:
    rows = [world.scores(r) for r in changed]
    columns = [[arithmetic.ratio(row[i], 4) for row in rows] for i in range(len(world.points))]
    search.replace([Neuron(r) for r in changed], columns)


def _asked(
    arithmetic: Arithmetic[S],
    searches: Sequence[ThresholdSearch[S]],
    world: World,
    i: int,
    other: int,
) -> Programs:
    """Every structure at one point, at the fixed threshold or, if it can, at another."""
    column = [world.scores(r)[i] for r in range(len(world.weights))]
    answers = ties = wrong = 0
    for structure, search in zip(Structure, searches, strict=True):
        threshold = world.threshold if structure is Structure.INCREMENTAL else other
        fired = search.query(Point(i), arithmetic.ratio(threshold, 4)).fired
        expected = [r for r, score in enumerate(column) if score > threshold]
        answers, ties = answers + 1, ties + (threshold in column)
        wrong += fired != expected
    return Programs(0, answers, ties, wrong)


# ---- where floats part from the reals ------------------------------------------------------------


def rounded_away() -> tuple[Fraction, float]:
    """A score above 1 as a real number and, summed in floats, not: 1 + 2^−53 and its rounding."""
    weight, point = (1.0, 1.0), (1.0, 2.0**-53)
    exact = sum((Fraction(w) * Fraction(c) for w, c in zip(weight, point, strict=True)), Fraction())
    return exact, weight[0] * point[0] + weight[1] * point[1]
