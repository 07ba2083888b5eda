"""What Hypothesis draws for the functions and theorems about the specification.

Arguments are drawn together, so that premises are met: paths lead to leaves of the tree that is
drawn, keys are often a tree's own or just beside an earlier one, points are among the points.
Beside valid trees come ones that are not, since theorems are about all of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from typing import TypeVar, get_type_hints

import hypothesis.strategies as st

from reference.specification import firing, ordered, tournament

T = TypeVar("T")

HALVES = [Fraction(k, 2) for k in range(-2, 3)]
FAR = [Fraction(-100), Fraction(100)]
BEYOND = [Fraction(-200), Fraction(200)]
SIZES = st.integers(-2, 9)
FLAGS = st.booleans()


@dataclass
class World:
    """What has been drawn for the earlier arguments."""

    draw: st.DrawFn
    dimension: int
    leaves: tournament.Tree | None = None
    keys: list[ordered.Key] = field(default_factory=list)
    asked: list[ordered.Key] = field(default_factory=list)
    points: list[firing.Vector] = field(default_factory=list)

    def one_of(self, values: list[T]) -> T:
        """One of these."""
        return self.draw(st.sampled_from(values))

    def often(self) -> bool:
        """Three times out of four."""
        return self.one_of([True, True, True, False])

    # ---- numbers ---------------------------------------------------------------------------------

    def integer(self) -> int:
        """A size, a place, a power."""
        return self.draw(SIZES)

    def fraction(self) -> Fraction:
        """Ties are frequent: among themselves, and with scores that are there."""
        there = [key.score for key in (*self.keys, *self.asked)]
        return self.one_of(self.one_of([there or HALVES, HALVES, BEYOND]))

    # ---- tournament trees ------------------------------------------------------------------------

    def tournament_tree(self) -> tournament.Tree:
        """Up to eight leaves in any shape; often every node is the larger of its children."""
        valid = self.often()
        self.leaves = self._joined(self.draw(st.integers(1, 8)), valid)
        return self.leaves

    def _joined(self, leaves: int, valid: bool) -> tournament.Tree:
        if leaves == 1:
            return tournament.Leaf(self.one_of([0, 1, 2, 3]), self.one_of(HALVES))
        cut = self.draw(st.integers(1, leaves - 1))
        left, right = self._joined(cut, valid), self._joined(leaves - cut, valid)
        if valid:
            return tournament.join(left, right)
        return tournament.Node(self.one_of(HALVES), left, right)

    def path(self) -> tournament.Path:
        """Often to a leaf of the tree."""
        turns: list[bool] = []
        tree = self.leaves
        if tree is None or not self.often():
            turns = self.draw(st.lists(FLAGS, max_size=5))
        while turns == [] and isinstance(tree, tournament.Node):
            turns, tree = self._descended(tree)
        return path_of(turns)

    def _descended(self, tree: tournament.Tree) -> tuple[list[bool], tournament.Tree]:
        turns = []
        while isinstance(tree, tournament.Node):
            turns.append(self.draw(FLAGS))
            tree = tree.right if turns[-1] else tree.left
        return turns, tree

    # ---- ordered trees ---------------------------------------------------------------------------

    def ordered_tree(self) -> ordered.Tree:
        """Often balanced and in order; otherwise of any shape, keys and heights."""
        if self.often():
            return self._balanced(self.one_of([0, 1, 2, 2, 3, 3, 4]), iter(self._ascending()))
        return self._disordered(self.draw(st.integers(0, 6)))

    def parts(self) -> tuple[ordered.Tree, ordered.Key, ordered.Tree]:
        """A tree, a key, a tree: often nearly balanced, and in this order."""
        if not self.often():
            return self.ordered_tree(), self.key(), self.ordered_tree()
        ascending = iter(self._ascending())
        height = self.draw(st.integers(0, 3))
        left = self._balanced(height, ascending)
        key = next(ascending)
        self.keys.append(key)
        lower, higher = max(height - 2, 0), min(height + 2, 3)
        return left, key, self._balanced(self.draw(st.integers(lower, higher)), ascending)

    def _ascending(self) -> list[ordered.Key]:
        gaps = self.draw(st.integers(0, 2**31 - 1))
        ranks = accumulate(1 + (gaps >> i & 1) for i in range(31))
        return [ordered.Key(Fraction(rank // 3, 2), rank % 3) for rank in ranks]

    def _balanced(self, height: int, keys: Iterator[ordered.Key]) -> ordered.Tree:
        """Any balanced shape of this height, its keys in order."""
        if height <= 0:
            return ordered.Empty()
        lower = max(height - 2, 0)
        one, other = self.one_of(
            [(height - 1, height - 1), (height - 1, lower), (lower, height - 1)]
        )
        left = self._balanced(one, keys)
        key = next(keys)
        self.keys.append(key)
        return ordered.Branch(height, left, key, self._balanced(other, keys))

    def _disordered(self, size: int) -> ordered.Tree:
        if size == 0:
            return ordered.Empty()
        cut = self.draw(st.integers(0, size - 1))
        left, right = self._disordered(cut), self._disordered(size - 1 - cut)
        key = ordered.Key(self.one_of(HALVES), self.one_of([0, 1, 2]))
        self.keys.append(key)
        return ordered.Branch(self.draw(st.integers(-1, 4)), left, key, right)

    def bound(self) -> ordered.Key:
        """Often before or after all."""
        return self.key(a_bound=True)

    def key(self, a_bound: bool = False) -> ordered.Key:
        """One of the tree's, one just beside an earlier one, or one far beyond all."""
        far = [[ordered.Key(score, neuron) for neuron in (0, 1, 2)] for score in FAR]
        near = [ordered.Key(key.score, key.neuron + step) for key in self.asked for step in (-1, 1)]
        own = [] if a_bound else [*[self.keys] * 3, near]
        kinds = [kind for kind in (*own, *far, near[-2:]) if kind]
        self.asked.append(self.one_of(self.one_of(kinds)))
        return self.asked[-1]

    # ---- vectors, points, neurons ----------------------------------------------------------------

    def vector(self) -> firing.Vector:
        """Often one of the points, and of the common dimension."""
        known = self.draw(FLAGS)
        if self.points and known:
            return self.one_of(self.points)
        dimension = self.dimension if self.often() else self.draw(st.integers(0, 3))
        vector: firing.Vector = firing.End()
        for _ in range(dimension):
            vector = firing.Coordinate(self.one_of(HALVES), vector)
        return vector

    def training_points(self) -> firing.Points:
        """Up to three."""
        points: firing.Points = firing.NoPoint()
        for _ in range(self.draw(st.integers(0, 3))):
            x = self.vector()
            self.points.append(x)
            points = firing.Point(x, self.one_of(HALVES), points)
        return points

    def neurons(self) -> firing.Neurons:
        """Up to three."""
        neurons: firing.Neurons = firing.NoNeuron()
        for _ in range(self.draw(st.integers(0, 3))):
            neurons = firing.Neuron(self.vector(), self.one_of(HALVES), neurons)
        return neurons

    def scores(self) -> firing.Scores:
        """Up to five."""
        scores: firing.Scores = firing.NoScore()
        for _ in range(self.draw(st.integers(0, 5))):
            scores = firing.Score(self.one_of(HALVES), scores)
        return scores

    def flags(self) -> firing.Flags:
        """Up to five."""
        flags: firing.Flags = firing.NoFlag()
        for _ in range(self.draw(st.integers(0, 5))):
            flags = firing.Flag(self.draw(FLAGS), flags)
        return flags


