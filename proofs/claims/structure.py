"""Claims structure/*: threshold search, what it answers, what it costs, what it is."""

from math import log

from proofs.claims.searching import (
    as_run,
    both_counted,
    by_width,
    crossing,
    kept_sets_win,
    orders_of_scores,
    scan_wins,
    stored,
    trees_win,
)
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.evidence.figures import rounded
from proofs.ledger.claim import Verdict
from proofs.measured.structures.changed_nodes import ChangedNodes, changed_nodes, depths_are_known
from proofs.measured.structures.small_structures import (
    most_visits,
    patterns,
    refinement,
    within_the_bound,
)
from proofs.measured.structures.structure_counts import searched
from proofs.measured.structures.threshold_programs import programs, rounded_away
from proofs.measured.trainings.trainings import orthonormal, trained
from reference import closed_forms
from reference.counters import Counts, Label
from reference.edges.setup.configuration import Configuration
from reference.ids import Point
from reference.scalar import BINARY64
from reference.structures.tournament_tree import TournamentTrees

# ---- correct -------------------------------------------------------------------------------------


@decides(
    "structure/correct",
    theorems=(
        "tournament/update_keeps_every_node_the_larger",
        "tournament/update_writes_the_leaf",
        "tournament/update_writes_no_other_leaf",
        "tournament/update_keeps_the_neurons",
        "tournament/query_answers_as_a_scan",
        "ordered/insert_keeps_the_order",
        "ordered/insert_keeps_the_balance",
        "ordered/insert_adds_one_key",
        "ordered/delete_keeps_the_order",
        "ordered/delete_keeps_the_balance",
        "ordered/delete_removes_one_key",
        "ordered/query_answers_as_a_scan",
        "firing/touching_is_looking_at_every_score",
    ),
)
def correct(effort: Effort) -> Decision:
    """Invariants are kept and answers right, for all trees; the arrays hold those trees."""
    facts = [_arrays_refine(effort), _programs_agree(effort), _floats_part()]
    return Decision(Verdict.PROVED, facts)


def _arrays_refine(effort: Effort) -> Fact:
    largest = effort.of(3, 4, 5)
    found = refinement(largest)
    return established(
        found.wrong == 0,
        "The arrays that training uses hold these very trees: over all scores of three values, "
        "each change of one score leaves the tree that the specification makes of it, node for "
        "node, and every answer is the definition's.",
        Grade.EXHAUSTIVE,
        neurons_at_most=largest,
        changes=found.changes,
        answers=found.answers,
        wrong=found.wrong,
    )


def _programs_agree(effort: Effort) -> Fact:
    count, updates, most = effort.of((60, 20, 16), (400, 40, 40), (4000, 60, 64))
    found = programs(count, updates, most)
    return established(
        found.wrong == 0 and found.ties > 0,
        r"After every update of drawn programs all four structures, in rationals and in floats on "
        r"a grid, answer $\{r:\langle w_r,x_i\rangle>\tau\}$, ties included.",
        Grade.SAMPLED,
        programs=count,
        updates=found.updates,
        answers=found.answers,
        answers_with_a_tie=found.ties,
        wrong=found.wrong,
        wrong_share_below_at_95_percent=rounded(-log(0.05) / count),
    )


def _floats_part() -> Fact:
    exact, computed = rounded_away()
    search = TournamentTrees(BINARY64, [[computed]])
    missed = not search.query(Point(0), 1.0).fired
    return established(
        missed and exact > 1,
        r"In floats the sentence is about scores as they were rounded: $\langle(1,1),"
        r"(1,2^{-53})\rangle>1$ as a real number, and the structure, which was given 1, does not "
        "answer that neuron.",
        Grade.EXACT,
        score=str(exact),
        as_stored=computed,
    )


# ---- init ----------------------------------------------------------------------------------------


@decides("structure/init")
def init(effort: Effort) -> Decision:
    """Counted as in closed form: m·n·d and lower orders."""
    return Decision(Verdict.PROVED, [_runs_count_it(effort), _memory(), _padding()])


