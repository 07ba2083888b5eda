"""The live sampler's law is that of the live neurons: each of its parts, as an identity.

Notation of `reference/edges/networks/live_sampler.py`: q_i is the mass of point i's half-space,
Q = Σ q_i, at most 1, γ the Gaussian density, F the set of points on which w fires, its *pattern*,
p_F the mass of the w with that pattern, L = Σ_{F ≠ ∅} p_F. All is said of real numbers; what
rounding does is measured.
"""

from itertools import combinations

import sympy

from proofs.symbolic.proof import proves

CLAIM = "beyond/live-sampler"


@proves(
    CLAIM,
    r"A candidate's component $z$ along its point, with $P(Z > z) = V q$ for a uniform $V$, has "
    r"the density $\varphi(z)/q$ of a normal number beyond $t$, where $q = P(Z > t)$.",
)
def tails_by_inversion() -> bool:
    """P(Z > z) = P(V·q < sf(z)) = sf(z)/q: 1 at z = t, 0 far out, minus its derivative φ/q."""
    z, t = sympy.symbols("z t", real=True)
    density = sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi)
    above = sympy.erfc(z / sympy.sqrt(2)) / 2
    mass = above.subs(z, t)
    survival = above / mass
    return bool(
        sympy.simplify(survival.subs(z, t)) == 1
        and sympy.limit(above, z, sympy.oo) == 0
        and sympy.simplify(sympy.diff(survival, z) + density / mass) == 0
    )


@proves(
    CLAIM,
    r"Replacing a Gaussian's component along a unit vector by such a number gives it the density "
    r"$\gamma(w)/q$ where $w$ fires on the point, and 0 elsewhere.",
)
def redirecting_conditions() -> bool:
    """w' = w + (z − ⟨w,u⟩)u has ⟨w',u⟩ = z and keeps ⟨w,v⟩ for v ⊥ u; both are independent.

    ⟨w,u⟩ and ⟨w,v⟩ have covariance ⟨u,v⟩ = 0; γ is φ along u times the density of the rest.
    """
    along, across, z, q = sympy.symbols("along across z q", real=True)
    uu, uv = 1, 0
    moved_along = along + (z - along) * uu
    moved_across = across + (z - along) * uv
    phi = sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi)
    rest = sympy.Function("rest")(across)
    gaussian = phi * rest
    conditioned = (phi / q) * rest
    same = sympy.simplify(conditioned - gaussian / q)
    return bool(sympy.expand(moved_along - z) == 0 and moved_across == across and same == 0)


@proves(
    CLAIM,
    r"A live neuron is kept with density "
    r"$Q \sum_{i \in F} \frac{q_i}{Q} \cdot \frac{\gamma(w)}{q_i} \cdot \frac{1}{\lvert F\rvert} "
    r"= \gamma(w)$, whatever the number $\lvert F\rvert$ of points that it fires on.",
)
def kept_with_the_gaussian_density() -> bool:
    """Each of the k = |F| terms is γ/k, whatever its q_i; so they add up to γ for symbolic k."""
    cover = sympy.symbols("k", integer=True, positive=True)
    i = sympy.symbols("i", integer=True)
    density, total = sympy.symbols("gamma Q", positive=True)
    mass = sympy.IndexedBase("q", positive=True)
    term = sympy.cancel(total * (mass[i] / total) * (density / mass[i]) / cover)
    return bool(not term.has(mass) and sympy.summation(term, (i, 1, cover)) == density)


@proves(
    CLAIM,
    r"For one to four points, pattern by pattern: $Q = \sum_F \lvert F\rvert\, p_F$, and a neuron "
    r"is kept with pattern $F$ with probability $p_F$, whatever the $p_F$ are.",
)
def every_pattern_has_its_mass() -> bool:
    """q_i = Σ_{F ∋ i} p_F; a candidate of point i has pattern F with probability p_F/q_i."""
    return all(_patterns_right(n) for n in (1, 2, 3, 4))


def _patterns_right(n: int) -> bool:
    """For n points, with a symbol for each pattern's mass."""
    patterns = [set(f) for size in range(1, n + 1) for f in combinations(range(n), size)]
    masses = {k: sympy.Symbol(f"p{k}", positive=True) for k in range(len(patterns))}
    mine = [sum(masses[k] for k, f in enumerate(patterns) if i in f) for i in range(n)]
    total = sum(mine)
    overlaps = sympy.expand(total - sum(len(f) * masses[k] for k, f in enumerate(patterns)))
    kept = [
        sum(total * (mine[i] / total) * (masses[k] / mine[i]) / len(f) for i in f) - masses[k]
        for k, f in enumerate(patterns)
    ]
    return bool(overlaps == 0 and all(sympy.cancel(each) == 0 for each in kept))


