"""Closed forms of the solvers' counters, proved for all sizes: the sums of their loops."""

import sympy

from proofs.symbolic.counts import D, K, N, P
from proofs.symbolic.proof import proves
from proofs.symbolic.sizes import Size, loops, naturals, same, triangle, turns, vanishes
from reference import closed_forms
from reference.counters import Counts

ROWS, ROUNDS, SWEEPS, NONZEROS, TIMES, POWER = map(Size, naturals("s t w q v p"))
"""Rows of a sketch, rounds and sweeps of an iteration, entries a column, repetitions, log₂ N."""


def solving(operations: Size) -> Counts:
    """So many solver operations, and nothing else."""
    return Counts(solver_operations=operations)


# ---- with G in full ------------------------------------------------------------------------------


@proves("regression/exact-gram", "Intersections: $k(k + 1)/2$ increments a neuron.")
def gram_increments() -> bool:
    """A neuron that fires on k points adds one to each of the k(k + 1)/2 pairs i ≥ j of them."""
    last = sympy.Symbol("last", integer=True)
    increments = loops(last, (last, 1, K.expression))
    found = Size(0) + closed_forms.coincidences([K])
    both = Size(0) + closed_forms.coincidences([K, 0, 1])
    added = Size(1) + found
    return vanishes(found.expression - increments) and vanishes((both - added).expression)


@proves("regression/exact-gram", "The Gram matrix: one product more for each $i \\ge j$.")
def gram_entries() -> bool:
    """A loop over the lower triangle, beside the increments."""
    entries = triangle(N, lambda _: 1) + turns(N)
    return same(closed_forms.gram(K, N), solving(K + entries))


@proves("regression/exact-gram", "Factorize and solve: $n(n - 1)(n + 1)/3 + n^2$ operations.")
def solver_operations() -> bool:
    """The sums of the loops of `factorization.factorize` and `Factorization.solve`."""
    rows = triangle(N, lambda j: j + 2 + j)
    substitutions = triangle(N, lambda _: 2) + turns(N)
    return same(closed_forms.factorized_solve(N), solving(rows + substitutions))


@proves("regression/n3", "Conjugate gradients: $6n + 2$ operations a round, at most.")
def rounds_of_conjugate_gradients() -> bool:
    """A round: two products, a norm, three updates, two divisions; a sweep's first has no update of
    the direction and no division for it; the true residual's norm a sweep, the right side's once.
    """
    vector = turns(N)
    every = (6 * vector + 2) * ROUNDS
    sweeps = (vector - (vector + 1)) * SWEEPS
    found = closed_forms.conjugate_gradient(N, ROUNDS, SWEEPS)
    return same(found, solving(every + sweeps + vector))


@proves("regression/n3", "A product with $G$ takes $n^2$ operations, a solve by factors too.")
def full_products() -> bool:
    """n inner products of n terms; two triangles and a diagonal; a ridge, one loop."""
    products = turns(N, N) * TIMES
    triangles = (triangle(N, lambda _: 2) + turns(N)) * TIMES
    return (
        same(closed_forms.gram_products(N, TIMES), solving(products))
        and same(closed_forms.substitutions(N, TIMES), solving(triangles))
        and same(closed_forms.ridge_products(N, TIMES), solving(turns(N) * TIMES))
    )


# ---- with J and a sketch -------------------------------------------------------------------------


@proves("regression/inner-iterations", "A product with $J J^T$: $P(2d + 2) + n(d + 1)$.")
def jacobian_products() -> bool:
    """Jᵀ v: two factors a pair, then d terms; J u: d terms a pair, then d and a scale a point."""
    down = turns(P) * 2 + turns(D, P)
    up = turns(D, P) + turns(D, N) + turns(N)
    found = closed_forms.jacobian_products(P, N, D, TIMES)
    return same(found, solving((down + up) * TIMES))


@proves("regression/sketch-cost", "An embedding adds each of the $P d$ entries to $q$ rows.")
def embeddings() -> bool:
    """Loops over pairs, coordinates and blocks; a word for each row of Jᵀ and block."""
    adding = turns(NONZEROS, D, P)
    hashing = turns(NONZEROS, ROWS)
    return same(closed_forms.embedding(P, D, NONZEROS), solving(adding)) and same(
        closed_forms.hashes(ROWS, NONZEROS), solving(hashing)
    )


@proves("regression/sketch-cost", "A Hadamard transform of $N = 2^p$ values adds $p N$ times.")
def transforms() -> bool:
    """By halves: T(2N) = 2·T(N) + 2N, T(1) = 0, solved; the code at powers that fit a memory."""
    p = sympy.Symbol("p", integer=True, nonnegative=True)
    solved = p * 2**p
    halves = solved.subs(p, p + 1) - 2 * solved - 2 * 2**p
    counted = [closed_forms.hadamard(1, 1 << k).solver_operations for k in range(64)]
    several = closed_forms.hadamard(5, 8).solver_operations == 5 * 8 * 3
    return (
        bool(sympy.expand(halves) == 0)
        and several
        and counted == [int(solved.subs(p, k)) for k in range(64)]
    )


@proves("regression/sketch-cost", "Orthogonalizing takes $s(n^2 + 3n) + n(n - 1)/2$ operations.")
def orthogonalizing() -> bool:
    """Two weighted norms a column; a product, a division and an update for each pair of columns."""
    norms = turns(ROWS, N) * 4
    pair = 2 * ROWS.expression + 1
    return same(
        closed_forms.orthogonalization(ROWS, N), solving(norms + triangle(N, lambda _: pair))
    )
