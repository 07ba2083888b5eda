"""The ordered tree keeps order, balance and its keys, and answers as a scan does."""

from fractions import Fraction

from proofs.smt.theorem import implies, theorem
from proofs.theorems.numbers import power, power_is_positive
from reference.specification.ordered import (
    Branch,
    Empty,
    Key,
    Tree,
    all_after,
    all_before,
    balanced,
    balanced_branch,
    before,
    count,
    delete,
    has,
    height,
    in_order,
    insert,
    least,
    query,
    scan,
    size,
    tall,
    visits,
    without_least,
)

# ---- parts, for hints ----------------------------------------------------------------------------


def left_of(tree: Tree) -> Tree:
    """The left child, if there is one."""
    match tree:
        case Empty():
            return tree
        case Branch(_, left, _, _):
            return left


def right_of(tree: Tree) -> Tree:
    """The right child, if there is one."""
    match tree:
        case Empty():
            return tree
        case Branch(_, _, _, right):
            return right


def key_of(tree: Tree) -> Key:
    """The key at the root, if there is one."""
    match tree:
        case Empty():
            return Key(Fraction(0), 0)
        case Branch(_, _, key, _):
            return key


# ---- order ---------------------------------------------------------------------------------------


@theorem()
def keys_are_ordered(one: Key, other: Key) -> bool:
    """Of two keys one is before the other, or they are equal."""
    return before(one, other) or before(other, one) or one == other


@theorem()
def order_is_strict(one: Key, other: Key) -> bool:
    """No two keys are each before the other."""
    return not (before(one, other) and before(other, one))


@theorem()
def order_is_transitive(one: Key, other: Key, third: Key) -> bool:
    """What is before a key is before all keys after it."""
    return implies(before(one, other) and before(other, third), before(one, third))


@theorem()
def ties_are_in_order_of_neurons(one: Key, other: Key) -> bool:
    """Of two keys of one score the smaller neuron's is before the other's."""
    return implies(one.score == other.score, before(one, other) == (one.neuron < other.neuron))


@theorem(by="tree")
def before_one_is_before_later_ones(tree: Tree, bound: Key, later: Key) -> bool:
    """A bound from above may be larger."""
    return implies(all_before(tree, bound) and before(bound, later), all_before(tree, later))


@theorem(by="tree")
def after_one_is_after_earlier_ones(tree: Tree, bound: Key, earlier: Key) -> bool:
    """A bound from below may be smaller."""
    return implies(all_after(tree, bound) and before(earlier, bound), all_after(tree, earlier))


@theorem(by="tree")
def keys_of_a_tree_before(tree: Tree, bound: Key, key: Key) -> bool:
    """A key of a tree all before a bound is before it."""
    return implies(all_before(tree, bound) and has(tree, key), before(key, bound))


@theorem(by="tree")
def keys_of_a_tree_after(tree: Tree, bound: Key, key: Key) -> bool:
    """A key of a tree all after a bound is after it."""
    return implies(all_after(tree, bound) and has(tree, key), before(bound, key))


# ---- balancing -----------------------------------------------------------------------------------


@theorem(by="tree")
def heights_are_natural(tree: Tree) -> bool:
    """A balanced tree's height is natural, and 0 only for the empty tree."""
    return implies(balanced(tree), tall(tree) >= 0 and (tall(tree) == 0) == (tree == Empty()))


def nearly_balanced(left: Tree, right: Tree) -> bool:
    """Both are balanced, and their heights differ by at most two."""
    near = tall(left) <= tall(right) + 2 and tall(right) <= tall(left) + 2
    return balanced(left) and balanced(right) and near


def natural_below(left: Tree, right: Tree) -> bool:
    """The heights of two trees and of what is below them are natural."""
    return (
        heights_are_natural(left)
        and heights_are_natural(right)
        and heights_are_natural(left_of(left))
        and heights_are_natural(right_of(left))
        and heights_are_natural(left_of(right))
        and heights_are_natural(right_of(right))
        and heights_are_natural(left_of(right_of(left)))
        and heights_are_natural(right_of(right_of(left)))
        and heights_are_natural(left_of(left_of(right)))
        and heights_are_natural(right_of(left_of(right)))
    )


