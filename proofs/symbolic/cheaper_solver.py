"""Which solver is the cheaper one, for all sizes: G factorized, G multiplied with, or a sketch.

    exact    Σ_r k_r(k_r + 1)/2 increments, k_r the points that neuron r fires on; n³/3
    sketch   q·P·d to make, s·n² to factorize, 2·P·d a round

All of it by the closed forms. A neuron fires on at most n points, so the increments are at most
P·(n + 1)/2; a sketch has s ≥ n rows, and t products with J are made.

Claims regression/exact-gram, regression/n3.
"""

import sympy

from proofs.symbolic.proof import proves
from proofs.symbolic.sizes import Size, expression_of, naturals, total, vanishes
from reference import closed_forms
from reference.counters import Counts

N_MORE, D, MOVED, SPARED, MORE_ROWS, NONZEROS, ROUNDS, SWEEPS = naturals("nu d U c s q w v")
"""n − 1; d; U; the increments below their most; s − n; q; rounds and sweeps."""

NEURONS_MORE, PADDING, POWER = naturals("y z p")
"""m·n − P; N − m·d; log₂ N."""

PAIRS = sympy.Symbol("P", integer=True, nonnegative=True)
POINTS = N_MORE + 1
PRODUCTS = ROUNDS + SWEEPS
INCREMENTS = PAIRS * (POINTS + 1) / 2 - SPARED


def exact() -> sympy.Expr:
    """The Gram matrix, factorized, and one solve."""
    n = Size(POINTS)
    work = closed_forms.gram(Size(INCREMENTS), n) + closed_forms.factorized_solve(n)
    return _whole(work)


def iterated() -> sympy.Expr:
    """A sketch of s rows, once made, factorized, and the rounds; its making left out."""
    n, rows = Size(POINTS), Size(POINTS + MORE_ROWS)
    work = closed_forms.orthogonalization(rows, n)
    work += closed_forms.jacobian_products(Size(PAIRS), n, Size(D), Size(PRODUCTS))
    work += closed_forms.substitutions(n, Size(ROUNDS))
    work += closed_forms.conjugate_gradient(n, Size(ROUNDS), Size(SWEEPS))
    return _whole(work)


def made() -> sympy.Expr:
    """Making it by an embedding with q entries a column."""
    hashed = closed_forms.hashes(Size(MOVED * D), Size(NONZEROS))
    return _whole(hashed + closed_forms.embedding(Size(PAIRS), Size(D), Size(NONZEROS)))


def allowance() -> sympy.Expr:
    """2qd + 4t(d + 1) − (n + 1): twice what the sketch takes more for each firing pair."""
    return 2 * NONZEROS * D + 4 * PRODUCTS * (D + 1) - (POINTS + 1)


def _whole(work: Counts) -> sympy.Expr:
    """The operations as a polynomial: its quotients come out even."""
    spent = total(work)
    even = spent.replace(sympy.floor, lambda part: part)
    if not vanishes(spent - even):
        raise ArithmeticError(f"{spent} rounds down")
    return sympy.expand(even)


def _natural(polynomial: sympy.Expr) -> bool:
    """No coefficient is negative, so no value at natural numbers is."""
    expanded = sympy.expand(polynomial)
    symbols = sorted(expanded.free_symbols, key=str)
    return all(coefficient >= 0 for coefficient in sympy.Poly(expanded, *symbols).coeffs())


@proves(
    "regression/exact-gram",
    "The exact Gram matrix, factorized, takes no more operations than an embedding with $q$ "
    "entries a column and $t$ products with $J$ wherever $n + 1 \\le 2qd + 4t(d + 1)$, whatever "
    "fires and however many rows $s \\ge n$ there are.",
)
def exact_is_cheaper() -> bool:
    """What the sketch takes more is P/2 times the allowance, and no coefficient of the rest is
    negative.
    """
    more = made() + iterated() - exact()
    return _natural(more - PAIRS * allowance() / 2)


@proves(
    "regression/exact-gram",
    "For a Hadamard transform of $N \\ge md$ values the same with $q = \\log_2 N$.",
)
def transform_costs_more() -> bool:
    """n·N·log₂N ≥ P·d·log₂N, since P ≤ n·m."""
    width = sympy.Symbol("m", integer=True, nonnegative=True)
    pairs = POINTS * width - NEURONS_MORE
    padded = width * D + PADDING
    work = POINTS * padded * POWER
    counted = [closed_forms.hadamard(3, 1 << p).solver_operations for p in range(40)]
    same = counted == [3 * (1 << p) * p for p in range(40)]
    embedded = expression_of(
        closed_forms.embedding(Size(pairs), Size(D), Size(POWER)).solver_operations
    )
    return same and _natural(work - embedded)


@proves(
    "regression/exact-gram",
    "Where every firing neuron fires on all points and $n + 1 > 2qd(1 + 1/n) + 4t(d + 1)$, the "
    "sketch is the cheaper one once enough of them fire: the condition is sharp but for $2qd/n$.",
)
def sketch_is_cheaper() -> bool:
    """Then no increment is spared and P = n·U: what the sketch takes more is linear in P, and P's
    coefficient is half of 2qd(1 + 1/n) + 4t(d + 1) − (n + 1).
    """
    everywhere = {SPARED: 0, MOVED: PAIRS / POINTS}
    more = sympy.expand(sympy.expand(made() + iterated() - exact()).subs(everywhere))
    share = sympy.diff(more, PAIRS)
    linear = sympy.simplify(sympy.diff(share, PAIRS)) == 0
    expected = (allowance() + 2 * NONZEROS * D / POINTS) / 2
    return bool(linear and sympy.simplify(share - expected) == 0)


@proves(
    "regression/n3",
    "Conjugate gradients on $G$ take fewer operations than factorizing it wherever they need at "
    "most $(n - 6)/3$ rounds.",
)
def few_rounds() -> bool:
    """With n = 7 + a, rounds = (n − 6 − e)/3 and one sweep no coefficient of the room is negative,
    and the constant is positive.
    """
    more, spared = naturals("a e")
    n, rounds = Size(more + 7), Size((more + 1 - spared) / 3)
    iterating = closed_forms.gram_products(n, rounds + 1)
    iterating += closed_forms.conjugate_gradient(n, rounds, 1)
    room = _whole(closed_forms.factorized_solve(n)) - _whole(iterating)
    return _natural(room) and bool(room.subs({more: 0, spared: 0}) > 0)
