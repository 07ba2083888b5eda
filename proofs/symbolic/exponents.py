"""Which exponents go together: width, sparsity, and the cost of updates.

    n = m^ν     d = m^κ     λ = m^(−l)     m ≥ 2, n ≥ 2, so ν > 0

An inequality of sizes is one of exponents: m ≥ λ⁻⁴·n⁴ is 1 ≥ 4l + 4ν, and λ ≤ m^(−α) is l ≥ α. What
is proved is proved for all real exponents, by z3 and cvc5 on the same text, and each premise is
seen to be possible. A primed α is that of the shift, b = √(2α′·log m); α without is that of the
stated cost.
"""

from collections.abc import Sequence

import sympy

from proofs.smt.reals import equivalent, every, follows, impossible, possible, some
from proofs.smt.terms import Term, negation
from proofs.symbolic.orders import ALPHA, KAPPA, NU, Order, at_most, below, within
from proofs.symbolic.proof import proves

PRIMED, DEPTH, SLACK = sympy.symbols("alpha_primed l slack", real=True)

PAPER = sympy.Rational(6, 25)
"""α′ of b = √(0.48·log m)."""

QUARTER, EIGHTH = sympy.Rational(1, 4), sympy.Rational(1, 8)


def same(one: sympy.Expr, other: sympy.Expr | int) -> Term:
    """The same number, of linear forms."""
    return every(at_most(one, other), at_most(other, one))


WIDE = at_most(4 * DEPTH + 4 * NU, 1)
"""m ≥ λ⁻⁴·n⁴."""

SPARSE = at_most(ALPHA, DEPTH)
"""λ ≤ m^(−α)."""

POINTS, SOME_SPARSITY = below(0, NU), below(0, ALPHA)
"""n ≥ 2; α > 0."""


# ---- width and sparsity --------------------------------------------------------------------------


@proves(
    "cost/alpha-range",
    r"the width $m\ge c\,\lambda^{-4}n^4$ and the sparsity $\lambda\le m^{-\alpha}$ exclude "
    r"$\alpha\ge\frac14$, for every constant $c>n^{-4}$",
)
def no_alpha_from_a_quarter_on() -> bool:
    """c = m^(−slack) with slack < 4ν: 1 ≥ 4l + 4ν − slack > 4α."""
    width = at_most(4 * DEPTH + 4 * NU - SLACK, 1)
    premises = [POINTS, SOME_SPARSITY, SPARSE, width, below(SLACK, 4 * NU)]
    return follows(below(ALPHA, QUARTER), premises)


@proves(
    "cost/alpha-range",
    r"below $\frac14$ they go together at every $\alpha>0$: $m=n^{4/(1-4\alpha)}$ has both, with "
    r"$\lambda=m^{-\alpha}$",
)
def every_alpha_below_a_quarter() -> bool:
    """4ν = 1 − 4α is above 0, and 4l + 4ν is 1 with l = α."""
    premises = [SOME_SPARSITY, below(ALPHA, QUARTER), same(4 * NU, 1 - 4 * ALPHA)]
    return follows(every(POINTS, SPARSE, WIDE), [*premises, same(DEPTH, ALPHA)])


@proves(
    "convergence/width",
    r"the width $m\ge\lambda^{-4}n^4$ and $\lambda\le m^{-\alpha}$ demand "
    r"$m\ge n^{4/(1-4\alpha)}$; with $\lambda\le m^{-\alpha}n^{-2}$, $m\ge n^{12/(1-4\alpha)}$",
)
def demanded_exponents() -> bool:
    """4ν ≤ 1 − 4α, and 12ν ≤ 1 − 4α; both are reached."""
    left = 1 - 4 * ALPHA
    upper = [POINTS, SOME_SPARSITY, WIDE, SPARSE]
    lower = [POINTS, SOME_SPARSITY, WIDE, at_most(ALPHA + 2 * NU, DEPTH)]
    reached = possible([*upper, same(4 * NU, left)]) and possible([*lower, same(12 * NU, left)])
    demanded = follows(at_most(4 * NU, left), upper) and follows(at_most(12 * NU, left), lower)
    return demanded and reached


# ---- the second factor n -------------------------------------------------------------------------

UPDATES: Sequence[Order] = (Order(2 * NU + 1 - PRIMED + KAPPA), Order(2 * NU + 1 - PRIMED, logs=1))
"""n·m^(1−α′) neurons, each n·(d + log m)."""