@theorem(using=lambda left, right: natural_below(left, right), fuel=3)
def balancing_balances(left: Tree, key: Key, right: Tree) -> bool:
    """A branch of nearly balanced parts is balanced after at most two rotations."""
    return implies(nearly_balanced(left, right), balanced(balanced_branch(left, key, right)))


@theorem(using=lambda left, right: natural_below(left, right), fuel=3)
def balancing_keeps_the_height(left: Tree, key: Key, right: Tree) -> bool:
    """Its height is that of the higher part, or one more; one more if nothing had to be done."""
    higher = max(tall(left), tall(right))
    even = tall(left) <= tall(right) + 1 and tall(right) <= tall(left) + 1
    found = tall(balanced_branch(left, key, right))
    return implies(
        nearly_balanced(left, right),
        higher <= found and found <= higher + 1 and implies(even, found == higher + 1),
    )


@theorem(using=lambda left, right: natural_below(left, right), fuel=3)
def balancing_is_not_empty(left: Tree, key: Key, right: Tree) -> bool:
    """A branch is a branch."""
    return balanced_branch(left, key, right) != Empty()


@theorem(using=lambda left, right: natural_below(left, right), fuel=3)
def balancing_keeps_the_keys(left: Tree, key: Key, right: Tree, any_key: Key) -> bool:
    """Balancing neither adds nor loses a key."""
    together = any_key == key or has(left, any_key) or has(right, any_key)
    return implies(
        nearly_balanced(left, right),
        has(balanced_branch(left, key, right), any_key) == together,
    )


@theorem(using=lambda left, right: natural_below(left, right), fuel=3)
def balancing_keeps_what_is_before(left: Tree, key: Key, right: Tree, bound: Key) -> bool:
    """The branch is before a bound if its parts are."""
    parts = before(key, bound) and all_before(left, bound) and all_before(right, bound)
    return implies(
        nearly_balanced(left, right),
        all_before(balanced_branch(left, key, right), bound) == parts,
    )


@theorem(using=lambda left, right: natural_below(left, right), fuel=3)
def balancing_keeps_what_is_after(left: Tree, key: Key, right: Tree, bound: Key) -> bool:
    """The branch is after a bound if its parts are."""
    parts = before(bound, key) and all_after(left, bound) and all_after(right, bound)
    return implies(
        nearly_balanced(left, right),
        all_after(balanced_branch(left, key, right), bound) == parts,
    )


def left_child_bounds(left: Tree, key: Key, right: Tree) -> bool:
    """What rotations to the right need of the order."""
    return (
        after_one_is_after_earlier_ones(right, key, key_of(left))
        and after_one_is_after_earlier_ones(right, key, key_of(right_of(left)))
        and before_one_is_before_later_ones(left_of(left), key_of(left), key_of(right_of(left)))
        and before_one_is_before_later_ones(left_of(left), key_of(left), key)
        and before_one_is_before_later_ones(left_of(right_of(left)), key_of(right_of(left)), key)
    )


def right_child_bounds(left: Tree, key: Key, right: Tree) -> bool:
    """What rotations to the left need of the order."""
    return (
        before_one_is_before_later_ones(left, key, key_of(right))
        and before_one_is_before_later_ones(left, key, key_of(left_of(right)))
        and after_one_is_after_earlier_ones(right_of(right), key_of(right), key_of(left_of(right)))
        and after_one_is_after_earlier_ones(right_of(right), key_of(right), key)
        and after_one_is_after_earlier_ones(right_of(left_of(right)), key_of(left_of(right)), key)
    )


@theorem(
    using=lambda left, key, right: (
        natural_below(left, right)
        and left_child_bounds(left, key, right)
        and right_child_bounds(left, key, right)
    ),
    fuel=3,
)
def balancing_keeps_the_order(left: Tree, key: Key, right: Tree) -> bool:
    """A branch of ordered parts is in order after balancing."""
    parts = in_order(left) and in_order(right) and all_before(left, key) and all_after(right, key)
    return implies(
        nearly_balanced(left, right) and parts, in_order(balanced_branch(left, key, right))
    )


# ---- insertion -----------------------------------------------------------------------------------


def natural_children(tree: Tree) -> bool:
    """The heights of a tree and of its children are natural."""
    return (
        heights_are_natural(tree)
        and heights_are_natural(left_of(tree))
        and heights_are_natural(right_of(tree))
    )


