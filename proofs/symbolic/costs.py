"""What an iteration costs, by label and by method, as polynomials in the sizes.

    m  width            k  the most neurons that fire on a point     L  ⌈log₂ m⌉
    n  points           U  neurons that move                         w  rounds of the solver
    d  coordinates

Each method's labels are calls of the closed forms with these symbols. Where a count depends on the
shape of trees or firing sets its most stands in: n·k pairs fire; a query expands at most k·L nodes;
at most U·L nodes stand above U leaves; a neuron fires on at most n points, so that n·k pairs make
at most n·k·(n + 1)/2 increments of the Gram matrix; an ordered tree is at most 2·L high. Which
bounds they keep is proved in `cost_orders`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from proofs.smt.reals import every
from proofs.symbolic.orders import ALPHA, KAPPA, NU, UPSILON, Order, at_most, below
from proofs.symbolic.sizes import Size, naturals, total
from reference import closed_forms
from reference.counters import Counts, Label, added
from reference.solvers.sketch import OSNAP_NONZEROS
from reference.solvers.solver import SolverName
from reference.structures.threshold_search import Structure
from reference.weights import Reading

WIDTH, POINTS, COORDINATES = naturals("m n d")
FIRING, MOVED, LOG, ROUNDS = (
    sympy.Symbol(name, integer=True, positive=True) for name in ("k", "U", "L", "w")
)

M, N, D, K, U, L, W = map(Size, (WIDTH, POINTS, COORDINATES, FIRING, MOVED, LOG, ROUNDS))
PAIRS = N * K
INCREMENTS = Size(POINTS * FIRING * (POINTS + 1) / 2)

GROWTH: Mapping[sympy.Symbol, Order] = {
    WIDTH: Order(sympy.Integer(1)),
    POINTS: Order(NU),
    COORDINATES: Order(KAPPA),
    FIRING: Order(1 - ALPHA),
    MOVED: Order(UPSILON),
    LOG: Order(sympy.Integer(0), 1),
    ROUNDS: Order(sympy.Integer(0), 1),
}
"""How each size grows with m: n = m^ν, d = m^κ, k = m^(1 − α), U = m^υ; rounds are logarithmic."""

REGION = every(
    below(0, ALPHA),
    below(ALPHA, 1),
    at_most(0, NU),
    at_most(0, KAPPA),
    at_most(1 - ALPHA, UPSILON),
    at_most(UPSILON, 1),
    at_most(UPSILON, 1 - ALPHA + NU),
)
"""The exponents that can be: U is between k and the smaller of m and n·k."""

PAPERS = FIRING * POINTS * COORDINATES + POINTS**3
"""The paper's bound on an iteration, k = m^(1 − α)."""

DENSE_BOUND = WIDTH * POINTS * COORDINATES + POINTS**3
"""What the dense method is said to cost."""


@dataclass(frozen=True, slots=True)
class Way:
    """How scores are known (None: computed afresh), weights kept, and G g = r solved."""

    structure: Structure | None
    reading: Reading = Reading.REWRITTEN
    solver: SolverName = SolverName.GRAM


DENSE = Way(None)
DENSE_SKETCH = Way(None, solver=SolverName.SKETCH)
PAPER = Way(Structure.TOURNAMENT, Reading.RECOMPUTED, SolverName.SKETCH)
TREE = Way(Structure.TOURNAMENT)
IMPLICIT = Way(Structure.TOURNAMENT, Reading.IMPLICIT)
ORDERED = Way(Structure.ORDERED)
SCAN = Way(Structure.SCAN)
SETS = Way(Structure.INCREMENTAL)
"""The dense method; the paper's; the tree with kept products; and with other structures."""

WAYS = (DENSE, DENSE_SKETCH, PAPER, TREE, IMPLICIT, ORDERED, SCAN, SETS)


# ---- costs ---------------------------------------------------------------------------------------


def iteration(way: Way) -> Mapping[Label, Counts]:
    """At most what each label counts in an iteration."""
    return {
        Label.QUERY: _query(way.structure),
        Label.PREDICT: closed_forms.predict(PAIRS),
        Label.SOLVE: _solve(way.solver),
        Label.MOVE: move(way.reading),
        Label.REFRESH: Counts() if way.structure is None else refresh(way.structure, way.reading),
    }


