"""The limit kernel K: the probability that two points fire together, and the window bound's steps.

θ is the angle between two unit points, c = cos θ, δ = 2·sin(θ/2) their distance, p = P(Z > b). How
the steps make up the window bound is told in `proofs.certified.kernel_bounds`, whose constants they
use.
"""

import sympy

from proofs.certified.kernel_bounds import REACH, STATED, WINDOW
from proofs.symbolic.proof import proves
from proofs.symbolic.tails import half_the_bell

B, C, S, N = sympy.symbols("b c s n", positive=True)
ANGLE = sympy.symbols("theta", positive=True)


# ---- how often both fire -------------------------------------------------------------------------


def plackett() -> bool:
    """∂f/∂c = ∂²f/∂x∂y for the bivariate normal density f of correlation c.

    So P(X > b, Y > b) changes with c at the rate f(b, b).
    """
    x, y, c = sympy.symbols("x y c", real=True)
    exponent = -(x * x - 2 * c * x * y + y * y) / (2 * (1 - c * c))
    density = sympy.exp(exponent) / (2 * sympy.pi * sympy.sqrt(1 - c * c))
    gap = (sympy.diff(density, c) - sympy.diff(density, x, y)) / density
    return bool(sympy.simplify(gap) == 0)


def falls_with_the_angle() -> bool:
    """f(b, b)·|dc/dθ| = e^(−b²/2)·D′(θ), with D of `proofs.certified.angles`.

    Both are e^(−b²/(1 + c))/(2π): 1/(1 + c) = (1 + tan²(θ/2))/2.
    """
    c = sympy.cos(ANGLE)
    of_the_density = -(2 * B * B - 2 * c * B * B) / (2 * (1 - c * c))
    of_the_integrand = -B * B / 2 - (B * sympy.tan(ANGLE / 2)) ** 2 / 2
    exponents = sympy.simplify(of_the_density - of_the_integrand)
    factors = sympy.sin(ANGLE) ** 2 - (1 - c * c)
    return bool(exponents == 0 and sympy.simplify(factors) == 0)


def bends_once() -> bool:
    """The integrand e^(−b²q²/2), q = tan u, has the curvature b²(1 + q²)(b²q⁴ + (b² − 3)q² − 1).

    The last factor has one zero q² > 0, for the product of both zeros is −1/b².
    """
    q = sympy.symbols("q", positive=True)
    integrand = sympy.exp(-((B * q) ** 2) / 2)
    slope = (1 + q**2) * sympy.diff(integrand, q)
    curvature = (1 + q**2) * sympy.diff(slope, q) / integrand
    stated = B**2 * (1 + q**2) * (B**2 * q**4 + (B**2 - 3) * q**2 - 1)
    return bool(sympy.simplify(curvature - stated) == 0)


@proves(
    "kernel/upper",
    r"$\lambda_{\min}(K) \le e_i^T K e_i = K_{ii} = P(Z > b) \le \frac{1}{2} e^{-b^2/2}$",
)
def diagonal_is_above() -> bool:
    """K_ii − λ_min = Σ (λ_k − λ_min)·q_ik² ≥ 0 of K = Σ λ_k q_k q_kᵀ; K_ii = ‖x_i‖²·P(Z > b)."""
    return half_the_bell()


@proves(
    "kernel/duplicates",
    r"$K_{ij} = \cos\theta \cdot (P(Z > b) - D(\theta) e^{-b^2/2})$, "
    r"$D(\theta) = \frac{1}{\pi} \int_0^{\theta/2} e^{-b^2 \tan^2(u) / 2} du$, for unit points at "
    r"the angle $\theta$",
)
def both_fire() -> bool:
    """At θ = 0 both fire with probability p, and that falls with θ at the rate of e^(−b²/2)·D."""
    return plackett() and falls_with_the_angle() and bends_once()


@proves(
    "kernel/duplicates",
    r"$\lambda_{\min}(K) \le e^{-b^2/2} (\delta + \delta^2) / 4$ if two points are $\delta$ apart: "
    r"it is $0$ for equal points",
)
def close_points_are_nearly_singular() -> bool:
    """½(e_i − e_j)ᵀK(e_i − e_j) = p(1 − c) + c·D·e^(−b²/2).

    1 − c = δ²/2, p ≤ e^(−b²/2)/2, D ≤ θ/(2π), and θ = 2·asin(δ/2) ≤ πδ/2, as asin is convex on
    [0, 1] and reaches π/2 at 1.
    """
    p, d, x = sympy.symbols("p D x", positive=True)
    quadratic = (p + p - 2 * C * (p - d)) / 2 - (p * (1 - C) + C * d)
    distance = (2 * sympy.sin(ANGLE / 2)) ** 2 / 2 - (1 - sympy.cos(ANGLE))
    bends = sympy.simplify(
        sympy.diff(sympy.asin(x), x, 2) - x / (1 - x * x) ** sympy.Rational(3, 2)
    )
    chord = sympy.asin(1) == sympy.pi / 2
    exact = sympy.expand(quadratic) == 0 and sympy.simplify(distance) == 0
    return bool(exact and bends == 0 and chord and half_the_bell())


# ---- the window bound ----------------------------------------------------------------------------


def jump() -> bool:
    """‖u‖² + ‖u + a·x‖² − a²/2 = 2‖u + a·x/2‖² ≥ 0 for unit x, with U = ‖u‖², P = ⟨u, x⟩."""
    u, p, a = sympy.symbols("U P a", real=True)
    after, halfway = u + 2 * a * p + a * a, u + a * p + a * a / 4
    return bool(sympy.expand(u + after - a * a / 2 - 2 * halfway) == 0)


