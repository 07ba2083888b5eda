"""Orders of magnitude for all exponents at once: which cost is within which bound, and where.

Every size is a power of the width, n = m^ν, d = m^κ, and a cost is a sum of monomials

    m^(linear form in the exponents) · (log m)^(a natural number).

A sum is O(of another) if and only if each of its monomials is at most one of the other's, first by
power and then by logarithms. So "within the bound wherever …" is a sentence about linear
inequalities of real numbers, which z3 and cvc5 decide; both are asked, and both must agree. No
limit is taken here, so there is none to be trusted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy

from proofs.smt.reals import Real, every, impossible, letters, number, possible, some
from proofs.smt.terms import Term, equal, negation

ALPHA, NU, KAPPA, UPSILON, THETA = sympy.symbols("alpha nu kappa upsilon theta", real=True)
"""Exponents of m: −α that of the firing share, ν of n, κ of d, υ of |U|, θ of the iterations."""

Point = Mapping[sympy.Symbol, sympy.Rational]
"""A value of every exponent."""


@dataclass(frozen=True, slots=True)
class Order:
    """m^power · (log m)^logs."""

    power: sympy.Expr
    logs: int = 0

    def at(self, point: Point) -> tuple[Fraction, int]:
        """The pair at these exponents: orders compare as these pairs do."""
        return fraction(self.power.subs(point)), self.logs


def fraction(number: sympy.Rational) -> Fraction:
    """The same number."""
    return Fraction(int(number.p), int(number.q))


def orders(cost: sympy.Expr, growth: Mapping[sympy.Symbol, Order]) -> Sequence[Order]:
    """The orders of a polynomial's monomials; what is subtracted is left out.

    Domain: every symbol of the cost has a growth.
    """
    polynomial = sympy.Poly(cost, *growth)
    found = []
    for powers, coefficient in polynomial.terms():
        if coefficient > 0:
            parts = list(zip(powers, growth.values(), strict=True))
            power = sympy.expand(sum(times * order.power for times, order in parts))
            found.append(Order(power, sum(int(times) * order.logs for times, order in parts)))
    return list(dict.fromkeys(found))


def within_at(costs: Sequence[Order], bounds: Sequence[Order], point: Point) -> bool:
    """Is the sum of the costs O(of the bounds') at these exponents?"""
    return max(cost.at(point) for cost in costs) <= max(bound.at(point) for bound in bounds)


# ---- for all exponents ---------------------------------------------------------------------------


def real(power: sympy.Expr | int) -> Real:
    """A linear form as the solvers read it, each exponent a letter."""
    parts = sympy.sympify(power).as_coefficients_dict().items()
    terms = [fraction(factor) * _letter(symbol) for symbol, factor in sorted(parts, key=str)]
    return sum(terms, number(0))


def _letter(symbol: sympy.Expr) -> Real:
    return number(1) if symbol == 1 else letters(str(symbol))[0]


def at_most(small: sympy.Expr | int, large: sympy.Expr | int) -> Term:
    """small ≤ large, of linear forms."""
    return real(small) <= real(large)


def below(small: sympy.Expr | int, large: sympy.Expr | int) -> Term:
    """small < large, of linear forms."""
    return real(small) < real(large)


def within(costs: Iterable[Order], bounds: Sequence[Order], *, logs: bool = True) -> Term:
    """The sum of the costs is O(of the bounds'), or, without logs, up to powers of log m."""
    return every(*(some(*(_dominated(cost, bound, logs) for bound in bounds)) for cost in costs))


def _dominated(cost: Order, bound: Order, logs: bool) -> Term:
    if logs and cost.logs > bound.logs:
        return below(cost.power, bound.power)
    return at_most(cost.power, bound.power)


def same_place(one: Term, other: Term) -> Term:
    """Both are true of the same exponents."""
    return equal(one, other)


def follows(premises: Sequence[Term], conclusion: Term) -> bool:
    """Does it follow, for all real exponents, by both solvers? Errors: `solvers-disagree`."""
    return impossible([*premises, negation(conclusion)])


def exactly_where(claim: Term, place: Term, given: Sequence[Term]) -> bool:
    """Given that, it is true there and nowhere else, and there are exponents of both kinds."""
    return (
        follows(given, same_place(claim, place))
        and possible([*given, claim])
        and possible([*given, negation(claim)])
    )