def set_up(structure: Structure) -> Counts:
    """INIT: the points' products, all scores, and the structure over them."""
    stored = closed_forms.point_products(N, D) + closed_forms.scores(M, N, D)
    match structure:
        case Structure.TOURNAMENT:
            return stored + closed_forms.tournament_build(M).times(N)
        case Structure.ORDERED:
            return stored + Counts(M * L, M, M).times(N)
        case Structure.SCAN:
            return stored + closed_forms.scan_build(M).times(N)
        case Structure.INCREMENTAL:
            return stored + closed_forms.incremental_build(M).times(N)


def _query(structure: Structure | None) -> Counts:
    match structure:
        case None:
            return closed_forms.dense_query(M, N, D)
        case Structure.TOURNAMENT:
            return closed_forms.tournament_query(K * L).times(N)
        case Structure.ORDERED:
            return closed_forms.ordered_query(K, 2 * L).times(N)
        case Structure.SCAN:
            return closed_forms.scan_query(M).times(N)
        case Structure.INCREMENTAL:
            return closed_forms.incremental_query(K).times(N)


def _solve(solver: SolverName) -> Counts:
    match solver:
        case SolverName.GRAM:
            return closed_forms.gram(INCREMENTS, N) + closed_forms.factorized_solve(N)
        case SolverName.CG:
            products = closed_forms.gram_products(N, W + 1)
            vectors = closed_forms.conjugate_gradient(N, W, 1)
            return closed_forms.gram(INCREMENTS, N) + products + vectors
        case SolverName.SKETCH:
            return _sketch()


def _sketch() -> Counts:
    """A sparse embedding of n·L rows, its factorization, w rounds."""
    embedded = closed_forms.hashes(U * D, OSNAP_NONZEROS)
    embedded += closed_forms.embedding(PAIRS, D, OSNAP_NONZEROS)
    factored = closed_forms.orthogonalization(N * L, N)
    rounds = closed_forms.jacobian_products(PAIRS, N, D, W + 1)
    rounds += closed_forms.substitutions(N, W) + closed_forms.conjugate_gradient(N, W, 1)
    return embedded + factored + rounds


def move(reading: Reading) -> Counts:
    """MOVE: what becomes of the weights."""
    if reading is Reading.IMPLICIT:
        return closed_forms.collect(PAIRS)
    return closed_forms.rewrite(PAIRS, U, D)


def refresh(structure: Structure, reading: Reading) -> Counts:
    """REFRESH: new scores, and what is stored of them."""
    return moved_scores(reading) + _replaced(structure, U).times(N)


def moved_scores(reading: Reading) -> Counts:
    """The moved neurons' scores, recomputed or moved by the kept products."""
    if reading is Reading.RECOMPUTED:
        return closed_forms.scores(U, N, D)
    return closed_forms.displacement(PAIRS, N) + closed_forms.displace(U, N)


def updating(structure: Structure) -> Counts:
    """The paper's update(r, w): one neuron's scores at all points, recomputed and stored."""
    return closed_forms.scores(1, N, D) + _replaced(structure, 1).times(N)


def _replaced(structure: Structure, neurons: int) -> Counts:
    match structure:
        case Structure.TOURNAMENT:
            return closed_forms.tournament_replace(neurons, neurons * L)
        case Structure.ORDERED:
            return closed_forms.ordered_replace_at_most(neurons, 2 * L)
        case Structure.SCAN:
            return closed_forms.scan_replace(neurons)
        case Structure.INCREMENTAL:
            return closed_forms.incremental_replace(neurons)


def at_most_polynomial(counts: Counts) -> sympy.Expr:
    """All kinds together, quotients not rounded down, and logarithms of less than m as L."""
    rounded = total(counts).replace(sympy.floor, lambda part: part)
    return sympy.expand(rounded.replace(sympy.ceiling, lambda _: LOG))


def whole(way: Way) -> sympy.Expr:
    """All labels of an iteration together."""
    return at_most_polynomial(added(iteration(way).values()))