@theorem(
    by="tree",
    using=lambda tree, new: (
        natural_children(tree)
        and balancing_balances(insert(left_of(tree), new), key_of(tree), right_of(tree))
        and balancing_balances(left_of(tree), key_of(tree), insert(right_of(tree), new))
        and balancing_keeps_the_height(insert(left_of(tree), new), key_of(tree), right_of(tree))
        and balancing_keeps_the_height(left_of(tree), key_of(tree), insert(right_of(tree), new))
    ),
)
def insert_keeps_the_balance(tree: Tree, new: Key) -> bool:
    """After an insertion the tree is balanced, and at most one higher."""
    after = insert(tree, new)
    return implies(
        balanced(tree),
        balanced(after) and tall(tree) <= tall(after) and tall(after) <= tall(tree) + 1,
    )


def inserted_is_balanced(tree: Tree, new: Key) -> bool:
    """What is known of the children's heights after an insertion."""
    return (
        natural_children(tree)
        and insert_keeps_the_balance(left_of(tree), new)
        and insert_keeps_the_balance(right_of(tree), new)
    )


@theorem(
    by="tree",
    using=lambda tree, new, any_key: (
        inserted_is_balanced(tree, new)
        and keys_are_ordered(new, key_of(tree))
        and balancing_keeps_the_keys(
            insert(left_of(tree), new), key_of(tree), right_of(tree), any_key
        )
        and balancing_keeps_the_keys(
            left_of(tree), key_of(tree), insert(right_of(tree), new), any_key
        )
    ),
)
def insert_adds_one_key(tree: Tree, new: Key, any_key: Key) -> bool:
    """After an insertion the tree has the new key and the keys it had."""
    return implies(
        balanced(tree), has(insert(tree, new), any_key) == (has(tree, any_key) or any_key == new)
    )


@theorem(
    by="tree",
    using=lambda tree, new, bound: (
        inserted_is_balanced(tree, new)
        and order_is_transitive(new, key_of(tree), bound)
        and keys_are_ordered(new, key_of(tree))
        and balancing_keeps_what_is_before(
            insert(left_of(tree), new), key_of(tree), right_of(tree), bound
        )
        and balancing_keeps_what_is_before(
            left_of(tree), key_of(tree), insert(right_of(tree), new), bound
        )
    ),
)
def insert_stays_before(tree: Tree, new: Key, bound: Key) -> bool:
    """A bound from above holds after an insertion if it holds for the tree and the key."""
    return implies(
        balanced(tree),
        all_before(insert(tree, new), bound) == (all_before(tree, bound) and before(new, bound)),
    )


@theorem(
    by="tree",
    using=lambda tree, new, bound: (
        inserted_is_balanced(tree, new)
        and order_is_transitive(bound, key_of(tree), new)
        and keys_are_ordered(new, key_of(tree))
        and balancing_keeps_what_is_after(
            insert(left_of(tree), new), key_of(tree), right_of(tree), bound
        )
        and balancing_keeps_what_is_after(
            left_of(tree), key_of(tree), insert(right_of(tree), new), bound
        )
    ),
)
def insert_stays_after(tree: Tree, new: Key, bound: Key) -> bool:
    """A bound from below holds after an insertion if it holds for the tree and the key."""
    return implies(
        balanced(tree),
        all_after(insert(tree, new), bound) == (all_after(tree, bound) and before(bound, new)),
    )


@theorem(
    by="tree",
    using=lambda tree, new: (
        inserted_is_balanced(tree, new)
        and balancing_keeps_the_order(insert(left_of(tree), new), key_of(tree), right_of(tree))
        and balancing_keeps_the_order(left_of(tree), key_of(tree), insert(right_of(tree), new))
        and insert_stays_before(left_of(tree), new, key_of(tree))
        and insert_stays_after(right_of(tree), new, key_of(tree))
    ),
)
def insert_keeps_the_order(tree: Tree, new: Key) -> bool:
    """After an insertion the tree is in order."""
    return implies(balanced(tree) and in_order(tree), in_order(insert(tree, new)))


# ---- deletion ------------------------------------------------------------------------------------


@theorem(
    by="tree",
    using=lambda tree: (
        natural_children(tree)
        and balancing_balances(without_least(left_of(tree)), key_of(tree), right_of(tree))
        and balancing_keeps_the_height(without_least(left_of(tree)), key_of(tree), right_of(tree))
    ),
)
def without_least_keeps_the_balance(tree: Tree) -> bool:
    """Without its least key the tree is balanced, and at most one lower."""
    after = without_least(tree)
    return implies(
        balanced(tree),
        balanced(after) and tall(after) <= tall(tree) and tall(tree) <= tall(after) + 1,
    )


