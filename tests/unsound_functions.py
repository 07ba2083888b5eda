# mypy: disable-error-code="comparison-overlap, exhaustive-match, has-type, no-any-return"
# mypy: disable-error-code="no-redef, operator, return, return-value, unreachable"
# ruff: noqa: RET503, SIM108
"""Functions that must not be read, and theorems that must not be proved: here for their source.

As axioms most of these would make everything provable. Nothing of this is ever run.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import wraps
from typing import Any

from proofs.smt.theorem import implies, theorem
from proofs.theorems.numbers import power
from reference.specification.firing import Vector, inner
from reference.specification.ordered import Key, balanced, before, insert, size
from reference.specification.ordered import Tree as Keys
from reference.specification.tournament import (
    Leaf,
    Node,
    Path,
    Tree,
    count,
    height,
    leads_to_leaf,
    leaves,
    query,
    read,
    scan,
    top,
    update,
    valid,
    visits,
)

# ---- recursion that does not end -----------------------------------------------------------------


def more_than_itself(n: int) -> int:
    return more_than_itself(n) + 1


def on_the_same_argument(tree: Tree) -> int:
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, _, _):
            return 1 + on_the_same_argument(tree)


def on_a_tree_made_anew(tree: Tree) -> int:
    match tree:
        case Leaf(_, _):
            return 0
        case Node(largest, left, right):
            return 1 + on_a_tree_made_anew(Node(largest, left, right))


def on_a_part_of_another(one: Tree, other: Tree) -> int:
    """The first argument is never smaller, and the second is not what was taken apart."""
    match one:
        case Leaf(_, _):
            return 0
        case Node(_, left, _):
            return 1 + on_a_part_of_another(other, left)


def now_here_now_there(one: Tree, other: Tree) -> int:
    """Each call is on a part, but no argument gets smaller at both."""
    match one:
        case Leaf(_, _):
            match other:
                case Leaf(_, _):
                    return 0
                case Node(_, left, _):
                    return now_here_now_there(Node(Fraction(0), one, one), left)
        case Node(_, left, _):
            return now_here_now_there(left, Node(Fraction(0), other, other))


def by_way_of_another(tree: Tree) -> int:
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, left, _):
            return by_way_of_another(left) + and_back(tree)


def and_back(tree: Tree) -> int:
    return by_way_of_another(tree) + 1


def first_of_two(tree: Tree) -> int:
    """Both are structural, each by itself: together they run in a circle."""
    match tree:
        case Leaf(_, _):
            return second_of_two(tree)
        case Node(_, left, _):
            return first_of_two(left)


def second_of_two(tree: Tree) -> int:
    match tree:
        case Leaf(_, _):
            return first_of_two(tree) + 1
        case Node(_, left, _):
            return second_of_two(left)


def of_itself(n: int) -> int:
    """Nested.

    decreases: n
    """
    if n <= 0:
        return 0
    return of_itself(of_itself(n - 1))


def measured_by_itself(n: int) -> int:
    """A circle.

    decreases: measured_by_itself(n)
    """
    return measured_by_itself(n) + 1


def measured_by_the_next(n: int) -> int:
    """Each makes the other's measure decrease: as axioms both are false.

    decreases: measured_by_the_last(n)
    """
    return measured_by_the_next(n) + 1


def measured_by_the_last(n: int) -> int:
    """See above.

    decreases: measured_by_the_next(n)
    """
    return measured_by_the_last(n) + 1


def ever_smaller(x: Fraction) -> int:
    """x², x⁴, … are ever smaller, and never end: this would be larger than every integer.

    decreases: x
    """
    if x <= 0 or x >= 1:
        return 0
    return 1 + max(0, ever_smaller(x * x))


# ---- names of parts that are given to something else ---------------------------------------------


def assigned_part(tree: Tree) -> int:
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, left, _):
            left = tree
            return 1 + assigned_part(left)


def assigned_parameter(tree: Tree) -> int:
    whole = tree
    tree = Node(Fraction(0), tree, tree)
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, left, _):
            return 1 + assigned_parameter(left if left == whole else whole)


def parameter_in_a_larger_tree(tree: Tree) -> int:
    tree = Node(Fraction(0), tree, tree)
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, left, _):
            return 1 + parameter_in_a_larger_tree(left)


def captured_part(tree: Tree) -> int:
    """The name of a part is given to the whole by a pattern that is nothing but the name."""
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, left, _):
            match tree:
                case left:
                    return 1 + captured_part(left)


def captured_parameter(tree: Tree) -> int:
    """The same with the parameter's name: its left part is then the whole."""
    match Node(Fraction(0), tree, tree):
        case tree:
            match tree:
                case Leaf(_, _):
                    return 0
                case Node(_, left, _):
                    return 1 + captured_parameter(left)


