"""Identities of the model, proved for all sizes."""

import sympy

from proofs.symbolic.proof import proves


@proves("model/offset", "the two activations differ by b, the outputs by C")
def offset() -> bool:
    """max(z, b) = max(z − b, 0) + b on both sides of b, so outputs differ by b·m^(−1/2)·Σ a_r."""
    z, b = sympy.symbols("z b", real=True)
    above = sympy.Max(z, b) - sympy.Max(z - b, 0) - b
    t = sympy.symbols("t", nonnegative=True)
    return all(sympy.simplify(above.subs(z, side)) == 0 for side in (b + t, b - t))


@proves("model/gram", "the Gram matrix does not depend on the signs")
def gram_ignores_signs() -> bool:
    """Block (i, r) times block (j, r)ᵀ is a_r²·⟨x_i, x_j⟩/m, and a_r² = 1 for both signs."""
    m = sympy.symbols("m", positive=True)
    a, product = sympy.symbols("a product", real=True)
    entry = (a / sympy.sqrt(m)) * (a / sympy.sqrt(m)) * product
    return all(sympy.simplify(entry.subs(a, sign) - product / m) == 0 for sign in (-1, 1))
