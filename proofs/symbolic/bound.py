"""The reductions behind the lower bound, for all sizes; what meets the bound, and what it misses.

Sizes are powers of one number: N vectors on either side, structures of m = N^b neurons over
n = N^a points. So a cost is an exponent, and what is faster is what has a smaller one.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import isqrt

import sympy

from proofs.reduction.threshold_instance import neuron, padded, point, silent, threshold
from proofs.symbolic.proof import proves
from proofs.symbolic.sizes import Size, expression_of
from reference import closed_forms
from reference.counters import Counts
from reference.inner_products import inner_product
from reference.scalar import RATIONAL

RATIOS = (sympy.Rational(1, 2), sympy.Integer(1), sympy.Integer(3))
"""Exponents of m in n at which limits are taken."""


# ---- the reductions ------------------------------------------------------------------------------


@proves(
    "bound/seth",
    r"Orthogonal vectors become neurons and points of unit length with "
    r"$\langle w, x\rangle \sqrt{D} = D - \langle a, b\rangle$, in every dimension $D$.",
)
def scores_count_common_ones() -> bool:
    """Induction over coordinates: each adds (1 − a)·b + (1 − b) = 1 − a·b to the score.

    And b² + (1 − b)² = 1 to D·‖x‖². The code makes each of the four kinds of coordinate so, and
    pads with a = b = 0.
    """
    a, b, common, d = sympy.symbols("a b common D")
    score = d - common
    step = score.subs({d: d + 1, common: common + a * b}) - score - ((1 - a) * b + (1 - b))
    norm = sympy.expand(b**2 + (1 - b) ** 2 - 1)
    unit = all(norm.subs(b, bit) == 0 for bit in (0, 1))
    return bool(sympy.expand(step) == 0 and score.subs({d: 0, common: 0}) == 0 and unit) and all(
        _score((p, *more), (q, *rest)) == padded(1 + len(more)) - p * q
        for p, q in product((0, 1), repeat=2)
        for more, rest in (((), ()), ((0, 1), (1, 0)))
    )


@proves(
    "bound/seth",
    r"A neuron fires exactly if its vector is orthogonal to the point's: "
    r"$\frac{D - k}{\sqrt{D}} > \frac{D - 1}{\sqrt{D}}$ for $k = 0$ alone, and $k = 1$ is a tie.",
)
def only_orthogonal_pairs_fire() -> bool:
    """The difference is (1 − k)/√D: positive at 0, zero at 1, negative from 2 on.

    The code's threshold is that one, and at least 0, so that the zero weight is silent.
    """
    d = sympy.symbols("D", positive=True)
    k = sympy.symbols("k", integer=True)
    more = sympy.symbols("more", integer=True, nonnegative=True)
    above = sympy.simplify((d - k) / sympy.sqrt(d) - (d - 1) / sympy.sqrt(d))
    signs = (above.subs(k, 0).is_positive, above.subs(k, 1), above.subs(k, more + 2).is_negative)
    thresholds = [threshold(RATIONAL, size) ** 2 * size for size in (1, 4, 16, 64)]
    quiet = all(not any(silent(RATIONAL, size)) for size in (1, 2, 5))
    return signs == (True, 0, True) and quiet and thresholds == [0, 9, 225, 3969]


@proves(
    "bound/seth",
    r"A pair of half assignments is orthogonal exactly if each clause is satisfied by one of them.",
)
def clauses_are_coordinates() -> bool:
    """1[s does not satisfy c]·1[t does not] = 1 − 1[s or t satisfies c], and is never negative."""
    s, t = sympy.symbols("s t")
    either = s + t - s * t
    same = sympy.expand((1 - s) * (1 - t) - (1 - either)) == 0
    return bool(same) and all(
        either.subs({s: p, t: q}) == max(p, q) for p, q in product((0, 1), repeat=2)
    )


@proves(
    "bound/seth",
    r"With $t_u \le n^{1-\varepsilon}$, $t_q \le m^{1-\varepsilon}$ and any set-up in "
    r"$(mn)^p$, $p \ge 1$, orthogonal vectors take $N^{2-\delta}$, $\delta > 0$, for every fixed "
    r"$\kappa$ with $m = n^\kappa$.",
)
def both_fast_is_too_fast() -> bool:
    """In phases: N/n set-ups, N²/n updates, N²/m queries, with n = N^a, a = 1/(2p(1 + κ)).

    What each of the three sums saves against N² is positive for all p = 1 + q, κ, ε > 0, and the
    parts are not larger than the whole: a < 1, b < 1.
    """
    kappa, eps = sympy.symbols("kappa epsilon", positive=True)
    q = sympy.symbols("q", nonnegative=True)
    p = 1 + q
    a = 1 / (2 * p * (1 + kappa))
    b = kappa * a
    set_up = (1 - a) + p * (a + b)
    updates = (2 - a) + a * (1 - eps)
    queries = (2 - b) + b * (1 - eps)
    positive = (2 - set_up, 2 - updates, 2 - queries, 1 - a, 1 - b, a, b)
    return all(sympy.factor(sympy.together(each)).is_positive is True for each in positive)


@proves(
    "bound/seth",
    r"An $m\, t_u + n\, t_q \le (nm)^{1-\varepsilon}$ makes $t_u \le n^{1-\varepsilon}$ and "
    r"$t_q \le m^{1-\varepsilon}$.",
)
def a_small_sum_makes_both_fast() -> bool:
    """In exponents of n, with m = n^κ: each term alone is at most the sum."""
    kappa, eps = sympy.symbols("kappa epsilon", positive=True)
    total = (1 - eps) * (1 + kappa)
    update_room = (1 - eps) - (total - kappa)
    query_room = kappa * (1 - eps) - (total - 1)
    return all(sympy.expand(room).is_positive is True for room in (update_room, query_room))


# ---- what meets the bound ------------------------------------------------------------------------


@proves(
    "bound/tightness",
    r"Every structure here, and brute force, decides with $(nm)^{1+o(1)}$ operations in dimension "
    r"$\log^2 n$: the bound is met by brute force as by a tree.",
)
def all_meet_the_bound() -> bool:
    """Each total is more than mn; and log(sum/(mn))/log(mn) of their sum tends to 0.

    With n = e^L, m = n^κ, and 2·log₂ m + 2 for heights, which are less.
    """
    m, n, d, h, level = sympy.symbols("m n d h L", positive=True)
    shares = [sympy.expand(total / (m * n)) for total in _totals(m, n, d, h)]
    if not all((share - 1).is_positive for share in shares):
        return False
    for k in RATIOS:
        sizes = {n: sympy.exp(level), m: sympy.exp(k * level), d: level**2}
        share = sum(shares).subs({h: 2 * k * level / sympy.log(2) + 2}).subs(sizes)
        if sympy.limit(sympy.log(share) / ((1 + k) * level), level, sympy.oo) != 0:
            return False
    return True


def _totals(
    m: sympy.Symbol, n: sympy.Symbol, d: sympy.Symbol, h: sympy.Symbol
) -> Sequence[sympy.Expr]:
    """m updates and n queries without an answer: brute force, scan, sets, trees of height h."""
    width, points, length, height = map(Size, (m, n, d, h))
    scoring = closed_forms.scores(1, points, length)
    ways = (
        (Counts(node_writes=length), closed_forms.dense_query(width, 1, length)),
        (scoring + closed_forms.scan_replace(1).times(points), closed_forms.scan_query(width)),
        (
            scoring + closed_forms.incremental_replace(1).times(points),
            closed_forms.incremental_query(0),
        ),
        (
            scoring + closed_forms.tournament_replace(1, height).times(points),
            closed_forms.tournament_query(0),
        ),
        (
            scoring + closed_forms.ordered_replace_at_most(1, height).times(points),
            closed_forms.ordered_query(0, height),
        ),
    )
    return [
        expression_of((update.times(width) + query.times(points)).total) for update, query in ways
    ]


@proves(
    "bound/tightness",
    r"In training, where live neurons fire on $\kappa$ points each, kept "
    r"$\langle x_i, x_j\rangle$ make a step cheaper than the paper's updates by a factor "
    r"$n^{c - o(1)}$ where $d = n^c$, $n^3$ for solving included, once $U = n^2$ neurons move.",
)
def updates_need_no_factor_d() -> bool:
    """log(paper's/ours)/log n tends to c, from the closed forms of MOVE and REFRESH.

    The paper's is a lower bound: nothing is charged for the trees.
    """
    n, d, moved, kappa = sympy.symbols("n d U kappa", positive=True)
    points, length, neurons, pairs = map(Size, (n, d, moved, kappa * moved))
    papers = closed_forms.rewrite(pairs, neurons, length)
    papers += closed_forms.scores(neurons, points, length)
    ours = closed_forms.collect(pairs) + closed_forms.displacement(pairs, points)
    ours += closed_forms.displace(neurons, points)
    ours += closed_forms.incremental_replace(neurons).times(points)
    for c in RATIOS:
        sizes = {moved: n**2, d: n**c}
        ratio = (expression_of(papers.total) + n**3) / (expression_of(ours.total) + n**3)
        step = sympy.log(sympy.simplify(ratio.subs(sizes))) / sympy.log(n)
        if sympy.limit(step, n, sympy.oo) != c:
            return False
    return True


def _score(a: tuple[int, ...], b: tuple[int, ...]) -> Fraction:
    """√D'·⟨w, x⟩ as the code makes them; −1 if x has another length than 1."""
    w, x = neuron(RATIONAL, a), point(RATIONAL, b)
    zero = RATIONAL.ratio(0)
    if inner_product(x, x, zero) != 1:
        return Fraction(-1)
    return inner_product(w, x, zero) * isqrt(padded(len(a)))
