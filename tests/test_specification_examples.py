"""What the words of the specification mean, on every small value.

The theorems say how these words hang together, and training refines the operations; here the words
themselves are held against plain Python, also where no operation ever comes.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

import pytest

from reference.specification import tournament
from reference.specification.firing import (
    Coordinate,
    End,
    Flag,
    Flags,
    NoFlag,
    NoPoint,
    Point,
    Points,
    Vector,
    fires_at,
    inner,
    is_point,
    stepped,
)
from reference.specification.ordered import (
    Branch,
    Empty,
    Key,
    Tree,
    balanced,
    branch,
    in_order,
    leaning_in,
    leaning_out,
    least,
    rotated_left,
    rotated_right,
    without_least,
)

pytestmark = pytest.mark.plain

# ---- tournament trees ----------------------------------------------------------------------------

PAIR = tournament.join(tournament.Leaf(4, Fraction(1)), tournament.Leaf(2, Fraction(3)))
THREE = tournament.join(PAIR, tournament.Leaf(7, Fraction(2)))


def test_the_neurons_of_a_tree_stand_from_left_to_right() -> None:
    assert tournament.neurons(THREE) == (4, 2, 7)
    assert tournament.leaves(THREE) == 3


def test_a_path_that_ends_at_an_inner_node_changes_nothing_and_reads_what_stands_there() -> None:
    path = tournament.Left(tournament.Here())
    assert tournament.update(THREE, path, Fraction(9)) == THREE
    assert tournament.read(THREE, path) == 3
    assert tournament.writes(THREE, path) == 1
    assert tournament.leads_to_leaf(THREE, path) is False
    assert tournament.leads_to_leaf(THREE, tournament.Left(path))


# ---- ordered trees -------------------------------------------------------------------------------

KEYS = [Key(Fraction(score), neuron) for score in (0, 1) for neuron in (0, 1)]
FIRST, SECOND, THIRD, _ = KEYS
LEAF = branch(Empty(), SECOND, Empty())


def trees(size: int) -> Iterator[Tree]:
    """Every tree of so many of these keys, in order or not; each branch knows its height."""
    if size == 0:
        yield Empty()
        return
    for below in range(size):
        for left, key, right in product(trees(below), KEYS, trees(size - 1 - below)):
            yield branch(left, key, right)


def keys(tree: Tree) -> list[Key]:
    """From left to right."""
    match tree:
        case Empty():
            return []
        case Branch(_, left, key, right):
            return [*keys(left), key, *keys(right)]


def depth(tree: Tree) -> int:
    """The longest way down; −1 if at some branch the two sides differ by two or more."""
    match tree:
        case Empty():
            return 0
        case Branch(_, left, _, right):
            below = sorted([depth(left), depth(right)])
            return 1 + below[1] if below[0] >= 0 and below[1] - below[0] <= 1 else -1


SMALL = [tree for size in range(4) for tree in trees(size)]


def test_a_tree_is_in_order_if_its_keys_are() -> None:
    for tree in SMALL:
        found = [(key.score, key.neuron) for key in keys(tree)]
        assert in_order(tree) == (found == sorted(set(found)))


def test_a_tree_is_balanced_if_no_side_is_deeper_by_two_and_its_heights_are_right() -> None:
    for tree in SMALL:
        assert balanced(tree) == (depth(tree) >= 0)
    assert not balanced(Branch(2, Empty(), FIRST, Empty()))
    assert not balanced(Branch(2, Branch(2, Empty(), FIRST, Empty()), SECOND, Empty()))


def test_where_there_is_no_child_to_turn_up_nothing_is_turned() -> None:
    assert rotated_right(Empty(), FIRST, LEAF) == branch(Empty(), FIRST, LEAF)
    assert rotated_left(LEAF, THIRD, Empty()) == branch(LEAF, THIRD, Empty())
    assert leaning_out(Empty()) == leaning_in(Empty()) == without_least(Empty()) == Empty()


def test_no_tree_has_the_least_key_of_none() -> None:
    """A total function has a value there too, which nothing rests on."""
    assert least(Empty()) == Key(Fraction(0), 0)


# ---- firing and a step ---------------------------------------------------------------------------


def vector(*entries: int) -> Vector:
    found: Vector = End()
    for entry in reversed(entries):
        found = Coordinate(Fraction(entry), found)
    return found


def points(*pairs: tuple[Vector, int]) -> Points:
    """Points with their coefficients."""
    found: Points = NoPoint()
    for x, coefficient in reversed(pairs):
        found = Point(x, Fraction(coefficient), found)
    return found


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [((2, 3, 5), (7, 11, 13), 112), ((2, 3), (7, 11, 13), 47), ((2, 3, 5), (7, 11), 47)],
)
def test_inner_products_go_as_far_as_the_shorter_vector(
    left: Sequence[int], right: Sequence[int], expected: int
) -> None:
    assert inner(vector(*left), vector(*right)) == expected


def test_a_step_goes_down_along_the_points_that_fire() -> None:
    """−½·(−1)·(3·(1, 0) + 5·(1, 1)): the point (0, −1) is silent."""
    data = points((vector(1, 0), 3), (vector(0, -1), 4), (vector(1, 1), 5))
    after = stepped(vector(2, 1), Fraction(-1), Fraction(1, 2), data, Fraction(1))
    assert after == Coordinate(2 + Fraction(8, 2), Coordinate(1 + Fraction(5, 2), End()))


def test_nothing_fires_beyond_the_end() -> None:
    flags: Flags = Flag(True, Flag(False, NoFlag()))
    assert [fires_at(flags, place) for place in range(4)] == [True, False, False, False]


def test_a_point_is_one_of_those_listed() -> None:
    listed = points((vector(1, 0), 1), (vector(0, 1), 1))
    assert is_point(vector(0, 1), listed)
    assert is_point(vector(1, 1), listed) is False
