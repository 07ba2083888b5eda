"""What g = argmin ‖J Jᵀ g − r‖ is, for a Jacobian of any size and any rank.

Each step is an identity between polynomials in the entries of matrices whose sizes are letters;
what a premise makes 0 stands in it as a factor. Sizes: J is n×k, g and w ∈ Rⁿ, u and v ∈ R^k.
"""

import sympy

from proofs.symbolic.proof import proves

ROWS, COLUMNS = sympy.symbols("n k", integer=True, positive=True)
J = sympy.MatrixSymbol("J", ROWS, COLUMNS)
G = J * J.T
g, r, w = (sympy.MatrixSymbol(name, ROWS, 1) for name in "grw")
u, v = (sympy.MatrixSymbol(name, COLUMNS, 1) for name in "uv")


def square(vector: sympy.MatrixExpr) -> sympy.MatrixExpr:
    """‖vector‖², one by one."""
    return vector.T * vector


def twice(left: sympy.MatrixExpr, right: sympy.MatrixExpr) -> sympy.MatrixExpr:
    """2⟨left, right⟩, as both ways to write it."""
    return left.T * right + right.T * left


def identical(one: sympy.MatrixExpr, other: sympy.MatrixExpr) -> bool:
    """Equal as polynomials in all entries, for all sizes."""
    return bool(sympy.expand((one - other).doit()).doit() == sympy.ZeroMatrix(1, 1))


@proves(
    "regression/target",
    r"Where $G g = f - y$, the step $J^\top g$ is the shortest of all $u$ with $J u = f - y$: "
    r"$\lVert J^\top g + v \rVert^2 = \lVert J^\top g \rVert^2 + \lVert v \rVert^2$ if "
    r"$J v = 0$.",
)
def least_norm() -> bool:
    """All of them are Jᵀg + v with J v = 0, and what is left beside the squares is 2⟨g, J v⟩."""
    rest = twice(g, J * v)
    return identical(square(J.T * g + v), square(J.T * g) + square(v) + rest)


@proves(
    "regression/target",
    "At any rank, a minimizing $g$ gives a minimizer $J^\\top g$ of "
    "$\\lVert J u - (f - y) \\rVert$: a Gauss-Newton step.",
)
def gauss_newton() -> bool:
    """G(Gg − r) = 0 at a minimum. Then Jᵀ(Gg − r) = 0, for its square is ⟨Gg − r, G(Gg − r)⟩; and
    where Jᵀ(Ju − r) = 0, moving u by v adds ‖Jv‖² and 2⟨v, Jᵀ(Ju − r)⟩ = 0: nothing is smaller.
    """
    off = G * g - r
    normal = identical(square(J.T * off), off.T * (G * off))
    slope = J.T * (J * u - r)
    moved = square(J * u - r) + square(J * v) + twice(v, slope)
    return normal and identical(square(J * (u + v) - r), moved)


@proves(
    "regression/target",
    "At any rank, all minimizing $g$ give the same step $J^\\top g$, and it is shorter than every "
    "other minimizer of $\\lVert J u - (f - y) \\rVert$.",
)
def one_step() -> bool:
    """Two of them differ by a w with G G w = 0. Then ‖Gw‖² = ⟨w, GGw⟩ = 0, so ‖Jᵀw‖² = ⟨w, Gw⟩ = 0.

    Two minimizers u differ by a v with JᵀJ v = 0, so ‖J v‖² = ⟨v, JᵀJ v⟩ = 0, and `least_norm`
    applies.
    """
    return (
        identical(square(G * w), w.T * (G * (G * w)))
        and identical(square(J.T * w), w.T * (G * w))
        and identical(square(J * v), v.T * (J.T * J * v))
    )