def part_of_a_value(tree: Tree) -> int:
    """The name of a part is given to the whole as a part of something larger."""
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, left, _):
            match Node(Fraction(0), tree, tree):
                case Leaf(_, _):
                    return 1
                case Node(_, left, _):
                    return 1 + part_of_a_value(left)


def part_of_a_local(tree: Tree) -> int:
    larger = Node(Fraction(0), tree, tree)
    match larger:
        case Leaf(_, _):
            return 0
        case Node(_, left, _):
            return 1 + part_of_a_local(left)


def part_of_two(tree: Tree) -> int:
    """One name for a part of the tree, and then for the tree, which is a part of something else."""
    larger = Node(Fraction(0), tree, tree)
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, left, _):
            match larger:
                case Leaf(_, _):
                    return 1
                case Node(_, left, _):
                    return 1 + part_of_two(left)


# ---- measures that do not decrease: read, and never proved ---------------------------------------


def upwards(n: int) -> int:
    """The measure grows.

    decreases: n
    """
    if n <= 0:
        return 0
    return upwards(n + 1) + 1


def without_end(n: int) -> int:
    """The measure falls below 0.

    decreases: n
    """
    return without_end(n - 1) + 1


def always_the_same(n: int) -> int:
    """The measure stays.

    decreases: 3
    """
    if n <= 0:
        return 0
    return always_the_same(n - 1) + 1


def one_call_of_two(n: int) -> int:
    """The first call's measure decreases.

    decreases: n
    """
    if n <= 0:
        return 0
    if n > 5:
        return one_call_of_two(n - 1)
    return one_call_of_two(n + 3)


def in_its_own_condition(n: int) -> int:
    """The call in the condition is made whatever the condition is.

    decreases: n
    """
    if in_its_own_condition(n) > 0 and n > 0:
        return in_its_own_condition(n - 1)
    return 0


def past_its_condition(n: int) -> int:
    """After the branch its condition is known to be false, not true.

    decreases: n
    """
    if n > 0:
        m = 0
    else:
        m = n
    return past_its_condition(n - 1) + m


def in_a_later_case(tree: Tree, n: int) -> int:
    """Earlier cases do not fit where a later one does.

    decreases: n
    """
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, _, _):
            return 1 + in_a_later_case(tree, n)


# ---- what is no part of the subset ---------------------------------------------------------------


def forgets_a_form(tree: Tree) -> int:
    match tree:
        case Node(_, _, _):
            return 1


def forgets_a_form_within(tree: Tree) -> int:
    match tree:
        case Leaf(_, _):
            return 0
        case Node(_, Node(_, _, _), _):
            return 1


Twig = Node


def two_names_of_one_form(tree: Tree) -> int:
    """The names are as many as the forms."""
    match tree:
        case Twig(_, left, _):
            return 1 + two_names_of_one_form(left)
        case Node(_, left, _):
            return two_names_of_one_form(left)


def guarded(tree: Tree) -> int:
    match tree:
        case Leaf(neuron, _) if neuron > 0:
            return 1
        case _:
            return 0


def unknown_call(n: int) -> int:
    return abs(n)


def bound_method(n: int) -> int:
    return n.bit_length()


def a_float(n: int) -> bool:
    return n > 0.5


def a_string(n: int) -> bool:
    return "a" == "b" or n > 0


def a_string_of_a_fraction(n: int) -> Fraction:
    return Fraction("1/3") * n


def a_comprehension(n: int) -> tuple[int, ...]:
    return tuple(k for k in (n, n))


def a_loop(n: int) -> int:
    while n > 0:
        n = n - 1
    return n


def augmented(n: int) -> int:
    n += 1
    return n


def without_a_return(n: int) -> int:
    if n > 0:
        return 1


def raising(n: int) -> int:
    if n > 0:
        return n
    raise ValueError


