"""Identities of the model, proved for all sizes."""

import sympy

from proofs.symbolic.proof import proves

# ---- the activations -----------------------------------------------------------------------------


@proves(
    "model/offset",
    r"On both sides of $b$ and at it, $\max(z, b) = \max(z - b, 0) + b$.",
)
def offset() -> bool:
    """The difference is 0 at b, at b + t and at b − t for every t > 0."""
    b = sympy.Symbol("b", real=True)
    t = sympy.Symbol("t", positive=True)
    return all(
        sympy.simplify(sympy.Max(z, b) - sympy.Max(z - b, 0) - b) == 0 for z in (b, b + t, b - t)
    )


@proves(
    "model/offset",
    r"Whatever the $m$ neurons do, $b$ more for each is $C = b\,m^{-1/2}\sum_r a_r$ more output.",
)
def offsets_add_up() -> bool:
    """Σ a_r (φ_r + b) − Σ a_r φ_r = b Σ a_r, for symbolic m and terms."""
    b, m = sympy.symbols("b m", positive=True)
    r, width = sympy.symbols("r width", positive=True, integer=True)
    a, phi = sympy.IndexedBase("a"), sympy.IndexedBase("phi")
    printed = sympy.Sum(a[r] * (phi[r] + b), (r, 1, width)) / sympy.sqrt(m)
    shifted = sympy.Sum(a[r] * phi[r], (r, 1, width)) / sympy.sqrt(m)
    constant = b * sympy.Sum(a[r], (r, 1, width)) / sympy.sqrt(m)
    return bool(sympy.simplify((printed - shifted - constant).expand().doit()) == 0)


@proves(
    "model/offset",
    r"With independent fair signs $C$ has mean 0 and variance $b^2$: it is of the order of $b$.",
)
def offset_is_as_large_as_b() -> bool:
    """From E exp(t Σ a_r) = cosh(t)^m."""
    b, m = sympy.symbols("b m", positive=True)
    t = sympy.Symbol("t", real=True)
    first, second = (sympy.diff(sympy.cosh(t) ** m, t, k).subs(t, 0) for k in (1, 2))
    return bool(first == 0 and sympy.simplify(b**2 / m * second - b**2) == 0)


# ---- the Jacobian --------------------------------------------------------------------------------


@proves(
    "model/jacobian",
    r"While a score moves from $s$ to $s + h p$ and stays on its side of $b$, "
    r"$(\varphi(s + h p) - \varphi(s))/h$ is exactly $p$ above $b$ and exactly 0 below, "
    r"for both activations.",
)
def slopes_off_ties() -> bool:
    """Distances to b before and after are free positive numbers; h p is their difference."""
    b = sympy.Symbol("b", real=True)
    before, after = sympy.symbols("before after", positive=True)
    for activation in (_shifted, _printed):
        above = activation(b + after, b) - activation(b + before, b) - (after - before)
        below = activation(b - after, b) - activation(b - before, b)
        if sympy.simplify(above) != 0 or sympy.simplify(below) != 0:
            return False
    return True


@proves(
    "model/jacobian",
    r"At a tie, $s = b$, the quotient is $p$ where the score rises and 0 where it falls: there is "
    r"no derivative, and the strict rule takes the second.",
)
def slopes_at_ties() -> bool:
    """From b up by t, and down by t."""
    b = sympy.Symbol("b", real=True)
    t = sympy.Symbol("t", positive=True)
    return all(
        sympy.simplify(activation(b + t, b) - activation(b, b) - t) == 0
        and sympy.simplify(activation(b - t, b) - activation(b, b)) == 0
        for activation in (_shifted, _printed)
    )


def _shifted(z: sympy.Expr, b: sympy.Symbol) -> sympy.Expr:
    return sympy.Max(z - b, 0)


def _printed(z: sympy.Expr, b: sympy.Symbol) -> sympy.Expr:
    return sympy.Max(z, b)


# ---- the Gram matrix -----------------------------------------------------------------------------


@proves("model/gram", "A sign enters an entry of $G$ only squared, and both squares are 1.")
def gram_ignores_signs() -> bool:
    """Block (i, r) times block (j, r)ᵀ is a_r²·⟨x_i, x_j⟩/m, and a_r² = 1 for both signs."""
    m = sympy.symbols("m", positive=True)
    a, product = sympy.symbols("a product", real=True)
    entry = (a / sympy.sqrt(m)) * (a / sympy.sqrt(m)) * product
    return all(sympy.simplify(entry.subs(a, sign) - product / m) == 0 for sign in (-1, 1))


# ---- ties ----------------------------------------------------------------------------------------


@proves("model/ties", r"$s > b$ and $s \ge b$ say the same of every $s$ but $s = b$.")
def rules_differ_at_ties_alone() -> bool:
    """Both hold at b + t, neither at b − t, for every t > 0; at b only the second does."""
    b = sympy.Symbol("b", real=True)
    t = sympy.Symbol("t", positive=True)
    told = [(bool(s > b), bool(s >= b)) for s in (b + t, b, b - t)]
    return told == [(True, True), (False, True), (False, False)]


@proves(
    "model/ties",
    r"At a tie both rules add the same to an output: $\varphi$ is continuous, 0 or $b$ there.",
)
def outputs_do_not_see_ties() -> bool:
    """What a firing neuron adds, s − b, is 0 at s = b, as for a silent one."""
    b = sympy.Symbol("b", real=True)
    return bool(_shifted(b, b) == 0 and sympy.simplify(_printed(b, b) - b) == 0)


@proves(
    "model/ties",
    "In the reduction from orthogonal vectors a pair with $p$ ones in common scores above the "
    "threshold exactly if $p = 0$, by the strict rule; by the lax one if $p \\le 1$.",
)
def reduction_needs_the_strict_rule() -> bool:
    """Its scores are D' − p over √D', its threshold is D' − 1 over √D'; p is 0, 1, or 2 + k."""
    size = sympy.Symbol("size", positive=True)
    k = sympy.Symbol("k", nonnegative=True, integer=True)
    told = [(bool(size - p > size - 1), bool(size - p >= size - 1)) for p in (0, 1, 2 + k)]
    return told == [(True, True), (False, True), (False, False)]