def path_of(turns: list[bool]) -> tournament.Path:
    """The path that turns right where this is true."""
    path: tournament.Path = tournament.Here()
    for right in reversed(turns):
        path = tournament.Right(path) if right else tournament.Left(path)
    return path


DRAWN: list[tuple[object, Callable[[World], object]]] = [
    (int, World.integer),
    (Fraction, World.fraction),
    (tournament.Tree, World.tournament_tree),
    (tournament.Path, World.path),
    (ordered.Tree, World.ordered_tree),
    (ordered.Key, World.key),
    (firing.Vector, World.vector),
    (firing.Points, World.training_points),
    (firing.Neurons, World.neurons),
    (firing.Scores, World.scores),
    (firing.Flags, World.flags),
    (bool, lambda world: world.draw(FLAGS)),
]


BOUNDS = ("bound", "earlier", "later")


@st.composite
def arguments(draw: st.DrawFn, function: Callable[..., object]) -> Mapping[str, object]:
    """Arguments of a function of the specification, or of a theorem, by name."""
    hints = {name: kind for name, kind in get_type_hints(function).items() if name != "return"}
    world = World(draw, draw(st.integers(1, 3)))
    if list(hints)[:3] == ["left", "key", "right"]:
        given: dict[str, object] = dict(zip(hints, world.parts(), strict=False))
    else:
        given = {}
    for name, kind in hints.items():
        if name not in given:
            (drawn,) = [way for of, way in DRAWN if of == kind]
            given[name] = world.bound() if name in BOUNDS else drawn(world)
    return given
