"""The normal tail from both sides, and what follows for the number of neurons that fire.

    Q(t) = P(Z > t),  φ its density,  M = Q/φ;     b = √(2α·ln m), so φ(b) = m^(−α)/√(2π)

Bounds hold for every width and every α. Limits, which sympy gets wrong where exponents are symbols,
are taken at the exponents that the paper names.
"""

import sympy

from proofs.symbolic.proof import proves

PAPER, PARENT = sympy.Rational(6, 25), sympy.Rational(1, 5)
"""α of √(0.48 log m), and of √(0.4 log m)."""

T = sympy.symbols("t", positive=True)
TAIL = sympy.erfc(T / sympy.sqrt(2)) / 2
BELL = sympy.exp(-(T**2) / 2)
DENSITY = BELL / sympy.sqrt(2 * sympy.pi)


# ---- the tail ------------------------------------------------------------------------------------


def half_the_bell() -> bool:
    """Q(t) ≤ e^(−t²/2)/2 for t ≥ 0.

    The difference is 0 at 0 and at infinity; its slope is φ·(1 − t·√(π/2)), first positive, then
    negative, so in between the difference is positive.
    """
    gap = BELL / 2 - TAIL
    slope = sympy.expand(sympy.simplify(sympy.diff(gap, T) / DENSITY))
    turning = slope.subs(T, 0) == 1 and sympy.diff(slope, T) == -sympy.sqrt(sympy.pi / 2)
    return bool(gap.subs(T, 0) == 0 and sympy.limit(gap, T, sympy.oo) == 0 and turning)


@proves(
    "sparsity/expectation",
    r"every convergent of odd order of Laplace's continued fraction is above "
    r"$P(Z > t) / \varphi(t)$, every one of even order below, for every $t > 0$",
)
def convergents_alternate() -> bool:
    """Of Laplace's continued fraction, R_k = p_k/q_k: Q < R_k·φ for odd k, > for even.

    From p_(k+1) = t·p_k + k·p_(k−1), and q likewise, p_0 = 0, q_0 = 1, p_1 = 1, q_1 = t, by
    induction: p_(k−1)·q_k − p_k·q_(k−1) = (−1)^k·(k − 1)!, q_k′ = k·q_(k−1) and
    p_k′ = k·p_(k−1) + t·p_k − q_k. So R_k·φ − Q, which is 0 at infinity, has the slope
    (−1)^k·k!·φ/q_k².

    `proofs.certified.normal_tail` encloses every chance to fire by it.
    """
    t, k, p, q, r, s = sympy.symbols("t k p q r s")
    slopes = {p: k * r + t * p - q, q: k * s, r: p - s, s: q - t * s}
    first = {p: 1, q: t, r: 0, s: 1, k: 1}

    def derivative(value: sympy.Expr) -> sympy.Expr:
        return sympy.diff(value, t) + sum(sympy.diff(value, v) * d for v, d in slopes.items())

    after_p, after_q = t * p + k * r, t * q + k * s
    follows = (
        (p * after_q - after_p * q) + k * (r * q - p * s),
        derivative(after_q) - (k + 1) * q,
        derivative(after_p) - ((k + 1) * p + t * after_p - after_q),
        derivative(p) * q - p * derivative(q) - t * p * q + q * q - k * (r * q - p * s),
    )
    starts = ((r * q - p * s).subs(first) == -1, slopes[q].subs(first) == 1)
    begins = sympy.expand(slopes[p].subs(first)) == 0
    return bool(all(starts) and begins and all(sympy.expand(each) == 0 for each in follows))


def mills_both_sides() -> bool:
    """t/(1 + t²)·φ < Q < φ/t: both are exact at infinity; the slopes of the differences decide."""
    below = sympy.simplify(sympy.diff(T / (1 + T**2) * DENSITY - TAIL, T) / DENSITY)
    above = sympy.simplify(sympy.diff(DENSITY / T - TAIL, T) / DENSITY)
    slopes = (below - 2 / (1 + T**2) ** 2, above + 1 / T**2)
    ends = (T / (1 + T**2) * DENSITY - TAIL, DENSITY / T - TAIL)
    zero = all(sympy.limit(end, T, sympy.oo) == 0 for end in ends)
    return bool(zero and all(sympy.simplify(each) == 0 for each in slopes))


def bell_is_a_power() -> bool:
    """e^(−b²/2) = m^(−α) for b = √(2α·ln m), whatever α and m."""
    alpha, m = sympy.symbols("alpha m", positive=True)
    squared = sympy.sqrt(2 * alpha * sympy.log(m)) ** 2
    return bool(sympy.simplify(sympy.exp(-squared / 2) - m**-alpha) == 0)


