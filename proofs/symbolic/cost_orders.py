"""Where the costs keep the bounds that are claimed: for all exponents, and limits at some.

n = m^ν, d = m^κ, k = m^(1 − α), U = m^υ between k and the smaller of m and n·k, and the iterations
m^θ. Costs are the most that the closed forms allow (`costs`), so "exactly where" is about the
worst firing sets of these sizes: every fact of the kind "not within" is true of some, not of all.
"""

from collections.abc import Sequence

import sympy

from proofs.smt.reals import every, some
from proofs.smt.terms import Term
from proofs.symbolic.costs import (
    COORDINATES,
    DENSE,
    DENSE_BOUND,
    DENSE_SKETCH,
    GROWTH,
    IMPLICIT,
    LOG,
    ORDERED,
    PAPER,
    PAPERS,
    POINTS,
    REGION,
    SCAN,
    SETS,
    TREE,
    WIDTH,
    D,
    M,
    N,
    Way,
    at_most_polynomial,
    iteration,
    moved_scores,
    set_up,
    updating,
    whole,
)
from proofs.symbolic.orders import (
    ALPHA,
    KAPPA,
    NU,
    THETA,
    UPSILON,
    Order,
    Point,
    at_most,
    below,
    exactly_where,
    follows,
    orders,
    within,
    within_at,
)
from proofs.symbolic.proof import proves
from proofs.symbolic.sizes import kinds
from reference import closed_forms
from reference.counters import Label
from reference.structures.threshold_search import Structure
from reference.weights import Reading


def grown(cost: sympy.Expr) -> Sequence[Order]:
    """The orders of a cost's monomials."""
    return orders(cost, GROWTH)


def fits(way: Way, bound: sympy.Expr) -> Term:
    """The iteration's cost is within the bound, up to logarithms."""
    return within(grown(whole(way)), grown(bound), logs=False)


# ---- limits --------------------------------------------------------------------------------------


def limit(cost: sympy.Expr, bound: sympy.Expr, point: Point) -> sympy.Expr:
    """The limit of cost over bound as m → ∞. Domain: exponents that are rational numbers.

    With exponents that are symbols sympy gives wrong values (its issue 22893).
    """
    m = sympy.Symbol("m", positive=True)
    values = {
        symbol: m ** order.power.subs(point) * sympy.log(m) ** order.logs
        for symbol, order in GROWTH.items()
    }
    above, under = (sympy.expand(part.subs(values, simultaneous=True)) for part in (cost, bound))
    return sympy.limit(above / under, m, sympy.oo)


def limit_agrees(cost: sympy.Expr, bound: sympy.Expr, point: Point) -> bool:
    """The limit is a number exactly if the orders say that the cost is within the bound."""
    value = limit(cost, bound, point)
    return bool(value != sympy.oo) == within_at(grown(cost), grown(bound), point)


# ---- an iteration --------------------------------------------------------------------------------


@proves(
    "cost/iteration",
    "The paper's procedures (its update, a sparse sketch) keep $m^{1-\\alpha} n d + n^3$ up to "
    "logarithms exactly where $\\lvert U \\rvert \\le m^{1-\\alpha}$ or "
    "$\\lvert U \\rvert d \\le n^2$.",
)
def papers_iteration() -> bool:
    """υ ≤ 1 − α or υ + κ ≤ 2ν: its update scores U neurons at n points, U·n·d."""
    few, small = at_most(UPSILON, 1 - ALPHA), at_most(UPSILON + KAPPA, 2 * NU)
    return exactly_where(fits(PAPER, PAPERS), some(few, small), [REGION])


@proves(
    "cost/iteration",
    "With the points' inner products kept, however many neurons move, tree, ordered tree and "
    "firing sets keep it up to logarithms exactly where $n \\le d$ or $m^{1-\\alpha} \\le n$.",
)
def kept_products() -> bool:
    """ν ≤ κ or 1 − α ≤ ν: displacing scores takes n·k·n, and so does the exact Gram matrix."""
    place = some(at_most(NU, KAPPA), at_most(1 - ALPHA, NU))
    ways = (TREE, IMPLICIT, ORDERED, SETS)
    return all(exactly_where(fits(way, PAPERS), place, [REGION]) for way in ways)


@proves(
    "cost/baseline",
    "With a sparse sketch dense Gauss-Newton keeps $m n d + n^3$ at all sizes, up to logarithms.",
)
def dense_with_a_sketch() -> bool:
    """All of its monomials are dominated."""
    return follows([REGION], fits(DENSE_SKETCH, DENSE_BOUND))


