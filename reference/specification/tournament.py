"""The tournament tree as a value: a leaf holds a neuron's score, a node the larger of its children.

Paths lead from the root to a leaf. An update replaces the leaf and makes every node on the way
anew; a query looks below a node only if it is above the threshold.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Leaf:
    """A neuron and its score."""

    neuron: int
    score: Fraction


@dataclass(frozen=True, slots=True)
class Node:
    """The larger of the scores below, and what is below."""

    largest: Fraction
    left: "Tree"
    right: "Tree"


Tree: TypeAlias = Leaf | Node


@dataclass(frozen=True, slots=True)
class Here:
    """The end of a path."""


@dataclass(frozen=True, slots=True)
class Left:
    """To the left, and on."""

    rest: "Path"


@dataclass(frozen=True, slots=True)
class Right:
    """To the right, and on."""

    rest: "Path"


Path: TypeAlias = Here | Left | Right


# ---- operations ----------------------------------------------------------------------------------


def top(tree: Tree) -> Fraction:
    """What stands at the root."""
    match tree:
        case Leaf(_, score):
            return score
        case Node(largest, _, _):
            return largest


def join(left: Tree, right: Tree) -> Tree:
    """Both trees below one node."""
    return Node(max(top(left), top(right)), left, right)


def update(tree: Tree, path: Path, score: Fraction) -> Tree:
    """The leaf at the end of the path has this score, and every node above it is made anew."""
    match tree:
        case Leaf(neuron, _):
            return Leaf(neuron, score)
        case Node(_, left, right):
            match path:
                case Left(rest):
                    return join(update(left, rest, score), right)
                case Right(rest):
                    return join(left, update(right, rest, score))
                case Here():
                    return tree


def query(tree: Tree, threshold: Fraction) -> tuple[int, ...]:
    """The neurons above the threshold, from left to right."""
    if top(tree) <= threshold:
        return ()
    match tree:
        case Leaf(neuron, _):
            return (neuron,)
        case Node(_, left, right):
            return query(left, threshold) + query(right, threshold)


def visits(tree: Tree, threshold: Fraction) -> int:
    """How many nodes the query looks at."""
    if top(tree) <= threshold:
        return 1
    match tree:
        case Leaf(_, _):
            return 1
        case Node(_, left, right):
            return 1 + visits(left, threshold) + visits(right, threshold)


def writes(tree: Tree, path: Path) -> int:
    """How many nodes the update writes."""
    match tree:
        case Leaf(_, _):
            return 1
        case Node(_, left, right):
            match path:
                case Left(rest):
                    return 1 + writes(left, rest)
                case Right(rest):
                    return 1 + writes(right, rest)
                case Here():
                    return 0


# ---- what they mean ------------------------------------------------------------------------------


def valid(tree: Tree) -> bool:
    """Every node holds the larger of its children."""
    match tree:
        case Leaf(_, _):
            return True
        case Node(largest, left, right):
            return largest == max(top(left), top(right)) and valid(left) and valid(right)


def scan(tree: Tree, threshold: Fraction) -> tuple[int, ...]:
    """The neurons above the threshold, found by looking at every leaf."""
    match tree:
        case Leaf(neuron, score):
            return (neuron,) if score > threshold else ()
        case Node(_, left, right):
            return scan(left, threshold) + scan(right, threshold)


def read(tree: Tree, path: Path) -> Fraction:
    """What stands at the end of the path."""
    match tree:
        case Leaf(_, score):
            return score
        case Node(largest, left, right):
            match path:
                case Left(rest):
                    return read(left, rest)
                case Right(rest):
                    return read(right, rest)
                case Here():
                    return largest


def leads_to_leaf(tree: Tree, path: Path) -> bool:
    """The path ends at a leaf."""
    match tree:
        case Leaf(_, _):
            return path == Here()
        case Node(_, left, right):
            match path:
                case Left(rest):
                    return leads_to_leaf(left, rest)
                case Right(rest):
                    return leads_to_leaf(right, rest)
                case Here():
                    return False


def neurons(tree: Tree) -> tuple[int, ...]:
    """All neurons, from left to right."""
    match tree:
        case Leaf(neuron, _):
            return (neuron,)
        case Node(_, left, right):
            return neurons(left) + neurons(right)


def count(tree: Tree, threshold: Fraction) -> int:
    """How many leaves are above the threshold."""
    match tree:
        case Leaf(_, score):
            return 1 if score > threshold else 0
        case Node(_, left, right):
            return count(left, threshold) + count(right, threshold)


def expanded(tree: Tree, threshold: Fraction) -> int:
    """How many inner nodes are above the threshold, if their parents are."""
    if top(tree) <= threshold:
        return 0
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, left, right):
            return 1 + expanded(left, threshold) + expanded(right, threshold)


def height(tree: Tree) -> int:
    """The longest way from the root to a leaf."""
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, left, right):
            return 1 + max(height(left), height(right))


def leaves(tree: Tree) -> int:
    """How many leaves."""
    match tree:
        case Leaf(_, _):
            return 1
        case Node(_, left, right):
            return leaves(left) + leaves(right)
