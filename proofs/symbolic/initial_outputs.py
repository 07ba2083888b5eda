"""How large a random network's outputs are: moments in closed form, and bounds for all sizes.

On a point of unit length the m scores are independent standard normal Z, and the signs are fair and
independent of them. So all moments of an output are sums over one neuron's:

    T(b) = P(Z > b)      M₁(b) = E (Z − b)₊      M₂(b) = E (Z − b)₊²

Each is minus the derivative of the next, up to its order (M₂' = −2·M₁, M₁' = −T, T' = −ϕ, the
normal density), and all vanish at ∞: that determines them.

Claim model/residual.
"""

import sympy

from proofs.symbolic.proof import proves
from reference.activation import Activation

B = sympy.Symbol("b", nonnegative=True)


def density(b: sympy.Expr) -> sympy.Expr:
    """ϕ(b) = exp(−b²/2)/√(2π)."""
    return sympy.exp(-(b**2) / 2) / sympy.sqrt(2 * sympy.pi)


def tail(b: sympy.Expr) -> sympy.Expr:
    """P(Z > b)."""
    return sympy.erfc(b / sympy.sqrt(2)) / 2


def excess(b: sympy.Expr) -> sympy.Expr:
    """M₁ = E (Z − b)₊ = ϕ(b) − b·P(Z > b)."""
    return density(b) - b * tail(b)


def second_moment(b: sympy.Expr, form: Activation) -> sympy.Expr:
    """E φ(Z)², which is E f_i² whatever the width.

    For max(z − b, 0) it is M₂ = (1 + b²)·P(Z > b) − b·ϕ(b); for max(z, b), M₂ + 2b·M₁ + b².
    """
    shifted = (1 + b**2) * tail(b) - b * density(b)
    match form:
        case Activation.SHIFTED:
            return shifted
        case Activation.PRINTED:
            return shifted + 2 * b * excess(b) + b**2


# ---- moments -------------------------------------------------------------------------------------


@proves(
    "model/residual",
    r"With fair independent signs $\mathbb{E} f_i = 0$ and "
    r"$\mathbb{E} f_i^2 = \mathbb{E}\varphi(Z)^2$ for every $m$.",
)
def signs_remove_cross_terms() -> bool:
    """E a = 0, E a a' = 0 over the four pairs of signs, E a² = 1; and m terms of 1/m each."""
    m, square = sympy.symbols("m square", positive=True)
    signs = (-1, 1)
    mean, cross = sum(signs), sum(a * other for a in signs for other in signs)
    own = sympy.Rational(sum(a * a for a in signs), 2)
    return bool(mean == 0 and cross == 0 and sympy.simplify(m * own * square / m - square) == 0)


@proves(
    "model/residual",
    r"$\mathbb{E}\max(Z - b, 0)^2 = (1 + b^2)\,P(Z > b) - b\,\phi(b)$ with "
    r"$\phi$ the normal density; it falls in $b$ from $\frac{1}{2}$ at $b = 0$.",
)
def shifted_moment() -> bool:
    """The chain of derivatives, each member vanishing at ∞; M₂' = −2·M₁ ≤ 0, as M₁ is a mean of
    what is not negative.
    """
    moment = second_moment(B, Activation.SHIFTED)
    chain = (
        sympy.diff(tail(B), B) + density(B),
        sympy.diff(excess(B), B) + tail(B),
        sympy.diff(moment, B) + 2 * excess(B),
    )
    ends = [sympy.limit(each, B, sympy.oo) for each in (tail(B), excess(B), moment)]
    falls_from_half = moment.subs(B, 0) == sympy.Rational(1, 2)
    return all(sympy.simplify(each) == 0 for each in chain) and ends == [0] * 3 and falls_from_half


@proves(
    "model/residual",
    r"$\mathbb{E}\max(Z, b)^2 = b^2 + (1 - b^2)\,P(Z > b) + b\,\phi(b)$.",
)
def printed_moment() -> bool:
    """(φ + b)² = φ² + 2bφ + b². It is at least b², since max(z, b)² is."""
    closed = B**2 + (1 - B**2) * tail(B) + B * density(B)
    return bool(sympy.simplify(second_moment(B, Activation.PRINTED) - closed) == 0)


