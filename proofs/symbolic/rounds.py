"""How many rounds an iteration needs when M⁻¹G has its eigenvalues in [a, b], κ' = b/a.

    e_t     the error after t rounds, ‖e‖_G² = ⟨e, G e⟩
    r_t     the residual G e_t
    T_t     Chebyshev's polynomials: T_0 = 1, T_1 = x, T_(t+1) = 2x·T_t − T_(t−1)

Conjugate gradients make ‖e_t‖_G at most ‖p(M⁻¹G) e_0‖_G for every polynomial p of degree t with
p(0) = 1 (Hestenes and Stiefel; seen in exact arithmetic by
`proofs.measured.solving.exact_rounds`). With p(x) = T_t((b + a − 2x)/(b − a))/T_t(γ),
γ = (κ' + 1)/(κ' − 1), that is ‖e_0‖_G/T_t(γ).

Claims regression/precondition, regression/inner-iterations, regression/n3.
"""

import sympy

from proofs.symbolic.proof import proves

CONDITION = 3
"""κ' of a sketch that keeps squared lengths to within a half."""

ROUND = sympy.Symbol("t", integer=True, nonnegative=True)
ROOT = sympy.Symbol("root", positive=True)
"""√κ' − 1, so that κ' > 1."""


def gamma(condition: sympy.Expr) -> sympy.Expr:
    """Where Chebyshev's polynomial is taken: what 0 is mapped to when [a, b] is to [1, −1]."""
    return (condition + 1) / (condition - 1)


def ratio(condition: sympy.Expr) -> sympy.Expr:
    """(√κ' + 1)/(√κ' − 1): by this factor the bound falls in a round."""
    root = sympy.sqrt(condition)
    return (root + 1) / (root - 1)


@proves(
    "regression/precondition",
    r"If $\tfrac{1}{2} v^\top G v \le v^\top M v \le \tfrac{3}{2} v^\top G v$ for all $v$, "
    r"the eigenvalues of $M^{-1} G$ lie in $[\tfrac{2}{3}, 2]$, so that its condition is at most "
    r"3.",
)
def kept_lengths() -> bool:
    """An eigenvalue is vᵀGv/vᵀMv at its eigenvector; it falls where vᵀMv grows."""
    gram, share = sympy.symbols("gram share", positive=True)
    value = gram / (share * gram)
    falls = sympy.simplify(sympy.diff(value, share) + 1 / share**2) == 0
    ends = [value.subs(share, end) for end in (sympy.Rational(1, 2), sympy.Rational(3, 2))]
    return bool(falls and ends == [2, sympy.Rational(2, 3)] and ends[0] / ends[1] == CONDITION)


@proves(
    "regression/inner-iterations",
    "If the eigenvalues of $M^{-1} G$ lie in $[\\tfrac{2}{3}, 2]$, a gradient step of size "
    "$\\tfrac{3}{4}$ at least halves $\\lVert e \\rVert_G$: $\\log_2(\\sqrt{\\kappa}/\\epsilon)$ "
    "rounds make the residual $\\epsilon$ times as long.",
)
def gradient_steps() -> bool:
    """An eigenvector's share is multiplied by 1 − ¾λ, and ¼ − (1 − ¾λ)² = (9/16)(λ − ⅔)(2 − λ)."""
    value = sympy.Symbol("lambda", positive=True)
    room = sympy.Rational(1, 4) - (1 - sympy.Rational(3, 4) * value) ** 2
    within = sympy.Rational(9, 16) * (value - sympy.Rational(2, 3)) * (2 - value)
    root, accuracy = sympy.symbols("root epsilon", positive=True)
    left = root * 2 ** (-sympy.log(root / accuracy, 2))
    return bool(sympy.expand(room - within) == 0 and sympy.simplify(left - accuracy) == 0)


