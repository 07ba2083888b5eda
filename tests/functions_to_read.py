# mypy: disable-error-code="arg-type, no-any-return, operator, redundant-expr, return-value"
# mypy: disable-error-code="unreachable"
# ruff: noqa: SIM202
"""Functions in which what is read could easily differ from what runs: here for their source."""

from fractions import Fraction

from reference.specification.tournament import Leaf, Node, Tree, top


def floors(n: int) -> tuple[int, ...]:
    """Down, not towards 0."""
    return (n // 2, n // 3, -n // 2, -(n // 2), (n - 7) // 5 * 5)


def larger_of_two_kinds(n: int, x: Fraction) -> Fraction:
    """An integer is a fraction too."""
    return max(n, x) - min(x, n) + n


def largest_at_ties(one: Fraction, other: Fraction) -> tuple[Fraction, ...]:
    return (max(one, other), min(one, other), max(other, one), min(one, one))


def an_integer_becomes_a_fraction(n: int, x: Fraction) -> tuple[bool, ...]:
    return (n == x, Fraction(n) == x, n <= x, x != n, x < Fraction(2) * n, x == 0)


def returned_as_a_fraction(n: int) -> Fraction:
    return n


def passed_as_a_fraction(n: int) -> Fraction:
    return returned_as_a_fraction(n) + doubled(n) - doubled(Fraction(n))


def doubled(x: Fraction) -> Fraction:
    return 2 * x


def chained(one: int, other: int, third: int) -> bool:
    return one < other <= third != one > other - 5


def connectives(one: bool, other: bool) -> tuple[bool, ...]:
    return (one and not other, one or other, not (one and other), one == other, not one != other)


def conditional(n: int) -> int:
    return 1 if n > 3 else 2 if n > 0 else -3


def concatenated(n: int) -> tuple[int, ...]:
    """Empty ones too."""
    nothing = () if n > 0 else (n, -n)
    return nothing + () + (n,) + nothing + (0, 1)


def lengths(n: int) -> int:
    return len(concatenated(n)) - 2 * len((n, n))


def reassigned(n: int) -> int:
    m = n
    n = n + 1
    m = m * n - n * 3
    if m > 10:
        n = m
    elif m > 3:
        return -1
    else:
        m = 5
    return n + m


def goes_on_after_a_match(tree: Tree) -> Fraction:
    """In order: an earlier case wins, and what a case leaves over goes on."""
    depth = 0
    match tree:
        case Node(_, Leaf(_, score), _):
            depth = 1
        case Node(score, Node(_, Leaf(_, other), _), Leaf(_, _)):
            return score - other
        case Leaf(_, score):
            depth = 2
        case whole:
            score = top(whole)
    return score + depth


def the_first_case_that_fits(tree: Tree) -> int:
    match tree:
        case Leaf(neuron, _):
            return neuron
        case Node(_, Leaf(_, _), _):
            return -1
        case Node(_, _, Leaf(neuron, _)):
            return -2 - neuron
        case Node(_, _, _):
            return -10
        case _:
            return -20


def equal_trees(one: Tree, other: Tree) -> tuple[bool, ...]:
    return (one == other, one != other, Node(top(one), one, other) == Node(top(one), one, one))


def swapped(one: int, other: int) -> tuple[int, ...]:
    """Arguments take the place of parameters at once."""
    return minus(other, one) + minus(one, minus_of(other, one))


def minus(other: int, one: int) -> tuple[int, ...]:
    return (other - one,)


def minus_of(one: int, other: int) -> int:
    return one - other