STATED: Sequence[Order] = (Order(1 - ALPHA + NU + KAPPA), Order(3 * NU))
"""m^(1−α)·n·d + n³."""

REGION = [POINTS, SOME_SPARSITY, at_most(ALPHA, PRIMED), below(PRIMED, 1)]
"""0 < α ≤ α′ < 1."""

GROWING, CONSTANT = below(0, KAPPA), same(KAPPA, 0)
"""d is a power of m; d is a constant, and log m is beyond it."""


@proves(
    "cost/extra-n",
    r"$n^2m^{1-\alpha'}(d+\log m)$ is within $m^{1-\alpha}nd+n^3$, up to constants, if and only if "
    r"$n\le m^{\alpha'-\alpha}$ or $m^{1-\alpha'}d\le n$, for all powers $n$ and $d$ of $m$; "
    r"where $d$ is a constant, with $<$ for $\le$",
)
def when_the_extra_factor_is_absorbed() -> bool:
    """ν ≤ α′ − α, or 1 − α′ + κ ≤ ν."""
    absorbed = within(UPDATES, STATED)
    gap, few = PRIMED - ALPHA, 1 - PRIMED + KAPPA
    growing = some(at_most(NU, gap), at_most(few, NU))
    constant = some(below(NU, gap), below(few, NU))
    return equivalent(absorbed, growing, [*REGION, GROWING]) and equivalent(
        absorbed, constant, [*REGION, CONSTANT]
    )


@proves(
    "cost/extra-n",
    r"with the width $m\ge\lambda^{-4}n^4$, $\lambda\le m^{-\alpha'}$ the second way is closed: "
    r"the factor is absorbed if and only if $n\le m^{\alpha'-\alpha}$ ($<$ where $d$ is a "
    r"constant), so never at $\alpha=\alpha'$",
)
def wide_networks_have_one_way() -> bool:
    """1 − α′ > 3/4 and ν < 1/4 then; and at α = α′ the gap is 0, and ν is not."""
    absorbed, gap = within(UPDATES, STATED), PRIMED - ALPHA
    region = [*REGION, WIDE, at_most(PRIMED, DEPTH)]
    growing = equivalent(absorbed, at_most(NU, gap), [*region, GROWING])
    constant = equivalent(absorbed, below(NU, gap), [*region, CONSTANT])
    at_the_end = [*region, at_most(0, KAPPA), same(ALPHA, PRIMED)]
    return growing and constant and follows(negation(absorbed), at_the_end)


@proves(
    "cost/extra-n",
    r"with $b=\sqrt{0.48\log m}$ and $m\ge n^{100}$ the factor is absorbed at every "
    r"$\alpha\le0.23$; from there to $0.24$ only by wider networks; at $0.24$ by none",
)
def half_open_range() -> bool:
    """The gap 0.24 − α is at least ν = 1/100 up to α = 0.23."""
    last, hundredth = sympy.Rational(23, 100), sympy.Rational(1, 100)
    absorbed = within(UPDATES, STATED)
    region = [*REGION, GROWING, same(PRIMED, PAPER), at_most(NU, hundredth)]
    beyond = [*region, below(last, ALPHA)]
    up_to = follows(absorbed, [*region, at_most(ALPHA, last)])
    not_at_once = follows(negation(absorbed), [*beyond, same(NU, hundredth)])
    never = impossible([*region, same(ALPHA, PAPER), absorbed])
    return up_to and not_at_once and possible([*beyond, absorbed]) and never


# ---- how many neurons are touched ----------------------------------------------------------------


@proves(
    "movement/small-subset",
    r"a width $m\ge\lambda^{-4}n^4$ with $\lambda\le m^{-\alpha}$ makes $n\,m^{-\alpha}$ small if "
    r"$\alpha>\frac18$; at $\alpha\le\frac18$ the least such width does not",
)
def wide_networks_touch_few() -> bool:
    """n·m^(−α) is m^(ν − α), and ν ≤ 1/4 − α."""
    wide = [POINTS, SOME_SPARSITY, WIDE, SPARSE]
    few = follows(below(NU, ALPHA), [*wide, below(EIGHTH, ALPHA)])
    least = [*wide, same(4 * NU, 1 - 4 * ALPHA), at_most(ALPHA, EIGHTH)]
    return few and follows(at_most(ALPHA, NU), least)
