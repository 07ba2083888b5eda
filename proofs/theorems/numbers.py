"""Integers that the bounds are made of."""

from proofs.smt.theorem import implies, theorem


def power(n: int) -> int:
    """2^n.

    decreases: n
    """
    if n <= 0:
        return 1
    return 2 * power(n - 1)


def levels(k: int, n: int) -> int:
    """Σ_{i < n} min(2^i, k): the nodes above k leaves, in n levels.

    decreases: n
    """
    if n <= 0:
        return 0
    return levels(k, n - 1) + min(power(n - 1), k)


@theorem(by="n", at=lambda n: ((n - 1,),))
def power_is_positive(n: int) -> bool:
    """2^n ≥ 1."""
    return power(n) >= 1


@theorem(by="n", at=lambda n: ((n - 1,),), using=lambda n: power_is_positive(n - 1))
def power_grows(n: int) -> bool:
    """2^n ≥ n + 1 for n ≥ 0."""
    return implies(n >= 0, power(n) >= n + 1)


@theorem(by="n", at=lambda n: ((n - 1,),), using=lambda n: power_is_positive(n - 1))
def levels_are_natural(k: int, n: int) -> bool:
    """Σ min(2^i, k) ≥ 0."""
    return implies(k >= 0, levels(k, n) >= 0)


@theorem(
    by="n",
    at=lambda n: ((n - 1,),),
    using=lambda n: power_is_positive(n) and power_is_positive(n - 1),
)
def levels_of_two_trees(a: int, b: int, n: int) -> bool:
    """One level more holds the nodes above the leaves of two trees, and their common root."""
    return implies(
        a >= 0 and b >= 0 and a + b >= 1 and n >= 0,
        levels(a, n) + levels(b, n) + 1 <= levels(a + b, n + 1),
    )


@theorem(by="n", at=lambda n: ((n - 1,),))
def levels_are_full_at_most(k: int, n: int) -> bool:
    """Σ_{i < n} min(2^i, k) ≤ 2^n − 1."""
    return implies(n >= 0, levels(k, n) <= power(n) - 1)


@theorem(by="n", at=lambda n: ((n - 1,),), using=lambda k, j: levels_are_full_at_most(k, j))
def levels_from_any_level(k: int, j: int, n: int) -> bool:
    """The lowest n of j + n levels have at most k nodes each."""
    return implies(k >= 0 and j >= 0 and n >= 0, levels(k, j + n) <= power(j) - 1 + k * n)
