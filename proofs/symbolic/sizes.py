"""Sizes as symbols: the closed forms' own code, run on letters in place of numbers.

    Size        an int to the types, a sympy expression to arithmetic
    loops       what loops in loops do, as sympy's sums; `turns` if each turn does one thing
    same        two counts are equal for all sizes

`closed_forms.scores(m, n, d)` of three sizes is the expression m·n·d, made by the very code that
the counters are held against: nothing is retyped. What would decide something (a comparison, the
truth of a size that may be 0) is refused, so no branch is taken unseen.
"""

from collections.abc import Callable, Sequence
from itertools import product
from typing import NoReturn

import sympy

from reference.counters import Counts

PERIOD = 6
"""Quotients by 2 and by 3 are whole or not according to the rest modulo this."""

Loop = tuple[sympy.Symbol, object, object]
"""A variable, its first value and its last."""


class Size(int):
    """A natural number that is only known by an expression."""

    expression: sympy.Expr

    def __new__(cls, expression: sympy.Expr | int) -> "Size":
        """The size of this expression."""
        made = super().__new__(cls, 0)
        made.expression = expression_of(expression) if isinstance(expression, int) else expression
        return made

    def __add__(self, other: int) -> "Size":
        return Size(self.expression + expression_of(other))

    __radd__ = __add__

    def __sub__(self, other: int) -> "Size":
        return Size(self.expression - expression_of(other))

    def __rsub__(self, other: int) -> "Size":
        return Size(expression_of(other) - self.expression)

    def __neg__(self) -> "Size":
        return Size(-self.expression)

    def __mul__(self, other: int) -> "Size":
        return Size(self.expression * expression_of(other))

    __rmul__ = __mul__

    def __floordiv__(self, other: int) -> "Size":
        return Size(sympy.floor(self.expression / expression_of(other)))

    def bit_length(self) -> "Size":
        """⌈log₂(size + 1)⌉, so of k − 1 it is ⌈log₂ k⌉."""
        return Size(sympy.ceiling(sympy.log(self.expression + 1, 2)))

    def __bool__(self) -> bool:
        if self.expression.is_positive:
            return True
        return self._refused()

    def _refused(self, *_: object) -> NoReturn:
        raise TypeError(f"{self.expression} is a symbol, of which this is not known")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and bool(self.expression == expression_of(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.expression)

    __lt__ = __le__ = __gt__ = __ge__ = _refused
    __mod__ = __rmod__ = __truediv__ = __rtruediv__ = __rfloordiv__ = _refused
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = _refused
    __int__ = __index__ = __float__ = _refused


def naturals(names: str) -> Sequence[sympy.Symbol]:
    """Symbols of natural numbers, by names with spaces between them."""
    return [sympy.Symbol(name, integer=True, nonnegative=True) for name in names.split()]


def expression_of(number: int) -> sympy.Expr:
    """What the number is to sympy."""
    return number.expression if isinstance(number, Size) else sympy.Integer(number)


def kinds(counts: Counts) -> dict[str, sympy.Expr]:
    """The five counts by name, as expressions."""
    return {name: expression_of(number) for name, number in counts.as_dict().items()}


def total(counts: Counts) -> sympy.Expr:
    """All kinds together."""
    return sympy.Add(*kinds(counts).values())


def loops(turns: sympy.Expr | int, *around: Loop) -> sympy.Expr:
    """So much in each turn of these loops, the innermost first, all together."""
    done = sympy.sympify(turns)
    for variable, first, last in around:
        done = sympy.summation(done, (variable, first, last))
    return sympy.expand(done)


def turns(*often: int) -> Size:
    """How many turns loops in loops take that turn so often each."""
    return Size(loops(1, *((sympy.Dummy(integer=True), 1, expression_of(k)) for k in often)))


def triangle(n: int, body: Callable[[sympy.Symbol], sympy.Expr | int]) -> Size:
    """Σ over j < i < n of the body at j."""
    i, j = sympy.symbols("i j", integer=True, nonnegative=True, cls=sympy.Dummy)
    return Size(loops(body(j), (j, 0, i - 1), (i, 0, expression_of(n) - 1)))


def same(one: Counts, other: Counts) -> bool:
    """All five counts are equal, for all sizes."""
    return all(
        vanishes(left - right)
        for left, right in zip(kinds(one).values(), kinds(other).values(), strict=True)
    )


def vanishes(expression: sympy.Expr) -> bool:
    """It is 0 for all natural numbers, quotients rounded down where they do not come out even.

    For each rest of each symbol below a floor modulo six, what stands there is a polynomial with
    whole coefficients, and the floor is nothing.
    """
    floors = expression.atoms(sympy.floor)
    rounded = sorted({s for part in floors for s in part.free_symbols}, key=str)
    return all(
        sympy.expand(_with_rests(expression, rounded, rests)) == 0
        for rests in product(range(PERIOD), repeat=len(rounded))
    )


def _with_rests(
    expression: sympy.Expr, symbols: Sequence[sympy.Symbol], rests: Sequence[int]
) -> sympy.Expr:
    """Each symbol is six times another, and this rest."""
    values = {
        symbol: PERIOD * sympy.Dummy(integer=True, nonnegative=True) + rest
        for symbol, rest in zip(symbols, rests, strict=True)
    }
    return expression.subs(values).replace(sympy.floor, lambda part: sympy.floor(part.expand()))
