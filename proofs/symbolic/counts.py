"""Closed forms of the structures' and of an iteration's counters, proved for all sizes.

A closed form is code (`reference.closed_forms`): here it is called with symbols, and what it
returns is compared with what sympy makes of the algorithm's loops: sums, or where the shape of a
tree or the points of a neuron are not known, what one part more adds. Those of solvers are in
`solver_counts`.
"""

import sympy

from proofs.symbolic.proof import proves
from proofs.symbolic.sizes import Size, kinds, naturals, same, triangle, turns
from reference import closed_forms
from reference.counters import NO_COUNTS, Counts

A, B, D, H, K, M, N, P, U = map(Size, naturals("a b d h k m n P U"))
"""Sizes. m neurons, n points, d coordinates, P pairs that fire, U neurons that fire."""

POSITIVE = Size(sympy.Symbol("k", integer=True, positive=True))
"""How many are sorted: at least one."""


# ---- structures ----------------------------------------------------------------------------------


@proves("structure/init", "A tournament tree of $m$ leaves has $2m - 1$ nodes.")
def tournament_nodes() -> bool:
    """By induction: a leaf is one node, and joining trees of p and q leaves adds one."""
    build = closed_forms.tournament_build
    node = Counts(comparisons=1, node_visits=1, node_writes=1)
    leaf = same(build(1), Counts(node_visits=1, node_writes=1))
    return leaf and same(build(A + B), build(A) + build(B) + node)


@proves("structure/init", "The other structures write each of $m$ scores once.")
def other_builds() -> bool:
    """One loop; the ordered tree sorts the scores first, incremental sets compare each."""
    each = turns(POSITIVE)
    ordered = Counts(comparisons=closed_forms.sorting(POSITIVE), node_visits=each, node_writes=each)
    return (
        same(closed_forms.ordered_build(POSITIVE), ordered)
        and same(closed_forms.scan_build(POSITIVE), Counts(node_writes=each))
        and same(
            closed_forms.incremental_build(POSITIVE), Counts(comparisons=each, node_writes=each)
        )
    )


@proves("structure/query", "A query that expands $A$ inner nodes visits $1 + 2A$.")
def query_visits() -> bool:
    """By induction: a node not expanded is one visit, an expanded one adds its two children."""
    query = closed_forms.tournament_query
    look = Counts(comparisons=1, node_visits=1)
    return same(query(0), look) and same(query(A + B + 1), query(A) + query(B) + look)


@proves("structure/query", "An ordered tree's query visits its answers and what it passes.")
def ordered_query_visits() -> bool:
    """By induction: an answer's branch looks to both sides, a passed one to the right alone."""

    def visits(answers: int, passed: int) -> Counts:
        return Counts(node_visits=closed_forms.ordered_query(answers, passed).node_visits)

    look = Counts(node_visits=1)
    k, j = (Size(sympy.Symbol(name, integer=True, positive=True)) for name in "kj")
    answered = visits(k + j + 1, A + B), visits(k, A) + visits(j, B) + look
    passed = visits(k, A + 1), visits(k, A) + look
    sorted_too = closed_forms.ordered_query(k, A).comparisons - (k + A)
    return same(*answered) and same(*passed) and sorted_too == closed_forms.sorting(k)


@proves("structure/update", "A change writes each leaf and each inner node above one, once.")
def tournament_change() -> bool:
    """By induction: one leaf more, with a nodes above it that are above no other.

    A change of all leaves writes the whole tree: as many nodes as a build.
    """
    replace = closed_forms.tournament_replace
    leaf = Counts(node_visits=1, node_writes=1)
    above = turns(A)
    repair = Counts(comparisons=above, node_visits=above, node_writes=above)
    return (
        same(replace(0, 0), NO_COUNTS)
        and same(replace(U + 1, B + A), replace(U, B) + leaf + repair)
        and same(replace(M, M - 1), closed_forms.tournament_build(M))
    )


@proves("structure/update", "An ordered tree's changes stay within their bound.")
def ordered_change() -> bool:
    """Removing and inserting walk down a path of at most h nodes and up again.

    Down, each node is compared and looked at; up, each is looked at and, if rotated twice, three
    nodes are written; hanging nodes elsewhere writes at most three more, an insertion two.
    """
    down = turns(H)
    removed = Counts(comparisons=down, node_visits=2 * down + 1, node_writes=3 * down + 3)
    inserted = Counts(comparisons=down + 1, node_visits=2 * down + 1, node_writes=3 * down + 2)
    spent = kinds((removed + inserted).times(U))
    most = kinds(closed_forms.ordered_replace_at_most(U, H))
    room = [sympy.Poly(most[kind] - spent[kind], U.expression, H.expression) for kind in most]
    return all(coefficient >= 0 for poly in room for coefficient in poly.coeffs())


