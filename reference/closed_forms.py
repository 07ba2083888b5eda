"""What each operation must cost, as expressions in the sizes.

    m  width            k  answers of a query      U  neurons that moved
    n  points           A  inner nodes above them  P  (neuron, point) pairs that fire
    d  coordinates

The counters of a run equal these (the monitor checks it at every step, claims structure/*); the
proofs take their limits. Nothing here looks at a structure: where a count depends on its state, the
number of nodes concerned is an argument.
"""

from collections.abc import Iterable

from reference.counters import Counts


def sorting(k: int) -> int:
    """Comparisons charged for sorting k items: k·⌈log₂ k⌉."""
    return k * (k - 1).bit_length()


# ---- the structures, one training point's share --------------------------------------------------


def tournament_build(m: int) -> Counts:
    """2m − 1 nodes written, m − 1 of them the larger of two."""
    return Counts(comparisons=m - 1, node_visits=2 * m - 1, node_writes=2 * m - 1)


def tournament_query(inner_above: int) -> Counts:
    """The root, and both children of each inner node above the threshold: 1 + 2A."""
    visits = 1 + 2 * inner_above
    return Counts(comparisons=visits, node_visits=visits)


def tournament_replace(leaves: int, inner_above: int) -> Counts:
    """Each changed leaf and each inner node above one, once."""
    nodes = leaves + inner_above
    return Counts(comparisons=inner_above, node_visits=nodes, node_writes=nodes)


def ordered_build(m: int) -> Counts:
    """Sorting, then one write a node."""
    return Counts(comparisons=sorting(m), node_visits=m, node_writes=m)


def ordered_query(answers: int, passed: int) -> Counts:
    """Each answer, each node passed on the way to the boundary, and sorting by neuron."""
    visits = answers + passed
    return Counts(comparisons=visits + sorting(answers), node_visits=visits)


def ordered_height_at_most(m: int) -> int:
    """The largest height of an AVL tree of m nodes: N(h) = 1 + N(h − 1) + N(h − 2) ≤ m."""
    height, fewest, next_fewest = 0, 0, 1
    while next_fewest <= m:
        height, fewest, next_fewest = height + 1, next_fewest, 1 + fewest + next_fewest
    return height


def ordered_replace_at_most(leaves: int, height: int) -> Counts:
    """A bound: removing and inserting each descend once and write at most three nodes a level."""
    path = 2 * leaves * (height + 1)
    return Counts(comparisons=path, node_visits=2 * path, node_writes=3 * path)


def scan_build(m: int) -> Counts:
    """One write a score."""
    return Counts(node_writes=m)


def scan_query(m: int) -> Counts:
    """Every score, compared once."""
    return Counts(comparisons=m, node_visits=m)


def scan_replace(leaves: int) -> Counts:
    """One write a changed score."""
    return Counts(node_writes=leaves)


def incremental_build(m: int) -> Counts:
    """Every score, compared with the threshold once, and one write."""
    return Counts(comparisons=m, node_writes=m)


def incremental_query(answers: int) -> Counts:
    """Each answer, and sorting by neuron: nothing is searched."""
    return Counts(comparisons=sorting(answers), node_visits=answers)


def incremental_replace(leaves: int) -> Counts:
    """Each changed score, compared with the threshold once, and one write."""
    return Counts(comparisons=leaves, node_writes=leaves)


# ---- setting up ----------------------------------------------------------------------------------


def scores(m: int, n: int, d: int) -> Counts:
    """Every neuron's score at every point: m·n·d."""
    return Counts(multiply_adds=m * n * d)