def a_quotient(x: Fraction) -> Fraction:
    return x / 2


def floors_by_a_variable(n: int) -> int:
    return n // n


def floors_by_zero(n: int) -> int:
    return n // 0


def floors_below_zero(n: int) -> int:
    return n // -2


def floors_a_fraction(x: Fraction) -> int:
    return x // 2


def remainder(n: int) -> int:
    return n % 2


def a_power(n: int) -> int:
    return int(n**2)


def truth_of_an_integer(n: int) -> int:
    return 1 if n else 0


def either_integer(n: int) -> int:
    return n or 3


def not_a_tuple(tree: Tree) -> bool:
    return not query(tree, Fraction(0))


def larger_tuple(tree: Tree) -> tuple[int, ...]:
    return max(query(tree, Fraction(0)), (1,))


def minus_a_truth(n: int) -> int:
    return -(n > 0)


def a_truth_as_a_fraction(n: int) -> Fraction:
    return Fraction(n > 0)


def an_item(tree: Tree) -> int:
    return query(tree, Fraction(0))[0]


def a_membership(n: int) -> bool:
    return n in (1, 2)


def an_identity(tree: Tree) -> bool:
    return tree is top


def named_argument(tree: Tree) -> Fraction:
    return top(tree=tree)


def a_lambda(n: int) -> int:
    return (lambda k: k)(n)


def a_walrus(n: int) -> int:
    return (k := n) + k


def field_of_a_union(tree: Tree) -> Fraction:
    return tree.largest if isinstance(tree, Node) else tree.score


def shadowed(top: int) -> int:
    """A parameter of this name is what is called."""
    return top(Leaf(0, Fraction(0)))


def a_number_as_a_pattern(n: int) -> int:
    match n:
        case 7:
            return 1
        case _:
            return 0


def order_of_truths(one: bool, other: bool) -> bool:
    return one < other


REFUSED: list[Callable[..., object]] = [
    *(a_number_as_a_pattern, order_of_truths),
    *(forgets_a_form, forgets_a_form_within, two_names_of_one_form, guarded, unknown_call),
    *(bound_method, a_float, a_string, a_string_of_a_fraction, a_comprehension, a_loop, augmented),
    *(without_a_return, raising, a_quotient, floors_by_a_variable, floors_by_zero),
    *(floors_below_zero, floors_a_fraction, remainder, a_power, truth_of_an_integer),
    *(either_integer, not_a_tuple, larger_tuple, minus_a_truth, a_truth_as_a_fraction, an_item),
    *(a_membership, an_identity, named_argument, a_lambda, a_walrus, field_of_a_union, shadowed),
]

ENDLESS: list[Callable[..., object]] = [
    *(more_than_itself, on_the_same_argument, on_a_tree_made_anew, on_a_part_of_another),
    *(now_here_now_there, by_way_of_another, and_back, first_of_two, second_of_two, of_itself),
    *(measured_by_itself, measured_by_the_next, measured_by_the_last, ever_smaller),
    *(assigned_part, assigned_parameter, parameter_in_a_larger_tree, captured_part),
    *(captured_parameter, part_of_a_value, part_of_a_local, part_of_two),
]

NOT_DECREASING: list[Callable[..., object]] = [
    *(upwards, without_end, always_the_same, one_call_of_two, in_its_own_condition),
    *(past_its_condition, in_a_later_case),
]


# ---- values of one sort where another should be --------------------------------------------------


def a_fraction_as_an_integer(x: Fraction) -> int:
    return x + 1


def mixed_tuple(n: int, x: Fraction) -> tuple[Fraction, ...]:
    return (n, x)


def a_truth_as_an_integer(n: int) -> int:
    return n > 0


def compared_across(tree: Tree, path: Path) -> bool:
    return tree == path


ILL_SORTED: list[Callable[..., object]] = [
    *(a_fraction_as_an_integer, mixed_tuple, a_truth_as_an_integer, compared_across),
]


# ---- functions that are not what their source says -----------------------------------------------


def wrapping(function: Callable[[int], int]) -> Callable[[int], int]:
    """Adds one."""

    @wraps(function)
    def wrapped(n: int) -> int:
        return function(n) + 1

    return wrapped


@wrapping
def said_to_be_its_argument(n: int) -> int:
    return n