def crossing_width() -> bool:
    """|c|/s ≤ 1/δ where δ² ≤ 2(1 − |c|), s² = 1 − c²: then δ²c² ≤ 2(1 − |c|)c² ≤ s².

    The latter as (1 + c) − 2c² = (1 − c)(1 + 2c) ≥ 0.
    """
    last = (1 - C * C) - 2 * (1 - C) * C * C - (1 - C) * ((1 - C) * (1 + 2 * C))
    return bool(sympy.expand(last) == 0)


def far_crossings_are_rare() -> bool:
    """For c < 0 and γ ≤ b the crossing lies beyond b/s, and e^(−b²/(2s²))/s ≤ 1/(b·√e).

    (1 + |c|)b − |c|γ ≥ b; v·e^(−b²v²/2) rises up to v = 1/b and falls from there.
    """
    gamma, v = sympy.symbols("gamma v", positive=True)
    bell = v * sympy.exp(-((B * v) ** 2) / 2)
    slope = sympy.simplify(
        sympy.diff(bell, v) / sympy.exp(-((B * v) ** 2) / 2) - (1 - (B * v) ** 2)
    )
    top = sympy.simplify(bell.subs(v, 1 / B) - 1 / (B * sympy.sqrt(sympy.E)))
    place = sympy.expand((1 + C) * B - C * gamma - B - C * (B - gamma))
    return bool(slope == 0 and top == 0 and place == 0)


def window_mass() -> bool:
    """∫_b^(b+γ) φ ≥ e^(−b²/2 − γ²/2)·(1 − e^(−bγ))/(b√(2π)): (b + v)² ≤ b² + 2bv + γ² for v ≤ γ."""
    gamma, v = sympy.symbols("gamma v", positive=True)
    exponent = sympy.expand((B + v) ** 2 - (B * B + 2 * B * v + gamma**2) - (v**2 - gamma**2))
    integral = sympy.integrate(sympy.exp(-B * v), (v, 0, gamma))
    return bool(exponent == 0 and sympy.simplify(integral - (1 - sympy.exp(-B * gamma)) / B) == 0)


@proves(
    "kernel/lower",
    r"the window bound, for $\gamma = \delta / (5 n)$: $\lambda_{\min}(K) \ge e^{-b^2/2} "
    r"\left(1 - \sqrt{\frac{2}{\pi}} \frac{n - 1}{5 n}\right) \frac{1}{2 n} e^{-\gamma^2/2} "
    r"\frac{1 - e^{-b \gamma}}{b \sqrt{2 \pi}}$",
)
def window_steps() -> bool:
    """Its four inequalities; `proofs.certified.kernel_bounds` says how they make it up."""
    return jump() and crossing_width() and far_crossings_are_rare() and window_mass()


@proves(
    "kernel/duplicates",
    r"for $b > 0$ and distinct unit points, opposite ones included, $\lambda_{\min}(K) > 0$: the "
    r"window bound with $\delta$ the lesser of $\min \lVert x_i - x_j \rVert$ and $b \sqrt{e}$",
)
def distinct_points_are_enough() -> bool:
    """Each step of the bound holds, and what they make up is positive for every n."""
    return bool(window_steps() and sympy.sqrt(2 / sympy.pi) / WINDOW < 1)


@proves(
    "kernel/lower",
    r"$\lambda_{\min}(K) \ge e^{-b^2/2} \delta / (100 n^2)$ while $b \delta \le 16 n$, for "
    r"$\delta = \min_{i \ne j} \min(\lVert x_i - x_j \rVert, \lVert x_i + x_j \rVert)$, and for "
    r"$\delta = \min \lVert x_i - x_j \rVert$ where also $b \ge \delta / \sqrt{e}$",
)
def stated_bound_within_reach() -> bool:
    """The window bound over δ/n², at y = bγ = bδ/(5n), is F(n)·(1 − e^(−y))/(2y·5·√(2π)).

    F(n) = (1 − h·(n − 1)/n)·e^(−γ²/2), h = √(2/π)/5, is at least 1 − h for n ≥ 1: γ ≤ 2/(5n), so
    e^(−γ²/2) ≥ 1 − 2/(25n²), and h·n ≥ 2/25. (1 − e^(−y))/y falls, for its slope has the sign of
    (1 + y)e^(−y) − 1, so y = 16/5 decides.
    """
    y = sympy.symbols("y", positive=True)
    h = sympy.sqrt(2 / sympy.pi) / WINDOW
    loss = 2 / (sympy.Integer(WINDOW) ** 2 * N**2)
    least = sympy.expand((1 - h + h / N) * (1 - loss) - (1 - h))
    margin = sympy.simplify(least - ((h * N - loss * N**2) / N**2 + loss * h * (1 - 1 / N)))
    share = (1 - sympy.exp(-y)) / y
    slope = sympy.simplify(sympy.diff(share, y) * y**2 * sympy.exp(y) - (1 + y - sympy.exp(y)))
    at_the_end = (1 - h) * share.subs(y, sympy.Rational(REACH, WINDOW))
    reached = at_the_end / (2 * WINDOW * sympy.sqrt(2 * sympy.pi)) > sympy.Rational(1, STATED)
    grows = h > loss.subs(N, 1)
    return bool(window_steps() and margin == 0 and slope == 0 and grows and reached)
