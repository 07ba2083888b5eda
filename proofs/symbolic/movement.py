"""How far one step can move a neuron, and what a radius without its factor m^(−1/2) allows."""

import sympy

from proofs.smt.reals import every, follows, letters
from proofs.symbolic.proof import proves


@proves(
    "movement/radius",
    r"one step moves no neuron further than $\sqrt{n}\,\lVert f-y\rVert/(\lambda\sqrt{m})$, with "
    r"$\lambda$ the smallest eigenvalue of $G$ and points of norm at most 1",
)
def step_is_bounded() -> bool:
    """‖Σ g_i x_i‖ ≤ Σ|g_i| ≤ √n·‖g‖ by induction on n, and ‖g‖ = ‖G⁻¹(f − y)‖ ≤ ‖f − y‖/λ.

    The step of the induction: if s² ≤ k·q, then (s + t)² ≤ (k + 1)·(q + t²), since the difference
    times k is (k·t − s)² + (k + 1)·(k·q − s²).
    """
    s, t, q, k = sympy.symbols("s t q k", nonnegative=True)
    room = k * ((k + 1) * (q + t**2) - (s + t) ** 2)
    squares = (k * t - s) ** 2 + (k + 1) * (k * q - s**2)
    by_sympy = sympy.expand(room - squares) == 0
    return bool(by_sympy) and _induction_step_by_solvers()


def _induction_step_by_solvers() -> bool:
    """The same for all reals, by z3 and cvc5."""
    s, t, q, k = letters("s t q k")
    before = every(s >= 0, t >= 0, q >= 0, k >= 1, s * s <= k * q)
    return follows((s + t) * (s + t) <= (k + 1) * (q + t * t), [before])


@proves(
    "movement/radius",
    r"without the factor $m^{-1/2}$ the radius is $n/\lambda\ge n\,e^{b^2/2}>n\,b$ whenever "
    r"$\lambda\le e^{-b^2/2}$, at every width and every shift $b\ge0$",
)
def printed_radius_exceeds_the_shift() -> bool:
    """e^x ≥ 1 + x, as e^x − 1 − x is 0 at 0 and grows from there; and 1 + b²/2 − b > 0."""
    x, b = sympy.symbols("x b", nonnegative=True)
    above = sympy.exp(x) - 1 - x
    grows = above.subs(x, 0) == 0 and (sympy.diff(above, x, 2)).is_positive
    flat = sympy.diff(above, x).subs(x, 0) == 0
    gap = 1 + b**2 / 2 - b
    square = sympy.expand(gap - ((b - 1) ** 2 + 1) / 2) == 0
    return bool(grows and flat and square and (((b - 1) ** 2 + 1) / 2).is_positive)


@proves(
    "movement/small-subset",
    r"$n$ points of unit norm touch at most the share $n\,P(Z>b)$ of the neurons in the mean, and "
    r"orthogonal ones exactly $1-(1-P(Z>b))^n\le n\,P(Z>b)$",
)
def touched_share_is_bounded() -> bool:
    """By induction on n: the share u goes to u + p·(1 − u), and u ≤ n·p to at most (n + 1)·p.

    At most n·p whatever the points, as p is each one's chance and chances of a union add up at
    most; 1 − (1 − p)^n if scores are independent, which those at orthogonal points are.
    """
    p, n = sympy.symbols("p n", positive=True)
    share = 1 - (1 - p) ** n
    recursion = share + p * (1 - share) - share.subs(n, n + 1)
    one = sympy.simplify(share.subs(n, 1) - p) == 0
    u, q, k = letters("u q k")
    given = [every(u >= 0, u <= 1, q >= 0, q <= 1, u <= k * q)]
    return bool(one and sympy.simplify(recursion) == 0) and follows(
        u + q * (1 - u) <= (k + 1) * q, given
    )