def least_is_gone(tree: Tree) -> bool:
    """What is known of the children's heights without the least key."""
    return (
        natural_children(tree)
        and without_least_keeps_the_balance(left_of(tree))
        and without_least_keeps_the_balance(right_of(tree))
    )


@theorem(
    by="tree",
    using=lambda tree, any_key: (
        least_is_gone(tree)
        and balancing_keeps_the_keys(
            without_least(left_of(tree)), key_of(tree), right_of(tree), any_key
        )
    ),
)
def without_least_loses_one_key(tree: Tree, any_key: Key) -> bool:
    """A tree has its least key and what it has without it."""
    return implies(
        balanced(tree) and tree != Empty(),
        has(tree, any_key) == (has(without_least(tree), any_key) or any_key == least(tree)),
    )


@theorem(
    by="tree",
    using=lambda tree, bound: (
        least_is_gone(tree)
        and balancing_keeps_what_is_after(
            without_least(left_of(tree)), key_of(tree), right_of(tree), bound
        )
    ),
)
def without_least_stays_after(tree: Tree, bound: Key) -> bool:
    """A bound from below holds for the least key and for the rest."""
    return implies(
        balanced(tree) and tree != Empty() and all_after(tree, bound),
        all_after(without_least(tree), bound) and before(bound, least(tree)),
    )


@theorem(
    by="tree",
    using=lambda tree, bound: (
        least_is_gone(tree)
        and balancing_keeps_what_is_before(
            without_least(left_of(tree)), key_of(tree), right_of(tree), bound
        )
    ),
)
def without_least_stays_before(tree: Tree, bound: Key) -> bool:
    """A bound from above holds for the least key and for the rest."""
    return implies(
        balanced(tree) and tree != Empty() and all_before(tree, bound),
        all_before(without_least(tree), bound) and before(least(tree), bound),
    )


@theorem(
    by="tree",
    using=lambda tree: (
        least_is_gone(tree)
        and balancing_keeps_the_order(without_least(left_of(tree)), key_of(tree), right_of(tree))
        and balancing_keeps_what_is_after(
            without_least(left_of(tree)), key_of(tree), right_of(tree), least(left_of(tree))
        )
        and without_least_stays_before(left_of(tree), key_of(tree))
        and after_one_is_after_earlier_ones(right_of(tree), key_of(tree), least(left_of(tree)))
    ),
)
def least_is_before_the_rest(tree: Tree) -> bool:
    """In an ordered tree the least key is before all others, and these are in order."""
    return implies(
        balanced(tree) and in_order(tree) and tree != Empty(),
        in_order(without_least(tree)) and all_after(without_least(tree), least(tree)),
    )


def deleted_branches_balance(tree: Tree, old: Key) -> bool:
    """The three branches that a deletion may make are balanced, and of the right height."""
    return (
        balancing_balances(delete(left_of(tree), old), key_of(tree), right_of(tree))
        and balancing_balances(left_of(tree), key_of(tree), delete(right_of(tree), old))
        and balancing_balances(left_of(tree), least(right_of(tree)), without_least(right_of(tree)))
        and balancing_keeps_the_height(delete(left_of(tree), old), key_of(tree), right_of(tree))
        and balancing_keeps_the_height(left_of(tree), key_of(tree), delete(right_of(tree), old))
        and balancing_keeps_the_height(
            left_of(tree), least(right_of(tree)), without_least(right_of(tree))
        )
    )


@theorem(
    by="tree",
    using=lambda tree, old: least_is_gone(tree) and deleted_branches_balance(tree, old),
)
def delete_keeps_the_balance(tree: Tree, old: Key) -> bool:
    """After a deletion the tree is balanced, and at most one lower."""
    after = delete(tree, old)
    return implies(
        balanced(tree),
        balanced(after) and tall(after) <= tall(tree) and tall(tree) <= tall(after) + 1,
    )


def deleted_is_balanced(tree: Tree, old: Key) -> bool:
    """What is known of the children's heights after a deletion."""
    return (
        least_is_gone(tree)
        and delete_keeps_the_balance(left_of(tree), old)
        and delete_keeps_the_balance(right_of(tree), old)
    )


