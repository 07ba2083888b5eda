"""Claims bound/*: what a lower bound says of threshold search, and what it does not of training."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain, pairwise

from proofs.evidence.chart import Chart, Curve
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.ledger.claim import Verdict
from proofs.measured.live.live_exponents import LiveCost, measured, plans
from proofs.measured.live.twin_trainings import twins
from proofs.reduction.answering import answered
from proofs.reduction.one_dimension import counted_on_a_line, right_on_a_line
from proofs.reduction.orthogonal_vectors import orthogonal_pairs
from proofs.reduction.satisfiability import formulas, satisfiable, vectors_of
from proofs.reduction.small_instances import Sweep, drawn, pairs_of_sets, sequences, swept
from proofs.reduction.threshold_instance import point
from proofs.reduction.vector_search import BRUTE_FORCE, ways
from reference.edges.data.tables import load_table
from reference.edges.setup.configuration import Configuration
from reference.scalar import BINARY64, RATIONAL
from reference.structures.threshold_search import Structure

TREES = (Structure.TOURNAMENT, Structure.ORDERED)

# ---- bound/seth ----------------------------------------------------------------------------------


@decides(
    "bound/seth",
    theorems=(
        "tournament/query_answers_as_a_scan",
        "tournament/update_writes_the_leaf",
        "tournament/update_writes_no_other_leaf",
        "ordered/query_answers_as_a_scan",
    ),
)
def seth(effort: Effort) -> Decision:
    """Both reductions run, on every small instance; on a line, a structure is fast in both."""
    facts = [
        *_every_pair_of_sets(effort),
        _every_sequence(effort),
        _in_phases(effort),
        _every_formula(effort),
        _larger_ones(effort),
        *_on_a_line(effort),
    ]
    return Decision(Verdict.CONDITIONAL, facts)


def _every_pair_of_sets(effort: Effort) -> Sequence[Fact]:
    """All pairs of sets, in floats that round nothing and in rationals; those that meet ties."""
    largest = effort.of(2, 8, 8)
    small = [instance for dimension in (1, 2) for instance in pairs_of_sets(dimension)]
    sweep = swept([*small, *pairs_of_sets(3, largest)], ways(BINARY64), BINARY64)
    exact = swept(small, ways(RATIONAL), RATIONAL)
    return [
        _all_right(
            sweep,
            f"Every pair of sets of 0/1 vectors in dimension 1 and 2, and of at most {largest} "
            f"vectors in dimension 3, up to an order of the coordinates: every structure, and "
            f"brute force, answers exactly the orthogonal pairs.",
            Grade.EXHAUSTIVE,
        ),
        _all_right(
            exact,
            "The same in dimension 1 and 2 in rationals, no number a float.",
            Grade.EXHAUSTIVE,
        ),
        established(
            sweep.strict > 0,
            r"Strictness decides: some of these instances have a pair with one common 1, which "
            r"meets the threshold, and no orthogonal pair: $\ge$ in place of $>$ would be wrong.",
            Grade.EXHAUSTIVE,
            instances=sweep.strict,
        ),
    ]


def _every_sequence(effort: Effort) -> Fact:
    """A in every order, with repetitions."""
    longest = effort.of({2: 3, 3: 1}, {2: 4, 3: 3}, {2: 5, 3: 4})
    instances = chain.from_iterable(sequences(d, length) for d, length in longest.items())
    return _all_right(
        swept(instances, ways(BINARY64), BINARY64),
        "Vectors in every order and repeated, up to the stated number: all structures again "
        "answer exactly the orthogonal pairs, whatever shape the order gives a tree.",
        Grade.EXHAUSTIVE,
        figures={f"vectors_in_dimension_{d}": length for d, length in longest.items()},
    )


def _in_phases(effort: Effort) -> Fact:
    """Structures smaller than the problem, used again: N/n inits, N²/n updates, N²/m queries."""
    longest, m, n = effort.of(3, 4, 5), 2, 3
    instances = list(sequences(2, longest))
    sweep = swept(instances, ways(BINARY64), BINARY64, m, n)
    counted = [
        (found.inits, found.updates, found.queries)
        == (groups, groups * phases * m, phases * len(instance.right))
        for instance in instances
        for found in [answered(ways(BINARY64)[BRUTE_FORCE], BINARY64, instance, m, n)]
        for groups in [-(-len(instance.right) // n)]
        for phases in [-(-len(instance.left) // m)]
    ]
    return _all_right(
        sweep,
        r"Structures of $m = 2$ neurons and $n = 3$ points, used for phase after phase, answer "
        r"exactly the orthogonal pairs, with $\lceil B/n\rceil$ set-ups, "
        r"$\lceil B/n\rceil \lceil A/m\rceil m$ updates and $\lceil A/m\rceil B$ queries.",
        Grade.EXHAUSTIVE,
        all(counted),
    )


def _every_formula(effort: Effort) -> Fact:
    """Satisfiability, by orthogonal vectors, by threshold search."""
    sizes = effort.of({2: 4, 3: 1}, {2: 9, 3: 2}, {2: 9, 3: 3, 4: 2})
    every = [(f, v) for v, clauses in sizes.items() for f in formulas(v, clauses)]
    right = [satisfiable(f, v) == bool(orthogonal_pairs(vectors_of(f, v))) for f, v in every]
    sweep = swept((vectors_of(f, v) for f, v in every), ways(BINARY64), BINARY64)
    return _all_right(
        sweep,
        "Every formula up to the stated number of clauses is satisfiable exactly if its vectors "
        "hold an orthogonal pair, and every structure finds exactly these pairs.",
        Grade.EXHAUSTIVE,
        all(right),
        figures={f"clauses_over_{v}_variables": clauses for v, clauses in sizes.items()},
    )


def _larger_ones(effort: Effort) -> Fact:
    """Drawn instances in dimension c·log N, with and without an orthogonal pair."""
    size, each = effort.of((32, 2), (64, 5), (128, 20))
    instances = [drawn(seed, size, c) for c in (1.5, 2, 3) for seed in range(each)]
    sweep = swept(instances, ways(BINARY64), BINARY64)
    return _all_right(
        sweep,
        r"Drawn instances of $N$ against $N$ vectors in dimension $c \log_2 N$, $c$ from 1.5 to 3, "
        r"some with an orthogonal pair and some without: answered exactly.",
        Grade.SAMPLED,
        0 < sweep.satisfied < sweep.instances,
        {"N": size},
    )


def _on_a_line(effort: Effort) -> Sequence[Fact]:
    """Why the bound needs a dimension that grows: in one dimension both operations are fast."""
    values = [
        Fraction(value) for value in effort.of((-1, 0, 1, 2), (-2, -1, 0, 1, 3), range(-3, 4))
    ]
    asked, right = right_on_a_line(values, 2)
    sizes = [1 << k for k in range(6, effort.of(10, 12, 14) + 1, 2)]
    shares = [counted_on_a_line(size, 0).total / size**2 for size in sizes]
    return [
        established(
            asked == right,
            "In dimension 1 two ordered trees, of the weights and of their negatives, answer every "
            "query of a small grid of weights, points and thresholds right, after every update.",
            Grade.EXHAUSTIVE,
            queries=asked,
        ),
        established(
            all(later < earlier / 2 for earlier, later in pairwise(shares)) and shares[-1] < 1,
            r"There the bound fails: $m$ updates and $n$ queries without an answer take fewer than "
            r"$nm$ operations, and their share of $nm$ more than halves whenever $m = n$ grows "
            r"fourfold.",
            Grade.EXACT,
            m=sizes[-1],
            n=sizes[-1],
            share_of_nm=round(shares[-1], 6),
            share_at_the_smallest=round(shares[0], 6),
        ),
    ]


def _all_right(
    sweep: Sweep,
    says: str,
    grade: Grade,
    besides: bool = True,
    figures: Mapping[str, int] | None = None,
) -> Fact:
    """Nothing was answered wrong, and something was asked."""
    return established(
        sweep.wrong == 0 and sweep.queries > 0 and besides,
        says,
        grade,
        **(figures or {}),
        instances=sweep.instances,
        queries=sweep.queries,
        with_an_orthogonal_pair=sweep.satisfied,
        ties=sweep.ties,
        wrong=sweep.wrong,
    )


# ---- bound/tightness -----------------------------------------------------------------------------


@decides(
    "bound/tightness",
    theorems=(
        "firing/touching_is_looking_at_every_score",
        "firing/dead_neurons_do_not_move",
        "firing/stepping_the_live_is_enough",
        "firing/scores_move_by_kept_products",
    ),
)
def tightness(effort: Effort) -> Decision:
    """Brute force meets the bound too; trainings are cheaper than the bound, and than the paper."""
    sizes = [1 << k for k in range(4, effort.of(6, 8, 8) + 1)]
    totals = {size: _totals(size) for size in sizes}
    facts = [_brute_force_is_least(totals), *_trainings_are_cheaper(effort), _fewer_than_nm(effort)]
    return Decision(Verdict.REFUTED, facts, _chart(totals))


def _totals(size: int) -> Mapping[str, int]:
    """What each way takes to decide a drawn instance of N against N vectors, set-up aside.

    A way that answers wrong is left out.
    """
    instance = drawn(0, size, 2)
    right = orthogonal_pairs(instance)
    made = {name: answered(make, BINARY64, instance) for name, make in ways(BINARY64).items()}
    return {name: found.cost.total for name, found in made.items() if found.pairs == right}


def _brute_force_is_least(totals: Mapping[int, Mapping[str, int]]) -> Fact:
    """The bound cannot tell a tree from no structure at all."""
    largest = max(totals)
    shares = {name: total / largest**2 for name, total in totals[largest].items()}
    d = len(point(BINARY64, drawn(0, largest, 2).right[0]))
    holds = all(
        set(by_way) == set(ways(BINARY64))
        and size**2 <= min(by_way.values())
        and max(by_way.values()) <= 3 * d * size**2
        and by_way[BRUTE_FORCE] < min(by_way[tree.value] for tree in TREES)
        for size, by_way in totals.items()
    )
    return established(
        holds,
        r"Drawn instances of $N$ against $N$ vectors take every way between $nm$ and $3dnm$ "
        r"operations, set-up aside, and brute force, which keeps no score, fewer than either tree: "
        r"whatever meeting the bound says for a tree, it says for brute force.",
        Grade.EXACT,
        N=largest,
        d=d,
        **{f"{name.replace(' ', '_')}_of_nm": round(share, 4) for name, share in shares.items()},
    )


def _trainings_are_cheaper(effort: Effort) -> Sequence[Fact]:
    """The same firing sets at every step, with a fraction of the paper's operations."""
    width = effort.of(1 << 12, 1 << 14, 1 << 16)
    made = [
        twins(Configuration(data=data, points=8, width=width, alpha=0.4, until=1e-12))
        for data in ("diabetes", "breast-cancer", "digits")
    ]
    gains = [one.paper_updating / one.live_updating for one in made]
    names = [one.data.replace("-", "_") for one in made]
    return [
        established(
            all(one.alike and one.steps > 0 for one in made)
            and all(one.updates < one.width for one in made),
            r"A training is no sequence of arbitrary updates: all its steps together update fewer "
            r"neurons than $m$, each along training points alone; without trees or rewritten rows "
            r"it has the same firing sets at every step, on three data sets.",
            Grade.MEASURED,
            m=width,
            **{f"updates_{name}": one.updates for name, one in zip(names, made, strict=True)},
            **{f"steps_{name}": one.steps for name, one in zip(names, made, strict=True)},
        ),
        established(
            all(
                one.predicted == (min(one.predicted[0], one.paper_updating), one.live_updating)
                for one in made
            )
            and min(gains) > 4,
            r"And it takes fewer operations: the paper's updates cost more than four times those "
            r"with kept $\langle x_i, x_j\rangle$, which do not know $d$. The latter are by closed "
            r"form, the former at least theirs without trees.",
            Grade.MEASURED,
            **{
                f"times_at_d_{one.d}": round(gain, 4) for one, gain in zip(made, gains, strict=True)
            },
        ),
    ]


