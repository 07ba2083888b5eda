"""G g = r for less than n³: by halves whatever G is, by rounds if it is well-conditioned.

    products       S(2n) = 7·S(n) + 18·n²,          S(1) = 1
    inverses       I(2n) = 2·I(n) + 4·S(n) + 3·n²,  I(1) = 1

18 and 3 are the sums of halves that `proofs.measured.solving.block_inversion` makes; that it makes
no others is seen there by counting. Claim regression/n3.
"""

import sympy

from proofs.smt.reals import possible
from proofs.symbolic.costs import COORDINATES, FIRING, PAIRS, POINTS, REGION, D, N, W
from proofs.symbolic.orders import follows
from proofs.symbolic.proof import proves
from proofs.symbolic.sketching import fits
from reference import closed_forms

LEVELS = sympy.Symbol("k", integer=True, nonnegative=True)
"""n = 2^k."""

PRODUCT = 7 * 7**LEVELS - 6 * 4**LEVELS
"""S(2^k)."""

INVERSE = (56 * 7**LEVELS - 105 * 4**LEVELS + 59 * 2**LEVELS) / 10
"""I(2^k)."""

APPLIED = 2 * 4**LEVELS
"""The inverse times r: n² products and fewer sums."""


def operations(levels: int) -> int:
    """What solving one system of 2^levels unknowns takes so, additions included."""
    return int((INVERSE + APPLIED).subs(LEVELS, levels))


@proves(
    "regression/n3",
    "Any positive definite system of $n = 2^k$ unknowns is solved in at most "
    "$5.6 \\cdot 7^k + 2n^2 + 5.9n$ operations, so in $O(n^{2.81})$: no term of order $n^3$ is "
    "needed.",
)
def below_cubes() -> bool:
    """Both closed forms start and go on as they must; 7 < 8 = 2³, and log₂ 7 < 2.81."""
    k = LEVELS
    square = 4**k
    products = PRODUCT.subs(k, k + 1) - 7 * PRODUCT - 18 * square
    inverses = INVERSE.subs(k, k + 1) - 2 * INVERSE - 4 * PRODUCT - 3 * square
    starts = (PRODUCT.subs(k, 0), INVERSE.subs(k, 0)) == (1, 1)
    most = sympy.Rational(56, 10) * 7**k + 2 * 4**k + sympy.Rational(59, 10) * 2**k
    spared = sympy.expand(most - INVERSE - APPLIED) == sympy.Rational(105, 10) * 4**k
    vanishing = sympy.limit(7**k / sympy.Integer(8) ** k, k, sympy.oo) == 0
    return bool(
        sympy.expand(products) == 0
        and sympy.expand(inverses) == 0
        and starts
        and spared
        and vanishing
        and 100 * sympy.log(7, 2) < 281
    )


@proves(
    "regression/n3",
    r"Conjugate gradients on $J J^\top$, with no sketch and no Gram matrix, keep "
    r"$m^{1-\alpha} n d$ alone, up to logarithms and $\sqrt{\kappa}$, at all sizes.",
)
def rounds_alone() -> bool:
    """A round is two products with J and a few vectors; their number is taken as logarithmic."""
    products = closed_forms.jacobian_products(PAIRS, N, D, W + 1)
    cost = products + closed_forms.conjugate_gradient(N, W, 1)
    data_term = FIRING * POINTS * COORDINATES
    return possible([REGION]) and follows([REGION], fits(cost, data_term))