def made_within(power: Callable[[int], int]) -> Callable[[int], int]:
    """What it calls is not what the module calls by that name."""

    def made(n: int) -> int:
        return power(n)

    return made


def one_of_two(n: int) -> int:
    """The first of this name.

    decreases: n
    """
    if n <= 0:
        return 0
    return the_first(n - 1)


the_first = one_of_two


def one_of_two(n: int) -> int:
    """The second of this name.

    decreases: n
    """
    if n <= 0:
        return 1
    return one_of_two(n - 1)


def both_are_equal(n: int) -> bool:
    return the_first(n) == one_of_two(n)


# ---- classes that are not their fields -----------------------------------------------------------


@dataclass
class Changing:
    """Not frozen."""

    value: int


@dataclass(frozen=True, eq=False)
class Unequal:
    """Equal to itself only."""

    value: int


@dataclass(frozen=True)
class Careless:
    """Equal whatever the field is."""

    value: int = field(compare=False)


@dataclass(frozen=True)
class Kind:
    """Equal to everything."""

    value: int

    def __eq__(self, other: object) -> bool:
        return True


@dataclass(frozen=True)
class Adjusted:
    """What it was made of is not what it holds."""

    value: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", 0)


@dataclass(frozen=True, kw_only=True)
class Named:
    """No pattern by place takes it apart."""

    value: int


@dataclass(frozen=True)
class Heir(Leaf):
    """A pattern for its parent fits."""


class NoDataclass:
    """Nothing is known of it."""


STRANGE: list[object] = [
    *(Changing, Unequal, Careless, Kind, Adjusted, Named, Heir, NoDataclass),
    *(float, str, Any, int | Leaf, list[int], int | None),
]


# ---- theorems that are false ---------------------------------------------------------------------


def counted_up(n: int) -> int:
    """n, from 0 on.

    decreases: n
    """
    if n <= 0:
        return 0
    return 1 + counted_up(n - 1)


@theorem(by="n", at=lambda n: ((n - 1,),))
def true_from_0_on(n: int) -> bool:
    return counted_up(n) == n


@theorem(by="n", at=lambda n: ((n - 1,),))
def true_but_for_7(n: int) -> bool:
    return n != 7


@theorem(by="n", at=lambda n: ((n,), (n + 1,)))
def follows_from_itself(n: int) -> bool:
    return n < 5


@theorem(by="n", at=lambda n: ((n - 1,),))
def true_below_the_first(n: int) -> bool:
    return n >= 0