def _fewer_than_nm(effort: Effort) -> Fact:
    """Whole trainings, set-up included, below what the bound would be if it were of trainings."""
    powers = effort.of((20, 24, 28), (20, 24, 28, 32), (20, 24, 28, 32, 36, 40))
    widths = [1 << power for power in powers]
    config = Configuration(points=16, alpha=0.5, until=1e-20, width=widths[-1])
    runs = list(measured(plans(load_table("digits", None), config, widths, 1)))
    costs = [run for run in runs if isinstance(run, LiveCost)]
    shares = [cost.whole / (config.points * cost.width) for cost in costs]
    return established(
        len(costs) == len(widths)
        and all(later < earlier / 2 for earlier, later in pairwise([1.0, *shares])),
        r"Whole trainings to a loss of $10^{-20}$, set-up included, take fewer than $nm$ "
        r"operations, and their share of $nm$ more than halves whenever $m$ grows sixteenfold.",
        Grade.MEASURED,
        n=config.points,
        **{f"share_of_nm_at_2_to_{p}": round(s, 6) for p, s in zip(powers, shares, strict=True)},
    )


def _chart(totals: Mapping[int, Mapping[str, int]]) -> Chart:
    """Every way beside nm."""
    sizes = [float(size) for size in totals]
    curves = [
        Curve(name, sizes, [float(by_way[name]) for by_way in totals.values()])
        for name in ways(BINARY64)
    ]
    line = Curve("nm", sizes, [size * size for size in sizes], "dashed")
    return Chart(
        title="Deciding orthogonal vectors by threshold search",
        x="N vectors on either side, m = n = N",
        y="counted operations of m updates and n queries",
        x_scale="log2",
        y_scale="log",
        curves=[*curves, line],
        caption="Trees, scans and brute force rise alike, a few dozen operations a pair above nm: "
        "the bound is met by all of them, and by brute force with the fewest operations.",
    )
