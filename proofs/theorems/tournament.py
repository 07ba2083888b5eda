"""The tournament tree does what it is for, at the cost that is claimed (claims structure/*)."""

from fractions import Fraction

from proofs.smt.theorem import implies, theorem
from proofs.theorems.numbers import (
    levels,
    levels_are_natural,
    levels_from_any_level,
    levels_of_two_trees,
    power,
)
from reference.specification.tournament import (
    Here,
    Leaf,
    Left,
    Node,
    Path,
    Right,
    Tree,
    count,
    expanded,
    height,
    leads_to_leaf,
    leaves,
    neurons,
    query,
    read,
    scan,
    top,
    update,
    valid,
    visits,
    writes,
)

# ---- parts, for hints ----------------------------------------------------------------------------


def left_of(tree: Tree) -> Tree:
    """The left child, if there is one."""
    match tree:
        case Leaf(_, _):
            return tree
        case Node(_, left, _):
            return left


def right_of(tree: Tree) -> Tree:
    """The right child, if there is one."""
    match tree:
        case Leaf(_, _):
            return tree
        case Node(_, _, right):
            return right


def rest_of(path: Path) -> Path:
    """The path without its first turn."""
    match path:
        case Left(rest):
            return rest
        case Right(rest):
            return rest
        case Here():
            return path


# ---- updates -------------------------------------------------------------------------------------


@theorem(by="tree", general=("path",), at=lambda path: ((rest_of(path),),))
def update_keeps_every_node_the_larger(tree: Tree, path: Path, score: Fraction) -> bool:
    """After an update every node still holds the larger of its children."""
    return implies(valid(tree), valid(update(tree, path, score)))


@theorem(by="tree", general=("path",), at=lambda path: ((rest_of(path),),))
def update_writes_the_leaf(tree: Tree, path: Path, score: Fraction) -> bool:
    """After an update the leaf has the new score."""
    return implies(leads_to_leaf(tree, path), read(update(tree, path, score), path) == score)


@theorem(
    by="tree", general=("path", "other"), at=lambda path, other: ((rest_of(path), rest_of(other)),)
)
def update_writes_no_other_leaf(tree: Tree, path: Path, other: Path, score: Fraction) -> bool:
    """After an update every other leaf has the score it had."""
    return implies(
        leads_to_leaf(tree, path) and leads_to_leaf(tree, other) and path != other,
        read(update(tree, path, score), other) == read(tree, other),
    )


@theorem(by="tree", general=("path",), at=lambda path: ((rest_of(path),),))
def update_keeps_the_neurons(tree: Tree, path: Path, score: Fraction) -> bool:
    """An update moves no neuron."""
    return neurons(update(tree, path, score)) == neurons(tree)


@theorem(
    by="tree", general=("path", "other"), at=lambda path, other: ((rest_of(path), rest_of(other)),)
)
def update_keeps_the_paths(tree: Tree, path: Path, other: Path, score: Fraction) -> bool:
    """What led to a leaf still does."""
    return leads_to_leaf(update(tree, path, score), other) == leads_to_leaf(tree, other)


@theorem(by="tree", general=("path",), at=lambda path: ((rest_of(path),),))
def update_keeps_the_height(tree: Tree, path: Path, score: Fraction) -> bool:
    """An update does not change the height."""
    return height(update(tree, path, score)) == height(tree)


@theorem(by="tree", general=("path",), at=lambda path: ((rest_of(path),),))
def second_update_wins(tree: Tree, path: Path, first: Fraction, second: Fraction) -> bool:
    """Of two updates of one leaf only the last counts."""
    return update(update(tree, path, first), path, second) == update(tree, path, second)


@theorem(
    by="tree",
    general=("path", "other"),
    at=lambda path, other: ((rest_of(path), rest_of(other)),),
)
def updates_of_two_leaves_commute(
    tree: Tree, path: Path, other: Path, first: Fraction, second: Fraction
) -> bool:
    """Two leaves can be updated in either order."""
    return implies(
        leads_to_leaf(tree, path) and leads_to_leaf(tree, other) and path != other,
        update(update(tree, path, first), other, second)
        == update(update(tree, other, second), path, first),
    )