def _runs_count_it(effort: Effort) -> Fact:
    configs = [stored(n, power) for n in (4, 16) for power in effort.of((8, 10), (8, 13), (8, 16))]
    equal = []
    for config in configs:
        run = trained(config)
        n, d, m = config.points, run.trainer.problem.d, config.width
        expected = closed_forms.scores(m, n, d) + closed_forms.tournament_build(m).times(n)
        counted = Counts(**run.records[0].operations[Label.INIT.value])
        equal.append(counted == expected + closed_forms.point_products(n, d))
    return established(
        all(equal),
        r"In runs INIT counts exactly that, scores and trees, and $n(n+1)d/2$ for the points' "
        "inner products, which are kept besides.",
        Grade.EXACT,
        runs=len(equal),
        widths=", ".join(str(config.width) for config in configs),
    )


def _memory() -> Fact:
    m, n = 10**6, 10**4
    numbers = closed_forms.tournament_build(m).node_writes * n
    gigabytes = [rounded(size * numbers / 10**9, 4) for size in (4, 8)]
    return established(
        gigabytes == [80, 160] and numbers < 2 * m * n,
        r"At $m=10^6$ and $n=10^4$ these are $2\cdot10^{10}$ numbers.",
        Grade.EXACT,
        gigabytes_of_4_bytes=gigabytes[0],
        gigabytes_of_8_bytes=gigabytes[1],
    )


def _padding() -> Fact:
    """2·2^⌈log₂ m⌉ − 1 nodes against 2mn, for each m."""
    widths = range(1, 1 << 12)
    leaves = {m: 1 << (m - 1).bit_length() for m in widths}
    padded = {m: closed_forms.tournament_build(leaves[m]).node_writes for m in widths}
    over = max(padded, key=lambda m: padded[m] / (2 * m))
    return established(
        padded[over] > 1.99 * 2 * over
        and all(padded[m] < 4 * m for m in widths)
        and all((padded[m] <= 2 * m) == (m == leaves[m]) for m in widths),
        r"A tree that is padded to a power of two has up to twice as many, fewer than $4m$: "
        r"within $2m$ it is only where $m$ is a power of two.",
        Grade.EXHAUSTIVE,
        widths=len(widths),
        worst_width=over,
        worst_nodes=padded[over],
    )


# ---- update --------------------------------------------------------------------------------------


@decides(
    "structure/update",
    theorems=(
        "tournament/update_writes_every_node_on_its_way",
        "tournament/update_writes_one_way_down",
        "tournament/update_keeps_the_height",
        "ordered/balanced_trees_are_full",
    ),
)
def update(effort: Effort) -> Decision:
    """1 + depth writes a point; stopping early would save little of what an iteration writes."""
    found = changed_nodes(
        in_plain_python(effort.of(stored(16, 12), stored(32, 14), stored(64, 15)))
    )
    return Decision(Verdict.PROVED, [_depths(effort), _alone(found), _together(found)])


def in_plain_python(config: Configuration) -> Configuration:
    """The same run by the plain engine, for one step."""
    return Configuration(
        points=config.points, width=config.width, alpha=config.alpha, invariants="off", steps=1
    )


def _depths(effort: Effort) -> Fact:
    largest = effort.of(64, 256, 1024)
    return established(
        depths_are_known(largest),
        r"Above the leaf of neuron $r$ stand exactly $\lfloor\log_2(m+r)\rfloor\le"
        r"\lceil\log_2 m\rceil$ inner nodes.",
        Grade.EXHAUSTIVE,
        widths_up_to=largest,
    )


def _alone(found: ChangedNodes) -> Fact:
    return established(
        2 * found.silent < found.way and 2 * found.silent < found.firing < found.way,
        "Most nodes on the way keep their value where the neuron is silent; where it fires, at the "
        "top of the tree, more than twice as many change. Stopping at the first that does not "
        "would save most of a single update on the first, less on the second.",
        Grade.MEASURED,
        m=found.width,
        n=found.points,
        rewritten=rounded(found.way),
        changed_where_silent=rounded(found.silent),
        changed_where_firing=rounded(found.firing),
    )


def _together(found: ChangedNodes) -> Fact:
    return established(
        found.shared < found.way / 2 and found.changed > 0.75 * found.together,
        "An iteration changes all moved neurons together, and rewrites each node above them once: "
        "so it saves more than half, and of the nodes that are left over three quarters change. "
        "There stopping early would save less than a quarter.",
        Grade.MEASURED,
        m=found.width,
        n=found.points,
        neurons=found.moved,
        rewritten_for_a_change=rounded(found.shared),
        share_that_changes=rounded(found.changed / found.together),
    )