@proves(
    "model/residual",
    r"With $b = \sqrt{0.48\ln m}$, $\mathbb{E}\max(Z, b)^2 / \ln m \to 0.48$.",
)
def printed_moment_grows() -> bool:
    """A limit in L = ln m, for the paper's α = 6/25."""
    log_m = sympy.Symbol("L", positive=True)
    b = sympy.sqrt(sympy.Rational(12, 25) * log_m)
    ratio = second_moment(b, Activation.PRINTED) / log_m
    return bool(sympy.limit(ratio, log_m, sympy.oo) == sympy.Rational(12, 25))


# ---- bounds --------------------------------------------------------------------------------------


@proves(
    "model/residual",
    r"$\mathbb{E}\exp(t f_i) \le \exp(t^2/2)$ for $\max(z - b, 0)$, every $b \ge 0$, $m$, "
    "$t$.",
)
def outputs_are_sub_gaussian() -> bool:
    """E exp(t f_i) = (E cosh(s φ(Z)))^m with s = t/√m, and 0 ≤ φ(z) ≤ z₊. Over z > 0 the integral
    of cosh(s z) is ½·e^(s²/2), so the mean is at most ½ + ½·e^(s²/2) ≤ e^(s²/2).
    """
    z, s, t = sympy.symbols("z s t", real=True)
    m, u = sympy.symbols("m u", positive=True)
    half = sympy.integrate(sympy.cosh(s * z).rewrite(sympy.exp) * density(z), (z, 0, sympy.oo))
    as_stated = sympy.simplify(half - sympy.exp(s**2 / 2) / 2) == 0
    slack = sympy.factor(u - (1 + u) / 2)
    at_least_one = slack.subs(u, 1) == 0 and sympy.diff(slack, u).is_positive
    power = sympy.exp((t / sympy.sqrt(m)) ** 2 / 2) ** m
    return bool(as_stated and at_least_one and sympy.simplify(power / sympy.exp(t**2 / 2)) == 1)


@proves(
    "model/residual",
    r"So $P(\lVert f(0) \rVert \ge t\sqrt{n}) \le \sqrt{2}\,e^{-t^2/4}$ for $\max(z - b, 0)$ and "
    r"any $n$ points of unit length.",
)
def residual_tail() -> bool:
    """E exp(‖f‖²/4n) ≤ (1/n)·Σ E exp(f_i²/4) by convexity; exp(f²/4) = E exp(f g/√2) over a normal
    g, so by the bound before, the mean is at most E exp(g²/4) = √2. Then Markov's inequality.
    """
    g, f = sympy.symbols("g f", real=True)
    half = sympy.exp(g * f / sympy.sqrt(2)) * density(g)
    linear = sympy.integrate(half, (g, -sympy.oo, sympy.oo))
    bound = sympy.integrate(sympy.exp(g**2 / 4) * density(g), (g, -sympy.oo, sympy.oo))
    as_linear = sympy.simplify(linear - sympy.exp(f**2 / 4)) == 0
    return bool(as_linear and sympy.simplify(bound - tail_bound(0)) == 0)


def tail_bound(t: sympy.Expr | int) -> sympy.Expr:
    """√2·e^(−t²/4)."""
    return sympy.sqrt(2) * sympy.exp(-(sympy.sympify(t) ** 2) / 4)


@proves(
    "model/residual",
    r"$\mathbb{E}C^2 = b^2$ and $\mathbb{E}C^4 = b^4(3 - \frac{2}{m})$, so "
    r"$P(\lvert C \rvert \ge \frac{b}{2}) \ge \frac{3}{16}$ for every $m$.",
)
def offset_is_large_often() -> bool:
    """Moments of Σ a_r from cosh(t)^m; then Paley and Zygmund: P(C² ≥ θ·E C²) ≥ (1 − θ)²·
    (E C²)²/E C⁴ with θ = ¼.
    """
    m = sympy.Symbol("m", positive=True, integer=True)
    t = sympy.Symbol("t", real=True)
    second, fourth = (sympy.diff(sympy.cosh(t) ** m, t, k).subs(t, 0) for k in (2, 4))
    ratio = second**2 / fourth
    as_stated = sympy.simplify(fourth / m**2 - (3 - 2 / m)) == 0
    least = sympy.Rational(9, 16) * sympy.limit(ratio, m, sympy.oo)
    falls = sympy.simplify(ratio - sympy.Rational(1, 3) - sympy.Rational(2, 3) / (3 * m - 2)) == 0
    return bool(as_stated and falls and least == sympy.Rational(3, 16))