@proves(
    "cost/baseline",
    "With the exact Gram matrix it does, whatever fires, exactly where $n \\le m^{\\alpha} d$ or "
    "$m^{1-\\alpha} \\le n$.",
)
def dense_with_gram() -> bool:
    """Increments take n·k·n, which is within m·n·d where ν ≤ α + κ, within n³ where 1 − α ≤ ν."""
    place = some(at_most(NU, ALPHA + KAPPA), at_most(1 - ALPHA, NU))
    return exactly_where(fits(DENSE, DENSE_BOUND), place, [REGION])


@proves("cost/baseline", "It costs $m n d$ and $n^3/3$ at least, whatever fires.")
def dense_at_least() -> bool:
    """QUERY alone and SOLVE alone, with nothing that fires."""
    scored = kinds(closed_forms.dense_query(M, N, D))["multiply_adds"]
    solved = at_most_polynomial(closed_forms.factorized_solve(N))
    return bool(scored == WIDTH * POINTS * COORDINATES) and all(
        coefficient >= 0
        for coefficient in sympy.Poly((solved - POINTS**3 / 3).subs(POINTS, POINTS + 1)).coeffs()
    )


# ---- searching -----------------------------------------------------------------------------------


@proves(
    "structure/beats-scan",
    "Up to logarithms an iteration that scans stored scores keeps the paper's bound exactly where "
    "the tree's does and $m^{\\alpha} \\le d$ or $m \\le n^2$.",
)
def scanning() -> bool:
    """A scan adds n·m, which is within k·n·d + n³ where α ≤ κ or 1 ≤ 2ν."""
    place = every(some(at_most(ALPHA, KAPPA), at_most(1, 2 * NU)), fits(TREE, PAPERS))
    return exactly_where(fits(SCAN, PAPERS), place, [REGION])


@proves(
    "structure/beats-scan",
    "Asking and changing the trees of all points is of no higher order than scanning exactly where "
    "$\\lvert U \\rvert$ is less than $m$ by a power of $m$.",
)
def tree_and_scan() -> bool:
    """U·n·log m against m·n; the query, k·n·log m, is always of lower order."""
    tree, scan = (grown(_searched(structure)) for structure in (TREE, SCAN))
    return exactly_where(within(tree, scan), below(UPSILON, 1), [REGION])


@proves(
    "structure/beats-scan",
    "Firing sets that are kept up to date are of no higher order than either, at all sizes.",
)
def sets_and_both() -> bool:
    """k·n·log m and U·n, without a search."""
    kept = grown(_searched(SETS))
    return all(follows([REGION], within(kept, grown(_searched(way)))) for way in (TREE, SCAN))


def _searched(way: Way) -> sympy.Expr:
    """What the structure counts in an iteration: comparisons, visits and writes."""
    labels = iteration(way)
    spent = kinds(labels[Label.QUERY] + labels[Label.REFRESH])
    counted = spent["comparisons"] + spent["node_visits"] + spent["node_writes"]
    return sympy.expand(counted.replace(sympy.ceiling, lambda _: LOG))


@proves(
    "structure/update",
    "One neuron's update counts at most $5 n (d + \\lceil\\log_2 m\\rceil)$, multiply-adds, "
    "comparisons, visits and writes together; with ordered trees at most 24 such.",
)
def update_bound() -> bool:
    """n(d + 3L + 2) and n(d + 24L + 12), with d ≥ 1."""
    shifted = {COORDINATES: COORDINATES + 1}
    rooms = [
        most * POINTS * (COORDINATES + LOG) - at_most_polynomial(updating(structure))
        for structure, most in ((Structure.TOURNAMENT, 5), (Structure.ORDERED, 24))
    ]
    polynomials = [sympy.Poly(sympy.expand(room.subs(shifted)), *GROWTH) for room in rooms]
    return all(coefficient >= 0 for poly in polynomials for coefficient in poly.coeffs())


@proves(
    "structure/init",
    "Scores and trees together count $m n d + 5 m n - 3 n$: within $O(m n d)$, and the trees' "
    "numbers are fewer than $2 m n$.",
)
def setting_up() -> bool:
    """For all exponents; the products of points that we keep besides, n(n + 1)d/2, are not."""
    built = closed_forms.tournament_build(M).times(N)
    spent = at_most_polynomial(closed_forms.scores(M, N, D) + built)
    numbers = 2 * WIDTH * POINTS - kinds(built)["node_writes"]
    scored = WIDTH * POINTS * COORDINATES
    exact = sympy.expand(spent - scored - 5 * WIDTH * POINTS + 3 * POINTS) == 0
    fewer = sympy.expand(numbers) == POINTS
    return bool(exact and fewer) and follows([REGION], within(grown(spent), grown(scored)))