@theorem(by="tree", general=("path",), at=lambda path: ((rest_of(path),),))
def update_without_effect(tree: Tree, path: Path) -> bool:
    """The score that is there, written again, changes nothing."""
    return implies(
        valid(tree) and leads_to_leaf(tree, path), update(tree, path, read(tree, path)) == tree
    )


@theorem(by="tree")
def height_is_natural(tree: Tree) -> bool:
    """Heights are not negative."""
    return height(tree) >= 0


def heights(tree: Tree) -> bool:
    """Both children's heights are natural."""
    return height_is_natural(left_of(tree)) and height_is_natural(right_of(tree))


@theorem(
    by="tree",
    general=("path",),
    at=lambda path: ((rest_of(path),),),
    using=lambda tree: heights(tree),
)
def update_writes_one_way_down(tree: Tree, path: Path) -> bool:
    """An update writes at most height + 1 nodes."""
    return writes(tree, path) <= height(tree) + 1


def turns(path: Path) -> int:
    """How long a path is."""
    match path:
        case Here():
            return 0
        case Left(rest):
            return 1 + turns(rest)
        case Right(rest):
            return 1 + turns(rest)


@theorem(by="tree", general=("path",), at=lambda path: ((rest_of(path),),))
def update_writes_every_node_on_its_way(tree: Tree, path: Path) -> bool:
    """An update writes the leaf and every node above it, and counts them."""
    return implies(leads_to_leaf(tree, path), writes(tree, path) == 1 + turns(path))


@theorem()
def update_of_no_leaf_writes_nothing(left: Tree, right: Tree, largest: Fraction) -> bool:
    """At an inner node there is nothing to write."""
    return writes(Node(largest, left, right), Here()) == 0


# ---- the root is the maximum ---------------------------------------------------------------------


@theorem(by="tree", general=("path",), at=lambda path: ((rest_of(path),),))
def no_leaf_is_above_the_root(tree: Tree, path: Path) -> bool:
    """The root holds the maximum: no leaf is larger."""
    return implies(valid(tree) and leads_to_leaf(tree, path), read(tree, path) <= top(tree))


@theorem(by="tree")
def below_a_silent_node_nothing_fires(tree: Tree, threshold: Fraction) -> bool:
    """Below a node that is not above the threshold no leaf is."""
    return implies(valid(tree) and top(tree) <= threshold, scan(tree, threshold) == ())


@theorem(by="tree")
def count_is_natural(tree: Tree, threshold: Fraction) -> bool:
    """Counts are not negative."""
    return count(tree, threshold) >= 0


def counts(tree: Tree, threshold: Fraction) -> bool:
    """Both children's counts are natural."""
    return count_is_natural(left_of(tree), threshold) and count_is_natural(
        right_of(tree), threshold
    )


@theorem(by="tree", using=lambda tree, threshold: counts(tree, threshold))
def a_node_fires_if_a_leaf_does(tree: Tree, threshold: Fraction) -> bool:
    """A node is above the threshold if and only if some leaf below it is."""
    return implies(valid(tree), (count(tree, threshold) >= 1) == (top(tree) > threshold))


# ---- queries -------------------------------------------------------------------------------------


@theorem(
    by="tree", using=lambda tree, threshold: below_a_silent_node_nothing_fires(tree, threshold)
)
def query_answers_as_a_scan(tree: Tree, threshold: Fraction) -> bool:
    """A query answers exactly the leaves above the threshold, in their order, each once."""
    return implies(valid(tree), query(tree, threshold) == scan(tree, threshold))


@theorem(by="tree")
def scan_answers_count_neurons(tree: Tree, threshold: Fraction) -> bool:
    """A scan answers as many neurons as there are leaves above the threshold."""
    return len(scan(tree, threshold)) == count(tree, threshold)


@theorem(
    using=lambda tree, threshold: (
        query_answers_as_a_scan(tree, threshold) and scan_answers_count_neurons(tree, threshold)
    )
)
def query_answers_count_neurons(tree: Tree, threshold: Fraction) -> bool:
    """So does a query."""
    return implies(valid(tree), len(query(tree, threshold)) == count(tree, threshold))


