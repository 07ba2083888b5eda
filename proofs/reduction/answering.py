"""An orthogonal vectors problem put to a structure, in phases.

The points of a structure are fixed when it is made, its neurons are not. So B is taken n vectors at
a time, a structure made for each; and each serves as many phases as A has parts of m vectors:

    for each n vectors of B:          init
        for each m vectors of A:      m updates, then n queries

With |A| = |B| = N that is N/n inits, N²/n updates and N²/m queries, so that even a costly init,
polynomial in m and n, is worth little where m and n are small powers of N.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from proofs.reduction.orthogonal_vectors import Instance, Pair
from proofs.reduction.threshold_instance import neuron, point, silent, threshold
from proofs.reduction.vector_search import Make, VectorSearch
from reference.counters import NO_COUNTS, Counts
from reference.ids import Neuron, Point
from reference.scalar import Arithmetic, S


@dataclass(slots=True)
class Answered:
    """The pairs that queries answered, and how much was asked for. `cost` is without init."""

    pairs: set[Pair]
    inits: int = 0
    updates: int = 0
    queries: int = 0
    cost: Counts = NO_COUNTS


def answered(
    make: Make[S],
    arithmetic: Arithmetic[S],
    instance: Instance,
    m: int | None = None,
    n: int | None = None,
) -> Answered:
    """The orthogonal pairs by threshold search over m neurons and n points, by default all at once.

    Domain: m and n at least 1.
    """
    found = Answered(set())
    m = m or max(1, len(instance.left))
    tau = threshold(arithmetic, instance.dimension)
    for columns in _parts(len(instance.right), n or len(instance.right)):
        points = [point(arithmetic, instance.right[i]) for i in columns]
        search = make(points, m, tau)
        found.inits += 1
        for rows in _parts(len(instance.left), m):
            _update(found, search, _weights(arithmetic, instance, rows, m))
            _query(found, search, rows, columns, tau)
    return found


def _parts(count: int, size: int) -> Iterator[range]:
    """All indices below `count`, so many at a time."""
    for start in range(0, count, size):
        yield range(start, min(start + size, count))


def _weights(arithmetic: Arithmetic[S], instance: Instance, rows: range, m: int) -> list[list[S]]:
    """m weights: these vectors of A, and silent ones where A has no more."""
    weights = [neuron(arithmetic, instance.left[j]) for j in rows]
    return weights + [silent(arithmetic, instance.dimension)] * (m - len(rows))


def _update(found: Answered, search: VectorSearch[S], weights: list[list[S]]) -> None:
    """Neuron by neuron, the structure has these weights."""
    for r, w in enumerate(weights):
        found.cost += search.update(Neuron(r), w)
        found.updates += 1


def _query(
    found: Answered, search: VectorSearch[S], rows: range, columns: range, threshold: S
) -> None:
    """Every point is asked about."""
    for i, column in enumerate(columns):
        answer = search.query(Point(i), threshold)
        found.pairs |= {(rows.start + r, column) for r in answer.fired}
        found.cost += answer.cost
        found.queries += 1