@proves(
    "structure/init",
    "An ordered tree is sorted first: within $O(m n d)$ exactly where $d$ grows by a power of $m$.",
)
def sorting_up() -> bool:
    """m·n·log m comparisons against m·n·d, d = m^κ."""
    products = at_most_polynomial(closed_forms.point_products(N, D))
    spent = grown(sympy.expand(at_most_polynomial(set_up(Structure.ORDERED)) - products))
    scored = grown(WIDTH * POINTS * COORDINATES)
    return exactly_where(within(spent, scored), below(0, KAPPA), [REGION])


# ---- implicit weights ----------------------------------------------------------------------------


@proves(
    "cost/implicit",
    "With implicit weights neither MOVE nor REFRESH counts anything that depends on $d$, with any "
    "structure; with rewritten rows MOVE does, with recomputed scores REFRESH too.",
)
def free_of_coordinates() -> bool:
    """Whether the symbol d occurs in what the closed forms return."""
    free = [
        COORDINATES not in at_most_polynomial(part).free_symbols
        for structure in Structure
        for labels in [iteration(Way(structure, Reading.IMPLICIT))]
        for part in (labels[Label.MOVE], labels[Label.REFRESH])
    ]
    bound = [
        COORDINATES in at_most_polynomial(iteration(Way(structure, reading))[label]).free_symbols
        for structure in Structure
        for reading, label in (
            (Reading.REWRITTEN, Label.MOVE),
            (Reading.RECOMPUTED, Label.MOVE),
            (Reading.RECOMPUTED, Label.REFRESH),
        )
    ]
    return all(free) and all(bound)


@proves(
    "cost/implicit",
    "Moving the scores by kept products is of no higher order than recomputing them exactly where "
    "$m^{1-\\alpha} n \\le \\lvert U \\rvert d$: where a neuron fires on at most about $d$ points.",
)
def displacing_or_recomputing() -> bool:
    """P·n + U·n against U·n·d, P = n·k."""
    kept, anew = (grown(at_most_polynomial(moved_scores(r))) for r in (TREE.reading, PAPER.reading))
    place = at_most(1 - ALPHA + NU, UPSILON + KAPPA)
    return exactly_where(within(kept, anew), place, [REGION])


# ---- many iterations -----------------------------------------------------------------------------


@proves(
    "cost/amortized",
    "Spread over $T$ iterations, the scores' set-up is within $m^{1-\\alpha} n d + n^3$ an "
    "iteration exactly where $T \\ge m^{\\alpha}$ or $T n^2 \\ge m d$.",
)
def spreading() -> bool:
    """m·n·d ≤ m^θ·(k·n·d + n³), with T = m^θ."""
    scored = grown(at_most_polynomial(closed_forms.scores(M, N, D)))
    paid = [Order(order.power + THETA, order.logs) for order in grown(PAPERS)]
    place = some(at_most(ALPHA, THETA), at_most(1 + KAPPA, THETA + 2 * NU))
    return exactly_where(within(scored, paid), place, [REGION, at_most(0, THETA)])


@proves(
    "cost/total",
    "Whatever an iteration costs, set-up included the whole training takes at least $n$ times as "
    "many operations as there are weights.",
)
def never_sublinear() -> bool:
    """INIT − n·(m·d) has no negative coefficient, with m ≥ 1."""
    return all(
        _never_negative(at_most_polynomial(set_up(structure)) - POINTS * WIDTH * COORDINATES)
        for structure in Structure
    )


@proves(
    "cost/total",
    "Over $T$ looks at the loss the dense method counts at most $T$ times as many operations as "
    "one that stores scores and otherwise does the same work, set-up included.",
)
def gain() -> bool:
    """T·q + S ≤ T·(i + S + E): q the dense query, i ≥ q the set-up, S what both count in all
    iterations together, E ≥ 0 what the one that stores scores counts besides.
    """
    looks, shared, besides = sympy.symbols("T S E", positive=True)
    query = at_most_polynomial(closed_forms.dense_query(M, N, D))
    stored = (Structure.TOURNAMENT, Structure.ORDERED, Structure.INCREMENTAL)
    least = [at_most_polynomial(set_up(structure)) - query for structure in stored]
    room = looks * (query + shared + besides) - (looks * query + shared)
    more = sympy.Poly(sympy.expand(room.subs(looks, looks + 1)), looks, shared, besides)
    return all(map(_never_negative, least)) and all(
        bool(coefficient >= 0) for coefficient in more.coeffs()
    )


def _never_negative(expression: sympy.Expr) -> bool:
    """No coefficient is, written in m − 1: so it is not for any m ≥ 1 and other sizes ≥ 0."""
    shifted = sympy.expand(expression.subs(WIDTH, WIDTH + 1))
    return all(coefficient >= 0 for coefficient in sympy.Poly(shifted, *GROWTH).coeffs())