def point_products(n: int, d: int) -> Counts:
    """⟨x_i, x_j⟩ for i ≤ j."""
    return Counts(multiply_adds=n * (n + 1) // 2 * d)


def live_scan(m: int, n: int, d: int) -> Counts:
    """Every neuron's score at every point, compared with b once, to find those that fire at all."""
    return scores(m, n, d) + Counts(comparisons=m * n)


def live_draws(candidates: int, n: int, d: int) -> Counts:
    """A candidate's component along a point replaced, 2d, its n scores, each compared with b."""
    return Counts(multiply_adds=candidates * (2 * d + n * d), comparisons=candidates * n)


# ---- an iteration --------------------------------------------------------------------------------


def dense_query(m: int, n: int, d: int) -> Counts:
    """The dense method's QUERY: every score afresh, each compared with b."""
    return scores(m, n, d) + Counts(comparisons=m * n)


def predict(pairs: int) -> Counts:
    """One multiply-add a firing pair."""
    return Counts(multiply_adds=pairs)


def coincidences(points_per_neuron: Iterable[int]) -> int:
    """Each pair of points i ≥ j that a neuron fires on, for every neuron: k(k + 1)/2 each."""
    return sum(k * (k + 1) // 2 for k in points_per_neuron)


def gram(coincidences: int, n: int) -> Counts:
    """One increment for each neuron and each pair of points it fires on, one product an entry."""
    return Counts(solver_operations=coincidences + n * (n + 1) // 2)


def factorized_solve(n: int) -> Counts:
    """LDLᵀ and each row's shares of the earlier ones: n(n − 1)(n + 1)/3; substitution: n² more."""
    return Counts(solver_operations=n * (n - 1) * (n + 1) // 3 + n * n)


def conjugate_gradient(n: int, rounds: int, sweeps: int) -> Counts:
    """Two inner products, three vector updates, a norm and two divisions a round.

    A sweep's first round has no direction to update, n + 1 fewer; its true residual has a norm, n,
    and so has the right side.
    """
    return Counts(solver_operations=rounds * (6 * n + 2) - sweeps + n)


def gram_products(n: int, times: int) -> Counts:
    """G v, so often: n² each."""
    return Counts(solver_operations=times * n * n)


def jacobian_products(pairs: int, n: int, d: int, times: int) -> Counts:
    """J (Jᵀ v), so often: P·(d + 2) for Jᵀ v, then P·d, an inner product and a scaling a point."""
    return Counts(solver_operations=times * (pairs * (2 * d + 2) + n * (d + 1)))


def substitutions(n: int, times: int) -> Counts:
    """A factorized system solved, so often: n² each."""
    return Counts(solver_operations=times * n * n)


def ridge_products(n: int, times: int) -> Counts:
    """The ridge times a vector, added to another, so often."""
    return Counts(solver_operations=times * n)


def hashes(rows: int, nonzeros: int) -> Counts:
    """So many words a row of Jᵀ that is not zero."""
    return Counts(solver_operations=rows * nonzeros)


def embedding(pairs: int, d: int, nonzeros: int) -> Counts:
    """Each of the P·d entries of Jᵀ that are not zero is added to so many rows."""
    return Counts(solver_operations=pairs * d * nonzeros)


def hadamard(n: int, padded: int) -> Counts:
    """log₂ N passes of N additions or subtractions for each of n columns."""
    return Counts(solver_operations=n * padded * (padded.bit_length() - 1))


def orthogonalization(rows: int, n: int) -> Counts:
    """Gram–Schmidt: two weighted norms a column, a product, a division and an update a pair."""
    return Counts(solver_operations=rows * (n * n + 3 * n) + n * (n - 1) // 2)


def rewrite(pairs: int, moved: int, d: int) -> Counts:
    """Δw_r as a combination of the points that r fires on, added to w_r: (P + U)·d."""
    return Counts(multiply_adds=(pairs + moved) * d)


def collect(pairs: int) -> Counts:
    """Each firing pair's share added to the coefficient it changes: P."""
    return Counts(multiply_adds=pairs)


def displacement(pairs: int, n: int) -> Counts:
    """How far each moved neuron's score moves at every point: P·n, with ⟨x_i, x_j⟩ kept."""
    return Counts(multiply_adds=pairs * n)


def displace(moved: int, n: int) -> Counts:
    """The displacements added to the scores: U·n."""
    return Counts(multiply_adds=moved * n)


def trial(moved: int, n: int, pairs: int) -> Counts:
    """A loss along the step: U·n displaced scores, each compared with b, those above summed."""
    return displace(moved, n) + Counts(comparisons=moved * n) + predict(pairs)