# ---- query ---------------------------------------------------------------------------------------


@decides(
    "structure/query",
    theorems=(
        "tournament/query_answers_count_neurons",
        "tournament/visits_are_the_root_and_two_a_node",
        "tournament/visits_at_least_the_answers",
        "tournament/visits_by_height",
        "tournament/visits_by_level",
        "tournament/visits_from_any_level",
        "ordered/visits_are_answers_and_one_way_down",
        "ordered/visits_at_least_the_root_and_the_answers",
    ),
)
def query(effort: Effort) -> Decision:
    """1 + 2k(log₂(m/k) + 2) visits at most, and one where nothing fires."""
    facts = [_nothing_fires(), _every_pattern(effort), _in_training(effort)]
    return Decision(Verdict.CONDITIONAL, facts)


def _nothing_fires() -> Fact:
    widths = [1, 2, 3, 1000, 1 << 16]
    visits = [
        TournamentTrees(BINARY64, [[0.0] * m]).query(Point(0), 0.0).cost.node_visits for m in widths
    ]
    return established(
        set(visits) == {1},
        r"A query that answers nobody still looks at the root, so $O(k\log m)$ is too little at "
        r"$k=0$: it is $O(1+k\log m)$.",
        Grade.EXACT,
        widths=", ".join(map(str, widths)),
        visits=visits[0],
    )


def _every_pattern(effort: Effort) -> Fact:
    largest = effort.of(10, 13, 16)
    seen = list(patterns(largest))
    heights = {m: (m - 1).bit_length() for m in range(1, largest + 1)}
    reached = sum(each.visits == most_visits(heights[each.m], each.k) for each in seen)
    most = max(each.visits / (each.k * heights[each.m]) for each in seen if each.k and each.m > 1)
    return established(
        all(
            each.right
            and within_the_bound(each.visits, each.k, each.m)
            and each.visits <= most_visits(heights[each.m], each.k)
            for each in seen
        )
        and reached > 0,
        r"Every set of neurons that may fire is found, within the bound and within "
        r"$1+2\sum_{i<h}\min(2^i,k)$, which some sets reach.",
        Grade.EXHAUSTIVE,
        m_at_most=largest,
        sets=len(seen),
        sets_that_reach_it=reached,
        most_visits_over_k_log_m=rounded(most),
    )


def _in_training(effort: Effort) -> Fact:
    found = searched(effort.of(stored(16, 12), stored(64, 16), stored(64, 18)))
    return established(
        found.visits <= found.bound,
        "In a training on digits the queries of the first iteration are together within it.",
        Grade.MEASURED,
        m=found.width,
        n=len(found.firing),
        answers=sum(found.firing),
        visits=found.visits,
        bound=rounded(found.bound),
    )


# ---- is it a search tree, and does it pay --------------------------------------------------------


@decides(
    "structure/is-a-bst",
    theorems=(
        "tournament/update_keeps_the_neurons",
        "tournament/query_answers_as_a_scan",
        "ordered/insert_keeps_the_order",
        "ordered/delete_keeps_the_order",
        "ordered/query_answers_as_a_scan",
    ),
)
def is_a_bst(effort: Effort) -> Decision:
    """Two neurons are enough: leaves stand by number, whatever their scores."""
    return Decision(Verdict.REFUTED, [orders_of_scores(effort), both_counted(effort)])


@decides("structure/beats-scan")
def beats_scan(effort: Effort) -> Decision:
    """It does where few neurons move; where most do, a scan of what is stored counts less."""
    powers = effort.of((9, 11, 13, 15), (9, 11, 13, 15, 17), (9, 11, 13, 15, 17, 19))
    digits = [searched(stored(16, power)) for power in powers]
    n, power = effort.of((64, 11), (64, 14), (128, 16))
    spread = searched(stored(n, power), orthonormal(n))
    sparse = searched(stored(16, powers[-2], alpha=0.5))
    facts = [
        as_run(),
        crossing(digits),
        scan_wins(spread),
        trees_win(sparse),
        kept_sets_win(digits),
    ]
    return Decision(Verdict.CONDITIONAL, facts, by_width(digits))
