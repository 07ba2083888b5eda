"""Claims cost/*: what an iteration costs, and a training."""

from collections.abc import Sequence
from itertools import product

import sympy

from proofs.claims.whole_cost import alike, all_move, gained, linear, to_the_end, too_few
from proofs.evidence.chart import Chart, Curve
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.evidence.figures import all_rounded, rounded
from proofs.ledger.claim import Verdict
from proofs.measured.costs.iteration_costs import Growth, Iteration, dense_in_closed_form, growth
from proofs.measured.costs.iteration_costs import iteration as first_iteration
from proofs.measured.costs.weight_readings import (
    UPDATING,
    Updating,
    Walk,
    dearer,
    updating,
    walk,
    widened,
)
from proofs.measured.live.live_exponents import ABOVE, DENSE_WITHIN, predicted_exponent
from proofs.measured.trainings.small_trainings import drawn
from proofs.measured.trainings.trainings import PAPER_ALPHA, orthonormal
from proofs.symbolic.cost_orders import limit_agrees
from proofs.symbolic.costs import PAPER, PAPERS, TREE, whole
from proofs.symbolic.orders import ALPHA, KAPPA, NU, UPSILON, Point
from reference import closed_forms
from reference.counters import Counts, Label
from reference.edges.setup.configuration import Configuration
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.weights import Reading


def counted(
    points: int, power: int = 10, data: str = "digits", method: Method = Method.SUBLINEAR
) -> Configuration:
    """2^power neurons at α = 0.24, one step, nothing watched."""
    return Configuration(
        data=data,
        points=points,
        width=1 << power,
        method=method,
        engine="vectorized",
        invariants="off",
        steps=1,
    )


# ---- an iteration --------------------------------------------------------------------------------

NAMES = {
    Method.GAUSS_NEWTON: "dense",
    Method.SUBLINEAR: "trees",
    Method.LIVE: "live neurons, no tree",
}
"""What the methods are called in the chart."""


@decides(
    "cost/iteration",
    theorems=(
        "tournament/visits_by_height",
        "tournament/update_writes_one_way_down",
        "firing/scores_move_by_kept_products",
    ),
)
def iteration(effort: Effort) -> Decision:
    """The exponent of m is right; that of n depends on which neurons fire, and on n against d."""
    powers = effort.of(range(10, 15), range(10, 19), range(10, 21))
    seen = growth(counted(16), powers, effort.of(2, 3, 3), list(NAMES))
    of = {each.method: each for each in seen}
    facts = [
        _limits(effort),
        _exponent(of[Method.SUBLINEAR]),
        _without_trees(of[Method.SUBLINEAR], of[Method.LIVE]),
        _within(effort),
        _beyond(effort),
        _union(effort),
    ]
    return Decision(Verdict.CONDITIONAL, facts, _by_width(seen))


def _limits(effort: Effort) -> Fact:
    """At numeric exponents, where sympy's limits can be trusted."""
    half, fifth, quarter = sympy.Rational(1, 2), sympy.Rational(1, 5), sympy.Rational(1, 4)
    alphas = effort.of((fifth,), (fifth,), (fifth, quarter, half))
    none, one = sympy.Integer(0), sympy.Integer(1)
    powers = effort.of((none, half), (none, quarter, half), (none, fifth, quarter, half, one))
    spread = effort.of((True,), (False, True), (False, True))
    points = [_point(*each) for each in product(alphas, powers, powers, spread)]
    costs = ((PAPER, PAPERS), (TREE, PAPERS))
    agree = [limit_agrees(whole(way), bound, point) for point in points for way, bound in costs]
    return established(
        all(agree),
        r"At rational exponents of $\alpha$, $n$, $d$ and $\lvert U\rvert$, sympy's limit of cost "
        r"over bound as $m\to\infty$ is finite exactly where these inequalities say so.",
        Grade.EXACT,
        exponents=len(points),
        limits=len(agree),
    )