@theorem(by="n", at=lambda n: ((n // 2,), (-n,)))
def true_of_the_half(n: int) -> bool:
    return power(n) == 1


@theorem(by="n", general=("k",), at=lambda n, k: ((n - 1, k + 1),))
def true_of_one_k(n: int, k: int) -> bool:
    return counted_up(n) <= k


@theorem()
def floors_are_odd(n: int) -> bool:
    return (-n) // 2 == -(n // 2)


@theorem(by="tree")
def true_at_leaves(tree: Tree) -> bool:
    return leaves(tree) == 1


@theorem(by="tree")
def true_at_nodes(tree: Tree) -> bool:
    return height(tree) >= 1


@theorem(by="tree")
def scans_without_validity(tree: Tree, threshold: Fraction) -> bool:
    return query(tree, threshold) == scan(tree, threshold)


@theorem(by="tree")
def falling_the_wrong_way(tree: Tree, low: Fraction, high: Fraction) -> bool:
    return implies(low <= high, count(tree, low) <= count(tree, high))


@theorem(by="tree", general=("path",), at=lambda path: ((path,),))
def writes_anywhere(tree: Tree, path: Path, score: Fraction) -> bool:
    return read(update(tree, path, score), path) == score


@theorem(by="tree", general=("path",), at=lambda path: ((path,),))
def every_path_leads_to_a_leaf(tree: Tree, path: Path) -> bool:
    return leads_to_leaf(tree, path)


@theorem(by="path", general=("tree",), at=lambda tree: ((tree,),))
def updates_raise(tree: Tree, path: Path, score: Fraction) -> bool:
    return implies(valid(tree), top(update(tree, path, score)) >= top(tree))


@theorem(by="tree")
def visits_are_few(tree: Tree, threshold: Fraction) -> bool:
    return implies(valid(tree), visits(tree, threshold) <= 2 * count(tree, threshold) + 1)


@theorem(by="tree")
def always_one_key_more(tree: Keys, new: Key) -> bool:
    return size(insert(tree, new)) == size(tree) + 1


@theorem(by="tree")
def balanced_out_of_nothing(tree: Keys, new: Key) -> bool:
    return balanced(insert(tree, new))


@theorem()
def every_key_is_before_itself(key: Key) -> bool:
    return before(key, key)


@theorem(by="left", any_products=True)
def products_are_not_negative(left: Vector) -> bool:
    return inner(left, left) > 0


FALSE: list[Callable[..., bool]] = [
    *(true_from_0_on, true_but_for_7, follows_from_itself, true_below_the_first),
    *(true_of_the_half, true_of_one_k, floors_are_odd, true_at_leaves, true_at_nodes),
    *(scans_without_validity, falling_the_wrong_way, writes_anywhere, every_path_leads_to_a_leaf),
    *(updates_raise, visits_are_few, always_one_key_more, balanced_out_of_nothing),
    *(every_key_is_before_itself, products_are_not_negative),
]


# ---- theorems whose hints are none ---------------------------------------------------------------


@theorem(by="tree", using=lambda tree: proved_later(tree))
def uses_a_later_one(tree: Tree) -> bool:
    """Counts on what comes after."""
    return leaves(tree) >= 0


@theorem(by="tree")
def proved_later(tree: Tree) -> bool:
    """Comes after."""
    return leaves(tree) >= 0


def no_theorem(tree: Tree) -> bool:
    """False."""
    return leaves(tree) > 7


@theorem(using=lambda tree: no_theorem(tree))
def uses_no_theorem(tree: Tree) -> bool:
    """Counts on what is none."""
    return leaves(tree) > 7


@theorem()
def proved_before(tree: Tree) -> bool:
    """The only one that may be used."""
    return leaves(tree) == leaves(tree)


@theorem(using=lambda tree: proved_before(tree) or proved_before(tree))
def uses_one_or_the_other(tree: Tree) -> bool:
    """No conjunction."""
    return leaves(tree) > 7


@theorem(using=lambda tree: leaves(tree) > 7)
def uses_what_it_wants(tree: Tree) -> bool:
    """Says what it needs."""
    return leaves(tree) > 7


def in_two_steps(tree: Tree) -> bool:
    """A theorem or True, but not as an expression."""
    if leaves(tree) > 7:
        return proved_before(tree)
    return True


@theorem(using=lambda tree: in_two_steps(tree))
def uses_two_steps(tree: Tree) -> bool:
    """What is used is read as a conjunction, and this is none."""
    return leaves(tree) > 7


@theorem(by="x")
def by_induction_on_a_fraction(x: Fraction) -> bool:
    """There are no cases, and so no case that fails."""
    return x > 7


@theorem(by="truth")
def by_induction_on_a_truth(truth: bool) -> bool:
    """Nor here."""
    return truth


@theorem(by="numbers")
def by_induction_on_a_tuple(numbers: tuple[int, ...]) -> bool:
    """Nor here."""
    return len(numbers) > 7


@theorem(by="branch")
def by_induction_on_nothing(tree: Tree) -> bool:
    """There is no such parameter."""
    return leaves(tree) > 7


@theorem(by="tree", general=("tree",))
def by_induction_on_what_is_general(tree: Tree) -> bool:
    """It cannot be both."""
    return leaves(tree) > 7


@theorem(by="n", general=("k",), at=lambda n: ((n - 1,),))
def too_few_values(n: int, k: int) -> bool:
    """Two are needed."""
    return n + k > 7


@theorem(by="n", at=lambda n: n - 1)
def not_a_tuple_of_uses(n: int) -> bool:
    """One use is a tuple of one."""
    return n > 7


UNHINTED: list[Callable[..., bool]] = [
    *(uses_a_later_one, uses_no_theorem, uses_one_or_the_other, uses_what_it_wants),
    *(by_induction_on_a_fraction, by_induction_on_a_truth, by_induction_on_a_tuple),
    *(by_induction_on_nothing, by_induction_on_what_is_general, too_few_values),
    *(not_a_tuple_of_uses, uses_two_steps),
]


@theorem(by="tree", using=lambda tree: uses_itself(tree))
def uses_itself(tree: Tree) -> bool:
    """Counts on itself."""
    return leaves(tree) > 7