@proves("structure/beats-scan", "A scan looks at all $m$ scores and writes the changed ones.")
def scan() -> bool:
    """One loop each."""
    looked = turns(M)
    return same(
        closed_forms.scan_query(M), Counts(comparisons=looked, node_visits=looked)
    ) and same(closed_forms.scan_replace(U), Counts(node_writes=turns(U)))


@proves("beyond/no-search", "Kept sets: a visit an answer, a comparison and a write a change.")
def incremental() -> bool:
    """Answers are looked at in one loop and sorted; changed scores are written in one loop."""
    answers, changed = turns(POSITIVE), turns(U)
    asked = Counts(comparisons=closed_forms.sorting(POSITIVE), node_visits=answers)
    written = Counts(comparisons=changed, node_writes=changed)
    return same(closed_forms.incremental_query(POSITIVE), asked) and same(
        closed_forms.incremental_replace(U), written
    )


# ---- setting up, and the dense method ------------------------------------------------------------


@proves("structure/init", "All scores take $m n d$ products, the points' own $n(n + 1)d/2$.")
def scores_and_products() -> bool:
    """Loops over points, neurons and coordinates; over pairs i ≥ j of points."""
    scores = turns(D, M, N)
    products = triangle(N, lambda _: D.expression) + turns(D, N)
    return same(closed_forms.scores(M, N, D), Counts(scores)) and same(
        closed_forms.point_products(N, D), Counts(products)
    )


@proves("cost/baseline", "The dense query computes and compares all $m n$ scores.")
def dense() -> bool:
    """The loops of the scores, and one comparison a score; a scan for live neurons is the same."""
    query = Counts(turns(D, M, N), turns(M, N))
    return same(closed_forms.dense_query(M, N, D), query) and same(
        closed_forms.live_scan(M, N, D), query
    )


@proves("beyond/sublinear-total", "A live candidate takes $(n + 2)d$ products, $n$ comparisons.")
def live_draws() -> bool:
    """A candidate's component along a point, found and replaced; then its n scores."""
    along, scored = turns(2 * D, K), turns(D, N, K)
    drawn = Counts(along + scored, turns(N, K))
    return same(closed_forms.live_draws(K, N, D), drawn)


# ---- an iteration, one neuron more ---------------------------------------------------------------


@proves("cost/iteration", "Outputs take one product a firing pair.")
def predicting() -> bool:
    """One neuron more, firing on k points."""
    predict = closed_forms.predict
    return same(predict(0), NO_COUNTS) and same(predict(P + K), predict(P) + Counts(turns(K)))


@proves("cost/implicit", "Rewriting the moved rows takes $(P + U)d$ products.")
def rewriting() -> bool:
    """One neuron more, firing on k points: so many points combined, then added to its row."""
    rewrite = closed_forms.rewrite
    row = Counts(turns(D, K) + turns(D))
    return same(rewrite(0, 0, D), NO_COUNTS) and same(
        rewrite(P + K, U + 1, D), rewrite(P, U, D) + row
    )


@proves("cost/implicit", "Collecting coefficients takes $P$ products, whatever $d$.")
def collecting() -> bool:
    """One neuron more, firing on k points: so many coefficients."""
    collect = closed_forms.collect
    return same(collect(0), NO_COUNTS) and same(collect(P + K), collect(P) + Counts(turns(K)))


@proves("cost/implicit", "Moving scores by kept products takes $(P + U)n$ products, whatever $d$.")
def displacing() -> bool:
    """One neuron more, firing on k points: k rows of ⟨x_i, x_j⟩ combined, added to n scores."""

    def moved(pairs: int, neurons: int) -> Counts:
        return closed_forms.displacement(pairs, N) + closed_forms.displace(neurons, N)

    row = Counts(turns(N, K) + turns(N))
    return same(moved(0, 0), NO_COUNTS) and same(moved(P + K, U + 1), moved(P, U) + row)


@proves("cost/iteration", "A trial of the line search displaces $U n$ scores and compares each.")
def trying() -> bool:
    """Two loops over moved neurons and points, and a prediction."""
    look = turns(U, N)
    return same(closed_forms.trial(U, N, P), Counts(look, look) + closed_forms.predict(turns(P)))