def _point(alpha: sympy.Rational, nu: sympy.Rational, kappa: sympy.Rational, spread: bool) -> Point:
    """With all points firing the same neurons, or as few in common as can be."""
    union = sympy.Min(1, 1 - alpha + nu) if spread else 1 - alpha
    values = {ALPHA: alpha, NU: nu, KAPPA: kappa, UPSILON: union}
    return {symbol: sympy.Rational(value) for symbol, value in values.items()}


def _exponent(found: Growth) -> Fact:
    fit, most = found.data_term, 1 - PAPER_ALPHA + ABOVE
    return established(
        fit.slope + fit.half <= most,
        rf"Counted on digits, an iteration's multiply-adds grow with $m$ as they should: the upper "
        rf"end of the exponent's 95 % interval is at most $1-\alpha+{ABOVE:g}$. Comparisons, "
        r"visits and writes have $\log m$ besides.",
        Grade.MEASURED,
        widths=f"{found.widths[0]} to {found.widths[-1]}",
        iterations=len(found.seen),
        exponent=rounded(fit.slope),
        half_interval=rounded(fit.half),
        by_the_normal_tail=rounded(predicted_exponent(PAPER_ALPHA, found.widths)),
        of_all_operations=rounded(found.whole.slope),
    )


def _without_trees(trees: Growth, live: Growth) -> Fact:
    same = [
        (one.width, one.seed, one.multiply_adds) == (other.width, other.seed, other.multiply_adds)
        for one, other in zip(trees.seen, live.seen, strict=True)
    ]
    fewer = [
        other.operations < one.operations for one, other in zip(trees.seen, live.seen, strict=True)
    ]
    return established(
        all(same) and all(fewer),
        "The live method makes the very same multiply-adds without any tree, and fewer other "
        "operations: it is not the search that the exponent comes from.",
        Grade.MEASURED,
        iterations=len(same),
        exponent_of_all_operations=rounded(live.whole.slope),
        half_interval=rounded(live.whole.half),
    )


def _within(effort: Effort) -> Fact:
    found = _shares("digits", 16, effort)
    return established(
        max(each.share for each in found) <= 1 and found[0].n <= found[0].d,
        r"With $n\le d$ the bound holds with constant 1, all operations counted: on digits at "
        "every width tried.",
        Grade.MEASURED,
        n=found[0].n,
        d=found[0].d,
        widths=", ".join(str(each.m) for each in found),
        largest_share=rounded(max(each.share for each in found)),
    )


def _beyond(effort: Effort) -> Fact:
    found = _shares("diabetes", 64, effort)
    shares = [each.share for each in found]
    return established(
        min(shares) > 1 and shares == sorted(shares) and found[0].n > found[0].d,
        r"With $n>d$ an iteration counts more than the bound, and the wider the network the more "
        "times as much: on ten features of diabetes.",
        Grade.MEASURED,
        n=found[0].n,
        d=found[0].d,
        widths=", ".join(str(each.m) for each in found),
        shares=", ".join(str(rounded(share, 4)) for share in shares),
    )


def _shares(data: str, points: int, effort: Effort) -> Sequence[Iteration]:
    powers = effort.of((10, 12, 14), (10, 13, 16), (10, 13, 16, 18))
    return [first_iteration(counted(points, power, data)) for power in powers]


def _union(effort: Effort) -> Fact:
    n, power = effort.of((64, 12), (64, 14), (128, 16))
    found = first_iteration(counted(n, power), orthonormal(n))
    return established(
        found.moved > 2 * found.sparse,
        r"Nor is $\lvert U\rvert\le m^{1-\alpha}$ a matter of course: at orthogonal points more "
        "than twice as many neurons fire somewhere, and each is updated at all points.",
        Grade.MEASURED,
        m=found.m,
        n=n,
        moved=found.moved,
        times_the_sparse=rounded(found.moved / found.sparse),
    )


