"""The ordered tree as a value: an AVL tree keyed by (score, neuron).

What is smaller stands to the left; the heights of two siblings differ by at most one, and each
branch knows its own. All that is above a threshold lies to the right.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Key:
    """A score and its neuron: equal scores are in order too."""

    score: Fraction
    neuron: int


@dataclass(frozen=True, slots=True)
class Empty:
    """No neuron."""


@dataclass(frozen=True, slots=True)
class Branch:
    """Smaller keys, a key, larger keys; the height counts branches."""

    height: int
    left: "Tree"
    key: Key
    right: "Tree"


Tree: TypeAlias = Empty | Branch


def before(one: Key, other: Key) -> bool:
    """The order of keys."""
    return one.score < other.score or (one.score == other.score and one.neuron < other.neuron)


# ---- operations ----------------------------------------------------------------------------------


def tall(tree: Tree) -> int:
    """The height that a tree knows of itself."""
    match tree:
        case Empty():
            return 0
        case Branch(height, _, _, _):
            return height


def branch(left: Tree, key: Key, right: Tree) -> Tree:
    """A branch of these parts, of the right height."""
    return Branch(1 + max(tall(left), tall(right)), left, key, right)


def rotated_right(left: Tree, key: Key, right: Tree) -> Tree:
    """The left child is the root."""
    match left:
        case Empty():
            return branch(left, key, right)
        case Branch(_, outer, top, inner):
            return branch(outer, top, branch(inner, key, right))


def rotated_left(left: Tree, key: Key, right: Tree) -> Tree:
    """The right child is the root."""
    match right:
        case Empty():
            return branch(left, key, right)
        case Branch(_, inner, top, outer):
            return branch(branch(left, key, inner), top, outer)


def leaning_out(left: Tree) -> Tree:
    """A left child whose right side is the higher one, rotated so that it is not."""
    match left:
        case Empty():
            return left
        case Branch(_, outer, key, inner):
            return rotated_left(outer, key, inner) if tall(outer) < tall(inner) else left


def leaning_in(right: Tree) -> Tree:
    """The same for a right child."""
    match right:
        case Empty():
            return right
        case Branch(_, inner, key, outer):
            return rotated_right(inner, key, outer) if tall(outer) < tall(inner) else right


def balanced_branch(left: Tree, key: Key, right: Tree) -> Tree:
    """A branch of these parts, after at most two rotations."""
    if tall(left) > tall(right) + 1:
        return rotated_right(leaning_out(left), key, right)
    if tall(right) > tall(left) + 1:
        return rotated_left(left, key, leaning_in(right))
    return branch(left, key, right)


def insert(tree: Tree, new: Key) -> Tree:
    """The tree with one key more."""
    match tree:
        case Empty():
            return branch(tree, new, tree)
        case Branch(_, left, key, right):
            if before(new, key):
                return balanced_branch(insert(left, new), key, right)
            if before(key, new):
                return balanced_branch(left, key, insert(right, new))
            return tree


def least(tree: Tree) -> Key:
    """The smallest key."""
    match tree:
        case Empty():
            return Key(Fraction(0), 0)
        case Branch(_, left, key, _):
            return key if left == Empty() else least(left)


def without_least(tree: Tree) -> Tree:
    """The tree without its smallest key."""
    match tree:
        case Empty():
            return tree
        case Branch(_, left, key, right):
            if left == Empty():
                return right
            return balanced_branch(without_least(left), key, right)


def delete(tree: Tree, old: Key) -> Tree:
    """The tree without this key."""
    match tree:
        case Empty():
            return tree
        case Branch(_, left, key, right):
            if before(old, key):
                return balanced_branch(delete(left, old), key, right)
            if before(key, old):
                return balanced_branch(left, key, delete(right, old))
            if right == Empty():
                return left
            if left == Empty():
                return right
            return balanced_branch(left, least(right), without_least(right))


def query(tree: Tree, threshold: Fraction) -> tuple[int, ...]:
    """The neurons above the threshold, in order of their keys."""
    match tree:
        case Empty():
            return ()
        case Branch(_, left, key, right):
            if key.score > threshold:
                return query(left, threshold) + (key.neuron,) + query(right, threshold)
            return query(right, threshold)


def visits(tree: Tree, threshold: Fraction) -> int:
    """How many branches the query looks at."""
    match tree:
        case Empty():
            return 0
        case Branch(_, left, key, right):
            if key.score > threshold:
                return 1 + visits(left, threshold) + visits(right, threshold)
            return 1 + visits(right, threshold)


# ---- what they mean ------------------------------------------------------------------------------


def all_before(tree: Tree, bound: Key) -> bool:
    """Every key is before this one."""
    match tree:
        case Empty():
            return True
        case Branch(_, left, key, right):
            return before(key, bound) and all_before(left, bound) and all_before(right, bound)


def all_after(tree: Tree, bound: Key) -> bool:
    """Every key is after this one."""
    match tree:
        case Empty():
            return True
        case Branch(_, left, key, right):
            return before(bound, key) and all_after(left, bound) and all_after(right, bound)


def in_order(tree: Tree) -> bool:
    """Smaller keys are to the left of each key, larger ones to its right."""
    match tree:
        case Empty():
            return True
        case Branch(_, left, key, right):
            ordered = in_order(left) and in_order(right)
            return all_before(left, key) and all_after(right, key) and ordered


def has(tree: Tree, wanted: Key) -> bool:
    """The key is in the tree."""
    match tree:
        case Empty():
            return False
        case Branch(_, left, key, right):
            return wanted == key or has(left, wanted) or has(right, wanted)


def balanced(tree: Tree) -> bool:
    """Heights are right, and those of siblings differ by at most one."""
    match tree:
        case Empty():
            return True
        case Branch(height, left, _, right):
            right_height = height == 1 + max(tall(left), tall(right))
            even = tall(left) <= tall(right) + 1 and tall(right) <= tall(left) + 1
            return right_height and even and balanced(left) and balanced(right)


def scan(tree: Tree, threshold: Fraction) -> tuple[int, ...]:
    """The neurons above the threshold, found by looking at every key."""
    match tree:
        case Empty():
            return ()
        case Branch(_, left, key, right):
            here = (key.neuron,) if key.score > threshold else ()
            return scan(left, threshold) + here + scan(right, threshold)


def count(tree: Tree, threshold: Fraction) -> int:
    """How many keys are above the threshold."""
    match tree:
        case Empty():
            return 0
        case Branch(_, left, key, right):
            here = 1 if key.score > threshold else 0
            return count(left, threshold) + here + count(right, threshold)


def height(tree: Tree) -> int:
    """The longest way down, counted anew."""
    match tree:
        case Empty():
            return 0
        case Branch(_, left, _, right):
            return 1 + max(height(left), height(right))


def size(tree: Tree) -> int:
    """How many keys."""
    match tree:
        case Empty():
            return 0
        case Branch(_, left, _, right):
            return 1 + size(left) + size(right)
