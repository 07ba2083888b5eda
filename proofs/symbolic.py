"""Identities behind the counters and the model, proved by sympy for all sizes.

Each proof is a function that returns True if sympy reduces the claim to an identity. Where a closed
form is code (`reference.closed_forms`), the polynomial that sympy derives from the algorithm's
loops is compared with what the code returns at more points than the polynomial's degree, which
settles the identity: two polynomials of degree k that agree at k + 1 points are equal.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sympy

from reference import closed_forms


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim in words, and the computation that decides it."""

    claim: str
    statement: str
    holds: Callable[[], bool]


def tournament_nodes() -> bool:
    """By induction: a leaf is one node, and joining trees of p and q leaves adds one."""
    p, q, m = sympy.symbols("p q m", positive=True, integer=True)
    nodes = 2 * m - 1
    leaf = nodes.subs(m, 1) == 1
    joined = nodes.subs(m, p) + nodes.subs(m, q) + 1 - nodes.subs(m, p + q)
    written = [closed_forms.tournament_build(k).node_writes for k in (1, 2, 3)]
    return bool(leaf and sympy.simplify(joined) == 0 and written == _at(nodes, m, (1, 2, 3)))


def query_visits() -> bool:
    """By induction: a node not expanded is one visit, an expanded one adds its two children.

    V = 1 + 2A for a subtree whose root is visited, A its expanded inner nodes.
    """
    a, b = sympy.symbols("a b", nonnegative=True, integer=True)
    expanded = 1 + (1 + 2 * a) + (1 + 2 * b) - (1 + 2 * (a + b + 1))
    counted = [closed_forms.tournament_query(k).node_visits for k in (0, 1)]
    return bool(sympy.simplify(expanded) == 0 and counted == [1, 3])


def solver_operations() -> bool:
    """The sums of the loops of `factorization.factorize` and `Factorization.solve`."""
    n, i, j = sympy.symbols("n i j", nonnegative=True, integer=True)
    triangle = sympy.summation(j, (j, 0, i - 1))
    rows = sympy.summation(triangle + 2 * i + triangle, (i, 0, n - 1))
    substitutions = 2 * sympy.summation(i, (i, 0, n - 1)) + n
    points = (1, 2, 3, 4, 5)
    counted = [closed_forms.factorized_solve(k).solver_operations for k in points]
    return bool(sympy.degree(rows, n) == 3 and counted == _at(rows + substitutions, n, points))


def gram_increments() -> bool:
    """A neuron that fires on k points adds one to each of the k(k + 1)/2 pairs i ≥ j of them."""
    k, last = sympy.symbols("k last", nonnegative=True, integer=True)
    increments = sympy.summation(last, (last, 1, k))
    counted = [closed_forms.coincidences([size]) for size in (0, 1, 2)]
    return bool(counted == _at(increments, k, (0, 1, 2)))


def offset() -> bool:
    """max(z, b) = max(z − b, 0) + b on both sides of b, so outputs differ by b·m^(−1/2)·Σ a_r."""
    z, b = sympy.symbols("z b", real=True)
    above = sympy.Max(z, b) - sympy.Max(z - b, 0) - b
    t = sympy.symbols("t", nonnegative=True)
    return all(sympy.simplify(above.subs(z, side)) == 0 for side in (b + t, b - t))


def gram_ignores_signs() -> bool:
    """Block (i, r) times block (j, r)ᵀ is a_r²·⟨x_i, x_j⟩/m, and a_r² = 1 for both signs."""
    m = sympy.symbols("m", positive=True)
    a, product = sympy.symbols("a product", real=True)
    entry = (a / sympy.sqrt(m)) * (a / sympy.sqrt(m)) * product
    return all(sympy.simplify(entry.subs(a, sign) - product / m) == 0 for sign in (-1, 1))


PROOFS = (
    Proof("structure/init", "a tournament tree of m leaves has 2m − 1 nodes", tournament_nodes),
    Proof("structure/query", "a query that expands A inner nodes visits 1 + 2A", query_visits),
    Proof("regression/exact-gram", "factorize and solve: the stated operations", solver_operations),
    Proof(
        "regression/exact-gram", "intersections: k(k + 1)/2 increments a neuron", gram_increments
    ),
    Proof("model/offset", "the two activations differ by b, the outputs by C", offset),
    Proof("model/gram", "the Gram matrix does not depend on the signs", gram_ignores_signs),
)
"""Every proof, with the id of the claim that it serves."""


def _at(expression: sympy.Expr, symbol: sympy.Symbol, points: tuple[int, ...]) -> list[int]:
    """The integer values of the expression at these points."""
    return [int(expression.subs(symbol, point)) for point in points]