def exact_order(alpha: sympy.Rational) -> bool:
    """P(Z > b)·m^α·√(4πα·ln m) → 1, with L = ln m."""
    length = sympy.symbols("L", positive=True)
    tail = TAIL.subs(T, sympy.sqrt(2 * alpha * length))
    power = sympy.exp(alpha * length) * sympy.sqrt(4 * sympy.pi * alpha * length)
    return bool(sympy.limit(tail * power, length, sympy.oo) == 1)


# ---- how many fire -------------------------------------------------------------------------------


@proves(
    "sparsity/expectation",
    r"a score $\langle w, x \rangle$ with $w \sim N(0, I)$ is normal with mean $0$ and variance "
    r"$\lVert x \rVert^2$, in any dimension",
)
def scores_are_normal() -> bool:
    """One coordinate has the moment generating function e^(x²t²/2); one more multiplies it."""
    t, x, w, rest = sympy.symbols("t x w rest", real=True)
    density = sympy.exp(-(w**2) / 2) / sympy.sqrt(2 * sympy.pi)
    one = sympy.integrate(sympy.exp(t * x * w) * density, (w, -sympy.oo, sympy.oo))
    more = sympy.exp(t**2 * rest / 2) * one - sympy.exp(t**2 * (rest + x**2) / 2)
    return bool(sympy.simplify(more) == 0)


@proves(
    "sparsity/expectation",
    r"of $m$ independent neurons that fire with probability $p$ each, $m p$ fire on average",
)
def mean_of_the_count() -> bool:
    """The generating function of the count is (1 − p + p·z)^m; its slope at z = 1 is the mean."""
    m = sympy.symbols("m", positive=True, integer=True)
    p, z = sympy.symbols("p z", positive=True)
    return bool(sympy.simplify(sympy.diff((1 - p + p * z) ** m, z).subs(z, 1) - m * p) == 0)


@proves(
    "sparsity/expectation",
    r"Mills: $\frac{b^2}{1 + b^2} < \frac{m P(Z > b)}{m^{1 - \alpha} / (b \sqrt{2 \pi})} < 1$ "
    r"for every $m$ and $\alpha$",
)
def expectation_by_mills() -> bool:
    """Both sides of Mills times b/φ(b), and φ(b) = m^(−α)/√(2π)."""
    return mills_both_sides() and bell_is_a_power()


def at_most_half(alpha: sympy.Rational) -> bool:
    """m·P(Z > b) ≤ m^(1 − α)/2 at every width, and the exponent is 1 − α in the limit."""
    return half_the_bell() and bell_is_a_power() and exact_order(alpha)


@proves(
    "sparsity/076",
    r"$m P(Z > b) \le \frac{1}{2} m^{0.76}$ for $b = \sqrt{0.48 \ln m}$, at every width; and "
    r"$m P(Z > b) \cdot b \sqrt{2 \pi} / m^{0.76} \to 1$",
)
def paper_rate() -> bool:
    """The tail is at most half the bell, which is m^(−0.24)."""
    return at_most_half(PAPER)


@proves(
    "sparsity/080",
    r"$m P(Z > b) \le \frac{1}{2} m^{4/5}$ for $b = \sqrt{0.4 \ln m}$, at every width; and "
    r"$m P(Z > b) \cdot b \sqrt{2 \pi} / m^{4/5} \to 1$",
)
def parent_rate() -> bool:
    """The same at α = 1/5."""
    return at_most_half(PARENT)


@proves(
    "sparsity/076",
    r"with logarithms to base $\beta$ the exponent is $1 - 0.24 / \ln \beta$: for $\beta = 2$ "
    r"below $0.654$, for $\beta = 10$ above $0.89$",
)
def exponents_by_base() -> bool:
    """√(0.48·log_β m) is √(2α′·ln m) with α′ = 0.24/ln β."""
    m, beta = sympy.symbols("m beta", positive=True)
    same = sympy.log(m, beta) * 2 * PAPER - 2 * (PAPER / sympy.log(beta)) * sympy.log(m)
    two, ten = (1 - PAPER / sympy.log(base) for base in (2, 10))
    ends = two < sympy.Rational(654, 1000) and ten > sympy.Rational(89, 100)
    return bool(sympy.simplify(same) == 0 and ends)