@proves(
    CLAIM,
    r"The counts of all patterns among $m$ neurons are multinomial with the $p_F$, and the number "
    r"kept is binomial with mean $m L$.",
)
def thinning_is_multinomial() -> bool:
    """A neuron's generating function, 1 − Q + Q·(1 − L/Q + S/Q) with S = Σ p_F s_F, is 1 − L + S.

    Neurons are independent, so the counts have its m-th power; at s_F = s the mean is m·L.
    """
    total, live, s, m = sympy.symbols("Q L s m", positive=True)
    patterns = sympy.symbols("S")
    one = 1 - total + total * ((1 - live / total) + patterns / total)
    same = sympy.expand(one - (1 - live + patterns)) == 0
    mean = sympy.diff((1 - live + live * s) ** m, s).subs(s, 1)
    return bool(same and sympy.simplify(mean - m * live) == 0)


@proves(
    CLAIM,
    r"Gaps of $1 + \lfloor E/\lambda\rfloor$, $E$ exponential and $\lambda = -\log(1 - Q)$, make "
    r"each of the $m$ places a candidate with probability $Q$, independently.",
)
def gaps_are_geometric() -> bool:
    """P(gap > k) = P(E ≥ kλ) = (1 − Q)^k; so P(gap = k) = (1 − Q)^(k − 1)·Q, without memory."""
    rest = sympy.symbols("rest", positive=True)
    k, more = sympy.symbols("k more", integer=True, positive=True)
    mass, rate = 1 - rest, -sympy.log(rest)

    def beyond(gap: sympy.Expr) -> sympy.Expr:
        return sympy.expand(sympy.exp(sympy.expand(-gap * rate)), power_exp=True)

    return all(
        sympy.simplify(difference) == 0
        for difference in (
            beyond(k) - rest**k,
            beyond(k - 1) - beyond(k) - rest ** (k - 1) * mass,
            beyond(k + more) - beyond(k) * beyond(more),
        )
    )


@proves(
    CLAIM,
    r"The signs of $D$ dead neurons add up to $2B - D$, $B$ binomial from $D$ fair events.",
)
def dead_signs_are_one_binomial() -> bool:
    """((s + 1/s)/2)^D = s^(−D)·((1 + s²)/2)^D, for every D."""
    s = sympy.symbols("s", positive=True)
    dead = sympy.symbols("D", integer=True, nonnegative=True)
    signs = sympy.log((s + 1 / s) / 2) * dead
    binomial = dead * (sympy.log((1 + s**2) / 2) - sympy.log(s))
    return bool(sympy.simplify(sympy.expand_log(sympy.together(sympy.exp(signs - binomial)))) == 1)


@proves(
    CLAIM,
    r"Deciding about half of $n$ events at once by the $i$-th smallest of $n$ uniform numbers "
    r"keeps their number binomial, for all $n$ and $i$.",
)
def halving_is_binomial() -> bool:
    """The two integrals over X ~ Beta(i, n + 1 − i), as Beta functions, are the binomial mass.

    X ≤ p: C(n − i, k − i)·p^k·(1 − p)^(n − k)·B(i, k − i + 1); X > p: C(i − 1, k)·p^k·
    (1 − p)^(n − k)·B(i − k, n − i + 1); both over B(i, n + 1 − i). For n ≤ 5 by integration too.
    """
    n, i, k = sympy.symbols("n i k", positive=True)
    gamma = sympy.gamma

    def beta(a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
        return gamma(a) * gamma(b) / gamma(a + b)

    def choose(a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
        return gamma(a + 1) / (gamma(b + 1) * gamma(a - b + 1))

    scale = beta(i, n + 1 - i) * choose(n, k)
    below = choose(n - i, k - i) * beta(i, k - i + 1) / scale
    above = choose(i - 1, k) * beta(i - k, n - i + 1) / scale
    general = all(sympy.gammasimp(each) == 1 for each in (below, above))
    return bool(general) and all(
        _integrates(size, hits) for size in range(1, 6) for hits in range(size + 1)
    )


def _integrates(n: int, k: int) -> bool:
    """The same for numbers, the middle one chosen as the code does, by integrating polynomials."""
    x, p = sympy.symbols("x p")
    i = (n + 1) // 2
    scale = sympy.factorial(n) / (sympy.factorial(i - 1) * sympy.factorial(n - i))
    if k >= i:
        left = sympy.binomial(n - i, k - i) * x ** (i - 1) * (p - x) ** (k - i)
        found = sympy.integrate(sympy.expand(left), (x, 0, p)) * (1 - p) ** (n - k)
    else:
        right = sympy.binomial(i - 1, k) * (x - p) ** (i - 1 - k) * (1 - x) ** (n - i)
        found = sympy.integrate(sympy.expand(right), (x, p, 1)) * p**k
    return bool(sympy.expand(scale * found - sympy.binomial(n, k) * p**k * (1 - p) ** (n - k)) == 0)