def _by_width(seen: Sequence[Growth]) -> Chart:
    curves = []
    for each in seen:
        x, name = [float(m) for m in each.widths], NAMES[each.method]
        counts = all_rounded(each.mean(m) for m in each.widths)
        line = all_rounded(each.whole.at(m) for m in each.widths)
        curves.append(Curve(name, x, counts, "points"))
        curves.append(Curve(f"{name}: m^{each.whole.slope:.2f}", x, line, "dashed"))
    return Chart(
        title="Counted operations of one iteration",
        x="width m",
        y="operations",
        curves=curves,
        x_scale="log2",
        y_scale="log",
        caption="Digits, n = 16, α = 0.24: all kinds of operation, set-up left out, the mean over "
        "networks. The slopes are those of all operations; those of multiply-adds alone are lower.",
    )


# ---- a whole training ----------------------------------------------------------------------------


@decides(
    "cost/amortized",
    theorems=("firing/dead_neurons_do_not_move", "firing/without_firing_no_motion"),
)
def amortized(effort: Effort) -> Decision:
    """No iteration is cheap: only set-up could be spread, over more iterations than there are."""
    seen = to_the_end(effort)
    return Decision(Verdict.CONDITIONAL, [all_move(effort), alike(seen), too_few(seen)])


@decides("cost/total")
def total(effort: Effort) -> Decision:
    """Set-up alone is linear in the number of weights, times n."""
    seen = to_the_end(effort)
    return Decision(Verdict.REFUTED, [linear(seen), gained(seen)])


# ---- implicit weights ----------------------------------------------------------------------------

EXTRA = 5
"""Coordinates that are added, all 0."""


@decides("cost/implicit", theorems=("firing/scores_move_by_kept_products",))
def implicit(effort: Effort) -> Decision:
    """The closed forms have no d; runs walk the same way and count the same, whatever d."""
    found = updating(_data(effort), 64)
    return Decision(Verdict.PROVED, [_whatever_d(effort), _on_digits(found), _not_always_fewer()])


def _data(effort: Effort) -> Configuration:
    points, width = effort.of((16, 1 << 10), (64, 1 << 12), (64, 1 << 14))
    return Configuration(points=points, width=width, invariants="off")


def _whatever_d(effort: Effort) -> Fact:
    """Small trainings in rationals, in d and in d + 5 coordinates."""
    structures = (Structure.TOURNAMENT, Structure.SCAN, Structure.INCREMENTAL)
    trainings = steps = 0
    right = []
    for seed, structure in product(range(effort.of(12, 60, 600)), structures):
        small = drawn(seed)
        narrow = {each: walk(small, each, structure, 3) for each in Reading}
        wide = {each: walk(widened(small, EXTRA), each, structure, 3) for each in Reading}
        walks = [*narrow.values(), *wide.values()]
        right.append(all(each.same_way(walks[0]) for each in walks))
        right += [_dearer(narrow[each], wide[each], each, small.problem.n) for each in Reading]
        trainings, steps = trainings + 1, steps + len(walks[0].pairs)
    return established(
        all(right) and steps > 0,
        r"In rationals all three ways to keep weights walk the same trajectory; added coordinates "
        r"that are 0 make MOVE and REFRESH no dearer with implicit weights, and dearer by exactly "
        r"$(P+U)$ and $U n$ a coordinate with the others.",
        Grade.SAMPLED,
        trainings=trainings,
        steps=steps,
    )


def _dearer(narrow: Walk, wide: Walk, reading: Reading, n: int) -> bool:
    """By what the closed forms say of so many coordinates."""
    sizes = list(zip(narrow.pairs, narrow.moved, strict=True))
    move = [closed_forms.rewrite(pairs, moved, EXTRA) for pairs, moved in sizes]
    refresh = [closed_forms.scores(moved, n, EXTRA) for _, moved in sizes]
    nothing = [Counts()] * len(sizes)
    expected = {
        Reading.IMPLICIT: (nothing, nothing),
        Reading.REWRITTEN: (move, nothing),
        Reading.RECOMPUTED: (move, refresh),
    }[reading]
    return expected == tuple(list(dearer(narrow, wide, label)) for label in UPDATING)


