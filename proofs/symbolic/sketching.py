"""Which sketch keeps the paper's bound: S Jᵀ and its factorization, for all sizes at once.

    sparse      q entries a column, about n·log n rows    q·P·d,  s·n²
    count       one entry a column, n² rows               P·d,    n²·n²
    twice       that, then a Hadamard transform of it     P·d,    n·n²·log n, s·n²
    transform   a Hadamard transform of all of Jᵀ         n·N·log₂N with N ≥ m·d, s·n²
    entries     s dense rows, each entry of Jᵀ in turn    s·P·d,  s·n²

The costs are the closed forms', the exponents those of `costs`: n = m^ν, d = m^κ, and a point has
m^(1 − α) firing neurons. That so many rows are enough is no part of this; how many a CountSketch
needs at least is.
"""

import sympy

from proofs.smt.reals import every, possible, some
from proofs.smt.terms import Term
from proofs.symbolic.costs import (
    GROWTH,
    PAIRS,
    PAPERS,
    REGION,
    D,
    L,
    M,
    N,
    U,
    at_most_polynomial,
)
from proofs.symbolic.orders import (
    ALPHA,
    KAPPA,
    NU,
    UPSILON,
    at_most,
    below,
    exactly_where,
    follows,
    orders,
    within,
)
from proofs.symbolic.proof import proves
from reference import closed_forms
from reference.counters import Counts

SPARSE_ROWS, COUNT_ROWS = N * L, N * N

SPARSE = (
    closed_forms.hashes(U * D, L)
    + closed_forms.embedding(PAIRS, D, L)
    + closed_forms.orthogonalization(SPARSE_ROWS, N)
)
"""log m entries a column, n·log m rows."""

COUNTED = closed_forms.hashes(U * D, 1) + closed_forms.embedding(PAIRS, D, 1)
"""A CountSketch, whatever its rows."""

COUNT = COUNTED + closed_forms.orthogonalization(COUNT_ROWS, N)

TWICE = (
    COUNTED + closed_forms.hadamard(N, COUNT_ROWS) + closed_forms.orthogonalization(SPARSE_ROWS, N)
)

TRANSFORM = closed_forms.hadamard(N, M * D) + closed_forms.orthogonalization(SPARSE_ROWS, N)

ENTRIES = closed_forms.embedding(PAIRS, D, SPARSE_ROWS) + closed_forms.orthogonalization(
    SPARSE_ROWS, N
)

WIDE = every(at_most(4 * NU, 1), at_most(4 * ALPHA, 1), below(0, NU))
"""m ≥ n⁴, α ≤ ¼, and n grows."""


def fits(cost: Counts, bound: sympy.Expr = PAPERS) -> Term:
    """The cost is within the bound, the paper's, up to logarithms."""
    spent, allowed = orders(at_most_polynomial(cost), GROWTH), orders(bound, GROWTH)
    return within(spent, allowed, logs=False)


def always_if_wide(cost: Counts) -> bool:
    """It fits wherever m ≥ n⁴ and α ≤ ¼."""
    return possible([REGION, WIDE]) and follows([REGION, WIDE], fits(cost))


def never_if_wide(cost: Counts) -> bool:
    """There it fits nowhere."""
    return possible([REGION, WIDE]) and not possible([REGION, WIDE, fits(cost)])


@proves(
    "regression/sketch-cost",
    "An embedding with $q \\approx \\log m$ entries a column and $n \\log m$ rows keeps "
    "$m^{1-\\alpha} n d + n^3$ up to logarithms, at all sizes.",
)
def sparse_fits() -> bool:
    """q·P·d and s·n²."""
    return possible([REGION]) and follows([REGION], fits(SPARSE))


@proves(
    "regression/sketch-cost",
    "A CountSketch of $n^2$ rows keeps it exactly where $n^3 \\le m^{1-\\alpha} d$, so wherever "
    "$m \\ge n^4$ and $\\alpha \\le \\tfrac{1}{4}$; compressed once more by a Hadamard transform "
    "it keeps it at all sizes.",
)
def count_fits() -> bool:
    """Factorizing n² rows takes n⁴, transforming them n³·log n."""
    place = some(at_most(3 * NU, 1 - ALPHA + KAPPA), at_most(NU, 0))
    return (
        exactly_where(fits(COUNT), place, [REGION])
        and always_if_wide(COUNT)
        and follows([REGION], fits(TWICE))
    )


