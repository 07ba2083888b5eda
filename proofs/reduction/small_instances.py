"""Every problem up to a size, and drawn larger ones, answered by structures and by definition.

Two exhaustive sweeps. *Sets*: every pair of sets A, B of vectors of a dimension, each in one order.
A permutation of the coordinates changes no inner product, so of pairs that differ by one alone, one
is enough: structures are given the same scores, if in another order. *Sequences*: A is any
sequence, in every order and with repetitions, and all vectors are asked about: the shape of a tree
depends on the order.

An instance that is answered yes although no pair is orthogonal, or the reverse, would be counted as
wrong; so would a single pair too many or too few.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from math import log2
from random import Random

from proofs.reduction.answering import answered
from proofs.reduction.orthogonal_vectors import Bits, Instance, orthogonal_pairs, pairs_at
from proofs.reduction.vector_search import Make
from reference.scalar import Arithmetic, S


@dataclass(slots=True)
class Sweep:
    """How many instances were put to how many structures, and what was met on the way.

    `satisfied` instances have an orthogonal pair; `ties` are pairs whose score is the threshold
    itself; `strict` instances have ties and no orthogonal pair, so that ≥ would answer them wrong.
    """

    instances: int = 0
    queries: int = 0
    satisfied: int = 0
    ties: int = 0
    strict: int = 0
    wrong: int = 0


def swept(
    instances: Iterable[Instance],
    ways: Mapping[str, Make[S]],
    arithmetic: Arithmetic[S],
    m: int | None = None,
    n: int | None = None,
) -> Sweep:
    """Every instance, put to every structure, in phases of m neurons and n points."""
    sweep = Sweep()
    for instance in instances:
        pairs, ties = orthogonal_pairs(instance), pairs_at(instance, 1)
        sweep.instances += 1
        sweep.satisfied += bool(pairs)
        sweep.ties += len(ties)
        sweep.strict += bool(ties) and not pairs
        for make in ways.values():
            found = answered(make, arithmetic, instance, m, n)
            sweep.queries += found.queries
            sweep.wrong += found.pairs != pairs
    return sweep


# ---- all of them ---------------------------------------------------------------------------------


def vectors(dimension: int) -> list[Bits]:
    """All 2^D vectors."""
    return list(product((0, 1), repeat=dimension))


def pairs_of_sets(dimension: int, largest: int | None = None) -> Iterator[Instance]:
    """Every pair of sets that are not empty, up to a permutation of the coordinates.

    Sets of at most `largest` vectors, if it is given.
    """
    every = vectors(dimension)
    masks = [mask for mask in range(1, 1 << len(every)) if mask.bit_count() <= (largest or mask)]
    sets = {mask: [v for k, v in enumerate(every) if mask >> k & 1] for mask in masks}
    images = [_images(every, order) for order in permutations(range(dimension))]
    moved = {mask: [_image(mask, image) for image in images] for mask in masks}
    for left in masks:
        for right in masks:
            if (left, right) <= min(zip(moved[left], moved[right], strict=True)):
                yield Instance(sets[left], sets[right])


def _images(every: Sequence[Bits], order: Sequence[int]) -> list[int]:
    """Where each vector goes when its coordinates are taken in this order."""
    place = {v: k for k, v in enumerate(every)}
    return [place[tuple(v[c] for c in order)] for v in every]


def _image(mask: int, images: Sequence[int]) -> int:
    """The set of the images."""
    return sum(1 << image for k, image in enumerate(images) if mask >> k & 1)


def sequences(dimension: int, longest: int) -> Iterator[Instance]:
    """Every sequence A of up to so many vectors, against all vectors."""
    every = vectors(dimension)
    for length in range(1, longest + 1):
        for left in product(every, repeat=length):
            yield Instance(left, every)


# ---- drawn ---------------------------------------------------------------------------------------


def drawn(seed: int, size: int, times_log: float) -> Instance:
    """N against N vectors in dimension D = c·log₂ N, about two in three with an orthogonal pair.

    Ones are as likely as makes an orthogonal pair happen once in the mean, (1 − p²)^D = N^(−2).
    """
    chance = Random(f"orthogonal vectors/{seed}/{size}/{times_log}")
    dimension = round(times_log * log2(size))
    one = (1 - size ** (-2 / dimension)) ** 0.5

    def some() -> list[Bits]:
        return [tuple(int(chance.random() < one) for _ in range(dimension)) for _ in range(size)]

    return Instance(some(), some())