@theorem(
    by="tree",
    using=lambda tree, old, bound: (
        deleted_is_balanced(tree, old)
        and without_least_stays_before(right_of(tree), bound)
        and balancing_keeps_what_is_before(
            delete(left_of(tree), old), key_of(tree), right_of(tree), bound
        )
        and balancing_keeps_what_is_before(
            left_of(tree), key_of(tree), delete(right_of(tree), old), bound
        )
        and balancing_keeps_what_is_before(
            left_of(tree), least(right_of(tree)), without_least(right_of(tree)), bound
        )
    ),
)
def delete_stays_before(tree: Tree, old: Key, bound: Key) -> bool:
    """A bound from above still holds after a deletion."""
    return implies(balanced(tree) and all_before(tree, bound), all_before(delete(tree, old), bound))


@theorem(
    by="tree",
    using=lambda tree, old, bound: (
        deleted_is_balanced(tree, old)
        and without_least_stays_after(right_of(tree), bound)
        and balancing_keeps_what_is_after(
            delete(left_of(tree), old), key_of(tree), right_of(tree), bound
        )
        and balancing_keeps_what_is_after(
            left_of(tree), key_of(tree), delete(right_of(tree), old), bound
        )
        and balancing_keeps_what_is_after(
            left_of(tree), least(right_of(tree)), without_least(right_of(tree)), bound
        )
    ),
)
def delete_stays_after(tree: Tree, old: Key, bound: Key) -> bool:
    """A bound from below still holds after a deletion."""
    return implies(balanced(tree) and all_after(tree, bound), all_after(delete(tree, old), bound))


@theorem(
    by="tree",
    using=lambda tree, old: (
        deleted_is_balanced(tree, old)
        and delete_stays_before(left_of(tree), old, key_of(tree))
        and delete_stays_after(right_of(tree), old, key_of(tree))
        and least_is_before_the_rest(right_of(tree))
        and without_least_stays_after(right_of(tree), key_of(tree))
        and before_one_is_before_later_ones(left_of(tree), key_of(tree), least(right_of(tree)))
        and balancing_keeps_the_order(delete(left_of(tree), old), key_of(tree), right_of(tree))
        and balancing_keeps_the_order(left_of(tree), key_of(tree), delete(right_of(tree), old))
        and balancing_keeps_the_order(
            left_of(tree), least(right_of(tree)), without_least(right_of(tree))
        )
    ),
)
def delete_keeps_the_order(tree: Tree, old: Key) -> bool:
    """After a deletion the tree is in order."""
    return implies(balanced(tree) and in_order(tree), in_order(delete(tree, old)))


def where_keys_are(tree: Tree, key: Key) -> bool:
    """A key of a subtree is on its side of the root's key."""
    return (
        keys_of_a_tree_before(left_of(tree), key_of(tree), key)
        and keys_of_a_tree_after(right_of(tree), key_of(tree), key)
        and keys_are_ordered(key, key_of(tree))
        and order_is_strict(key, key_of(tree))
    )


@theorem(
    by="tree",
    using=lambda tree, old, any_key: (
        deleted_is_balanced(tree, old)
        and where_keys_are(tree, old)
        and where_keys_are(tree, any_key)
        and without_least_loses_one_key(right_of(tree), any_key)
        and balancing_keeps_the_keys(
            delete(left_of(tree), old), key_of(tree), right_of(tree), any_key
        )
        and balancing_keeps_the_keys(
            left_of(tree), key_of(tree), delete(right_of(tree), old), any_key
        )
        and balancing_keeps_the_keys(
            left_of(tree), least(right_of(tree)), without_least(right_of(tree)), any_key
        )
    ),
)
def delete_removes_one_key(tree: Tree, old: Key, any_key: Key) -> bool:
    """After a deletion the tree has the keys it had, but for that one."""
    return implies(
        balanced(tree) and in_order(tree),
        has(delete(tree, old), any_key) == (has(tree, any_key) and any_key != old),
    )


# ---- queries -------------------------------------------------------------------------------------


@theorem(by="tree")
def left_of_a_silent_key_nothing_fires(tree: Tree, key: Key, threshold: Fraction) -> bool:
    """Before a key that is not above the threshold no key is."""
    return implies(
        all_before(tree, key) and key.score <= threshold,
        scan(tree, threshold) == () and count(tree, threshold) == 0,
    )