@proves(
    "regression/inner-iterations",
    "$\\lVert r_t \\rVert / \\lVert r_0 \\rVert \\le \\sqrt{\\kappa}\\, "
    "\\lVert e_t \\rVert_G / \\lVert e_0 \\rVert_G$, $\\kappa$ the condition of $G$: this is "
    "where $\\kappa$ comes in.",
)
def residuals() -> bool:
    """In G's eigenvectors ‖Ge‖² sums λ²c² and ‖e‖_G² sums λc², and l·λ ≤ λ² ≤ L·λ."""
    least, above, below = sympy.symbols("l above below", nonnegative=True)
    value, most = least + above, least + above + below
    rooms = [sympy.expand(value**2 - least * value), sympy.expand(most * value - value**2)]
    return all(
        coefficient > 0
        for room in rooms
        for coefficient in sympy.Poly(room, least, above, below).coeffs()
    )


@proves(
    "regression/inner-iterations",
    r"Conjugate gradients, as good as any polynomial of a round's degree: $\lVert e_t \rVert_G "
    r"\le \lVert e_0 \rVert_G / T_t(\gamma) \le 2 ((\sqrt{\kappa'} - 1)/(\sqrt{\kappa'} + 1))^t "
    r"\lVert e_0 \rVert_G$ for every condition $\kappa' > 1$ of $M^{-1} G$.",
)
def chebyshev() -> bool:
    """(z^t + z^(−t))/2 with z + 1/z = 2γ obeys Chebyshev's recurrence and starts as it does, so it
    is T_t(γ), and more than z^t/2. So does cos(tθ) at cos θ: on [−1, 1] it is at most 1.
    """
    t, z, theta = ROUND, sympy.Symbol("z", positive=True), sympy.Symbol("theta", real=True)
    meets = ratio((1 + ROOT) ** 2)
    outside = sympy.simplify(meets + 1 / meets - 2 * gamma((1 + ROOT) ** 2)) == 0
    value = (z**t + z**-t) / 2
    room = sympy.expand(value - z**t / 2)
    return (
        outside
        and _recurs(value, (z + 1 / z) / 2)
        and _recurs(sympy.cos(t * theta), sympy.cos(theta))
        and bool(room.is_positive)
    )


def _recurs(value: sympy.Expr, x: sympy.Expr) -> bool:
    """It is T_t(x): 1, x, and then by the recurrence."""
    before, after = (value.subs(ROUND, ROUND + shift) for shift in (-1, 1))
    follows = sympy.simplify(sympy.expand_trig(sympy.expand(after + before - 2 * x * value))) == 0
    first = [sympy.simplify(value.subs(ROUND, start) - x**start) == 0 for start in (0, 1)]
    return bool(follows and all(first))


@proves(
    "regression/inner-iterations",
    "At condition 3 each round divides that by $2 + \\sqrt{3} > 3.73$: "
    "$\\log(2\\sqrt{\\kappa}/\\epsilon)/\\log(2 + \\sqrt{3})$ rounds make the residual "
    "$\\epsilon$ times as long.",
)
def rounds_at_condition_three() -> bool:
    """γ = 2, z = 2 + √3, and 2√κ·z^(−t) = ε at that t."""
    root, accuracy = sympy.symbols("root epsilon", positive=True)
    factor = sympy.radsimp(ratio(sympy.Integer(CONDITION)))
    often = sympy.log(2 * root / accuracy) / sympy.log(factor)
    left = 2 * root * sympy.exp(-often * sympy.log(factor))
    return bool(
        gamma(sympy.Integer(CONDITION)) == 2
        and sympy.expand(factor - 2 - sympy.sqrt(3)) == 0
        and factor > sympy.Rational(373, 100)
        and sympy.simplify(left - accuracy) == 0
    )


@proves(
    "regression/n3",
    "Without a preconditioner $\\tfrac{1}{2}\\sqrt{\\kappa}"
    "\\log(2\\sqrt{\\kappa}/\\epsilon)$ rounds of conjugate gradients suffice.",
)
def rounds_without_preconditioner() -> bool:
    """log((1 + x)/(1 − x)) ≥ 2x for x = 1/√κ: both are 0 at 0, and 2/(1 − x²) ≥ 2."""
    x = sympy.Symbol("x", positive=True)
    room = sympy.log((1 + x) / (1 - x)) - 2 * x
    slope = sympy.simplify(sympy.diff(room, x) - 2 * x**2 / (1 - x**2)) == 0
    factor = sympy.simplify(ratio(1 / x**2) - (1 + x) / (1 - x)) == 0
    return bool(room.subs(x, 0) == 0 and slope and factor)
