"""What a tree of a height has, writes and shows: recurrences in the height, solved.

    full tree             V(h + 1) = 2·V(h) + 1,     V(0) = 1       2^(h+1) − 1
    one leaf fires        V(h + 1) = V(h) + 2,       V(0) = 1       2h + 1
    k = 2^j fire          1 + 2·Σ_{i < h} min(2^i, 2^j)             2^(j+1)·(h − j + 1) − 1
    least balanced tree   N(h + 2) = N(h + 1) + N(h) + 1, 0 and 1   F(h + 2) − 1

The first three are exact: some set of firing leaves reaches each. `BOUND` is the upper bound of a
query for all k and m; that a query keeps the bound from any level is a theorem,
`tournament/visits_from_any_level`, whose level j is chosen here.
"""

from collections.abc import Callable

import sympy

from proofs.symbolic.proof import proves
from proofs.symbolic.sizes import Size, expression_of, naturals
from reference import closed_forms

HEIGHT, LEVEL = naturals("h j")
ANSWERS, WIDTH = sympy.symbols("k m", positive=True)

BOUND = 1 + 2 * ANSWERS * (sympy.log(WIDTH / ANSWERS, 2) + 2)
"""No query that answers k ≥ 1 of m neurons visits more nodes."""

HEIGHTS = 64
"""Heights at which code with loops is compared: 2^64 is wider than any network here."""


def from_level(
    level: sympy.Expr | int, height: sympy.Expr | int, answers: sympy.Expr | int
) -> sympy.Expr:
    """2(2^j − 1) + 2k(n − j) + 1, as in the theorem."""
    return sympy.sympify(2 * (2**level - 1) + 2 * answers * (height - level) + 1)


def solved(
    of: Callable[[sympy.Expr], sympy.Expr], following: sympy.Expr, first: sympy.Expr | int
) -> sympy.Expr:
    """V(h) if V(h + 1) is this and V(0) that."""
    h = HEIGHT
    return sympy.simplify(sympy.rsolve(of(h + 1) - following, of(h), {of(0): first}))


# ---- tournament trees ----------------------------------------------------------------------------


@proves("structure/init", "A full tree of height $h$ has $2^{h+1} - 1$ nodes, as a build writes.")
def full_tree() -> bool:
    """Solved by sympy, and equal to the closed form at m = 2^h."""
    nodes = sympy.Function("V")
    found = solved(nodes, 2 * nodes(HEIGHT) + 1, 1)
    built = expression_of(closed_forms.tournament_build(Size(2**HEIGHT)).node_writes)
    return bool(sympy.expand(found - built) == 0)


@proves("structure/query", "One firing leaf at depth $h$ is found in $2h + 1$ visits.")
def one_way_down() -> bool:
    """Each node on the way is expanded: the next one and its silent sibling are visited."""
    visits = sympy.Function("V")
    found = solved(visits, visits(HEIGHT) + 2, 1)
    asked = expression_of(closed_forms.tournament_query(Size(HEIGHT)).node_visits)
    return bool(sympy.expand(found - asked) == 0)


@proves(
    "structure/query",
    "If $k = 2^j$ of $m = 2^h$ leaves fire, one below each node of level $j$, a query visits "
    "$2k(\\log_2(m/k) + 1) - 1$ nodes: the bound is reached but for $2k + 2$.",
)
def evenly_spread() -> bool:
    """All nodes above level j are expanded, and below it one way down for each of the 2^j."""
    i = sympy.Symbol("i", integer=True)
    top = sympy.summation(2**i, (i, 0, LEVEL - 1))
    below = sympy.summation(2**LEVEL, (i, LEVEL, HEIGHT - 1))
    visits = expression_of(closed_forms.tournament_query(Size(top + below)).node_visits)
    there = {ANSWERS: 2**LEVEL, WIDTH: 2**HEIGHT}
    room = sympy.expand(sympy.expand_log(BOUND.subs(there), force=True)) - visits
    levels = sympy.expand(from_level(LEVEL, HEIGHT, 2**LEVEL) - visits)
    return bool(sympy.simplify(room - 2 * 2**LEVEL - 2) == 0 and sympy.simplify(levels) == 0)


