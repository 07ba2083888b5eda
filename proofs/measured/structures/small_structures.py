"""Structures over a few scores, all of them: as values, as answers, as search trees.

refinement    the arrays that training uses hold the trees that theorems speak of, node for
              node, before and after every change; and every answer is the definition's
patterns      every set of neurons that may fire, and what finding it takes
arrangements  every order of m different scores, and whether the tournament tree over it is a
              search tree
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product

from reference.ids import Neuron, Point
from reference.scalar import BINARY64, RATIONAL
from reference.specification import ordered, tournament
from reference.structures.factory import threshold_search
from reference.structures.ordered_tree import OrderedTree, OrderedTrees
from reference.structures.threshold_search import Structure, ThresholdSearch
from reference.structures.tournament_tree import TournamentTrees

ONLY = Point(0)
GRID = (Fraction(0), Fraction(1), Fraction(2))
THRESHOLDS = (Fraction(-1), *GRID)
"""Scores and thresholds: everything ties with something."""


# ---- as values -----------------------------------------------------------------------------------


def tournament_value(nodes: Sequence[float | Fraction], k: int = 1) -> tournament.Tree:
    """The tree below node k of an array: from the half on nodes are leaves."""
    m = len(nodes) // 2
    if k >= m:
        return tournament.Leaf(k - m, Fraction(nodes[k]))
    left, right = tournament_value(nodes, 2 * k), tournament_value(nodes, 2 * k + 1)
    return tournament.Node(Fraction(nodes[k]), left, right)


def path_to(r: int, m: int) -> tournament.Path:
    """From the root to the leaf of neuron r: the binary digits of m + r, but for the first."""
    path: tournament.Path = tournament.Here()
    for digit in reversed(f"{m + r:b}"[1:]):
        path = tournament.Right(path) if digit == "1" else tournament.Left(path)
    return path


def ordered_value(tree: OrderedTree[Fraction]) -> ordered.Tree:
    """The tree, with the heights that its nodes know."""
    return _below(tree, tree.root)


def _below(tree: OrderedTree[Fraction], node: int) -> ordered.Tree:
    """The part below a node; m is no node."""
    if node == tree.m:
        return ordered.Empty()
    left, right = _below(tree, tree.left[node]), _below(tree, tree.right[node])
    return ordered.Branch(tree.height[node], left, ordered.Key(tree.scores[node], node), right)


# ---- refinement ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refinement:
    """So many changes and answers looked at, and how many were not as specified."""

    changes: int
    answers: int
    wrong: int


def refinement(largest: int) -> Refinement:
    """Every structure, at most so many neurons, scores on the grid, every change of one score."""
    changes = answers = wrong = 0
    for m in range(1, largest + 1):
        for scores in product(GRID, repeat=m):
            for r, score in product(range(m), GRID):
                found = [_changed(structure, scores, Neuron(r), score) for structure in Structure]
                changes += len(found)
                answers += sum(len(each) - 1 for each in found)
                wrong += sum(each.count(False) for each in found)
    return Refinement(changes, answers, wrong)


def _changed(
    structure: Structure, scores: Sequence[Fraction], r: Neuron, score: Fraction
) -> list[bool]:
    """Whether the change is as specified, and each answer after it."""
    search = threshold_search(structure, RATIONAL, [list(scores)], GRID[1])
    right = _as_specified(search, r, score)
    after = [*scores[:r], score, *scores[r + 1 :]]
    asked = [GRID[1]] if structure is Structure.INCREMENTAL else THRESHOLDS
    return [right, *(_answered(search, after, threshold) for threshold in asked)]


def _as_specified(search: ThresholdSearch[Fraction], r: Neuron, score: Fraction) -> bool:
    """The change, made to the arrays, is the one that is made to the value."""
    match search:
        case TournamentTrees(trees=trees, m=m):
            before, path = tournament_value(trees[0]), path_to(r, m)
            written = search.replace([r], [[score]]).node_writes
            after = tournament.update(before, path, score)
            counted = written == tournament.writes(before, path)
            return tournament_value(trees[0]) == after and tournament.valid(after) and counted
        case OrderedTrees(trees=[tree]):
            old = ordered.Key(tree.scores[r], r)
            removed = ordered.delete(ordered_value(tree), old)
            search.replace([r], [[score]])
            inserted = ordered.insert(removed, ordered.Key(score, r))
            return ordered_value(tree) == inserted
        case _:
            search.replace([r], [[score]])
            return search.scores(ONLY, [r]) == [score]


def _answered(
    search: ThresholdSearch[Fraction], scores: Sequence[Fraction], threshold: Fraction
) -> bool:
    """The answer is every neuron above the threshold, ascending."""
    expected = [r for r, score in enumerate(scores) if score > threshold]
    return search.query(ONLY, threshold).fired == expected


# ---- patterns ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pattern:
    """m neurons of which k fire, the visits that finding them took, whether they were found."""

    m: int
    k: int
    visits: int
    right: bool


def patterns(largest: int) -> Iterator[Pattern]:
    """Every set of neurons that may fire, of up to so many."""
    for m in range(1, largest + 1):
        for scores in product((0.0, 1.0), repeat=m):
            fired, cost = TournamentTrees(BINARY64, [scores]).query(ONLY, 0.0)
            expected = [r for r, score in enumerate(scores) if score]
            yield Pattern(m, len(expected), cost.node_visits, fired == expected)


def within_the_bound(visits: int, k: int, m: int) -> bool:
    """visits ≤ 1 + 2k(log₂(m/k) + 2), raised to a power of two so that it is about integers.

    >>> within_the_bound(35, 7, 9), within_the_bound(34, 7, 9)
    (False, True)
    """
    excess = visits - 1 - 4 * k
    return excess <= 0 or 2**excess * k ** (2 * k) <= m ** (2 * k)


def most_visits(height: int, k: int) -> int:
    """1 + 2·Σ_{i < height} min(2^i, k): no query with k answers visits more.

    >>> most_visits(3, 2), most_visits(3, 0)
    (11, 1)
    """
    return 1 + 2 * sum(min(1 << i, k) for i in range(height))


# ---- arrangements --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrangements:
    """Of all orders of m different scores: in how many is the tournament tree over them valid and
    right at every threshold; in how many do its leaves stand by score; in how many do its nodes.
    """

    m: int
    all: int
    right: int
    leaves_by_score: int
    nodes_by_score: int


def arrangements(m: int) -> Arrangements:
    """All m! of them."""
    right = leaves = nodes = 0
    orders = list(permutations(map(Fraction, range(m))))
    for scores in orders:
        search = TournamentTrees(RATIONAL, [scores])
        tree = tournament_value(search.trees[0])
        answers = all(_answered(search, scores, Fraction(t)) for t in range(-1, m))
        right += answers and tournament.valid(tree)
        leaves += leaves_stand_by_score(tree)
        nodes += nodes_stand_by_score(tree)
    return Arrangements(m, len(orders), right, leaves, nodes)


def scores_of(tree: tournament.Tree) -> list[Fraction]:
    """The leaves' scores, from left to right."""
    match tree:
        case tournament.Leaf(_, score):
            return [score]
        case tournament.Node(_, left, right):
            return scores_of(left) + scores_of(right)


def leaves_stand_by_score(tree: tournament.Tree) -> bool:
    """From left to right scores do not fall: the order of a search tree whose keys are leaves."""
    scores = scores_of(tree)
    return scores == sorted(scores)


def nodes_stand_by_score(tree: tournament.Tree) -> bool:
    """Left of every node nothing is larger, right of it nothing smaller: a search tree's order."""
    match tree:
        case tournament.Leaf(_, _):
            return True
        case tournament.Node(key, left, right):
            here = max(scores_of(left)) <= key <= min(scores_of(right))
            return here and nodes_stand_by_score(left) and nodes_stand_by_score(right)