def _on_digits(found: Updating) -> Fact:
    counts = found.multiply_adds
    return established(
        found.alike and min(counts, key=lambda each: counts[each]) is Reading.IMPLICIT,
        "On digits, too, it counts fewest multiply-adds in MOVE and REFRESH together, with the "
        "same firing sets before and after.",
        Grade.MEASURED,
        n=found.n,
        d=found.d,
        **{each.value: count for each, count in counts.items()},
    )


def _not_always_fewer() -> Fact:
    """Every neuron fires on three points in the plane."""
    moved, n, d = 1000, 3, 2
    pairs = moved * n
    kept = closed_forms.collect(pairs) + closed_forms.displacement(pairs, n)
    kept += closed_forms.displace(moved, n)
    anew = closed_forms.rewrite(pairs, moved, d) + closed_forms.scores(moved, n, d)
    return established(
        kept.multiply_adds > anew.multiply_adds,
        r"Without $d$ is not always less: what replaces it is the number of points that a neuron "
        r"fires on, and where that is above $d$, recomputing counts less.",
        Grade.EXACT,
        n=n,
        d=d,
        moved=moved,
        implicit=kept.multiply_adds,
        recomputed=anew.multiply_adds,
    )


# ---- the dense method ----------------------------------------------------------------------------


@decides("cost/baseline")
def baseline(effort: Effort) -> Decision:
    """Counted: linear in m, and label by label what the closed forms say."""
    powers = effort.of(range(10, 16), range(10, 18), range(10, 21))
    (found,) = growth(counted(16), powers, effort.of(1, 3, 3), [Method.GAUSS_NEWTON])
    return Decision(Verdict.CONFIRMED, [_linear_in_m(found), _label_by_label(effort)])


def _linear_in_m(found: Growth) -> Fact:
    fit = found.data_term
    return established(
        abs(fit.slope - 1) + fit.half <= DENSE_WITHIN,
        rf"Counted on digits, an iteration's multiply-adds grow as $m$: both ends of the "
        rf"exponent's 95 % interval are within {DENSE_WITHIN:g} of 1.",
        Grade.MEASURED,
        widths=f"{found.widths[0]} to {found.widths[-1]}",
        iterations=len(found.seen),
        exponent=rounded(fit.slope),
        half_interval=rounded(fit.half),
        of_all_operations=rounded(found.whole.slope),
    )


def _label_by_label(effort: Effort) -> Fact:
    powers = effort.of((8, 12), (8, 12, 15), (8, 12, 15, 18))
    choices = product(("digits", "diabetes"), (8, 32), powers)
    seen = [
        first_iteration(counted(n, power, data, Method.GAUSS_NEWTON)) for data, n, power in choices
    ]
    equal = [
        each.counted[label] == counts
        for each in seen
        for label, counts in dense_in_closed_form(each).items()
    ]
    query = [each.counted[Label.QUERY].multiply_adds == each.m * each.n * each.d for each in seen]
    return established(
        all(equal) and all(query),
        r"Runs count under each label what the closed form says; QUERY makes $mnd$ multiply-adds "
        "exactly.",
        Grade.EXACT,
        iterations=len(seen),
        labels=len(equal),
        largest_share_of_other_labels_in_QUERY=rounded(
            max(_others(each) / each.counted[Label.QUERY].multiply_adds for each in seen)
        ),
    )


def _others(found: Iteration) -> int:
    """Multiply-adds outside QUERY."""
    labels = (Label.PREDICT, Label.MOVE, Label.REFRESH)
    return sum(found.counted[label].multiply_adds for label in labels)