@proves(
    "structure/query",
    "For all $1 \\le k \\le m$ a query visits at most $1 + 2k(\\log_2(m/k) + 2)$ nodes.",
)
def bound_for_all() -> bool:
    """Write k = c·2^j with 1 ≤ c < 2 and take level j + 1 of the theorem, the height n of the tree
    being less than log₂ m + 1. What is left of the bound is 2k·(2 − 2/c − log₂ c) + 2, or more.
    2/c + log₂ c is convex where c < 4·ln 2, and 2 at both ends of [1, 2], so at most 2 between.
    If there is no level j + 1, k ≥ 2^j ≥ 2^n ≥ m: all fire, and all 2m − 1 nodes are few enough.
    """
    c = sympy.Symbol("c", positive=True)
    answers, height = c * 2**LEVEL, sympy.log(WIDTH, 2) + 1
    left = BOUND.subs(ANSWERS, answers) - from_level(LEVEL + 1, height, answers)
    rest = sympy.log(c, 2) + 2 / c
    expected = 2 * answers * (2 - rest) + 2
    simple = sympy.simplify(sympy.expand_log(left - expected, force=True)) == 0
    bend = sympy.expand(sympy.diff(rest, c, 2) * c**3 * sympy.log(2))
    convex = sympy.expand(bend - (4 * sympy.log(2) - c)) == 0 and bool(4 * sympy.log(2) > 2)
    ends = [sympy.simplify(rest.subs(c, end)) for end in (1, 2)] == [2, 2]
    all_nodes = expression_of(closed_forms.tournament_build(Size(WIDTH)).node_writes)
    full = sympy.expand(BOUND.subs(ANSWERS, WIDTH) - all_nodes) == 2 * WIDTH + 2
    return bool(simple and convex and ends and full)


@proves(
    "structure/query",
    "With $k \\ge 1$ and $m \\ge 2$ the bound by height, $1 + 2k\\lceil\\log_2 m\\rceil$, is at "
    "most $3k\\lceil\\log_2 m\\rceil$: there $O(k\\log m)$ holds.",
)
def with_answers() -> bool:
    """3kh − (1 + 2kh) has no negative coefficient in k − 1 and h − 1."""
    k, h = naturals("k h")
    visits = expression_of(closed_forms.tournament_query(Size(k * h)).node_visits)
    room = sympy.expand((3 * k * h - visits).subs({k: k + 1, h: h + 1}, simultaneous=True))
    return all(coefficient >= 0 for coefficient in sympy.Poly(room, k, h).coeffs())


# ---- ordered trees -------------------------------------------------------------------------------


def fewest_nodes() -> sympy.Expr:
    """N(h), of the balanced tree of height h with the fewest nodes, solved."""
    fewest, h = sympy.Function("N"), HEIGHT
    homogeneous = fewest(h + 2) - fewest(h + 1) - fewest(h)
    return sympy.rsolve(homogeneous, fewest(h), {fewest(0): 1, fewest(1): 2}) - 1


@proves(
    "structure/update",
    "A balanced tree of height $h$ has at least $N(h)$ nodes, $N(h) = 1 + N(h-1) + N(h-2)$, and "
    "$N(h) + 2 \\ge \\Phi^{h+2}/\\sqrt{5}$ with $\\Phi = (1 + \\sqrt{5})/2$.",
)
def fewest_solved() -> bool:
    """N + 1 obeys Fibonacci's recurrence; the root of smaller size counts for less than 1.

    The closed form's loop gives the largest h with N(h) ≤ m, so it must step exactly at N(h).
    """
    found, golden, h = fewest_nodes(), sympy.GoldenRatio.expand(func=True), HEIGHT
    follows = found.subs(h, h + 2) - found.subs(h, h + 1) - found - 1
    other = sympy.simplify(found + 1 - golden ** (h + 2) / sympy.sqrt(5))
    small = sympy.simplify(other / ((1 - sympy.sqrt(5)) / 2) ** h)
    numbers = [int(sympy.fibonacci(k + 2)) - 1 for k in range(HEIGHTS)]
    starts = [sympy.simplify(found.subs(h, k)) for k in range(4)] == numbers[:4]
    highest = closed_forms.ordered_height_at_most
    steps = all(highest(n) == k and highest(n - 1) == k - 1 for k, n in enumerate(numbers) if k)
    recurs = sympy.simplify(follows) == 0
    return bool(recurs and starts and small.is_number and abs(small) < 1 and steps)


@proves("structure/update", "Its height is at most $1.4405\\,\\log_2(m + 2)$.")
def height_bound() -> bool:
    """From Φ^(h + 2) ≤ √5·(m + 2), by logarithms: h ≤ log₂(m + 2)/log₂ Φ + log_Φ √5 − 2."""
    golden = sympy.GoldenRatio.expand(func=True)
    slope = 1 / sympy.log(golden, 2)
    constant = sympy.log(sympy.sqrt(5), golden) - 2
    return bool(slope < sympy.Rational(14405, 10000)) and bool(constant < 0)