@theorem(by="tree")
def larger_threshold_answers_fewer(tree: Tree, low: Fraction, high: Fraction) -> bool:
    """Counts fall as the threshold rises."""
    return implies(low <= high, count(tree, high) <= count(tree, low))


# ---- what a query costs --------------------------------------------------------------------------


@theorem(by="tree")
def visits_are_the_root_and_two_a_node(tree: Tree, threshold: Fraction) -> bool:
    """A query visits 1 + 2A nodes, A the inner nodes above the threshold."""
    return visits(tree, threshold) == 1 + 2 * expanded(tree, threshold)


def firing(tree: Tree, threshold: Fraction) -> bool:
    """A node and its children are above the threshold if leaves below them are."""
    return (
        a_node_fires_if_a_leaf_does(tree, threshold)
        and a_node_fires_if_a_leaf_does(left_of(tree), threshold)
        and a_node_fires_if_a_leaf_does(right_of(tree), threshold)
    )


@theorem(
    by="tree",
    using=lambda tree, threshold: (
        counts(tree, threshold) and firing(tree, threshold) and heights(tree)
    ),
)
def visits_by_height(tree: Tree, threshold: Fraction) -> bool:
    """A query with k answers visits at most 2·k·height + 1 nodes."""
    return implies(
        valid(tree),
        visits(tree, threshold) <= 2 * count(tree, threshold) * height(tree) + 1,
    )


@theorem(
    by="tree",
    general=("n",),
    at=lambda n: ((n - 1,),),
    using=lambda tree, threshold, n: (
        counts(tree, threshold)
        and firing(tree, threshold)
        and heights(tree)
        and levels_of_two_trees(
            count(left_of(tree), threshold), count(right_of(tree), threshold), n - 1
        )
        and levels_are_natural(count(tree, threshold), n)
    ),
)
def visits_by_level(tree: Tree, threshold: Fraction, n: int) -> bool:
    """In a tree of height ≤ n a query with k answers visits at most 1 + 2·Σ_{i < n} min(2^i, k)."""
    return implies(
        valid(tree) and height(tree) <= n,
        visits(tree, threshold) <= 2 * levels(count(tree, threshold), n) + 1,
    )


@theorem(
    using=lambda tree, threshold, j, n: (
        visits_by_level(tree, threshold, n)
        and count_is_natural(tree, threshold)
        and levels_from_any_level(count(tree, threshold), j, n - j)
    )
)
def visits_from_any_level(tree: Tree, threshold: Fraction, j: int, n: int) -> bool:
    """For every level j: at most 2(2^j − 1) + 2k(n − j) + 1 visits in a tree of height ≤ n.

    With n = ⌈log₂ m⌉ and j = ⌊log₂ k⌋ + 1, or n if that is less, this is at most
    1 + 2k(log₂(m/k) + 2).
    """
    return implies(
        valid(tree) and height(tree) <= n and j >= 0 and j <= n,
        visits(tree, threshold) <= 2 * (power(j) - 1) + 2 * count(tree, threshold) * (n - j) + 1,
    )


@theorem(
    by="tree", using=lambda tree, threshold: counts(tree, threshold) and firing(tree, threshold)
)
def visits_at_least_the_answers(tree: Tree, threshold: Fraction) -> bool:
    """Every answer is looked at, and the root in any case."""
    return implies(
        valid(tree),
        visits(tree, threshold) >= 1 and visits(tree, threshold) >= count(tree, threshold),
    )


@theorem(by="tree")
def count_is_at_most_the_leaves(tree: Tree, threshold: Fraction) -> bool:
    """No more leaves are above the threshold than there are."""
    return count(tree, threshold) <= leaves(tree)


@theorem(by="tree", using=lambda tree: heights(tree))
def leaves_are_more_than_the_height(tree: Tree) -> bool:
    """A tree of height h has at least h + 1 leaves."""
    return leaves(tree) >= height(tree) + 1