@proves(
    "regression/sketch-cost",
    "A Hadamard transform of $J^\\top$ keeps it exactly where $m d \\le n^2$, so nowhere if "
    "$m \\ge n^4$.",
)
def transform_does_not_fit() -> bool:
    """n·m·d·log(m·d), whatever fires."""
    place = at_most(1 + KAPPA, 2 * NU)
    return exactly_where(fits(TRANSFORM), place, [REGION]) and never_if_wide(TRANSFORM)


@proves(
    "regression/sketch-cost",
    "$s \\approx n \\log m$ rows without zeros, applied entry by entry, keep it exactly where "
    "$m^{1-\\alpha} d \\le n$, so nowhere if $m \\ge n^4$ and $\\alpha \\le \\tfrac{1}{4}$.",
)
def entries_do_not_fit() -> bool:
    """s·P·d has a factor n too many."""
    place = some(at_most(1 - ALPHA + KAPPA, NU), at_most(NU, 0))
    return exactly_where(fits(ENTRIES), place, [REGION]) and never_if_wide(ENTRIES)


@proves(
    "regression/adaptive",
    r"Rows enough for a union bound over all firing sets of the live neurons, $n \lvert U \rvert$, "
    r"keep the bound exactly where $n^2 \lvert U \rvert \le m^{1-\alpha} d$: nowhere if "
    r"$d < n^2$.",
)
def union_bound_does_not_fit() -> bool:
    """2^(n·U) firing sets ask for a chance of failure below 2^(−n·U), and so for as many rows
    (Nelson and Nguyen: an embedding that fails with chance δ has at least log(1/δ) rows).
    """
    cost = COUNTED + closed_forms.orthogonalization(N * U, N)
    fit, place = fits(cost), at_most(2 * NU + UPSILON, 1 - ALPHA + KAPPA)
    elsewhere = possible([REGION, below(KAPPA, 2 * NU)])
    nowhere = not possible([REGION, below(KAPPA, 2 * NU), fit])
    return exactly_where(fit, place, [REGION]) and elsewhere and nowhere


# ---- how many rows -------------------------------------------------------------------------------


def birthday_bound() -> tuple[sympy.Symbol, sympy.Symbol, sympy.Expr]:
    """n, R, and exp(−n(n − 1)/(2R)), which bounds ∏_(i < n) (1 − i/R) from above."""
    n, rows = sympy.symbols("n R", positive=True)
    return n, rows, sympy.exp(-n * (n - 1) / (2 * rows))


@proves(
    "regression/sketch-cost",
    "A CountSketch of $R$ rows keeps $n$ unit vectors apart with probability "
    "$\\prod_{i < n} (1 - i/R) \\le \\exp(-n(n-1)/(2R))$: for one half it needs "
    "$R \\ge n(n-1)/(2 \\log 2)$ rows.",
)
def birthday() -> bool:
    """log(1 − x) ≤ −x: both are 0 at 0, and the slope of the room is x/(1 − x). Σ i/R is added."""
    x, i = sympy.Symbol("x", nonnegative=True), sympy.Symbol("i", integer=True)
    n, rows, bound = birthday_bound()
    room = -x - sympy.log(1 - x)
    grows = sympy.simplify(sympy.diff(room, x) - x / (1 - x)) == 0
    added = sympy.exp(-sympy.summation(i / rows, (i, 0, n - 1)))
    half = sympy.simplify(bound.subs(rows, n * (n - 1) / (2 * sympy.log(2))))
    return bool(
        room.subs(x, 0) == 0
        and grows
        and sympy.simplify(added / bound) == 1
        and sympy.diff(bound, rows).subs(n, n + 1).is_positive
        and half == sympy.Rational(1, 2)
    )