@theorem(
    by="tree",
    using=lambda tree, threshold: left_of_a_silent_key_nothing_fires(
        left_of(tree), key_of(tree), threshold
    ),
)
def query_answers_as_a_scan(tree: Tree, threshold: Fraction) -> bool:
    """A query answers exactly the keys above the threshold, in their order, each once."""
    return implies(in_order(tree), query(tree, threshold) == scan(tree, threshold))


@theorem(by="tree")
def scan_answers_count_keys(tree: Tree, threshold: Fraction) -> bool:
    """A scan answers as many neurons as there are keys above the threshold."""
    return len(scan(tree, threshold)) == count(tree, threshold)


@theorem(by="tree")
def count_is_natural(tree: Tree, threshold: Fraction) -> bool:
    """Counts are natural, and at most the size."""
    return count(tree, threshold) >= 0 and count(tree, threshold) <= size(tree)


@theorem(by="tree")
def height_is_known(tree: Tree) -> bool:
    """In a balanced tree the height that it knows is its height."""
    return implies(balanced(tree), height(tree) == tall(tree))


@theorem(by="tree")
def height_is_natural(tree: Tree) -> bool:
    """Heights are not negative."""
    return height(tree) >= 0


@theorem(by="tree")
def right_of_a_firing_key_all_is_answered(tree: Tree, key: Key, threshold: Fraction) -> bool:
    """After a key above the threshold every visit is an answer."""
    return implies(
        all_after(tree, key) and key.score > threshold,
        visits(tree, threshold) == count(tree, threshold),
    )


@theorem(
    by="tree",
    using=lambda tree, threshold: (
        left_of_a_silent_key_nothing_fires(left_of(tree), key_of(tree), threshold)
        and right_of_a_firing_key_all_is_answered(right_of(tree), key_of(tree), threshold)
        and height_is_natural(left_of(tree))
        and height_is_natural(right_of(tree))
    ),
)
def visits_are_answers_and_one_way_down(tree: Tree, threshold: Fraction) -> bool:
    """A query with k answers visits at most k + height branches."""
    return implies(in_order(tree), visits(tree, threshold) <= count(tree, threshold) + height(tree))


@theorem(
    by="tree",
    using=lambda tree, threshold: left_of_a_silent_key_nothing_fires(
        left_of(tree), key_of(tree), threshold
    ),
    fuel=3,
)
def visits_at_least_the_root_and_the_answers(tree: Tree, threshold: Fraction) -> bool:
    """Every answer is looked at, and the root in any case."""
    looked_at = visits(tree, threshold)
    return implies(
        in_order(tree) and tree != Empty(),
        looked_at >= 1 and looked_at >= count(tree, threshold),
    )


# ---- height --------------------------------------------------------------------------------------


def fewest(height: int) -> int:
    """The fewest keys in a balanced tree of this height.

    decreases: height
    """
    if height <= 0:
        return 0
    if height == 1:
        return 1
    return 1 + fewest(height - 1) + fewest(height - 2)


@theorem(by="n", at=lambda n: ((n - 1,), (n - 2,)))
def fewest_grows(n: int) -> bool:
    """More height needs more keys."""
    return fewest(n) >= 0 and fewest(n) <= fewest(n + 1)


@theorem(
    by="n",
    at=lambda n: ((n - 1,), (n - 2,)),
    using=lambda n: (
        power_is_positive(n // 2)
        and power_is_positive((n - 1) // 2)
        and power_is_positive((n - 2) // 2)
    ),
    fuel=3,
)
def fewest_is_exponential(n: int) -> bool:
    """A balanced tree of height n has at least 2^(n/2) − 1 keys."""
    return implies(n >= 0, fewest(n) >= power(n // 2) - 1)


@theorem(
    by="tree",
    using=lambda tree: (
        natural_children(tree)
        and fewest_grows(tall(left_of(tree)))
        and fewest_grows(tall(right_of(tree)))
        and fewest_grows(tall(left_of(tree)) - 1)
        and fewest_grows(tall(right_of(tree)) - 1)
    ),
    fuel=3,
)
def balanced_trees_are_full(tree: Tree) -> bool:
    """A balanced tree has at least the fewest keys of its height: heights are logarithmic."""
    return implies(balanced(tree), size(tree) >= fewest(tall(tree)))
