"""Closed forms of the counters, proved for all sizes.

Where a closed form is code (`reference.closed_forms`), the polynomial that sympy derives from the
algorithm's loops is compared with what the code returns at more points than the polynomial's
degree. That settles the identity: two polynomials of degree k that agree at k + 1 points are equal.
"""

import sympy

from proofs.symbolic.proof import proves
from reference import closed_forms


@proves("structure/init", "a tournament tree of m leaves has 2m − 1 nodes")
def tournament_nodes() -> bool:
    """By induction: a leaf is one node, and joining trees of p and q leaves adds one."""
    p, q, m = sympy.symbols("p q m", positive=True, integer=True)
    nodes = 2 * m - 1
    leaf = nodes.subs(m, 1) == 1
    joined = nodes.subs(m, p) + nodes.subs(m, q) + 1 - nodes.subs(m, p + q)
    written = [closed_forms.tournament_build(k).node_writes for k in (1, 2, 3)]
    return bool(leaf and sympy.simplify(joined) == 0 and written == _at(nodes, m, (1, 2, 3)))


@proves("structure/query", "a query that expands A inner nodes visits 1 + 2A")
def query_visits() -> bool:
    """By induction: a node not expanded is one visit, an expanded one adds its two children.

    V = 1 + 2A for a subtree whose root is visited, A its expanded inner nodes.
    """
    a, b = sympy.symbols("a b", nonnegative=True, integer=True)
    expanded = 1 + (1 + 2 * a) + (1 + 2 * b) - (1 + 2 * (a + b + 1))
    counted = [closed_forms.tournament_query(k).node_visits for k in (0, 1)]
    return bool(sympy.simplify(expanded) == 0 and counted == [1, 3])


@proves("regression/exact-gram", "factorize and solve: the stated operations")
def solver_operations() -> bool:
    """The sums of the loops of `factorization.factorize` and `Factorization.solve`."""
    n, i, j = sympy.symbols("n i j", nonnegative=True, integer=True)
    triangle = sympy.summation(j, (j, 0, i - 1))
    rows = sympy.summation(triangle + 2 * i + triangle, (i, 0, n - 1))
    substitutions = 2 * sympy.summation(i, (i, 0, n - 1)) + n
    points = (1, 2, 3, 4, 5)
    counted = [closed_forms.factorized_solve(k).solver_operations for k in points]
    return bool(sympy.degree(rows, n) == 3 and counted == _at(rows + substitutions, n, points))


@proves("regression/exact-gram", "intersections: k(k + 1)/2 increments a neuron")
def gram_increments() -> bool:
    """A neuron that fires on k points adds one to each of the k(k + 1)/2 pairs i ≥ j of them."""
    k, last = sympy.symbols("k last", nonnegative=True, integer=True)
    increments = sympy.summation(last, (last, 1, k))
    counted = [closed_forms.coincidences([size]) for size in (0, 1, 2)]
    return bool(counted == _at(increments, k, (0, 1, 2)))


def _at(expression: sympy.Expr, symbol: sympy.Symbol, points: tuple[int, ...]) -> list[int]:
    """The integer values of the expression at these points."""
    return [int(expression.subs(symbol, point)) for point in points]