def rare_from_twice_the_mean() -> bool:
    """P(X ≥ A) ≤ (√e/2)^A for a binomial X of mean at most A/2: Markov's inequality for 2^X.

    E 2^X = (1 + p)^m ≤ e^(mp) ≤ e^(A/2), so P(X ≥ A) ≤ e^(A/2)/2^A.
    """
    p, a, z = sympy.symbols("p A z", positive=True)
    m = sympy.symbols("m", positive=True, integer=True)
    at_two = sympy.simplify(((1 - p + p * z) ** m).subs(z, 2) - (1 + p) ** m) == 0
    gap = p - sympy.log(1 + p)
    grows = sympy.simplify(sympy.diff(gap, p) - p / (1 + p)) == 0 and sympy.limit(gap, p, 0) == 0
    rate = sympy.exp(a / 2) / 2**a - (sympy.exp(sympy.Rational(1, 2)) / 2) ** a
    small = sympy.exp(sympy.Rational(1, 2)) / 2 < 1
    return bool(at_two and grows and small and sympy.simplify(rate) == 0)


@proves(
    "sparsity/all-inputs",
    r"$P(\max_i \lvert S_i \rvert \ge m^{1 - \alpha}) \le n \cdot (\sqrt{e} / 2)^{m^{1 - \alpha}}$ "
    r"for every $m$, $n$, $\alpha$ and all unit inputs, however they lie",
)
def all_inputs_at_once() -> bool:
    """Each |S_i| is binomial with a mean of at most m^(1 − α)/2; a union bound over the inputs."""
    return half_the_bell() and bell_is_a_power() and rare_from_twice_the_mean()


@proves(
    "sparsity/all-times",
    r"if no weight is farther than $R \le b$ from its start, the neurons that ever fire on a unit "
    r"input are among those with $s_{i,r}(0) > b - R$, of which there are at most "
    r"$\frac{1}{2} e^{b R} m^{1 - \alpha}$ in the mean",
)
def radius_costs_a_factor() -> bool:
    """⟨v, x⟩² ≤ ‖v‖² for unit x: what is left of v has a length; and (b − R)² ≥ b² − 2bR."""
    b, radius, squared, along = sympy.symbols("b R squared along", real=True)
    unit = 1
    rest = squared - 2 * along * along + along**2 * unit - (squared - along**2)
    bell = (b - radius) ** 2 - (b**2 - 2 * b * radius) - radius**2
    exact = sympy.expand(rest) == 0 and sympy.expand(bell) == 0
    return bool(exact and half_the_bell() and bell_is_a_power())


@proves(
    "sparsity/all-times",
    r"then $P(\max_{i,t} \lvert S_i(t) \rvert \ge A) \le n \cdot (\sqrt{e} / 2)^A$ with "
    r"$A = e^{b R} m^{1 - \alpha}$, so at most $e \cdot m^{1 - \alpha}$ fire while $b R \le 1$",
)
def all_times_at_once() -> bool:
    """The union bound over inputs alone: the sets {r : s_i,r(0) > b − R} do not know the time."""
    return radius_costs_a_factor() and rare_from_twice_the_mean()


@proves(
    "sparsity/all-times",
    r"whatever the steps, $\lvert S_i(t) \rvert \le \lvert U(0) \rvert \le \sum_j \lvert S_j(0) "
    r"\rvert$, which is below $n \cdot m^{1 - \alpha}$ but for a probability of "
    r"$n \cdot (\sqrt{e} / 2)^{m^{1 - \alpha}}$",
)
def never_more_than_once_lived() -> bool:
    """What is dead stays dead (a theorem), so what ever fires was in U(0); then the union bound."""
    return all_inputs_at_once()


@proves(
    "sparsity/norms",
    r"on an input of norm $\nu$ the probability to fire is that of a unit input with "
    r"$\alpha / \nu^2$ in place of $\alpha$: $m P(\nu Z > b) \le \frac{1}{2} m^{1 - \alpha/\nu^2}$",
)
def norm_divides_alpha() -> bool:
    """b/ν = √(2·(α/ν²)·ln m)."""
    alpha, norm, logarithm = sympy.symbols("alpha nu L", positive=True)
    reduced = sympy.sqrt(2 * alpha * logarithm) / norm
    same = sympy.simplify(reduced - sympy.sqrt(2 * (alpha / norm**2) * logarithm)) == 0
    return bool(same and half_the_bell() and bell_is_a_power())


@proves(
    "sparsity/norms",
    r"at norm $2$ the exponent $0.76$ becomes $0.94$, and that is exact: "
    r"$m P(2 Z > b) \cdot (b/2) \sqrt{2 \pi} / m^{0.94} \to 1$",
)
def norm_two() -> bool:
    """1 − 0.24/4 = 0.94; the limit at α/ν² = 0.06."""
    alpha = PAPER / 2**2
    return bool(1 - alpha == sympy.Rational(94, 100) and exact_order(alpha))
