"""The cost of a whole training where only live neurons are drawn: linear in the candidates.

c candidates are drawn, n·m·P(Z > b) in the mean for points of unit length; at most c neurons are
held, each fires on at most n points; T steps are made. Every label's count is at most linear in c.
"""

import sympy

from proofs.symbolic.live_bound import most_operations
from proofs.symbolic.proof import proves
from proofs.symbolic.sizes import Size, expression_of

CLAIM = "beyond/sublinear-total"


@proves(
    CLAIM,
    r"$P(Z > t) \le \frac{1}{2}\exp(-t^2/2)$, so $b = \sqrt{2\alpha \log m}$ makes the expected "
    r"candidates $n\,m\,P(Z > b) \le \frac{n}{2} m^{1-\alpha}$ for points of unit length.",
)
def few_candidates() -> bool:
    """The difference is 0 at t = 0 and far out, and its derivative changes sign once, + to −.

    Then exp(−b²/2) = exp(−α·log m) = m^(−α).
    """
    t, alpha, m = sympy.symbols("t alpha m", positive=True)
    room = sympy.exp(-(t**2) / 2) / 2 - sympy.erfc(t / sympy.sqrt(2)) / 2
    slope = sympy.simplify(sympy.diff(room, t) * sympy.exp(t**2 / 2))
    turn = sympy.solve(slope, t)
    ends = (sympy.limit(room, t, 0), sympy.limit(room, t, sympy.oo))
    falls = sympy.diff(slope, t).is_negative and slope.subs(t, 0).is_positive
    b = sympy.sqrt(2 * alpha * sympy.log(m))
    power = sympy.simplify(sympy.exp(-(b**2) / 2) - m**-alpha)
    return bool(ends == (0, 0) and len(turn) == 1 and falls and power == 0)


@proves(
    CLAIM,
    r"The sampler's condition, $\sum_i P(Z > b) \le 1$, holds for every $m \ge (n/2)^{1/\alpha}$.",
)
def wide_networks_allow_it() -> bool:
    """At that width the bound n·m^(−α)/2 on the sum is 1, and it falls with m."""
    n, alpha, m = sympy.symbols("n alpha m", positive=True)
    bound = n * m**-alpha / 2
    there = sympy.simplify(sympy.powdenest(bound.subs(m, (n / 2) ** (1 / alpha)), force=True))
    return bool(there == 1 and sympy.diff(bound, m).is_negative)


@proves(
    CLAIM,
    r"A training of $T$ steps takes, set-up included, at most $A c + B$ operations for $c$ "
    r"candidates, with $A$ and $B$ free of $m$; so $O(m^{1-\alpha})$ in the mean, for fixed $n$, "
    r"$d$ and $T$.",
)
def linear_in_the_candidates() -> bool:
    """The closed forms' sum is of degree 1 in c, and m is not in it.

    And log(A·(n/2)·m^(1 − α) + B)/log m tends to 1 − α, at n = 3, d = 5, T = 7, for numeric α.
    """
    c, n, d, steps, m = sympy.symbols("c n d T m", positive=True)
    total = expression_of(most_operations(*map(Size, (c, n, d, steps))))
    if total.diff(c, 2) != 0 or total.free_symbols != {c, n, d, steps}:
        return False
    cost = total.subs({n: 3, d: 5, steps: 7})
    for alpha in (sympy.Rational(1, 4), sympy.Rational(1, 2), sympy.Rational(4, 5)):
        mean = cost.subs(c, sympy.Rational(3, 2) * m ** (1 - alpha))
        if sympy.limit(sympy.log(mean) / sympy.log(m), m, sympy.oo) != 1 - alpha:
            return False
    return True
