"""Points on a line: there a structure is fast in both operations, whatever the conjectures say.

With w and x real numbers, w·x > τ is w > τ/x, or −w > τ/|x|, or 0 > τ, as x is positive, negative
or zero. So two ordered trees, of the w_r and of the −w_r, serve all points at once:

    update   two changes in balanced trees of m nodes: O(log m), however many points there are
    query    one search in one of them: O(log m), and 1 for each answer

The lower bound therefore says nothing of few dimensions; it needs D to grow as log(mn) at least.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from random import Random

from reference.counters import Counts, added
from reference.ids import Neuron, Point
from reference.scalar import RATIONAL
from reference.structures.ordered_tree import OrderedTrees
from reference.structures.threshold_search import Answer

ABOVE, BELOW = Point(0), Point(1)
"""The tree of the w_r, and that of the −w_r."""


class LineSearch:
    """Threshold search in R^1, in rationals: a threshold divided by a point must not be rounded."""

    def __init__(self, points: Sequence[Sequence[Fraction]], m: int) -> None:
        self._points = [x for (x,) in points]
        self._trees = OrderedTrees(RATIONAL, [[Fraction()] * m, [Fraction()] * m])

    def update(self, r: Neuron, w: Sequence[Fraction]) -> Counts:
        """One change in either tree; n does not occur."""
        (value,) = w
        return self._trees.replace([r], [[value], [-value]])

    def query(self, i: Point, threshold: Fraction) -> Answer:
        """One search, unless the point is zero: then all neurons score 0."""
        x, sign = self._points[i], Counts(comparisons=1)
        if x:
            fired, cost = self._trees.query(ABOVE if x > 0 else BELOW, threshold / abs(x))
            return Answer(fired, cost + sign)
        everyone = range(self._trees.m if threshold < 0 else 0)
        return Answer([Neuron(r) for r in everyone], sign)


def right_on_a_line(values: Sequence[Fraction], m: int) -> tuple[int, int]:
    """How many queries were asked, and how many answered as by definition.

    Every state of m neurons with these values, every update of one neuron to one of them, and then
    every one of them as a point and as a threshold.
    """
    asked = right = 0
    for state in product(values, repeat=m):
        for r, value in product(range(m), values):
            search = _set(values, state)
            search.update(Neuron(r), [value])
            for i, tau in product(range(len(values)), values):
                now = [value if k == r else w for k, w in enumerate(state)]
                fired = [k for k, w in enumerate(now) if w * values[i] > tau]
                asked += 1
                right += search.query(Point(i), tau).fired == fired
    return asked, right


def _set(points: Sequence[Fraction], weights: Sequence[Fraction]) -> LineSearch:
    """The structure over these points, its neurons set one by one."""
    search = LineSearch([[x] for x in points], len(weights))
    for r, w in enumerate(weights):
        search.update(Neuron(r), [w])
    return search


def counted_on_a_line(size: int, seed: int) -> Counts:
    """What m updates and then n queries without an answer cost, m = n = size.

    The neurons get distinct values in an order drawn from the seed, the points are distinct.
    """
    points = [[Fraction(i + 1, size)] for i in range(size)]
    search = LineSearch(points, size)
    order = Random(f"line/{seed}/{size}").sample(range(size), size)
    cost = added(search.update(Neuron(r), [Fraction(value)]) for r, value in enumerate(order))
    return cost + added(search.query(Point(i), Fraction(size)).cost for i in range(size))
